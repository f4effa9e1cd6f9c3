/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/fit.h - fit models of neurons to a recording: readouts on the features of a network
 *
 * A core is a network whose layers are kept as they are.  Its features are the maps of one or
 * several layers, averaged over a grid.  A readout is a weight for each feature, and a bias, with
 * which a neuron's response is predicted.  A fitted model is a card (models/README.md) that names
 * its cores, beside an archive of arrays with the weights.
 */
#ifndef EVK_FIT_H
#define EVK_FIT_H

#include "evoke/recording.h"
#include "evoke/stimset.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The settings of a fit.  A setting has a name and a text, such as "readout" and "ridge";
 * evk_fitting_params describes all of them.  A fitting owns copies of the texts that it is given.
 */
typedef struct evk_fitting evk_fitting;

/* Makes a fitting with the default settings.  The caller frees *out with evk_fitting_free. */
EVK_API EVK_MUST_CHECK evk_status evk_fitting_new(evk_fitting **out, evk_error *err);
EVK_API void evk_fitting_free(evk_fitting *fitting);

/* Sets one setting, and gives one, with the errors of evk_recipe_set and evk_recipe_get. */
EVK_API EVK_MUST_CHECK evk_status evk_fitting_set(evk_fitting *fitting, const char *name,
                                                  const char *text, evk_error *err);
EVK_API EVK_MUST_CHECK evk_status evk_fitting_get(const evk_fitting *fitting, const char *name,
                                                  char **text, evk_error *err);

/* Returns the table of the settings of a fit, which is static. */
EVK_API const evk_param *evk_fitting_params(void);

/* Describes readout i; returns false past the last. */
EVK_API bool evk_readout_info(int i, evk_type_info *out);

/* What a readout is fitted to.  Nothing is owned. */
typedef struct evk_fit_source {
    evk_image_list *images; /* the images that were shown */
    /* responses to these images, opened with the same list; NULL: there is a teacher */
    const evk_recording *recording;
    /* A model to whose responses readouts are fitted, for all of its neurons; NULL: there is a
       recording, or there are teachers (evk_fit_teachers). */
    const evk_model *teacher;
    /* Of a teacher: which images of the list take part, as in evk_recording_open; NULL: all. */
    const char *rows;
    /* Are images of another size brought to the size of each core, by the framing of the list?
       Otherwise an image of another size is an error. */
    bool resize;
} evk_fit_source;

/* The results of one unit. */
typedef struct evk_fit_unit {
    const char *name;     /* its name in the model */
    const char *left_out; /* why it was not fitted, such as "silent"; NULL: it was fitted */
    int64_t images;       /* number of images with a response */
    /*
     * Correlation, within folds, of the recorded mean responses with cross-validated predictions,
     * and its interval of 95 % by a bootstrap over images, widened since the fits of folds share
     * images (Nadeau & Bengio 2003).  The data of a fold chose nothing of what predicts the fold.
     */
    double r, low, high;
    double r2_er;   /* noise-corrected r squared of these predictions; NAN below two repeats */
    double ceiling; /* the largest correlation that any model can have; NAN below two repeats */
    bool keep;      /* whether low is above 0 */
} evk_fit_unit;

/* The results of a fit; its texts live as long as the report. */
typedef struct evk_fit_report evk_fit_report;

/*
 * Fits a readout for each unit on each core, and writes three files: NAME.json, the card of a model
 * whose members are the cores; NAME.npz, the weights; and NAME.tsv, a table with a line for each
 * unit.  The card of a recording has what evk_model_interval needs.  The same call writes the same
 * bytes with any number of threads.
 *   name     path of the files, without ending
 *   cores    (count) texts "MODEL" or "MODEL@LAYER,LAYER,..."; without layers, the last map before
 *            the model's own readout is read
 *   source   images and responses
 *   fitting  the settings
 *   options  what the files of cores do not say; NULL: nothing
 *   run      threads and callbacks
 *   out      the results, which the caller frees with evk_fit_report_free
 * EVK_EINVAL: a setting is not valid, a core has no such layer, cores take images of different
 * sizes, an image has another size than a core and is not to be resized, there are fewer than
 * 3 images for each fold, a Poisson readout is to fit a negative response, or one of the files
 * exists.  EVK_EFORMAT: an image cannot be read, a feature is not finite, two neurons of the teacher
 * would have one name, or no unit can be fitted.  EVK_EUNSUPPORTED: the readout is ridge or
 * factorized, and liblapack.so.3 cannot be loaded.  EVK_ESTOPPED: run->stop returned true.  Nothing
 * is written where the call fails.
 */
EVK_API EVK_MUST_CHECK evk_status evk_fit(const char *name, const char *const *cores, size_t count,
                                          const evk_fit_source *source, const evk_fitting *fitting,
                                          const evk_model_options *options, const evk_run *run,
                                          evk_fit_report **out, evk_error *err);

/*
 * Fits as evk_fit does, to the responses of several teachers: the units are all neurons of all
 * teachers, in their order.  The model column of NAME.tsv has a unit's teacher before the card, so
 * that the table makes of each unit an ensemble of the two.  A teacher that is no file, or that
 * takes images of another size than the cores, is left out there.  evk_fit with a teacher does the
 * same for one.
 *   teachers       (teacher_count) models, 1 or more
 *   source         has neither a recording nor a teacher
 * EVK_EINVAL, too: there is no teacher, or the path of one has a semicolon, which the table cannot
 * hold.  EVK_EFORMAT: neurons of two teachers would have one name.
 */
EVK_API EVK_MUST_CHECK evk_status evk_fit_teachers(
    const char *name, const char *const *cores, size_t count, const evk_model *const *teachers,
    size_t teacher_count, const evk_fit_source *source, const evk_fitting *fitting,
    const evk_model_options *options, const evk_run *run, evk_fit_report **out, evk_error *err);

/* Returns the number of units of the recording, or of neurons of the teachers. */
EVK_API size_t evk_fit_report_count(const evk_fit_report *report);

/* Returns the results of unit i, which is below the count; the report owns them. */
EVK_API const evk_fit_unit *evk_fit_report_unit(const evk_fit_report *report, size_t i);

/*
 * Gives the medians of r and of r2_er over the units that have them; NAN where none has.
 *   r, r2_er  written
 */
EVK_API void evk_fit_report_medians(const evk_fit_report *report, double *r, double *r2_er);

/* Returns how many images are equal, or nearly so, to an earlier one: they share its fold. */
EVK_API int64_t evk_fit_report_twins(const evk_fit_report *report);
EVK_API void evk_fit_report_free(evk_fit_report *report);

#ifdef __cplusplus
}
#endif
#endif /* EVK_FIT_H */
