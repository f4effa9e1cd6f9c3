/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_score.c - evoke score */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/median.h"
#include "base/str.h"
#include "cli/cell.h"
#include "cli/cmd.h"
#include "cli/images.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "cli/recording.h"

struct score_flags {
    const char *responses, *rows, *names, *out;
    bool resize, split;
    int64_t threads;
};

/* The files that -o NAME asks for; "" where there are none. */
struct outputs {
    char table[1024], figure[1024];
};

/* ---- files ---------------------------------------------------------------------------------- */

/* Decides the names of the files; returns an exit status after a message. */
static int name_outputs(struct outputs *out, const char *name)
{
    static const char *const figures[] = {".png", ".pdf", ".svg", NULL}, *const tables[] = {".tsv",
                                                                                            NULL};
    const bool figure = name && evk_ends_in(name, figures);
    size_t stem;

    *out = (struct outputs){"", ""};
    if (!name)
        return EXIT_DONE;
    stem = strlen(name) - (figure || evk_ends_in(name, tables) ? 4 : 0);
    if (stem + 5 > sizeof(out->table)) {
        say("the name of -o has more than %zu bytes", sizeof(out->table) - 5);
        return EXIT_USAGE;
    }
    snprintf(out->table, sizeof(out->table), "%.*s.tsv", (int)stem, name);
    snprintf(out->figure, sizeof(out->figure), "%.*s%s", (int)stem, name,
             figure ? name + stem : ".png");
    if (!evk_fs_exists(out->table))
        return EXIT_DONE;
    say("%s is there already and may have your edits; give another name, or move it away",
        out->table);
    return EXIT_FAILED;
}

static void say_recording_notes(const evk_recording *recording)
{
    for (size_t i = 0; evk_recording_note(recording, i); i++)
        say("%s", evk_recording_note(recording, i));
}

static void say_score_notes(const evk_score *score)
{
    for (size_t i = 0; evk_score_note(score, i); i++)
        say("%s", evk_score_note(score, i));
}

static void say_follow_notes(const evk_follow *follow)
{
    for (size_t i = 0; evk_follow_note(follow, i); i++)
        say("%s", evk_follow_note(follow, i));
}

/* Prints a name as a cell of a table, with a tab before it. */
static void print_name(const char *name)
{
    char text[SHOWN];

    printf("\t%s", shown(name, text));
}

/* ---- models --------------------------------------------------------------------------------- */

static void print_numbers(const evk_unit_score *u, double covered)
{
    cell_print(u->r);
    cell_print(u->r_low);
    cell_print(u->r_high);
    cell_print(u->r2_er);
    cell_print(u->ceiling);
    cell_print(u->slope);
    cell_print(u->offset);
    cell_print(covered);
}

/* Returns the median over units of the share of responses within their intervals. */
static double median_covered(const evk_score *score, size_t units)
{
    double *values = calloc(units + 1, sizeof(*values)), median;
    int64_t n = 0;

    for (size_t i = 0; values && i < units; i++)
        if (isfinite(evk_score_covered(score, i)))
            values[n++] = evk_score_covered(score, i);
    median = values ? evk_median(values, n) : (double)NAN;
    free(values);
    return median;
}

/* Prints the table of scores; its last line has the medians. */
static void print_scores(const evk_score *score)
{
    const evk_unit_score *u;
    evk_unit_score medians;
    size_t kept = 0, i;
    char text[SHOWN];

    puts("unit\tmodel\toutput\tn\tr\tr_low\tr_high\tr2_er\tceiling\tslope\toffset\tcovered\tkeep");
    for (i = 0; (u = evk_score_unit(score, i)); i++) {
        fputs(shown(u->unit, text), stdout);
        print_name(u->model);
        print_name(u->output);
        printf("\t%zu", u->images);
        print_numbers(u, evk_score_covered(score, i));
        printf("\t%s\n", u->keep ? "true" : "false");
        kept += u->keep;
    }
    evk_score_medians(score, &medians);
    printf("median of %zu\tn/a\tn/a\t%zu", i, medians.images);
    print_numbers(&medians, median_covered(score, i));
    printf("\t%zu\n", kept);
}

static int write_scores(const evk_score *score, const struct outputs *out)
{
    evk_error err = {EVK_OK, ""};
    evk_unit_score medians;

    print_scores(score);
    evk_score_medians(score, &medians);
    say("r is the correlation with the mean responses to these %zu images; a model that was fitted "
        "to them predicts other images less well",
        medians.images);
    if (!out->table[0])
        return EXIT_DONE;
    if (evk_score_write(score, out->table, &err) || evk_score_draw(score, out->figure, &err))
        return complain(&err);
    say("wrote %s and %s", out->table, out->figure);
    return EXIT_DONE;
}

