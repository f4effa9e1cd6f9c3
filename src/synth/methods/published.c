/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * published.c - the ascent of the compact-model study (Cowley et al., Nature 2026)
 *
 * Each step: gradient of the response, divided by its RMS over the whole image
 * + 1e-5, blurred, times the step size, added; the box 0..255; then the
 * response, and the best image so far is kept; every image_blur_every steps the
 * image is blurred, after that comparison.
 *
 * Two mends: the best so far begins with the start itself, so that a neuron
 * that is negative everywhere does not return its noise with a response of 0;
 * and grayscale works: the mean over channels, after the box.
 *
 * Where the recipe fixes the mean, the SD or the norm, the start, the image after
 * each step and the blurred image are forced to it (constraint.h), then to the box.
 *
 * The response that closes a step is that of the forward pass which opens the
 * next, unless a blur lies between: so a step costs one forward and one
 * backward pass, and a blur or the end one forward pass more.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "image/blur.h"
#include "synth/constraint.h"
#include "synth/method.h"

/* State of one ascent. */
struct ascent {
    struct evk_climb *c;
    struct evk_blur gradient_blur, image_blur;
    struct evk_constraint fixed;
    struct evk_units units;
    int64_t n;   /* values in an image */
    double best; /* sign times objective */
};

/* Response to x after so many steps; x is kept where it is the best so far. */
static evk_status look(struct ascent *a, int64_t steps, evk_error *err)
{
    struct evk_climb *c = a->c;
    const double value = evk_climb_value(c, c->x), r = (double)c->sign * value;

    if (!isfinite(r))
        return evk_fail(err, EVK_EFORMAT, "the response is not finite");
    if (r > a->best) {
        a->best = r;
        memcpy(c->image, c->x, (size_t)a->n * sizeof(*c->x));
    }
    return evk_climb_show(c, steps, value, c->x, err);
}

/* Every image that a gradient is taken at, or that may be the result, is as the recipe fixes it. */
static void constrain(struct ascent *a)
{
    if (evk_is_constrained(&a->fixed))
        evk_constrain(&a->fixed, a->c->k, &a->units, a->n, a->c->x);
}

/* Blur x. The blurred image is a waypoint, not a candidate; the next gradient is taken there. */
static void blur(struct ascent *a)
{
    struct evk_climb *c = a->c;

    evk_blur_apply(&a->image_blur, c->k, c->h, c->w, c->c, c->x, c->scratch);
    constrain(a);
    (void)evk_climb_value(c, c->x);
}

/* The mean over channels, in all of them. */
static void make_gray(struct evk_climb *c)
{
    for (int64_t i = 0; i < c->h * c->w; i++) {
        float *pixel = c->x + i * c->c, sum = 0;

        for (int64_t j = 0; j < c->c; j++)
            sum += pixel[j];
        for (int64_t j = 0; j < c->c; j++)
            pixel[j] = sum / (float)c->c;
    }
}

/* Move x one step along the gradient at the image of the last pass. */
static evk_status step(struct ascent *a, bool first, evk_error *err)
{
    struct evk_climb *c = a->c;
    const float size = (float)c->recipe->step_size;
    double norm;
    float inverse;

    evk_climb_gradient(c, c->g);
    norm = sqrt(c->k->sum_squares(a->n, c->g) / (double)a->n);
    if (!isfinite(norm))
        return evk_fail(err, EVK_EFORMAT, "the gradient is not finite");
    if (first && norm == 0)
        return evk_fail(err, EVK_EDEAD, "the gradient is zero at the start");
    inverse = (float)(1 / (norm + 1e-5));
    c->k->scale(a->n, inverse, c->g);
    evk_blur_apply(&a->gradient_blur, c->k, c->h, c->w, c->c, c->g, c->scratch);
    c->k->step(a->n, size, c->g, c->x);
    if (c->recipe->grayscale)
        make_gray(c);
    constrain(a);
    return EVK_OK;
}

static evk_status ascend(struct ascent *a, evk_error *err)
{
    const evk_recipe *r = a->c->recipe;

    constrain(a);
    EVK_TRY(look(a, 0, err));
    for (int64_t i = 0; i < r->steps; i++) {
        EVK_TRY(step(a, i == 0, err));
        EVK_TRY(look(a, i + 1, err));
        if (r->image_blur_every > 0 && i > 0 && i % r->image_blur_every == 0 && i + 1 < r->steps)
            blur(a);
    }
    return EVK_OK;
}

static evk_status climb(struct evk_climb *c, double *value, evk_error *err)
{
    const evk_model_info model = evk_model_describe(evk_session_model(c->session));
    struct ascent a = {
        .c = c,
        .fixed = evk_recipe_constraint(c->recipe),
        .units = {model.channels, model.mean, model.scale},
        .n = c->h * c->w * c->c,
        .best = -HUGE_VAL,
    };
    evk_status s = evk_blur_init(&a.gradient_blur, c->recipe->gradient_blur, err);

    if (!s)
        s = evk_blur_init(&a.image_blur, c->recipe->image_blur, err);
    memcpy(c->x, c->image, (size_t)a.n * sizeof(*c->x));
    if (!s)
        s = ascend(&a, err);
    evk_blur_release(&a.gradient_blur);
    evk_blur_release(&a.image_blur);
    if (!s)
        *value = (double)c->sign * a.best;
    return s;
}

extern const struct evk_method evk_method_published;
const struct evk_method evk_method_published = {
    .name = "published",
    .summary = "RMS-normalised blurred gradient, periodic image blur (Cowley et al. 2026)",
    .params = "step-size, gradient-blur, image-blur, image-blur-every",
    .climb = climb,
};
