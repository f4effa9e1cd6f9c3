/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/score.h - compare recorded responses with what models predicted
 *
 * evk_score_models says how well models predict the recorded responses of units to images.
 * evk_follow says whether units responded to the stimuli of a set as its models predicted.
 */
#ifndef EVK_SCORE_H
#define EVK_SCORE_H

#include "evoke/model.h"
#include "evoke/recording.h"
#include "evoke/set.h"
#include "evoke/stimset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- models --------------------------------------------------------------------------------- */

/* How well models predict units. */
typedef struct evk_score evk_score;

/* How well a model predicts a unit.  A number that cannot be had is NAN. */
typedef struct evk_unit_score {
    const char *unit;     /* name of the unit */
    const char *model;    /* name of the model */
    const char *path;     /* file of the model */
    const char *output;   /* name or number of the model's output that stands for the unit */
    size_t images;        /* images that have a prediction and a response */
    double r;             /* correlation, over these images, of predictions and mean responses */
    double r_low, r_high; /* its interval of 95 %, by bootstrap over images */
    double r2_er;         /* r squared, corrected for the noise of the responses (Pospisil & Bair
                              2021); NAN where no image has two responses */
    double ceiling;       /* the largest r that a model can reach; NAN as r2_er */
    double slope, offset; /* the regression line: response = offset + slope * prediction */
    bool keep;            /* whether r_low is above 0 */
} evk_unit_score;

/*
 * Predicts the responses to the images of a recording, and compares them with the recorded ones.
 * Units and outputs of models are paired by the first of these rules that applies:
 *   - an output has the name of a unit (evk_model_neuron), or a model of one output has it.  Each
 *     model must have a unit then; a unit without an output is left out
 *   - one model has as many outputs as there are units, and they have no names: in their order
 *   - there are several models of one output each, and their names end in different numbers, as
 *     those of the units do: by these numbers.  Each model must have a unit
 * A unit that is silent, constant or without a response is left out, and named in a note.
 *   out        the new scores, which the caller frees with evk_score_free, before the recording
 *   recording  a recording that was opened with images, which is borrowed
 *   models     (count) models, which are borrowed
 *   resize     bring images to the size of each model, by the framing of the recording's list;
 *              otherwise an image of another size is an error
 *   run        threads and callbacks
 * EVK_EINVAL: the recording has no images, no rule applies, or two outputs have the name of one
 * unit; or as in evk_predict_list, which see for other failures.
 */
EVK_API EVK_MUST_CHECK evk_status evk_score_models(evk_score **out, const evk_recording *recording,
                                                   const evk_model *const *models, size_t count,
                                                   bool resize, const evk_run *run, evk_error *err);
EVK_API void evk_score_free(evk_score *score);

/* Returns the score of unit i of those that have one, in the order of the recording; NULL past the
   last. */
EVK_API const evk_unit_score *evk_score_unit(const evk_score *score, size_t i);

/* Writes the median over units of each number into *out, and NULL into its names.  A number that is
   NAN does not count. */
EVK_API void evk_score_medians(const evk_score *score, evk_unit_score *out);

/*
 * Returns sentence i of what else the caller should know: how units were paired with outputs, units
 * that were left out, images that could not be read or were changed, and models that were fitted to
 * these responses.  Returns NULL past the last.
 */
EVK_API const char *evk_score_note(const evk_score *score, size_t i);

/*
 * Writes the scores as a table of units (.tsv), which has the columns unit, model, output, images,
 * judge, judge_output, keep, n, r, r_low, r_high, r2_er, ceiling, slope and offset.  The model is a
 * path, which is relative to the folder of the table or absolute.  images is 1, and the judge n/a:
 * they are the user's to edit.  EVK_EIO: the file cannot be written.
 */
EVK_API EVK_MUST_CHECK evk_status evk_score_write(const evk_score *score, const char *path,
                                                  evk_error *err);

/*
 * Draws a panel for each unit, with recorded against predicted responses and the regression line.
 *   path  the file to write: .png or .svg, one image; .pdf, one file with several pages
 * EVK_EINVAL: the path has another ending, or there are too many units for one image.  EVK_EIO and
 * EVK_EUNSUPPORTED: as in evk_set_sheet.
 */
EVK_API EVK_MUST_CHECK evk_status evk_score_draw(const evk_score *score, const char *path,
                                                 evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SCORE_H */
