/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - a verification under way, shared by its parts */
#ifndef EVK_STIMSET_CHECK_VERIFY_H
#define EVK_STIMSET_CHECK_VERIFY_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/set.h"
#include "evoke/types.h"
#include "stimset/folder/manifest.h"
#include "stimset/folder/model_files.h"
#include "stimset/record/kind.h"
#include "stimset/record/rows.h"
#include "stimset/record/stimulus.h"

struct evk_verification {
    const struct evk_dir *folder;
    const evk_verify *how;
    evk_verified sum;
    evk_json *description;           /* owned */
    const struct evk_set_kind *kind; /* of the description; NULL: of none that there is */
    struct evk_model_files models;   /* that are given */
    struct evk_manifest manifest;    /* empty where it cannot be read */
    struct evk_set_rows rows;        /* of stimuli.tsv, which stay on the disk */
    struct evk_stimuli all; /* the same rows in memory, with their traces; none of a streamed set */
    int64_t present;        /* rows that have an image */
    bool no_table;          /* stimuli.tsv is no table, which was reported */
};

/* Report one thing that is wrong. */
void evk_report_finding(struct evk_verification *v, const char *fmt, ...) EVK_PRINTF(2, 3);

/*
 * Call check for each row of the set, in order; the row stays until check returns.  The first failure of check,
 * or a row that cannot be read any more (evk_set_rows_get), ends the loop.
 */
evk_status evk_verify_each(struct evk_verification *v,
                           evk_status (*check)(struct evk_verification *v, void *arg,
                                               const struct evk_row *row, evk_error *err),
                           void *arg, evk_error *err);

/* Files against the manifest, and the manifest against the files. */
evk_status evk_verify_files(struct evk_verification *v, evk_error *err);

/* Lines of stimuli.tsv against their hashes, and stimuli.json against the columns. */
evk_status evk_verify_table(struct evk_verification *v, evk_error *err);

/* A file of this version's sets that has these bytes and no others. */
void evk_verify_text(struct evk_verification *v, const char *name, const char *want, size_t size);

/* README, .bidsignore and the contact sheet. */
void evk_verify_texts(struct evk_verification *v);

/* Traces against the rows in v->all and the options, of this version's sets. */
evk_status evk_verify_traces(struct evk_verification *v, evk_error *err);

/* What the description says, and how it is written: nothing but what evoke puts there. */
evk_status evk_verify_description(struct evk_verification *v, evk_error *err);

/* Members of the description that sets of all kinds may have, and the member that this kind needs. */
void evk_verify_all_members(struct evk_verification *v);

/*
 * Report options that are missing or that there are not: of params (ended by a NULL name; may be NULL), and
 * of more names (ended by NULL).
 */
void evk_verify_options(struct evk_verification *v, const evk_json *options,
                        const evk_param *params, const char *const *more);

/* What the value of a member of a description has to be. */
enum evk_member_type {
    EVK_MEMBER_ANY_TEXT, /* a text that is not empty */
    EVK_MEMBER_WORD,     /* one of the words */
    EVK_MEMBER_HASH,     /* a SHA-256 */
    EVK_MEMBER_FLAG,     /* true or false */
    EVK_MEMBER_COUNT,    /* a whole number from 0 on */
    EVK_MEMBER_SIZE,     /* a whole number from 1 on */
    EVK_MEMBER_WHOLE,    /* a whole number */
    EVK_MEMBER_NUMBERS   /* a list of numbers, at least one */
};

struct evk_member {
    const char *name;
    enum evk_member_type type;
    const char *words; /* of EVK_MEMBER_WORD: with | before, between and after them; else NULL */
};

/* clang-format off */
#define EVK_MEMBER_END {NULL, EVK_MEMBER_ANY_TEXT, NULL}
/* clang-format on */

/* Report members of an object that are not there or are of another type; what names the object. */
void evk_verify_members(struct evk_verification *v, const char *what, const evk_json *object,
                        const struct evk_member *members);

/*
 * The same of the member Images, Bases or Reference of a StimulusSet, if it is there: the first of members
 * says how many images there are.
 */
void evk_verify_images(struct evk_verification *v, const evk_json *set, const char *what,
                       const struct evk_member *members);

/* Is it a SHA-256 in lower-case hexadecimal digits? */
bool evk_verify_is_hash(const char *text);

/* Cells that are n/a in sets of this kind. */
evk_status evk_verify_absent(struct evk_verification *v, evk_error *err);

