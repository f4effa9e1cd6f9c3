/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * patches.h - quadratic forms over the overlapping patches of an image
 *
 * For every patch p of a grid, with d the difference of its values from the mean colour and v the
 * components of a patch model (image/statistics.h), the form is
 *
 *     sum over p of (rest |d|^2 + sum over components k of (value_k - rest) (v_k . d)^2)
 *
 * that is d' A d where A has eigenvalue value_k along v_k, and rest across all of them.  Patches
 * begin at all multiples of the stride, and one more line of them ends at the last row and column.
 */
#ifndef EVK_SYNTH_PATCHES_H
#define EVK_SYNTH_PATCHES_H

#include "image/statistics.h"
#include "synth/prior.h"

struct evk_patches {
    struct evk_patch_model model;
    int64_t count;        /* patches */
    int64_t down, across; /* their rows and columns */
    int64_t *top;         /* (down) first row of each */
    int64_t regular;      /* of a row of patches, those at multiples of the stride */
    float *cover;         /* (h, w): in how many patches a pixel is */
    struct evk_conv conv; /* a row of patches with model.components outputs each */
    int64_t *taps;
    float *weights, *transposed; /* (rows, taps, room), (components, rows, taps_room) */
    float *one, *shift;          /* (room) */
    float *y;                    /* (across, room) */
    double rest, sign;           /* of the other eigenvalues less rest */
};

/*
 * The model of a file of statistics, NULL or "" for the default's, on a grid for images of the
 * frame; patches are smaller where the image is.  EVK_EINVAL for images of neither 1 nor 3
 * channels.  The caller releases *out, also after failure, if it was zero.
 */
evk_status evk_patches_init(struct evk_patches *out, const struct evk_frame *f, const char *file,
                            int64_t stride, evk_error *err);
void evk_patches_release(struct evk_patches *p);

/* A's eigenvalues: values (model.components), all at most rest, or none below it. */
void evk_patches_set(struct evk_patches *p, const double *values, double rest);

/* The form at x (h, w, c), and out (h, w, c): half its gradient, the sum of A d. */
double evk_patches_form(struct evk_patches *p, const struct evk_frame *f, const float *x,
                        float *out);

#endif /* EVK_SYNTH_PATCHES_H */
