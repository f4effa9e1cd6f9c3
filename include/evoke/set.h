/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/set.h - read a finished stimulus set, draw it, verify it, and make one of its images again
 *
 * A stimulus set is a folder with images and with tables that describe them.  Its main table is
 * stimuli/stimuli.tsv, which has one row for each stimulus; rows are counted from 0.
 */
#ifndef EVK_SET_H
#define EVK_SET_H

#include <stdbool.h>

#include "evoke/image.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- reading -------------------------------------------------------------------------------- */

/* An open set: its folder and its tables.  It does not change, and nothing is written to it. */
typedef struct evk_set evk_set;

/*
 * Opens a set and reads its tables.  Images are read when they are asked for.
 *   out     the new set, which the caller frees with evk_set_free
 *   folder  the folder of the set
 * EVK_EINVAL: the folder is no stimulus set, or an unfinished one.  EVK_EFORMAT or EVK_EIO: the set
 * is damaged, or lacks a table.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_open(evk_set **out, const char *folder, evk_error *err);
EVK_API void evk_set_free(evk_set *set);

/* Returns the number of stimuli, which is the number of rows of stimuli/stimuli.tsv. */
EVK_API int64_t evk_set_count(const evk_set *set);

/* Returns the row with a stimulus_id, such as "stim-max000012", or -1 where there is none. */
EVK_API int64_t evk_set_find(const evk_set *set, const char *stimulus_id);

/* Returns the name of a column, which is counted from 0, or NULL past the last. */
EVK_API const char *evk_set_column(const evk_set *set, int64_t column);

/*
 * Returns a cell of stimuli/stimuli.tsv as text, which is "n/a" where the stimulus has no such
 * value.  The text lives as long as the set, which keeps each row in memory that a cell was asked
 * of.  Returns NULL where the table has no such row or column, and where the row can no longer be
 * read, since its file was altered after the set was opened or memory ran out.  evk_column_info
 * describes the columns.
 */
EVK_API const char *evk_set_cell(const evk_set *set, int64_t row, const char *column);

/*
 * Returns the name of the unit that a neuron of the set is, by the table of units that the set was
 * made with (evoke/units.h), or NULL where the table does not have the neuron, or there is none.
 *   model, output  the neuron, as the columns target_model and target_output have it
 * The text lives as long as the set.
 */
EVK_API const char *evk_set_unit(const evk_set *set, const char *model, const char *output);

/*
 * Reads the image of a row from its file.  The caller frees *out with evk_image_free.  EVK_EINVAL:
 * there is no such row.  EVK_ENOTFOUND: the row has no image.  EVK_EFORMAT or EVK_EIO: its file is
 * damaged, or cannot be read.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_image(const evk_set *set, int64_t row, evk_image **out,
                                                evk_error *err);

/*
 * Draws the contact sheet of a set: the images of each neuron in a row, the best first, with their
 * responses and how these changed along the ascent.
 *   reference  where natural images are found by the names that the set has: each neuron's best one
 *              is then drawn beside its images; NULL: without natural images
 *   path       the file to write: .png, one image; .pdf, one file with several pages; .svg, one
 *              file for each page
 * EVK_EINVAL: the path has another ending.  EVK_EIO: the file cannot be written.
 * EVK_EUNSUPPORTED: libcairo.so.2, which draws, cannot be loaded.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_sheet(const evk_set *set, evk_image_list *reference,
                                                const char *path, evk_error *err);

/*
 * Does as evk_set_sheet, and marks the images that a table of vetoes names: below such an image
 * stands "vetoed", with the reason.
 *   veto  a table with the columns set, stimulus_id and reason, where set is the last part of the
 *         path of the set's folder
 * EVK_EINVAL: also where a veto is of no image of the set.  EVK_EFORMAT or EVK_EIO: the table is
 * damaged, or cannot be read.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_sheet_veto(const evk_set *set, evk_image_list *reference,
                                                     const char *veto, const char *path,
                                                     evk_error *err);

/*
 * Draws one contact sheet of several sets: a row for each neuron of the first set, with that
 * neuron's best image of each set side by side.  Below an image is the response that its own set's
 * model predicts.  A frame stays empty where a set has no image of the neuron.
 *   sets  (count) sets, at least 1
 *   path  the file to write, as in evk_set_sheet
 * EVK_EINVAL: count is 0, or the path has another ending.  EVK_EIO: the file cannot be written.
 * EVK_EUNSUPPORTED: as in evk_set_sheet.
 */
EVK_API EVK_MUST_CHECK evk_status evk_sets_compare(const evk_set *const *sets, size_t count,
                                                   const char *path, evk_error *err);

