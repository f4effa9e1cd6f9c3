/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/stimset.h - predict responses to many images, and make sets of many images
 *
 * A stimulus set is a folder with images and with tables that describe them (evoke/set.h).
 */
#ifndef EVK_STIMSET_H
#define EVK_STIMSET_H

#include "evoke/image.h"
#include "evoke/synth.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far a call is. */
typedef struct evk_progress {
    int64_t done, total; /* images; in evk_predict_list, pairs of an image and a model */
    double best;         /* best response so far; NAN before the first, or where there is none */
} evk_progress;

/* A callback that is called after each finished job, by any thread, but never by two at once. */
typedef void evk_progress_fn(void *arg, const evk_progress *progress);

/*
 * How a call runs.  None of it changes a byte of the results, except which images there are.  A
 * struct that is all zero is valid; a pointer to it is never NULL.
 */
typedef struct evk_run {
    int threads;               /* number of threads; 0: OMP_NUM_THREADS, or else one per core */
    evk_progress_fn *progress; /* may be NULL */
    /*
     * Called often, by any thread and by several at once.  It returns true to end the call with
     * EVK_ESTOPPED.  May be NULL.
     */
    bool (*stop)(void *arg);
    /*
     * Called before each image of evk_maximize, evk_naturals and evk_adversarial, by any thread and
     * by several at once.  It returns true to have no other image begun, and the set finished with
     * the images that there are.  Where it is not NULL, each neuron gets its first image before any
     * neuron gets its second.
     */
    bool (*enough)(void *arg);
    void *arg; /* passed to all three callbacks */
} evk_run;

/*
 * Predicts the responses of several models to a list of images.
 *   models     (count) models
 *   images     the images; none of them leaves the list
 *   resize     bring each image to the size of each model, by the framing of the list; otherwise an
 *              image of another size is an error
 *   run        threads and callbacks
 *   responses  (images, outputs of all models in their order), written
 *   left_out   (images), written: true for an image that cannot be read.  Its responses are NAN,
 *              and evk_image_list_left_out has the reason.  NULL: such an image is an error
 * EVK_EINVAL: an image has another size than a model, and resize is false.  EVK_EFORMAT or EVK_EIO:
 * an image cannot be read and left_out is NULL, or none can be read.  EVK_ESTOPPED: run->stop
 * returned true.
 */
EVK_API EVK_MUST_CHECK evk_status evk_predict_list(const evk_model *const *models, size_t count,
                                                   evk_image_list *images, bool resize,
                                                   const evk_run *run, float *responses,
                                                   bool *left_out, evk_error *err);

/*
 * Scales the responses of an ensemble's members by their mean and SD over reference images, as
 * evk_model_scale_members does.  A call is a part of opening the ensemble, and has to come before
 * its first session.
 *   reference  the images, which are brought to the size of the ensemble by the framing of the
 *              list; those that cannot be read, or repeat another one, leave the list
 * EVK_EINVAL: as in evk_model_scale_members.  EVK_EFORMAT: no image can be read, or a response to
 * one is not finite.  EVK_ESTOPPED: run->stop returned true.
 */
EVK_API EVK_MUST_CHECK evk_status evk_scale_members(evk_model *model, evk_scaling scaling,
                                                    evk_image_list *reference, const evk_run *run,
                                                    evk_error *err);

/*
 * Measures reference images at the size of a model, and sets natural-sd, natural-mean and
 * natural-contrast of a recipe to the medians over them, rounded to nine digits.
 *   images  the images, which are brought to that size by the framing of the list; those that
 *           cannot be read, or repeat another one, leave the list
 * EVK_EFORMAT: no image can be read.  EVK_ESTOPPED: run->stop returned true.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_of_images(evk_recipe *recipe, const evk_model *model,
                                                       evk_image_list *images, const evk_run *run,
                                                       evk_error *err);

/* Some neurons of one model, for which images are made.  Nothing is owned. */
typedef struct evk_target {
    const evk_model *model;
    const int64_t *outputs; /* (count) indices of the model's outputs */
    size_t count;
} evk_target;

