/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify.h - what the parts of evoke verify share
 *
 * verify.c has the order in which the parts are called.  A part reports each thing that is wrong
 * with the set as a finding (evk_report_finding) and goes on.  It fails only where the verification
 * itself cannot go on: EVK_ENOMEM, EVK_EIO, or models and images of the user that are not those of
 * the set.
 */
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
    /*
     * Why the columns of judges, and those of what windows show, were checked by hash only; ""
     * where they were not.
     */
    char not_judged[256], not_seen[256];
    evk_json *description; /* owned */
    /* the kind of set that the description names; NULL: there is no such kind */
    const struct evk_set_kind *kind;
    struct evk_model_files models; /* files that the user gave */
    struct evk_manifest manifest;  /* empty where the file cannot be read */
    struct evk_set_rows rows;      /* the rows of stimuli.tsv, read from the disk when asked for */
    struct evk_stimuli
        all;         /* the same rows in memory, with their traces; empty for a streamed set */
    int64_t present; /* number of rows that have an image */
    bool no_table;   /* stimuli.tsv is no table, which was reported */
};

/* Reports one thing that is wrong with the set: a sentence, in printf's format. */
void evk_report_finding(struct evk_verification *v, const char *fmt, ...) EVK_PRINTF(2, 3);

/*
 * Calls check for each row of the set, in order.  The row and its texts live until check returns.
 * The loop ends at the first failure of check, or where a row cannot be read any more
 * (evk_set_rows_get).
 */
evk_status evk_verify_each(struct evk_verification *v,
                           evk_status (*check)(struct evk_verification *v, void *arg,
                                               const struct evk_row *row, evk_error *err),
                           void *arg, evk_error *err);

/* Compares the files of the set with the manifest: altered, missing and extra ones are reported. */
evk_status evk_verify_files(struct evk_verification *v, evk_error *err);

/* Compares lines of stimuli.tsv with their hashes, and stimuli.json with the columns. */
evk_status evk_verify_table(struct evk_verification *v, evk_error *err);

/* Reports a file of the set that has other bytes than `want` (size). */
void evk_verify_text(struct evk_verification *v, const char *name, const char *want, size_t size);

/*
 * Compares README and .bidsignore with those of this version, and checks the format of the contact
 * sheet.
 */
void evk_verify_texts(struct evk_verification *v);

/*
 * Compares the intervals of responses with what the cards in the description say, and reports
 * probabilities that cannot be, in sets of this version.
 */
evk_status evk_verify_intervals(struct evk_verification *v, evk_error *err);

/* Compares traces.tsv and full traces with the rows and the options, in sets of this version. */
evk_status evk_verify_traces(struct evk_verification *v, evk_error *err);

/*
 * Reports members and options of the description that evoke does not write, in sets of this
 * version.
 */
evk_status evk_verify_description(struct evk_verification *v, evk_error *err);

/*
 * Checks the types of members that sets of all kinds have, and that the member which this kind
 * needs is there.
 */
void evk_verify_all_members(struct evk_verification *v);

/*
 * Reports options that are missing, and options that do not exist.  The options of a set are those
 * of params (ended by a NULL name; may be NULL), and those in more (names, ended by NULL), which
 * need not be there.
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
    const char *words; /* for EVK_MEMBER_WORD: "|a|b|"; else NULL */
};

/* clang-format off */
#define EVK_MEMBER_END {NULL, EVK_MEMBER_ANY_TEXT, NULL}
/* clang-format on */

/*
 * Reports members (ended by EVK_MEMBER_END) that an object lacks or that have another type; `what`
 * names the object.
 */
void evk_verify_members(struct evk_verification *v, const char *what, const evk_json *object,
                        const struct evk_member *members);

/*
 * Checks the member Images, Bases or Reference (`what`) of a StimulusSet, where the set has that
 * member.  The first of members has to be the number of images.
 */
void evk_verify_images(struct evk_verification *v, const evk_json *set, const char *what,
                       const struct evk_member *members);

/* Is the text a SHA-256 in lower-case hexadecimal digits? */
bool evk_verify_is_hash(const char *text);

/*
 * Reports cells that are not "n/a" though nothing in the set could have given them a value; then
 * words and sizes.
 */
evk_status evk_verify_absent(struct evk_verification *v, evk_error *err);

/*
 * Checks cells that hold one of a few words (dropped, source_changes), and cells of rows without an
 * image.
 */
evk_status evk_verify_words(struct evk_verification *v, evk_error *err);

/* Compares sizes of images, and whether files are JPEG, with the description. */
evk_status evk_verify_sizes(struct evk_verification *v, evk_error *err);

/* Reports files in the manifest that belong to no row, and files of every set that are missing. */
void evk_verify_explained(struct evk_verification *v);

/*
 * Returns a whole number among the options, or `missing` where the options have no such number.
 * The number is bounded to [-1, 2^30], so that sums of several do not overflow.
 */
int64_t evk_verify_option(const struct evk_verification *v, const char *name, int64_t missing);

