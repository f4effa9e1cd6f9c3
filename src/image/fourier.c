/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fourier.c - the discrete Fourier transform of each channel; the only door to FFTW */
#include "image/fourier.h"

#include <fftw3.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/parallel.h"

/* FFTW's planner flag for code without vector instructions; fftw3.h has it without a comment. */
static const unsigned scalar_code = 1U << 17;

/* ---- frequencies ---------------------------------------------------------------------- */

/*
 * The sums under the root are whole numbers: in a square image, (u, v) = (3, 4) is exactly 5
 * cycles.
 */
static void set_frequencies(struct evk_fourier *f)
{
    const double longer = (double)(f->h > f->w ? f->h : f->w);
    const double lowest = (double)(f->h < f->w ? f->h : f->w) / longer;

    for (int64_t y = 0; y < f->h; y++) {
        const double u = (double)((2 * y <= f->h ? y : f->h - y) * f->w);

        for (int64_t x = 0; x < f->columns; x++) {
            const double v = (double)(x * f->h);

            f->frequency[y * f->columns + x] = sqrt(u * u + v * v) / longer;
        }
    }
    for (int64_t i = 0; i < f->n; i++)
        f->logarithm[i] = evk_log(fmax(f->frequency[i], lowest));
}

int evk_fourier_places(const struct evk_fourier *f, int64_t i)
{
    const int64_t x = i % f->columns;

    return x == 0 || 2 * x == f->w ? 1 : 2;
}

void evk_fourier_power_law(const struct evk_fourier *f, double alpha, double a, float *gain)
{
    for (int64_t y = 0; y < f->h; y++) {
        float *row = gain + y * f->columns;

        if (2 * y > f->h)
            memcpy(row, gain + (f->h - y) * f->columns, (size_t)f->columns * sizeof(*row));
        else
            for (int64_t x = 0; x < f->columns; x++)
                row[x] = (float)(a * evk_exp(-alpha * f->logarithm[y * f->columns + x]));
    }
}

/* ---- plans ---------------------------------------------------------------------------- */

/*
 * FFTW_ESTIMATE chooses a plan without timing any, and without vector code there is only one kind
 * of code: every machine gets the same plan, and so the same bits.
 */
static void make_plans(struct evk_fourier *f)
{
    const int size[2] = {(int)f->h, (int)f->w}, c = (int)f->c;
    const int plane = size[0] * size[1], half = (int)f->n;
    fftwf_complex *spectrum = (fftwf_complex *)(void *)f->spectrum;
    const unsigned flags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT | scalar_code;

    evk_process_lock_take(); /* FFTW's planner is not thread-safe */
    f->forward = fftwf_plan_many_dft_r2c(2, size, c, f->planes, NULL, 1, plane, spectrum, NULL, 1,
                                         half, flags);
    f->inverse = fftwf_plan_many_dft_c2r(2, size, c, spectrum, NULL, 1, half, f->planes, NULL, 1,
                                         plane, flags);
    evk_process_lock_give();
}

evk_status evk_fourier_init(struct evk_fourier *out, const struct evk_kernels *k, int64_t h,
                            int64_t w, int64_t c, evk_error *err)
{
    struct evk_fourier f = {.k = k, .h = h, .w = w, .c = c, .columns = w / 2 + 1};
    evk_status s;
    int64_t values;

    if (h < 1 || w < 1 || c < 1 || !evk_size_mul(h, w, &values) ||
        !evk_size_mul(values, 4 * c, &values) || values > INT_MAX)
        return evk_fail(err, EVK_EINVAL, "a spectrum of %lld x %lld pixels in %lld channels",
                        (long long)h, (long long)w, (long long)c);
    f.n = h * f.columns;
    s = evk_alloc(&f.frequency, f.n, sizeof(*f.frequency), "frequencies", err);
    if (!s)
        s = evk_alloc(&f.logarithm, f.n, sizeof(*f.logarithm), "frequencies", err);
    if (!s)
        s = evk_alloc_floats(&f.planes, h * w * c, "channels of an image", err);
    if (!s)
        s = evk_alloc_floats(&f.spectrum, 2 * f.n * c, "a spectrum", err);
    if (!s)
        make_plans(&f);
    if (!s && (!f.forward || !f.inverse))
        s = evk_fail(err, EVK_ENOMEM, "out of memory for a Fourier transform");
    if (s) {
        evk_fourier_release(&f);
        return s;
    }
    set_frequencies(&f);
    *out = f;
    return EVK_OK;
}

