/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measures.c - correlation and regression of recorded responses on predictions */
#include "recording/measures.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

enum { PAIRS_MIN = 3 };

/* Sums over pairs of finite numbers. */
struct sums {
    int64_t n;
    double x, y;       /* sums, then means */
    double xx, yy, xy; /* sums of products about the means */
    bool varies_x, varies_y;
};

static bool is_pair(double x, double y)
{
    return isfinite(x) && isfinite(y);
}

/* Adds up the pairs, and finds out whether each side varies. */
static struct sums add_pairs(const double *x, const double *y, int64_t n)
{
    struct sums s = {0};
    int64_t first = -1;

    for (int64_t i = 0; i < n; i++)
        if (is_pair(x[i], y[i])) {
            first = first < 0 ? i : first;
            s.varies_x = s.varies_x || x[i] != x[first];
            s.varies_y = s.varies_y || y[i] != y[first];
            s.x += x[i];
            s.y += y[i];
            s.n++;
        }
    return s;
}

/* Returns the sums of the pairs; false where there is no correlation of them. */
static bool sum_pairs(const double *x, const double *y, int64_t n, struct sums *out)
{
    struct sums s = add_pairs(x, y, n);

    if (s.n < PAIRS_MIN || !s.varies_x || !s.varies_y)
        return false;
    s.x /= (double)s.n;
    s.y /= (double)s.n;
    for (int64_t i = 0; i < n; i++)
        if (is_pair(x[i], y[i])) {
            s.xx += (x[i] - s.x) * (x[i] - s.x);
            s.yy += (y[i] - s.y) * (y[i] - s.y);
            s.xy += (x[i] - s.x) * (y[i] - s.y);
        }
    *out = s;
    return s.xx > 0 && s.yy > 0;
}

/* Returns a correlation from its sums; rounding does not take it beyond -1 or 1. */
static double correlation_of(double xy, double xx, double yy)
{
    const double r = xy / (sqrt(xx) * sqrt(yy));

    return r > 1 ? 1 : r < -1 ? -1 : r;
}

double evk_correlation(const double *predicted, const double *recorded, int64_t n)
{
    struct sums s;

    return sum_pairs(predicted, recorded, n, &s) ? correlation_of(s.xy, s.xx, s.yy) : (double)NAN;
}

struct evk_line_fit evk_regression(const double *predicted, const double *recorded, int64_t n)
{
    struct evk_line_fit line = {(double)NAN, (double)NAN};
    struct sums s;

    if (sum_pairs(predicted, recorded, n, &s)) {
        line.slope = s.xy / s.xx;
        line.offset = s.y - line.slope * s.x;
    }
    return line;
}

/* ---- bootstrap ------------------------------------------------------------------------------ */

/* Copies the pairs, less the means and over the SDs: sums of products then need no second pass. */
static void standardize(const struct sums *s, const double *x, const double *y, int64_t n,
                        double *out)
{
    const double one = sqrt(s->xx / (double)s->n), other = sqrt(s->yy / (double)s->n);

    for (int64_t i = 0; i < n; i++)
        if (is_pair(x[i], y[i])) {
            *out++ = (x[i] - s->x) / one;
            *out++ = (y[i] - s->y) / other;
        }
}

/* Returns the correlation of one sample of the pairs (n, 2), those that were drawn (n); NaN where a
   side is constant. */
static double sample_correlation(const double *pairs, const uint32_t *drawn, int64_t n)
{
    const double *first = pairs + 2 * (int64_t)drawn[0];
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    bool varies_x = false, varies_y = false;

    for (int64_t i = 0; i < n; i++) {
        const double *p = pairs + 2 * (int64_t)drawn[i];

        varies_x = varies_x || p[0] != first[0];
        varies_y = varies_y || p[1] != first[1];
        x += p[0];
        y += p[1];
        xx += p[0] * p[0];
        yy += p[1] * p[1];
        xy += p[0] * p[1];
    }
    if (!varies_x || !varies_y)
        return (double)NAN;
    return correlation_of(xy - x * y / (double)n, xx - x * x / (double)n, yy - y * y / (double)n);
}

static evk_status bootstrap(const double *pairs, int64_t n, int64_t samples,
                            struct evk_interval *out, evk_error *err)
{
    uint32_t *drawn;
    double *values;
    evk_status s;

    EVK_TRY(evk_alloc(&values, samples, sizeof(*values), "bootstrap samples", err));
    s = evk_alloc(&drawn, n, sizeof(*drawn), "bootstrap samples", err);
    if (!s) {
        for (int64_t i = 0; i < samples; i++) {
            evk_bootstrap_sample(i, n, drawn);
            values[i] = sample_correlation(pairs, drawn, n);
        }
        *out = evk_bootstrap_interval(values, samples);
        free(drawn);
    }
    free(values);
    return s;
}

evk_status evk_correlation_interval(const double *predicted, const double *recorded, int64_t n,
                                    int64_t samples, struct evk_interval *out, evk_error *err)
{
    struct sums sums;
    double *pairs;
    evk_status s;

    *out = (struct evk_interval){(double)NAN, (double)NAN};
    if (!sum_pairs(predicted, recorded, n, &sums))
        return EVK_OK;
    EVK_TRY(evk_alloc(&pairs, 2 * sums.n, sizeof(*pairs), "pairs", err));
    standardize(&sums, predicted, recorded, n, pairs);
    s = bootstrap(pairs, sums.n, samples, out, err);
    free(pairs);
    return s;
}
