/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.c - bicubic resampling of 8-bit pixels, row by row
 *
 * An input row is first resampled across, which gives sums in 32 bits, and then
 * added to every output row that it reaches, in 64 bits.  Only the output rows
 * that are still in reach are kept, in a ring.
 *
 * The sums fit.  Of the weights of one output pixel let P be the sum of the
 * positive ones and N that of the negative ones, without sign, before they are
 * normalised.  -K has on either side one hump of area 1/24 and height 2/27, and
 * is sampled at distances of 1/s, so N <= s/12 + 4/27.  For s < 2 the two
 * pixels around t have P >= K(f) + K(1 - f) >= 1 (at an edge there is one, of
 * P >= 9/16, and N <= 2/27); for s < 3 they have P >= 1 + K(1/2) = 25/16; the
 * s pixels within s/2 of t, which are always there, have P >= 9/16 floor(s).  In
 * each case N <= P / 3, so that the normalised weights are (P + N) / (P - N) <= 2
 * in all without their sign.  Weights are rounded as running sums are, which
 * adds at most 1 to each of the five runs of one sign.  A sum across is thus at
 * most 255 (2 * 2^22 + 5) < 2^31, and one down less than 2^31 (2 * 2^22 + 5) < 2^55.
 */
#include "image/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WEIGHT_BITS = 22 };

/* For each output pixel, the first input pixel, how many, and their weights. */
struct taps {
    int64_t *first, *count;
    int32_t *weights; /* (outputs, room) */
    int64_t room;
};

struct evk_resampler {
    struct evk_axis down, across;
    int64_t channels;
    struct taps rows, columns;
    int32_t *row;   /* (across.to, channels): an input row, resampled across */
    int64_t *ring;  /* (open, across.to, channels): sums of output rows that are not finished */
    int64_t open;   /* output rows that an input row reaches, at most */
    int64_t pushed; /* input rows */
    int64_t pulled; /* output rows */
    unsigned char *line;
};

/* ---- weights -------------------------------------------------------------------- */

static double keys(double x)
{
    x = fabs(x);
    if (x <= 1.0)
        return (1.5 * x - 2.5) * x * x + 1.0;
    if (x < 2.0)
        return ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0;
    return 0.0;
}

/* Where the kernel of output pixel i begins and ends, in units of half an output pixel. */
static void find_taps(int64_t from, int64_t to, int64_t i, int64_t *first, int64_t *last)
{
    const int64_t reach = 4 * (from > to ? from : to), centre = (2 * i + 1) * from;

    /* Input pixel k is at (2 k + 1) * to. */
    *first = centre - reach - to < 0 ? 0 : (centre - reach - to) / (2 * to) + 1;
    *last = (centre + reach - to - 1) / (2 * to);
    if (*last > from - 1)
        *last = from - 1;
}

/* The weights of count pixels from first, whole numbers that sum to 2^WEIGHT_BITS. */
static void fill_weights(int32_t *w, int64_t first, int64_t count, int64_t centre, int64_t to,
                         double scale)
{
    double total = 0.0, sum = 0.0;
    int32_t before = 0;

    for (int64_t k = 0; k < count; k++)
        total += keys((double)((2 * (first + k) + 1) * to - centre) / scale);
    for (int64_t k = 0; k < count; k++) {
        int32_t now;

        sum += keys((double)((2 * (first + k) + 1) * to - centre) / scale);
        now = (int32_t)floor(sum / total * (1 << WEIGHT_BITS) + 0.5);
        w[k] = now - before;
        before = now;
    }
}

static void mirror(int32_t *w, int64_t n)
{
    for (int64_t i = 0; i < n / 2; i++) {
        const int32_t t = w[i];

        w[i] = w[n - 1 - i];
        w[n - 1 - i] = t;
    }
}

static void fill_taps(struct taps *t, const struct evk_axis *axis)
{
    const double scale = 2.0 * (double)(axis->from > axis->to ? axis->from : axis->to);

    for (int64_t i = 0; i < axis->to; i++) {
        const int64_t at = axis->mirrored ? axis->to - 1 - i : i;
        int32_t *w = t->weights + at * t->room;
        int64_t first, last;

        find_taps(axis->from, axis->to, i, &first, &last);
        t->count[at] = last - first + 1;
        t->first[at] = axis->mirrored ? axis->from - 1 - last : first;
        fill_weights(w, first, t->count[at], (2 * i + 1) * axis->from, axis->to, scale);
        if (axis->mirrored)
            mirror(w, t->count[at]);
    }
}

