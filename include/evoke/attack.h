/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/attack.h - perturb a base image so that a predicted response rises, falls, or reaches a value
 *
 * Base and result are bytes, (h, w, c), channels innermost: what an image file holds.  The budget
 * is a bound on the difference of the two, in one of the norms of the norm table, and is kept on
 * the bytes, in whole numbers, whatever the method does on its way.  What a neuron makes of a
 * perturbation is for the experiment to say.
 */
#ifndef EVK_ATTACK_H
#define EVK_ATTACK_H

#include "evoke/synth.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everything that decides a perturbation, but for the model, its output and the base image. */
typedef struct evk_attack {
    const char *direction; /* "increase", "decrease" or "target" */
    double target;         /* response to reach with as little as possible; NAN: none */
    double budget;         /* in the unit of the norm */
    const char *norm;      /* "rms", "linf", "mean-abs": display levels; "l2": values 0 to 1 */
    const char *method;    /* a row of the method table: "auto-pgd" */
    int64_t steps;         /* forward and backward passes a start; smoothing: discs at most */
    int64_t starts;        /* the first from the base itself, others from noise in the ball */
    int64_t seed;          /* 0 to 2^53 */
    int64_t refine;     /* of the steps, the last: they refine the best on the lattice of bytes */
    double disc_radius; /* of smoothing: pixels */
    double disc_sigma;  /* SD of its Gaussian, pixels */
    const char *objective;    /* of an ensemble's members: "mean", "min", "mean-0.5*sd", ... */
    evk_texts priors;         /* of the perturbation: mask, aperture, band, grayscale, ... */
    double pixels_per_degree; /* of the display; NAN: not known */
    const char *hold;         /* neurons whose responses stay, "0-3,7"; "": none */
    /*
     * By how much each of them may move, in the units of the model.  NAN: by 0.1 SD of its responses
     * to images, which evk_adversarial has; evk_perturb has none, and refuses to hold without a
     * tolerance.
     */
    double tolerance;
} evk_attack;

EVK_API evk_attack evk_attack_default(void);

/* The fields of an evk_attack as parameters, in the order above. */
EVK_API const evk_param *evk_attack_params(void);

/*
 * EVK_ENOTFOUND for an unknown norm, method or objective (the known ones are listed); EVK_EINVAL
 * out of range: a budget is above 0 and at most 255 levels.
 */
EVK_API EVK_MUST_CHECK evk_status evk_attack_check(const evk_attack *attack, evk_error *err);

/* Rows of the tables of norms (params: its unit) and of methods; false past the end. */
EVK_API bool evk_norm_info(int i, evk_type_info *out);
EVK_API bool evk_attack_method_info(int i, evk_type_info *out);

/* A perturbation as measured on the bytes. */
typedef struct evk_perturbation {
    double source, response; /* predicted, to the base and to the result: the mean over members */
    double source_objective, objective; /* what was climbed; of a single model, the responses */
    double plain;                       /* the objective of the best image if only rounded */
    int64_t linf;                       /* largest difference, display levels */
    double rms, mean_abs;               /* display levels */
    double l2;                          /* of values from 0 to 1 */
    double budget;             /* within which it was sought: less where a target was met */
    bool reached;              /* the target; true where there is none */
    double held;               /* the most that a held response moved */
    int64_t start;             /* the start that led here; -1: one that the caller gave */
    int64_t discs;             /* of smoothing */
    int64_t forward, backward; /* passes that it took */
} evk_perturbation;

/*
 * Perturb one image for the output of a session (evk_session_new_for).  The result depends on the
 * attack, the model, the output and the base alone.
 *   base     (h, w, c) bytes
 *   watch    may be NULL; is told of every step
 *   image    (h, w, c) bytes, written: the base itself where nothing better was found
 * EVK_EDEAD: the gradient is zero at the base and at noise around it.  EVK_EFORMAT: a response or
 * a gradient is not finite.  EVK_ESTOPPED: the watch said so.  EVK_EINVAL: the session is of all
 * outputs, or the model does not fit the attack.
 */
EVK_API EVK_MUST_CHECK evk_status evk_perturb(evk_session *session, const evk_attack *attack,
                                              const unsigned char *base, const evk_watch *watch,
                                              unsigned char *image, evk_perturbation *out,
                                              evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_ATTACK_H */
