/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.h - the fields of an evk_attack, each of which is a parameter of evk_attack_params */
#ifndef EVK_ATTACK_SETTINGS_H
#define EVK_ATTACK_SETTINGS_H

#include "base/names.h"
#include "base/param.h"
#include "evoke/attack.h"

/*
 * The settings of a perturbation.  Together with the model, its output and the base image they
 * decide every byte of the result.  The texts of an attack that evk_attack_new made are in `owned`;
 * those of any other attack must outlive the attack.
 */
struct evk_attack {
    const char *direction; /* "increase" or "decrease" the objective, or bring it to a "target" */
    /*
     * Objective to reach with as small a perturbation as possible, in units of the response; NAN
     * unless direction is "target".
     */
    double target;
    double budget; /* largest norm of the perturbation, in the unit of the norm */
    /*
     * Norm of the budget: "rms", "linf" or "mean-abs", in display levels; or "l2", the Euclidean
     * norm of values from 0 to 1.
     */
    const char *norm;
    const char *method; /* name of evk_attack_method_info, such as "auto-pgd" */
    /*
     * Steps of each search; a step is one forward and one backward pass.  With the method
     * "smoothing", the largest number of discs.
     */
    int64_t steps;
    /*
     * Number of searches; the first begins at the base image, the others at noise within the
     * budget.
     */
    int64_t starts;
    int64_t seed; /* seed of all random numbers, 0 to 2^53 */
    /*
     * How many of the steps, the last ones, are spent on the best image after it was rounded to
     * bytes.
     */
    int64_t refine;
    double disc_radius; /* radius of the discs of the method "smoothing", pixels */
    double disc_sigma;  /* SD of the Gaussian that blurs within such a disc, pixels */
    /*
     * The objective of an ensemble, a function of its members' responses: "mean", "min",
     * "mean-0.5*sd", ...; evk_objective_info lists them.
     */
    const char *objective;
    /*
     * Constraints on the perturbation, each NAME[:PARAMETER=VALUE,...]: the priors "mask",
     * "aperture", "band", "grayscale" and others.
     */
    evk_texts priors;
    /*
     * Resolution of the display that will show the images, pixels per degree of visual angle; NAN:
     * not known.
     */
    double pixels_per_degree;
    /*
     * List (as in evk_model_outputs) of up to 32 neurons of the model whose responses should stay
     * as they are at the base image; "": none.
     */
    const char *hold;
    /*
     * The most that the response of a held neuron may move, in units of the response.  NAN: 0.1 SD
     * of that neuron's responses to images, which evk_adversarial measures.  evk_perturb has no
     * images to measure it on: with held neurons it needs a number.
     */
    double tolerance;
    struct evk_names
        owned; /* copies of texts; empty in an attack that the library keeps by value */
};

/* Returns the default settings, which own nothing. */
evk_attack evk_attack_default(void);

#endif /* EVK_ATTACK_SETTINGS_H */
