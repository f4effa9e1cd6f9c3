/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synthesize.c - one image: a start, an ascent, and another start where the gradient was zero */
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "model/model.h"
#include "model/session.h"
#include "synth/ascent.h"
#include "synth/start.h"

/* Starts that are tried; a neuron whose gradient is zero at all of them is taken to be silent. */
enum { ATTEMPTS = 10 };

static void climb_release(struct evk_climb *c)
{
    free(c->slopes);
    free(c->x);
    free(c->g);
    free(c->scratch);
}

static evk_status climb_allocate(struct evk_climb *c, evk_error *err)
{
    const int64_t n = c->h * c->w * c->c;

    EVK_TRY(evk_alloc_floats(&c->slopes, c->members, "an ascent", err));
    EVK_TRY(evk_alloc_floats(&c->x, n, "an ascent", err));
    EVK_TRY(evk_alloc_floats(&c->g, n, "an ascent", err));
    return evk_alloc_floats(&c->scratch, n, "an ascent", err);
}

/*
 * Sets c->image to the start image of an attempt: at the first attempt the given image if there is
 * one, otherwise noise.
 */
static evk_status make_start(struct evk_climb *c, const struct evk_start *which, evk_error *err)
{
    const int64_t n = c->h * c->w * c->c;
    const float *from = c->given.from;

    if (!from || which->attempt > 0)
        return evk_start_noise(c->recipe, which, c->k, &(struct evk_shape){c->h, c->w, c->c, false},
                               c->image, err);
    memcpy(c->image, from, (size_t)n * sizeof(*from));
    return EVK_OK;
}

static evk_status climb_from_starts(struct evk_climb *c, int64_t output, int64_t start,
                                    evk_ascent *out, evk_error *err)
{
    const evk_model *m = evk_session_model(c->session);
    evk_error why = {EVK_OK, ""};

    for (int64_t i = 0; i < ATTEMPTS; i++) {
        float response;
        evk_status s;

        const struct evk_start which = {m->digest, output, start, i};

        EVK_TRY(make_start(c, &which, err));
        EVK_TRY(evk_start_key(c->recipe, &which, "evoke transformations", &c->noise, err));
        s = evk_ascend(c, out, &why);
        if (s == EVK_EDEAD)
            continue;
        if (s)
            return evk_fail(err, s, "%s", why.msg);
        response = (float)out->objective;
        if (c->members > 1 || c->before_softmax)
            evk_session_predict(c->session, c->image, &response);
        out->response = (double)response;
        out->restarts = i;
        return EVK_OK;
    }
    return evk_fail(err, EVK_EDEAD, "%s, and at the %d others that were tried", why.msg,
                    ATTEMPTS - 1);
}

/* Noise would silently take the place of a start image that the caller was to give. */
static evk_status check_start(const evk_recipe *recipe, const evk_given *given, evk_error *err)
{
    if ((given && given->from) || strcmp(recipe->start, "noise") == 0 ||
        strcmp(recipe->start, "auto") == 0)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL, "start is '%s', but no start image is given", recipe->start);
}

evk_status evk_synthesize(evk_session *session, const evk_recipe *recipe, int64_t start,
                          const evk_given *given, const evk_watch *watch, float *image,
                          evk_ascent *out, evk_error *err)
{
    EVK_ENTER();
    const evk_model *m = evk_session_model(session);
    const struct evk_shape *in = evk_model_input(m);
    struct evk_climb c = {
        .session = session,
        .recipe = recipe,
        .watch = watch,
        .k = evk_model_kernels(m),
        .h = in->h,
        .w = in->w,
        .c = in->c,
        .members = evk_model_describe(m)->members,
        .before_softmax = evk_model_ends_in_softmax(m),
        .given = given ? *given : (evk_given){NULL, NULL, 0},
        .sign = recipe->minimize ? -1 : 1,
        .image = image,
    };
    const int64_t output = evk_session_output(session);
    evk_status s;

    if (output < 0)
        return evk_fail(err, EVK_EINVAL, "%s: expected a session for one output", m->path);
    EVK_TRY(evk_recipe_resolve(&c.choices, recipe, err));
    EVK_TRY(evk_recipe_fit(recipe, &c.choices.objective, m, err));
    EVK_TRY(check_start(recipe, given, err));
    c.objective = c.choices.objective;
    s = climb_allocate(&c, err);
    if (!s)
        s = climb_from_starts(&c, output, start, out, err);
    climb_release(&c);
    return s;
}
