/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe_priors.c - the priors and the window that a recipe stands for */
#include "synth/recipe.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/model.h"

enum { SHORT = 96 }; /* bytes of a prior's text that is written here */

/*
 * *out = the texts of all priors: first those that other parameters of the recipe stand for, such
 * as grayscale, then the recipe's own.  texts holds the ones that are written here.
 */
static evk_status list_priors(const evk_recipe *r, char texts[3][SHORT], evk_texts *out,
                              evk_error *err)
{
    out->count = 0;
    if (r->gradient_blur > 0) {
        snprintf(texts[0], SHORT, "gradient-blur:%.17g", r->gradient_blur);
        out->text[out->count++] = texts[0];
    }
    if (r->image_blur > 0 && r->image_blur_every > 0) {
        snprintf(texts[1], SHORT, "image-blur:%.17g,every=%lld%s", r->image_blur,
                 (long long)r->image_blur_every, r->image_blur_late ? ",late=1" : "");
        out->text[out->count++] = texts[1];
    }
    if (r->grayscale)
        out->text[out->count++] = "grayscale";
    if (strcmp(r->diverse, "none") != 0)
        out->text[out->count++] = "apart:weight=0.05";
    if (out->count + r->priors.count > EVK_TEXTS_MAX)
        return evk_fail(err, EVK_EINVAL, "found %zu priors, expected at most %d",
                        out->count + r->priors.count, EVK_TEXTS_MAX);
    for (size_t i = 0; i < r->priors.count; i++)
        out->text[out->count++] = r->priors.text[i];
    return EVK_OK;
}

evk_status evk_recipe_priors(struct evk_priors *out, const evk_recipe *r, const struct evk_frame *f,
                             evk_error *err)
{
    char short_forms[3][SHORT];
    evk_texts texts;

    EVK_TRY(list_priors(r, short_forms, &texts, err));
    return evk_priors_open(out, &texts, f, err);
}

struct evk_frame evk_recipe_frame(const evk_recipe *r, const evk_model *m)
{
    const struct evk_shape *in = evk_model_input(m);

    return (struct evk_frame){.h = in->h,
                              .w = in->w,
                              .c = in->c,
                              .k = evk_model_kernels(m),
                              .natural_sd = r->natural_sd,
                              .natural_mean = r->natural_mean,
                              .natural_contrast = r->natural_contrast,
                              .pixels_per_degree = r->pixels_per_degree};
}

static bool any_acts(const struct evk_priors *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->prior[i].acts)
            return true;
    return false;
}

evk_status evk_recipe_window(struct evk_image_window *out, const evk_recipe *r, int64_t h,
                             int64_t w, int64_t made, evk_error *err)
{
    const struct evk_frame frame = {.h = h, .w = w, .c = 1};
    const struct evk_clock last = {made < r->steps ? made : r->steps - 1, r->steps, true};
    struct evk_priors windows;
    evk_status s = EVK_OK;

    *out = (struct evk_image_window){.weight = NULL};
    EVK_TRY(evk_priors_open_windows(&windows, &r->priors, &frame, err));
    evk_priors_at(&windows, &frame, &last);
    if (any_acts(&windows)) {
        s = evk_image_window_init(out, h * w, 1, err);
        if (!s)
            evk_priors_window(&windows, &frame, out);
    }
    evk_priors_close(&windows);
    return s;
}

evk_status evk_ascent_check(const evk_recipe *recipe, const evk_model *model, evk_error *err)
{
    const struct evk_frame frame = evk_recipe_frame(recipe, model);
    struct evk_priors priors;

    EVK_TRY(evk_recipe_priors(&priors, recipe, &frame, err));
    evk_priors_close(&priors);
    return EVK_OK;
}
