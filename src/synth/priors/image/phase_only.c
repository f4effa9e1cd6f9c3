/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * phase_only.c - an image with the amplitude spectrum of natural images, whose phases are free
 *
 * Amplitudes are proportional to frequency^-alpha, scaled so that each channel has the SD of
 * natural images; the mean of a channel stays.  A coefficient whose amplitude was 0 gets phase 0.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "image/fourier.h"
#include "synth/prior.h"

struct phase_only {
    double alpha;
    struct evk_fourier transform;
    float *amplitude; /* (h, columns) */
};

static const evk_param params[] = {
    {"alpha", "A", "exponent: the amplitude at frequency f is proportional to f^-A", EVK_PARAM_REAL,
     offsetof(struct phase_only, alpha), -4, 4},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const float none =
    1e-12f; /* amplitudes up to here count as 0; the square does not underflow */

static const struct phase_only defaults = {.alpha = 1};

/* The variance of a channel is the sum of squared amplitudes but that of the mean, over (h w)^2. */
static void phase_only_retune(void *self, const struct evk_frame *f)
{
    struct phase_only *p = self;
    double squares = 0, a;

    evk_fourier_power_law(&p->transform, p->alpha, 1, p->amplitude);
    for (int64_t i = 1; i < p->transform.n; i++)
        squares += evk_fourier_places(&p->transform, i) * (double)p->amplitude[i] *
                   (double)p->amplitude[i];
    a = squares > 0 ? f->natural_sd * (double)(f->h * f->w) / sqrt(squares) : 0;
    for (int64_t i = 0; i < p->transform.n; i++)
        p->amplitude[i] = (float)(a * (double)p->amplitude[i]);
}

static evk_status phase_only_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct phase_only *p = self;

    EVK_TRY(evk_fourier_init(&p->transform, f->k, f->h, f->w, f->c, err));
    EVK_TRY(evk_alloc_floats(&p->amplitude, p->transform.n, "amplitudes", err));
    phase_only_retune(p, f);
    return EVK_OK;
}

static void phase_only_release(void *self)
{
    struct phase_only *p = self;

    evk_fourier_release(&p->transform);
    free(p->amplitude);
}

static void phase_only_project(void *self, const struct evk_frame *f, float *x)
{
    struct phase_only *p = self;

    evk_fourier_forward(&p->transform, x);
    for (int64_t j = 0; j < f->c; j++) {
        float *spectrum = p->transform.spectrum + 2 * j * p->transform.n;

        for (int64_t i = 1; i < p->transform.n; i++) {
            float *re = &spectrum[2 * i], *im = &spectrum[2 * i + 1];
            const float now = sqrtf(*re * *re + *im * *im), wanted = p->amplitude[i];

            *re = now > none ? *re * (wanted / now) : wanted;
            *im = now > none ? *im * (wanted / now) : 0;
        }
    }
    evk_fourier_inverse(&p->transform, 1, x);
}

extern const struct evk_prior_type evk_prior_phase_only;
const struct evk_prior_type evk_prior_phase_only = {
    .name = "phase-only",
    .summary = "hold amplitudes to frequency^-alpha, at the SD of natural images; phases are free",
    .reference = "Fel 2023",
    .params = params,
    .size = sizeof(struct phase_only),
    .defaults = &defaults,
    .prepare = phase_only_prepare,
    .release = phase_only_release,
    .retune = phase_only_retune,
    .project = phase_only_project,
};
