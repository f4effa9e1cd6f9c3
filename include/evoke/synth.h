/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/synth.h - synthesize one preferred image of a neuron by gradient ascent
 *
 * An ascent begins with a start image and changes it, step by step, along the gradient of the
 * objective, so that the predicted response of one neuron rises (or falls).  A recipe has all
 * settings of an ascent.  The objective is the neuron's response; of an ensemble, a function of its
 * members' responses, such as their mean.
 */
#ifndef EVK_SYNTH_H
#define EVK_SYNTH_H

#include "evoke/model.h"
#include "evoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The settings of an ascent, and of the set of images that evk_maximize makes with it.  A recipe,
 * the model, its output and the number of the start together decide every bit of an image.  Texts
 * are not owned; they must outlive the recipe.
 */
typedef struct evk_recipe {
    const char *method; /* name of the method that the other settings came from, for the record */
    int64_t starts;     /* images to make for each neuron, each from another start image */
    int64_t keep;       /* how many of them to keep, the best ones that differ; 0: all of them */
    int64_t steps;      /* steps of an ascent */
    double step_size;   /* display levels, by which the normalised gradient is multiplied */
    /*
     * What the gradient is divided by: "rms", its root mean square over the image; "published",
     * that of the gradient before its channels are made equal (grayscale), plus 1e-5, as the script
     * of Cowley et al. 2026 does.
     */
    const char *gradient_scale;
    /*
     * Step size of the last step; the sizes of the steps between are interpolated linearly.  NAN:
     * all steps have step_size.
     */
    double step_end;
    const char *optimizer; /* name of evk_optimizer_info: "gradient", "momentum" or "adam" */
    evk_texts priors;      /* image priors, each NAME[:PARAMETER=VALUE,...]; see evk_prior_info */
    /*
     * Number of gradients that a step averages, each of them of the image under another random
     * transformation.  Used only where a prior transforms the image at random.
     */
    int64_t samples;
    /*
     * Space in which the kept images should be far from each other: "pixels", or "responses" (of
     * all outputs of the model).  "none": the best images are kept.
     */
    const char *diverse;
    /*
     * Control images that a set gets: names of evk_control_info with commas between them, such as
     * "scrambled,start"; "": none.  evk_synthesize does not use them.
     */
    const char *controls;
    /*
     * Fraction of the best response, 0 to 1, that an image must reach to be kept where diverse is
     * not "none".
     */
    double diverse_floor;
    const char *result;   /* which image of an ascent is its result: the "best" one or the "last" */
    double gradient_blur; /* SD of the Gaussian that blurs the gradient, pixels; 0: none */
    double image_blur;    /* SD of the Gaussian that blurs the image, pixels; 0: none */
    int64_t image_blur_every; /* steps from one blur of the image to the next; 0: never */
    /*
     * The image is blurred one step later, after the network has seen it, and the blurred image is
     * no candidate for the result, as in the published script.
     */
    bool image_blur_late;
    /*
     * Image at which an ascent of evk_maximize starts: "noise"; "natural", the best reference
     * image; "leaves", an image of dead leaves; or the path of an image file.  "auto" means
     * "noise".
     */
    const char *start;
    const char *shape;     /* framing of a start photograph, as evk_framing.shape */
    double pad;            /* ground of a start photograph, as evk_framing.pad */
    double start_contrast; /* width of the range of the start's uniform noise, display levels */
    double start_mean;     /* middle of that range, a display value; NAN: natural_mean */
    int64_t seed;          /* seed of all random numbers, 0 to 2^53 */
    bool minimize;         /* make the objective fall instead of rise */
    bool grayscale;        /* all channels of the image are equal, from the start on */
    /*
     * The objective of an ensemble, a function of its members' responses: "mean", "sd",
     * "mean-0.5*sd", ...; evk_objective_info lists them.
     */
    const char *objective;
    /*
     * Statistics that every image is given after each step, before its values are cut off at 0 and
     * 255.  They are in the units of the network's input, (value - mean) / scale.  NAN: not fixed.
     */
    double fix_mean; /* mean of all values */
    double fix_sd;   /* sample SD of all values */
    double fix_norm; /* Euclidean norm of all values; cannot be fixed together with mean or SD */
    /*
     * Statistics of natural images, to which priors and starts refer: medians over images of the
     * SD of a channel (display levels), of the mean of all values (a display value), and of the RMS
     * contrast (no unit).
     */
    double natural_sd, natural_mean, natural_contrast;
    /*
     * Resolution of the display that will show the images, pixels per degree of visual angle; NAN:
     * not known.
     */
    double pixels_per_degree;
    /*
     * Rules that end an ascent before its last step; it ends at the first one that applies.  The
     * objective is then the one that the network gave for the image as random transformations show
     * it, except that target_response has to be reached by the image itself.
     */
    int64_t plateau; /* the ascent ends after this many steps in a row without a gain; 0: never */
    /*
     * A step is a gain if its objective is better than the best so far by more than this.  Where
     * plateau_gain is below 0, a step that is worse than the best by less than its magnitude does
     * not count as one without a gain.
     */
    double plateau_gain;
    /*
     * The ascent ends after EVK_STILL_STEPS steps in a row of which each changed every value by
     * less than this, display levels; 0: never.
     */
    double pixel_change;
    double target_response; /* the ascent ends once the objective reaches this value; NAN: never */
    bool trace;             /* a set records every step of each ascent; no image depends on it */
} evk_recipe;

