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
 *               where there is no response.  Its images are all those of the list, in their order
 *             - a table (.csv, .tsv, .txt) whose first line names the columns.  The column image
 *               (or filename) has the name of an image of the list, with or without its folders or
 *               its ending; or the column stim_code has the code of a stimulus, which counts the
 *               images of the list from 1 where there is a list.  Every other column is a unit and
 *               has numbers, or n/a, NA, NaN or nothing where there is no response.  A line is one
 *               presentation, and lines are in the order of time.  Tabs separate the cells of a
 *               .tsv; in another file commas, semicolons or tabs do, whichever its first line has
 *               most of.  A column is no unit where it has no name, or where its name is, in any
 *               case, trial, block, run, session, repeat, presentation, order, index, time, onset,
 *               offset, duration, date, position, condition, stimulus, type, correct, animal,
 *               subject or task, with nothing, _s, _ms, _id, _number or _type behind it
 *   images  the images that were shown, which are borrowed; NULL: the table has stim_code
 *   rows    which images of the list take part, and in which order, such as "1-600,901-1200",
 *           counted from 1; NULL: all
 *   names   text file with a name on each line: of the units of an array, in their order; or of the
 *           columns of a table that are units.  NULL: the units of an array are called unit0, unit1
 *           and so on, and those of a table by their columns, where a column called 12 is the unit
 *           unit12
 * An image that takes part and is not in the table is left out; evk_recording_note says how many.
 * A file has at most 2 GiB, and at most 100,000 units and 2^28 responses, where an image that was
 * shown less often than another one counts as if it had been shown as often; a line of a table has
 * at most 16 MiB.
 * EVK_EINVAL: the numbers of images or units do not agree, an image of the table is not in the
 * list, or rows is malformed or beyond the list.  EVK_EFORMAT: the file is no such array or table,
 * is too large, or a response is infinite, or a unit's name is one that no neuron can have.
 * EVK_EUNSUPPORTED: the array has numbers of a type that is not read.  EVK_EIO: a file cannot be
 * read.
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

/*
 * Returns what else was found when the file was read: sentence i, such as "12 of 1200 images are
 * not in the table", which the recording owns.  Returns NULL past the last.
 */
EVK_API const char *evk_recording_note(const evk_recording *recording, size_t i);

#ifdef __cplusplus
}
#endif
#endif /* EVK_RECORDING_H */
