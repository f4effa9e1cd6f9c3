/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/attack.h - perturb a base image so that a predicted response rises, falls or reaches a
 * value
 *
 * Base image and result are bytes, (height, width, channels) with the channels innermost, as an
 * image file holds them.  The budget is the largest norm that their difference may have.  It is
 * checked on the bytes, in whole numbers: no result exceeds it by rounding.  Responses are
 * predictions of a model; what a real neuron does is for the experiment to find out.
 */
#ifndef EVK_ATTACK_H
#define EVK_ATTACK_H

#include "evoke/synth.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The settings of a perturbation.  Together with the model, its output and the base image they
 * decide every byte of the result.  Texts are not owned; they must outlive the struct.
 */
typedef struct evk_attack {
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
} evk_attack;

/* Returns the default settings: raise the response by auto-pgd, within 10 display levels RMS. */
EVK_API evk_attack evk_attack_default(void);

/* Returns the table of the parameters of an evk_attack, which is static. */
EVK_API const evk_param *evk_attack_params(void);

/*
 * Checks the settings.  EVK_ENOTFOUND: a norm, a method, an objective or a prior is not known; the
 * message lists the known ones.  EVK_EINVAL: a setting is out of range (a budget has to be above 0
 * and at most 255 display levels, of "l2" at most 10000), or direction and target contradict each
 * other.
 */
EVK_API EVK_MUST_CHECK evk_status evk_attack_check(const evk_attack *attack, evk_error *err);

/* Describes norm i, with its unit in out->params; returns false past the last. */
EVK_API bool evk_norm_info(int i, evk_type_info *out);

/* Describes method i of perturbing images; returns false past the last. */
EVK_API bool evk_attack_method_info(int i, evk_type_info *out);

/* What became of a perturbation.  Everything is measured on the bytes of the result. */
typedef struct evk_perturbation {
    /*
     * Responses predicted for the base image and for the result; of an ensemble, the means of its
     * members.
     */
    double source, response;
    /* the objective at the base image and at the result; of a single network, its responses */
    double source_objective, objective;
    double plain;    /* objective of the best image when it is rounded and not refined */
    int64_t linf;    /* largest difference of a value, display levels */
    double rms;      /* root mean square of the differences, display levels */
    double mean_abs; /* mean magnitude of the differences, display levels */
    double l2;       /* Euclidean norm of the differences of values from 0 to 1 */
    /* The attack's budget; where a target was reached, the norm of the perturbation itself. */
    double budget;
    bool reached;  /* whether the target was reached; true where there is no target */
    double held;   /* the largest move of a held neuron's response, in units of the response */
    int64_t start; /* number of the start that gave the result; -1: the result of another budget */
    int64_t discs; /* number of discs that the method "smoothing" placed */
    int64_t forward, backward; /* passes through the network */
} evk_perturbation;

/*
 * Perturbs one image for the output of a session.  The result depends on nothing but the attack,
 * the model, the output and the base image.
 *   session  from evk_session_new_for
 *   attack   the settings
 *   base     (height, width, channels) bytes
 *   watch    observer of each step; NULL: none
 *   image    (height, width, channels) bytes, written: the base image itself where nothing better
 *            was found within the budget
 *   out      what became of the perturbation, written
 * EVK_EDEAD: the gradient was zero at the base image and at 10 images of noise around it.
 * EVK_EFORMAT: a response or a gradient is not finite.  EVK_ESTOPPED: the watch returned false.
 * EVK_EINVAL: the session is for all outputs, or the settings are not valid or not for such a
 * model.  EVK_ENOTFOUND: as in evk_attack_check.
 */
EVK_API EVK_MUST_CHECK evk_status evk_perturb(evk_session *session, const evk_attack *attack,
                                              const unsigned char *base, const evk_watch *watch,
                                              unsigned char *image, evk_perturbation *out,
                                              evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_ATTACK_H */
