/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recorded.h - lists of images that only have names, and recordings of numbers */
#ifndef EVK_TESTS_RECORDED_H
#define EVK_TESTS_RECORDED_H

#include "recording/recording.h"

/* Returns a list of the images photo1.png, photo2.png ..., none of which exists. */
evk_image_list *recorded_list(const char *folder, int images);

/* Writes folder/name as a .npy file of doubles. */
void recorded_array(const char *folder, const char *name, int axes, const int64_t *dim,
                    const double *values);

/* Returns a recording without names, with all responses NaN; evk_recording_free frees it. */
evk_recording *recorded_new(int64_t units, int64_t images, int64_t repeats);

/* Returns the address of a response. */
double *recorded_at(evk_recording *r, int64_t unit, int64_t image, int64_t repeat);

#endif /* EVK_TESTS_RECORDED_H */
