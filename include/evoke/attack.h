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
 * decide every byte of the result.
 *
 * A setting has a name and a text, such as "norm" and "linf"; evk_attack_params describes all of
 * them.  An attack owns copies of the texts that it is given.
 */
typedef struct evk_attack evk_attack;

/*
 * Makes an attack with the default settings, which raise the response by auto-pgd, within 10
 * display levels RMS.  The caller frees *out with evk_attack_free.
 */
EVK_API EVK_MUST_CHECK evk_status evk_attack_new(evk_attack **out, evk_error *err);
EVK_API void evk_attack_free(evk_attack *attack);

/* Sets one parameter of an attack, and gives one, with the errors of evk_recipe_set and _get. */
EVK_API EVK_MUST_CHECK evk_status evk_attack_set(evk_attack *attack, const char *name,
                                                 const char *text, evk_error *err);
EVK_API EVK_MUST_CHECK evk_status evk_attack_get(const evk_attack *attack, const char *name,
                                                 char **text, evk_error *err);

/* Returns the table of the parameters of an attack, which is static. */
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
