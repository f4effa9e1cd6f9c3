/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cosine.c - filters that do not wrap around an image's edges: the cosine transform */
#include "image/cosine.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"

/* Returns how many of n cosine waves are even, or, with parity 1, odd about the middle. */
static int64_t waves_of(int64_t n, int parity)
{
    return (n + 1 - parity) / 2;
}

/*
 * The waves of one parity of the orthonormal DCT-II of n values, on the first half of the places:
 * forward (m, m), where m = waves_of(n, parity), and its transpose, back.
 */
static void set_matrix(int64_t n, int parity, float *forward, float *back)
{
    const double pi = 3.14159265358979323846;
    const int64_t m = waves_of(n, parity);

    for (int64_t k = 0; k < m; k++)
        for (int64_t y = 0; y < m; y++) {
            const int64_t u = 2 * k + parity;
            const int64_t turns = (2 * y + 1) * u % (4 * n); /* the angle, in units of 2 pi / 4n */
            const double wave = evk_cos(2 * pi * (double)turns / (double)(4 * n));
            const float v = (float)(sqrt((u ? 2.0 : 1.0) / (double)n) * wave);

            forward[k * m + y] = v;
            back[y * m + k] = v;
        }
}

/* The place of each coefficient (u, v) in the order in which a filter has them (filter_planes). */
static void set_order(struct evk_cosine *t)
{
    int32_t *place = t->order;

    for (int side = 0; side < 2; side++)
        for (int end = 0; end < 2; end++)
            for (int64_t u = end; u < t->h; u += 2)
                for (int64_t v = side; v < t->w; v += 2)
                    *place++ = (int32_t)(u * t->w + v);
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
    EVK_TRY(evk_alloc(&t->order, t->h * t->w, sizeof(*t->order), what, err));
    EVK_TRY(evk_alloc_floats(&t->gain, t->h * t->w, what, err));
    for (int parity = 0; parity < 2; parity++) {
        const int64_t rows = waves_of(t->h, parity), columns = waves_of(t->w, parity);

        EVK_TRY(evk_alloc_floats(&t->rows[parity], rows * rows, what, err));
        EVK_TRY(evk_alloc_floats(&t->rows_back[parity], rows * rows, what, err));
        EVK_TRY(evk_alloc_floats(&t->columns[parity], columns * columns, what, err));
        EVK_TRY(evk_alloc_floats(&t->columns_back[parity], columns * columns, what, err));
    }
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
    for (int parity = 0; parity < 2; parity++) {
        set_matrix(h, parity, t.rows[parity], t.rows_back[parity]);
        set_matrix(w, parity, t.columns_back[parity], t.columns[parity]);
    }
    set_order(&t);
    set_frequencies(&t);
    *out = t;
    return EVK_OK;
}

void evk_cosine_release(struct evk_cosine *t)
{
    free(t->frequency);
    free(t->order);
    free(t->gain);
    for (int parity = 0; parity < 2; parity++) {
        free(t->rows[parity]);
        free(t->rows_back[parity]);
        free(t->columns[parity]);
        free(t->columns_back[parity]);
    }
    free(t->planes);
    free(t->scratch);
    *t = (struct evk_cosine){.k = NULL};
}

void evk_cosine_power_law(const struct evk_cosine *t, double alpha, float *gain)
{
    const double longer = (double)(t->h > t->w ? t->h : t->w);
    const double lowest = (double)(t->h < t->w ? t->h : t->w) / longer;

    for (int64_t u = 0; u < t->h; u++)
        for (int64_t v = 0; v < t->w; v++) {
            const int64_t i = u * t->w + v;

            /* a square image has each frequency twice */
            gain[i] = t->h == t->w && v < u
                          ? gain[v * t->w + u]
                          : (float)evk_exp(-alpha * evk_log(fmax(t->frequency[i], lowest)));
        }
}

/* ---- filters -------------------------------------------------------------------------------- */

/*
 * A cosine wave is even or odd about the middle of its axis.  So the waves of one parity see a half
 * of the places alone: of the values, folded about the middle and added (even) or subtracted (odd).
 * Four products of half the size take half the operations of two whole ones.
 *
 * Of each parity of columns there is a block (c, h, m), where m is the number of its waves, one
 * behind the other; and within each channel of a block, of each parity of rows a block (k, m).
 */

/* Returns where the block of a parity of columns begins in planes and in scratch. */
static int64_t block_of(const struct evk_cosine *t, int parity)
{
    return parity * t->c * t->h * waves_of(t->w, 0);
}

/* The waves of a row: of channel j, even ones from even + j evens, odd ones from odd + j odds. */
struct waves {
    float *even, *odd;
    int64_t evens, odds;
};

static struct waves waves_at(const struct evk_cosine *t, int64_t y)
{
    const int64_t even = waves_of(t->w, 0), odd = waves_of(t->w, 1);

    return (struct waves){t->planes + y * even, t->planes + block_of(t, 1) + y * odd, t->h * even,
                          t->h * odd};
}

/*
 * Fold n pixels from the left end of a row over those before its right end.  c is a constant where
 * an image has colours, so that a pixel is done at once.
 */
static inline __attribute__((always_inline)) void fold_row(int64_t c, int64_t n, const float *left,
                                                           const float *right, struct waves to)
{
    for (int64_t i = 0; i < n; i++, left += c, right -= c)
#pragma GCC unroll 3
        for (int64_t j = 0; j < c; j++) {
            const float a = left[j], b = right[j];

            to.even[j * to.evens + i] = a + b;
            to.odd[j * to.odds + i] = a - b;
        }
}

