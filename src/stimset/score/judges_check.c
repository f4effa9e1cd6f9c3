/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges_check.c - can these judges score those neurons, and what a description says of judges */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/pairing.h"
#include "stimset/record/row.h"
#include "stimset/record/target.h"
#include "stimset/score/judges.h"
#include "stimset/score/keep.h"
#include "stimset/score/reference.h"

/* Does the judge see images of the size of the target's model, in as many channels or in one? */
static evk_status check_images(const evk_model *model, const evk_target *t, evk_error *err)
{
    const evk_model_info *judge = evk_model_describe(model), *in = evk_model_describe(t->model);

    if (judge->height == in->height && judge->width == in->width &&
        (judge->channels == in->channels || judge->channels == 1))
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "%s: judges images of %lldx%lldx%lld, but %s makes %lldx%lldx%lld", judge->path,
                    (long long)judge->height, (long long)judge->width, (long long)judge->channels,
                    in->path, (long long)in->height, (long long)in->width, (long long)in->channels);
}

/* The name of a judge must fit a table, in a list separated by semicolons. */
static evk_status check_name(const evk_model *model, evk_error *err)
{
    const evk_model_info *judge = evk_model_describe(model);

    EVK_TRY(evk_models_check_names(&model, 1, err));
    if (strchr(judge->name, ';'))
        return evk_fail(err, EVK_EINVAL,
                        "%s: the judge's name '%s' has a semicolon, which separates judges in "
                        "tables; expected another name, as in --judge NAME=MODEL",
                        judge->path, judge->name);
    return EVK_OK;
}

static evk_status refuse_name(const evk_model_info *first, const evk_model_info *second,
                              evk_error *err)
{
    return evk_fail(err, EVK_EINVAL,
                    "the judges %s and %s have one name, '%s'; expected a name for each, as in "
                    "--judge NAME=MODEL",
                    first->path, second->path, first->name);
}

/* Each unit of a table may have a judge of its own that chooses: check_selections compares these. */
static evk_status check_pair(const evk_judges *j, size_t a, size_t b, evk_error *err)
{
    const evk_model_info *first = evk_model_describe(j->list[a].model);
    const evk_model_info *second = evk_model_describe(j->list[b].model);

    if (strcmp(first->name, second->name) == 0 && strcmp(first->name, evk_selection) != 0)
        return refuse_name(first, second, err);
    if (j->reference && first->channels != second->channels)
        return evk_fail(err, EVK_EINVAL,
                        "%s: sees images of %lld channels, but %s of %lld; expected judges that "
                        "can be shown the same reference images",
                        second->path, (long long)second->channels, first->path,
                        (long long)first->channels);
    return EVK_OK;
}

/* The output of each judge for each neuron: an array (neurons) for each judge, owned. */
struct pairings {
    int64_t **outputs; /* (count); the list is owned, too */
    size_t count;
    int64_t neurons;
};

static void pairings_release(struct pairings *p)
{
    for (size_t i = 0; p->outputs && i < p->count; i++)
        free(p->outputs[i]);
    free(p->outputs);
}

/* Find the output of each judge for each neuron.  The caller releases *p, also after a failure. */
static evk_status decide(struct pairings *p, const evk_judges *j, const evk_target *targets,
                         size_t count, evk_error *err)
{
    *p = (struct pairings){.neurons = evk_targets_neurons(targets, count), .count = j->count};
    EVK_TRY(evk_alloc(&p->outputs, (int64_t)j->count, sizeof(*p->outputs), "judges", err));
    for (size_t i = 0; i < j->count; i++)
        EVK_TRY(evk_pairing_decide(&j->list[i], targets, count, &p->outputs[i], err));
    return EVK_OK;
}

/* The same outputs of the same model would count twice in means over judges. */
static evk_status check_repeats(const struct pairings *p, const evk_judges *j, evk_error *err)
{
    const size_t size = (size_t)p->neurons * sizeof(**p->outputs);

    for (size_t i = 0; i < j->count; i++)
        for (size_t k = 0; k < i; k++) {
            const evk_model_info *a = evk_model_describe(j->list[k].model);
            const evk_model_info *b = evk_model_describe(j->list[i].model);

            if (strcmp(a->sha256, b->sha256) == 0 && !memcmp(p->outputs[k], p->outputs[i], size))
                return evk_fail(err, EVK_EINVAL,
                                "the judges %s and %s are the same outputs of the same model, "
                                "expected each judge once",
                                a->name, b->name);
        }
    return EVK_OK;
}

