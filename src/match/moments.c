/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * moments.c - evk_match_pair: an image with the mean and SD of another image
 *
 * The 256 values of a byte are scaled, shifted, clipped and rounded in a table.  The mean and SD
 * that a table leads to follow from the image's histogram alone, so that many tables can be tried
 * fast.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "match/controls.h"
#include "match/match.h"

enum { ROUNDS = 100 };

struct moments {
    double mean, sd; /* SD with n - 1, 0 of a single value */
};

/* Set counts[v] to how many pixels of a channel have the value v. */
static void count_values(const struct evk_pixels *p, int64_t channel, double counts[EVK_LEVELS])
{
    memset(counts, 0, EVK_LEVELS * sizeof(*counts));
    for (int64_t i = channel; i < p->height * p->width * p->channels; i += p->channels)
        counts[p->data[i]]++;
}

/* Returns the mean and SD of the counted values after table is applied to them. */
static struct moments moments_of(const double counts[EVK_LEVELS], const unsigned char *table)
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

/* Set table to values scaled about middle, which becomes mean; then clipped and rounded. */
static void fill_table(unsigned char table[EVK_LEVELS], double scale, double middle, double mean)
{
    for (int64_t i = 0; i < EVK_LEVELS; i++)
        table[i] =
            (unsigned char)floor(fmin(fmax(mean + scale * ((double)i - middle), 0), 255) + 0.5);
}

/*
 * Set best to the table that comes nearest to the wanted mean and SD, and return the larger of the
 * two differences that are left.  Each table is corrected by what was wrong with the one before.
 */
static double find_table(const double counts[EVK_LEVELS], struct moments want,
                         unsigned char best[EVK_LEVELS])
{
    unsigned char table[EVK_LEVELS];
    double least = (double)INFINITY, scale, mean = want.mean;
    struct moments m;

    fill_table(table, 1, 0, 0);
    m = moments_of(counts, table);
    const double middle = m.mean;

    scale = m.sd > 0 ? want.sd / m.sd : 0;
    for (int round = 0; round < ROUNDS && least > 1e-3; round++) {
        double residual;

        fill_table(table, scale, middle, mean);
        m = moments_of(counts, table);
        residual = fmax(fabs(m.mean - want.mean), fabs(m.sd - want.sd));
        if (residual < least) {
            least = residual;
            memcpy(best, table, EVK_LEVELS);
        }
        mean = fmin(fmax(mean + want.mean - m.mean, -1e4), 1e4);
        if (m.sd > 0)
            scale = fmin(scale * want.sd / m.sd, 1e3);
    }
    return least;
}

evk_status evk_match_pair(const struct evk_pixels *other, const struct evk_pixels *image,
                          struct evk_pixels *out, double *residual, evk_error *err)
{
    const int64_t c = other->channels;
    unsigned char table[EVK_LEVELS], same[EVK_LEVELS];

    assert(c == image->channels);
    EVK_TRY(evk_pixels_new(out, other->height, other->width, c, err));
    fill_table(same, 1, 0, 0);
    *residual = 0;
    for (int64_t channel = 0; channel < c; channel++) {
        double counts[EVK_LEVELS];
        struct moments want;

        count_values(image, channel, counts);
        want = moments_of(counts, same);
        count_values(other, channel, counts);
        *residual = fmax(*residual, find_table(counts, want, table));
        for (int64_t i = channel; i < other->height * other->width * c; i += c)
            out->data[i] = table[other->data[i]];
    }
    return EVK_OK;
}