/*
 * A judge: a model that scores finished images and has no influence on them, except that a judge
 * with the name "selection" chooses which images of evk_maximize are kept, and is not held out from
 * them.  Nothing is owned.
 *
 * outputs says which output of the judge predicts which neuron: it has one output for each neuron
 * of the first target, in their order, then those for the second target, and so on.  Where it is
 * NULL, the judge scores each neuron by its own output of the same name, which is a name of a model
 * card or KEY:INDEX.  A bare index is no such name, since output 0 of one model and output 0 of
 * another may be any two neurons.
 */
typedef struct evk_judge_model {
    const evk_model *model; /* its name, in tables, tells it from the other judges */
    /* (count) indices of the judge's outputs, -1 for a neuron that it does not score; may be NULL */
    const int64_t *outputs;
    size_t count;
} evk_judge_model;

/*
 * Judges and reference images.  What list, outputs and reference point to stays the caller's.
 *
 * A function that makes a set with judges checks them before it makes anything.  EVK_EINVAL: a
 * judge has more or fewer outputs than there are neurons, or an output that its model does not
 * have; a judge without outputs has none that is named as a neuron; two judges have the same name,
 * or are the same outputs of the same model; a name has a character that tables cannot hold, or the
 * names do not fit into a cell; or a judge takes images of another size.  Several judges may have
 * the name selection, where no two of them score the same neuron.
 */
typedef struct evk_judges {
    const evk_judge_model *list; /* (count), of which at most 16 score any one neuron */
    size_t count;
    /*
     * Reference images, such as photographs.  They are shown to the models of the targets and to
     * the judges, and the z-scores and percentiles of a response refer to the responses to them.
     * NULL: there are none, and judges give responses alone.
     */
    evk_image_list *reference;
} evk_judges;

/*
 * How a judge stands to a model for which images were made.  Means over judges, such as heldout_z,
 * are over judges that are held out.
 */
typedef enum evk_judge_role {
    EVK_JUDGE_HELDOUT,   /* nothing is known to connect the two */
    EVK_JUDGE_SELECTION, /* the judge is the model, or a network of it is climbed as it is */
    /*
     * By their cards both were fitted to the same recording, have the same teacher or core, or one
     * taught the other.
     */
    EVK_JUDGE_RELATED
} evk_judge_role;

/*
 * Returns the role of a judge for images that are made for the model `climbed`.
 *   why  (size bytes) receives a phrase that follows the judge's name, such as "was fitted to the
 *        same responses, rows 1-600", cut where it does not fit; "" where the judge is held out.
 *        May be NULL where size is 0
 */
EVK_API evk_judge_role evk_judge_role_of(const evk_model *judge, const evk_model *climbed,
                                         char *why, size_t size);

/*
 * The results of one neuron in a set of evk_maximize or evk_naturals.  The best image is the one
 * with the highest predicted response, with minimize the lowest.
 */
typedef struct evk_neuron_report {
    const char *model, *neuron; /* names of the model and of the neuron */
    int64_t images;             /* number of the neuron's images in the set */
    int64_t failed;             /* number of the neuron's starts that gave no image */
    int64_t dropped;  /* number of the neuron's images that were made but are not kept in the set */
    int64_t alike;    /* number of dropped images that resemble a better image */
    int64_t late;     /* number of starts that were not begun, since run->enough returned true */
    int64_t dead;     /* number of failed starts whose gradient was zero */
    int64_t restarts; /* number of start images that were replaced since their gradient was zero */
    int64_t saturated; /* number of images of which more than half of the values are 0 or 255 */
    int64_t flat;      /* number of images whose channel SD is below 3 display levels */
    /* Images whose ascent gained no more response than rounding to 8 bits changes. */
    int64_t no_gain;
    /*
     * Images whose response exceeds that of the best reference image by more than 25 SD of the
     * responses to all reference images.
     */
    int64_t extrapolates;
    int64_t duplicates; /* number of images that repeat an earlier image of the set */
    int64_t best_start; /* number of the start of the best image; -1 where there is none */
    /* Response predicted for the file of the best image; of an ensemble, the objective. */
    double best_response;
    /*
     * Of the best image: its response, and that of the best reference image, by the neuron's own
     * model, and the mean over judges of its response.  All are in SDs from the mean over the
     * reference images.  NAN where there are no reference images, or no judges.
     */
    double own_z, natural_z, heldout_z;
    /* channel SD of the best image, inside its window if it has one, display levels */
    double channel_sd;
    bool natural_is_better; /* no image drives the neuron more than the best reference image */
    /* path of the best image, relative to the set's folder; NULL where there is no image */
    const char *best_file;
    const char *failure; /* why the first of the failed starts failed; NULL where none did */
} evk_neuron_report;

