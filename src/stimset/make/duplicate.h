/* SPDX-License-Identifier: GPL-3.0-or-later */
/* duplicate.h - finds images of a set that look alike */
#ifndef EVK_STIMSET_MAKE_DUPLICATE_H
#define EVK_STIMSET_MAKE_DUPLICATE_H

#include "base/dir.h"
#include "stimset/record/set_file.h"
#include "stimset/record/stimulus.h"

/*
 * The largest RMS difference of channel values, in display levels, between an image and its
 * duplicate.
 */
#define EVK_DUPLICATE_RMS 2.0

/*
 * Fill in duplicate_of and duplicate_rms of every stimulus, whose images are read from the folder.
 * An image is a duplicate of the first image before it that is no farther than EVK_DUPLICATE_RMS;
 * only images before it count, so that no row changes when the set is extended.  Perturbed images
 * and controls are meant to be like others: each is a duplicate only of an image that has the same
 * pixels, and only such an image is a duplicate of it.  threads: 0, OMP_NUM_THREADS, else one for
 * each core.  kept (all->count): where it is not NULL, it gets the pixels of images that were kept
 * in memory, and no data for others; the caller releases them, after a failure too.  EVK_EIO or
 * EVK_EFORMAT: an image cannot be read.
 */
enum evk_duplicates {
    EVK_DUPLICATES_OF_ALL,
    EVK_DUPLICATES_OF_OTHERS /* as before 0.8.0: perturbed images and controls are left out */
};
evk_status evk_find_duplicates(const struct evk_dir *folder, const struct evk_stimuli *all,
                               enum evk_duplicates which, int threads, struct evk_pixels *kept,
                               evk_error *err);

#endif /* EVK_STIMSET_MAKE_DUPLICATE_H */
