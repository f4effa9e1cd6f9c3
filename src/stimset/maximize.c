/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maximize.c - a set of maximizing or minimizing stimuli: what is wanted, and how one is made */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stimset/build.h"
#include "stimset/describe.h"
#include "stimset/folder.h"
#include "stimset/judging.h"
#include "stimset/log.h"
#include "stimset/maker.h"
#include "stimset/plan.h"
#include "stimset/report.h"
#include "synth/method.h"

struct set {
    const char *folder;
    const evk_target *targets;
    const evk_recipe *recipe;
    const evk_judges *judges; /* may be NULL */
    const evk_run *run;
    struct evk_row *wanted; /* (count): targets, their outputs, starts */
    int64_t count;
    struct evk_maker *makers; /* (threads) */
};

/* Everything of a row that is known before its image is. */
static struct evk_row begin_row(const evk_model *m, int64_t output, int64_t start,
                                const evk_recipe *recipe)
{
    const evk_model_info info = evk_model_describe(m);
    struct evk_row r = evk_row_new();

    r.type = "image";
    r.target_model = info.name;
    evk_model_neuron(m, output, r.target_output);
    evk_row_set_objective(&r, recipe);
    r.method = recipe->method;
    r.seed = recipe->seed;
    r.start = start;
    r.n_steps = recipe->steps;
    r.model_sha256 = info.sha256;
    snprintf(r.description, sizeof(r.description), "%s the %s of output %s of %s, start %lld",
             recipe->minimize ? "minimizes" : "maximizes",
             strcmp(recipe->objective, "mean") == 0 ? "response" : recipe->objective,
             r.target_output, info.name, (long long)start);
    return r;
}

/* The model of a stimulus is the target's of that name. */
static const evk_model *model_of(const struct set *set, const struct evk_row *row)
{
    const evk_target *t = set->targets;

    while (strcmp(evk_model_describe(t->model).name, row->target_model) != 0)
        t++;
    return t->model;
}

static evk_status make(void *arg, int worker, struct evk_stimulus *s, evk_error *err)
{
    const struct set *set = arg;
    struct evk_maker *maker = &set->makers[worker];
    const evk_model *model = model_of(set, &s->row);
    struct evk_pixels rounded, file;
    evk_status status;

    EVK_TRY(evk_maker_synthesize(maker, model, set->recipe, set->run, s, &rounded, err));
    status = evk_folder_put_image(set->folder, &s->row, &rounded, &file, err);
    evk_pixels_release(&rounded);
    EVK_TRY(status);
    status = evk_maker_respond(maker, model, set->recipe, &file, &s->row, err);
    evk_pixels_release(&file);
    return status;
}

static evk_status complete(void *arg, const evk_json *description, struct evk_stimuli *all,
                           evk_error *err)
{
    const struct set *set = arg;

    return evk_judging_score(set->judges, set->folder, description, all, set->run, err);
}

static evk_status list_wanted(struct set *set, size_t count, int64_t *neurons, evk_error *err)
{
    int64_t n = 0;

    *neurons = 0;
    for (size_t t = 0; t < count; t++)
        *neurons += (int64_t)set->targets[t].count;
    if (!evk_size_mul(*neurons, set->recipe->starts, &set->count) || set->count > EVK_CODE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "%lld neurons x %lld starts are more stimuli than stim_code can number, "
                        "expected at most %d",
                        (long long)*neurons, (long long)set->recipe->starts, EVK_CODE_MAX);
    if (set->count == 0)
        return evk_fail(err, EVK_EINVAL, "there is no neuron to make images for");
    EVK_TRY(evk_alloc(&set->wanted, set->count, sizeof(*set->wanted), "jobs", err));
    for (size_t t = 0; t < count; t++)
        for (size_t o = 0; o < set->targets[t].count; o++)
            for (int64_t s = 0; s < set->recipe->starts; s++)
                set->wanted[n++] =
                    begin_row(set->targets[t].model, set->targets[t].outputs[o], s, set->recipe);
    return EVK_OK;
}