void evk_fourier_release(struct evk_fourier *f)
{
    if (f->forward || f->inverse) {
        evk_process_lock_take();
        fftwf_destroy_plan(f->forward);
        fftwf_destroy_plan(f->inverse);
        evk_process_lock_give();
    }
    free(f->frequency);
    free(f->logarithm);
    free(f->planes);
    free(f->spectrum);
    *f = (struct evk_fourier){.k = NULL};
}

/* ---- transforms ----------------------------------------------------------------------- */

/* Channels are copied to planes first: FFTW is a third faster on these than on interleaved RGB. */
void evk_fourier_forward(struct evk_fourier *f, const float *x)
{
    const int64_t plane = f->h * f->w, c = f->c;
    float *restrict to = f->planes;

    if (c == 3)
        for (int64_t i = 0; i < plane; i++) {
            to[i] = x[3 * i];
            to[plane + i] = x[3 * i + 1];
            to[2 * plane + i] = x[3 * i + 2];
        }
    else
        for (int64_t j = 0; j < c; j++)
            for (int64_t i = 0; i < plane; i++)
                to[j * plane + i] = x[i * c + j];
    fftwf_execute(f->forward);
}

/* Set x (h, w, c) to a times f->planes. */
static void put_planes(const struct evk_fourier *f, float a, float *restrict x)
{
    const int64_t plane = f->h * f->w, c = f->c;
    const float *from = f->planes;

    if (c == 3)
        for (int64_t i = 0; i < plane; i++) {
            x[3 * i] = a * from[i];
            x[3 * i + 1] = a * from[plane + i];
            x[3 * i + 2] = a * from[2 * plane + i];
        }
    else
        for (int64_t j = 0; j < c; j++)
            for (int64_t i = 0; i < plane; i++)
                x[i * c + j] = a * from[j * plane + i];
}

void evk_fourier_multiply(struct evk_fourier *f, const float *gain)
{
    for (int64_t j = 0; j < f->c; j++) {
        float *restrict spectrum = f->spectrum + 2 * j * f->n;

        for (int64_t i = 0; i < f->n; i++) {
            spectrum[2 * i] *= gain[i];
            spectrum[2 * i + 1] *= gain[i];
        }
    }
}

void evk_fourier_inverse(struct evk_fourier *f, double a, float *x)
{
    fftwf_execute(f->inverse);
    put_planes(f, (float)(a / ((double)f->h * (double)f->w)), x);
}

/*
 * The half of the spectrum that is not stored, at (-u, -v), is the conjugate of the half that is.
 */
void evk_fourier_hartley(struct evk_fourier *f, float *x)
{
    evk_fourier_forward(f, x);
    for (int64_t j = 0; j < f->c; j++)
        for (int64_t u = 0; u < f->h; u++) {
            const float *from = f->spectrum + 2 * (j * f->n + u * f->columns);
            float *row = f->planes + (j * f->h + u) * f->w;
            float *opposite = f->planes + (j * f->h + (f->h - u) % f->h) * f->w;

            for (int64_t v = 0; v < f->columns; v++) {
                row[v] = from[2 * v] - from[2 * v + 1];
                opposite[v ? f->w - v : 0] = from[2 * v] + from[2 * v + 1];
            }
        }
    put_planes(f, (float)(1 / sqrt((double)f->h * (double)f->w)), x);
}
