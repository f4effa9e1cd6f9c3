/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_maximize.c - evoke maximize */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "cli/cmd.h"
#include "cli/duration.h"
#include "cli/images.h"
#include "cli/interrupt.h"
#include "cli/judges.h"
#include "cli/models.h"
#include "cli/option_text.h"
#include "cli/progress.h"
#include "cli/set_report.h"

struct maximize_flags {
    const char *folder;
    int64_t threads;
    const char *time;
    struct opt_texts judges;
};

/* The values of a command line. */
struct call {
    struct maximize_flags flags;
    struct model_flags models;
    const char *method; /* value of --method; NULL: the option is not given */
    evk_recipe *recipe; /* owned */
    struct opt_rest rest;
    double seconds; /* the time limit that flags.time says, seconds; 0: no limit is given */
};

static const evk_param params[] = {
    {"o", "SET", SET_HELP, EVK_PARAM_TEXT, offsetof(struct maximize_flags, folder), 0, 0},
    {"threads", "N", THREADS_HELP, EVK_PARAM_INT, offsetof(struct maximize_flags, threads), 0, 256},
    {"for", "TIME",
     "begin no other image after this time, such as 90s, 20m or 1.5h (a bare number: seconds); "
     "every neuron gets its first image before any neuron gets its second; without this option, "
     "there is no limit",
     EVK_PARAM_TEXT, offsetof(struct maximize_flags, time), 0, 0},
    {"judge", JUDGE_VALUE,
     JUDGE_HELP "; a judge whose NAME is selection chooses which images are kept (--keep-by)",
     EVK_PARAM_TEXTS, offsetof(struct maximize_flags, judges), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

/* Gives prior i, a name that the shell can complete --prior with (an opt_choices function). */
static bool prior_at(int i, evk_type_info *out)
{
    const evk_param *own;
    const void *defaults;

    return evk_prior_info(i, out, &own, &defaults);
}

/* Gives rule i, a name that the shell can complete --keep-by with (an opt_choices function). */
static bool keep_rule_at(int i, evk_type_info *out)
{
    static const char *const words[] = {"auto", "objective", "selection"};
    const int n = (int)(sizeof(words) / sizeof(words[0]));

    if (i >= n)
        return evk_objective_info(i - n, out);
    *out = (evk_type_info){words[i], "", ""};
    return true;
}

/* Sets a parameter of the recipe; --method is kept for evk_recipe_new (an opt_set function). */
static evk_status set_recipe(void *to, const char *name, const char *text, evk_error *err)
{
    struct call *c = to;

    if (strcmp(name, "method") != 0)
        return evk_recipe_set(c->recipe, name, text, err);
    c->method = text;
    return EVK_OK;
}

/*
 * Parses the command line into *c, whose recipe has the default values of its options, and becomes
 * *c's.  Returns as opt_parse.
 */
static int parse(int argc, char **argv, evk_recipe *recipe, struct call *c, int *status)
{
    *c = (struct call){.models = model_flags_none(), .recipe = recipe};
    const struct opt_spec spec = {
        .command = "maximize",
        .usage = "-o SET [options] MODEL...",
        .about =
            "Makes images to which neurons respond most. Each start image is changed step by step "
            "so that the predicted response of a neuron rises (gradient ascent). The images, and a "
            "table of them, are written into one folder; the table has the responses that the "
            "model predicts for the files themselves.\nWith photographs given by --reference, "
            "ascents begin with those to which the neuron responds most, and the table compares "
            "responses and contrast with theirs.\nA method is a name for values of other options; "
            "--method robust is the default, and its values are the defaults shown here.",
        .fails = "a neuron has no image, a start gave no image, an image could not be read, a "
                 "response was not finite, or an image has the flag flat (a channel SD below 3 "
                 "display levels) or no-gain (it is no better than the start image of its ascent)",
        .see = "naturals adversarial verify sheet again list",
        .resumes = true,
        .groups = {{"What to make",
                    "o neurons units method starts keep reference judge minimize for"},
                   {"Start images", "start seed start-contrast start-mean start-slope"},
                   {"Steps of an ascent",
                    "steps step-size step-end optimizer gradient-scale gradient-blur samples "
                    "result image-blur image-blur-every image-blur-late"},
                   {"What images look like", "prior grayscale fix-mean fix-sd fix-norm natural-sd "
                                             "natural-mean natural-contrast pixels-per-degree"},
                   {"When an ascent ends early",
                    "plateau plateau-gain pixel-change target-response"},
                   {"Which images are kept, and what is added to them",
                    "keep-by diverse diverse-floor controls contrasts trace"},
                   {"Ensembles", "ensemble member-scaling objective"},
                   UNIT_GROUP,
                   MODEL_GROUP,
                   SHAPE_GROUP,
                   {"Speed", "threads"}},
        .tables = {{params, &c->flags},
                   {neuron_params, &c->models},
                   {unit_params, &c->models},
                   {evk_recipe_params(), recipe, set_recipe, c, option_recipe_get},
                   {model_params, &c->models},
                   {reference_params, &c->models},
                   {scaling_params, &c->models}},
        .choices = {{"method", evk_method_info},
                    {"objective", evk_objective_info},
                    {"keep-by", keep_rule_at},
                    {"optimizer", evk_optimizer_info},
                    {"prior", prior_at},
                    {"controls", evk_control_info}},
    };

    return opt_parse(&spec, argc, argv, &c->rest, status);
}

/* ---- the recipe of the models' cards -------------------------------------------------- */

/* Are two recipes equal?  If not, *name is the first parameter in which they differ. */
static bool is_same_recipe(const evk_recipe *a, const evk_recipe *b, const char **name)
{
    bool same = true;

    for (const evk_param *p = evk_recipe_params(); p->name && same; p++) {
        char *x = NULL, *y = NULL;

        *name = p->name;
        same = !evk_recipe_get(a, p->name, &x, NULL) && !evk_recipe_get(b, p->name, &y, NULL) &&
               strcmp(x, y) == 0;
        evk_free(x);
        evk_free(y);
    }
    return same;
}

/* Sets one parameter of a recipe to its value in another one. */
static evk_status take_value(evk_recipe *recipe, const evk_recipe *from, const char *name,
                             evk_error *err)
{
    char *text;
    evk_status s = evk_recipe_get(from, name, &text, err);

    if (s)
        return s;
    s = evk_recipe_set(recipe, name, text, err);
    evk_free(text);
    return s;
}

/*
 * Sets what the reference images decide: the natural statistics (measured; NULL: there are none),
 * and what --start auto means.
 */
static evk_status follow_references(evk_recipe *recipe, const evk_recipe *measured, evk_error *err)
{
    static const char *const names[] = {"natural-sd", "natural-mean", "natural-contrast"};
    char *start;
    evk_status s = EVK_OK;

    for (size_t i = 0; measured && !s && i < sizeof(names) / sizeof(*names); i++)
        s = take_value(recipe, measured, names[i], err);
    if (!s)
        s = evk_recipe_get(recipe, "start", &start, err);
    if (s)
        return s;
    if (strcmp(start, "auto") == 0)
        s = evk_recipe_set(recipe, "start", measured ? "natural" : "noise", err);
    evk_free(start);
    return s;
}

/*
 * Makes the recipe for one model, in which later ones of these replace earlier ones: the settings
 * of a method, the options of the model's card, the statistics of the reference images (measured;
 * NULL: none are given), the command line.  Returns 0 and *out, which the caller frees, or an exit
 * status after a message.
 */
static int follow_card(int argc, char **argv, const char *method, const evk_model *m,
                       const evk_recipe *measured, evk_recipe **out)
{
    evk_error err = {EVK_OK, ""};
    evk_recipe *recipe;
    struct call again;
    int status;

    if (evk_recipe_new(&recipe, method, m, &err))
        return complain(&err);
    if (follow_references(recipe, measured, &err)) {
        evk_recipe_free(recipe);
        return complain(&err);
    }
    if (parse(argc, argv, recipe, &again, &status)) {
        evk_recipe_free(recipe);
        return status;
    }
    opt_release(&again.rest);
    *out = recipe;
    return 0;
}

/* Makes c->recipe, the recipe for all models; cards that ask for different recipes are an error. */
static int follow_all(int argc, char **argv, const struct models *m, const evk_recipe *measured,
                      struct call *c)
{
    for (size_t i = 0; i < m->count; i++) {
        evk_recipe *recipe = NULL;
        const char *name;
        int status = follow_card(argc, argv, c->method, m->models[i], measured, &recipe);

        if (status)
            return status;
        if (i > 0 && !is_same_recipe(recipe, c->recipe, &name)) {
            say("%s and %s ask for different values of --%s, expected this option on the command "
                "line, or a set for each model",
                evk_model_describe(m->models[0])->path, evk_model_describe(m->models[i])->path,
                name);
            evk_recipe_free(recipe);
            return EXIT_USAGE;
        }
        evk_recipe_free(c->recipe);
        c->recipe = recipe;
    }
    return 0;
}

/* Makes c->recipe from the cards of all models and from the reference images. */
static int follow_cards(int argc, char **argv, const struct models *m, evk_image_list *reference,
                        struct call *c)
{
    const evk_run run = {.threads = (int)c->flags.threads, .stop = interrupted};
    evk_recipe *measured = NULL;
    evk_error err = {EVK_OK, ""};
    int status;

    if (reference && (evk_recipe_new(&measured, NULL, NULL, &err) ||
                      evk_recipe_of_images(measured, m->models[0], reference, &run, &err))) {
        evk_recipe_free(measured);
        (void)images_report(reference, false);
        return complain(&err);
    }
    status = follow_all(argc, argv, m, measured, c);
    evk_recipe_free(measured);
    return status;
}

/* ---- the call ------------------------------------------------------------------------- */

static int maximize_make_set(const struct call *c, const struct models *m,
                             const struct judge_models *j)
{
    struct progress bar;
    const struct set_call call = {c->flags.folder, j->judges.reference != NULL, j->judges.count > 0,
                                  false};
    const evk_run how = {.threads = (int)c->flags.threads,
                         .progress = progress_show,
                         .stop = interrupted,
                         .enough = c->seconds > 0 ? progress_is_over : NULL,
                         .arg = &bar};
    evk_error err = {EVK_OK, ""};
    evk_set_report *report;
    evk_status s;
    int status, read;

    progress_begin(&bar, "images", true, c->seconds);
    s = evk_maximize_units(c->flags.folder, m->targets, m->count, c->recipe,
                           j->judges.count || j->judges.reference ? &j->judges : NULL, m->units,
                           &how, &report, &err);
    progress_end(&bar);
    read = images_report(j->judges.reference, !s);
    if (s)
        return set_failed(&err);
    (void)images_report(evk_set_report_start(report), true);
    status = print_set_report(report, &call);
    judges_say_related(j, m);
    evk_set_report_free(report);
    return status ? status : read;
}

/*
 * Reads how photographs are framed; *shape is the text that *out points to, which the caller frees.
 */
static evk_status read_framing(const evk_recipe *recipe, char **shape, evk_framing *out,
                               evk_error *err)
{
    char *pad;
    evk_status s = evk_recipe_get(recipe, "shape", shape, err);

    if (!s)
        s = evk_recipe_get(recipe, "pad", &pad, err);
    if (s)
        return s;
    out->shape = *shape;
    if (!evk_parse_real(pad, &out->pad))
        out->pad = (double)NAN;
    evk_free(pad);
    return EVK_OK;
}

static int maximize_run(int argc, char **argv, struct call *c)
{
    struct judge_models j = {0};
    evk_error err = {EVK_OK, ""};
    struct models m;
    char *shape = NULL;
    int status;

    if (!opt_has_set(c->flags.folder))
        return EXIT_USAGE;
    if (!duration_parse("for", c->flags.time, &c->seconds))
        return EXIT_USAGE;
    if (read_framing(c->recipe, &shape, &c->models.framing, &err)) {
        evk_free(shape);
        return complain(&err);
    }
    status = models_open(&m, &c->rest, &c->models);
    interrupt_catch();
    if (!status)
        status = models_references(&m, &c->models);
    if (!status)
        status = follow_cards(argc, argv, &m, m.reference, c);
    if (!status)
        status = judges_open(&j, &c->flags.judges, &c->models, &m);
    if (!status)
        status = maximize_make_set(c, &m, &j);
    judges_close(&j);
    models_close(&m);
    evk_free(shape);
    return finish_output(status);
}

int cmd_maximize(int argc, char **argv)
{
    evk_error err = {EVK_OK, ""};
    evk_recipe *recipe;
    struct call c;
    int status;

    if (evk_recipe_new(&recipe, NULL, NULL, &err))
        return complain(&err);
    if (parse(argc, argv, recipe, &c, &status) == 0)
        status = maximize_run(argc, argv, &c);
    opt_release(&c.rest);
    evk_recipe_free(c.recipe);
    return status;
}