/* Each output once, and one of the model's. */
static evk_status check_outputs(const evk_target *t, evk_error *err)
{
    const evk_model_info info = evk_model_describe(t->model);
    evk_status s = EVK_OK;
    bool *seen;

    EVK_TRY(evk_alloc(&seen, info.outputs, sizeof(*seen), "outputs", err));
    for (size_t i = 0; i < t->count && !s; i++) {
        const int64_t o = t->outputs[i];

        if (o < 0 || o >= info.outputs)
            s = evk_fail(err, EVK_EINVAL, "%s: neuron %lld is out of range, expected 0 to %lld",
                         info.path, (long long)o, (long long)info.outputs - 1);
        else if (seen[o])
            s = evk_fail(err, EVK_EINVAL, "%s: neuron %lld is asked for twice", info.path,
                         (long long)o);
        else
            seen[o] = true;
    }
    free(seen);
    return s;
}

static evk_status check(const evk_target *targets, size_t count, const evk_recipe *recipe,
                        evk_error *err)
{
    const evk_model **models;
    evk_status s;

    EVK_TRY(evk_recipe_check(recipe, err));
    EVK_TRY(evk_alloc(&models, (int64_t)count, sizeof(*models), "models", err));
    for (size_t i = 0; i < count; i++)
        models[i] = targets[i].model;
    s = evk_models_check_names(models, count, err);
    free(models);
    for (size_t i = 0; i < count && !s; i++)
        s = check_outputs(&targets[i], err);
    for (size_t i = 0; i < count && !s; i++)
        s = evk_recipe_check_model(recipe, targets[i].model, err);
    for (size_t i = 0; i < count && !s; i++) {
        const evk_model_info in = evk_model_describe(targets[i].model);

        if (in.channels != 1 && in.channels != 3)
            s = evk_fail(err, EVK_EUNSUPPORTED, "%s: its image has %lld channels, expected 1 or 3",
                         in.path, (long long)in.channels);
    }
    return s;
}

/* Build the folder. */
static evk_status build(struct set *set, size_t count, struct evk_built *out, evk_error *err)
{
    struct evk_json_writer asked;
    struct evk_build b = {
        .folder = set->folder,
        .asked = &asked,
        .wanted = set->wanted,
        .count = set->count,
        .make = make,
        .complete = set->judges ? complete : NULL,
        .arg = set,
        .run = set->run,
        .threads = evk_thread_count(set->run->threads, set->count),
        .minimize = set->recipe->minimize,
    };
    evk_status s;

    EVK_TRY(evk_alloc(&set->makers, b.threads, sizeof(*set->makers), "threads", err));
    evk_describe(&asked, set->targets, count, set->recipe);
    s = set->judges ? evk_judging_describe(&asked, evk_json_member(asked.root, "StimulusSet"),
                                           set->judges, set->run, err)
                    : EVK_OK;
    if (!s) {
        s = evk_build(&b, out, err);
        if (!s || s == EVK_ESTOPPED)
            evk_log_run(set->folder, set->targets, count, b.threads);
    }
    evk_json_writer_release(&asked);
    for (int t = 0; t < b.threads; t++)
        evk_maker_release(&set->makers[t]);
    free(set->makers);
    return s;
}

evk_status evk_maximize(const char *folder, const evk_target *targets, size_t count,
                        const evk_recipe *recipe, const evk_judges *judges, const evk_run *run,
                        evk_set_report **out, evk_error *err)
{
    struct set set = {
        .folder = folder, .targets = targets, .judges = judges, .recipe = recipe, .run = run};
    struct evk_built built;
    int64_t neurons;
    evk_status s;

    EVK_TRY(check(targets, count, recipe, err));
    if (judges)
        EVK_TRY(evk_judging_check(judges, targets, count, err));
    s = list_wanted(&set, count, &neurons, err);
    if (!s) {
        s = build(&set, count, &built, err);
        if (!s) {
            s = evk_set_report_new(out, &built, neurons, recipe, err);
            evk_built_release(&built);
        }
    }
    free(set.wanted);
    return s;
}
