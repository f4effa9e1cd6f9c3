/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.h - what a recipe comes to: the things its texts name, its priors, and its window */
#ifndef EVK_SYNTH_RECIPE_H
#define EVK_SYNTH_RECIPE_H

#include "synth/objective.h"
#include "synth/prior.h"
#include "synth/settings.h"

struct evk_optimizer;

/* What the texts of a recipe name, found once, before anything is made. */
struct evk_recipe_choices {
    const struct evk_optimizer *optimizer;
    struct evk_objective objective;
    bool keeps_best;   /* result is "best", else "last" */
    bool as_published; /* gradient_scale is "published", else "rms" */
};

/*
 * Checks a recipe as evk_recipe_check does, with the same errors, and sets *out to the things that
 * the recipe's texts name.
 */
evk_status evk_recipe_resolve(struct evk_recipe_choices *out, const evk_recipe *recipe,
                              evk_error *err);

/*
 * Can the model be climbed by a recipe that evk_recipe_check accepts?  EVK_EINVAL: the model has
 * too few members for the objective, or the recipe asks for gray images with a fixed mean, SD or
 * norm while the model normalises its channels differently.
 */
evk_status evk_recipe_check_model(const evk_recipe *recipe, const evk_model *model, evk_error *err);

/* Does as evk_recipe_check_model, for a recipe whose objective is resolved already. */
evk_status evk_recipe_fit(const evk_recipe *recipe, const struct evk_objective *objective,
                          const evk_model *model, evk_error *err);

/* Returns what the recipe's priors know of the model's images. */
struct evk_frame evk_recipe_frame(const evk_recipe *recipe, const evk_model *model);

/*
 * Opens the recipe's priors for images of the frame, with the priors that other options stand for,
 * such as grayscale.  The caller closes *out.
 */
evk_status evk_recipe_priors(struct evk_priors *out, const evk_recipe *recipe,
                             const struct evk_frame *f, evk_error *err);

/*
 * Finds the window through which an image of h x w pixels is shown after `made` steps of its
 * ascent: one weight and one offset for each pixel, or weight NULL where no window hides anything.
 * Of the files that priors name only masks are read.  The caller releases *out, after a failure
 * too.
 */
evk_status evk_recipe_window(struct evk_image_window *out, const evk_recipe *recipe, int64_t h,
                             int64_t w, int64_t made, evk_error *err);

/* Opens the recipe's priors for the model's images once, to find errors such as a missing mask. */
evk_status evk_ascent_check(const evk_recipe *recipe, const evk_model *model, evk_error *err);

#endif /* EVK_SYNTH_RECIPE_H */
