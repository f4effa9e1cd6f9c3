/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_session.c - evoke session */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "cli/cmd.h"
#include "cli/folder.h"
#include "cli/interrupt.h"
#include "cli/models.h"

struct session_flags {
    const char *folder, *veto, *units;
    struct opt_texts add, models;
    int64_t after, threads;
    bool plan;
};

/* The values of a command line. */
struct session_call {
    struct session_flags flags;
    evk_rig_options *options;
    struct opt_rest rest;
    const char **sets; /* (set_count) owned */
    size_t set_count;
    int argc;
    char **argv;
};

#define AT(field) offsetof(struct session_flags, field)

static const evk_param params[] = {
    {"o", "S",
     "write the session into the folder S, which is new, empty, or has a session that this call "
     "continues",
     EVK_PARAM_TEXT, AT(folder), 0, 0},
    {"plan", NULL, "write nothing, and print what the session would take", EVK_PARAM_FLAG, AT(plan),
     0, 0},
    {"units", "FILE",
     "show images of the units in this table only (CSV or TSV with the columns unit, model, ...), "
     "under their names there",
     EVK_PARAM_TEXT, AT(units), 0, 0},
    {"veto", "FILE",
     "leave out the images in this table (set, stimulus_id, reason), which a sheet in HTML saves",
     EVK_PARAM_TEXT, AT(veto), 0, 0},
    {"model", "MODEL",
     "look for a model of the sets in this file, to ask it about images as they are shown; may be "
     "repeated",
     EVK_PARAM_TEXTS, AT(models), 0, 0},
    {"add", "SET...", "add the images of sets to the session S, under new codes", EVK_PARAM_TEXTS,
     AT(add), 0, 0},
    {"after", "TRIAL",
     "with --drop or --add: the last trial that was shown; the new order begins after it",
     EVK_PARAM_INT, AT(after), 0, 10000000},
    {"threads", "N", THREADS_HELP, EVK_PARAM_INT, AT(threads), 0, 256},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

/* ---- what is printed ------------------------------------------------------------------------- */

static void print_notes(const evk_rig_report *r)
{
    for (size_t i = 0; evk_rig_report_note(r, i); i++)
        say("%s", evk_rig_report_note(r, i));
}

/* Prints a line for each kind and each unit, as a table with tabs. */
static void print_parts(const evk_rig_report *r)
{
    char text[SHOWN];
    evk_rig_part part;

    for (size_t i = 0; evk_rig_report_part(r, i, &part); i++) {
        if (i == 0)
            puts("group\tname\timages\tpresentations\tminutes");
        printf("%s\t%s\t%lld\t%lld\t%.2f\n", part.group, shown(part.name, text),
               (long long)part.images, (long long)part.presentations, part.minutes);
    }
}

/* Returns the ending of a noun after a number. */
static const char *plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

static void print_total(const evk_rig_report *r, const char *folder)
{
    evk_rig_total t;

    evk_rig_report_total(r, &t);
    if (folder)
        folder_print(stderr, folder);
    fprintf(stderr,
            "%s%lld image%s, %lld presentation%s in %lld trial%s (%lld blank%s, %lld catch "
            "trial%s), %.1f minutes",
            folder ? ": " : "", (long long)t.images, plural(t.images), (long long)t.presentations,
            plural(t.presentations), (long long)t.trials, plural(t.trials), (long long)t.blanks,
            plural(t.blanks), (long long)t.catch_trials, plural(t.catch_trials), t.minutes);
    if (t.won != 0)
        fprintf(stderr, ", %.1f %s than before", t.won < 0 ? -t.won : t.won,
                t.won < 0 ? "more" : "less");
    fputc('\n', stderr);
}

/* ---- the calls ------------------------------------------------------------------------------- */

static int finish(evk_status s, const evk_error *err, evk_rig_report *report, const char *folder,
                  bool parts)
{
    if (s)
        return complain(err);
    print_notes(report);
    if (parts)
        print_parts(report);
    print_total(report, folder);
    evk_rig_report_free(report);
    return EXIT_DONE;
}

static int session_make(const struct session_call *c, const evk_rig_source *source)
{
    const evk_run run = {.threads = (int)c->flags.threads, .stop = interrupted};
    const char *folder = c->flags.plan ? NULL : c->flags.folder;
    evk_error err = {EVK_OK, ""};
    evk_rig_report *report = NULL;
    const evk_status s = evk_rig_session_make(folder, source, c->options, &run, &report, &err);

    return finish(s, &err, report, folder, c->flags.plan);
}

/* Is an option on the command line, as --NAME or --NAME=VALUE? */
static bool is_given(const struct session_call *c, const char *name)
{
    const size_t n = strlen(name);

    for (int i = 1; i < c->argc && strcmp(c->argv[i], "--") != 0; i++)
        if (strncmp(c->argv[i], "--", 2) == 0 && strncmp(c->argv[i] + 2, name, n) == 0 &&
            (c->argv[i][2 + n] == '\0' || c->argv[i][2 + n] == '='))
            return true;
    return false;
}

/* Reads --minutes where it is given; NAN: the session keeps its own limit. */
static evk_status read_minutes(const struct session_call *c, double *minutes, evk_error *err)
{
    char *text;
    evk_status s;

    *minutes = (double)NAN;
    if (!is_given(c, "minutes"))
        return EVK_OK;
    s = evk_rig_options_get(c->options, "minutes", &text, err);
    if (s)
        return s;
    (void)evk_parse_real(text, minutes);
    evk_free(text);
    return EVK_OK;
}

static int session_add(const struct session_call *c, const evk_rig_source *source)
{
    const evk_run run = {.threads = (int)c->flags.threads, .stop = interrupted};
    evk_error err = {EVK_OK, ""};
    evk_rig_report *report = NULL;
    double minutes;
    evk_status s = read_minutes(c, &minutes, &err);

    if (!s)
        s = evk_rig_session_add(c->rest.operands[0], source, c->flags.after, minutes, &run, &report,
                                &err);
    return finish(s, &err, report, c->rest.operands[0], false);
}

static int session_drop(const struct session_call *c)
{
    evk_error err = {EVK_OK, ""};
    evk_rig_report *report = NULL;
    const evk_status s = evk_rig_session_drop(c->rest.operands[0], c->rest.list, c->rest.list_count,
                                              c->flags.after, &report, &err);

    return finish(s, &err, report, c->rest.operands[0], false);
}

/* Gathers the sets of a command line: all operands or, with --add, its value and what follows. */
static int list_sets(struct session_call *c)
{
    const size_t skipped = c->flags.add.count ? 1 : 0;

    c->sets = calloc(c->rest.operand_count + c->flags.add.count + 1, sizeof(*c->sets));
    if (!c->sets) {
        fputs("evoke: out of memory for sets\n", stderr);
        return EXIT_FAILED;
    }
    for (size_t i = 0; i < c->flags.add.count; i++)
        c->sets[c->set_count++] = c->flags.add.text[i];
    for (size_t i = skipped; i < c->rest.operand_count; i++)
        c->sets[c->set_count++] = c->rest.operands[i];
    return 0;
}

static int with_units(struct session_call *c, evk_rig_source *source)
{
    evk_error err = {EVK_OK, ""};
    evk_units *units = NULL;
    int status;

    if (c->flags.units && evk_units_open(&units, c->flags.units, NULL, 0, NULL, &err))
        return complain(&err);
    source->units = units;
    status = c->flags.add.count ? session_add(c, source) : session_make(c, source);
    evk_units_free(units);
    return status;
}

/*
 * Returns the name of an option that says nothing of a change, since a session keeps its options;
 * NULL: there is none.
 */
static const char *not_of_change(const struct session_call *c, bool drops)
{
    for (const evk_param *p = evk_rig_options_params(); p->name; p++)
        if (is_given(c, p->name) && (drops || strcmp(p->name, "minutes") != 0))
            return p->name;
    if (!drops)
        return NULL;
    return c->flags.veto           ? "veto"
           : c->flags.units        ? "units"
           : c->flags.models.count ? "model"
                                   : NULL;
}

/* Checks that the options fit each other; returns 0 or the exit status after a message. */
static int check_call(const struct session_call *c)
{
    const bool drops = c->rest.list_count > 0, adds = c->flags.add.count > 0;

    if (drops && adds) {
        say("--drop and --add are two changes, expected one at a time");
        return EXIT_USAGE;
    }
    if ((drops || adds) && (c->flags.folder || c->flags.plan)) {
        say("--drop and --add change a session that exists: expected 'evoke session S --%s ...' "
            "without -o and --plan",
            drops ? "drop" : "add");
        return EXIT_USAGE;
    }
    if ((drops && c->rest.operand_count != 1) || (adds && c->rest.operand_count == 0)) {
        say("--%s takes the folder of a session before it, found %zu folders",
            drops ? "drop" : "add", c->rest.operand_count);
        return EXIT_USAGE;
    }
    if ((drops || adds) && not_of_change(c, drops)) {
        say("--%s does not go with --%s: a session keeps the options that it was made with",
            not_of_change(c, drops), drops ? "drop" : "add");
        return EXIT_USAGE;
    }
    if (drops || adds)
        return 0;
    if (c->flags.after) {
        say("--after goes with --drop or --add");
        return EXIT_USAGE;
    }
    if (!c->flags.plan && !c->flags.folder) {
        say("no folder is given for the session, expected -o S, or --plan");
        return EXIT_USAGE;
    }
    if (c->rest.operand_count == 0) {
        say("session takes one or several SETs, found none");
        return EXIT_USAGE;
    }
    return 0;
}

static int session_run(struct session_call *c)
{
    evk_rig_source source = {.veto = c->flags.veto,
                             .models = c->flags.models.text,
                             .model_count = c->flags.models.count};
    int status = check_call(c);

    interrupt_catch();
    if (status)
        return status;
    if (c->rest.list_count)
        return session_drop(c);
    status = list_sets(c);
    if (!status) {
        source.sets = c->sets;
        source.set_count = c->set_count;
        status = with_units(c, &source);
    }
    free(c->sets);
    return status;
}

static evk_status set_option(void *to, const char *name, const char *text, evk_error *err)
{
    return evk_rig_options_set(to, name, text, err);
}

static evk_status get_option(const void *base, const char *name, char **text, evk_error *err)
{
    return evk_rig_options_get(base, name, text, err);
}

/* Every argument behind --drop is a unit. */
static int is_unit(const char *arg)
{
    return arg[0] != '\0';
}

int cmd_session(int argc, char **argv)
{
    struct session_call c = {.argc = argc, .argv = argv};
    evk_error err = {EVK_OK, ""};
    int status;

    if (evk_rig_options_new(&c.options, &err))
        return complain(&err);
    const struct opt_spec spec = {
        .command = "session",
        .usage = "-o S [options] SET...",
        .about =
            "Makes the folder of a recording session from finished sets: each distinct image once, "
            "as the screen shows it, under codes from 1 on; which stimuli of which sets it is "
            "(roles.tsv); and the order of trials (trials.tsv).\nImages are shown in random "
            "blocks, each of which has every image once. No image follows itself, blanks are "
            "spread evenly, and transitions between kinds of images are balanced.\n'evoke session "
            "S --drop UNIT... --after TRIAL' leaves units out of what remains, and 'evoke session "
            "S --add SET...' adds sets; both write a new order and change no code.",
        .see = "export sheet verify maximize adversarial gaudy",
        .resumes = true,
        .groups = {{"What to show", "o plan units veto model"},
                   {"Order of trials", "repeats blanks catch catch-image per-trial seed"},
                   {"Times", "on off overhead minutes"},
                   {"The screen",
                    "display degrees at fixation edge canvas resize linearise photodiode "
                    "photodiode-px"},
                   {"Changes of a session", "drop add after"},
                   {"Speed", "threads"}},
        .tables = {{params, &c.flags},
                   {evk_rig_options_params(), c.options, set_option, c.options, get_option}},
        .list_name = "drop",
        .list_value = "UNIT...",
        .list_help = "leave these units out of the rest of the session S",
        .list_takes = is_unit,
    };

    if (opt_parse(&spec, argc, argv, &c.rest, &status) == 0)
        status = finish_output(session_run(&c));
    opt_release(&c.rest);
    evk_rig_options_free(c.options);
    return status;
}
