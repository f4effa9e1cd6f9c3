/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folds.h - which images are left out together when a fit is cross-validated */
#ifndef EVK_FIT_FOLDS_H
#define EVK_FIT_FOLDS_H

#include "base/error.h"

/*
 * Divides images into folds of about equal size.  Groups are put behind each other in the order of
 * their first images, and a fold is a run of groups in this order: where every image is a group of
 * its own, a run of images.  All images of a group are in one fold.
 *   group  (images) the number of the group of each image, 0 to images - 1
 *   folds  in: the number of folds that is wanted; out: the number made, which is less where there
 *          are fewer groups, or where groups are large
 *   fold   (images), written: the fold of each image
 * EVK_EINVAL: fewer than 3 folds can be made; EVK_ENOMEM.
 */
evk_status evk_folds(int64_t images, const int64_t *group, int64_t *folds, int64_t *fold,
                     evk_error *err);

/*
 * Groups images that are equal or nearly so: pairs that differ by a root mean square (RMS) of at
 * most 2 display levels.
 *   pixels  (images, rows, columns, channels) bytes
 *   group   (images), written: the number of the first image of the group.  Where a is nearly equal
 *           to b and b to c, all three are one group.
 * threads: as in evk_thread_count.  EVK_ENOMEM.
 */
evk_status evk_twins(int threads, int64_t images, int64_t rows, int64_t columns, int64_t channels,
                     const uint8_t *pixels, int64_t *group, evk_error *err);

#endif /* EVK_FIT_FOLDS_H */