/* The results of a call that made a set; its texts live as long as the report. */
typedef struct evk_set_report evk_set_report;

/*
 * Writes a set of maximizing (or minimizing) stimuli into a folder: one image, and one row of
 * stimuli/stimuli.tsv, for each start of each neuron.  Every byte is decided by the targets, the
 * recipe, the judges, the version of evoke and (compression and lettering alone) those of zlib and
 * cairo; not by the machine or the number of threads.
 *   folder   is made where it does not exist; or it is empty; or it holds a set of the same
 *            options, finished or not.  Images that are there stay as they are, and what is asked
 *            for beyond them (other neurons, more starts) is added with the next stim_codes.
 *            Starts cannot grow where keep is not 0, since the choice among a neuron's
 *            starts is made once
 *   targets  (count) models and their neurons
 *   recipe   the settings of the ascents and of the set
 *   judges   judges and reference images, or reference images alone; the rows then say how each
 *            image compares with these.  NULL: none
 *   run      threads and callbacks
 *   out      the results, which the caller frees with evk_set_report_free
 * A call that was interrupted is finished by the same call, to the same bytes.  Neurons that fail
 * are in the report, and the rest of the set is written.  EVK_EBUSY: another call, in this process
 * or in another, is writing to the folder.  EVK_EINVAL: a setting is not valid, or the folder holds
 * something else, of which the message has the first difference.  EVK_ESTOPPED: run->stop returned
 * true; what was made stays in the folder.  EVK_EIO: a file cannot be read or written.
 * EVK_EUNSUPPORTED: libcairo.so.2, which draws the contact sheet, cannot be loaded; nothing was
 * made.
 */
EVK_API EVK_MUST_CHECK evk_status evk_maximize(const char *folder, const evk_target *targets,
                                               size_t count, const evk_recipe *recipe,
                                               const evk_judges *judges, const evk_run *run,
                                               evk_set_report **out, evk_error *err);

/*
 * Writes a set of natural images: for each neuron those with the highest and those with the lowest
 * predicted responses, at the size of the model.
 *   folder   the folder of the set, as in evk_maximize
 *   targets  (count) models and their neurons
 *   images   the natural images; those that cannot be read, or repeat another one, leave the list
 *   keep     images with the highest responses for each neuron, 0 or more
 *   least    images with the lowest responses for each neuron, 0 or more; not both are 0
 *   run      threads and callbacks
 *   out      the results, which the caller frees with evk_set_report_free
 * Errors are those of evk_maximize.
 */
EVK_API EVK_MUST_CHECK evk_status evk_naturals(const char *folder, const evk_target *targets,
                                               size_t count, evk_image_list *images, int64_t keep,
                                               int64_t least, const evk_run *run,
                                               evk_set_report **out, evk_error *err);

/* Counts of the images of a set. */
typedef struct evk_made {
    int64_t images; /* number of images in the set */
    int64_t failed; /* number of images that could not be made */
    /* number of images that this call made; the other ones were in the folder already */
    int64_t made;
} evk_made;

/*
 * Writes a set of dead leaves: images of opaque ellipses of all sizes that cover each other, with
 * an amplitude spectrum that falls as about 1 / frequency, like that of photographs.  Image i
 * depends on the seed, i and the size alone.
 *   folder         the folder of the set, as in evk_maximize, but a finished set cannot be extended
 *   count          number of images, 1 to 999,999
 *   height, width  pixels
 *   seed           of all random numbers
 *   run            threads and callbacks
 *   out            what was made, written
 * Errors are those of evk_maximize.
 */
