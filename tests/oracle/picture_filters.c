/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture_filters.c - filters and gradients of images by definition, in double */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

static const double pi = 3.14159265358979323846;

int64_t picture_values(const int64_t size[3])
{
    return size[0] * size[1] * size[2];
}

double picture_rms(const int64_t size[3], const double *x)
{
    double squares = 0;

    for (int64_t i = 0; i < picture_values(size); i++)
        squares += x[i] * x[i];
    return sqrt(squares / (double)picture_values(size));
}

/*
 * ---- sums along an axis ------------------------------------------------------------------------
 */

/* Multiply each line of x along an axis by matrix (n, n); axis 0: over rows, 1: over columns. */
static void along(const int64_t size[3], int axis, const double *matrix, double *x)
{
    const int64_t n = size[axis], all = picture_values(size);
    const int64_t apart = axis ? size[2] : size[1] * size[2];
    double *was = malloc((size_t)all * sizeof(*was));

    memcpy(was, x, (size_t)all * sizeof(*was));
    for (int64_t i = 0; i < all; i++) {
        const int64_t at = i / apart % n;
        double sum = 0;

        for (int64_t j = 0; j < n; j++)
            sum += matrix[at * n + j] * was[i + (j - at) * apart];
        x[i] = sum;
    }
    free(was);
}

static double *matrix_of(int64_t n)
{
    return calloc((size_t)(n * n), sizeof(double));
}

/*
 * ---- blur ---------------------------------------------------------------------------------------
 */

static int64_t reflected(int64_t i, int64_t n)
{
    while (i < 0 || i >= n)
        i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
}

static void blur_axis(const int64_t size[3], int axis, double sigma, double *x)
{
    const int64_t n = size[axis], radius = (int64_t)(4 * sigma + 0.5);
    double *m = matrix_of(n), sum = 0;

    for (int64_t d = -radius; d <= radius; d++)
        sum += exp(-0.5 * (double)(d * d) / (sigma * sigma));
    for (int64_t i = 0; i < n; i++)
        for (int64_t d = -radius; d <= radius; d++)
            m[i * n + reflected(i + d, n)] += exp(-0.5 * (double)(d * d) / (sigma * sigma)) / sum;
    along(size, axis, m, x);
    free(m);
}

void picture_blur(const int64_t size[3], double sigma, double *x)
{
    if ((int64_t)(4 * sigma + 0.5) == 0)
        return;
    blur_axis(size, 0, sigma, x);
    blur_axis(size, 1, sigma, x);
}

/*
 * ---- power law ----------------------------------------------------------------------------------
 */

/* Returns the matrix whose row u is cosine wave u with norm 1; transposed, it is the inverse. */
static double *waves(int64_t n, bool transposed)
{
    double *m = matrix_of(n);

    for (int64_t u = 0; u < n; u++)
        for (int64_t y = 0; y < n; y++)
            m[transposed ? y * n + u : u * n + y] =
                sqrt((u ? 2.0 : 1.0) / (double)n) *
                cos(pi * ((double)y + 0.5) * (double)u / (double)n);
    return m;
}

static void transform(const int64_t size[3], bool inverse, double *x)
{
    for (int axis = 0; axis < 2; axis++) {
        double *m = waves(size[axis], inverse);

        along(size, axis, m, x);
        free(m);
    }
}

static double shorter(const int64_t size[3])
{
    return (double)(size[0] < size[1] ? size[0] : size[1]);
}

static double lowest(const int64_t size[3])
{
    return shorter(size) / (double)(size[0] < size[1] ? size[1] : size[0]);
}

