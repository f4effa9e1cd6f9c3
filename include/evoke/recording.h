/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/recording.h - recorded responses of neurons to images
 *
 * A recording has units, which are neurons as a spike sorter found them, and the responses of each
 * unit to each image: spike counts or rates, one number for each presentation of the image, or
 * their mean over presentations.
 */
#ifndef EVK_RECORDING_H
#define EVK_RECORDING_H

#include "evoke/image.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_recording evk_recording;

/*
 * Reads a file of responses.
 *   out     the new recording, which the caller frees with evk_recording_free, before the list
 *   path    one of
 *             - a NumPy array (.npy) of shape (units, images) or (units, images, repeats), with NaN
 *               where there is no response.  Its images are those of the list, in their order
 *             - a table (.csv, .tsv) whose first line names the columns.  The column image (or
 *               filename) has the name of an image of the list, or the column stim_code the code
 *               of a stimulus; every other column is a unit and has numbers, or n/a or nothing
 *               where there is no response.  A line is one presentation, and lines are in the
 *               order of time
 *   images  the images that were shown, which are borrowed; NULL: the table has stim_code
 *   rows    which images of the list take part, such as "1-600,901-1200", counted from 1; NULL: all
 *   names   text file with the names of the units, one on each line, in the order of the array;
 *           NULL: units are named unit0, unit1 and so on, or by their columns
 * EVK_EINVAL: the numbers of images or units do not agree, an image of the table is not in the
 * list, or rows is malformed or beyond the list.  EVK_EFORMAT: the file is no such array or table,
 * or a response is infinite.  EVK_EIO: a file cannot be read.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recording_open(evk_recording **out, const char *path,
                                                     const evk_image_list *images, const char *rows,
                                                     const char *names, evk_error *err);
EVK_API void evk_recording_free(evk_recording *recording);

/* Returns the number of units. */
EVK_API size_t evk_recording_units(const evk_recording *recording);

/* Returns the name of unit i, below the number of units; the recording owns the name. */
EVK_API const char *evk_recording_unit(const evk_recording *recording, size_t i);

/* Returns the number of images that take part. */
EVK_API size_t evk_recording_images(const evk_recording *recording);

/* Returns the largest number of presentations of an image to a unit. */
EVK_API size_t evk_recording_repeats(const evk_recording *recording);

#ifdef __cplusplus
}
#endif
#endif /* EVK_RECORDING_H */
