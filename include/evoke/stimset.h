/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evoke/stimset.h - many neurons, many images: responses to files, and folders of stimuli */
#ifndef EVK_STIMSET_H
#define EVK_STIMSET_H

#include "evoke/image.h"
#include "evoke/synth.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Called after each finished job, never by two threads at once. */
typedef struct evk_progress {
    int64_t done, total; /* images; in evk_predict_list, images times models */
    double best;         /* best response so far; NaN before the first */
} evk_progress;
typedef void evk_progress_fn(void *arg, const evk_progress *progress);

typedef struct evk_run {
    int threads;               /* 0: OMP_NUM_THREADS, else one per core */
    evk_progress_fn *progress; /* may be NULL */
    bool (*stop)(void *arg);   /* true: give up; asked often, by any thread; may be NULL */
    /*
     * True: begin no other image, and finish the set with those that there are; asked before each,
     * by any thread.  May be NULL.  Otherwise every neuron has its first image before any has its second.
     */
    bool (*enough)(void *arg);
    void *arg;
} evk_run;

/*
 * Responses of several models to a list of images, parallel over images.
 *   resize     to each model's size, by the framing of the list; otherwise another size is an error
 *   responses  (images, outputs of all models in order), written
 *   left_out   (images), written: true where an image could not be read, its responses are NaN, and
 *              evk_image_list_left_out says why; NULL: such an image is an error
 * EVK_ESTOPPED: run->stop said so.
 */
EVK_API EVK_MUST_CHECK evk_status evk_predict_list(const evk_model *const *models, size_t count,
                                                   evk_image_list *images, bool resize,
                                                   const evk_run *run, float *responses,
                                                   bool *left_out, evk_error *err);

/*
 * Scale the members of an ensemble by their responses to reference images,
 * at its size: evk_model_scale_members with what they say.  Part of
 * opening it.
 */
EVK_API EVK_MUST_CHECK evk_status evk_scale_members(evk_model *model, evk_scaling scaling,
                                                    evk_image_list *reference, const evk_run *run,
                                                    evk_error *err);

/*
 * Measure reference images, at the model's size: natural_sd, natural_mean and
 * natural_contrast of the recipe become the medians over them, in nine digits.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_of_images(evk_recipe *recipe, const evk_model *model,
                                                       evk_image_list *images, const evk_run *run,
                                                       evk_error *err);

/* Some outputs of one model. */
typedef struct evk_target {
    const evk_model *model;
    const int64_t *outputs;
    size_t count;
} evk_target;

/*
 * A model that scores finished images and never steers them.  outputs (count)
 * says which of its outputs is which neuron: those of the first target in their
 * order, then those of the second, and so on, one for each.  NULL: each neuron
 * is scored by the output of its name, a name of a card or KEY:INDEX; a number
 * is no name, since output 0 of one model and output 0 of another may be any
 * two neurons.
 */
typedef struct evk_judge_model {
    const evk_model *model; /* its name tells it from the other judges in tables */
    const int64_t *outputs; /* (count) */
    size_t count;
} evk_judge_model;

/*
 * Judges and reference images; what list and outputs point to stays the
 * caller's.  Where a set is made with judges, EVK_EINVAL says, before anything
 * is made, that there are more or fewer outputs than neurons, that a neuron has
 * no name in common with a judge that has no outputs, that a judge does not
 * have an output, that two judges have one name or are the same outputs of one
 * model, that a name has a character that tables need between names or that
 * names do not fit a cell, or that a judge sees images of another size.
 */
typedef struct evk_judges {
    const evk_judge_model *list; /* (count), at most EVK_TEXTS_MAX */
    size_t count;
    /* For all but the response; the models that are climbed are shown them too. May be NULL. */
    evk_image_list *reference;
} evk_judges;

/* One neuron of what was asked for, in a finished set. */
typedef struct evk_neuron_report {
    const char *model, *neuron;
    int64_t images, failed; /* that are in the set; starts that gave none */
    int64_t dropped;        /* images that were made and are not kept */
    int64_t alike;          /* of those: because they resemble a better one */
    int64_t late;           /* starts that were not begun, when run->enough said so */
    int64_t dead;           /* of those: because no gradient was found anywhere */
    int64_t restarts;       /* dead starts that were replaced */
    int64_t saturated;      /* images with more than half of their values clipped */
    int64_t flat;           /* images with a channel SD below 3 display levels */
    int64_t no_gain;        /* images that drive the neuron no more than their starts */
    int64_t extrapolates;   /* images far beyond the best reference image */
    int64_t duplicates;     /* images that repeat one before them */
    int64_t best_start;     /* -1 without an image */
    double best_response;   /* on the 8-bit file; of an ensemble, the objective */
    /* Of the best image: NaN where there are no reference images, or no judges */
    double own_z, natural_z, heldout_z;
    double channel_sd;      /* display levels; inside its window, if it has one */
    bool natural_is_better; /* than every image */
    const char *best_file;  /* relative to the set's folder; NULL without an image */
    const char *failure;    /* why the first failed start failed; NULL if none did */
} evk_neuron_report;

typedef struct evk_set_report evk_set_report;