enum { EVK_STILL_STEPS = 10 };

/* Returns the settings of the default method. */
EVK_API evk_recipe evk_recipe_default(void);

/*
 * Writes a whole recipe: the settings of a method, and the defaults of those that it does not set.
 * EVK_ENOTFOUND: there is no such method; the message lists the known ones.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_of_method(evk_recipe *recipe, const char *name,
                                                       evk_error *err);

/*
 * Replaces the settings of a recipe for which the model's card has a value (models/README.md);
 * without a card, the recipe stays as it is.  Texts that it gets live as long as the model.
 * EVK_EINVAL or EVK_EFORMAT: the card has an option that is not known, or a value out of range.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_of_model(evk_recipe *recipe, const evk_model *model,
                                                      evk_error *err);

/* Returns the table of the parameters of an evk_recipe, which is static. */
EVK_API const evk_param *evk_recipe_params(void);

/*
 * Checks the settings of a recipe.  EVK_ENOTFOUND: a method, an objective, an optimizer or a prior
 * is not known; the message lists the known ones.  EVK_EINVAL: a setting is out of range, or two of
 * them contradict each other, such as fix_norm and fix_mean.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_check(const evk_recipe *recipe, evk_error *err);

/* What became of an ascent. */
typedef struct evk_ascent {
    /* Response predicted for the image as floats; of an ensemble, the mean of its members. */
    double response;
    double objective; /* objective at the image; of a single network, its response */
    int64_t restarts; /* start images that were replaced by noise since their gradient was zero */
    int64_t steps;    /* steps that were made */
    /*
     * Why the ascent ended: "steps", all steps were made; or the rule of the recipe that ended it,
     * "plateau", "pixel-change" or "target".  The string is static.
     */
    const char *stopped;
    /*
     * The objective of the start image, after constraints and windows were applied and before any
     * step.
     */
    double objective_start;
} evk_ascent;

/*
 * The state of an ascent after a step.  Its arrays and texts are valid only during the call of the
 * watch.
 */
typedef struct evk_step {
    int64_t step;       /* number of steps made; 0 at the start, and once more after a restart */
    float response;     /* predicted for the image; of an ensemble, the objective */
    const float *image; /* (height, width, channels) display values */
    /*
     * RMS of the objective's gradient before the step that led to this image, per display level;
     * NAN at step 0.
     */
    double gradient_norm;
    /*
     * RMS of the change that this step made to the image, display levels; NAN at step 0, and unless
     * the watch asks for it or the recipe has a pixel_change.
     */
    double step_rms;
    int penalty_count;                /* number of penalties among the recipe's priors */
    const char *const *penalty_names; /* (penalty_count) names of these priors */
    /*
     * (penalty_count) values of the penalties before the step, without their weights; NAN where a
     * penalty did not act.
     */
    const double *penalties;
} evk_step;

/* A callback that observes an ascent. */
typedef struct evk_watch {
    /*
     * Called at the start and after each step, in the thread of the ascent.  It returns false to
     * end the call with EVK_ESTOPPED.
     */
    bool (*step)(void *arg, const evk_step *now);
    void *arg;
    bool measures; /* fill in step_rms, which costs a pass over the image at each step */
} evk_watch;

/* Images that the caller gives to an ascent, each (height, width, channels) display values. */
typedef struct evk_given {
    const float *from; /* start image; NULL: noise, as the recipe says */
    const float *const
        *others; /* (others_count) images from which the prior "apart" keeps the image
                                   away; may be NULL where the count is 0 */
    size_t others_count;
} evk_given;

/*
 * Synthesizes one image for the output of a session.  The image depends on nothing but the recipe,
 * the model, the output, the number of the start and what is given; not on the machine or threads.
 *   session  from evk_session_new_for
 *   recipe   the settings
 *   start    number of the start, which selects the noise
 *   given    images to start from or to stay away from; NULL: none.  Where the gradient is zero at
 *            the given start image, noise takes its place
 *   watch    observer of each step; NULL: none
 *   image    (height, width, channels) display values, written
 *   out      what became of the ascent, written
 * EVK_EDEAD: the gradient was zero at each of 10 start images.  EVK_EFORMAT: the response or the
 * gradient is not finite.  EVK_ESTOPPED: the watch returned false.  EVK_EINVAL: the session is for
 * all outputs, a setting is out of range, or the objective needs an ensemble and the model is a
 * single network.  EVK_ENOTFOUND: as in evk_recipe_check.
 */
EVK_API EVK_MUST_CHECK evk_status evk_synthesize(evk_session *session, const evk_recipe *recipe,
                                                 int64_t start, const evk_given *given,
                                                 const evk_watch *watch, float *image,
                                                 evk_ascent *out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SYNTH_H */
