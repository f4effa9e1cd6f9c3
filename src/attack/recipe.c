/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.c - the parameters of a perturbation: table, defaults, checks */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "attack/pursuit.h"
#include "base/error.h"
#include "synth/objective.h"

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
    {"objective", "TEXT", "what is changed of an ensemble's members: mean, sd, mean-0.5*sd, ...; 'evoke list objectives' has all", EVK_PARAM_TEXT, AT(objective), 0, 0},
    {"prior", "NAME[:P=V,..]", "constraint on the change, repeatable: mask, aperture, band, fourier, gradient-blur or grayscale; see 'evoke list priors'", EVK_PARAM_TEXTS, AT(priors), 0, 0},
    {"pixels-per-degree", "P", "resolution of the display, pixels per degree of visual angle, for limits in cycles per degree", EVK_PARAM_OPTIONAL, AT(pixels_per_degree), 1e-3, 1e6},
    {"hold", "NEURONS", "other neurons, whose responses should stay as they are", EVK_PARAM_TEXT, AT(hold), 0, 0},
    {"tolerance", "T", "most that such a response may move, in units of the model; none: 0.1 SD of that neuron's responses to images", EVK_PARAM_OPTIONAL, AT(tolerance), 0, 3e38},
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

static evk_status check_direction(const evk_attack *a, evk_error *err)
{
    const bool target = strcmp(a->direction, "target") == 0;

    if (!target && strcmp(a->direction, "increase") != 0 && strcmp(a->direction, "decrease") != 0)
        return evk_fail(err, EVK_EINVAL, "direction is '%s', expected increase, decrease or target",
                        a->direction);
    if (target == isnan(a->target))
        return evk_fail(err, EVK_EINVAL, "direction is %s, and a target response is %s",
                        a->direction, target ? "missing" : "given");
    return EVK_OK;
}

evk_status evk_attack_check(const evk_attack *attack, evk_error *err)
{
    const struct evk_attack_method *method;
    struct evk_objective objective;
    const struct evk_norm_type *norm;

    for (const evk_param *p = params; p->name; p++) {
        evk_attack scratch = *attack;
        char text[64];

        evk_param_get(p, attack, text, sizeof(text));
        if (p->kind != EVK_PARAM_TEXT && p->kind != EVK_PARAM_TEXTS)
            EVK_TRY(evk_param_set(p, &scratch, text, err));
    }
    EVK_TRY(check_direction(attack, err));
    EVK_TRY(evk_norm_find(&norm, attack->norm, err));
    EVK_TRY(evk_norm_check(norm, attack->budget, err));
    EVK_TRY(evk_attack_method_find(&method, attack->method, err));
    EVK_TRY(evk_priors_check(&attack->priors, err));
    return evk_objective_parse(&objective, attack->objective, err);
}
