/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * selftest.c - the self-test of a model
 *
 * It checks that the parameters of the layers add up, that responses and gradients are finite, and
 * that gradients agree with differences of responses.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/model.h"

enum { BLOCKS = 3, STEPS = 8, LARGEST_STEP = 16, NEURONS = 16 };

/* How far a difference may be from the gradient, relative to the largest value of the gradient: a
   difference is wrong where a ReLU changes sides within its step. */
static const double TOLERANCE = 0.02;

struct test {
    const evk_model *model;
    evk_session *session;
    float *image, *gradient;    /* (h, w, c) */
    float *responses, *weights; /* (outputs), (members, outputs) */
    int64_t output;
    double largest; /* the largest absolute value of the gradient */
    evk_selftest *out;
};

static void test_release(struct test *t)
{
    evk_session_free(t->session);
    free(t->image);
    free(t->gradient);
    free(t->responses);
    free(t->weights);
}

static evk_status test_init(struct test *t, evk_error *err)
{
    const int64_t n = evk_shape_count(evk_model_input(t->model));
    const struct evk_rng_key key = {{0, 0}, {0, 0}};

    EVK_TRY(evk_session_new(&t->session, t->model, err));
    EVK_TRY(evk_alloc_floats(&t->image, n, "an image", err));
    EVK_TRY(evk_alloc_floats(&t->gradient, n, "a gradient", err));
    EVK_TRY(evk_alloc_floats(&t->responses, t->model->outputs, "responses", err));
    EVK_TRY(evk_alloc_floats(&t->weights, evk_model_weights(t->model), "weights", err));
    for (int64_t i = 0; i < n; i++)
        t->image[i] = 128 + 50 * evk_rng_uniform(&key, (uint64_t)i);
    return EVK_OK;
}

/* Counts layers and parameters; fails where the parameters of the layers do not add up to the
   network's. */
static evk_status count_parameters(struct test *t, evk_error *err)
{
    const struct evk_network *n = &evk_model_first(t->model)->network;

    for (int64_t i = 0; i < n->count; i++)
        t->out->parameters += n->layers[i].parameters;
    t->out->layers = n->count;
    if (t->out->parameters == n->parameters)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "its layers have %lld parameters together, expected %lld",
                    (long long)t->out->parameters, (long long)n->parameters);
}

static evk_status differentiate(struct test *t, evk_error *err)
{
    const int64_t n = evk_shape_count(evk_model_input(t->model));

    evk_session_predict(t->session, t->image, t->responses);
    evk_model_mean_weights(t->model, t->output, 1, t->weights);
    evk_session_gradient(t->session, t->weights, t->gradient);
    evk_model_mean_weights(t->model, t->output, 0, t->weights);
    if (!isfinite(t->responses[t->output]))
        return evk_fail(err, EVK_EFORMAT, "neuron %lld: its response to noise is not finite (%g)",
                        (long long)t->output, (double)t->responses[t->output]);
    t->largest = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(t->gradient[i]))
            return evk_fail(err, EVK_EFORMAT, "neuron %lld: its gradient at noise is not finite",
                            (long long)t->output);
        t->largest = fmax(t->largest, fabs((double)t->gradient[i]));
    }
    return EVK_OK;
}

/* Of the BLOCKS x BLOCKS blocks of the image, block (by, bx) is searched for the value with the
   largest absolute gradient.  Returns its index, or -1 where the block is empty. */
static int64_t steepest(const struct test *t, int64_t by, int64_t bx)
{
    const struct evk_shape *in = evk_model_input(t->model);
    int64_t best = -1;

    for (int64_t y = by * in->h / BLOCKS; y < (by + 1) * in->h / BLOCKS; y++)
        for (int64_t x = bx * in->w / BLOCKS; x < (bx + 1) * in->w / BLOCKS; x++)
            for (int64_t c = 0; c < in->c; c++) {
                const int64_t i = (y * in->w + x) * in->c + c;

                if (best < 0 || fabsf(t->gradient[i]) > fabsf(t->gradient[best]))
                    best = i;
            }
    return best;
}

static double response_at(struct test *t, int64_t i, float value)
{
    const float before = t->image[i];

    t->image[i] = value;
    evk_session_predict(t->session, t->image, t->responses);
    t->image[i] = before;
    return (double)t->responses[t->output];
}

/*
 * Compares the gradient at value i of the image with differences of the response.  The larger the
 * step, the less rounding matters; the smaller the step, the more rarely a ReLU changes sides
 * within it, and a ReLU that does so spoils the difference to one side only.  So central and
 * one-sided differences are taken with steps from 16 to 1/8 display levels, and of all these the
 * difference that is closest to the gradient counts.
 */
static evk_status check_value(struct test *t, int64_t i, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(t->model);
    const double g = (double)t->gradient[i], here = response_at(t, i, t->image[i]);
    const double rounding = 4 * (double)FLT_EPSILON * fabs(here) / LARGEST_STEP;
    double off = HUGE_VAL, found = 0;

    for (int step = 0; step < STEPS && off > 0; step++) {
        const float h = (float)LARGEST_STEP / (float)(1 << step);
        const double up = (response_at(t, i, t->image[i] + h) - here) / (double)h;
        const double down = (here - response_at(t, i, t->image[i] - h)) / (double)h;
        const double differences[] = {(up + down) / 2, up, down};

        for (int d = 0; d < 3; d++)
            if (fabs(differences[d] - g) < off) {
                off = fabs(differences[d] - g);
                found = differences[d];
            }
    }
    t->out->differences++;
    off = fmax(off - rounding, 0);
    if (t->largest > 0)
        t->out->worst = fmax(t->out->worst, off / t->largest);
    if (off <= TOLERANCE * t->largest)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "neuron %lld: its gradient at row %lld, column %lld, channel %lld is %g, "
                    "differences of its response give %g",
                    (long long)t->output, (long long)(i / (in->w * in->c)),
                    (long long)(i / in->c % in->w), (long long)(i % in->c), g, found);
}

static evk_status check_gradient(struct test *t, evk_error *err)
{
    EVK_TRY(differentiate(t, err));
    for (int64_t by = 0; by < BLOCKS; by++)
        for (int64_t bx = 0; bx < BLOCKS; bx++) {
            const int64_t i = steepest(t, by, bx);

            if (i >= 0)
                EVK_TRY(check_value(t, i, err));
        }
    t->out->neurons++;
    return EVK_OK;
}

evk_status evk_model_selftest(const evk_model *m, const int64_t *outputs, size_t count,
                              evk_selftest *out, evk_error *err)
{
    EVK_ENTER();
    struct test t = {.model = m, .out = out};
    evk_status s;

    *out = (evk_selftest){0};
    for (size_t i = 0; i < count; i++)
        EVK_TRY(evk_model_check_output(m, outputs[i], err));
    s = count_parameters(&t, err);
    if (!s)
        s = test_init(&t, err);
    for (size_t i = 0; i < count && i < NEURONS && !s; i++) {
        t.output = outputs[i];
        s = check_gradient(&t, err);
    }
    test_release(&t);
    return s ? evk_wrap(err, s, "self-test") : EVK_OK;
}
