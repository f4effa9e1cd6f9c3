/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scramble.c - an image, or a perturbation, with random phases of its Fourier coefficients */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "match/controls.h"

enum {
    ROUNDS = 200,    /* most rounds of evk_scramble_pixels at full contrast */
    FADE_ROUNDS = 25 /* most rounds after each time that contrast was lowered */
};

static const double TWO_PI = 6.28318530717958647693;

evk_status evk_scrambler_init(struct evk_scrambler *out, const struct evk_kernels *k, int64_t h,
                              int64_t w, int64_t c, evk_error *err)
{
    struct evk_scrambler s = {.spectrum = NULL};
    evk_status e;

    EVK_TRY(evk_fourier_init(&s.fourier, k, h, w, c, err));
    e = evk_alloc_floats(&s.spectrum, 2 * c * s.fourier.n, "a spectrum", err);
    if (!e)
        e = evk_alloc_floats(&s.field, 2 * s.fourier.n, "phases", err);
    if (!e)
        e = evk_alloc_floats(&s.x, 3 * h * w * c, "an image", err);
    if (!e)
        e = evk_alloc(&s.mean, c, sizeof(*s.mean), "means", err);
    if (e)
        evk_scrambler_release(&s);
    else
        *out = s;
    return e;
}

void evk_scrambler_release(struct evk_scrambler *s)
{
    evk_fourier_release(&s->fourier);
    free(s->spectrum);
    free(s->field);
    free(s->x);
    free(s->mean);
    *s = (struct evk_scrambler){.spectrum = NULL};
}

/* ---- the field ----------------------------------------------------------------------------- */

/*
 * Set the field to random phases.  The spectrum of a real image has at (-u, -v) the conjugate of
 * (u, v), and so has the field in the columns where both are stored.
 */
static void make_field(struct evk_scrambler *s, const struct evk_rng_key *key)
{
    const struct evk_fourier *f = &s->fourier;

    for (int64_t i = 0; i < f->n; i++) {
        const int64_t u = i / f->columns, v = i % f->columns, opposite = (f->h - u) % f->h;
        const double turn = TWO_PI * (double)evk_rng_uniform(key, (uint64_t)i);
        float *at = s->field + 2 * i;
        const bool both = evk_fourier_places(f, i) == 1;

        if (both && opposite < u) {
            at[0] = s->field[2 * (opposite * f->columns + v)];
            at[1] = -s->field[2 * (opposite * f->columns + v) + 1];
        } else if (both && opposite == u) {
            at[0] = turn < TWO_PI / 2 ? 1.0f : -1.0f;
            at[1] = 0;
        } else {
            at[0] = (float)evk_cos(turn);
            at[1] = (float)evk_cos(turn - TWO_PI / 4);
        }
    }
}

/*
 * Set the field to the phases that take the original's spectrum X nearest, in the least squares
 * sense, to the spectrum Y that was transformed last: of each coefficient, the phase of the sum
 * over channels of conj(X) Y.  Where that sum is 0, the field stays.
 */
static void fit_field(struct evk_scrambler *s)
{
    const struct evk_fourier *f = &s->fourier;

    for (int64_t i = 1; i < f->n; i++) {
        double re = 0, im = 0, size;

        for (int64_t c = 0; c < f->c; c++) {
            const float *x = s->spectrum + 2 * (c * f->n + i),
                        *y = f->spectrum + 2 * (c * f->n + i);

            re += (double)x[0] * (double)y[0] + (double)x[1] * (double)y[1];
            im += (double)x[0] * (double)y[1] - (double)x[1] * (double)y[0];
        }
        size = sqrt(re * re + im * im);
        if (size > 0) {
            s->field[2 * i] = (float)(re / size);
            s->field[2 * i + 1] = (float)(im / size);
        }
    }
}

/* ---- between values and spectra ------------------------------------------------------------ */

/*
 * Set s->mean and s->spectrum to the means of x and the spectrum of x less its means; x is left
 * without its means.  Without them, transforms in float are more exact.
 */
static void take_spectrum(struct evk_scrambler *s, float *x)
{
    const struct evk_fourier *f = &s->fourier;
    const int64_t n = f->h * f->w, c = f->c;

    for (int64_t j = 0; j < c; j++) {
        double sum = 0;

        for (int64_t i = 0; i < n; i++)
            sum += (double)x[i * c + j];
        s->mean[j] = sum / (double)n;
        for (int64_t i = 0; i < n; i++)
            x[i * c + j] = (float)((double)x[i * c + j] - s->mean[j]);
    }
    evk_fourier_forward(&s->fourier, x);
    memcpy(s->spectrum, f->spectrum, (size_t)(2 * c * f->n) * sizeof(*s->spectrum));
}