/* Cells that hold one of few words, or a hash, or what only a row without an image has. */
evk_status evk_verify_words(struct evk_verification *v, evk_error *err);

/* Sizes of images, and whether files are JPEG, against the description. */
evk_status evk_verify_sizes(struct evk_verification *v, evk_error *err);

/* Files of the manifest that no row has, and files of every set that are not there. */
void evk_verify_explained(struct evk_verification *v);

/* A whole number among the options; missing where there is none. Bounded, so that sums do not overflow. */
int64_t evk_verify_option(const struct evk_verification *v, const char *name, int64_t missing);

/* How many images the set is made from, -1: the description does not say; outputs of all its models. */
int64_t evk_verify_count_images(const struct evk_verification *v);
int64_t evk_verify_count_neurons(const struct evk_verification *v);

/* Report another number of rows than the options ask for; a number below 0 is not known. */
void evk_verify_total(struct evk_verification *v, int64_t want);

/* Report two rows of one job: the same neuron, start, source and so on (evk_row_key). */
evk_status evk_verify_jobs(struct evk_verification *v, evk_error *err);

/* Rows against TargetOutputs of their models: no row is of another, and each has a row. */
evk_status evk_verify_neurons(struct evk_verification *v, evk_error *err);

/* Are TargetOutputs of a model that was opened outputs of it? Those that are not are found. */
bool evk_verify_outputs(struct evk_verification *v, const struct evk_described_model *m,
                        const evk_model *model);

/* Is a row that model's?  One file may be of two models, with other names. */
bool evk_verify_is_of(const struct evk_described_model *m, const struct evk_row *row);

/* Rows, read into v->all, against their images, each other and the options. */
evk_status evk_verify_rows(struct evk_verification *v, evk_error *err);

/* Cells that all rows of a streamed set have, and the caption: truth has them but for id, file and type. */
evk_status evk_verify_stream_cells(struct evk_verification *v, const struct evk_row *row,
                                   struct evk_row *truth, evk_error *err);

/* duplicate_of and duplicate_rms of all rows of a streamed set: images with the same pixels. */
evk_status evk_verify_repeats(struct evk_verification *v, evk_error *err);

/* The same of other sets, where images that are only close count, too (make/duplicate.h). */
evk_status evk_verify_duplicates(struct evk_verification *v, evk_error *err);

/* The column description, which truth has, in sets of this version. */
evk_status evk_verify_caption(struct evk_verification *v, const struct evk_row *row,
                              const struct evk_row *truth, evk_error *err);

/* One cell that is known from elsewhere: truth has it. */
evk_status evk_verify_cell(struct evk_verification *v, const struct evk_row *row,
                           const struct evk_row *truth, const char *column, evk_error *err);

/* Several, whose list ends with NULL. */
evk_status evk_verify_cells(struct evk_verification *v, const struct evk_row *row,
                            const struct evk_row *truth, const char *const *columns,
                            evk_error *err);

/*
 * Cells that the options and the models of a set say: truth has them, but for its type, code and
 * the name of its model, which are filled in here.  The last of columns is NULL.
 */
evk_status evk_verify_known(struct evk_verification *v, const struct evk_row *row,
                            struct evk_row *truth, const char *const *columns, evk_error *err);

/* All rows once more, to say what they should; out is empty, its text stays v's. Release it. */
evk_status evk_verify_copy(const struct evk_verification *v, struct evk_stimuli *out,
                           evk_error *err);

/* After evk_verify_rows: could every image be read? */
bool evk_verify_has_images(const struct evk_verification *v);

/* Open a model of the set from the files that are given. Free *out. */
evk_status evk_verify_open(const struct evk_verification *v, const struct evk_described_model *m,
                           evk_model **out, evk_error *err);

/* Did this version of evoke make the set?  Another may differ in the last digits. */
bool evk_verify_same_version(const struct evk_verification *v);

/* What the target says of its image, in the rows whose model is among the files. */
evk_status evk_verify_responses(struct evk_verification *v, evk_error *err);

/*
 * Where reference images are given, and those of the set: how images compare with them, in the rows
 * whose model is among the files.
 */
evk_status evk_verify_naturals(struct evk_verification *v, evk_error *err);

/* What judges say, if all are among the files, and the reference images are given. */
evk_status evk_verify_judges(struct evk_verification *v, evk_error *err);

#endif /* EVK_STIMSET_CHECK_VERIFY_H */
