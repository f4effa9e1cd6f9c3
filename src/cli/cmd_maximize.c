/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_maximize.c - evoke maximize */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/interrupt.h"
#include "cli/models.h"
#include "cli/progress.h"

struct maximize_flags {
    const char *folder;
    int64_t threads;
    evk_texts judges;
};

/* All that a command line says. */
struct call {
    struct maximize_flags flags;
    struct model_flags models;
    evk_recipe recipe;
    struct opt_rest rest;
};

/* Counts over all neurons. */
struct total {
    int64_t images, failed, dead, saturated, duplicates;
};

static void print_neuron(const evk_neuron_report *n, const char *folder, int length)
{
    if (n->best_file)
        printf("%s:%s\tbest start %lld\tresponse %.6g\t%.*s/%s\n", n->model, n->neuron,
               (long long)n->best_start, n->best_response, length, folder, n->best_file);
    if (n->restarts)
        fprintf(stderr, "evoke: %s:%s: %lld dead starts (zero gradient) were replaced\n", n->model,
                n->neuron, (long long)n->restarts);
    if (n->failed)
        fprintf(stderr, "evoke: %s:%s: %lld of %lld starts gave no image: %s\n", n->model,
                n->neuron, (long long)n->failed, (long long)n->failed + (long long)n->images,
                n->failure);
}

static void print_total(const struct total *t, int64_t made, const char *folder, int length)
{
    fprintf(stderr, "%lld image%s", (long long)t->images, t->images == 1 ? "" : "s");
    if (made < t->images)
        fprintf(stderr, " (%lld there already)", ((long long)t->images - (long long)made));
    fprintf(stderr, "; %lld dead, %lld failed otherwise, %lld saturated, %lld duplicates\n",
            (long long)t->dead, (long long)t->failed - (long long)t->dead, (long long)t->saturated,
            (long long)t->duplicates);
    if (t->images)
        fprintf(stderr,
                "look at %.*s/sheet.png; stimuli/stimuli.tsv has a row for each image, and 'evoke "
                "verify' checks a copy\n",
                length, folder);
}

/* One line a neuron; exit status 1 when one of them lacks an image. */
static int print_report(const evk_set_report *report, const char *folder)
{
    struct total t = {0, 0, 0, 0, 0};
    int length = (int)strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    for (size_t i = 0; i < evk_set_report_count(report); i++) {
        const evk_neuron_report n = evk_set_report_neuron(report, i);

        t.images += n.images;
        t.failed += n.failed;
        t.dead += n.dead;
        t.saturated += n.saturated;
        t.duplicates += n.duplicates;
        print_neuron(&n, folder, length);
    }
    print_total(&t, evk_set_report_made(report), folder, length);
    return t.failed ? EXIT_FAILED : EXIT_DONE;
}

/* What is finished stays; say how to go on. */
static int fail(const evk_error *err)
{
    const int status = complain(err);

    if (status == EXIT_INTERRUPTED)
        fputs("the same command goes on from there\n", stderr);
    return status;
}

