/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * patches.h - quadratic forms over the overlapping patches of an image
 *
 * A form is the sum over the patches p of a grid of d' A d, where d is the difference of the
 * patch's values from the mean colour.  A has the components v_k of a patch model
 * (image/statistics.h) as eigenvectors, with eigenvalues value_k, and the eigenvalue `rest` across
 * all of them:
 *
 *     sum over p of (rest |d|^2 + sum over components k of (value_k - rest) (v_k . d)^2)
 *
 * Patches begin at all multiples of the stride, and where these do not reach the last row or
 * column, one more line of patches ends there.
 */
#ifndef EVK_SYNTH_PATCHES_H
#define EVK_SYNTH_PATCHES_H

#include "image/statistics.h"
#include "synth/prior.h"

/* Owns its arrays. */
struct evk_patches {
    struct evk_patch_model model;
    int64_t count;        /* patches */
    int64_t down, across; /* rows and columns of the grid of patches */
    int64_t *top;         /* (down) first image row of each row of patches */
    int64_t regular;      /* patches of a row that begin at multiples of the stride */
    float *cover;         /* (h, w) number of patches that contain a pixel */
    struct evk_conv conv; /* a row of patches with model.components outputs each */
    int64_t *taps;
    float *weights, *transposed; /* (rows, taps, room), (components, rows, taps_room) */
    float *one, *shift;          /* (room) */
    float *y;                    /* (across, room) */
    double rest, sign; /* rest is as above; sign is the sign of the eigenvalues less rest */
};

/*
 * Reads the patch model of a file of statistics (NULL or "": that of our own dead leaves) and lays
 * a grid for images of the frame.  Patches are smaller where the image is smaller than a patch.
 * EVK_EINVAL: images have neither 1 nor 3 channels.  Errors of reading the file.  EVK_ENOMEM.  *out
 * must be zero before the call; the caller releases *out, after a failure too.
 */
evk_status evk_patches_init(struct evk_patches *out, const struct evk_frame *f, const char *file,
                            int64_t stride, evk_error *err);
void evk_patches_release(struct evk_patches *p);

/*
 * Sets the eigenvalues of A: values (model.components) are all at most rest, or all at least rest.
 */
void evk_patches_set(struct evk_patches *p, const double *values, double rest);

/* Returns the form at x (h, w, c); out (h, w, c) = half of its gradient, the sum of A d. */
double evk_patches_form(struct evk_patches *p, const struct evk_frame *f, const float *x,
                        float *out);

#endif /* EVK_SYNTH_PATCHES_H */
