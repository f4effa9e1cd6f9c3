/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row.h - one stimulus as one row of stimuli.tsv
 *
 * columns.def gives each column its name, type, unit and description; the table, the file
 * stimuli.json and listings of columns are made from it.  A new column is a field of struct evk_row
 * and a row of columns.def.
 */
#ifndef EVK_STIMSET_RECORD_ROW_H
#define EVK_STIMSET_RECORD_ROW_H

#include "base/hash.h"
#include "base/limits.h"
#include "base/str.h"
#include "evoke/synth.h"
#include "format/codec.h"
#include "image/list.h"
#include "synth/window.h"

/* A whole number that is missing. */
#define EVK_INT_MISSING INT64_MIN

/*
 * The largest number of rows of a set.  EVK_CODE_MAX: of a set that make/build.h makes, whose
 * stim_codes have to fit the positive half of a signed 16-bit strobe.  EVK_STREAM_MAX: of a set
 * that make/stream.h makes, whose stimulus_ids have six digits.
 */
enum { EVK_CODE_MAX = 32767, EVK_STREAM_MAX = 999999 };

/* The cell dropped of a row whose image was not begun in time.  A later call makes the image. */
#define EVK_DROPPED_LATE "time"

/*
 * The most judges of a set, and the bytes of a cell that has a value for each member of an ensemble
 * or for each judge.
 */
enum {
    EVK_JUDGES_MAX = 16,
    EVK_MEMBERS_TEXT = EVK_MEMBERS_MAX * 16,
    EVK_JUDGES_TEXT = EVK_JUDGES_MAX * 64
};

/*
 * The cells of one row, of which columns.def tells the meaning and the unit.  A missing value is
 * NULL or "" (text), EVK_INT_MISSING (whole number) or NaN (real number), and is written as n/a.
 * Pointers are not owned: the texts have to outlive the row.
 */
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
    double response_low, response_high;
    char judges[EVK_JUDGES_TEXT], judge_roles[EVK_JUDGES_TEXT / 4];
    char judge_responses[EVK_JUDGES_TEXT / 4], judge_z[EVK_JUDGES_TEXT / 4];
    char judge_percentile[EVK_JUDGES_TEXT / 4], judge_selectivity[EVK_JUDGES_TEXT / 4];
    double heldout_z, percentile_natural, selectivity, heldout_delta_z;
    double own_z, own_percentile, natural_z;
    const char *natural_file, *beats_natural; /* "true" or "false" */
    double p_beats_natural;
    double keep_value;
    int64_t rank;
    double budget;
    const char *budget_norm;
    int64_t linf_delta;
    double rms_delta, mean_abs_delta, l2_delta, delta_z, held_delta;
    const char *reached; /* "true" or "false" */
    const char *control, *control_of;
    double contrast;
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
 * Is the text of a cell of column i spelt exactly as evk_row_write would write its value?  Returns
 * true also where the text is no value of the column.  The value is read into row; spelt is scratch
 * memory for a text, which the caller releases.
 */
bool evk_row_is_spelt(size_t i, const char *text, struct evk_row *row, struct evk_str *spelt);

/* Returns a row in which every value is missing, and present, dead and saturated are false. */
struct evk_row evk_row_new(void);

/* Has the row this set_type? */
bool evk_row_is(const struct evk_row *row, const char *set_type);

/* What the column control of an image of a series of contrasts says (controls/series.h). */
#define EVK_CONTROL_SERIES "contrast"

/* Is the row that of an image of a series, and so an image of the set at a lower contrast? */
bool evk_row_is_series(const struct evk_row *row);

/* Append the line of column names of stimuli.tsv. */
void evk_row_header(struct evk_str *tsv);

/*
 * Append the line of one row; row_sha256 is computed from the other cells.  EVK_ENOMEM: no memory.
 */
evk_status evk_row_write(const struct evk_row *row, struct evk_str *tsv, evk_error *err);

