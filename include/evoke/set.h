/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evoke/set.h - a finished stimulus set: read it, look at it, verify it, make an image again */
#ifndef EVK_SET_H
#define EVK_SET_H

#include <stdbool.h>

#include "evoke/image.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- reading --------------------------------------------------------------- */

typedef struct evk_set evk_set;

/*
 * Read the tables of a set.  EVK_EINVAL: not a set, or an unfinished one;
 * EVK_EFORMAT or EVK_EIO: one that is damaged, or lacks a table.  The caller frees *out.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_open(evk_set **out, const char *folder, evk_error *err);
EVK_API void evk_set_free(evk_set *set);

/* Stimuli, one a row of stimuli/stimuli.tsv. */
EVK_API int64_t evk_set_count(const evk_set *set);

/* Row of a stimulus_id; -1 where there is none. */
EVK_API int64_t evk_set_find(const evk_set *set, const char *stimulus_id);

/* Name of a column; NULL past the last. */
EVK_API const char *evk_set_column(const evk_set *set, int64_t column);

/*
 * A cell as its text, "n/a" where the value is missing.  The text lives as long as the set, which
 * keeps each row in memory that a cell was asked of.  NULL where the set has no such row or column,
 * or where the row can no longer be read: its file was altered after the set was opened, or memory
 * ran out.
 */
EVK_API const char *evk_set_cell(const evk_set *set, int64_t row, const char *column);

/* The image of a row, from its file. EVK_ENOTFOUND where it has none. The caller frees *out. */
EVK_API EVK_MUST_CHECK evk_status evk_set_image(const evk_set *set, int64_t row, evk_image **out,
                                                evk_error *err);

/*
 * Draw the contact sheet into a file: .png one image, .pdf several pages, .svg
 * a file a page.  Any other ending is EVK_EINVAL.  Each neuron's best natural
 * image is found by its name in reference; NULL: without them.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_sheet(const evk_set *set, evk_image_list *reference,
                                                const char *path, evk_error *err);

/*
 * Draw one contact sheet of several sets: a row a neuron of the first, its best image of each set side by
 * side with the response of its model.  A set that has none of it leaves an empty frame.
 */
EVK_API EVK_MUST_CHECK evk_status evk_sets_compare(const evk_set *const *sets, size_t count,
                                                   const char *path, evk_error *err);

/*
 * Draw the dose-response of a set of perturbed images: for each neuron the mean change over base
 * images against the budget, by its own model (delta_z) and by its judges (heldout_delta_z).
 * EVK_EINVAL: the set has none.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_doses(const evk_set *set, const char *path,
                                                evk_error *err);

/* ---- making again ------------------------------------------------------------ */

typedef struct evk_again {
    bool same;             /* byte for byte the file that the row describes */
    char difference[1020]; /* what differs, as a sentence; "" when same */
} evk_again;

/*
 * Make the image of a row again, from its row and the set's options.  Its
 * model is looked for, by SHA-256, among the given files, then where it was
 * when the set was made (SET.log), beside the set and in the current folder.
 *   images where its start image is, or of a natural image the image itself; may be NULL
 *   path   the file to write, NULL: none
 * EVK_ENOTFOUND: the model is nowhere, or the image is not among them.  Of a
 * stimulus that was dropped the row is all there is to compare with.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_again(const evk_set *set, int64_t row,
                                                const char *const *models, size_t count,
                                                evk_image_list *images, const char *path,
                                                evk_again *out, evk_error *err);

/* ---- verifying --------------------------------------------------------------- */

typedef struct evk_verify {
    /* Called for each thing that is wrong, with one sentence that names the file. */
    void (*finding)(void *arg, const char *sentence);
    void *arg;
    int threads;               /* 0: one per core */
    const char *weights;       /* folder for weights that are not beside their card; may be NULL */
    evk_image_list *reference; /* what the set's judges were shown; may be NULL */
} evk_verify;

typedef struct evk_verified {
    int64_t files, images;  /* hashed; compared with their rows */
    int64_t responses;      /* recomputed */
    int64_t not_recomputed; /* images whose model was not given, where some were */
    int64_t other_models;   /* files that were given and are none of the set's models */
    int64_t judged;         /* images that the set's judges scored again */
    char not_judged[256];   /* why the judges' columns are compared by hash only; "" if not so */
    char not_seen[256];     /* why what is inside windows is compared by hash only; "" if not so */
    char made_by[32];       /* the version that made it, where it is another; "" if not so */
    int64_t findings;
} evk_verified;

/*
 * Hash every file, find missing, altered and extra ones, compare each row of
 * stimuli.tsv with its image and with the options, which also say how many rows
 * there are; image files with what evoke puts into one; traces with rows; and
 * stimuli.json, README and .bidsignore with what this version writes.  A
 * finding has no control characters.  With model files or cards, recompute every response_pred of theirs:
 * equal to its nine digits, or, where another version of evoke made the set, within
 * 1e-5 of the largest response of that model to any image of the set.  With the files of all its
 * judges and their reference images, recompute what judges say, where this
 * version made the set.  EVK_EINVAL: the folder is not a set, none of the files
 * is one of its models, or the reference images are not its.
 */
EVK_API EVK_MUST_CHECK evk_status evk_set_verify(const char *folder, const char *const *models,
                                                 size_t count, const evk_verify *how,
                                                 evk_verified *out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SET_H */