/*
 * Write a set of maximizing (or minimizing) stimuli into a folder: one image
 * and one row of stimuli/stimuli.tsv for each start of each target.  The bytes
 * depend on the targets, the recipe, the versions of evoke and (compression
 * and lettering only) of zlib and cairo.  judges may be NULL, or have no
 * models and reference images alone: each row then says how its image compares with them.
 *
 * The folder does not exist, is empty, or holds a set of the same options,
 * finished or not: then what is there stays as it is, and what is asked for
 * beyond it is added with the next stim_codes; but where recipe->keep is not 0,
 * the choice among the starts of a neuron is made once, and starts cannot grow.
 * An interrupted call is finished by calling again, to the same bytes.
 *
 * Neurons that fail are in the report; the rest of the set is written.
 * EVK_EBUSY: another process is writing to the folder, EVK_EINVAL: it holds
 * something else, with the first difference; EVK_ESTOPPED: run->stop said so.
 * The caller frees *out.
 */
EVK_API EVK_MUST_CHECK evk_status evk_maximize(const char *folder, const evk_target *targets,
                                               size_t count, const evk_recipe *recipe,
                                               const evk_judges *judges, const evk_run *run,
                                               evk_set_report **out, evk_error *err);

/*
 * Write the keep natural images that drive each neuron most, and the least that drive it least, as a
 * set, at the model's size.  Otherwise as evk_maximize.
 */
EVK_API EVK_MUST_CHECK evk_status evk_naturals(const char *folder, const evk_target *targets,
                                               size_t count, evk_image_list *images, int64_t keep,
                                               int64_t least, const evk_run *run,
                                               evk_set_report **out, evk_error *err);

/* What became of a set of images that are no neuron's. */
typedef struct evk_made {
    int64_t images; /* that are in the set */
    int64_t failed; /* that could not be made */
    int64_t made;   /* by this call; the others were there */
} evk_made;

/*
 * Write count images of dead leaves, height x width, as a set: naturalistic images of our own,
 * whose amplitude spectrum falls as about 1 / f.  Image i is a function of seed, i and size.
 * count is 1 to 999,999.  Otherwise as evk_maximize, but a set does not grow.
 */
EVK_API EVK_MUST_CHECK evk_status evk_leaves_set(const char *folder, int64_t count, int64_t height,
                                                 int64_t width, int64_t seed, const evk_run *run,
                                                 evk_made *out, evk_error *err);

typedef struct evk_gaudy_options {
    const char *transform; /* NAME, or NAME:PARAMETER=VALUE,.., of evk_transform_info */
    int64_t height, width; /* 0: the model's, or without one each image's own */
    int64_t keep;          /* 0: all, or where random is not 0 none */
    const char *by;        /* "disagreement", "response" or "gaudiness"; of what to keep */
    int64_t random;      /* images drawn by seed, none of which is kept: besides these, or alone */
    int64_t seed;        /* of random, and of random transforms */
    bool with_originals; /* are in the set too, before their transformed images */
    bool jpeg;           /* 4:4:4, quality 100, instead of PNG: not exact */
    /* Called for each image that is not in the set, in their order, with a sentence. May be NULL. */
    void (*failed)(void *arg, const char *sentence);
    /* The same for each that is, and whose predicted response is not finite: n/a. May be NULL. */
    void (*not_finite)(void *arg, const char *sentence);
    void *arg;
} evk_gaudy_options;

/* The gaudy transform, all images, PNG. */
EVK_API evk_gaudy_options evk_gaudy_default(void);

/*
 * Write transformed images as a set: each brought to the size that is asked for, by the framing
 * of the list, and transformed.  Memory does not depend on their number, but for names, and 16
 * bytes each.  target, neurons of one model, may be NULL: with it, rows say what it predicts to
 * the files, and keep may rank by it:
 *   disagreement  median distance, over pairs of an ensemble's members, of their responses to the
 *                 transformed image, largest first
 *   response      mean response of the neurons, largest first
 *   gaudiness     distance of the original from its gaudy image, smallest first: no model is needed
 * With a target, the first 8 keep of these are thinned to keep by greedily adding the image whose
 * responses are furthest from those of all that are chosen (Cowley & Pillow 2020: 2,000 to 250).
 * Images that cannot be read are passed over and counted.  Otherwise as evk_maximize, but a set
 * does not grow.
 */
EVK_API EVK_MUST_CHECK evk_status evk_gaudy(const char *folder, const evk_image_list *images,
                                            const evk_target *target,
                                            const evk_gaudy_options *options, const evk_run *run,
                                            evk_made *out, evk_error *err);

EVK_API size_t evk_set_report_count(const evk_set_report *report); /* neurons */
EVK_API int64_t evk_set_report_made(const evk_set_report *report); /* images that were not there */
EVK_API evk_neuron_report evk_set_report_neuron(const evk_set_report *report, size_t i);
/* The start image, for evk_image_list_note; NULL where the starts were no file. */
EVK_API const evk_image_list *evk_set_report_start(const evk_set_report *report);
EVK_API void evk_set_report_free(evk_set_report *report);

#ifdef __cplusplus
}
#endif
#endif /* EVK_STIMSET_H */