/* Returns the name of column i of columns.def, from 0; NULL past the last. */
const char *evk_row_column(size_t i);

/*
 * Returns the number of the column with this name in columns.def, from 0; -1 where there is none.
 */
int evk_row_find_column(const char *name);

/* Append the text of one cell, "n/a" where it is missing.  columns.def must have the column. */
void evk_row_cell(const struct evk_row *row, const char *column, struct evk_str *text);

/*
 * Read the text of a cell of column i into the row, which may keep a pointer to the text.
 * EVK_EFORMAT: the text is no value of the column, "start is 'x', expected a whole number".
 */
evk_status evk_row_read(struct evk_row *row, size_t i, const char *text, evk_error *err);

/*
 * Round every real number of a row to the nine digits that its cell has, so that the row is the
 * same as if it had been written and read back.
 */
void evk_row_round(struct evk_row *row);

/*
 * Fill in set_type and objective from a recipe: "max"; for an ensemble also "min sd" or the like;
 * where the model ends in a softmax also "max before softmax".
 */
void evk_row_set_objective(struct evk_row *row, const evk_recipe *recipe, bool before_softmax);

/* What the objective ends in where it is a value before a softmax: " before softmax". */
extern const char evk_before_softmax[];

/* Is the objective of the row a value before the softmax that its model ends in? */
bool evk_row_is_before_softmax(const struct evk_row *row);

/*
 * Fill in stim_code, and stimulus_id and filename from set_type and code.  filename ends in .png
 * unless it ended in .jpg before.
 */
void evk_row_give_code(struct evk_row *row, int64_t code);

/*
 * Check that a row that was read has a set_type that some kind of set has, and the stimulus_id and
 * filename that evk_row_give_code gives to its stim_code.  Files are written and removed under
 * these names, so that a table with other names has to be refused.  EVK_EFORMAT: the row has other
 * names, "filename is '../x', expected 'stim-max000001_image.png'".
 */
evk_status evk_row_check_names(const struct evk_row *row, evk_error *err);

/*
 * Fail with EVK_EFORMAT because row i, from 0, has not the stim_code i + 1.  found: the row that
 * has that code, -1 where there is none; from: the file that the rows come from, for the message.
 */
evk_status evk_row_fail_code(int64_t i, int64_t found, const char *from, evk_error *err);

/*
 * Append a key, made of the cells that say how the image is made: no two stimuli of a set have the
 * same one, and a stimulus has it before it has a code and a file.
 */
void evk_row_key(const struct evk_row *row, struct evk_str *key);

/* Append the text of stimuli.json: LongName, Description and Units of every column. */
evk_status evk_row_sidecar(struct evk_str *json, evk_error *err);

/* Fill in what is measured on pixels: size, statistics and saturated. */
void evk_row_measure_pixels(struct evk_row *row, const struct evk_pixels *pixels);

/* Fill in what is measured on an image file and on its pixels: size, statistics, bytes, hashes. */
evk_status evk_row_measure(struct evk_row *row, const struct evk_bytes *file,
                           const struct evk_pixels *pixels, evk_error *err);

/*
 * Fill in the statistics of pixels inside a window (..._window), in which each pixel counts as much
 * as its weight and the sum of weights minus 1 takes the place of n - 1.  row->saturated then
 * counts pixels inside the window only.  Where window is NULL, these statistics become missing
 * values and row->saturated does not change.
 */
void evk_row_measure_window(struct evk_row *row, const struct evk_pixels *pixels,
                            const struct evk_image_window *window);

/*
 * Returns what images of a neuron are ordered by, the best first: keep_value, or objective_pred
 * where nothing was chosen among them.
 */
double evk_row_merit(const struct evk_row *row);

/*
 * Returns the channel SD of what is seen: of the window, where the image has one, else of the
 * image.
 */
double evk_row_seen_sd(const struct evk_row *row);

#endif /* EVK_STIMSET_RECORD_ROW_H */
