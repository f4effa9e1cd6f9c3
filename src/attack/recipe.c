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
    {"target", "R", "reach the response R, in units of the model, with as small a change as possible; none: raise and lower the response instead", EVK_PARAM_OPTIONAL, AT(target), -3e38, 3e38},
    {"budget", "B", "let the image change by at most B, in the unit of the norm", EVK_PARAM_REAL, AT(budget), 0, 1e4},
    {"norm", "NAME", "measure a change by this norm: rms, linf or mean-abs, in display levels, or l2, of values from 0 to 1; 'evoke list norms' describes all", EVK_PARAM_TEXT, AT(norm), 0, 0},
    {"method", "NAME", "search by this method; 'evoke list attacks' describes all", EVK_PARAM_TEXT, AT(method), 0, 0},
    {"steps", "N", "take N steps in each search; with --method smoothing, blur at most N discs", EVK_PARAM_INT, AT(steps), 1, 1e6},
    {"starts", "N", "search N times: first from the base image, then from noise around it", EVK_PARAM_INT, AT(starts), 1, 32767},
    {"seed", "S", "begin all random numbers from this seed; the same seed gives the same images", EVK_PARAM_INT, AT(seed), 0, 9007199254740992.0},
    {"refine", "N", "improve the best image in N last steps, after it was rounded to bytes", EVK_PARAM_INT, AT(refine), 0, 10000},
    {"disc-radius", "R", "give the discs of --method smoothing this radius, pixels", EVK_PARAM_REAL, AT(disc_radius), 0.5, 1000},
    {"disc-sigma", "S", "blur within such a disc with a Gaussian of this SD, pixels", EVK_PARAM_REAL, AT(disc_sigma), 0.1, 1000},
    {"objective", "TEXT", "change this function of the responses of an ensemble's members: mean, sd, mean-0.5*sd, ...; 'evoke list objectives' describes all", EVK_PARAM_TEXT, AT(objective), 0, 0},
    {"prior", "NAME[:P=V,..]", "constrain the change by a prior: mask, aperture, band, fourier, gradient-blur or grayscale; 'evoke list priors' describes them; may be repeated", EVK_PARAM_TEXTS, AT(priors), 0, 0},
    {"pixels-per-degree", "P", "say how many pixels of the display make one degree of visual angle, for limits in cycles per degree; none: not known", EVK_PARAM_OPTIONAL, AT(pixels_per_degree), 1e-3, 1e6},
    {"hold", "NEURONS", "keep the responses of these other neurons as they are at the base image", EVK_PARAM_TEXT, AT(hold), 0, 0},
    {"tolerance", "T", "let the response of a --hold neuron move by at most T, in units of the model; none: by 0.1 SD of that neuron's responses to images", EVK_PARAM_OPTIONAL, AT(tolerance), 0, 3e38},
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
