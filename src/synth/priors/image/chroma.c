/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chroma.c - a limit on colour: how far pixels are from the mean colour of natural images
 *
 * The covariance of R, G and B over the pixels of natural images has three axes.  The first is
 * nearly luminance, along which pixels vary most.  The other two are colour, about red against blue
 * and green against both, and natural colours are much less spread along them.  The root of the
 * mean square, over the pixels of an image, of the distance from the natural mean along a colour
 * axis is limited to a multiple of the SD of natural pixels along that axis.  Colours beyond the
 * limit are scaled towards the natural mean, each axis by itself; the first axis stays as it was.
 * The limit is one on the whole image, so that a neuron may have vivid colour where colour drives
 * the neuron.  A gray image stays as it is.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/eigen.h"
#include "image/statistics.h"
#include "synth/priors/image/limit.h"

enum { RGB = 3 };

struct chroma {
    double times;
    const char *file;
    double axis[RGB * RGB]; /* a row for each axis, of falling variance: its R, G and B */
    double mean[RGB];       /* mean of natural pixels along each axis, display levels */
    double sd[RGB];         /* their SD along each axis, display levels */
    float *along;           /* (h, w, 3) distance of each pixel from that mean along each axis */
};

static const evk_param params[] = {
    {"times", "T", "largest RMS along a colour axis, as a multiple of the SD of natural pixels",
     EVK_PARAM_REAL, offsetof(struct chroma, times), 0, 100},
    {"file", "FILE", "file that 'evoke statistics' wrote; none: built-in statistics of dead leaves",
     EVK_PARAM_TEXT, offsetof(struct chroma, file), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct chroma defaults = {.times = 1, .file = ""};

/* The axes of natural pixels with this mean and covariance (3, 3) of R, G and B. */
static void set_axes(struct chroma *p, const double *mean, const double *covariance)
{
    double work[RGB * RGB], variance[RGB];

    memcpy(work, covariance, sizeof(work));
    evk_eigen(RGB, work, variance, p->axis);
    for (int k = 0; k < RGB; k++) {
        p->sd[k] = sqrt(fmax(variance[k], 0));
        p->mean[k] = 0;
        for (int c = 0; c < RGB; c++)
            p->mean[k] += p->axis[RGB * k + c] * mean[c];
    }
}

static evk_status chroma_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct chroma *p = self;
    evk_statistics *s;

    EVK_TRY(evk_alloc_floats(&p->along, f->h * f->w * f->c, "the colours of an image", err));
    if (f->c != 1 && f->c != RGB)
        return evk_fail(err, EVK_EINVAL, "images have %lld channels, expected 1 or 3",
                        (long long)f->c);
    if (!*p->file) {
        set_axes(p, evk_statistics_default_mean, evk_statistics_default_covariance);
        return EVK_OK;
    }
    EVK_TRY(evk_statistics_read(&s, p->file, err));
    set_axes(p, s->mean, s->covariance);
    evk_statistics_free(s);
    return EVK_OK;
}

static void chroma_release(void *self)
{
    struct chroma *p = self;

    free(p->along);
}

/* p->along = the pixels of x along the axes. */
static void find_along(const struct chroma *p, const struct evk_frame *f, const float *x)
{
    float mix[RGB * RGB], shift[RGB];

    for (int i = 0; i < RGB * RGB; i++)
        mix[i] = (float)p->axis[i];
    for (int k = 0; k < RGB; k++)
        shift[k] = (float)-p->mean[k];
    f->k->mix_channels(f->h * f->w, mix, shift, x, p->along);
}

/*
 * Writes the factor by which each axis is scaled: 1 for the first axis, and for a colour axis that
 * obeys the limit.  Returns whether any of them is below 1.
 */
static bool find_factors(const struct chroma *p, const struct evk_frame *f, double factor[RGB])
{
    const double unlimited[RGB] = {-HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    const double unbounded[RGB] = {HUGE_VAL, HUGE_VAL, HUGE_VAL};
    const double pixels = evk_pixels_seen(f);
    struct evk_levels now;
    bool any = false;

    evk_levels_measure(f, unlimited, unbounded, p->along, &now);
    factor[0] = 1;
    for (int k = 1; k < RGB; k++) {
        const double spread = pixels > 0 ? (pixels - 1) / pixels * now.sd[k] * now.sd[k] : 0;
        const double rms = sqrt(spread + now.mean[k] * now.mean[k]);

        factor[k] = rms > p->times * p->sd[k] ? p->times * p->sd[k] / rms : 1;
        any |= factor[k] < 1;
    }
    return any;
}

/* x = the pixels whose distances along the axes are those in p->along, times the factors. */
static void put_back(const struct chroma *p, const struct evk_frame *f, const double factor[RGB],
                     float *x)
{
    float mix[RGB * RGB], shift[RGB] = {0};

    for (int c = 0; c < RGB; c++) {
        double sum = 0;

        for (int k = 0; k < RGB; k++) {
            mix[RGB * c + k] = (float)(p->axis[RGB * k + c] * factor[k]);
            sum += p->axis[RGB * k + c] * p->mean[k];
        }
        shift[c] = (float)sum;
    }
    f->k->mix_channels(f->h * f->w, mix, shift, p->along, x);
}

/* Has each pixel three equal values? */
static bool is_gray(const struct evk_frame *f, const float *x)
{
    for (int64_t i = 0; i < f->h * f->w * RGB; i += RGB)
        if (x[i] < x[i + 1] || x[i] > x[i + 1] || x[i] < x[i + 2] || x[i] > x[i + 2])
            return false;
    return true;
}

/*
 * A gray image has no colour, and stays gray, although the mean of natural images is none: so
 * images of --grayscale keep equal channels.
 */
static void chroma_project(void *self, const struct evk_frame *f, float *x)
{
    const struct chroma *p = self;
    double factor[RGB];

    if (f->c != RGB || is_gray(f, x))
        return;
    find_along(p, f, x);
    if (find_factors(p, f, factor))
        put_back(p, f, factor, x);
}

extern const struct evk_prior_type evk_prior_chroma;
const struct evk_prior_type evk_prior_chroma = {
    .name = "chroma",
    .summary = "limit how far colours are from the mean colour of natural images",
    .reference = "",
    .params = params,
    .size = sizeof(struct chroma),
    .defaults = &defaults,
    .prepare = chroma_prepare,
    .release = chroma_release,
    .project = chroma_project,
};
