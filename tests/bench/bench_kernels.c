/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_kernels.c - the speed of every kernel, at the sizes that compact models and cores use
 *
 * It prints, separated by tabs: kernel; the layer or size; ms; GFLOP/s; the fraction of the peak
 * rate, which is measured in the same run; MB that the kernel reads and writes if nothing stays in
 * cache.  Times are medians of REPEATS.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "kernel/kernel.h"

enum {
    REPEATS = 50,
    TAPS_MAX = 3 * 256,     /* taps of a kernel row, at most */
    FLOATS = 1 << 21,       /* size of each buffer */
    VALUES = 112 * 112 * 64 /* values that an elementwise kernel gets */
};

struct bench {
    const struct evk_kernels *k;
    double peak;
    float *x, *y, *w, *scale;
    uint16_t *signs;
    double mean[48];
    int64_t at[TAPS_MAX];
};

static float *floats(int64_t n)
{
    float *p = aligned_alloc(64, (size_t)(n + 64) / 16 * 64);

    if (!p)
        exit(1);
    for (int64_t i = 0; i < n; i++)
        p[i] = (float)(i * 7919 % 256) / 256 - 0.5f;
    return p;
}

static void print(const struct bench *b, const char *kernel, const char *what, double t[REPEATS],
                  double flops, double bytes)
{
    const double ms = bench_median(t, REPEATS), rate = 1e-6 * flops / ms;

    printf("%s\t%s\t%.3f\t%.1f\t%.2f\t%.2f\n", kernel, what, ms, rate, rate / b->peak,
           1e-6 * bytes);
}

/* ---- convolutions ---------------------------------------------------------------------- */

struct layer {
    const char *what;
    int64_t pixels, c, o; /* rows, and columns, of the output; input and output channels */
    int64_t k, stride;
    bool planes; /* the input is in planes, as where channels are few */
};

static struct evk_conv conv_of(struct bench *b, const struct layer *l, int64_t *row)
{
    const int64_t side = (l->pixels - 1) * l->stride + l->k;

    *row = side * l->c;
    for (int64_t i = 0; i < l->k * l->c; i++)
        b->at[i] = l->planes ? i % l->c * side + i / l->c : i;
    return (struct evk_conv){.width = l->pixels,
                             .step = l->planes ? 1 : l->stride * l->c,
                             .rows = l->k,
                             .pieces = 1,
                             .row_step = *row,
                             .taps = l->k * l->c,
                             .taps_room = evk_padded(l->k * l->c),
                             .at = b->at,
                             .o = l->o,
                             .room = evk_padded(l->o),
                             .y_step = evk_padded(l->o),
                             .w = b->w,
                             .wt = b->w,
                             .scale = b->scale,
                             .shift = b->scale,
                             .relu = true};
}

static void conv(struct bench *b, const struct layer *l)
{
    const double flops = 2.0 * (double)(l->pixels * l->pixels * l->o * l->k * l->k * l->c);
    const double image = 4.0 * (double)(l->pixels * l->stride * l->pixels * l->stride * l->c);
    const double values = 4.0 * (double)(l->pixels * l->pixels * evk_padded(l->o));
    double forward[REPEATS], backward[REPEATS];
    int64_t row;
    struct evk_conv c = conv_of(b, l, &row);

    for (int i = 0; i < REPEATS; i++) {
        double t = bench_now();

        for (int64_t y = 0; y < l->pixels; y++)
            b->k->conv_row(&c, b->x + y * l->stride * row, b->y + y * c.width * c.y_step, b->signs);
        forward[i] = bench_now() - t;
        c.step = l->stride * l->c;
        t = bench_now();
        for (int64_t y = 0; y < l->pixels; y++)
            b->k->conv_row_gradient(&c, b->y + y * c.width * c.y_step, b->x + y * l->stride * row);
        backward[i] = bench_now() - t;
        c.step = l->planes ? 1 : c.step;
    }
    print(b, "conv_row", l->what, forward, flops, image + values);
    print(b, "conv_row_gradient", l->what, backward, flops, values + 2 * image);
}

/* ---- depthwise ------------------------------------------------------------------------- */

/*
 * 5 x 5 with stride 2, from 112 x 112 to 56 x 56 pixels, of which the 54 x 54 with whole windows
 * run.
 */
static void depthwise(struct bench *b, int64_t n)
{
    const int64_t pitch = evk_padded(n), sums = 54;
    const int64_t xo[5] = {0, 112 * pitch, 224 * pitch, 336 * pitch, 448 * pitch};
    const int64_t wo[5] = {0, 5 * n, 10 * n, 15 * n, 20 * n};
    const double y = 4.0 * 112 * 112 * (double)pitch;
    struct evk_taps t = {.n = n,
                         .rows = 5,
                         .columns = 5,
                         .xo = xo,
                         .wo = wo,
                         .x_column = pitch,
                         .w_column = n,
                         .x_step = 2 * pitch,
                         .y_step = pitch,
                         .w = b->w,
                         .scale = b->scale,
                         .shift = b->scale};
    double time[REPEATS];

    for (int i = 0; i < REPEATS; i++) {
        const double before = bench_now();

        for (int64_t r = 0; r < sums; r++)
            b->k->taps(&t, sums, b->x + 2 * r * 112 * pitch, b->y + r * 56 * pitch);
        time[i] = bench_now() - before;
    }
    print(b, "taps", "depthwise 5x5x57, stride 2", time, 2.0 * 54 * 54 * 25 * (double)n, 1.25 * y);
    t.rows = t.columns =
        3; /* the gradient of a quarter of the pixels, those with 9 taps; the others have 4 or 6 */
    t.x_column = -pitch;
    t.w_column = 2 * n;
    t.x_step = pitch;
    t.y_step = 2 * pitch;
    t.scale = NULL;
    for (int i = 0; i < REPEATS; i++) {
        const double before = bench_now();

        for (int64_t r = 0; r < sums; r++)
            b->k->taps(&t, sums, b->x + (r * 56 + 2) * pitch, b->y + 2 * r * 112 * pitch);
        time[i] = bench_now() - before;
    }
    print(b, "taps", "its gradient, a quarter", time, 2.0 * 54 * 54 * 9 * (double)n, 0.5 * y);
}

