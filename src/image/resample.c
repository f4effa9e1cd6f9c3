/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.c - bicubic resampling of 8-bit pixels, row by row
 *
 * There are two passes.  One resamples along stored rows: each row by itself, when it comes in or
 * before it goes out.  The other resamples along stored columns: it adds each row, times a weight,
 * to all output rows that the row contributes to; only output rows that are not finished are kept,
 * in a ring.  The first pass is the one that goes along rows of the picture: that along stored
 * columns where stored rows are columns of the picture, else that along stored rows.
 *
 * The input of the first pass is levels, that of the second levels times 2^22, and weights are
 * multiples of 2^-22, stored times 2^22.  The weights of an output pixel sum to 1, and their
 * absolute values to less than 4 (K is at least 9/16 for |x| <= 1/2 and nowhere below -2/27), so
 * that sums in 64 bits stay below 255 * 2^22 * 4 * 2^22 < 2^54.
 */
#include "image/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WEIGHT_BITS = 22 };

/* The input pixels that each output pixel of an axis is a weighted sum of. */
struct taps {
    int64_t *first, *count; /* (outputs) index of the first input pixel, and how many there are */
    int32_t *weights;       /* (outputs, room) times 2^WEIGHT_BITS */
    int64_t room;           /* the largest count that fits */
};

struct evk_resampler {
    struct evk_resampling what;
    struct taps rows, columns;
    int32_t *row;        /* the input of the next pass: levels, or levels times 2^WEIGHT_BITS */
    int64_t *sums;       /* the result of the pass along row */
    int64_t *ring;       /* (open, middle) sums of output rows that are not finished */
    int64_t middle;      /* values of a row between the passes */
    int64_t open;        /* how many output rows one input row contributes to, at most */
    int64_t pushed;      /* how many input rows were given */
    int64_t pulled;      /* how many output rows were returned */
    unsigned char *line; /* the output row that was returned last */
};

/* ---- weights -------------------------------------------------------------------- */

/* Keys' cubic kernel K. */
static double keys(double x)
{
    x = fabs(x);
    if (x <= 1.0)
        return (1.5 * x - 2.5) * x * x + 1.0;
    if (x < 2.0)
        return ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0;
    return 0.0;
}

/*
 * Find the first and the last input pixel within reach of output pixel i.  from input pixels become
 * to output pixels; positions are in units of 1 / (2 to) input pixels, in which they are whole
 * numbers.
 */
static void find_taps(int64_t from, int64_t to, int64_t i, int64_t *first, int64_t *last)
{
    const int64_t reach = 4 * (from > to ? from : to), centre = (2 * i + 1) * from;

    /* The centre of input pixel k is at (2 k + 1) * to. */
    *first = centre - reach - to < 0 ? 0 : (centre - reach - to) / (2 * to) + 1;
    *last = (centre + reach - to - 1) / (2 * to);
    if (*last > from - 1)
        *last = from - 1;
}

/*
 * Set w to the weights of count input pixels from first on, whole numbers that sum to 2^WEIGHT_BITS
 * exactly: the sum of weights is rounded after each pixel, and a weight is what it grew by.  centre
 * and to are in find_taps' units; scale is these units per unit of the kernel's argument.
 */
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

/* Reverse the order of n weights. */
static void reverse(int32_t *w, int64_t n)
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
            reverse(w, t->count[at]);
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

/*
 * Returns how many output rows one input row contributes to, at most.  They follow one another, so
 * that a ring of this many rows holds all that are not finished.
 */
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
    const struct evk_resampling *what = &r->what;
    const int64_t from = what->columns.from * what->channels;
    const int64_t to = what->columns.to * what->channels;
    int64_t size;

    EVK_TRY(taps_init(&r->rows, &what->rows, err));
    EVK_TRY(taps_init(&r->columns, &what->columns, err));
    r->middle = what->swapped ? from : to;
    r->open = count_open(&r->rows, what->rows.to);
    if (!evk_size_mul(r->open, r->middle, &size))
        return evk_fail(err, EVK_ENOMEM, "out of memory for resampling");
    EVK_TRY(evk_alloc(&r->row, from > to ? from : to, sizeof(*r->row), "resampling", err));
    EVK_TRY(evk_alloc(&r->sums, to, sizeof(*r->sums), "resampling", err));
    EVK_TRY(evk_alloc(&r->ring, size, sizeof(*r->ring), "resampling", err));
    return evk_alloc(&r->line, to, 1, "resampling", err);
}

