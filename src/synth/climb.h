/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * climb.h - one ascent under way: the network's side, which gives the objective and its gradient
 *
 * The searches of src/attack use a climb too; they leave the members from `recipe` to `given` and
 * from `noise` on at zero.
 */
#ifndef EVK_SYNTH_CLIMB_H
#define EVK_SYNTH_CLIMB_H

#include "base/rng.h"
#include "evoke/synth.h"
#include "kernel/kernel.h"
#include "synth/objective.h"
#include "synth/recipe.h"

struct evk_climb {
    evk_session *session; /* opened for one output, borrowed */
    const evk_recipe *recipe;
    struct evk_recipe_choices choices; /* what the recipe's texts name */
    evk_given given;                   /* images from the caller, borrowed */
    const evk_watch *watch;            /* told of every step; may be NULL */
    const struct evk_kernels *k;       /* the kernels that the model runs on */
    int64_t h, w, c;                   /* shape of the image */
    int64_t members;                   /* networks in the ensemble; 1 for a single model */
    bool before_softmax; /* the objective is of values before the softmax that the model ends in */
    struct evk_objective objective;
    float *slopes;            /* (members) sign times d objective / d response of each member */
    float sign;               /* 1 to raise the objective, -1 to lower it */
    struct evk_rng_key noise; /* key of the random numbers of random transformations */
    float *image;             /* (h, w, c) display values: the start, then the result */
    float *x, *g, *scratch;   /* (h, w, c) latent image, its gradient, scratch */
};

/*
 * Returns the objective at an image (h, w, c) of display values: of an ensemble the recipe's
 * function of the members' responses, of a single model its response.  With before_softmax, values
 * before the softmax take the place of responses.  Writes c->slopes.
 */
double evk_climb_value(struct evk_climb *c, const float *image);

/*
 * gradient (h, w, c) = the gradient of sign times the objective at the image of the last
 * evk_climb_value.
 */
void evk_climb_gradient(struct evk_climb *c, float *gradient);

/* Tells the watch of a step, if there is a watch.  EVK_ESTOPPED: the watch asked for an end. */
evk_status evk_climb_report(const struct evk_climb *c, const evk_step *now, evk_error *err);

#endif /* EVK_SYNTH_CLIMB_H */
