/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windows.c - kernels of features seen through windows: weighted sums of the kernels of places */
#include "fit/windows.h"

#include <string.h>

#include "base/fmath.h"
#include "base/parallel.h"
#include "linalg/product.h"

/* SDs, as parts of the image: a place of a grid of 7 is 1 / 7. */
static const double smoothings[EVK_SMOOTHINGS] = {1.0 / 7, 2.2 / 7};
static const double widths[EVK_SMOOTHINGS] = {1.2 / 7, 2.0 / 7};

double evk_window_smoothing(int64_t smoothing)
{
    return smoothings[smoothing];
}

/* Centres are as far from the border as the outermost places of a grid of 7. */
static double centre(int64_t i)
{
    return (0.5 + 6.0 * (double)i / (EVK_WINDOW_CENTRES - 1)) / 7;
}

static double squared(double x)
{
    return x * x;
}

double evk_window_at(int64_t smoothing, int64_t window, int64_t rows, int64_t columns, int64_t row,
                     int64_t column)
{
    const int64_t at = window - 1, n = EVK_WINDOW_CENTRES;
    const double y = ((double)row + 0.5) / (double)rows;
    const double x = ((double)column + 0.5) / (double)columns;

    if (window == 0 || rows * columns == 1)
        return 1;
    return evk_exp(-(squared(y - centre(at / n)) + squared(x - centre(at % n))) /
                   (2 * squared(widths[smoothing])));
}

/* A place of one block of a core, for some images. */
struct place {
    const struct evk_smoothed *features;
    const int64_t *order;
    int64_t first; /* the place's first feature */
};

static void fill_place(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                       double *panel)
{
    const struct place *p = of;

    for (int64_t s = 0; s < width; s++) {
        const float *z =
            p->features->z + p->order[column + s] * p->features->core->features + p->first + term;

        for (int64_t r = 0; r < terms; r++)
            panel[r * EVK_PANEL + s] = (double)z[r];
    }
}

/* The kernel of one place of a grid, over all blocks that have such a grid. */
static evk_status add_place(const struct evk_windowed *w, int64_t n, const int64_t *order,
                            const int64_t grid[2], int64_t place, double *kernel, evk_error *err)
{
    const struct evk_fit_core *core = w->features->core;
    int64_t first = 0;

    for (int64_t b = 0; b < core->blocks; b++) {
        const int64_t channels = core->channels[b];
        const struct place p = {w->features, order, first + place * channels};
        const struct evk_operand o = {fill_place, &p, n};

        if (core->rows[b] == grid[0] && core->columns[b] == grid[1])
            EVK_TRY(evk_add_product(w->threads, channels, &o, &o, kernel, err));
        first += core->rows[b] * core->columns[b] * channels;
    }
    return EVK_OK;
}

/*
 * kernels += the window's variance at a place, times the kernel of the place: the lower triangles,
 * which are mirrored in the end.
 */
struct sum {
    int64_t n, windows;
    const double *place, *by; /* by: (windows) */
    double *kernels;
};

static void add_row(void *arg, int worker, int64_t i)
{
    const struct sum *s = arg;

    (void)worker;
    for (int64_t w = 0; w < s->windows; w++) {
        const double *from = s->place + i * s->n;
        double *to = s->kernels + (w * s->n + i) * s->n;

        for (int64_t j = 0; j <= i; j++)
            to[j] += s->by[w] * from[j];
    }
}

static void mirror_job(void *arg, int worker, int64_t w)
{
    const struct sum *s = arg;
    double *k = s->kernels + w * s->n * s->n;

    (void)worker;
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t j = 0; j < i; j++)
            k[j * s->n + i] = k[i * s->n + j];
}

static evk_status add_grid(const struct evk_windowed *w, const struct sum *s, const int64_t *order,
                           const int64_t grid[2], int64_t window, double *room, evk_error *err)
{
    double by[EVK_WINDOWS];
    struct sum sum = *s;

    sum.by = by;
    for (int64_t p = 0; p < grid[0] * grid[1]; p++) {
        memset(room, 0, sizeof(*room) * (size_t)(s->n * s->n));
        EVK_TRY(add_place(w, s->n, order, grid, p, room, err));
        for (int64_t i = 0; i < s->windows; i++)
            by[i] =
                evk_window_at(w->smoothing, window + i, grid[0], grid[1], p / grid[1], p % grid[1]);
        evk_parallel_for(evk_thread_count(w->threads, s->n), s->n, add_row, &sum);
    }
    return EVK_OK;
}

/* Is block b the first that has its grid? */
static bool is_first(const struct evk_fit_core *core, int64_t b)
{
    for (int64_t i = 0; i < b; i++)
        if (core->rows[i] == core->rows[b] && core->columns[i] == core->columns[b])
            return false;
    return true;
}

evk_status evk_windowed_kernels(const struct evk_windowed *w, int64_t n, const int64_t *order,
                                int64_t first, int64_t windows, double *kernels, double *room,
                                evk_error *err)
{
    const struct evk_fit_core *core = w->features->core;
    struct sum sum = {n, windows, room, NULL, kernels};

    memset(kernels, 0, sizeof(*kernels) * (size_t)(windows * n * n));
    for (int64_t b = 0; b < core->blocks; b++) {
        const int64_t grid[2] = {core->rows[b], core->columns[b]};

        if (is_first(core, b))
            EVK_TRY(add_grid(w, &sum, order, grid, first, room, err));
    }
    evk_parallel_for(evk_thread_count(w->threads, windows), windows, mirror_job, &sum);
    return EVK_OK;
}
