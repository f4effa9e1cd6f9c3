/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * constraint.h - images of a fixed mean and SD, or of a fixed L2 norm, in the units of the model
 *
 * Some models were trained on normalised images, and are climbed on images of one mean and contrast
 * (macaque V1: mean 0.2022, SD 0.15).  All statistics here are of normalised values z = (x -
 * mean[c]) / scale[c], where x are display values and c is the channel, over all pixels and
 * channels together.
 */
#ifndef EVK_SYNTH_CONSTRAINT_H
#define EVK_SYNTH_CONSTRAINT_H

#include "kernel/kernel.h"
#include "synth/settings.h"

/* How the model normalises display values. */
struct evk_units {
    int64_t channels;           /* number of channels, at most EVK_CHANNELS_MAX */
    const double *mean, *scale; /* (channels) borrowed; no scale is 0 */
};

/* The statistics that an image is forced to have; NAN: this one is free. */
struct evk_constraint {
    double mean, sd; /* sample SD: n - 1 */
    double norm;     /* the wanted L2 norm */
};

/* Returns the constraint that a recipe asks for (fix_mean, fix_sd, fix_norm). */
struct evk_constraint evk_recipe_constraint(const evk_recipe *recipe);

/* Is any statistic fixed? */
bool evk_is_constrained(const struct evk_constraint *c);

/*
 * EVK_EINVAL: a statistic is infinite, an SD or a norm is not positive, or a norm is fixed together
 * with a mean or an SD.
 */
evk_status evk_constraint_check(const struct evk_constraint *c, evk_error *err);

/*
 * Checks a constraint on gray images.  EVK_EINVAL: the constraint would colour them, since the
 * model normalises its channels with different means or scales.
 */
evk_status evk_constraint_check_gray(const struct evk_constraint *c, const struct evk_units *u,
                                     evk_error *err);

/* Statistics of normalised values. */
struct evk_normalised {
    double mean, sd, norm; /* sample SD (n - 1), 0 where there is one value; L2 norm */
};

/* Measures the statistics of x (n display values, channels innermost). */
struct evk_normalised evk_measure_normalised(const struct evk_kernels *k, const struct evk_units *u,
                                             int64_t n, const float *x);

/*
 * Forces x (n display values, channels innermost) to the constraint and to the box 0..255.  weight
 * (n) says how much each value counts, as through a window; NULL: each value counts once.
 *
 * Mean and SD: x becomes the nearest image that has them, z' = mean + (z - old mean) sd / old sd; a
 * free one of the two keeps the value that x has.  Norm: z' = z norm / old norm.
 *
 * Where the box then cuts values, the image misses its statistics.  Values at the box stay there,
 * and all others are moved by the map z' = a z + b with which the image as a whole has the
 * statistics; the box cuts again, and so on until the statistics are met within 1e-4 of the SD or
 * norm, in at most 8 rounds.  Statistics that no image in the box has are missed, and so may be
 * those that only images have which are almost entirely black and white.
 *
 * An image whose SD is below 1e-6 has no contrast that could be scaled: only its mean is set.  An
 * image whose norm is below 1e-6 stays as it is.  The bits of the result do not depend on the
 * instruction set.
 */
void evk_constrain(const struct evk_constraint *c, const struct evk_kernels *k,
                   const struct evk_units *u, int64_t n, const float *weight, float *x);

#endif /* EVK_SYNTH_CONSTRAINT_H */
