/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gradient.c - the gradient of a conformance case against differences
 *
 * The objective is a sum, in double, of the outputs with random weights.  Its derivatives with
 * respect to single inputs are compared with differences of two steps, h and h/2, which together
 * cancel the third derivative (Richardson).  Outputs are floats, so that a difference carries their
 * rounding divided by h; a derivative counts only where that, and how far the two steps are from
 * each other, are small beside the largest derivative.
 */
#include "gradient.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { INPUTS_TRIED = 48 };

static const double STEP = 0x1p-5;
static const double EXACT = 2e-3; /* of the largest derivative: what the differences must resolve */
static const double ROUNDING = 0x1p-23;

/* The objective of one subject. */
struct objective {
    const struct subject *s;
    float *image, *weight, *gradient; /* owned */
    int64_t inputs, outputs;
    double noise; /* how far an objective may be off by the rounding of the outputs */
};

/* Returns a number from -1 to 1, but not near 0, which depends on i alone. */
static float weight_at(int64_t i)
{
    const uint32_t mixed = (uint32_t)(i + 1) * 2654435761u;
    const float size = 0.5f + (float)(mixed >> 9) * 0x1p-24f;

    return mixed & 128 ? size : -size;
}

static void release(struct objective *f)
{
    free(f->image);
    free(f->weight);
    free(f->gradient);
}

static evk_status prepare(struct objective *f, const struct subject *s, evk_error *err)
{
    *f = (struct objective){.s = s};
    f->inputs = evk_onnx_count(&s->image);
    f->outputs = evk_onnx_count(&s->value);
    EVK_TRY(evk_alloc_floats(&f->image, f->inputs, "an image", err));
    EVK_TRY(evk_alloc_floats(&f->weight, f->outputs, "weights", err));
    EVK_TRY(evk_alloc_floats(&f->gradient, f->inputs, "a gradient", err));
    for (int64_t i = 0; i < f->inputs; i++)
        f->image[i] = s->image.real[i];
    for (int64_t i = 0; i < f->outputs; i++)
        f->weight[i] = weight_at(i);
    return EVK_OK;
}

static double value_of(struct objective *f)
{
    const float *y;
    double sum = 0, squares = 0;

    evk_run_forward(&f->s->plan, f->s->arena, f->image);
    y = evk_run_output(&f->s->plan, f->s->arena);
    for (int64_t i = 0; i < f->outputs; i++) {
        const double term = (double)f->weight[i] * (double)y[i];

        sum += term;
        squares += term * term;
    }
    f->noise = ROUNDING * sqrt(squares);
    return sum;
}

/* The slopes to the right and to the left of an input, over a step. */
struct slopes {
    double right, left;
};

static struct slopes slopes_at(struct objective *f, int64_t i, double middle, double step)
{
    const float x = f->image[i];
    struct slopes d;

    f->image[i] = (float)((double)x + step);
    d.right = (value_of(f) - middle) / ((double)f->image[i] - (double)x);
    f->image[i] = (float)((double)x - step);
    d.left = (middle - value_of(f)) / ((double)x - (double)f->image[i]);
    f->image[i] = x;
    return d;
}

/* Compares one derivative, where differences can tell it. */
static void compare(struct objective *f, int64_t i, double middle, double largest,
                    struct gradient_tally *t)
{
    const double scale = largest > 0 ? largest : 1, h = STEP;
    const struct slopes far = slopes_at(f, i, middle, h), near = slopes_at(f, i, middle, h / 2);
    const double one = (far.right + far.left) / 2, two = (near.right + near.left) / 2;
    const double bend = fabs(near.right - near.left), limit = EXACT * scale;
    const double expected = (4 * two - one) / 3;
    const double off = fabs(expected - (double)f->gradient[i]) / scale;

    /* a bend that does not halve with the step is a kink */
    if (!(8 * f->noise / h < limit) || !(fabs(one - two) < limit) ||
        !(bend < 0.75 * fabs(far.right - far.left) + limit)) {
        t->skipped++;
        return;
    }
    t->compared++;
    if (!(off <= t->worst)) {
        t->worst = off;
        t->expected = expected;
        t->got = (double)f->gradient[i];
    }
}

static void compare_all(struct objective *f, struct gradient_tally *t)
{
    const struct subject *s = f->s;
    const int64_t step = f->inputs / INPUTS_TRIED + 1;
    const double middle = value_of(f);
    double largest = 0;

    evk_run_backward(&s->plan, s->arena, f->weight, f->gradient);
    for (int64_t i = 0; i < f->inputs; i++)
        largest = fmax(largest, fabs((double)f->gradient[i]));
    for (int64_t i = 0; i < f->inputs; i += step)
        compare(f, i, middle, largest, t);
}

evk_status gradient_check(const struct subject *s, struct gradient_tally *t, evk_error *err)
{
    struct objective f;
    evk_status status = prepare(&f, s, err);

    if (!status)
        compare_all(&f, t);
    release(&f);
    return status;
}
