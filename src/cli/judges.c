/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.c - open the models of --judge and of --units, which score the images of a set */
#include "cli/judges.h"

#include <stdlib.h>

#include "cli/say.h"

void judges_close(struct judge_models *j)
{
    for (size_t i = 0; i < j->judges.count; i++) {
        evk_model_free(j->models[i]);
        evk_free(j->outputs[i]);
    }
    free(j->models);
    free(j->outputs);
    free(j->list);
}

/* Makes room for judges; false after a message. */
static bool judges_allocate(struct judge_models *j, size_t count)
{
    j->models = calloc(count + 1, sizeof(*j->models));
    j->outputs = calloc(count + 1, sizeof(*j->outputs));
    j->list = calloc(count + 1, sizeof(*j->list));
    if (j->models && j->outputs && j->list)
        return true;
    say("out of memory for judges");
    return false;
}

static size_t count_neurons(const struct models *m)
{
    size_t neurons = 0;

    for (size_t i = 0; i < m->count; i++)
        neurons += m->targets[i].count;
    return neurons;
}

/* Adds a judge of the units, which does not score neurons of other targets. */
static bool add_of_units(struct judge_models *j, const evk_judge_model *judge, size_t neurons)
{
    int64_t *outputs = calloc(neurons, sizeof(*outputs));

    if (!outputs) {
        say("out of memory for judges");
        return false;
    }
    for (size_t i = 0; i < neurons; i++)
        outputs[i] = i < judge->count ? judge->outputs[i] : -1;
    j->outputs[j->judges.count] = outputs;
    j->list[j->judges.count++] = (evk_judge_model){judge->model, outputs, neurons};
    return true;
}

/* Opens the judge of one --judge. */
static evk_status add_of_option(struct judge_models *j, const char *text,
                                const evk_model_options *options, evk_error *err)
{
    const size_t i = j->judges.count;
    evk_judge_model *judge = &j->list[i];
    evk_status s =
        evk_model_open_judge(&j->models[i], text, options, &j->outputs[i], &judge->count, err);

    if (s)
        return s;
    judge->model = j->models[i];
    judge->outputs = j->outputs[i];
    j->judges.count++;
    return EVK_OK;
}

int judges_open(struct judge_models *j, const struct opt_texts *texts,
                const struct model_flags *flags, const struct models *models)
{
    evk_error err = {EVK_OK, ""};
    struct model_settings settings;
    int status = models_options(flags, &settings);
    const evk_judge_model *of_units = NULL;
    size_t units = 0;

    settings.options.channel_count = 0; /* judges score with their outputs */
    settings.options.names = NULL;
    if (models->units)
        of_units = evk_units_judges(models->units, &units);
    if (status || !judges_allocate(j, units + texts->count))
        return status ? status : EXIT_FAILED;
    j->judges.list = j->list;
    j->judges.reference = models->reference;
    for (size_t i = 0; i < units; i++)
        if (!add_of_units(j, &of_units[i], count_neurons(models)))
            return EXIT_FAILED;
    for (size_t i = 0; i < texts->count; i++)
        if (add_of_option(j, texts->text[i], &settings.options, &err))
            return complain(&err);
    return 0;
}

/* ---- judges that are related to what was climbed --------------------------------------- */

enum { JUDGES_NAMED = 8 }; /* judges that are named; others are counted */

/* Does the judge score a neuron of target t? */
static bool scores(const evk_judge_model *judge, const struct models *m, size_t t)
{
    size_t first = 0;

    for (size_t i = 0; i < t; i++)
        first += m->targets[i].count;
    for (size_t i = first; judge->outputs && i < first + m->targets[t].count; i++)
        if (judge->outputs[i] >= 0)
            return true;
    return !judge->outputs;
}

/*
 * Returns how many models the judge scores and is related to; *first and why (SHOWN bytes) are those
 * of the first of them.
 */
static size_t count_related(const evk_judge_model *judge, const struct models *m,
                            const evk_model **first, char why[SHOWN])
{
    char phrase[SHOWN];
    size_t n = 0;

    for (size_t t = 0; t < m->count; t++)
        if (scores(judge, m, t) &&
            evk_judge_role_of(judge->model, m->models[t], n ? phrase : why, SHOWN) ==
                EVK_JUDGE_RELATED &&
            n++ == 0)
            *first = m->models[t];
    return n;
}

static void say_related(const evk_model *judge, const evk_model *first, const char *why,
                        size_t models)
{
    const char *name = evk_model_describe(judge)->name, *of = evk_model_describe(first)->name;

    if (models == 1)
        say("judge %s is related to %s and so not held out: it %s", name, of, why);
    else
        say("judge %s is related to %s and %zu more models and so not held out: it %s", name, of,
            models - 1, why);
}

void judges_say_related(const struct judge_models *j, const struct models *models)
{
    size_t related = 0;

    for (size_t i = 0; i < j->judges.count; i++) {
        const evk_model *first = NULL;
        char why[SHOWN];
        const size_t n = count_related(&j->list[i], models, &first, why);

        if (n && related++ < JUDGES_NAMED)
            say_related(j->list[i].model, first, why, n);
    }
    if (related > JUDGES_NAMED)
        say("%zu more judges are related to models that they score; the column judge_roles says "
            "which",
            related - JUDGES_NAMED);
}
