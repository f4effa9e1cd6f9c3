/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row.h - one stimulus as one row of stimuli.tsv
 *
 * columns.def gives every column its name, field, unit and description: the
 * table, its JSON sidecar and any listing come from there.  A new column is a
 * field here and a row there.
 */
#ifndef EVK_STIMSET_RECORD_ROW_H
#define EVK_STIMSET_RECORD_ROW_H

#include "base/hash.h"
#include "base/str.h"
#include "evoke/synth.h"
#include "format/codec.h"
#include "image/list.h"
#include "synth/window.h"

#define EVK_INT_MISSING INT64_MIN

/*
 * The most rows of a set: of one that was made for neurons or by perturbing, whose codes are 16-bit
 * strobes with the upper half taken; and of one that make/stream.h makes, whose stimulus_id has six
 * digits.
 */
enum { EVK_CODE_MAX = 32767, EVK_STREAM_MAX = 999999 };

/* Why there is no image: its call had no time to begin it. Another call may. */
#define EVK_DROPPED_LATE "time"

/* Nine digits of each member's response, with semicolons. */
enum { EVK_MEMBERS_TEXT = EVK_MEMBERS_MAX * 16, EVK_JUDGES_TEXT = EVK_TEXTS_MAX * 64 };

/* Missing values: NULL or "" text, EVK_INT_MISSING, NaN; all are written as n/a. */
struct evk_row {
    char stimulus_id[32], filename[48], description[384];
    const char *type, *license, *copyright;
    int64_t stim_code;
    const char *set_type, *target_model;
    char target_output[EVK_NEURON_TEXT];
    char objective[64];
    const char *method;
    int64_t seed, start, n_steps;
    const char *source_id, *source_file;
    char source_changes[EVK_CHANGES_TEXT];
    double response_pred, response_pred_prequant, response_source, response_start;
    double objective_pred, response_sd, response_min, response_median, response_disagreement;
    char response_members[EVK_MEMBERS_TEXT];
    char judges[EVK_JUDGES_TEXT], judge_roles[EVK_JUDGES_TEXT / 4];
    char judge_responses[EVK_JUDGES_TEXT / 4], judge_z[EVK_JUDGES_TEXT / 4];
    char judge_percentile[EVK_JUDGES_TEXT / 4], judge_selectivity[EVK_JUDGES_TEXT / 4];
    double heldout_z, percentile_natural, selectivity, heldout_delta_z;
    double own_z, own_percentile, natural_z;
    const char *natural_file, *beats_natural; /* "true" or "false" */
    int64_t rank;
    double budget;
    const char *budget_norm;
    int64_t linf_delta;
    double rms_delta, mean_abs_delta, l2_delta, delta_z, held_delta;
    const char *reached; /* "true" or "false" */
    const char *control, *control_of;
    double input_mean, input_sd, input_norm;
    int64_t width_px, height_px;
    double gray_mean, gray_sd, channel_sd, rms_contrast, frac_clipped;
    double channel_sd_window, frac_clipped_window, gray_mean_window, rms_contrast_window;
    double gaudiness;
    int64_t bytes;
    char sha256[EVK_SHA256_TEXT], pixel_sha256[EVK_SHA256_TEXT], sha1[EVK_SHA1_TEXT];
    const char *model_sha256;
    int64_t restarts;
    const char *stopped; /* "steps", "plateau", ...: see evk_ascent */
    const char *start_image;
    char start_sha256[EVK_SHA256_TEXT];
    char duplicate_of[32];
    double duplicate_rms;
    char dropped[48];
    char trace_sha256[EVK_SHA256_TEXT];
    char row_sha256[EVK_SHA256_TEXT];
    char flags[64];
    bool present, dead, saturated;
};

/*
 * Is a cell of column i in the one spelling that evk_row_write gives its value?  What is no value of
 * the column counts as such.  The row is room for the value, spelt for that spelling.
 */
bool evk_row_is_spelt(size_t i, const char *text, struct evk_row *row, struct evk_str *spelt);

/* A row in which everything is missing. */
struct evk_row evk_row_new(void);

/* Is the row of this set_type? */
bool evk_row_is(const struct evk_row *row, const char *set_type);

/* Append the header line; the line of one row, whose row_sha256 is made here. */
void evk_row_header(struct evk_str *tsv);
evk_status evk_row_write(const struct evk_row *row, struct evk_str *tsv, evk_error *err);

/* Name of column i; NULL past the end. */
const char *evk_row_column(size_t i);

/* The number of the column of that name, from 0; -1 where this build knows none. */
int evk_row_find_column(const char *name);

/* Append what one cell says: "n/a" where missing. column is one of evk_row_column. */
void evk_row_cell(const struct evk_row *row, const char *column, struct evk_str *text);

/*
 * The reverse: read a cell of column i into the row, which keeps pointers to text.  EVK_EFORMAT:
 * "start is 'x', expected a whole number".
 */
evk_status evk_row_read(struct evk_row *row, size_t i, const char *text, evk_error *err);

/*
 * Make every number what its cell says, nine digits of it: a row that is written
 * and one that was read back are the same from then on.
 */
void evk_row_round(struct evk_row *row);

/* set_type and objective follow from the recipe: "max", or "min sd" for an ensemble. */
void evk_row_set_objective(struct evk_row *row, const evk_recipe *recipe);

/* stimulus_id and filename follow from set_type and code; a filename in .jpg keeps its ending. */
void evk_row_give_code(struct evk_row *row, int64_t code);

/*
 * Has a row that was read the names that evk_row_give_code gives to its code, and a set_type that
 * there is?  Files are written and removed by these names, so no other is taken from a table.
 * EVK_EFORMAT: "filename is '../x', expected 'stim-max000001_image.png'".
 */
evk_status evk_row_check_names(const struct evk_row *row, evk_error *err);

/*
 * EVK_EFORMAT, for rows whose stim_code does not count from 1 up: row i, from 0, has not the code
 * i + 1.  found: the row that has it, -1 where there is none; from: where the rows come from.
 */
evk_status evk_row_fail_code(int64_t i, int64_t found, const char *from, evk_error *err);

/* Append what tells a stimulus from any other of its set, code and file apart: one text per job. */
void evk_row_key(const struct evk_row *row, struct evk_str *key);

/* Append stimuli.json: LongName, Description and Units of every column. */
evk_status evk_row_sidecar(struct evk_str *json, evk_error *err);

/* Fill in size and statistics of an image. */
void evk_row_measure_pixels(struct evk_row *row, const struct evk_pixels *pixels);

/* Fill in what an image file says of itself: size, statistics, bytes, hashes. */
evk_status evk_row_measure(struct evk_row *row, const struct evk_bytes *file,
                           const struct evk_pixels *pixels, evk_error *err);

/*
 * Fill in the statistics of what is inside a window: of the file's pixels, each counted as much as
 * its weight, with the sum of weights less 1 in place of n - 1.  They are missing without a window.
 */
void evk_row_measure_window(struct evk_row *row, const struct evk_pixels *pixels,
                            const struct evk_image_window *window);

/* channel_sd of what is seen: inside the window, where the image has one. */
double evk_row_seen_sd(const struct evk_row *row);

#endif /* EVK_STIMSET_RECORD_ROW_H */