static evk_status taps_init(struct taps *t, const struct evk_axis *axis, evk_error *err)
{
    const int64_t reach = 4 * ((axis->from - 1) / axis->to + 1) + 2;
    int64_t n;

    t->room = reach < axis->from ? reach : axis->from;
    if (!evk_size_mul(axis->to, t->room, &n))
        return evk_fail(err, EVK_ENOMEM, "out of memory for resampling");
    EVK_TRY(evk_alloc(&t->first, axis->to, sizeof(*t->first), "resampling", err));
    EVK_TRY(evk_alloc(&t->count, axis->to, sizeof(*t->count), "resampling", err));
    EVK_TRY(evk_alloc(&t->weights, n, sizeof(*t->weights), "resampling", err));
    fill_taps(t, axis);
    return EVK_OK;
}

static void taps_release(struct taps *t)
{
    free(t->first);
    free(t->count);
    free(t->weights);
}

/* ---- rows ----------------------------------------------------------------------- */

/* Output rows that wait for the same input row, at most: they follow one another. */
static int64_t count_open(const struct taps *rows, int64_t to)
{
    int64_t most = 1;

    for (int64_t i = 0, j = 0; i < to; i++) {
        while (j < to && rows->first[j] < rows->first[i] + rows->count[i])
            j++;
        most = j - i > most ? j - i : most;
    }
    return most;
}

static evk_status init(struct evk_resampler *r, evk_error *err)
{
    const int64_t n = r->across.to * r->channels;
    int64_t size;

    EVK_TRY(taps_init(&r->rows, &r->down, err));
    EVK_TRY(taps_init(&r->columns, &r->across, err));
    r->open = count_open(&r->rows, r->down.to);
    if (!evk_size_mul(r->open, n, &size))
        return evk_fail(err, EVK_ENOMEM, "out of memory for resampling");
    EVK_TRY(evk_alloc(&r->row, n, sizeof(*r->row), "resampling", err));
    EVK_TRY(evk_alloc(&r->ring, size, sizeof(*r->ring), "resampling", err));
    return evk_alloc(&r->line, n, 1, "resampling", err);
}

evk_status evk_resampler_new(struct evk_resampler **out, const struct evk_axis *down,
                             const struct evk_axis *across, int64_t channels, evk_error *err)
{
    struct evk_resampler *r;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "resampling", err));
    r->down = *down;
    r->across = *across;
    r->channels = channels;
    s = init(r, err);
    if (s)
        evk_resampler_free(r);
    else
        *out = r;
    return s;
}

void evk_resampler_free(struct evk_resampler *r)
{
    if (!r)
        return;
    taps_release(&r->rows);
    taps_release(&r->columns);
    free(r->row);
    free(r->ring);
    free(r->line);
    free(r);
}

static void resample_gray(int32_t *y, const unsigned char *x, const struct taps *t, int64_t to)
{
    for (int64_t i = 0; i < to; i++) {
        const unsigned char *from = x + t->first[i];
        const int32_t *w = t->weights + i * t->room;
        int32_t sum = 0;

        for (int64_t k = 0; k < t->count[i]; k++)
            sum += w[k] * from[k];
        y[i] = sum;
    }
}

static void resample_colour(int32_t *y, const unsigned char *x, const struct taps *t, int64_t to)
{
    for (int64_t i = 0; i < to; i++, y += 3) {
        const unsigned char *from = x + 3 * t->first[i];
        const int32_t *w = t->weights + i * t->room;
        int32_t red = 0, green = 0, blue = 0;

        for (int64_t k = 0; k < t->count[i]; k++, from += 3) {
            red += w[k] * from[0];
            green += w[k] * from[1];
            blue += w[k] * from[2];
        }
        y[0] = red;
        y[1] = green;
        y[2] = blue;
    }
}

void evk_resampler_push(struct evk_resampler *r, const unsigned char *row)
{
    const int64_t n = r->across.to * r->channels;

    (r->channels == 3 ? resample_colour : resample_gray)(r->row, row, &r->columns, r->across.to);
    for (int64_t i = r->pulled; i < r->down.to && r->rows.first[i] <= r->pushed; i++) {
        const int64_t w = r->rows.weights[i * r->rows.room + r->pushed - r->rows.first[i]];
        int64_t *sum = r->ring + i % r->open * n;

        for (int64_t k = 0; k < n; k++)
            sum[k] += w * r->row[k];
    }
    r->pushed++;
}

const unsigned char *evk_resampler_pull(struct evk_resampler *r)
{
    const int64_t n = r->across.to * r->channels, i = r->pulled;
    int64_t *sum = r->ring + i % r->open * n;

    if (i == r->down.to || r->rows.first[i] + r->rows.count[i] > r->pushed)
        return NULL;
    for (int64_t k = 0; k < n; k++) {
        const int64_t half = (int64_t)1 << (2 * WEIGHT_BITS - 1);
        const int64_t v = sum[k] < 0 ? 0 : (sum[k] + half) >> 2 * WEIGHT_BITS;

        r->line[k] = (unsigned char)(v < 255 ? v : 255);
    }
    memset(sum, 0, (size_t)n * sizeof(*sum));
    r->pulled++;
    return r->line;
}