/*
 * Writes a page for a browser, on which somebody looks at the images of sets and says which ones
 * are not to be used: one file that needs no network.  It has a row for each unit, with its best
 * photograph, its images of all sets, and their controls.  Units of several sets are joined by the
 * names that tables of units give to the neurons (evk_set_unit), of this set or of another one with
 * the same model file; else by model and output.  Images of no unit come below, set by set.  The
 * page saves a table of vetoes, with the columns set, stimulus_id and reason, where set is the last
 * part of the path of the set's folder, or as many last parts as it takes to tell sets apart.
 *   sets  (count) sets, at least 1
 *   veto  a table of vetoes with which the page begins; NULL: none
 *   path  the file to write, whose name ends in .html or .htm
 * An image file is in the page as it is, unless the page would then have more than 60 MB: larger
 * images are reduced then, and the page says so.  EVK_EINVAL: count is 0, the path has another
 * ending, there are more than 5,000 images or none, or a veto is of no image of the sets.
 * EVK_EFORMAT: the table of vetoes, or the file of an image, is damaged.  EVK_EUNSUPPORTED: the page
 * would have more than 60 MB even so.  EVK_EIO: the file cannot be written.
 */
EVK_API EVK_MUST_CHECK evk_status evk_sets_page(const evk_set *const *sets, size_t count,
                                                const char *veto, const char *path, evk_error *err);

/*
 * Draws the dose-response curves of a set of perturbed images: for each neuron, the change of the
 * response, averaged over base images, against the budget.  Changes are predicted by the model that
 * the images were made with (delta_z) and by its judges (heldout_delta_z), in SDs.
 *   path  the file to write, as in evk_set_sheet
 * EVK_EINVAL: the set has no perturbed images, or the path has another ending.  EVK_EIO: the file
 * cannot be written.  EVK_EUNSUPPORTED: as in evk_set_sheet.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_doses(const evk_set *set, const char *path,
                                                evk_error *err);

/* ---- making again --------------------------------------------------------------------------- */

/*
 * Makes the image of a row again, from the row and from the set's options, and compares it with
 * what the row says of the file.  Nothing in the set changes.  The model that made the image is
 * looked for by its SHA-256: among the given files, then where it was when the set was made
 * (SET.log), then in the folder that has the set, then in the current folder.  A stimulus that was
 * dropped from the set has no file, but can be made again and compared with its row.
 *   row     of the set
 *   models  (count) model files or cards; NULL where count is 0
 *   images  images among which is the one that the row's image was made from, or is: a start image,
 *           a natural image or a base image; NULL: none
 *   path    the file to write the image to; NULL: none
 *   difference  NULL, where the image is byte for byte the file that the row describes; else what
 *               differs, as a sentence, which the caller frees with evk_free
 * EVK_EINVAL: there is no such row.  EVK_ENOTFOUND: the row never had an image, the model is in
 * none of these places, or an image that is needed is not among images.  EVK_EIO: path cannot be
 * written.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_again(const evk_set *set, int64_t row,
                                                const char *const *models, size_t count,
                                                evk_image_list *images, const char *path,
                                                char **difference, evk_error *err);

/* ---- verifying ------------------------------------------------------------------------------ */

/* How a set is verified. */
typedef struct evk_verify {
    /*
     * Called for each finding, which is one thing that is wrong, with a sentence that names the
     * file.  The sentence has no control characters, and is valid for the call only.  May be NULL.
     */
    void (*finding)(void *arg, const char *sentence);
    void *arg;   /* passed to both callbacks */
    int threads; /* number of threads; 0: OMP_NUM_THREADS, or else one per core */
    /* folder where the weights of model cards are; NULL: the folder of the card */
    const char *weights;
    /* The reference images that the set's judges were shown; NULL: none. */
    evk_image_list *reference;
    /*
     * Called for each group of columns that could be checked by the table's hash only, with a
     * phrase that says which and why, valid for the call only.  May be NULL.
     */
    void (*remark)(void *arg, const char *phrase);
} evk_verify;

/* What was verified. */
typedef struct evk_verified {
    int64_t files, images;  /* files that were hashed; images that were compared with their rows */
    int64_t responses;      /* responses that were recomputed */
    int64_t not_recomputed; /* images whose model was not among the given files; 0 without any */
    int64_t other_models;   /* given files that are none of the set's models */
    int64_t judged;         /* images that the set's judges scored again */
    int64_t findings;       /* number of findings; 0: the set is as it was made */
} evk_verified;

/*
 * Verifies a set.  Every file is hashed, and missing, altered and extra files are found.  Each row
 * of stimuli.tsv is compared with its image and with the options, which also say how many rows
 * there have to be; image files with what evoke writes into such a file; traces with rows; and
 * stimuli.json, README and .bidsignore with what this version writes.
 *
 * With model files, the response_pred of every image of theirs is recomputed: it has to be equal in
 * its nine digits or, where another version of evoke made the set, within 1e-5 of the model's
 * largest response to an image of the set.  Where the files of all judges and their reference
 * images are given, and this version made the set, the columns of the judges are recomputed, too.
 *   folder  the folder of the set
 *   models  (count) model files or cards, some of which may be none of the set's; NULL where count
 *           is 0
 *   how     threads, callbacks and reference images; not NULL
 *   out     what was verified, written
 * Whatever is wrong with the set is a finding, and no error of the call.  EVK_EINVAL: the folder is
 * no stimulus set, none of the files is one of its models, or the reference images are not its own.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_verify(const char *folder, const char *const *models,
                                                 size_t count, const evk_verify *how,
                                                 evk_verified *out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SET_H */
