/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - tables of units: opened beside the model that they may name, and gone through */
#include <string.h>

#include "folder.h"
#include "fuzz.h"

static void check(const evk_units *u)
{
    size_t targets, judges, neurons = 0;
    const evk_target *t = evk_units_targets(u, &targets);
    const evk_judge_model *j = evk_units_judges(u, &judges);
    evk_unit unit;

    for (size_t i = 0; i < targets; i++)
        for (size_t k = 0; k < t[i].count; k++) {
            fuzz_check(evk_units_at(u, neurons++, &unit));
            fuzz_check(unit.model == t[i].model && unit.output == t[i].outputs[k]);
            fuzz_check(unit.output >= 0 && unit.output < evk_model_describe(unit.model)->outputs);
            fuzz_check(unit.name[0] && strlen(unit.name) < EVK_NEURON_TEXT);
            fuzz_check(unit.images == -1 || unit.images > 0);
        }
    fuzz_check(neurons > 0 && !evk_units_at(u, neurons, &unit));
    for (size_t i = 0; i < judges; i++) {
        fuzz_check(j[i].count == neurons);
        for (size_t k = 0; k < neurons; k++)
            fuzz_check(j[i].outputs[k] >= -1 &&
                       j[i].outputs[k] < evk_model_describe(j[i].model)->outputs);
    }
}

void fuzz_units(const unsigned char *data, size_t size)
{
    const evk_model *model;
    evk_error err = {EVK_OK, ""};
    evk_units *u;
    evk_status s;

    (void)fuzz_folder();
    model = fuzz_tiny();
    fuzz_put("units.csv", data, size);
    s = evk_units_open(&u, fuzz_in("units.csv"), &model, 1, NULL, &err);
    if (s) {
        fuzz_check_failure(s, &err);
        return;
    }
    check(u);
    evk_units_free(u);
}
