/* SPDX-License-Identifier: GPL-3.0-or-later */
/* description_merge.c - the description of a set that a call extends */
#include <string.h>

#include "stimset/folder/describe.h"
#include "stimset/folder/pairing.h"

/* The member of a model that has the number of starts of neurons with fewer than Options.starts. */
static const char fewer_starts[] = "FewerStarts";

static const evk_json *set_member(const evk_json *description, const char *key)
{
    return evk_json_get(evk_json_get(description, "StimulusSet"), key);
}

static bool has_number(const evk_json *array, const evk_json *number)
{
    for (size_t i = 0; i < evk_json_count(array); i++)
        if (evk_json_equal(evk_json_at(array, i), number))
            return true;
    return false;
}

/* Adds the numbers of images of neurons that only `more` has. */
static void merge_numbers(struct evk_json_writer *w, evk_json *model, const char *key,
                          const evk_json *more)
{
    evk_json *there = evk_json_member(model, key);
    const char *neuron = NULL;

    if (more && !there)
        there = evk_json_put_object(w, model, key);
    while ((neuron = evk_json_key_after(more, neuron)) != NULL)
        if (!evk_json_get(there, neuron))
            evk_json_put_copy(w, there, neuron, evk_json_get(more, neuron));
}

static void merge_model(struct evk_json_writer *w, evk_json *models, const evk_json *model)
{
    const char *name = evk_json_text(evk_json_get(model, "Name"));
    const evk_json *more = evk_json_get(model, "TargetOutputs");

    for (size_t i = 0; i < evk_json_count(models); i++) {
        evk_json *there = evk_json_element(models, i);
        const char *other = evk_json_text(evk_json_get(there, "Name"));
        evk_json *outputs = evk_json_member(there, "TargetOutputs");

        if (!other || strcmp(other, name) != 0)
            continue;
        for (size_t o = 0; o < evk_json_count(more); o++)
            if (!has_number(outputs, evk_json_at(more, o)))
                evk_json_put_copy(w, outputs, NULL, evk_json_at(more, o));
        merge_numbers(w, there, "Keep", evk_json_get(model, "Keep"));
        merge_numbers(w, there, "Least", evk_json_get(model, "Least"));
        return;
    }
    evk_json_put_copy(w, models, NULL, model);
}

/* ---- how many starts each neuron has ------------------------------------------------------- */

/* Returns the model of this name; a model without outputs where there is none. */
static struct evk_described_model find_model(const evk_json *description, const char *name)
{
    struct evk_described_model m;

    if (evk_description_model_named(description, name, &m))
        return m;
    return (struct evk_described_model){.outputs = NULL};
}

/* Returns the number of starts of a neuron, 0 where the model lacks it; starts: Options.starts. */
static int64_t starts_of(const struct evk_described_model *m, const char *neuron, int64_t starts)
{
    return evk_described_has(m, neuron) ? evk_described_starts(m, neuron, starts) : 0;
}

/*
 * Write FewerStarts of a model of the extended set.  starts: Options.starts of the set that is
 * there, and of the one that is asked for.
 */
static void put_fewer(struct evk_json_writer *w, evk_json *model, const evk_json *there,
                      const evk_json *asked, const int64_t starts[2])
{
    const int64_t most = starts[0] > starts[1] ? starts[0] : starts[1];
    const char *name = evk_json_text(evk_json_get(model, "Name"));
    const struct evk_described_model before = find_model(there, name),
                                     more = find_model(asked, name);
    const struct evk_described_model now = {.outputs = evk_json_get(model, "TargetOutputs")};
    char neuron[EVK_NEURON_TEXT];
    evk_json *fewer = NULL;

    evk_json_drop(model, fewer_starts);
    for (size_t i = 0; i < evk_json_count(now.outputs); i++) {
        int64_t a, b;

        evk_described_neuron(&now, i, neuron);
        a = starts_of(&before, neuron, starts[0]);
        b = starts_of(&more, neuron, starts[1]);
        a = a > b ? a : b;
        if (a < most && !fewer)
            fewer = evk_json_put_object(w, model, fewer_starts);
        if (a < most)
            evk_json_put_int(w, fewer, neuron, a);
    }
}

static void merge_starts(struct evk_json_writer *w, const evk_json *there, const evk_json *asked)
{
    evk_json *set = evk_json_member(w->root, "StimulusSet"), *models, *model;
    const struct evk_set_kind *kind = evk_set_kind_of(there);
    int64_t starts[2];

    if (!kind || !kind->ascends || !evk_description_int(there, "starts", &starts[0]) ||
        !evk_description_int(asked, "starts", &starts[1]))
        return;
    if (starts[1] > starts[0])
        evk_json_put_int(w, evk_json_member(set, "Options"), "starts", starts[1]);
    models = evk_json_member(set, "Models");
    for (size_t i = 0; (model = evk_json_element(models, i)) != NULL; i++)
        put_fewer(w, model, there, asked, starts);
}

static void merge_judges(struct evk_json_writer *w, evk_json *judges, const evk_json *asked)
{
    for (size_t i = 0; i < evk_json_count(asked); i++)
        evk_pairing_merge(w, evk_json_member(evk_json_element(judges, i), "Outputs"),
                          evk_json_get(evk_json_at(asked, i), "Outputs"));
}

void evk_description_merge(struct evk_json_writer *w, const evk_json *there, const evk_json *asked)
{
    const evk_json *models = set_member(asked, "Models");
    const char *key = NULL;
    evk_json *set;

    evk_json_writer_init(w);
    while ((key = evk_json_key_after(there, key)) != NULL)
        evk_json_put_copy(w, w->root, key, evk_json_get(there, key));
    set = evk_json_member(w->root, "StimulusSet");
    for (size_t i = 0; i < evk_json_count(models); i++)
        merge_model(w, evk_json_member(set, "Models"), evk_json_at(models, i));
    if (set_member(asked, "UnitTable") && !evk_json_get(set, "UnitTable"))
        evk_json_put_copy(w, set, "UnitTable", set_member(asked, "UnitTable"));
    merge_starts(w, there, asked);
    merge_judges(w, evk_json_member(set, "Judges"), set_member(asked, "Judges"));
}
