/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fourier_parameters.c - the optimizer works on scaled Fourier coefficients instead of pixels
 *
 * The image is x = H S z.  H is the Hartley transform, whose coefficients are real and whose basis
 * is orthonormal for any size.  S scales coefficient z(u, v) by frequency^-alpha, and the
 * coefficient of the mean as that of the lowest frequency.  The mean square of the scales is 1, so
 * that a step of independent coefficients has the same RMS in pixels.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "image/fourier.h"
#include "synth/prior.h"

struct fourier_parameters {
    double alpha;
    struct evk_fourier transform;
    float *half;  /* (h, columns) frequency^-alpha of the half spectrum */
    float *scale; /* (h, w) diagonal of S */
};

static const evk_param params[] = {
    {"alpha", "A", "exponent: a coefficient of frequency f is scaled by f^-A", EVK_PARAM_REAL,
     offsetof(struct fourier_parameters, alpha), -4, 4},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct fourier_parameters defaults = {.alpha = 1};

static void fourier_parameters_retune(void *self, const struct evk_frame *f)
{
    struct fourier_parameters *p = self;
    const int64_t columns = p->transform.columns;
    double squares = 0;
    float a;

    evk_fourier_power_law(&p->transform, p->alpha, 1, p->half);
    for (int64_t i = 0; i < p->transform.n; i++)
        squares += evk_fourier_places(&p->transform, i) * (double)p->half[i] * (double)p->half[i];
    a = (float)sqrt((double)(f->h * f->w) / squares);
    for (int64_t u = 0; u < f->h; u++)
        for (int64_t v = 0; v < f->w; v++)
            p->scale[u * f->w + v] = a * p->half[u * columns + (v < columns ? v : f->w - v)];
}

static evk_status fourier_parameters_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct fourier_parameters *p = self;

    EVK_TRY(evk_fourier_init(&p->transform, f->k, f->h, f->w, f->c, err));
    EVK_TRY(evk_alloc_floats(&p->half, p->transform.n, "scales of frequencies", err));
    EVK_TRY(evk_alloc_floats(&p->scale, f->h * f->w, "scales of coefficients", err));
    fourier_parameters_retune(p, f);
    return EVK_OK;
}

static void fourier_parameters_release(void *self)
{
    struct fourier_parameters *p = self;

    evk_fourier_release(&p->transform);
    free(p->half);
    free(p->scale);
}

static void fourier_parameters_scale(const struct fourier_parameters *p, const struct evk_frame *f,
                                     float *z)
{
    for (int64_t i = 0; i < f->h * f->w; i++)
        for (int64_t j = 0; j < f->c; j++)
            z[i * f->c + j] *= p->scale[i];
}

static void fourier_parameters_pull(void *self, const struct evk_frame *f, float *g)
{
    struct fourier_parameters *p = self;

    evk_fourier_hartley(&p->transform, g);
    fourier_parameters_scale(p, f, g);
}

static void fourier_parameters_push(void *self, const struct evk_frame *f, float *d)
{
    struct fourier_parameters *p = self;

    fourier_parameters_scale(p, f, d);
    evk_fourier_hartley(&p->transform, d);
}

extern const struct evk_prior_type evk_prior_fourier_parameters;
const struct evk_prior_type evk_prior_fourier_parameters = {
    .name = "fourier-parameters",
    .summary = "take steps in Fourier coefficients that are scaled by frequency^-alpha",
    .reference = "Olah 2017",
    .params = params,
    .size = sizeof(struct fourier_parameters),
    .defaults = &defaults,
    .prepare = fourier_parameters_prepare,
    .release = fourier_parameters_release,
    .retune = fourier_parameters_retune,
    .pull = fourier_parameters_pull,
    .push = fourier_parameters_push,
};