/* Set x to the image whose spectrum is s->spectrum times the field, plus the means. */
static void make_image(struct evk_scrambler *s, float *x)
{
    struct evk_fourier *f = &s->fourier;
    const int64_t c = f->c;

    for (int64_t j = 0; j < c; j++) {
        const float *from = s->spectrum + 2 * j * f->n, *by = s->field;
        float *to = f->spectrum + 2 * j * f->n;

        for (int64_t i = 0; i < f->n; i++) {
            to[2 * i] = from[2 * i] * by[2 * i] - from[2 * i + 1] * by[2 * i + 1];
            to[2 * i + 1] = from[2 * i] * by[2 * i + 1] + from[2 * i + 1] * by[2 * i];
        }
    }
    evk_fourier_inverse(f, 1, x);
    for (int64_t i = 0; i < f->h * f->w * c; i++)
        x[i] = (float)((double)x[i] + s->mean[i % c]);
}

void evk_scramble(struct evk_scrambler *s, const struct evk_rng_key *key, float *x)
{
    take_spectrum(s, x);
    make_field(s, key);
    make_image(s, x);
}

/* ---- within bounds ------------------------------------------------------------------------- */

/* Returns by how much, at most, one of n values is out of bounds; 0 or less: none is. */
static double excess(const struct evk_bounds *b, int64_t n, const float *x)
{
    float most = -INFINITY;

    for (int64_t i = 0; i < n; i++)
        most = fmaxf(most, fmaxf(b->low[i] - x[i], x[i] - b->high[i]));
    return (double)most;
}

/*
 * Project x in rounds until it is within bounds, or there are no rounds left; return the excess.  A
 * factor of 2.5 needs the fewest rounds; 1 would be the projection on the bounds.
 */
static double project_rounds(struct evk_scrambler *s, const struct evk_bounds *b, float *x)
{
    const int64_t n = s->fourier.h * s->fourier.w * s->fourier.c;
    double most = excess(b, n, x);

    for (int64_t round = 0; round < b->rounds && most > b->tolerance; round++) {
        for (int64_t i = 0; i < n; i++)
            x[i] += 2.5f * (fminf(fmaxf(x[i], b->low[i]), b->high[i]) - x[i]);
        evk_fourier_forward(&s->fourier, x);
        fit_field(s);
        make_image(s, x);
        most = excess(b, n, x);
    }
    return most;
}

double evk_scramble_within(struct evk_scrambler *s, const struct evk_rng_key *key,
                           const struct evk_bounds *bounds, float *x)
{
    evk_scramble(s, key, x);
    return project_rounds(s, bounds, x);
}

/*
 * Lower the contrast until x is within bounds, as it is at the latest when no contrast is left.
 * Returns by how much the contrast was multiplied.
 */
static double fade(struct evk_scrambler *s, const struct evk_bounds *bounds, float *x)
{
    const int64_t n = 2 * s->fourier.c * s->fourier.n;
    double contrast = 1, most = project_rounds(s, bounds, x);

    while (most > bounds->tolerance) {
        const float less = contrast > 0.5 ? 0.98f : 0.9f;

        contrast *= (double)less;
        for (int64_t i = 0; i < n; i++)
            s->spectrum[i] *= less;
        make_image(s, x);
        most = project_rounds(s, bounds, x);
    }
    return contrast;
}

evk_status evk_scramble_pixels(struct evk_scrambler *s, const struct evk_rng_key *key,
                               const struct evk_pixels *image, struct evk_pixels *out,
                               double *contrast, evk_error *err)
{
    const int64_t c = s->fourier.c, n = s->fourier.h * s->fourier.w * c;
    float *low = s->x + n, *high = low + n;
    struct evk_bounds bounds = {low, high, 0.49, ROUNDS};

    assert(image->height == s->fourier.h && image->width == s->fourier.w && image->channels == c);
    EVK_TRY(evk_pixels_new(out, image->height, image->width, c, err));
    for (int64_t i = 0; i < n; i++) {
        s->x[i] = image->data[i];
        low[i] = 0;
        high[i] = 255;
    }
    evk_scramble_within(s, key, &bounds, s->x);
    bounds.rounds = FADE_ROUNDS;
    *contrast = fade(s, &bounds, s->x);
    for (int64_t i = 0; i < n; i++)
        out->data[i] = (unsigned char)floor(fmin(fmax((double)s->x[i], 0), 255) + 0.5);
    return EVK_OK;
}