EVK_API EVK_MUST_CHECK evk_status evk_leaves_set(const char *folder, int64_t count, int64_t height,
                                                 int64_t width, int64_t seed, const evk_run *run,
                                                 evk_made *out, evk_error *err);

/* The settings of a set of transformed images.  Texts are not owned. */
typedef struct evk_gaudy_options {
    const char *transform; /* NAME, or NAME:PARAMETER=VALUE,..., of evk_transform_info */
    int64_t height, width; /* pixels; 0: those of the model or, without one, each image's own */
    /* How many images to choose by `by`; 0: all, or none where random is not 0. */
    int64_t keep;
    /* Score by which they are chosen: "disagreement", "response" or "gaudiness" (see evk_gaudy). */
    const char *by;
    /* How many images to draw at random from those that keep does not choose. */
    int64_t random;
    int64_t seed; /* seed of the random draw, and of random transforms */
    /* Each original image is in the set, too, before its transformed image. */
    bool with_originals;
    /* Write JPEG, 4:4:4 of quality 100, which is not exact, instead of PNG. */
    bool jpeg;
    /*
     * Called for each image that could not be made, in their order, with a sentence that says why
     * and is valid for the call only.  May be NULL.
     */
    void (*failed)(void *arg, const char *sentence);
    /*
     * Called likewise for each image of the set whose predicted response is not a finite number;
     * the table then has n/a.  May be NULL.
     */
    void (*not_finite)(void *arg, const char *sentence);
    void *arg; /* passed to both callbacks */
} evk_gaudy_options;

/* Writes the defaults: the transform "gaudy", of all images, as PNG. */
EVK_API void evk_gaudy_default(evk_gaudy_options *out);

/*
 * Writes a set of transformed images: each image is brought to the wanted size by the framing of
 * the list, then transformed.  Memory does not grow with the number of images, except by their
 * names and 16 bytes for each; with keep, also by the responses that images are chosen by.
 *   folder   the folder of the set, as in evk_maximize, but a finished set cannot be extended
 *   images   the images; those that cannot be read are passed over and counted
 *   target   neurons of one model, whose responses to the files the table then has; NULL: none
 *   options  the settings
 *   run      threads and callbacks
 *   out      what was made, written
 *
 * options->by is the score by which images are chosen:
 *   disagreement  distance of the responses of two members of an ensemble to the transformed image,
 *                 the median over all pairs of members; larger is better
 *   response      mean response of the neurons to the transformed image; larger is better
 *   gaudiness     distance of the original from its gaudy image; smaller is better.  Needs no model
 * Without a target, the best `keep` images are chosen.  With one, the best 8 keep images are
 * thinned to keep, as Cowley & Pillow (NeurIPS 2020) do from 2,000 to 250: of those that are left,
 * the image is added whose responses are furthest from those of all images that were chosen before.
 *
 * EVK_EINVAL: options->by needs a model, or an ensemble, that is not given.  EVK_EFORMAT: no image
 * can be read.  Otherwise the errors are those of evk_maximize.
 */
EVK_API EVK_MUST_CHECK evk_status evk_gaudy(const char *folder, const evk_image_list *images,
                                            const evk_target *target,
                                            const evk_gaudy_options *options, const evk_run *run,
                                            evk_made *out, evk_error *err);

/* Returns the number of neurons in a report: those of all targets, in their order. */
EVK_API size_t evk_set_report_count(const evk_set_report *report);

/* Returns the number of images that the call made; the other ones were in the folder already. */
EVK_API int64_t evk_set_report_made(const evk_set_report *report);

/* Returns the results of neuron i, which is below the count; the report owns them. */
EVK_API const evk_neuron_report *evk_set_report_neuron(const evk_set_report *report, size_t i);

/*
 * Returns a list that has the start image alone, for evk_image_list_note; NULL where no ascent
 * started from an image file.  The report owns the list.
 */
EVK_API const evk_image_list *evk_set_report_start(const evk_set_report *report);
EVK_API void evk_set_report_free(evk_set_report *report);

#ifdef __cplusplus
}
#endif
#endif /* EVK_STIMSET_H */
