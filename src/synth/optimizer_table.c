/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer_table.c - the table of the optimizers, from optimizers.def */
#include "base/named.h"
#include "synth/optimizer.h"

#define EVK_OPTIMIZER(name) extern const struct evk_optimizer evk_optimizer_##name;
#include "synth/optimizers.def"
#undef EVK_OPTIMIZER

static const struct evk_optimizer *const table[] = {
#define EVK_OPTIMIZER(name) &evk_optimizer_##name,
#include "synth/optimizers.def"
#undef EVK_OPTIMIZER
};

#define OPTIMIZERS ((int)(sizeof(table) / sizeof(table[0])))

bool evk_optimizer_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= OPTIMIZERS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, ""};
    return true;
}

float evk_running_mean_reached(double decay, int64_t step)
{
    double power = 1;

    for (int64_t i = 0; i <= step && power > 1e-12; i++)
        power *= decay;
    return (float)(1 - power);
}

evk_status evk_optimizer_find(const struct evk_optimizer **out, const char *name, evk_error *err)
{
    int i;

    EVK_TRY(evk_named_find(&i, "optimizer", name, evk_optimizer_info, err));
    *out = table[i];
    return EVK_OK;
}
