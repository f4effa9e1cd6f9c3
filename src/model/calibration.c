/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calibration.c - the interval of a recorded response around its prediction
 *
 * With m and s the mean and SD of a unit's recorded responses, and e the SD of residuals:
 *
 *     centre = m + slope (prediction - mean prediction)
 *     spread = sqrt(e^2 max(LEAST, 1 + RISE (centre - m) / s) + (SHIFT s)^2) (MANY / images)^FEW
 *     low    = centre + BELOW |q5| spread,   high = centre + ABOVE q95 spread
 *
 * The variance rises with the response, as that of counts does.  SHIFT is for what all synthetic
 * images have in common and the model does not know.  q5 and q95 are the unit's own quantiles, so
 * that its skewness is kept.  No response was recorded for predictions beyond all of the
 * cross-validation: their excess is hardly believed, and makes the interval wider.
 */
#include "model/calibration.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/mem.h"

/*
 * Learned on rows 601-900 of the published sessions 190925, 190927 and 190928, which are synthetic
 * images, by models that were fitted to rows 1-600: tests/published/intervals.py EVOKE PUBLISHED
 * FOLDER, for the four cores of 50 filters one by one and together.  BELOW and ABOVE are the 5 % and
 * 95 % quantiles of what RISE, LEAST and SHIFT leave, over all units and images, times 1.02: without
 * this factor, sessions that had no part were covered at .89.  RISE, LEAST and SHIFT were chosen on a
 * grid, where the coverage of these sessions is even and the interval score (Gneiting & Raftery 2007)
 * within 0.5 % of the best.  FEW was read off models that were fitted to 150 and 300 images.
 */
static const double RISE = 0.7, LEAST = 0.1, SHIFT = 0.5, BELOW = -0.89, ABOVE = 0.71, MANY = 600,
                    FEW = 0.125;

/*
 * The parts of a prediction's excess, beyond all predictions of the cross-validation, that move the
 * median and the end of the interval on that side.  No recorded image is so far out.  These are what
 * judges say of images that an ascent made (evoke maximize --steps 50 for all units of 190927 and
 * 190928, on one core and on four, fitted to rows 1-300; two judges on cores of 100 filters, fitted
 * to rows 301-600): the median over units and judges is -0.02 for one core and 0.12 for four, the
 * 95 % quantiles are 0.19 and 0.47.
 */
static const double BELIEVED = 0.1, POSSIBLE = 0.5;

static const double Z95 = 1.6448536269514722; /* the 95 % quantile of the normal distribution */
static const double STEEPEST = 1.5;           /* the largest slope */
static const double NARROWEST = 0.1;          /* the least that a quantile of residuals is from 0 */

/* ---- cross-validation ----------------------------------------------------------------------- */

/* Returns the SD that residuals are expected to have at a centre, in SDs of all residuals. */
static double relative_sd(const struct evk_calibration *c, double centre)
{
    return sqrt(fmax(LEAST, 1 + RISE * (centre - c->mean) / c->sd));
}

static double centre_of(const struct evk_calibration *c, double predicted)
{
    return c->mean + c->slope * (predicted - c->prediction);
}

/* Keeps the pairs of finite numbers.  pairs: (2, n), predictions first.  Returns how many. */
static int64_t keep_pairs(const double *predicted, const double *recorded, int64_t n, double *pairs)
{
    int64_t count = 0;

    for (int64_t i = 0; i < n; i++)
        if (isfinite(predicted[i]) && isfinite(recorded[i])) {
            pairs[count] = predicted[i];
            pairs[n + count++] = recorded[i];
        }
    return count;
}

static double mean_of(const double *x, int64_t n)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* Returns the SD over n - 1. */
static double sd_of(const double *x, int64_t n)
{
    const double mean = mean_of(x, n);
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sqrt(sum / (double)(n - 1));
}

