/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spectrum_slope.c - a penalty that makes amplitudes fall with frequency as in natural images
 *
 * Frequencies are sorted into rings: ring r, from 1 to half the longer side, has those nearest to r
 * times the lowest frequency.  P is the mean power in a ring, over all channels.  The slope is that
 * of the straight line that fits (mean log frequency, log(P + floor) / 2) of all rings by least
 * squares, each ring counted once.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "image/fourier.h"
#include "synth/prior.h"

struct spectrum_slope {
    double target;
    struct evk_fourier transform;
    int64_t rings;
    double floor;          /* power of noise of SD 0.001, far below a display level */
    int64_t *ring;         /* (h, columns) 0: in none */
    double *count, *lever; /* (rings + 1) coefficients in a ring; d slope / d log amplitude */
    double *power;         /* (rings + 1) */
    float *gain;           /* (h, columns) */
};

static const evk_param params[] = {
    {"slope", "S", "wanted slope of log amplitude over log frequency, about -1 in natural images",
     EVK_PARAM_REAL, offsetof(struct spectrum_slope, target), -4, 4},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct spectrum_slope defaults = {.target = -1};

static evk_status spectrum_slope_allocate(struct spectrum_slope *p, const struct evk_frame *f,
                                          evk_error *err)
{
    EVK_TRY(evk_fourier_init(&p->transform, f->k, f->h, f->w, f->c, err));
    EVK_TRY(evk_alloc(&p->ring, p->transform.n, sizeof(*p->ring), "rings", err));
    EVK_TRY(evk_alloc(&p->count, p->rings + 1, sizeof(*p->count), "rings", err));
    EVK_TRY(evk_alloc(&p->lever, p->rings + 1, sizeof(*p->lever), "rings", err));
    EVK_TRY(evk_alloc(&p->power, p->rings + 1, sizeof(*p->power), "rings", err));
    return evk_alloc_floats(&p->gain, p->transform.n, "gains of frequencies", err);
}

/*
 * Sets the ring of each coefficient, the number of coefficients of each ring and, in lever for the
 * time being, the mean log frequency of each ring.
 */
static void set_rings(struct spectrum_slope *p, const struct evk_frame *f)
{
    const int64_t longer = f->h > f->w ? f->h : f->w, shorter = f->h > f->w ? f->w : f->h;

    for (int64_t i = 0; i < p->transform.n; i++) {
        const double at = p->transform.frequency[i] * (double)longer / (double)shorter;
        const int64_t r = (int64_t)floor(at + 0.5), places = evk_fourier_places(&p->transform, i);

        p->ring[i] = r <= p->rings ? r : 0;
        p->count[p->ring[i]] += (double)(places * f->c);
        p->lever[p->ring[i]] += (double)(places * f->c) * p->transform.logarithm[i];
    }
    for (int64_t r = 1; r <= p->rings; r++)
        p->lever[r] /= p->count[r];
}

static evk_status spectrum_slope_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct spectrum_slope *p = self;
    double mean = 0, squares = 0;

    p->rings = (f->h > f->w ? f->h : f->w) / 2;
    p->floor = 1e-6 * (double)(f->h * f->w);
    EVK_TRY(spectrum_slope_allocate(p, f, err));
    set_rings(p, f);
    for (int64_t r = 1; r <= p->rings; r++)
        mean += p->lever[r] / (double)p->rings;
    for (int64_t r = 1; r <= p->rings; r++)
        squares += (p->lever[r] - mean) * (p->lever[r] - mean);
    for (int64_t r = 1; r <= p->rings; r++)
        p->lever[r] = squares > 0 ? (p->lever[r] - mean) / squares : 0;
    return EVK_OK;
}

static void spectrum_slope_release(void *self)
{
    struct spectrum_slope *p = self;

    evk_fourier_release(&p->transform);
    free(p->ring);
    free(p->count);
    free(p->lever);
    free(p->power);
    free(p->gain);
}

/* p->power = the mean power of each ring plus the floor.  Returns the slope. */
static double slope_of(struct spectrum_slope *p, const struct evk_frame *f)
{
    double slope = 0;

    for (int64_t r = 0; r <= p->rings; r++)
        p->power[r] = 0;
    for (int64_t j = 0; j < f->c; j++) {
        const float *spectrum = p->transform.spectrum + 2 * j * p->transform.n;

        for (int64_t i = 0; i < p->transform.n; i++) {
            const double re = (double)spectrum[2 * i], im = (double)spectrum[2 * i + 1];

            p->power[p->ring[i]] += evk_fourier_places(&p->transform, i) * (re * re + im * im);
        }
    }
    for (int64_t r = 1; r <= p->rings; r++) {
        p->power[r] = p->power[r] / p->count[r] + p->floor;
        slope += p->lever[r] * 0.5 * evk_log(p->power[r]);
    }
    return slope;
}

/*
 * The penalty is the squared difference of slope and target.  The gradient of log(P) / 2 of a ring
 * with n coefficients is h w times the inverse transform of the spectrum in that ring over n P.
 */
static double spectrum_slope_penalty(void *self, const struct evk_frame *f, const float *x,
                                     float *gradient)
{
    struct spectrum_slope *p = self;
    double off;

    if (p->rings < 2) { /* one ring has no slope */
        memset(gradient, 0, (size_t)(f->h * f->w * f->c) * sizeof(*gradient));
        return 0;
    }
    evk_fourier_forward(&p->transform, x);
    off = slope_of(p, f) - p->target;
    for (int64_t r = 1; r <= p->rings; r++)
        p->power[r] = 2 * off * p->lever[r] / (p->count[r] * p->power[r]);
    p->power[0] = 0;
    for (int64_t i = 0; i < p->transform.n; i++)
        p->gain[i] = (float)p->power[p->ring[i]];
    evk_fourier_multiply(&p->transform, p->gain);
    evk_fourier_inverse(&p->transform, (double)(f->h * f->w), gradient);
    return off * off;
}

extern const struct evk_prior_type evk_prior_spectrum_slope;
const struct evk_prior_type evk_prior_spectrum_slope = {
    .name = "spectrum-slope",
    .summary =
        "penalise the squared difference of the slope of the amplitude spectrum from a target",
    .reference = "Field 1987",
    .params = params,
    .size = sizeof(struct spectrum_slope),
    .defaults = &defaults,
    .prepare = spectrum_slope_prepare,
    .release = spectrum_slope_release,
    .penalty = spectrum_slope_penalty,
};