static const evk_param params[] = {
    {"o", "SET", "folder of the stimulus set: new, empty, or one to go on with", EVK_PARAM_TEXT,
     offsetof(struct maximize_flags, folder), 0, 0},
    {"threads", "N", "0: one per core; the images do not depend on it", EVK_PARAM_INT,
     offsetof(struct maximize_flags, threads), 0, 256},
    {"judge", "MODEL[:OUTPUT]",
     "a model that scores the finished images and never steers; repeatable", EVK_PARAM_TEXTS,
     offsetof(struct maximize_flags, judges), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

/* The command line, over a recipe that is there already. */
static int parse(int argc, char **argv, const evk_recipe *recipe, struct call *c, int *status)
{
    *c = (struct call){.recipe = *recipe};
    const struct opt_spec spec = {
        .command = "maximize",
        .usage = "-o SET [options] MODEL...",
        .about = "Climbs the predicted response of every neuron from several starts and writes the "
                 "images\n"
                 "with their table as one folder. Predicted responses are of the files themselves.",
        .tables = {{params, &c->flags},
                   {neuron_params, &c->models},
                   {evk_recipe_params(), &c->recipe},
                   {model_params, &c->models},
                   {reference_params, &c->models},
                   {scaling_params, &c->models}},
        .choices = {{"method", evk_method_info},
                    {"objective", evk_objective_info},
                    {"optimizer", evk_optimizer_info}},
    };

    return opt_parse(&spec, argc, argv, &c->rest, status);
}

/* ---- the recipe of the models' cards -------------------------------------------------- */

/* Do two recipes say the same? Else *name is the first parameter in which they differ. */
static bool is_same_recipe(const evk_recipe *a, const evk_recipe *b, const char **name)
{
    for (const evk_param *p = evk_recipe_params(); p->name; p++) {
        char x[1024], y[1024];

        evk_param_get(p, a, x, sizeof(x));
        evk_param_get(p, b, y, sizeof(y));
        *name = p->name;
        if (strcmp(x, y) != 0)
            return false;
    }
    return true;
}

/* The settings of a method, then what the card asks for, then what the command line says. */
static int follow_card(int argc, char **argv, const char *method, const evk_model *m,
                       evk_recipe *out)
{
    evk_error err = {EVK_OK, ""};
    struct call again;
    evk_recipe recipe;
    int status;

    if (evk_recipe_of_method(&recipe, method, &err) || evk_recipe_of_model(&recipe, m, &err))
        return complain(&err);
    if (parse(argc, argv, &recipe, &again, &status))
        return status;
    opt_release(&again.rest);
    *out = again.recipe;
    return 0;
}

/* The recipe of all models into c->recipe: the first round is for the name of the method. */
static int follow_cards(int argc, char **argv, const struct models *m, struct call *c)
{
    const char *default_method = evk_recipe_default().method;

    for (size_t i = 0; i < m->count; i++) {
        evk_recipe recipe;
        const char *name;
        int status = follow_card(argc, argv, default_method, m->models[i], &recipe);

        if (!status)
            status = follow_card(argc, argv, recipe.method, m->models[i], &recipe);
        if (status)
            return status;
        if (i > 0 && !is_same_recipe(&recipe, &c->recipe, &name)) {
            fprintf(stderr,
                    "evoke: %s and %s ask for different values of --%s, expected it on the command "
                    "line, or a set for each\n",
                    evk_model_describe(m->models[0]).path, evk_model_describe(m->models[i]).path,
                    name);
            return EXIT_USAGE;
        }
        c->recipe = recipe;
    }
    return 0;
}

/* ---- judges --------------------------------------------------------------------------- */

struct judging {
    evk_model *models[EVK_TEXTS_MAX];
    int64_t outputs[EVK_TEXTS_MAX];
    evk_image_list *reference;
    evk_judges judges;
};

static void judging_close(struct judging *j)
{
    for (size_t i = 0; i < j->judges.count; i++)
        evk_model_free(j->models[i]);
    evk_image_list_free(j->reference);
}

static int judging_open(struct judging *j, const struct call *c)
{
    evk_error err = {EVK_OK, ""};
    evk_model_options o;
    int status = models_options(&c->models, &o);

    *j = (struct judging){0};
    if (!status)
        status = models_references(&c->models, &j->reference);
    for (size_t i = 0; i < c->flags.judges.count && !status; i++) {
        char *text = strdup(c->flags.judges.text[i]);

        if (!text) {
            fputs("evoke: out of memory for judges\n", stderr);
            return EXIT_FAILED;
        }
        if (evk_model_open_neuron(&j->models[i], text, &o, &j->outputs[i], &err))
            status = complain(&err);
        else
            j->judges.count++;
        free(text);
    }
    j->judges.models = (const evk_model *const *)j->models;
    j->judges.outputs = j->outputs;
    j->judges.reference = j->reference;
    return status;
}

/* ---- the call ------------------------------------------------------------------------- */

static int make_set(const struct call *c, const struct models *m, const struct judging *j)
{
    struct progress bar;
    const evk_run how = {(int)c->flags.threads, progress_show, interrupted, &bar};
    evk_error err = {EVK_OK, ""};
    evk_set_report *report;
    evk_status s;
    int status;

    interrupt_catch();
    progress_begin(&bar, "images", true);
    s = evk_maximize(c->flags.folder, m->targets, m->count, &c->recipe,
                     j->judges.count ? &j->judges : NULL, &how, &report, &err);
    progress_end(&bar);
    if (s)
        return fail(&err);
    status = print_report(report, c->flags.folder);
    evk_set_report_free(report);
    return status;
}

static int run(int argc, char **argv, struct call *c)
{
    struct judging j = {0};
    struct models m;
    int status;

    if (!c->flags.folder || !c->flags.folder[0]) {
        fputs("evoke: no folder is given for the stimulus set, expected -o SET\n", stderr);
        return EXIT_USAGE;
    }
    status = models_open(&m, &c->rest, &c->models);
    if (!status)
        status = follow_cards(argc, argv, &m, c);
    if (!status)
        status = judging_open(&j, c);
    if (!status)
        status = make_set(c, &m, &j);
    judging_close(&j);
    models_close(&m);
    return finish_output(status);
}

int cmd_maximize(int argc, char **argv)
{
    const evk_recipe recipe = evk_recipe_default();
    struct call c;
    int status;

    if (parse(argc, argv, &recipe, &c, &status) == 0)
        status = run(argc, argv, &c);
    opt_release(&c.rest);
    return status;
}
