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

/*
 * Returns, for unit i, the share of the images whose mean response is within the interval of
 * evk_model_interval; NAN where the model does not know it, and past the last unit.
 */
EVK_API double evk_score_covered(const evk_score *score, size_t i);

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
 * judge, judge_output, keep, n, r, r_low, r_high, r2_er, ceiling, slope, offset and covered.  The
 * model is a path, which is relative to the folder of the table or absolute.  images is 1, and the
 * judge n/a: they are the user's to edit.  EVK_EIO: the file cannot be written.
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

/* ---- sets ----------------------------------------------------------------------------------- */

/* How units responded to the stimuli of a set. */
typedef struct evk_follow evk_follow;

/*
 * Two groups of stimuli of a neuron, compared by the recorded responses of its unit.  The mean of a
 * group is over its images, each with the mean of its presentations.  A number that cannot be had
 * is NAN.
 */
typedef struct evk_contrast {
    const char *unit;   /* name of the unit */
    const char *model;  /* target_model of the set */
    const char *output; /* target_output of the set */
    /* the group: its set_type and, where that does not say it, its objective, such as max, min,
       natural-max or adversarial-min */
    const char *images;
    /* the other group: natural, base, min, natural-contrast (natural at the same contrast), full
       (the same images at a contrast of 1), or a kind of control */
    const char *against;
    double budget;        /* of perturbed images, their budget; else NAN */
    const char *choice;   /* all: all images of both groups; same: the image of each group with
                                  the best recorded response, chosen on the presentations that are
                                  reported; other: chosen on odd presentations, and reported on even
                                  ones */
    bool paired;          /* image i of one group goes with image i of the other */
    size_t n, n_against;  /* images of the groups */
    size_t presentations; /* the fewest presentations of an image that are reported */
    double recorded, recorded_against; /* mean recorded responses */
    double difference;                 /* recorded minus recorded_against */
    double low, high;                  /* its interval of 95 %, by bootstrap over the presentations
                                            of each image */
    double predicted, predicted_against; /* mean responses that the set's model predicts */
    bool followed;                       /* whether the interval is on the predicted side of 0 */
    /* of images of a series of contrasts, and of those that have such a series (1), the factor;
       else NAN */
    double contrast;
} evk_contrast;

/*
 * Compares the recorded responses to the stimuli of a set: of each neuron its images of a kind with
 * their controls and with its max-natural images, perturbed images with their bases, for each
 * budget by itself, images of a series of contrasts with the images at full contrast and with the
 * max-natural image at the same contrast, for each contrast by itself, and natural images that
 * drive it most with those that drive it least.  Pairs are compared where the table of the set has
 * them.  Of images that were made to raise or lower a response, the best by the recorded response
 * is compared, too.
 *   out        the new comparisons, which the caller frees with evk_follow_free, before the set and
 *              the recording
 *   set        a finished set, which is borrowed
 *   recording  a table with stim_code, opened without images, which is borrowed.  A unit is the
 *              neuron that has its name in the set's table of units (evk_set_unit).  Where that
 *              table lacks the neuron, or the set the table, a unit is the neuron whose
 *              target_output, or target_model:target_output, has its name, or whose target_model
 *              has, if the set has one output of this model.  Where all outputs are numbers of one
 *              model, output 3 is also the unit unit3.  Where no unit is found so, units and
 *              several models are paired by the numbers at the ends of their names, if each neuron
 *              has a unit then; a note says so
 *   split      choose the best images on odd presentations, and report them on even ones
 * EVK_EINVAL: the recording has no codes, none of them is in the set, no unit is a neuron of the
 * set, or nothing can be compared.  EVK_EFORMAT: a cell of the set has another kind of value.
 */
EVK_API EVK_MUST_CHECK evk_status evk_follow_set(evk_follow **out, const evk_set *set,
                                                 const evk_recording *recording, bool split,
                                                 evk_error *err);
EVK_API void evk_follow_free(evk_follow *follow);

/* Returns comparison i, or NULL past the last. */
EVK_API const evk_contrast *evk_follow_contrast(const evk_follow *follow, size_t i);

/* Returns sentence i of what else the caller should know, such as neurons without a unit, or NULL
   past the last. */
EVK_API const char *evk_follow_note(const evk_follow *follow, size_t i);

/* Writes the comparisons as a table (.tsv), with a column for each member of evk_contrast.  EVK_EIO:
   the file cannot be written. */
EVK_API EVK_MUST_CHECK evk_status evk_follow_write(const evk_follow *follow, const char *path,
                                                   evk_error *err);

/* Draws a panel for each unit, with the recorded responses to the stimuli of its neuron against the
   predicted ones, as evk_score_draw does. */
EVK_API EVK_MUST_CHECK evk_status evk_follow_draw(const evk_follow *follow, const char *path,
                                                  evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SCORE_H */
