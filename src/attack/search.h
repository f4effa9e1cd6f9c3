/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pursuit.h - the search for a perturbation under way, and the methods of searching
 *
 * One is opened for a session and an attack, and then takes any number of base images, one after
 * the other; only opening allocates.  Images are (h, w, c).
 */
#ifndef EVK_ATTACK_SEARCH_H
#define EVK_ATTACK_SEARCH_H

#include "attack/hold.h"
#include "attack/norm.h"
#include "base/rng.h"
#include "evoke/attack.h"
#include "image/blur.h"
#include "synth/climb.h"
#include "synth/prior.h"

struct evk_attack_method;

enum { EVK_SEARCH_SPARE = 3 };

struct evk_search {
    const evk_attack *attack;
    const struct evk_attack_method *method;
    struct evk_climb climb; /* of the session; its watch is the caller's of the moment */
    struct evk_frame frame;
    struct evk_priors priors;
    bool gray;   /* is it the same in all channels? */
    bool banded; /* is the perturbation limited to some frequencies? */
    bool *open;  /* (n) may this value change? NULL: all may */
    struct evk_hold hold;
    bool held; /* are held responses where they should be, at the image looked at last? */
    struct evk_blur blur; /* inside discs */
    int64_t n;

    /* Of the base and the budget at hand. */
    struct evk_ball ball;
    unsigned char *base, *y; /* (n) */
    float *from;             /* (n) the base */
    double budget;           /* the attack's, or that of the moment in a sweep */
    int64_t bound;           /* of the ball, whole */
    int64_t steps;           /* of each start, those that refine not among them */
    int64_t step;            /* so far, for the watch */
    int64_t forward, backward;
    int64_t discs; /* of the image, where the method has any */

    float *x, *g, *v; /* (n) image, gradient of sign times the objective, perturbation */
    float *spare[EVK_SEARCH_SPARE]; /* (n) for methods */
    float *d;                       /* (n) whole differences */

    /* Of the best image of this start so far: sign times objective, and the gradient there. */
    double best;
    float *best_x, *best_g; /* (n) */
    bool found;             /* is there one? */
    float *top;             /* (n) the best image of all starts */
    double goal;            /* sign times the response that is enough; infinite: none is */
};

/*
 * The texts of attack must outlive the pursuit. The caller closes *out, also after a failure.
 *   tolerances  (neurons that are held, in the order of their list) where the attack has none for
 *               all of them; NULL: there are no others
 */
evk_status evk_search_open(struct evk_search *out, evk_session *session, const evk_attack *attack,
                           const double *tolerances, evk_error *err);
void evk_search_close(struct evk_search *s);

/* Another base image; another budget and direction (sign 1 or -1), for what follows. */
void evk_search_base(struct evk_search *s, const unsigned char *base);
void evk_search_aim(struct evk_search *s, double budget, float sign);

/* ---- for methods ------------------------------------------------------------------------ */

/*
 * The objective, times sign, of the image s->x.  It is the best so far if it is higher than that,
 * held responses are where they should be, and counts.  EVK_EFORMAT: not finite.
 */
evk_status evk_search_evaluate(struct evk_search *s, bool counts, double *value, evk_error *err);

/*
 * Its gradient at s->x, looked at last, into s->g: times a power of two, which takes the unit of the
 * response out of it, as priors let it through, and without what moves held responses.  *size: sum
 * of its squares.
 */
evk_status evk_search_gradient(struct evk_search *s, double *size, evk_error *err);

/* Where the perturbation is gray: the smallest of each pixel's values of d, which are of one sign. */
void evk_search_equal_channels(const struct evk_search *s, float *d);

/* s->x = base + s->v as the ball, priors and held responses allow. */
void evk_search_project(struct evk_search *s, const struct evk_ball *ball);

/*
 * One step in the steepest direction of s->g, whose sum of squares is size, so many of the norm's
 * units, from s->x; g is lost.
 */
void evk_search_step(struct evk_search *s, double step, double size, const struct evk_ball *ball);

/* to = the base, blurred, in whole levels; scratch, to: (n). */
void evk_search_blur(struct evk_search *s, float *to, float *scratch);

/* s->v: white noise, uniform from -1 to 1. */
void evk_search_white_noise(struct evk_search *s, const struct evk_rng_key *key);

/* s->v: such noise as priors let it through, of the size of the ball. */
void evk_search_noise(struct evk_search *s, const struct evk_rng_key *key);

/* The same bytes for the same purpose, seed, model, output and base. */
evk_status evk_search_key(const struct evk_search *s, const char *purpose, int64_t start,
                          struct evk_rng_key *out, evk_error *err);

/* One file in methods/ and one row of methods.def. */
struct evk_attack_method {
    const char *name;
    const char *summary; /* one line, with the reference */
    bool on_bytes;       /* its best image is of whole numbers, and within the budget as such */
    /* From s->x, an image of the ball, to the best of s.  EVK_EDEAD: the gradient is zero there. */
    evk_status (*run)(struct evk_search *s, evk_error *err);
};

/* What the texts of an attack name, but for its direction, which may change while it is searched. */
struct evk_attack_choices {
    const struct evk_norm_type *norm;
    const struct evk_attack_method *method;
    struct evk_objective objective;
};

/* evk_attack_check, and *out what the attack's texts name.  The errors are those of the check. */
evk_status evk_attack_resolve(struct evk_attack_choices *out, const evk_attack *attack,
                              evk_error *err);

/* The direction of an attack: -1 where the objective falls, 1 where it rises, 0 towards a target. */
evk_status evk_attack_direction(int *out, const evk_attack *attack, evk_error *err);

/* *out = the method of that name.  EVK_ENOTFOUND lists the methods there are. */
evk_status evk_attack_method_find(const struct evk_attack_method **out, const char *name,
                                  evk_error *err);

#endif /* EVK_ATTACK_SEARCH_H */
