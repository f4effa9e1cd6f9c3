/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.c - the parameters of an attack: their table, their defaults, and checks */
#include <math.h>
#include <stddef.h>

#include "attack/search.h"
#include "base/error.h"
#include "base/named.h"

#define AT(field) offsetof(evk_attack, field)

/* clang-format off */
static const evk_param params[] = {
    {"direction", "NAME", "increase or decrease the response, or bring it to a target", EVK_PARAM_TEXT, AT(direction), 0, 0},
    {"target", "R", "response to reach with as small a change as possible, in units of the model", EVK_PARAM_OPTIONAL, AT(target), -3e38, 3e38},
    {"budget", "B", "largest change of the image, in the unit of the norm", EVK_PARAM_REAL, AT(budget), 0, 1e4},
    {"norm", "NAME", "norm of the change: rms, linf or mean-abs, in display levels, or l2, of values from 0 to 1", EVK_PARAM_TEXT, AT(norm), 0, 0},
    {"method", "NAME", "method of the search; 'evoke list attacks' has all", EVK_PARAM_TEXT, AT(method), 0, 0},
    {"steps", "N", "steps of each search; with --method smoothing, the largest number of discs", EVK_PARAM_INT, AT(steps), 1, 1e6},
    {"starts", "N", "number of searches; the first begins at the base image, the others at noise around it", EVK_PARAM_INT, AT(starts), 1, 32767},
    {"seed", "S", "seed of all random numbers", EVK_PARAM_INT, AT(seed), 0, 9007199254740992.0},
    {"refine", "N", "number of the last steps, which improve the best image after it was rounded to bytes", EVK_PARAM_INT, AT(refine), 0, 10000},
    {"disc-radius", "R", "radius of the discs of --method smoothing, pixels", EVK_PARAM_REAL, AT(disc_radius), 0.5, 1000},
    {"disc-sigma", "S", "SD of the Gaussian that blurs within such a disc, pixels", EVK_PARAM_REAL, AT(disc_sigma), 0.1, 1000},
    {"objective", "TEXT", "function of the responses of an ensemble's members that is changed: mean, sd, mean-0.5*sd, ...; 'evoke list objectives' has all", EVK_PARAM_TEXT, AT(objective), 0, 0},
    {"prior", "NAME[:P=V,..]", "constraint on the change, repeatable: mask, aperture, band, fourier, gradient-blur or grayscale; see 'evoke list priors'", EVK_PARAM_TEXTS, AT(priors), 0, 0},
    {"pixels-per-degree", "P", "resolution of the display, pixels per degree of visual angle, for limits in cycles per degree", EVK_PARAM_OPTIONAL, AT(pixels_per_degree), 1e-3, 1e6},
    {"hold", "NEURONS", "other neurons, whose responses should stay as they are", EVK_PARAM_TEXT, AT(hold), 0, 0},
    {"tolerance", "T", "most that the response of a --hold neuron may move, in units of the model; none: 0.1 SD of that neuron's responses to images", EVK_PARAM_OPTIONAL, AT(tolerance), 0, 3e38},
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
    struct evk_attack_choices choices;

    return evk_attack_resolve(&choices, attack, err);
}
