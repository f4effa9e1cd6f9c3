/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairing.c - which output of a judge stands for which neuron */
#include "stimset/folder/pairing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/record/target.h"

/* ---- the decision ----------------------------------------------------------------------- */

/* Is it a name?  Every model counts its outputs from 0, so that a number names no neuron. */
static bool is_name(const char *neuron)
{
    return neuron[strspn(neuron, "0123456789")] != '\0';
}

static evk_status refuse(const evk_judge_model *j, const evk_model *model, const char *neuron,
                         int64_t neurons, evk_error *err)
{
    const char *path = evk_model_describe(j->model)->path;
    struct evk_str expected = EVK_STR_INIT;
    evk_status s;

    if (neurons == 1)
        evk_str_printf(&expected, "%s:OUTPUT", path);
    else
        evk_str_printf(&expected,
                       "%s:OUTPUT,OUTPUT,.. with an output for each of the %lld neurons in their "
                       "order",
                       path, (long long)neurons);
    s = evk_str_check(&expected, err);
    if (!s)
        s = evk_fail(err, EVK_EINVAL,
                     "%s: no output of this judge is known to be neuron %s of %s, since %s; "
                     "expected %s",
                     path, neuron, evk_model_describe(model)->name,
                     is_name(neuron) ? "no output has that name"
                                     : "every model counts its own outputs from 0",
                     expected.data);
    evk_str_release(&expected);
    return s;
}

static evk_status pair_by_name(const evk_judge_model *j, const evk_target *targets, size_t count,
                               int64_t neurons, int64_t *outputs, evk_error *err)
{
    char neuron[EVK_NEURON_TEXT];

    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < targets[t].count; i++) {
            evk_model_neuron(targets[t].model, targets[t].outputs[i], neuron);
            if (!is_name(neuron) || evk_model_find_neuron(j->model, neuron, outputs++, NULL))
                return refuse(j, targets[t].model, neuron, neurons, err);
        }
    return EVK_OK;
}

static evk_status pair_in_order(const evk_judge_model *j, int64_t neurons, int64_t *outputs,
                                evk_error *err)
{
    const evk_model_info *judge = evk_model_describe(j->model);
    int64_t scored = 0;

    if ((int64_t)j->count != neurons)
        return evk_fail(err, EVK_EINVAL,
                        "%s: found %zu output%s of this judge for %lld neuron%s, expected an "
                        "output for each neuron, in the order of the neurons",
                        judge->path, j->count, j->count == 1 ? "" : "s", (long long)neurons,
                        neurons == 1 ? "" : "s");
    for (int64_t i = 0; i < neurons; i++) {
        outputs[i] = j->outputs[i];
        scored += outputs[i] >= 0;
        if (outputs[i] < -1 || outputs[i] >= judge->outputs)
            return evk_fail(err, EVK_EINVAL,
                            "%s: output %lld of this judge is out of range, expected 0 to %lld",
                            judge->path, (long long)outputs[i], (long long)judge->outputs - 1);
    }
    if (scored)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL, "%s: this judge scores none of the neurons", judge->path);
}

evk_status evk_pairing_decide(const evk_judge_model *j, const evk_target *targets, size_t count,
                              int64_t **outputs, evk_error *err)
{
    const int64_t neurons = evk_targets_neurons(targets, count);
    int64_t *decided;
    evk_status s;

    EVK_TRY(evk_alloc(&decided, neurons, sizeof(*decided), "judges", err));
    if (j->outputs)
        s = pair_in_order(j, neurons, decided, err);
    else
        s = pair_by_name(j, targets, count, neurons, decided, err);
    if (s) {
        free(decided);
        return s;
    }
    *outputs = decided;
    return EVK_OK;
}

/* ---- the record of the decision --------------------------------------------------------- */

/* Returns the key "MODEL:NEURON"; names of models have no colon. */
static struct evk_str key_of(const char *model, const char *neuron)
{
    struct evk_str key = EVK_STR_INIT;

    evk_str_printf(&key, "%s:%s", model, neuron);
    return key;
}

void evk_pairing_put(struct evk_json_writer *w, evk_json *judge, const evk_model *model,
                     const evk_target *targets, size_t count, const int64_t *outputs)
{
    evk_json *record = evk_json_put_object(w, judge, "Outputs");
    char neuron[EVK_NEURON_TEXT], output[EVK_NEURON_TEXT];

    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < targets[t].count; i++, outputs++) {
            if (*outputs < 0)
                continue;
            struct evk_str key =
                key_of(evk_model_describe(targets[t].model)->name,
                       evk_model_neuron(targets[t].model, targets[t].outputs[i], neuron));

            w->failed = w->failed || key.failed;
            evk_json_put_text(w, record, key.data, evk_model_neuron(model, *outputs, output));
            evk_str_release(&key);
        }
}

evk_status evk_pairing_get(const evk_json *outputs, const evk_model *judge,
                           const struct evk_row *row, int64_t *output, evk_error *err)
{
    struct evk_str key = key_of(row->target_model, row->target_output);
    evk_status s = evk_str_check(&key, err);
    const char *text = evk_json_text(evk_json_get(outputs, key.data));

    *output = -1;
    if (!s && text)
        s = evk_model_find_neuron(judge, text, output, err);
    evk_str_release(&key);
    return s;
}

evk_status evk_pairing_check(const char *judge, const evk_json *there, const evk_json *asked,
                             const char *model, const char *neuron, evk_error *err)
{
    struct evk_str key = key_of(model, neuron);
    const char *a = evk_json_text(evk_json_get(there, key.data));
    const char *b = evk_json_text(evk_json_get(asked, key.data));
    evk_status s = evk_str_check(&key, err);

    if (!s && (a || b) && (!a || !b || strcmp(a, b) != 0))
        s = evk_fail(err, EVK_EINVAL,
                     "holds another stimulus set: judge %s scores neuron %s by its output %s "
                     "there, %s here; expected the same, a new or an empty folder",
                     judge, key.data, a ? a : "n/a", b ? b : "n/a");
    evk_str_release(&key);
    return s;
}

void evk_pairing_merge(struct evk_json_writer *w, evk_json *there, const evk_json *asked)
{
    const char *key = NULL;

    while ((key = evk_json_key_after(asked, key)) != NULL)
        if (!evk_json_get(there, key))
            evk_json_put_copy(w, there, key, evk_json_get(asked, key));
}
