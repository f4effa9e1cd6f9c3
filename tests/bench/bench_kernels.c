/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_kernels.c - each kernel on the sizes of a compact model's first layers, one thread
 *
 * Tab-separated: kernel, what of, ms, GFLOP/s, that over the peak measured in
 * this run, and the MB that it reads and writes.  A time is the median of 60.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

enum { REPEATS = 60, PIXELS = 112, HALF = 56, C = 3, O = 57, PITCH = 64, PADDED = 116, TAPS = 25 };

static const int64_t VALUES = (int64_t)PIXELS * PIXELS * PITCH;

/* Data of layers 0 and 1: image and its gradient, activations and theirs, weights. */
struct data {
    const struct evk_kernels *k;
    float *image, *gimage; /* (PADDED, PADDED, C) */
    float *y, *gy;         /* (PIXELS, PIXELS, PITCH) */
    float *z;              /* (HALF, HALF, PITCH) */
    float *w, *scale;      /* room for any */
    double mean[48];
    int64_t xo[TAPS], wo[TAPS];
};

static struct evk_conv layer0(const struct data *d)
{
    return (struct evk_conv){.width = PIXELS,
                             .step = C,
                             .rows = 5,
                             .pieces = 1,
                             .row_step = (int64_t)PADDED * C,
                             .taps = 15,
                             .taps_room = 16,
                             .o = O,
                             .room = PITCH,
                             .y_step = PITCH,
                             .w = d->w,
                             .wt = d->w,
                             .scale = d->scale,
                             .shift = d->scale,
                             .relu = true};
}

static void conv_row(struct data *d)
{
    const struct evk_conv c = layer0(d);

    for (int64_t y = 0; y < PIXELS; y++)
        d->k->conv_row(&c, d->image + y * PADDED * C, d->y + y * PIXELS * PITCH, NULL);
}

static void conv_row_gradient(struct data *d)
{
    const struct evk_conv c = layer0(d);

    for (int64_t y = 0; y < PIXELS; y++)
        d->k->conv_row_gradient(&c, d->gy + y * PIXELS * PITCH, d->gimage + y * PADDED * C);
}

/* 5 x 5, stride 2: whole windows only. */
static void taps(struct data *d)
{
    const struct evk_taps t = {.n = O,
                               .count = TAPS,
                               .xo = d->xo,
                               .wo = d->wo,
                               .x_step = (int64_t)2 * PITCH,
                               .y_step = PITCH,
                               .w = d->w,
                               .scale = d->scale,
                               .shift = d->scale};

    for (int64_t y = 0; y < HALF - 2; y++)
        d->k->taps(&t, HALF - 2, d->y + 2 * y * PIXELS * PITCH, d->z + y * HALF * PITCH);
}

static void normalise(struct data *d)
{
    d->k->normalise((int64_t)PIXELS * PIXELS * C, 48, d->mean, NULL, d->image, d->gimage);
}

static void relu(struct data *d)
{
    d->k->relu(VALUES, d->y, d->gy);
}

static void relu_gradient(struct data *d)
{
    d->k->relu_gradient(VALUES, d->y, d->y, d->gy);
}

static void rectify_gradient(struct data *d)
{
    d->k->rectify_gradient(VALUES, d->y, d->gy);
}

static void axpy(struct data *d)
{
    d->k->axpy(VALUES, 0.5f, d->y, d->gy);
}

static void dot(struct data *d)
{
    d->scale[0] = d->k->dot(VALUES, d->y, d->gy);
}

struct bench {
    const char *name, *what;
    void (*run)(struct data *d);
    double flops, bytes;
};

static void print(const struct bench *b, struct data *d, double peak)
{
    double t[REPEATS], ms;

    for (int i = 0; i < REPEATS; i++) {
        const double before = bench_now();

        b->run(d);
        t[i] = bench_now() - before;
    }
    ms = bench_median(t, REPEATS);
    printf("%s\t%s\t%.3f\t%.1f\t%.2f\t%.2f\n", b->name, b->what, ms, 1e-6 * b->flops / ms,
           1e-6 * b->flops / ms / peak, 1e-6 * b->bytes);
}

static float *floats(int64_t n)
{
    float *p = aligned_alloc(64, (size_t)(n + 64) / 16 * 64);

    if (!p)
        exit(1);
    for (int64_t i = 0; i < n; i++)
        p[i] = (float)(i * 7919 % 256) / 256 - 0.5f;
    return p;
}

static void data_init(struct data *d)
{
    d->image = floats((int64_t)PADDED * PADDED * C);
    d->gimage = floats((int64_t)PADDED * PADDED * C);
    d->y = floats(VALUES);
    d->gy = floats(VALUES);
    d->z = floats((int64_t)HALF * HALF * PITCH);
    d->w = floats((int64_t)O * 80 * PITCH);
    d->scale = floats(PITCH);
    for (int i = 0; i < TAPS; i++) {
        d->xo[i] = (int64_t)(i / 5 * PIXELS + i % 5) * PITCH;
        d->wo[i] = (int64_t)i * O;
    }
}

int main(void)
{
    const double image = 4.0 * PADDED * PADDED * C, n = (double)VALUES, y = 4 * n;
    const double conv = 2.0 * PIXELS * PIXELS * O * 75, depthwise = 2.0 * 54 * 54 * O * TAPS;
    const struct bench all[] = {
        {"conv_row", "layer 0, 57 of 5x5x3", conv_row, conv, image + y},
        {"conv_row_gradient", "the same", conv_row_gradient, conv, y + 2 * image},
        {"taps", "depthwise 5x5x57, stride 2", taps, depthwise, 1.25 * y},
        {"normalise", "112x112x3", normalise, 112.0 * 112 * 3, 2 * image},
        {"relu", "112x112x64", relu, n, 2 * y},
        {"relu_gradient", "112x112x64", relu_gradient, n, 3 * y},
        {"rectify_gradient", "112x112x64", rectify_gradient, n, 3 * y},
        {"axpy", "112x112x64", axpy, 2 * n, 3 * y},
        {"dot", "112x112x64", dot, 2 * n, 2 * y},
    };
    const char *wanted;
    struct data d = {.k = evk_kernels_best(&wanted)};
    double peak;

    if (!d.k) {
        fprintf(stderr, "bench_kernels: EVOKE_ISA=%s is not usable here\n", wanted);
        return 2;
    }
    data_init(&d);
    peak = bench_peak(d.k);
    printf("kernel\tof\tms\tGFLOP/s\tof peak\tMB\n");
    printf("peak\t%s, no memory\t\t%.1f\t1.00\t0\n", d.k->isa, peak);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        print(&all[i], &d, peak);
    return 0;
}
