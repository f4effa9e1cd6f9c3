/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * patches.c - quadratic forms over the overlapping patches of an image
 *
 * The products of all patches with all components are a convolution whose weights are the
 * components, and the gradient of the form is its adjoint: both use the kernels of a network's
 * convolution layer.
 */
#include "synth/patches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int64_t padded(int64_t n)
{
    return (n + EVK_PAD - 1) / EVK_PAD * EVK_PAD;
}

/*
 * Returns the number of patches of `size` pixels on a line of n pixels.  *regular: those that begin
 * at multiples of the stride; there may be one more, at the end of the line.
 */
static int64_t patch_count(int64_t n, int64_t size, int64_t stride, int64_t *regular)
{
    *regular = (n - size) / stride + 1;
    return *regular + ((n - size) % stride != 0);
}

/* Returns the pixel at which patch i begins. */
static int64_t patch_start(int64_t i, int64_t regular, int64_t n, int64_t size, int64_t stride)
{
    return i < regular ? i * stride : n - size;
}

static evk_status lay_grid(struct evk_patches *p, const struct evk_frame *f, int64_t stride,
                           evk_error *err)
{
    const int64_t h = p->model.h, w = p->model.w;
    int64_t regular;

    p->down = patch_count(f->h, h, stride, &regular);
    p->across = patch_count(f->w, w, stride, &p->regular);
    p->count = p->down * p->across;
    EVK_TRY(evk_alloc(&p->top, p->down, sizeof(*p->top), "a grid of patches", err));
    EVK_TRY(evk_alloc_floats(&p->cover, f->h * f->w, "a grid of patches", err));
    for (int64_t i = 0; i < p->down; i++) {
        p->top[i] = patch_start(i, regular, f->h, h, stride);
        for (int64_t j = 0; j < p->across; j++) {
            float *at = p->cover + p->top[i] * f->w + patch_start(j, p->regular, f->w, w, stride);

            for (int64_t k = 0; k < h * w; k++)
                at[k / w * f->w + k % w]++;
        }
    }
    return EVK_OK;
}

static evk_status patches_allocate(struct evk_patches *p, const struct evk_frame *f, int64_t stride,
                                   evk_error *err)
{
    const int64_t taps = p->model.w * f->c, o = p->model.components, room = padded(o);
    const int64_t rows = p->model.h;

    EVK_TRY(evk_alloc(&p->taps, taps, sizeof(*p->taps), "a patch model", err));
    EVK_TRY(evk_alloc_floats(&p->weights, rows * taps * room, "a patch model", err));
    EVK_TRY(evk_alloc_floats(&p->transposed, o * rows * padded(taps), "a patch model", err));
    EVK_TRY(evk_alloc_floats(&p->one, room, "a patch model", err));
    EVK_TRY(evk_alloc_floats(&p->shift, room, "a patch model", err));
    EVK_TRY(evk_alloc_floats(&p->y, p->across * room, "a patch model", err));
    for (int64_t i = 0; i < taps; i++)
        p->taps[i] = i;
    for (int64_t i = 0; i < room; i++)
        p->one[i] = 1;
    p->conv = (struct evk_conv){
        .step = stride * f->c,
        .rows = rows,
        .pieces = 1,
        .row_step = f->w * f->c,
        .taps = taps,
        .taps_room = padded(taps),
        .at = p->taps,
        .o = o,
        .room = room,
        .y_step = room,
        .w = p->weights,
        .wt = p->transposed,
        .scale = p->one,
        .shift = p->shift,
    };
    return EVK_OK;
}

evk_status evk_patches_init(struct evk_patches *out, const struct evk_frame *f, const char *file,
                            int64_t stride, evk_error *err)
{
    evk_statistics *s;
    evk_status status;

    if (f->c != 1 && f->c != 3)
        return evk_fail(err, EVK_EINVAL, "images have %lld channels, expected 1 or 3",
                        (long long)f->c);
    EVK_TRY(evk_statistics_read(&s, file && *file ? file : NULL, err));
    status = evk_patch_model_of(&out->model, s, f->h, f->w, f->c, err);
    evk_statistics_free(s);
    if (status)
        return status;
    EVK_TRY(lay_grid(out, f, stride, err));
    return patches_allocate(out, f, stride, err);
}

void evk_patches_release(struct evk_patches *p)
{
    free(p->top);
    free(p->cover);
    free(p->taps);
    free(p->weights);
    free(p->transposed);
    free(p->one);
    free(p->shift);
    free(p->y);
}

/*
 * Sets the convolution's weights for component k, times scale = sqrt |value_k - rest|; the shift
 * subtracts the mean colour.
 */
static void set_component(struct evk_patches *p, int64_t k, double scale)
{
    const double *v = p->model.component + k * p->model.values;
    const int64_t taps = p->conv.taps;
    double mean = 0;

    for (int64_t i = 0; i < p->model.values; i++) {
        const float weight = (float)(scale * v[i]);

        p->weights[evk_conv_weight_at(&p->conv, i, k)] = weight;
        p->transposed[(k * p->model.h + i / taps) * p->conv.taps_room + i % taps] = weight;
        mean += (double)weight * p->model.mean[i % p->model.c];
    }
    p->shift[k] = (float)-mean;
}

void evk_patches_set(struct evk_patches *p, const double *values, double rest)
{
    p->rest = rest;
    p->sign = p->model.components && values[0] < rest ? -1 : 1;
    for (int64_t k = 0; k < p->model.components; k++)
        set_component(p, k, sqrt(fmax(p->sign * (values[k] - rest), 0)));
}

/*
 * Adds a row of width patches, those at multiples of the stride or the one at the right edge, to
 * out.  Returns the sum of the squared products.
 */
static double patch_row_form(struct evk_patches *p, const struct evk_kernels *k, int64_t width,
                             const float *x, float *out)
{
    struct evk_conv c = p->conv;

    c.width = width;
    k->conv_row(&c, x, p->y, NULL);
    k->conv_row_gradient(&c, p->y, out);
    return k->sum_squares(width * c.room, p->y);
}

double evk_patches_form(struct evk_patches *p, const struct evk_frame *f, const float *x,
                        float *out)
{
    const float most = (float)(p->sign * p->rest), sign = (float)p->sign;
    float mean[3];
    double form = 0, squares[3] = {0};

    for (int64_t c = 0; c < f->c; c++)
        mean[c] = (float)p->model.mean[c];
    memset(out, 0, (size_t)(f->h * f->w * f->c) * sizeof(*out));
    for (int64_t i = 0; i < p->down && p->model.components; i++) {
        const int64_t at = p->top[i] * f->w * f->c, last = (f->w - p->model.w) * f->c;

        form += patch_row_form(p, f->k, p->regular, x + at, out + at);
        if (p->across > p->regular)
            form += patch_row_form(p, f->k, 1, x + at + last, out + at + last);
    }
    for (int64_t i = 0; i < f->h * f->w; i++) {
        const float cover = p->cover[i], rest = most * cover;
        const float *from = x + i * f->c;
        float *to = out + i * f->c;

        for (int c = 0; c < (int)f->c; c++) {
            const float d = from[c] - mean[c];

            squares[c] += (double)(cover * d) * (double)d;
            to[c] = sign * (to[c] + rest * d);
        }
    }
    return p->sign * form + p->rest * (squares[0] + squares[1] + squares[2]);
}
