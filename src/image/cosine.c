/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cosine.c - filters that do not wrap around an image's edges: the cosine transform */
#include "image/cosine.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/mem.h"

/* forward (n, n): the orthonormal DCT-II of n values; back (n, n): its transpose, the inverse. */
static void set_matrix(int64_t n, float *forward, float *back)
{
    const double pi = 3.14159265358979323846;

    for (int64_t u = 0; u < n; u++)
        for (int64_t y = 0; y < n; y++) {
            const int64_t turns = (2 * y + 1) * u % (4 * n); /* the angle, in units of 2 pi / 4n */
            const double wave = evk_cos(2 * pi * (double)turns / (double)(4 * n));
            const float v = (float)(sqrt((u ? 2.0 : 1.0) / (double)n) * wave);

            forward[u * n + y] = v;
            back[y * n + u] = v;
        }
}

static void set_frequencies(struct evk_cosine *t)
{
    const double longer = (double)(t->h > t->w ? t->h : t->w);

    for (int64_t u = 0; u < t->h; u++)
        for (int64_t v = 0; v < t->w; v++) {
            const double down = (double)(u * t->w), right = (double)(v * t->h);

            t->frequency[u * t->w + v] = sqrt(down * down + right * right) / (2 * longer);
        }
}

static evk_status allocate(struct evk_cosine *t, evk_error *err)
{
    static const char what[] = "a cosine transform";

    EVK_TRY(evk_alloc(&t->frequency, t->h * t->w, sizeof(*t->frequency), what, err));
    EVK_TRY(evk_alloc_floats(&t->rows, t->h * t->h, what, err));
    EVK_TRY(evk_alloc_floats(&t->rows_back, t->h * t->h, what, err));
    EVK_TRY(evk_alloc_floats(&t->columns, t->w * t->w, what, err));
    EVK_TRY(evk_alloc_floats(&t->columns_back, t->w * t->w, what, err));
    EVK_TRY(evk_alloc_floats(&t->planes, t->h * t->w * t->c, what, err));
    return evk_alloc_floats(&t->scratch, t->h * t->w * t->c, what, err);
}

evk_status evk_cosine_init(struct evk_cosine *out, const struct evk_kernels *k, int64_t h,
                           int64_t w, int64_t c, evk_error *err)
{
    struct evk_cosine t = {.k = k, .h = h, .w = w, .c = c};
    evk_status s;

    if (h < 1 || w < 1 || c < 1 || h > INT16_MAX || w > INT16_MAX || c > INT16_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "a cosine transform of %lld x %lld pixels in %lld channels, expected 1 to "
                        "%d of each",
                        (long long)h, (long long)w, (long long)c, INT16_MAX);
    s = allocate(&t, err);
    if (s) {
        evk_cosine_release(&t);
        return s;
    }
    set_matrix(h, t.rows, t.rows_back);
    set_matrix(w, t.columns_back, t.columns);
    set_frequencies(&t);
    *out = t;
    return EVK_OK;
}

void evk_cosine_release(struct evk_cosine *t)
{
    free(t->frequency);
    free(t->rows);
    free(t->rows_back);
    free(t->columns);
    free(t->columns_back);
    free(t->planes);
    free(t->scratch);
    *t = (struct evk_cosine){.k = NULL};
}

void evk_cosine_power_law(const struct evk_cosine *t, double alpha, float *gain)
{
    const double longer = (double)(t->h > t->w ? t->h : t->w);
    const double lowest = (double)(t->h < t->w ? t->h : t->w) / longer;

    for (int64_t i = 0; i < t->h * t->w; i++)
        gain[i] = (float)evk_exp(-alpha * evk_log(fmax(t->frequency[i], lowest)));
}

/* ---- between pixels and planes ------------------------------------------------------------- */

static void take_planes(const struct evk_cosine *t, const float *x)
{
    const int64_t plane = t->h * t->w;

    for (int64_t j = 0; j < t->c; j++)
        for (int64_t i = 0; i < plane; i++)
            t->planes[j * plane + i] = x[i * t->c + j];
}

static void put_planes(const struct evk_cosine *t, float a, float *x)
{
    const int64_t plane = t->h * t->w;

    for (int64_t j = 0; j < t->c; j++)
        for (int64_t i = 0; i < plane; i++)
            x[i * t->c + j] = a * t->planes[j * plane + i];
}

/* ---- filters -------------------------------------------------------------------------------- */

/* Transform each plane: its rows by a product from the right, its columns by one from the left. */
static void transform(struct evk_cosine *t, const float *rows, const float *columns)
{
    const int64_t h = t->h, w = t->w, plane = h * w;

    t->k->product(t->c * h, w, w, t->planes, columns, t->scratch);
    for (int64_t j = 0; j < t->c; j++)
        t->k->product(h, h, w, rows, t->scratch + j * plane, t->planes + j * plane);
}

static void filter_planes(struct evk_cosine *t, const float *gain, const float *x)
{
    const int64_t plane = t->h * t->w;

    take_planes(t, x);
    transform(t, t->rows, t->columns);
    for (int64_t j = 0; j < t->c; j++)
        for (int64_t i = 0; i < plane; i++)
            t->planes[j * plane + i] *= gain[i];
    transform(t, t->rows_back, t->columns_back);
}

void evk_cosine_filter(struct evk_cosine *t, const float *gain, float *x)
{
    filter_planes(t, gain, x);
    put_planes(t, 1, x);
}

void evk_cosine_precondition(struct evk_cosine *t, const float *gain, float *x)
{
    const int64_t n = t->h * t->w * t->c;
    const double before = t->k->sum_squares(n, x);
    double after;

    filter_planes(t, gain, x);
    after = t->k->sum_squares(n, t->planes);
    put_planes(t, after > 0 ? (float)sqrt(before / after) : 0.0f, x);
}
