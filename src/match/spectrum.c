/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spectrum.c - the amplitude spectrum, or its average over directions: SHINE's specMatch, sfMatch
 */
#include <math.h>
#include <string.h>

#include "match/match.h"

/*
 * The mean is subtracted first: transforms in float are then more exact, and a constant plane has a
 * spectrum of exact zeros.
 */
void evk_match_forward(struct evk_matcher *m, const float *x, double *mean)
{
    double sd;

    evk_match_moments(m->h * m->w, x, mean, &sd);
    for (int64_t i = 0; i < m->h * m->w; i++)
        m->scratch[i] = (float)((double)x[i] - *mean);
    evk_fourier_forward(&m->fourier, m->scratch);
}

double evk_match_amplitude(const struct evk_matcher *m, int64_t i)
{
    const double re = (double)m->fourier.spectrum[2 * i];
    const double im = (double)m->fourier.spectrum[2 * i + 1];

    return sqrt(re * re + im * im);
}

void evk_match_rings(struct evk_matcher *m, const float *amplitude)
{
    memset(m->ring_sum, 0, (size_t)m->rings * sizeof(*m->ring_sum));
    for (int64_t i = 0; i < m->fourier.n; i++)
        m->ring_sum[m->ring[i]] += evk_fourier_places(&m->fourier, i) * (double)amplitude[i];
}

/*
 * Returns the amplitude up to which a coefficient counts as 0 and its phase as unknown.  An 8-bit
 * image may get such amplitudes from rounding in the transform; rounding of its values to levels
 * alone gives every coefficient about 0.3 sqrt(h w).
 */
static double least_amplitude(const struct evk_matcher *m)
{
    return 1e-3 * sqrt((double)m->h * (double)m->w);
}

/* Set plane x to the inverse transform of the spectrum times m->gain, plus mean. */
static void inverse_with_gain(struct evk_matcher *m, double mean, float *x)
{
    evk_fourier_multiply(&m->fourier, m->gain);
    evk_fourier_inverse(&m->fourier, 1, x);
    for (int64_t i = 0; i < m->h * m->w; i++)
        x[i] = (float)((double)x[i] + mean);
}

/*
 * Coefficients that count as 0, whose gain is 0, get the target's amplitude and phase 0, as in
 * SHINE.  Where all of them count as 0, the plane is flat and stays so.
 */
static void fill_zeros(struct evk_matcher *m, const float *target)
{
    bool any = false;

    for (int64_t i = 1; i < m->fourier.n; i++)
        any |= m->gain[i] > 0;
    for (int64_t i = 1; i < m->fourier.n && any; i++)
        if (m->gain[i] == 0) {
            m->gain[i] = 1;
            m->fourier.spectrum[2 * i] = target[i];
            m->fourier.spectrum[2 * i + 1] = 0;
        }
}

static void apply_spectrum(struct evk_matcher *m, const struct evk_match_target *t, int64_t p,
                           float *x)
{
    const float *target = t->amplitude + p * t->n;
    const double least = least_amplitude(m);
    double mean;

    evk_match_forward(m, x, &mean);
    for (int64_t i = 0; i < t->n; i++) {
        const double amplitude = evk_match_amplitude(m, i);

        m->gain[i] = amplitude > least ? (float)((double)target[i] / amplitude) : 0;
    }
    fill_zeros(m, target);
    inverse_with_gain(m, t->level[p], x);
}

static void apply_sf(struct evk_matcher *m, const struct evk_match_target *t, int64_t p, float *x)
{
    const double *target = t->ring_amplitude + p * t->rings;
    const double least = least_amplitude(m);
    double mean;

    evk_match_forward(m, x, &mean);
    for (int64_t i = 0; i < t->n; i++)
        m->gain[i] = (float)evk_match_amplitude(m, i);
    evk_match_rings(m, m->gain);
    for (int64_t i = 0; i < t->n; i++) {
        const int32_t r = m->ring[i];

        m->gain[i] = m->ring_sum[r] > least ? (float)(target[r] / m->ring_sum[r]) : 0;
    }
    inverse_with_gain(m, t->level[p], x);
}

const struct evk_match_step evk_match_spectrum = {
    .name = "spectrum",
    .summary = "amplitude spectrum (specMatch)",
    .apply = apply_spectrum,
};

const struct evk_match_step evk_match_sf = {
    .name = "sf",
    .summary = "amplitude spectrum averaged over directions (sfMatch)",
    .apply = apply_sf,
};
