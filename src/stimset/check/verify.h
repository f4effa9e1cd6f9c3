/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - a verification under way, shared by its parts */
#ifndef EVK_STIMSET_CHECK_VERIFY_H
#define EVK_STIMSET_CHECK_VERIFY_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/set.h"
#include "stimset/folder/manifest.h"
#include "stimset/folder/model_files.h"
#include "stimset/record/stimulus.h"

struct evk_verification {
    const struct evk_dir *folder;
    const evk_verify *how;
    evk_verified sum;
    evk_json *description;
    struct evk_model_files models; /* that are given */
    struct evk_manifest manifest;  /* empty where it cannot be read */
    struct evk_stimuli all;
    bool no_table; /* stimuli.tsv is no table, which is found */
};

/* Report one thing that is wrong. */
void evk_report_finding(struct evk_verification *v, const char *fmt, ...) EVK_PRINTF(2, 3);

/* Files against the manifest, and the manifest against the files. */
evk_status evk_verify_files(struct evk_verification *v, evk_error *err);

/* Lines of stimuli.tsv against their hashes, and stimuli.json against the columns. */
evk_status evk_verify_table(struct evk_verification *v, evk_error *err);

/* A file of this version's sets that has these bytes and no others. */
void evk_verify_text(struct evk_verification *v, const char *name, const char *want, size_t size);

/* README, .bidsignore and the contact sheet. */
void evk_verify_texts(struct evk_verification *v);

/* Traces against the rows in v->all and the options, of this version's sets. */
void evk_verify_traces(struct evk_verification *v);

/* What the description says, and how it is written: nothing but what evoke puts there. */
evk_status evk_verify_description(struct evk_verification *v, evk_error *err);

/* Members of the description: each is there, and a text, a word, a number or a hash as it should. */
void evk_verify_members(struct evk_verification *v);

/* Is it a SHA-256 in lower-case hexadecimal digits? */
bool evk_verify_is_hash(const char *text);

/* Cells that are n/a in sets of this kind. */
evk_status evk_verify_absent(struct evk_verification *v, evk_error *err);

/* Cells that hold one of few words, or a hash, or what only a row without an image has. */
void evk_verify_words(struct evk_verification *v);

/* Sizes of images, and whether files are JPEG, against the description. */
void evk_verify_sizes(struct evk_verification *v);

/* Files of the manifest that no row has, and files of every set that are not there. */
void evk_verify_explained(struct evk_verification *v);

/* Rows against what the options ask for: none is missing, none is extra. */
evk_status evk_verify_counts(struct evk_verification *v, evk_error *err);

/* Rows against TargetOutputs of their models: no row is of another, and each has a row. */
evk_status evk_verify_neurons(struct evk_verification *v, evk_error *err);

/* Are TargetOutputs of a model that was opened outputs of it? Those that are not are found. */
bool evk_verify_outputs(struct evk_verification *v, const struct evk_described_model *m,
                        const evk_model *model);

/* Is a row that model's?  One file may be of two models, with other names. */
bool evk_verify_is_of(const struct evk_described_model *m, const struct evk_row *row);

/* Rows, read into v->all, against their images, each other and the options. */
evk_status evk_verify_rows(struct evk_verification *v, evk_error *err);

/* The rows of a set whose images are no neuron's (stream.h): options, and which repeats which. */
evk_status evk_verify_stream(struct evk_verification *v, evk_error *err);

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

/* Rows of a set of perturbed images: the options, what names what, and changes within budgets. */
evk_status evk_verify_adversarial(struct evk_verification *v, evk_error *err);

/* What models say of the sources of perturbed images, in the rows whose model is among the files. */
evk_status evk_verify_sources(struct evk_verification *v, evk_error *err);

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
