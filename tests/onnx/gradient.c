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

/* Differences of a large step are exact where the function is straight, even of large values. */
static const double steps[] = {0x1p-5, 0x1p-1, 0x1p3};
static const double EXACT = 2e-3; /* of the largest derivative: what the differences must resolve */
static const double ROUNDING = 0x1p-23;

/* The objective of one subject. */
struct objective {
    const struct subject *s;
    float *image, *weight, *gradient; /* owned */
    int64_t inputs, outputs;
    bool undefined; /* an output is no number, and has weight 0 */
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

    evk_run_forward(&f->s->plan, NULL, f->s->arena, f->image);
    y = evk_run_output(&f->s->plan, f->s->arena);
    for (int64_t i = 0; i < f->outputs; i++) {
        const double term = isfinite(y[i]) ? (double)f->weight[i] * (double)y[i] : 0;

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

/* Compares one derivative, where differences of this step can tell it.  Returns whether they can. */
static bool compare(struct objective *f, int64_t i, double h, double middle, double scale,
                    struct gradient_tally *t)
{
    const struct slopes far = slopes_at(f, i, middle, h), near = slopes_at(f, i, middle, h / 2);
    const double one = (far.right + far.left) / 2, two = (near.right + near.left) / 2;
    const double bend = fabs(near.right - near.left), further = fabs(far.right - far.left);
    const double limit = EXACT * scale;
    const bool straight = bend < limit && further < limit;
    /* a bend that does not halve with the step is a kink */
    const bool smooth = h <= steps[0] && bend < 0.75 * further + limit;
    const double expected = (4 * two - one) / 3;
    const double off = fabs(expected - (double)f->gradient[i]) / scale;

    if (!(8 * f->noise / h < limit) || !(fabs(one - two) < limit) || !(straight || smooth))
        return false;
    t->compared++;
    if (!(off <= t->worst)) {
        t->worst = off;
        t->expected = expected;
        t->got = (double)f->gradient[i];
    }
    return true;
}

static void compare_all(struct objective *f, struct gradient_tally *t)
{
    const struct subject *s = f->s;
    const int64_t step = f->inputs / INPUTS_TRIED + 1;
    const double middle = value_of(f);
    const float *y = evk_run_output(&s->plan, s->arena);
    double largest = 0;

    for (int64_t i = 0; i < f->outputs; i++) {
        f->undefined = f->undefined || isnan(y[i]);
        f->weight[i] = isfinite(y[i]) ? f->weight[i] : 0;
    }
    evk_run_backward(&s->plan, NULL, s->arena, f->weight, f->gradient);
    for (int64_t i = 0; i < f->inputs; i++)
        largest = fmax(largest, fabs((double)f->gradient[i]));
    for (int64_t i = 0; i < f->inputs; i += step) {
        bool told = false;

        if (f->undefined && isnan(f->gradient[i]))
            continue;
        for (size_t h = 0; h < sizeof(steps) / sizeof(steps[0]) && !told; h++)
            told = compare(f, i, steps[h], middle, largest > 0 ? largest : 1, t);
        t->skipped += !told;
    }
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