static int score_recording(const struct models *m, const evk_recording *recording,
                           const struct score_flags *flags, const struct outputs *out)
{
    struct progress bar;
    const evk_run run = {.threads = (int)flags->threads, .progress = progress_show, .arg = &bar};
    evk_error err = {EVK_OK, ""};
    evk_score *score;
    evk_status s;
    int status;

    say_recording_notes(recording);
    progress_begin(&bar, m->count > 1 ? "images x models" : "images", false, 0);
    s = evk_score_models(&score, recording, (const evk_model *const *)m->models, m->count,
                         flags->resize, &run, &err);
    progress_end(&bar);
    if (s)
        return complain(&err);
    say_score_notes(score);
    status = write_scores(score, out);
    evk_score_free(score);
    return status;
}

static int score_models(const struct opt_rest *rest, const struct model_flags *model_flags,
                        const struct score_flags *flags, const struct outputs *out)
{
    evk_recording *recording = NULL;
    evk_error err = {EVK_OK, ""};
    evk_image_list *images = NULL;
    struct models m = {0};
    int status = images_open(&images, rest->list, rest->list_count, &model_flags->framing);

    if (!status &&
        evk_recording_open(&recording, flags->responses, images, flags->rows, flags->names, &err))
        status = complain(&err);
    if (!status)
        status = models_open(&m, rest, model_flags);
    if (!status)
        status = score_recording(&m, recording, flags, out);
    models_close(&m);
    evk_recording_free(recording);
    evk_image_list_free(images);
    return status;
}

/* ---- a set ---------------------------------------------------------------------------------- */

/* Prints a budget or a contrast, which most comparisons lack. */
static void print_dose(double dose)
{
    if (isfinite(dose))
        printf("\t%.9g", dose);
    else
        fputs("\tn/a", stdout);
}

static void print_contrast(const evk_contrast *c)
{
    char text[SHOWN];

    fputs(shown(c->unit, text), stdout);
    print_name(c->images);
    print_name(c->against);
    print_dose(c->budget);
    print_name(c->choice);
    printf("\t%zu\t%zu\t%zu", c->n, c->n_against, c->presentations);
    cell_print(c->recorded);
    cell_print(c->recorded_against);
    cell_print(c->difference);
    cell_print(c->low);
    cell_print(c->high);
    cell_print(c->predicted);
    cell_print(c->predicted_against);
    printf("\t%s", c->followed ? "true" : "false");
    print_dose(c->contrast);
    putchar('\n');
}

static void print_follow(const evk_follow *follow, bool split)
{
    const evk_contrast *c;
    size_t followed = 0, i;
    bool chosen = false;

    puts("unit\timages\tagainst\tbudget\tchoice\tn\tn_against\tpresentations\trecorded\t"
         "recorded_against\tdifference\tlow\thigh\tpredicted\tpredicted_"
         "against\tfollowed\tcontrast");
    for (i = 0; (c = evk_follow_contrast(follow, i)); i++) {
        print_contrast(c);
        followed += c->followed;
        chosen = chosen || strcmp(c->choice, "all") != 0;
    }
    say("%zu of %zu differences have their interval of 95 %% on the predicted side of 0", followed,
        i);
    if (chosen && split)
        say("where choice is other, the best images were chosen on odd presentations and are "
            "reported on even ones");
    else if (chosen)
        say("where choice is same, the best images were chosen on the presentations that are "
            "reported, which makes them look better than they are; --split chooses them on others");
}

static int write_follow(const evk_follow *follow, bool split, const struct outputs *out)
{
    evk_error err = {EVK_OK, ""};

    say_follow_notes(follow);
    print_follow(follow, split);
    if (!out->table[0])
        return EXIT_DONE;
    if (evk_follow_write(follow, out->table, &err) || evk_follow_draw(follow, out->figure, &err))
        return complain(&err);
    say("wrote %s and %s", out->table, out->figure);
    return EXIT_DONE;
}

static int score_set(const char *folder, const struct score_flags *flags, const struct outputs *out)
{
    evk_recording *recording = NULL;
    evk_error err = {EVK_OK, ""};
    evk_follow *follow = NULL;
    evk_set *set = NULL;
    evk_status s = evk_set_open(&set, folder, &err);
    int status;

    if (!s)
        s = evk_recording_open(&recording, flags->responses, NULL, NULL, flags->names, &err);
    if (!s) {
        say_recording_notes(recording);
        s = evk_follow_set(&follow, set, recording, flags->split, &err);
    }
    status = s ? complain(&err) : write_follow(follow, flags->split, out);
    evk_follow_free(follow);
    evk_recording_free(recording);
    evk_set_free(set);
    return status;
}

/* ---- the command ---------------------------------------------------------------------------- */

