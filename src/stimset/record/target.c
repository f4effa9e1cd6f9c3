/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.c - the models and neurons that a set is asked for */
#include "stimset/record/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Check that each output is in the model's range, and is asked for once. */
static evk_status check_outputs(const evk_target *t, evk_error *err)
{
    const evk_model_info *info = evk_model_describe(t->model);
    evk_status s = EVK_OK;
    bool *seen;

    EVK_TRY(evk_alloc(&seen, info->outputs, sizeof(*seen), "outputs", err));
    for (size_t i = 0; i < t->count && !s; i++) {
        const int64_t o = t->outputs[i];

        if (o < 0 || o >= info->outputs)
            s = evk_fail(err, EVK_EINVAL, "%s: neuron %lld is out of range, expected 0 to %lld",
                         info->path, (long long)o, (long long)info->outputs - 1);
        else if (seen[o])
            s = evk_fail(err, EVK_EINVAL, "%s: neuron %lld is asked for twice", info->path,
                         (long long)o);
        else
            seen[o] = true;
    }
    free(seen);
    return s;
}

evk_status evk_targets_check(const evk_target *targets, size_t count, evk_error *err)
{
    const evk_model **models;
    evk_status s;

    EVK_TRY(evk_alloc(&models, (int64_t)count, sizeof(*models), "models", err));
    for (size_t i = 0; i < count; i++)
        models[i] = targets[i].model;
    s = evk_models_check_names(models, count, err);
    free(models);
    for (size_t i = 0; i < count && !s; i++)
        s = check_outputs(&targets[i], err);
    for (size_t i = 0; i < count && !s; i++) {
        const evk_model_info *in = evk_model_describe(targets[i].model);

        if (in->channels != 1 && in->channels != 3)
            s = evk_fail(err, EVK_EUNSUPPORTED, "%s: its image has %lld channels, expected 1 or 3",
                         in->path, (long long)in->channels);
    }
    return s;
}

int64_t evk_targets_neurons(const evk_target *targets, size_t count)
{
    int64_t neurons = 0;

    for (size_t i = 0; i < count; i++)
        neurons += (int64_t)targets[i].count;
    return neurons;
}

const evk_model *evk_targets_model(const evk_target *targets, const struct evk_row *row)
{
    while (strcmp(evk_model_describe(targets->model)->name, row->target_model) != 0)
        targets++;
    return targets->model;
}
