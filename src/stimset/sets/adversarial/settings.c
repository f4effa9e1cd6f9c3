/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c - options of a set of perturbed images: their table; made, set, read and freed */
#include "stimset/sets/adversarial/settings.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/settings.h"

#define AT(field) offsetof(evk_adversarial_options, field)

static const char kind[] = "a set of perturbed images";

/* clang-format off */
static const evk_param params[] = {
    {"increase", NULL, "only raise responses", EVK_PARAM_FLAG, AT(increase), 0, 0},
    {"decrease", NULL, "only lower responses", EVK_PARAM_FLAG, AT(decrease), 0, 0},
    {"budget", "B[,B..]", "most that an image may change, in the unit of the norm; one image for each", EVK_PARAM_TEXT, AT(budgets), 0, 0},
    {"controls", "LIST", "control images to compare with: 'evoke list controls'", EVK_PARAM_TEXT, AT(controls), 0, 0},
    {"resize", NULL, "bring base images to the size of the models: by --shape, then bicubic", EVK_PARAM_FLAG, AT(resize), 0, 0},
#define EVK_ATTACK_PARAM(name, value, help, kind, field, min, max) {name, value, help, kind, AT(attack.field), min, max},
#define EVK_ATTACK_SWEPT(name, value, help, kind, field, min, max)
#include "attack/params.def"
#undef EVK_ATTACK_SWEPT
#undef EVK_ATTACK_PARAM
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};
/* clang-format on */

evk_adversarial_options evk_adversarial_default(void)
{
    return (evk_adversarial_options){
        .attack = evk_attack_default(), .budgets = "10", .controls = ""};
}

const evk_param *evk_adversarial_params(void)
{
    return params;
}

evk_status evk_adversarial_options_new(evk_adversarial_options **out, evk_error *err)
{
    EVK_TRY(evk_alloc(out, 1, sizeof(**out), kind, err));
    **out = evk_adversarial_default();
    return EVK_OK;
}

void evk_adversarial_options_free(evk_adversarial_options *options)
{
    if (!options)
        return;
    evk_names_release(&options->attack.owned);
    free(options);
}

evk_status evk_adversarial_options_set(evk_adversarial_options *options, const char *name,
                                       const char *text, evk_error *err)
{
    return evk_settings_set(params, options, &options->attack.owned, kind, name, text, err);
}

evk_status evk_adversarial_options_get(const evk_adversarial_options *options, const char *name,
                                       char **text, evk_error *err)
{
    return evk_settings_get(params, options, kind, name, text, err);
}