/*
 * Return the number of images that the set was made from (-1: the description does not say), and
 * the number of TargetOutputs of all models.
 */
int64_t evk_verify_count_images(const struct evk_verification *v);
int64_t evk_verify_count_neurons(const struct evk_verification *v);

/* Reports a set that has another number of rows than `want`, unless want is below 0: not known. */
void evk_verify_total(struct evk_verification *v, int64_t want);

/*
 * Reports rows of the same neuron, start, source and so on (evk_row_key), of which a set has one
 * row.
 */
evk_status evk_verify_jobs(struct evk_verification *v, evk_error *err);

/*
 * Reports rows whose neuron is not in TargetOutputs of their model, and neurons in TargetOutputs
 * that have no row.
 */
evk_status evk_verify_neurons(struct evk_verification *v, evk_error *err);

/*
 * Are TargetOutputs of a described model outputs of the model itself?  Reports those that are not.
 */
bool evk_verify_outputs(struct evk_verification *v, const struct evk_described_model *m,
                        const evk_model *model);

/*
 * Is the row of that model?  Two models of a set may share a file, so the name has to be the same,
 * too.
 */
bool evk_verify_is_of(const struct evk_described_model *m, const struct evk_row *row);

/*
 * Compares units.tsv with the description: each unit is another neuron of TargetOutputs, and its
 * cell images is what Keep says.  Reports the table, Keep or Least in a set that has no UnitTable.
 */
evk_status evk_verify_units(struct evk_verification *v, evk_error *err);

/* Compares rows with their files, with each other and with the options. */
evk_status evk_verify_rows(struct evk_verification *v, evk_error *err);

/*
 * Compares the cells that all rows of a streamed set have, and the column description, with those
 * of truth, a row with the values that are right.  This call fills in the stimulus_id, filename,
 * type and n_steps of truth.
 */
evk_status evk_verify_stream_cells(struct evk_verification *v, const struct evk_row *row,
                                   struct evk_row *truth, evk_error *err);

/*
 * Compares duplicate_of and duplicate_rms in a streamed set, where only images with the same pixels
 * repeat each other.
 */
evk_status evk_verify_repeats(struct evk_verification *v, evk_error *err);

/*
 * Compares duplicate_of and duplicate_rms in sets that are not streamed, where images that are very
 * close repeat each other, too (make/duplicate.h).
 */
evk_status evk_verify_duplicates(struct evk_verification *v, evk_error *err);

/*
 * Compares the cell of the column description with that of truth, a row with the values that are
 * right; only in sets that this version of evoke made.
 */
evk_status evk_verify_caption(struct evk_verification *v, const struct evk_row *row,
                              const struct evk_row *truth, evk_error *err);

/*
 * Compares one cell of a row with that of truth, a row with the values that are right, and reports
 * a difference.
 */
evk_status evk_verify_cell(struct evk_verification *v, const struct evk_row *row,
                           const struct evk_row *truth, const char *column, evk_error *err);

/*
 * Compares several cells of a row with those of truth, a row with the values that are right, and
 * reports differences.  columns ends with NULL.
 */
evk_status evk_verify_cells(struct evk_verification *v, const struct evk_row *row,
                            const struct evk_row *truth, const char *const *columns,
                            evk_error *err);

/*
 * Compares cells that follow from the options and the models of a set with those of truth, a row
 * with the values that are right; columns ends with NULL.  This call fills in the names that follow
 * from the code of truth, its type and the name of its model.
 */
evk_status evk_verify_known(struct evk_verification *v, const struct evk_row *row,
                            struct evk_row *truth, const char *const *columns, evk_error *err);

/*
 * Copies v->all into *out, which is empty, so that cells can be computed again.  Texts stay those
 * of v; release *out.
 */
evk_status evk_verify_copy(const struct evk_verification *v, struct evk_stimuli *out,
                           evk_error *err);

/* Could every image be read?  Known once evk_verify_rows has measured the files. */
bool evk_verify_has_images(const struct evk_verification *v);

/* Opens a model of the set from the files that the user gave; the caller frees *out. */
evk_status evk_verify_open(const struct evk_verification *v, const struct evk_described_model *m,
                           evk_model **out, evk_error *err);

/*
 * Did this version of evoke make the set?  Numbers of another version may differ in their last
 * digits.
 */
bool evk_verify_same_version(const struct evk_verification *v);

/*
 * Compares responses with what the models predict for the files, in rows whose model the user gave.
 */
evk_status evk_verify_responses(struct evk_verification *v, evk_error *err);

/*
 * Compares own_z, natural_z and the like with what the models predict for the reference images and
 * the files, in rows whose model the user gave together with the reference images of the set.
 */
evk_status evk_verify_naturals(struct evk_verification *v, evk_error *err);

/*
 * Compares the columns of judges with what they predict, where the user gave all judges and the
 * reference images.
 */
evk_status evk_verify_judges(struct evk_verification *v, evk_error *err);

#endif /* EVK_STIMSET_CHECK_VERIFY_H */