static int usage(const char *sentence)
{
    say("%s", sentence);
    return EXIT_USAGE;
}

static int score_run(const struct opt_rest *rest, const struct model_flags *model_flags,
                     const struct score_flags *flags)
{
    const bool set = rest->list_count == 0;
    struct outputs out;
    int status;

    if (!flags->responses)
        return usage("no recorded responses are given, expected --responses FILE");
    if (set && (rest->operand_count != 1 || !evk_fs_is_folder(rest->operands[0])))
        return usage(
            "score takes --images PATH... and one or more MODEL, or the folder of one SET");
    if (set && flags->rows)
        return usage("--rows goes with --images, of which it takes a part");
    if (!set && flags->split)
        return usage("--split goes with a SET, whose best images it chooses and reports on "
                     "different presentations");
    status = name_outputs(&out, flags->out);
    if (!status)
        status = set ? score_set(rest->operands[0], flags, &out)
                     : score_models(rest, model_flags, flags, &out);
    return finish_output(status);
}

enum { OPTIONS = 16 }; /* room for the options of models, which are fewer */

/* Copies the options of models but --names, which here names units. */
static void copy_options(evk_param out[OPTIONS])
{
    const evk_param *p = model_params;
    int n = 0;

    for (; p->name && n < OPTIONS - 1; p++)
        if (strcmp(p->name, "names") != 0)
            out[n++] = *p;
    out[n] = (evk_param){.name = NULL};
}

static const evk_param params[] = {
    {"responses", "FILE", RESPONSES_HELP, EVK_PARAM_TEXT, offsetof(struct score_flags, responses),
     0, 0},
    {"rows", "LIST", ROWS_HELP, EVK_PARAM_TEXT, offsetof(struct score_flags, rows), 0, 0},
    {"names", "FILE", UNIT_NAMES_HELP, EVK_PARAM_TEXT, offsetof(struct score_flags, names), 0, 0},
    {"o", "NAME",
     "write the scores to NAME.tsv, a table of units for 'evoke maximize --units', and a "
     "figure to NAME.png; where NAME ends in .pdf or .svg, the figure is a PDF or an SVG",
     EVK_PARAM_TEXT, offsetof(struct score_flags, out), 0, 0},
    {"split", NULL,
     "of a set, choose the best images on odd presentations and report them on even ones",
     EVK_PARAM_FLAG, offsetof(struct score_flags, split), 0, 0},
    {"resize", NULL, RESIZE_HELP, EVK_PARAM_FLAG, offsetof(struct score_flags, resize), 0, 0},
    {"threads", "N", THREADS_HELP, EVK_PARAM_INT, offsetof(struct score_flags, threads), 0, 256},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

int cmd_score(int argc, char **argv)
{
    evk_param options[OPTIONS];
    struct score_flags flags = {.responses = NULL};
    struct model_flags model_flags = model_flags_none();
    const struct opt_spec spec = {
        .command = "score",
        .usage = "--responses FILE (--images PATH... MODEL... | SET) [options]",
        .about =
            "Compares recorded responses with what models predict. With --images, says how well "
            "each model predicts its unit: r with its interval of 95 % (bootstrap over images), r "
            "squared corrected for noise (r2_er), the largest r that a model can reach (ceiling), "
            "the regression line response = offset + slope * prediction, and the share of "
            "responses that are within their intervals of 90 % (covered; 'evoke predict "
            "--intervals' prints these). keep is true where r_low is above 0. r2_er and ceiling "
            "need repeats. A unit belongs to the output, or to the model of one output, that has "
            "its name; outputs without names are taken in their "
            "order, and several models of one output by the numbers at the ends of their names.\n"
            "With a SET and responses by stim_code, says whether units followed: the mean recorded "
            "response to the images of a kind against max-natural images, controls or bases, the "
            "difference with its interval of 95 % (bootstrap over presentations), and both "
            "predictions. choice is all where all images count, same where the best image was "
            "chosen on the presentations that are reported, and other with --split. followed is "
            "true where the interval is on the predicted side of 0.",
        .see = "predict maximize info",
        .groups = {{"What to compare", "images responses rows names resize o split"},
                   {"Ensembles", "ensemble"},
                   UNIT_GROUP,
                   {"Models whose files do not say everything", "size mean scale weights"},
                   SHAPE_GROUP,
                   {"Speed", "threads"}},
        .tables = {{params, &flags}, {options, &model_flags}, {framing_params, &model_flags}},
        .list_name = "images",
        .list_value = IMAGES_VALUE,
        .list_help = IMAGES_HELP,
        .list_takes = models_is_images,
    };
    struct opt_rest rest;
    int status;

    copy_options(options);
    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = score_run(&rest, &model_flags, &flags);
    opt_release(&rest);
    return status;
}
