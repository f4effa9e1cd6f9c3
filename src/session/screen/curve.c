/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve.c - a measured curve of a screen, between the levels at which it was measured */
#include "session/screen/curve.h"

#include <math.h>

#include "base/num.h"

static const double LEAST_STEP = 0.001; /* of levels, which keeps slopes finite */
static const double MOST = 1e9;         /* luminance in any unit */

static evk_status check_levels(const double *level, int64_t n, const char *name, evk_error *err)
{
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];

    if (n < 2 || n > EVK_CURVE_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s has %lld levels, expected 2 to %d", name,
                        (long long)n, EVK_CURVE_MAX);
    for (int64_t i = 1; i < n; i++)
        if (!(level[i] - level[i - 1] >= LEAST_STEP))
            return evk_fail(err, EVK_EFORMAT,
                            "%s has level %s after level %s, expected levels "
                            "that rise by 0.001 at least",
                            name, evk_format_real(level[i], a), evk_format_real(level[i - 1], b));
    if (level[0] != 0 || level[n - 1] != 255)
        return evk_fail(err, EVK_EFORMAT, "%s has levels from %s to %s, expected 0 to 255", name,
                        evk_format_real(level[0], a), evk_format_real(level[n - 1], b));
    return EVK_OK;
}

static evk_status check_values(const double *level, const double *value, int64_t n,
                               const char *name, evk_error *err)
{
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT], c[EVK_REAL_TEXT];

    for (int64_t i = 0; i < n; i++) {
        if (!(value[i] >= 0 && value[i] <= MOST))
            return evk_fail(err, EVK_EFORMAT,
                            "%s has luminance %s at level %s, expected a number from 0 to 1e9",
                            name, evk_format_real(value[i], a), evk_format_real(level[i], b));
        if (i && value[i] < value[i - 1])
            return evk_fail(err, EVK_EFORMAT,
                            "%s falls at level %s, from %s to %s; expected luminance that rises "
                            "with the level: smooth the measurement, or measure again",
                            name, evk_format_real(level[i], a), evk_format_real(value[i - 1], b),
                            evk_format_real(value[i], c));
    }
    if (value[n - 1] > value[0])
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "%s has luminance %s at all levels, expected luminance that rises", name,
                    evk_format_real(value[0], a));
}

/* Returns the slope from level i to level i + 1. */
static double slope(const double *level, const double *value, int64_t i)
{
    return (value[i + 1] - value[i]) / (level[i + 1] - level[i]);
}

/*
 * Returns the slope at the end of a curve: that of the parabola through three points, where it does
 * not go down.  near, far: widths of the two intervals; a, b: the slopes of their straight lines.
 */
static double slope_at_end(double near, double far, double a, double b)
{
    const double s = ((2 * near + far) * a - near * b) / (near + far);

    return s > 0 ? s : 0;
}

/* Returns the slope of the curve at level i. */
static double slope_at(const double *level, const double *value, int64_t n, int64_t i)
{
    const int64_t left = i ? i - 1 : 0, right = i < n - 1 ? i : n - 2;
    const double a = slope(level, value, left), b = slope(level, value, right);
    const double before = level[left + 1] - level[left], after = level[right + 1] - level[right];

    if (n == 2)
        return a;
    if (i == 0)
        return slope_at_end(before, level[2] - level[1], a, slope(level, value, 1));
    if (i == n - 1)
        return slope_at_end(after, level[n - 2] - level[n - 3], b, slope(level, value, n - 3));
    if (!(a > 0 && b > 0))
        return 0;
    return 3 * (before + after) / ((2 * after + before) / a + (after + 2 * before) / b);
}

/* Returns luminance at level x, which lies between levels i and i + 1. */
static double between(const double *level, const double *value, int64_t n, int64_t i, double x)
{
    const double h = level[i + 1] - level[i], t = (x - level[i]) / h, u = 1 - t;

    /* a flat stretch stays flat to the last bit */
    return value[i] + (value[i + 1] - value[i]) * t * t * (1 + 2 * u) +
           h * (slope_at(level, value, n, i) * t * u * u -
                slope_at(level, value, n, i + 1) * t * t * u);
}

evk_status evk_curve_fill(double luminance[256], const double *level, const double *value,
                          int64_t n, const char *name, evk_error *err)
{
    double before = 0;

    EVK_TRY(check_levels(level, n, name, err));
    EVK_TRY(check_values(level, value, n, name, err));
    for (int64_t v = 0, i = 0; v < 256; v++) {
        double y;

        while (i < n - 2 && level[i + 1] <= (double)v)
            i++;
        y = (between(level, value, n, i, (double)v) - value[0]) / (value[n - 1] - value[0]);
        before = y > before ? y : before; /* rounding must not make a curve fall */
        luminance[v] = v < 255 && before < 1 ? before : 1;
    }
    luminance[0] = 0;
    return EVK_OK;
}
