/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * moments.c - an image with the mean and SD of another
 *
 * A value of 8 bits becomes another by a table of 256, so that what a scale and a shift come to,
 * after clipping and rounding, is known from the histogram alone.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "match/controls.h"
#include "match/match.h"

enum { ROUNDS = 100 };

struct moments {
    double mean, sd; /* SD with n - 1; of one value 0 */
};

static void count(const struct evk_pixels *p, int64_t channel, double counts[EVK_LEVELS])
{
    memset(counts, 0, EVK_LEVELS * sizeof(*counts));
    for (int64_t i = channel; i < p->height * p->width * p->channels; i += p->channels)
        counts[p->data[i]]++;
}

/* Of values that table makes of those that were counted; sums of whole numbers. */
static struct moments measure(const double counts[EVK_LEVELS], const unsigned char *table)
{
    double n = 0, sum = 0, squares = 0;
    struct moments m;

    for (int64_t i = 0; i < EVK_LEVELS; i++) {
        n += counts[i];
        sum += counts[i] * table[i];
    }
    m.mean = sum / n;
    for (int64_t i = 0; i < EVK_LEVELS; i++)
        squares += counts[i] * (table[i] - m.mean) * (table[i] - m.mean);
    m.sd = n > 1 ? sqrt(squares / (n - 1)) : 0;
    return m;
}

static void fill(unsigned char table[EVK_LEVELS], double scale, double middle, double mean)
{
    for (int64_t i = 0; i < EVK_LEVELS; i++)
        table[i] =
            (unsigned char)floor(fmin(fmax(mean + scale * ((double)i - middle), 0), 255) + 0.5);
}

/* The best of some tables, each from what was wrong with the last. */
static double find(const double counts[EVK_LEVELS], struct moments want,
                   unsigned char best[EVK_LEVELS])
{
    unsigned char table[EVK_LEVELS];
    double least = (double)INFINITY, scale, mean = want.mean;
    struct moments m;

    fill(table, 1, 0, 0);
    m = measure(counts, table);
    const double middle = m.mean;

    scale = m.sd > 0 ? want.sd / m.sd : 0;
    for (int round = 0; round < ROUNDS && least > 1e-3; round++) {
        double apart;

        fill(table, scale, middle, mean);
        m = measure(counts, table);
        apart = fmax(fabs(m.mean - want.mean), fabs(m.sd - want.sd));
        if (apart < least) {
            least = apart;
            memcpy(best, table, EVK_LEVELS);
        }
        mean = fmin(fmax(mean + want.mean - m.mean, -1e4), 1e4);
        if (m.sd > 0)
            scale = fmin(scale * want.sd / m.sd, 1e3);
    }
    return least;
}

evk_status evk_match_pair(const struct evk_pixels *other, const struct evk_pixels *image,
                          struct evk_pixels *out, double *apart, evk_error *err)
{
    const int64_t c = other->channels;
    unsigned char table[EVK_LEVELS], same[EVK_LEVELS];

    assert(c == image->channels);
    EVK_TRY(evk_pixels_new(out, other->height, other->width, c, err));
    fill(same, 1, 0, 0);
    *apart = 0;
    for (int64_t channel = 0; channel < c; channel++) {
        double counts[EVK_LEVELS];
        struct moments want;

        count(image, channel, counts);
        want = measure(counts, same);
        count(other, channel, counts);
        *apart = fmax(*apart, find(counts, want, table));
        for (int64_t i = channel; i < other->height * other->width * c; i += c)
            out->data[i] = table[other->data[i]];
    }
    return EVK_OK;
}
