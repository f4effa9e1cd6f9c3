/* SPDX-License-Identifier: GPL-3.0-or-later */
/* method.h - one ascent, and the methods: settings of a recipe under the name of a paper */
#ifndef EVK_SYNTH_METHOD_H
#define EVK_SYNTH_METHOD_H

#include "base/rng.h"
#include "evoke/synth.h"
#include "kernel/kernel.h"
#include "synth/objective.h"
#include "synth/prior.h"

/* One ascent under way: the network's side. */
struct evk_climb {
    evk_session *session; /* of the one output */
    const evk_recipe *recipe;
    const evk_watch *watch;      /* may be NULL */
    const struct evk_kernels *k; /* the model's */
    int64_t h, w, c;
    int64_t members;
    evk_given given;
    struct evk_objective objective;
    float *slopes;            /* (members) of the objective, times sign */
    float sign;               /* -1 where the recipe minimizes */
    struct evk_rng_key noise; /* of its transformations */
    float *image;             /* (h, w, c) display values: the start, then the result */
    float *x, *g, *scratch;   /* (h, w, c) for the ascent */
};

/* The objective at an image: of an ensemble what the recipe says of its members, else the response. */
double evk_climb_value(struct evk_climb *c, const float *image);

/* Gradient of sign times the objective, at the image of the last evk_climb_value. */
void evk_climb_gradient(struct evk_climb *c, float *gradient);

/*
 * Climb from the start in c->image and leave the result there.
 * EVK_EDEAD: the gradient at the start is zero.  EVK_EFORMAT: not finite.
 * Every image looked at goes to evk_climb_report; what that fails with ends the climb.
 * Of *out all is written but the response, the start's objective and restarts.
 */
evk_status evk_ascend(struct evk_climb *c, evk_ascent *out, evk_error *err);

/* One file in methods/ and one row of methods.def. */
struct evk_method {
    const char *name;
    const char *summary; /* one line, with the reference */
    /* What it sets of a recipe, by name; the last has no name. "prior" may come several times. */
    const struct evk_setting {
        const char *name, *value;
    } * settings;
};

/* Tell the watch, if there is one; EVK_ESTOPPED when it has seen enough. */
evk_status evk_climb_report(const struct evk_climb *c, const evk_step *now, evk_error *err);

/*
 * Can the model be climbed by a recipe that evk_recipe_check accepts?  EVK_EINVAL: it has too few
 * members for the objective, or its channels would colour a gray image.
 */
evk_status evk_recipe_check_model(const evk_recipe *recipe, const evk_model *model, evk_error *err);

/* The model's images, as the recipe's priors see them. */
struct evk_frame evk_recipe_frame(const evk_recipe *recipe, const evk_model *model);

/* Its priors, and those that options of their own stand for. The caller closes *out. */
evk_status evk_recipe_priors(struct evk_priors *out, const evk_recipe *recipe,
                             const struct evk_frame *f, evk_error *err);

/*
 * The window through which an image of h x w pixels is seen once its ascent has made so many steps,
 * one weight and offset a pixel; none, with weight NULL, where everything is seen.  Files other than
 * masks are not read.  The caller releases *out, after a failure too.
 */
evk_status evk_recipe_window(struct evk_image_window *out, const evk_recipe *recipe, int64_t h,
                             int64_t w, int64_t made, evk_error *err);

/* What only opening the recipe's priors for the model's images finds, such as a missing mask. */
evk_status evk_ascent_check(const evk_recipe *recipe, const evk_model *model, evk_error *err);

/* EVK_ENOTFOUND lists the known ones. */
evk_status evk_method_find(const struct evk_method **out, const char *name, evk_error *err);

#endif /* EVK_SYNTH_METHOD_H */
