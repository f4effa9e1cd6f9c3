/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture_limits.c - limits of an image by definition, in double; factors are found by bisection */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

enum { HALVINGS = 200 };

static double boxed(double v)
{
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

void picture_box(const int64_t size[3], double *x)
{
    for (int64_t i = 0; i < picture_values(size); i++)
        x[i] = boxed(x[i]);
}

void picture_gray(const int64_t size[3], double *x)
{
    const int64_t c = size[2];

    for (int64_t i = 0; i < picture_values(size); i += c) {
        double sum = 0;

        for (int64_t j = 0; j < c; j++)
            sum += x[i + j];
        for (int64_t j = 0; j < c; j++)
            x[i + j] = sum / (double)c;
    }
}

/*
 * ---- one number about a pivot for each channel -------------------------------------------------
 */

/* A change of an image by one number: a factor of differences from a pivot, or a shift. */
struct change {
    const int64_t *size;
    const double *x;
    double pivot[8];
    double (*moved)(const struct change *c, int64_t i, double a);
    double (*measure)(const struct change *c, double a);
};

static double scaled(const struct change *c, int64_t i, double a)
{
    const double m = c->pivot[i % c->size[2]];

    return m + a * (c->x[i] - m);
}

static double shifted(const struct change *c, int64_t i, double b)
{
    return c->x[i] + b;
}

static double channel_mean(const struct change *c, int64_t channel, double a)
{
    const int64_t n = picture_values(c->size);
    double sum = 0;

    for (int64_t i = channel; i < n; i += c->size[2])
        sum += boxed(c->moved(c, i, a));
    return sum / (double)(n / c->size[2]);
}

static double mean_of(const struct change *c, double a)
{
    double sum = 0;

    for (int64_t j = 0; j < c->size[2]; j++)
        sum += channel_mean(c, j, a);
    return sum / (double)c->size[2];
}

static double sd_of(const struct change *c, double a)
{
    const int64_t n = picture_values(c->size), channels = c->size[2];
    double total = 0;

    for (int64_t j = 0; j < channels; j++) {
        const double mean = channel_mean(c, j, a);
        double squares = 0;

        for (int64_t i = j; i < n; i += channels)
            squares += pow(boxed(c->moved(c, i, a)) - mean, 2);
        total += sqrt(squares / (double)(n / channels - 1));
    }
    return total / (double)channels;
}

static double norm_of(const struct change *c, double a)
{
    double squares = 0;

    for (int64_t i = 0; i < picture_values(c->size); i++)
        squares += pow(boxed(c->moved(c, i, a)) - 128, 2);
    return sqrt(squares);
}

/*
 * Apply the change with the number, between low and high, at which the measure is target; the
 * measure grows with the number.
 */
static void change_to(const struct change *c, double target, double low, double high, double *x)
{
    double *out = malloc((size_t)picture_values(c->size) * sizeof(*out));

    for (int i = 0; i < HALVINGS; i++) {
        const double middle = low + (high - low) / 2;

        if (c->measure(c, middle) < target)
            low = middle;
        else
            high = middle;
    }
    for (int64_t i = 0; i < picture_values(c->size); i++)
        out[i] = c->moved(c, i, low);
    memcpy(x, out, (size_t)picture_values(c->size) * sizeof(*out));
    free(out);
}

void picture_mean(const int64_t size[3], double target, double *x)
{
    const struct change c = {size, x, {0}, shifted, mean_of};

    change_to(&c, target, -1024, 1024, x);
}

void picture_channel_sd(const int64_t size[3], double target, bool equal, double *x)
{
    struct change c = {size, x, {0}, scaled, sd_of};

    for (int64_t j = 0; j < size[2]; j++)
        c.pivot[j] = channel_mean(
            &c, j, 1); /* with a factor of 1, this is the mean of the unchanged channel */
    if (equal || sd_of(&c, 1) > target)
        change_to(&c, target, 0, 1e4, x);
}

void picture_norm(const int64_t size[3], double target, double *x)
{
    struct change c = {size, x, {0}, scaled, norm_of};

    for (int64_t j = 0; j < size[2]; j++)
        c.pivot[j] = 128;
    change_to(&c, target, 0, 1e4, x);
}

/*
 * ---- clipped ------------------------------------------------------------------------------------
 */

static const double black = 0.51, white = 254.49;

static double reach(double x, double pivot)
{
    return x > pivot ? (x - pivot) / (white - pivot) : (pivot - x) / (pivot - black);
}

static int falling(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/*
 * Returns x after the tone curve, which maps the relative distance from the pivot: the identity up
 * to a knee, then a line that takes most to 1.
 */
static double bent(double x, double pivot, double most)
{
    const double knee = fmax(0, 1 - 2 * (most - 1)), slope = (1 - knee) / (most - knee);
    const double from = reach(x, pivot), to = from > knee ? knee + slope * (from - knee) : from;

    return x > pivot ? pivot + to * (white - pivot) : pivot - to * (pivot - black);
}

void picture_clipped(const int64_t size[3], double fraction, double *x)
{
    const int64_t n = picture_values(size), allowed = (int64_t)floor(fraction * (double)n);
    const struct change c = {size, x, {0}, scaled, sd_of};
    double pivot[8], *reaches = malloc((size_t)n * sizeof(*reaches)), most;
    int64_t clipped = 0;

    for (int64_t j = 0; j < size[2]; j++)
        pivot[j] = fmin(fmax(channel_mean(&c, j, 1), 64), 191);
    for (int64_t i = 0; i < n; i++) {
        clipped += x[i] < 0.5 || x[i] >= 254.5;
        reaches[i] = reach(x[i], pivot[i % size[2]]);
    }
    qsort(reaches, (size_t)n, sizeof(*reaches), falling);
    most = reaches[allowed];
    free(reaches);
    for (int64_t i = 0; clipped > allowed && most > 1 && i < n; i++)
        x[i] = bent(x[i], pivot[i % size[2]], most);
}

/* ---- colour ---------------------------------------------------------------------------------- */

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/*
 * The eigenvector of the largest eigenvalue of a matrix: 2,000 times multiplied by the matrix, so
 * that nothing is left of the others, whose eigenvalues are at most 0.98 of it.
 */
static void largest_axis(double m[3][3], double v[3])
{
    double from[3] = {0.6, 0.5, 0.4};

    for (int i = 0; i < 2000; i++) {
        const double length = sqrt(dot(from, from));

        for (int r = 0; r < 3; r++)
            v[r] = dot(m[r], from) / length;
        memcpy(from, v, sizeof(from));
    }
    for (int r = 0; r < 3; r++)
        v[r] = from[r] / sqrt(dot(from, from));
}

struct picture_axes picture_axes(const double *mean, const double *covariance)
{
    struct picture_axes a;
    double m[3][3];

    for (int r = 0; r < 9; r++)
        m[r / 3][r % 3] = covariance[r];
    for (int k = 0; k < 3; k++) {
        double product[3], variance;

        largest_axis(m, a.axis[k]);
        for (int r = 0; r < 3; r++)
            product[r] = dot(m[r], a.axis[k]);
        variance = dot(product, a.axis[k]);
        a.sd[k] = sqrt(variance);
        a.mean[k] = dot(a.axis[k], mean);
        for (int r = 0; r < 9; r++)
            m[r / 3][r % 3] -= variance * a.axis[k][r / 3] * a.axis[k][r % 3];
    }
    return a;
}

void picture_chroma(const int64_t size[3], double times, double *x)
{
    static const double mean[3] = {116.404088, 109.622627, 101.310624};
    static const double covariance[9] = {3524.03156, 3168.49861, 2920.42334, 3168.49861, 3390.29985,
                                         3080.69117, 2920.42334, 3080.69117, 3439.78064};
    const struct picture_axes a = picture_axes(mean, covariance);
    const int64_t n = picture_values(size);

    for (int k = 1; k < 3; k++) {
        double squares = 0, rms;

        for (int64_t i = 0; i < n; i += 3)
            squares += pow(dot(a.axis[k], x + i) - a.mean[k], 2);
        rms = sqrt(squares / (double)(n / 3));
        for (int64_t i = 0; i < n && rms > times * a.sd[k]; i += 3) {
            const double d = dot(a.axis[k], x + i) - a.mean[k];

            for (int c = 0; c < 3; c++)
                x[i + c] -= (1 - times * a.sd[k] / rms) * d * a.axis[k][c];
        }
    }
}