/* ---- elementwise ------------------------------------------------------------------------- */

static void normalise(struct bench *b)
{
    b->k->normalise(VALUES, 48, b->mean, NULL, b->x, b->y);
}

static void blur(struct bench *b)
{
    b->k->blur(VALUES, 4, b->w, 112 * 3, b->x + 4 * 112 * 3, b->y);
}

static void relu(struct bench *b)
{
    b->k->relu(VALUES, b->x, b->y);
}

static void relu_gradient(struct bench *b)
{
    b->k->relu_gradient(VALUES, b->x, b->x, b->y);
}

static void rectify_gradient(struct bench *b)
{
    b->k->rectify_gradient(VALUES, b->x, b->y);
}

static void signs(struct bench *b)
{
    b->k->signs(VALUES, b->x, b->signs);
}

static void rectify_signed(struct bench *b)
{
    b->k->rectify_signed(VALUES, b->signs, b->y);
}

static void axpy(struct bench *b)
{
    b->k->axpy(VALUES, 0.5f, b->x, b->y);
}

static void step(struct bench *b)
{
    b->k->step(VALUES, 0.5f, b->x, b->y);
}

static void scale(struct bench *b)
{
    b->k->scale(VALUES, 1.0f, b->y);
}

static void dot(struct bench *b)
{
    b->scale[0] = b->k->dot(VALUES, b->x, b->y);
}

static void sum_squares(struct bench *b)
{
    b->mean[0] = b->k->sum_squares(VALUES, b->x);
}

static void moments(struct bench *b)
{
    const float within[2] = {-1, 1};
    double sums[3];

    b->k->moments(VALUES, 48, b->mean, b->mean, within, b->x, sums);
    b->scale[0] = (float)sums[0];
}

static void stretch(struct bench *b)
{
    const float within[2] = {-1, 1};

    b->k->stretch(VALUES, 48, 1, b->mean, within, b->y);
}

/* An elementwise kernel, with its operations and bytes for each value. */
static const struct elementwise {
    const char *name;
    void (*run)(struct bench *b);
    double flops, bytes;
} elementwise[] = {
    {"normalise", normalise, 1, 8},
    {"blur", blur, 18, 8},
    {"relu", relu, 1, 8},
    {"relu_gradient", relu_gradient, 1, 12},
    {"rectify_gradient", rectify_gradient, 1, 12},
    {"signs", signs, 1, 4.125},
    {"rectify_signed", rectify_signed, 1, 8.125},
    {"axpy", axpy, 2, 12},
    {"step", step, 2, 12},
    {"scale", scale, 1, 8},
    {"dot", dot, 2, 8},
    {"sum_squares", sum_squares, 2, 4},
    {"moments", moments, 5, 4},
    {"stretch", stretch, 2, 8},
};

static void each_elementwise(struct bench *b)
{
    for (size_t e = 0; e < sizeof(elementwise) / sizeof(elementwise[0]); e++) {
        const struct elementwise *of = &elementwise[e];
        double t[REPEATS];

        for (int i = 0; i < REPEATS; i++) {
            const double before = bench_now();

            of->run(b);
            t[i] = bench_now() - before;
        }
        print(b, of->name, "112x112x64", t, of->flops * VALUES, of->bytes * VALUES);
    }
}

int main(void)
{
    static const struct layer layers[] = {
        {"layer 0, 57 of 5x5x3", 112, 3, 57, 5, 1, true},
        {"layer 0, 49 of 5x5x3", 112, 3, 49, 5, 1, true},
        {"pointwise, 51 of 49", 56, 49, 51, 1, 1, false},
        {"trunk, 64 of 7x7x3, stride 2", 56, 3, 64, 7, 2, false},
        {"trunk, 64 of 3x3x64", 56, 64, 64, 3, 1, false},
        {"trunk, 128 of 3x3x64, stride 2", 28, 64, 128, 3, 2, false},
        {"trunk, 256 of 1x1x256", 14, 256, 256, 1, 1, false},
    };
    const char *wanted;
    struct bench b = {.k = evk_kernels_best(&wanted)};

    if (!b.k) {
        fprintf(stderr, "bench_kernels: EVOKE_ISA=%s is not usable here\n", wanted);
        return 2;
    }
    b.x = floats(FLOATS);
    b.y = floats(FLOATS);
    b.w = floats(FLOATS);
    b.scale = floats(EVK_PAD * EVK_PAD);
    b.signs = (uint16_t *)(void *)floats(FLOATS);
    b.peak = bench_peak(b.k);
    printf("kernel\tof\tms\tGFLOP/s\tof peak\tMB\n");
    printf("peak\t%s, no memory\t\t%.1f\t1.00\t0\n", b.k->isa, b.peak);
    for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++)
        conv(&b, &layers[i]);
    depthwise(&b, 57);
    each_elementwise(&b);
    return 0;
}