/* The inverse of fold_row, but for a factor of 2. */
static inline __attribute__((always_inline)) void unfold_row(int64_t c, int64_t n,
                                                             struct waves from, float *left,
                                                             float *right)
{
    for (int64_t i = 0; i < n; i++, left += c, right -= c)
#pragma GCC unroll 3
        for (int64_t j = 0; j < c; j++) {
            const float a = from.even[j * from.evens + i], b = from.odd[j * from.odds + i];

            left[j] = a + b;
            right[j] = a - b;
        }
}

/* planes = the pixels of x, folded about the middle column: even sums, then odd differences. */
static void fold_columns(const struct evk_cosine *t, const float *x)
{
    const int64_t odd = waves_of(t->w, 1), c = t->c;

    for (int64_t y = 0; y < t->h; y++, x += t->w * c) {
        const struct waves to = waves_at(t, y);

        if (c == 3)
            fold_row(3, odd, x, x + (t->w - 1) * 3, to);
        else
            fold_row(c, odd, x, x + (t->w - 1) * c, to);
        for (int64_t j = 0; j < c && t->w % 2; j++)
            to.even[j * to.evens + odd] = x[odd * c + j];
    }
}

/* x = the image whose even and odd parts about the middle column are in planes. */
static void unfold_columns(const struct evk_cosine *t, float *x)
{
    const int64_t odd = waves_of(t->w, 1), c = t->c;

    for (int64_t y = 0; y < t->h; y++, x += t->w * c) {
        const struct waves from = waves_at(t, y);

        if (c == 3)
            unfold_row(3, odd, from, x, x + (t->w - 1) * 3);
        else
            unfold_row(c, odd, from, x, x + (t->w - 1) * c);
        for (int64_t j = 0; j < c && t->w % 2; j++)
            x[odd * c + j] = from.even[j * from.evens + odd];
    }
}

/* to (h, m) = the h rows of m values in from, folded about the middle row as fold_columns does. */
static void fold_rows(const struct evk_cosine *t, int64_t m, const float *from, float *to)
{
    const int64_t even = waves_of(t->h, 0), odd = waves_of(t->h, 1), last = t->h - 1;

    for (int64_t y = 0; y < odd; y++)
        t->k->butterfly(m, from + y * m, from + (last - y) * m, to + y * m, to + (even + y) * m);
    if (even > odd)
        memcpy(to + odd * m, from + odd * m, (size_t)m * sizeof(*to));
}

/* to (h, m) = the rows whose even and odd parts about the middle row are in from. */
static void unfold_rows(const struct evk_cosine *t, int64_t m, const float *from, float *to)
{
    const int64_t even = waves_of(t->h, 0), odd = waves_of(t->h, 1), last = t->h - 1;

    for (int64_t y = 0; y < odd; y++)
        t->k->butterfly(m, from + y * m, from + (even + y) * m, to + y * m, to + (last - y) * m);
    if (even > odd)
        memcpy(to + odd * m, from + odd * m, (size_t)m * sizeof(*to));
}

/* to = the two parts of rows in from (h, m), each multiplied from the left by its matrix. */
static void multiply_rows(const struct evk_cosine *t, float *const matrix[2], int64_t m,
                          const float *from, float *to)
{
    const int64_t even = waves_of(t->h, 0), odd = waves_of(t->h, 1);

    t->k->product(even, even, m, matrix[0], from, to);
    if (odd > 0)
        t->k->product(odd, odd, m, matrix[1], from + even * m, to + even * m);
}

/* Filters one channel of one block, whose rows of m values are in scratch, by its gain (h, m). */
static void filter_rows(const struct evk_cosine *t, int64_t m, const float *gain, float *planes,
                        float *scratch)
{
    fold_rows(t, m, scratch, planes);
    multiply_rows(t, t->rows, m, planes, scratch);
    t->k->multiply(t->h * m, gain, scratch, false, scratch);
    multiply_rows(t, t->rows_back, m, scratch, planes);
    unfold_rows(t, m, planes, scratch);
}

/* planes = the image x, filtered: even and odd parts about the middle column, as fold_columns. */
static void filter_planes(struct evk_cosine *t, const float *gain, const float *x)
{
    for (int64_t i = 0; i < t->h * t->w; i++)
        t->gain[i] = gain[t->order[i]];
    fold_columns(t, x);
    for (int parity = 0; parity < 2; parity++) {
        const int64_t m = waves_of(t->w, parity), at = block_of(t, parity);
        const float *of_block = t->gain + parity * t->h * waves_of(t->w, 0);

        if (m == 0)
            continue;
        t->k->product(t->c * t->h, m, m, t->planes + at, t->columns[parity], t->scratch + at);
        for (int64_t j = 0; j < t->c; j++)
            filter_rows(t, m, of_block, t->planes + at + j * t->h * m,
                        t->scratch + at + j * t->h * m);
        t->k->product(t->c * t->h, m, m, t->scratch + at, t->columns_back[parity], t->planes + at);
    }
}

void evk_cosine_filter(struct evk_cosine *t, const float *gain, float *x)
{
    filter_planes(t, gain, x);
    unfold_columns(t, x);
}

void evk_cosine_precondition(struct evk_cosine *t, const float *gain, float *x)
{
    const int64_t n = t->h * t->w * t->c;
    const double before = t->k->sum_squares(n, x);
    double after;

    evk_cosine_filter(t, gain, x);
    after = t->k->sum_squares(n, x);
    t->k->scale(n, after > 0 ? (float)sqrt(before / after) : 0.0f, x);
}
