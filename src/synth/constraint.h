/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * constraint.h - images of a fixed mean and SD, or a fixed L2 norm, in the units of the model
 *
 * Models that were trained on normalised images are climbed on images of one contrast (macaque V1:
 * mean 0.2022, SD 0.15).  All is said of normalised values z = (x - mean[c]) / scale[c], over all
 * pixels and channels together; x are display values.
 */
#ifndef EVK_SYNTH_CONSTRAINT_H
#define EVK_SYNTH_CONSTRAINT_H

#include "evoke/synth.h"
#include "kernel/kernel.h"

/* From display values to normalised ones. */
struct evk_units {
    int64_t channels;           /* at most EVK_CHANNELS_MAX */
    const double *mean, *scale; /* (channels); a scale is not 0 */
};

/* What an image is forced to; NAN: free. */
struct evk_constraint {
    double mean, sd; /* sample SD: n - 1 */
    double norm;     /* L2 */
};

struct evk_constraint evk_recipe_constraint(const evk_recipe *recipe);

/* Is anything fixed? */
bool evk_is_constrained(const struct evk_constraint *c);

/* EVK_EINVAL: not finite, an SD or a norm that is not positive, a norm with one of the others. */
evk_status evk_constraint_check(const struct evk_constraint *c, evk_error *err);

/*
 * EVK_EINVAL: gray images that the constraint would colour, since channels differ in mean or
 * scale.
 */
evk_status evk_constraint_check_gray(const struct evk_constraint *c, const struct evk_units *u,
                                     evk_error *err);

/* Statistics of normalised values. */
struct evk_normalised {
    double mean, sd, norm; /* sd: n - 1; 0 of one value */
};

struct evk_normalised evk_measure_normalised(const struct evk_kernels *k, const struct evk_units *u,
                                             int64_t n, const float *x);

/*
 * Force x (n values, channels innermost) to the constraint, then to the box 0..255.  weight (n) says
 * how much each value counts, as through a window; NULL: each counts once.
 *
 * Mean and SD: the nearest image that has them, z' = mean + (z - old mean) sd / old sd; of the two
 * the free one keeps what x has.  Norm: z' = z norm / old norm.  Where the box then cuts values
 * the image falls short; so those at the box stay there, the others are moved by the one a z + b
 * with which all together have what was asked, and the box cuts again: until it holds within 1e-4
 * (of the SD, or of the norm), at most 8 times in all.  What no image in the box has is missed, and
 * so may be what only images have that are almost all black and white.  Where the SD is below 1e-6
 * there is no contrast to scale: only the mean is set; where the norm is, nothing.  Same bits for
 * every instruction set.
 */
void evk_constrain(const struct evk_constraint *c, const struct evk_kernels *k,
                   const struct evk_units *u, int64_t n, const float *weight, float *x);

#endif /* EVK_SYNTH_CONSTRAINT_H */
