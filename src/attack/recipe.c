/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.c - the parameters of an attack: their table, their defaults, and checks */
#include <math.h>
#include <stddef.h>

#include "attack/search.h"
#include "base/error.h"
#include "base/host.h"
#include "base/named.h"

/* clang-format off */
static const evk_param params[] = {
#define EVK_ATTACK_PARAM(name, value, help, kind, field, min, max) {name, value, help, kind, offsetof(evk_attack, field), min, max},
#define EVK_ATTACK_SWEPT EVK_ATTACK_PARAM
#include "attack/params.def"
#undef EVK_ATTACK_SWEPT
#undef EVK_ATTACK_PARAM
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};
/* clang-format on */

evk_attack evk_attack_default(void)
{
    return (evk_attack){
        .direction = "increase",
        .target = (double)NAN,
        .budget = 10,
        .norm = "rms",
        .method = "auto-pgd",
        .steps = 50,
        .starts = 1,
        .refine = 5,
        .disc_radius = 8,
        .disc_sigma = 3,
        .objective = "mean",
        .pixels_per_degree = (double)NAN,
        .hold = "",
        .tolerance = (double)NAN,
    };
}

const evk_param *evk_attack_params(void)
{
    return params;
}

evk_status evk_attack_direction(int *out, const evk_attack *attack, evk_error *err)
{
    static const char *const words[] = {"increase", "decrease", "target", NULL};
    static const int signs[] = {1, -1, 0};
    int i;

    EVK_TRY(evk_word_find(&i, "direction", attack->direction, words, err));
    *out = signs[i];
    return EVK_OK;
}

static evk_status check_target(const evk_attack *attack, evk_error *err)
{
    int direction;

    EVK_TRY(evk_attack_direction(&direction, attack, err));
    if ((direction == 0) == isnan(attack->target))
        return evk_fail(err, EVK_EINVAL, "direction is %s, and a target response is %s",
                        attack->direction, direction == 0 ? "missing" : "given");
    return EVK_OK;
}

/* Every number is parsed anew from its own text, so that the ranges of the table hold for it. */
static evk_status check_numbers(const evk_attack *attack, evk_error *err)
{
    for (const evk_param *p = params; p->name; p++) {
        evk_attack scratch = *attack;
        char text[64];

        evk_param_get(p, attack, text, sizeof(text));
        if (p->kind != EVK_PARAM_TEXT && p->kind != EVK_PARAM_TEXTS)
            EVK_TRY(evk_param_set(p, &scratch, text, err));
    }
    return EVK_OK;
}

evk_status evk_attack_resolve(struct evk_attack_choices *out, const evk_attack *attack,
                              evk_error *err)
{
    EVK_TRY(check_numbers(attack, err));
    EVK_TRY(check_target(attack, err));
    EVK_TRY(evk_norm_find(&out->norm, attack->norm, err));
    EVK_TRY(evk_norm_check(out->norm, attack->budget, err));
    EVK_TRY(evk_attack_method_find(&out->method, attack->method, err));
    EVK_TRY(evk_priors_check(&attack->priors, err));
    return evk_objective_parse(&out->objective, attack->objective, err);
}

evk_status evk_attack_check(const evk_attack *attack, evk_error *err)
{
    EVK_ENTER();
    struct evk_attack_choices choices;

    return evk_attack_resolve(&choices, attack, err);
}
