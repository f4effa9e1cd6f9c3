/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gaudy.c - every value 0 or 255
 *
 * Applied at every step it holds an ascent back, since a small step leads to the same image again;
 * from=0.9 leaves it to the end.
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

/* Over pixels and channels, less what sums may have rounded: a flat image is not below its mean. */
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
 * Black stays black, so that to do it twice is to do it once.  Without a branch: on noise each
 * second one would be foretold wrong.
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
    .summary = "every value 0 or 255; best from=0.9 or later",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct gaudy),
    .defaults = &defaults,
    .project = gaudy_project,
};