/*
 * Only the ring counts.  An input row contributes to about five output rows where the image
 * shrinks, and to more where it grows.
 */
int64_t evk_resampler_bytes(const struct evk_resampling *what)
{
    const int64_t open = 5 * ((what->rows.to - 1) / what->rows.from + 1);
    const int64_t middle = what->swapped ? what->columns.from : what->columns.to;

    return (open < what->rows.to ? open : what->rows.to) * middle * what->channels *
           (int64_t)sizeof(int64_t);
}

evk_status evk_resampler_new(struct evk_resampler **out, const struct evk_resampling *what,
                             evk_error *err)
{
    struct evk_resampler *r;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "resampling", err));
    r->what = *what;
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
    free(r->sums);
    free(r->ring);
    free(r->line);
    free(r);
}

static void along_gray(int64_t *y, const int32_t *x, const struct taps *t, int64_t to)
{
    for (int64_t i = 0; i < to; i++) {
        const int32_t *from = x + t->first[i], *w = t->weights + i * t->room;
        int64_t sum = 0;

        for (int64_t k = 0; k < t->count[i]; k++)
            sum += (int64_t)w[k] * from[k];
        y[i] = sum;
    }
}

static void along_colour(int64_t *y, const int32_t *x, const struct taps *t, int64_t to)
{
    for (int64_t i = 0; i < to; i++, y += 3) {
        const int32_t *from = x + 3 * t->first[i], *w = t->weights + i * t->room;
        int64_t red = 0, green = 0, blue = 0;

        for (int64_t k = 0; k < t->count[i]; k++, from += 3) {
            red += (int64_t)w[k] * from[0];
            green += (int64_t)w[k] * from[1];
            blue += (int64_t)w[k] * from[2];
        }
        y[0] = red;
        y[1] = green;
        y[2] = blue;
    }
}

static void pass_along(struct evk_resampler *r)
{
    (r->what.channels == 3 ? along_colour : along_gray)(r->sums, r->row, &r->columns,
                                                        r->what.columns.to);
}

/* Set r->row to sums of the first pass, clipped to 0 to 255 levels, in units of 2^-WEIGHT_BITS. */
static void clip_sums(struct evk_resampler *r, const int64_t *sums)
{
    const int64_t most = (int64_t)255 << WEIGHT_BITS;

    for (int64_t k = 0; k < r->middle; k++)
        r->row[k] = (int32_t)(sums[k] < 0 ? 0 : sums[k] > most ? most : sums[k]);
}

/* Add r->row to every output row that it contributes to. */
static void add_to_ring(struct evk_resampler *r)
{
    const struct taps *t = &r->rows;

    for (int64_t i = r->pulled; i < r->what.rows.to && t->first[i] <= r->pushed; i++) {
        const int64_t w = t->weights[i * t->room + r->pushed - t->first[i]];
        int64_t *sum = r->ring + i % r->open * r->middle;

        for (int64_t k = 0; k < r->middle; k++)
            sum[k] += w * r->row[k];
    }
    r->pushed++;
}

void evk_resampler_push(struct evk_resampler *r, const unsigned char *row)
{
    for (int64_t k = 0; k < r->what.columns.from * r->what.channels; k++)
        r->row[k] = row[k];
    if (!r->what.swapped) {
        pass_along(r);
        clip_sums(r, r->sums);
    }
    add_to_ring(r);
}

/* Set y to sums of the second pass, clipped to 0 to 255 and rounded to levels. */
static void round_sums(unsigned char *y, const int64_t *sums, int64_t n)
{
    const int64_t half = (int64_t)1 << (2 * WEIGHT_BITS - 1);

    for (int64_t k = 0; k < n; k++) {
        const int64_t v = sums[k] < 0 ? 0 : (sums[k] + half) >> 2 * WEIGHT_BITS;

        y[k] = (unsigned char)(v < 255 ? v : 255);
    }
}

const unsigned char *evk_resampler_pull(struct evk_resampler *r)
{
    const int64_t i = r->pulled;
    int64_t *sums = r->ring + i % r->open * r->middle;

    if (i == r->what.rows.to || r->rows.first[i] + r->rows.count[i] > r->pushed)
        return NULL;
    if (r->what.swapped) {
        clip_sums(r, sums);
        pass_along(r);
    }
    round_sums(r->line, r->what.swapped ? r->sums : sums, r->what.columns.to * r->what.channels);
    memset(sums, 0, (size_t)r->middle * sizeof(*sums));
    r->pulled++;
    return r->line;
}
