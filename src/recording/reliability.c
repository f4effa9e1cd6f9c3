/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reliability.c - what repeats say of a unit's noise, and measures that take the noise out */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "recording/measures.h"

enum { IMAGES_MIN = 3 };

/* The responses of a unit to one image. */
struct responses {
    int64_t n;
    double mean;     /* NaN where n is 0 */
    double variance; /* with n - 1 in its denominator; NaN where n is below 2 */
};

static struct responses responses_to(const evk_recording *r, int64_t unit, int64_t image)
{
    struct responses a = {0, 0, 0};

    for (int64_t k = 0; k < r->repeats; k++)
        if (!isnan(evk_recorded(r, unit, image, k))) {
            a.mean += evk_recorded(r, unit, image, k);
            a.n++;
        }
    a.mean = a.n ? a.mean / (double)a.n : (double)NAN;
    for (int64_t k = 0; k < r->repeats; k++)
        if (!isnan(evk_recorded(r, unit, image, k)))
            a.variance += (evk_recorded(r, unit, image, k) - a.mean) *
                          (evk_recorded(r, unit, image, k) - a.mean);
    a.variance = a.n > 1 ? a.variance / (double)(a.n - 1) : (double)NAN;
    return a;
}

/* ---- noise ---------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Returns the median of numbers (n, at least 1), which are sorted. */
static double median(int64_t *numbers, int64_t n)
{
    qsort(numbers, (size_t)n, sizeof(*numbers), by_value);
    return (double)(numbers[(n - 1) / 2] + numbers[n / 2]) / 2;
}

/* Measures images, repeats and noise; counts (images) is working memory. */
static void measure_noise(const evk_recording *r, int64_t unit, int64_t *counts,
                          struct evk_reliability *out)
{
    double sum = 0;

    for (int64_t i = 0; i < r->images; i++) {
        const struct responses a = responses_to(r, unit, i);

        if (a.n >= 2) {
            sum += a.variance;
            counts[out->images++] = a.n;
        }
    }
    out->noise = out->images ? sum / (double)out->images : (double)NAN;
    out->repeats = out->images ? median(counts, out->images) : (double)NAN;
}

/* Returns the ceiling of a unit, whose noise is known; NaN where it has none. */
static double ceiling_of(const evk_recording *r, int64_t unit, double noise)
{
    double mean = 0, spread = 0, noise_of_means = 0, signal;
    int64_t m = 0;

    for (int64_t i = 0; i < r->images; i++) {
        const struct responses a = responses_to(r, unit, i);

        if (a.n) {
            /* Welford's update of a mean and of the sum of squares about it */
            const double from = a.mean - mean;

            mean += from / (double)++m;
            spread += from * (a.mean - mean);
            noise_of_means += noise / (double)a.n;
        }
    }
    if (m < IMAGES_MIN || isnan(noise))
        return (double)NAN;
    spread /= (double)(m - 1);
    signal = spread - noise_of_means / (double)m;
    return signal > 0 ? sqrt(signal / spread) : 0;
}

evk_status evk_reliability_measure(const evk_recording *r, int64_t unit,
                                   struct evk_reliability *out, evk_error *err)
{
    int64_t *counts;

    EVK_TRY(evk_alloc(&counts, r->images, sizeof(*counts), "images", err));
    *out = (struct evk_reliability){.images = 0};
    measure_noise(r, unit, counts, out);
    out->ceiling = ceiling_of(r, unit, out->noise);
    free(counts);
    return EVK_OK;
}

/* ---- noise-corrected r squared -------------------------------------------------------------- */

/* Sums over the images that have a prediction and a response. */
struct sums {
    int64_t m, groups;
    double x, y;       /* means of the group that is added */
    double xx, yy, xy; /* sums of products about the means of groups */
    double xx_over_n;  /* sum of x_i^2 / n_i */
    double one_over_n; /* sum of 1 / n_i */
    bool varies;       /* are there two predictions in a group that differ? */
};

/* Is image i in the group, and can it be compared? */
static bool counts(const double *predicted, const struct evk_image_groups *g, int64_t group,
                   int64_t i, const struct responses *a)
{
    return (!g || g->group[i] == group) && a->n && isfinite(predicted[i]);
}

static void add_means(const evk_recording *r, int64_t unit, const double *predicted,
                      const struct evk_image_groups *g, int64_t group, struct sums *s)
{
    double first = 0;
    int64_t m = 0;

    s->x = s->y = 0;
    for (int64_t i = 0; i < r->images; i++) {
        const struct responses a = responses_to(r, unit, i);

        if (counts(predicted, g, group, i, &a)) {
            first = m++ ? first : predicted[i];
            s->varies = s->varies || predicted[i] != first;
            s->x += predicted[i];
            s->y += a.mean;
        }
    }
    s->x /= (double)m;
    s->y /= (double)m;
    s->m += m;
    s->groups += m > 0;
}

static void add_products(const evk_recording *r, int64_t unit, const double *predicted,
                         const struct evk_image_groups *g, int64_t group, struct sums *s)
{
    for (int64_t i = 0; i < r->images; i++) {
        const struct responses a = responses_to(r, unit, i);
        const double x = predicted[i] - s->x, y = a.mean - s->y;

        if (counts(predicted, g, group, i, &a)) {
            s->xx += x * x;
            s->yy += y * y;
            s->xy += x * y;
            s->xx_over_n += x * x / (double)a.n;
            s->one_over_n += 1 / (double)a.n;
        }
    }
}

double evk_r2_er(const evk_recording *r, int64_t unit, const double *predicted,
                 const struct evk_image_groups *g, const struct evk_reliability *noise)
{
    struct sums s = {0};
    double m, below;

    for (int64_t group = 0; group < (g ? g->count : 1); group++) {
        add_means(r, unit, predicted, g, group, &s);
        add_products(r, unit, predicted, g, group, &s);
    }
    if (s.m < IMAGES_MIN || isnan(noise->noise) || !s.varies)
        return (double)NAN;
    m = (double)s.m;
    below = s.xx * (s.yy - (m - (double)s.groups) * noise->noise * s.one_over_n / m);
    return below > 0 ? (s.xy * s.xy - noise->noise * s.xx_over_n) / below : (double)NAN;
}