void picture_power_law(const int64_t size[3], double alpha, double *x)
{
    const double before = picture_rms(size, x);
    double after;

    transform(size, false, x);
    for (int64_t i = 0; i < picture_values(size); i++) {
        const double u = (double)(i / size[2] / size[1]) / (2 * (double)size[0]);
        const double v = (double)(i / size[2] % size[1]) / (2 * (double)size[1]);

        x[i] *= pow(fmax(shorter(size) * sqrt(u * u + v * v), lowest(size)), -alpha);
    }
    transform(size, true, x);
    after = picture_rms(size, x);
    for (int64_t i = 0; i < picture_values(size); i++)
        x[i] *= after > 0 ? before / after : 0;
}

/*
 * ---- Hartley ------------------------------------------------------------------------------------
 */

/* cos(a + b) + sin(a + b) = (cos a + sin a) cos b + (cos a - sin a) sin b, in double loops */
void picture_hartley(const int64_t size[3], double *x)
{
    const int64_t h = size[0], w = size[1], c = size[2], all = picture_values(size);
    double *cosines = malloc((size_t)all * sizeof(*cosines));
    double *sines = malloc((size_t)all * sizeof(*sines));

    for (int64_t i = 0; i < all; i++) { /* (y, v): along the row */
        const int64_t v = i / c % w;

        cosines[i] = sines[i] = 0;
        for (int64_t column = 0; column < w; column++) {
            const double b = 2 * pi * (double)(v * column % w) / (double)w;

            cosines[i] += x[i + (column - v) * c] * cos(b);
            sines[i] += x[i + (column - v) * c] * sin(b);
        }
    }
    for (int64_t i = 0; i < all; i++) {
        const int64_t u = i / c / w;
        double sum = 0;

        for (int64_t row = 0; row < h; row++) {
            const double a = 2 * pi * (double)(u * row % h) / (double)h;
            const int64_t at = i + (row - u) * w * c;

            sum += (cos(a) + sin(a)) * cosines[at] + (cos(a) - sin(a)) * sines[at];
        }
        x[i] = sum / sqrt((double)(h * w));
    }
    free(cosines);
    free(sines);
}

static double scale_of(const int64_t size[3], int64_t place)
{
    const int64_t y = place / size[1], x = place % size[1];
    const double u = (double)(2 * y > size[0] ? y - size[0] : y) / (double)size[0];
    const double v = (double)(2 * x > size[1] ? x - size[1] : x) / (double)size[1];

    return 1 / fmax(shorter(size) * sqrt(u * u + v * v), lowest(size));
}

void picture_scale_coefficients(const int64_t size[3], double *z)
{
    const int64_t places = size[0] * size[1];
    double squares = 0;

    for (int64_t i = 0; i < places; i++)
        squares += pow(scale_of(size, i), 2);
    for (int64_t i = 0; i < picture_values(size); i++)
        z[i] *= scale_of(size, i / size[2]) / sqrt(squares / (double)places);
}

/*
 * ---- variation ----------------------------------------------------------------------------------
 */

/*
 * Gradient of the variation; epsilon 0: of its squared form.  The derivative with respect to a
 * difference is subtracted at the pixel where the difference starts, and added at its neighbour.
 */
static void differences(const int64_t size[3], double epsilon, const double *x, double *gradient)
{
    const int64_t h = size[0], w = size[1], c = size[2];

    memset(gradient, 0, (size_t)picture_values(size) * sizeof(*gradient));
    for (int64_t i = 0; i < picture_values(size); i++) {
        const int64_t right = i / c % w + 1 < w ? i + c : i;
        const int64_t down = i / c / w + 1 < h ? i + w * c : i;
        const double dx = x[right] - x[i], dy = x[down] - x[i];
        const double by = epsilon > 0 ? 1 / sqrt(dx * dx + dy * dy + epsilon * epsilon) : 2;

        gradient[right] += by * dx;
        gradient[down] += by * dy;
        gradient[i] -= by * (dx + dy);
    }
}

void picture_variation(const int64_t size[3], double epsilon, const double *x, double *gradient)
{
    differences(size, epsilon, x, gradient);
}

void picture_variation_squared(const int64_t size[3], const double *x, double *gradient)
{
    differences(size, 0, x, gradient);
}
