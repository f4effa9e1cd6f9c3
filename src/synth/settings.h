/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.h - the fields of an evk_recipe, each of which is a parameter of evk_recipe_params */
#ifndef EVK_SYNTH_SETTINGS_H
#define EVK_SYNTH_SETTINGS_H

#include "base/names.h"
#include "base/param.h"
#include "evoke/synth.h"

/*
 * The settings of an ascent, and of the set of images that evk_maximize makes with it.  A recipe,
 * the model, its output and the number of the start together decide every bit of an image.  The
 * texts of a recipe that evk_recipe_new made are in `owned`; those of any other recipe must outlive
 * the recipe.
 */
struct evk_recipe {
    const char *method; /* name of the method that the other settings came from, for the record */
    int64_t starts;     /* images to make for each neuron, each from another start image */
    int64_t keep;       /* how many of them to keep, the best ones that differ; 0: all of them */
    /*
     * What decides which are the best: "objective", that of the ascent; "selection", the response
     * of the judge of this name; the name of an objective, of the responses of an ensemble's members
     * to the finished file; "auto": "selection" where there is such a judge, else "objective".
     */
    const char *keep_by;
    int64_t steps;    /* steps of an ascent */
    double step_size; /* display levels, by which the normalised gradient is multiplied */
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
     * Contrasts at which a set gets each image that is kept: numbers above 0 and at most 1 with
     * commas between, such as "0.5,0.75,1", where 1 is the image itself; "": no others.
     * evk_synthesize does not use them.
     */
    const char *contrasts;
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
    double start_slope;    /* the amplitude of the start's noise is frequency^-start_slope */
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
    struct evk_names owned; /* copies of texts; empty in a recipe that the library keeps by value */
};

/*
 * An ascent ends after this many steps in a row, each of which changes every value by less than
 * pixel_change.
 */
enum { EVK_STILL_STEPS = 10 };

/* Returns the settings of the default method, which own nothing. */
evk_recipe evk_recipe_default(void);

/*
 * Writes a whole recipe: the settings of a method, and the defaults of those that it does not set.
 * The recipe owns nothing.  EVK_ENOTFOUND: there is no such method; the message lists the known
 * ones.
 */
evk_status evk_recipe_of_method(evk_recipe *recipe, const char *name, evk_error *err);

#endif /* EVK_SYNTH_SETTINGS_H */
