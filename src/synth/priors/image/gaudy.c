/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gaudy.c - an image whose values are all 0 or 255
 *
 * An ascent in which the prior acts at every step makes no progress, since a small step leads back
 * to the same image; with from=0.9 the prior acts at the end alone.
 */
#include <math.h>

#include "synth/priors/image/limit.h"

struct gaudy {
    double threshold;
};

static const evk_param params[] = {
    {"threshold", "V", "least value that becomes 255, display levels (none: the image's mean)",
     EVK_PARAM_OPTIONAL, offsetof(struct gaudy, threshold), 0, 255},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct gaudy defaults = {(double)NAN};

/*
 * Returns the mean over pixels and channels, lowered by more than its rounding error, so that the
 * values of a flat image are not below it.
 */
static double mean_of(const struct evk_frame *f, const float *x)
{
    struct evk_levels l;
    double sum = 0;

    evk_levels_measure(f, evk_box_low, evk_box_high, x, &l);
    for (int64_t c = 0; c < f->c; c++)
        sum += l.mean[c];
    return sum / (double)f->c - 1e-9;
}

/*
 * A value of 0 stays 0 whatever the threshold, so that a second call changes nothing.  The loop has
 * no branch: on noise every second branch would be predicted wrongly.
 */
static void gaudy_project(void *self, const struct evk_frame *f, float *x)
{
    const struct gaudy *g = self;
    const double threshold = isnan(g->threshold) ? mean_of(f, x) : g->threshold;

    for (int64_t i = 0; i < f->h * f->w * f->c; i++) {
        const int bright = ((double)x[i] >= threshold) & (x[i] > 0);

        x[i] = (float)(255 * bright);
    }
}

extern const struct evk_prior_type evk_prior_gaudy;
const struct evk_prior_type evk_prior_gaudy = {
    .name = "gaudy",
    .summary = "make every value 0 or 255; best with from=0.9 or later",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct gaudy),
    .defaults = &defaults,
    .project = gaudy_project,
};
