/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * band.c - gradients, and with project=1 images too, limited to frequencies between two limits
 *
 * Gradients and images are continued beyond their edges by reflection, so that frequencies are
 * those of cosines, which include half cycles per image (image/cosine.h).
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "image/cosine.h"
#include "synth/prior.h"

struct band {
    double high, low, high_cpd, low_cpd; /* NAN: no such limit */
    int64_t project;
    struct evk_cosine transform;
    float *gain; /* (h, w) of each frequency: 1 inside the band, 0 outside */
};

static const evk_param params[] = {
    {"high", "F", "highest frequency, cycles per image (its shorter side)", EVK_PARAM_OPTIONAL,
     offsetof(struct band, high), 0, 1e6},
    {"low", "F", "lowest frequency, cycles per image (its shorter side)", EVK_PARAM_OPTIONAL,
     offsetof(struct band, low), 0, 1e6},
    {"high-cpd", "F", "highest frequency, cycles per degree of visual angle", EVK_PARAM_OPTIONAL,
     offsetof(struct band, high_cpd), 0, 1e6},
    {"low-cpd", "F", "lowest frequency, cycles per degree of visual angle", EVK_PARAM_OPTIONAL,
     offsetof(struct band, low_cpd), 0, 1e6},
    {"project", "0|1", "1: the image, except its mean, is limited too; 0: only the gradient is",
     EVK_PARAM_INT, offsetof(struct band, project), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct band defaults = {
    .high = (double)NAN, .low = (double)NAN, .high_cpd = (double)NAN, .low_cpd = (double)NAN};

/*
 * Returns a limit in cycles per image, from the limit in these (cycles) or in cycles per degree
 * (cpd); `none` where both are NAN.
 */
static double limit(double cycles, double cpd, double none, const struct evk_frame *f)
{
    if (!isnan(cpd))
        return cpd * (double)(f->h < f->w ? f->h : f->w) / f->pixels_per_degree;
    return isnan(cycles) ? none : cycles;
}

/*
 * Sets the gains, and returns the number of frequencies inside the band.  A frequency at a limit is
 * inside, in spite of rounding.  The mean has frequency 0.
 */
static int64_t set_gain(struct band *p, const struct evk_frame *f)
{
    const double slack = 1e-9, low = limit(p->low, p->low_cpd, 0, f) * (1 - slack);
    const double high = limit(p->high, p->high_cpd, HUGE_VAL, f) * (1 + slack);
    int64_t inside = 0;

    for (int64_t i = 0; i < f->h * f->w; i++) {
        const double at = p->transform.frequency[i];
        const bool in = at >= low && at <= high;

        p->gain[i] = in ? 1.0f : 0.0f;
        inside += in;
    }
    return inside;
}

static void band_retune(void *self, const struct evk_frame *f)
{
    set_gain(self, f);
}

static evk_status band_check(const struct band *p, const struct evk_frame *f, evk_error *err)
{
    const bool any_cpd = !isnan(p->low_cpd) || !isnan(p->high_cpd);

    if (!any_cpd && isnan(p->low) && isnan(p->high))
        return evk_fail(err, EVK_EINVAL, "no limit, expected high, low, high-cpd or low-cpd");
    if (any_cpd && !(f->pixels_per_degree > 0))
        return evk_fail(err, EVK_EINVAL,
                        "limits in cycles per degree, but it is not known how many pixels are a "
                        "degree");
    if ((!isnan(p->low_cpd) && !isnan(p->low)) || (!isnan(p->high_cpd) && !isnan(p->high)))
        return evk_fail(err, EVK_EINVAL,
                        "found a limit in cycles per image and in cycles per degree, expected "
                        "one of them");
    return EVK_OK;
}

static evk_status band_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct band *p = self;

    EVK_TRY(band_check(p, f, err));
    EVK_TRY(evk_cosine_init(&p->transform, f->k, f->h, f->w, f->c, err));
    EVK_TRY(evk_alloc_floats(&p->gain, f->h * f->w, "gains of frequencies", err));
    if (set_gain(p, f) == 0)
        return evk_fail(err, EVK_EINVAL,
                        "%g to %g cycles per image holds none of the frequencies of "
                        "%lld x %lld pixels",
                        limit(p->low, p->low_cpd, 0, f), limit(p->high, p->high_cpd, HUGE_VAL, f),
                        (long long)f->h, (long long)f->w);
    return EVK_OK;
}

static void band_release(void *self)
{
    struct band *p = self;

    evk_cosine_release(&p->transform);
    free(p->gain);
}

static void band_filter(void *self, const struct evk_frame *f, float *g)
{
    struct band *p = self;

    (void)f;
    evk_cosine_precondition(&p->transform, p->gain, g);
}

static void band_project(void *self, const struct evk_frame *f, float *x)
{
    struct band *p = self;
    const float mean_gain = p->gain[0];

    (void)f;
    if (!p->project)
        return;
    p->gain[0] = 1;
    evk_cosine_filter(&p->transform, p->gain, x);
    p->gain[0] = mean_gain;
}

extern const struct evk_prior_type evk_prior_band;
const struct evk_prior_type evk_prior_band = {
    .name = "band",
    .summary = "keep only those frequencies of the gradient that are between two limits; its RMS "
               "stays the same",
    .reference = "",
    .params = params,
    .size = sizeof(struct band),
    .defaults = &defaults,
    .prepare = band_prepare,
    .release = band_release,
    .retune = band_retune,
    .filter = band_filter,
    .project = band_project,
};
