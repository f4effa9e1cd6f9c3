/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row.h - one stimulus as one row of stimuli.tsv
 *
 * columns.def gives every column its name, field, unit and description: the
 * table, its JSON sidecar and any listing come from there.  A new column is a
 * field here and a row there.
 */
#ifndef EVK_STIMSET_ROW_H
#define EVK_STIMSET_ROW_H

#include "base/hash.h"
#include "base/str.h"
#include "format/codec.h"

#define EVK_INT_MISSING INT64_MIN

/* Missing values: NULL or "" text, EVK_INT_MISSING, NaN; all are written as n/a. */
struct evk_row {
    char stimulus_id[32], filename[48], description[384];
    const char *type, *license, *copyright;
    bool present;
    int64_t stim_code;
    const char *set_type, *target_model;
    int64_t target_output;
    const char *objective, *method;
    int64_t seed, start, n_steps;
    const char *source_id, *source_file;
    double response_pred, response_pred_prequant, response_source;
    int64_t width_px, height_px;
    double gray_mean, gray_sd, rms_contrast, frac_clipped;
    int64_t bytes;
    char sha256[EVK_SHA256_TEXT], pixel_sha256[EVK_SHA256_TEXT], sha1[EVK_SHA1_TEXT];
    const char *model_sha256;
};

/* Append the header line; the line of one row. */
void evk_row_header(struct evk_str *tsv);
void evk_row_write(const struct evk_row *row, struct evk_str *tsv);

/* Append stimuli.json: LongName, Description and Units of every column. */
evk_status evk_row_sidecar(struct evk_str *json, evk_error *err);

/* Fill in what an image file says of itself: size, statistics, bytes, hashes. */
evk_status evk_row_measure(struct evk_row *row, const struct evk_bytes *file,
                           const struct evk_pixels *pixels, evk_error *err);

#endif /* EVK_STIMSET_ROW_H */