/* Of one neuron, no two judges may have one name. */
static evk_status check_selections(const struct pairings *p, const evk_judges *j, int64_t neuron,
                                   evk_error *err)
{
    const evk_model_info *first = NULL;

    for (size_t i = 0; i < j->count; i++) {
        const evk_model_info *judge = evk_model_describe(j->list[i].model);

        if (p->outputs[i][neuron] < 0 || strcmp(judge->name, evk_selection) != 0)
            continue;
        if (first)
            return refuse_name(first, judge, err);
        first = judge;
    }
    return EVK_OK;
}

/* Do the names of all judges and their outputs for a neuron fit one cell of the table? */
static evk_status check_cell(const struct pairings *p, const evk_judges *j, int64_t neuron,
                             evk_error *err)
{
    char output[EVK_NEURON_TEXT];
    size_t size = 0, judges = 0;

    for (size_t i = 0; i < j->count; i++) {
        if (p->outputs[i][neuron] < 0)
            continue;
        judges++;
        size += strlen(evk_model_describe(j->list[i].model)->name) + strlen(":;") +
                strlen(evk_model_neuron(j->list[i].model, p->outputs[i][neuron], output));
    }
    if (judges > EVK_JUDGES_MAX)
        return evk_fail(err, EVK_EINVAL, "found %zu judges of one neuron, expected at most %d",
                        judges, EVK_JUDGES_MAX);
    if (size < EVK_JUDGES_TEXT)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "the names of the judges and their outputs have %zu characters, expected at "
                    "most %d; --judge NAME=MODEL gives a judge a shorter name",
                    size, EVK_JUDGES_TEXT - 1);
}

static evk_status check_pairings(const evk_judges *j, const evk_target *targets, size_t count,
                                 evk_error *err)
{
    struct pairings p;
    evk_status s = decide(&p, j, targets, count, err);

    if (!s)
        s = check_repeats(&p, j, err);
    for (int64_t i = 0; i < p.neurons && !s; i++) {
        s = check_selections(&p, j, i, err);
        if (!s)
            s = check_cell(&p, j, i, err);
    }
    pairings_release(&p);
    return s;
}

evk_status evk_judges_check(const evk_judges *j, const evk_target *targets, size_t count,
                            evk_error *err)
{
    if (j->count < 1 && !j->reference)
        return evk_fail(err, EVK_EINVAL, "found 0 judges and no reference images, expected 1 to %d",
                        EVK_JUDGES_MAX);
    if (j->reference)
        EVK_TRY(evk_reference_check(j->reference, err));
    for (size_t i = 0; i < j->count; i++) {
        EVK_TRY(check_name(j->list[i].model, err));
        for (size_t t = 0; t < count; t++)
            EVK_TRY(check_images(j->list[i].model, &targets[t], err));
        for (size_t k = 0; k < i; k++)
            EVK_TRY(check_pair(j, k, i, err));
    }
    return check_pairings(j, targets, count, err);
}

/* ---- the description ------------------------------------------------------------------------- */

static evk_status put_judges(struct evk_json_writer *w, evk_json *set, const evk_judges *j,
                             const evk_target *targets, size_t count, evk_error *err)
{
    evk_json *list = j->count ? evk_json_put_array(w, set, "Judges") : NULL;

    for (size_t i = 0; i < j->count; i++) {
        const evk_model *model = j->list[i].model;
        int64_t *outputs;

        EVK_TRY(evk_pairing_decide(&j->list[i], targets, count, &outputs, err));
        evk_pairing_put(w, evk_describe_model(w, list, model), model, targets, count, outputs);
        free(outputs);
    }
    return EVK_OK;
}

evk_status evk_judges_describe(struct evk_json_writer *w, evk_json *set, const evk_judges *j,
                               const evk_target *targets, size_t count, const evk_run *run,
                               evk_error *err)
{
    EVK_TRY(put_judges(w, set, j, targets, count, err));
    if (!j->reference)
        return EVK_OK;
    return evk_describe_reference(w, set, j->reference, targets[0].model, run, err);
}
