/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search.h - the search for an adversarial perturbation: its state, and the methods of searching
 *
 * A search is opened for a session and an attack, and then takes any number of base images, one
 * after the other; only opening allocates memory.  Images are (h, w, c), and n is h w c.
 *
 * The value of an image is sign times the objective of the attack: a search raises the value, also
 * where the objective is to fall (sign -1).
 */
#ifndef EVK_ATTACK_SEARCH_H
#define EVK_ATTACK_SEARCH_H

#include "attack/hold.h"
#include "attack/norm.h"
#include "attack/settings.h"
#include "base/rng.h"
#include "image/blur.h"
#include "synth/climb.h"
#include "synth/prior.h"

struct evk_attack_method;

enum { EVK_SEARCH_SPARE = 3 };

/* Owns all arrays. */
struct evk_search {
    const evk_attack *attack; /* borrowed */
    const struct evk_attack_method *method;
    struct evk_climb climb; /* gives objective and gradient; its watch is set during a search */
    struct evk_frame frame;
    struct evk_priors priors;
    bool gray;   /* the perturbation is the same in all channels (prior grayscale) */
    bool banded; /* the perturbation is limited to some frequencies (prior band) */
    bool *open;  /* (n) may this value change?  NULL: all may */
    struct evk_hold hold;
    bool held;            /* held responses were within tolerance at the image evaluated last */
    struct evk_blur blur; /* makes the blurred image that discs show (method smoothing) */
    int64_t n;

    /* Set for each base image and budget. */
    struct evk_ball ball;
    unsigned char *base; /* (n) the base image */
    unsigned char *y;    /* (n) the image found within a budget */
    float *from;         /* (n) the base image as floats */
    /*
     * largest norm of the perturbation: the attack's budget, or one of a sweep; ball.budget may be
     * smaller
     */
    double budget;
    int64_t bound; /* the ball's budget as a whole number (evk_norm_type) */
    /* steps that the search from each start takes; refining on the lattice is not counted */
    int64_t steps;
    int64_t step;              /* evaluations so far, as the watch is told */
    int64_t forward, backward; /* passes through the network so far */
    int64_t discs;             /* number of discs in the image, where the method paints discs */

    float *x, *g, *v;               /* (n) image, gradient of the value there, perturbation */
    float *spare[EVK_SEARCH_SPARE]; /* (n) scratch for methods and controls */
    float *d;                       /* (n) perturbation in whole levels */

    /* The best image of the current start so far. */
    double best;            /* value of the best image of the current start */
    float *best_x, *best_g; /* (n) the best image of the current start, and the gradient there */
    bool found;  /* is there a best image yet? It has to keep the held responses in place */
    float *top;  /* (n) the best image of all starts */
    double goal; /* the search ends at an image of this value; infinite: it has no target */
};

/*
 * Opens a search for the output of a session.  attack and its texts must outlive the search.  The
 * caller closes *out, after a failure too.
 *   tolerances  (held neurons, in the order of the attack's list) for an attack that has no
 *               tolerance of its own; may be NULL
 * Errors: those of evk_attack_check and evk_hold_open.  EVK_EINVAL also where the session is of all
 * outputs, where a prior cannot limit a perturbation, or where the model has too few members for
 * the objective.  EVK_ENOMEM.
 */
evk_status evk_search_open(struct evk_search *out, evk_session *session, const evk_attack *attack,
                           const double *tolerances, evk_error *err);
void evk_search_close(struct evk_search *s);

/* Sets the base image (n bytes, copied) and sets all counts to 0. */
void evk_search_base(struct evk_search *s, const unsigned char *base);

/* Sets budget and direction (sign 1 or -1) for everything that follows. */
void evk_search_aim(struct evk_search *s, double budget, float sign);

/* ---- for methods ------------------------------------------------------------------------ */

/*
 * *value = the value of the image s->x.  The image becomes the best so far if counts is true, its
 * value is higher than the best, and the held responses are within tolerance.  EVK_EFORMAT: the
 * value is not finite.  EVK_ESTOPPED: the watch asked for an end.
 */
evk_status evk_search_evaluate(struct evk_search *s, bool counts, double *value, evk_error *err);

/*
 * s->g = the gradient of the value at s->x, the image evaluated last, after the priors' filters and
 * without its components that move held responses.  It is scaled by a power of two, so that the
 * unit of the response does not matter.  *size: the sum of squares of s->g.  EVK_EFORMAT: the
 * gradient is not finite.
 */
evk_status evk_search_gradient(struct evk_search *s, double *size, evk_error *err);

/*
 * Where the perturbation must be gray, sets all channels of each pixel of d (n) to the
 * channel of smallest magnitude.  The channels of a pixel have one sign.
 */
void evk_search_equal_channels(const struct evk_search *s, float *d);

/* s->x = base + s->v, after what the ball, the box, the priors and the held responses allow. */
void evk_search_project(struct evk_search *s, const struct evk_ball *ball);

/*
 * Moves s->x by one step in the direction of steepest ascent, and projects the result to the ball.
 * step is the length in the norm's unit, size the sum of squares of the gradient s->g, which is
 * overwritten.
 */
void evk_search_step(struct evk_search *s, double step, double size, const struct evk_ball *ball);

/* to (n) = the blurred base image, rounded to whole levels; scratch has n values too. */
void evk_search_blur(struct evk_search *s, float *to, float *scratch);

/* s->v = white noise, uniform from -1 to 1. */
void evk_search_white_noise(struct evk_search *s, const struct evk_rng_key *key);

/* s->v = white noise after the priors' filters, scaled to the norm of the ball's budget. */
void evk_search_noise(struct evk_search *s, const struct evk_rng_key *key);

/*
 * *out = the key of random numbers, a function of purpose (a text), start (a number), the attack's
 * seed, the model file, the output and the base image alone.
 */
evk_status evk_search_key(const struct evk_search *s, const char *purpose, int64_t start,
                          struct evk_rng_key *out, evk_error *err);

/* A method of searching: one file in methods/ and one row of methods.def. */
struct evk_attack_method {
    const char *name;
    const char *summary; /* one line, with the reference */
    bool on_bytes;       /* all images it evaluates are of whole values within the budget */
    /*
     * Searches from s->x, an image in the ball, and leaves the best image in s->best_x.  EVK_EDEAD:
     * the gradient is zero at the start.
     */
    evk_status (*run)(struct evk_search *s, evk_error *err);
};

/*
 * The things that an attack's texts name, except the direction, which may change from sweep to
 * sweep.
 */
struct evk_attack_choices {
    const struct evk_norm_type *norm;
    const struct evk_attack_method *method;
    struct evk_objective objective;
};

/*
 * Checks an attack as evk_attack_check does, with the same errors, and sets *out to the things that
 * the attack's texts name.
 */
evk_status evk_attack_resolve(struct evk_attack_choices *out, const evk_attack *attack,
                              evk_error *err);

/* *out = 1 where the objective shall rise, -1 where it shall fall, 0 where it has a target. */
evk_status evk_attack_direction(int *out, const evk_attack *attack, evk_error *err);

/* *out = the method of that name.  EVK_ENOTFOUND lists the methods there are. */
evk_status evk_attack_method_find(const struct evk_attack_method **out, const char *name,
                                  evk_error *err);

#endif /* EVK_ATTACK_SEARCH_H */