/* Returns the slope of the line that predicts y best, within what is believed. */
static double slope_of(const double *x, const double *y, int64_t n)
{
    const double mx = mean_of(x, n), my = mean_of(y, n);
    double xx = 0, xy = 0;

    for (int64_t i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xx > 0 && xy > 0 ? fmin(xy / xx, STEEPEST) : 0;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Returns a quantile of numbers in ascending order, interpolated between two of them. */
static double quantile(const double *sorted, int64_t n, double q)
{
    const double at = q * (double)(n - 1);
    const int64_t i = (int64_t)at;

    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* Measures residuals.  x, y: (n) predictions and responses; room: (n) */
static void measure_residuals(struct evk_calibration *c, const double *x, const double *y,
                              int64_t n, double *room)
{
    for (int64_t i = 0; i < n; i++)
        room[i] = y[i] - centre_of(c, x[i]);
    c->residual = sd_of(room, n);
    for (int64_t i = 0; i < n && c->residual > 0; i++)
        room[i] /= c->residual * relative_sd(c, centre_of(c, x[i]));
    qsort(room, (size_t)n, sizeof(*room), ascending);
    c->low = fmin(-NARROWEST, quantile(room, n, 0.05));
    c->high = fmax(NARROWEST, quantile(room, n, 0.95));
}

static void measure(struct evk_calibration *c, const double *x, const double *y, int64_t n,
                    double *room)
{
    *c = (struct evk_calibration){.images = (double)n,
                                  .mean = mean_of(y, n),
                                  .sd = sd_of(y, n),
                                  .prediction = mean_of(x, n),
                                  .slope = slope_of(x, y, n),
                                  .lowest = y[0],
                                  .smallest = x[0],
                                  .largest = x[0]};
    for (int64_t i = 1; i < n; i++) {
        c->lowest = fmin(c->lowest, y[i]);
        c->smallest = fmin(c->smallest, x[i]);
        c->largest = fmax(c->largest, x[i]);
    }
    /* A mean of equal numbers may be off in its last digit. */
    c->prediction = fmin(fmax(c->prediction, c->smallest), c->largest);
    c->mean = fmax(c->mean, c->lowest);
    if (c->sd >= EVK_CALIBRATION_SD)
        measure_residuals(c, x, y, n, room);
    else
        c->images = 0;
}

evk_status evk_calibration_measure(struct evk_calibration *c, const double *predicted,
                                   const double *recorded, int64_t n, evk_error *err)
{
    double *pairs;
    int64_t count;

    *c = (struct evk_calibration){.images = 0};
    if (n < EVK_CALIBRATION_IMAGES)
        return EVK_OK;
    EVK_TRY(evk_alloc(&pairs, 3 * n, sizeof(*pairs), "a calibration", err));
    count = keep_pairs(predicted, recorded, n, pairs);
    if (count >= EVK_CALIBRATION_IMAGES)
        measure(c, pairs, pairs + n, count, pairs + 2 * n);
    free(pairs);
    return EVK_OK;
}

/* ---- a new image ---------------------------------------------------------------------------- */

static double spread_of(const struct evk_calibration *c, double centre)
{
    const double known = c->residual * relative_sd(c, centre), shift = SHIFT * c->sd;
    const double few = c->images < MANY ? evk_pow(MANY / c->images, FEW) : 1;

    return sqrt(known * known + shift * shift) * few;
}

struct evk_expected evk_calibration_expect(const struct evk_calibration *c, double predicted)
{
    const double inside = fmin(fmax(predicted, c->smallest), c->largest);
    const double excess = c->slope * (predicted - inside), centre = centre_of(c, inside);
    struct evk_expected e = {(double)NAN, (double)NAN, (double)NAN};

    if (!(c->images > 0) || !isfinite(predicted))
        return e;
    e.low = centre + BELOW * -c->low * spread_of(c, centre) + POSSIBLE * fmin(excess, 0);
    e.high = centre + ABOVE * c->high * spread_of(c, centre) + POSSIBLE * fmax(excess, 0);
    e.middle = centre + BELIEVED * excess;
    if (c->lowest >= 0) { /* A unit without a negative response is taken to have none. */
        e.low = fmax(e.low, 0);
        e.middle = fmax(e.middle, 0);
        e.high = fmax(e.high, 0);
    }
    return e;
}

double evk_calibration_above(const struct evk_calibration *c, double predicted, double other)
{
    const struct evk_expected a = evk_calibration_expect(c, predicted),
                              b = evk_calibration_expect(c, other);
    const double d = a.middle - b.middle;
    /* The sides that face each other decide. */
    const double x = d > 0 ? a.middle - a.low : a.high - a.middle,
                 y = d > 0 ? b.high - b.middle : b.middle - b.low;
    const double sd = sqrt(x * x + y * y) / Z95;

    if (isnan(d))
        return (double)NAN;
    if (!(sd > 0))
        return d > 0 ? 1 : d < 0 ? 0 : 0.5;
    return 0.5 * (1 + evk_erf(d / sd * 0.70710678118654752));
}
