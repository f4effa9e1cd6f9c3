/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evoke/synth.h - a recipe, and the ascent that follows it */
#ifndef EVK_SYNTH_H
#define EVK_SYNTH_H

#include "evoke/model.h"
#include "evoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everything that decides an image, but for the model, its output and the number of the start. */
typedef struct evk_recipe {
    const char *method;         /* a row of the method table, for the record: "published" */
    int64_t starts;             /* images per neuron */
    int64_t keep;               /* of those, the best that differ; 0: all */
    int64_t steps;              /* per image */
    double step_size;           /* display levels, times the RMS-normalised gradient */
    const char *gradient_scale; /* what the gradient is divided by: "rms", or as "published" */
    double step_end;            /* size of the last step, linear in between; NAN: all are alike */
    const char *optimizer;      /* "gradient", "momentum", "adam" */
    evk_texts priors;           /* each NAME[:PARAMETER=VALUE,...]; see 'evoke list priors' */
    int64_t samples;            /* gradients a step, each of another random transformation */
    const char *diverse;  /* of what the kept images are far apart: "none", "pixels", "responses" */
    const char *controls; /* of sets: names of evk_control_info, "scrambled,start"; "": none */
    double diverse_floor; /* of the best response, that such an image must reach */
    const char *result;   /* which image is kept: "best" so far, or the "last" */
    double gradient_blur; /* SD of the Gaussian on the gradient, pixels; 0: none */
    double image_blur;    /* SD of the Gaussian on the image, pixels; 0: none */
    int64_t image_blur_every; /* steps between image blurs; 0: never */
    bool image_blur_late;     /* one step later, and no candidate for the result, as published */
    const char *start;        /* "noise", "natural", "leaves", or the path of an image */
    const char *shape;        /* of photographs, as evk_framing has it */
    double pad;               /* so */
    double start_contrast;    /* noise is uniform in a range of so many display levels */
    double start_mean;        /* about this one; NAN: natural_mean */
    int64_t seed;             /* 0 to 2^53 */
    bool minimize;            /* descend instead */
    bool grayscale;           /* equal channels, from the start on */
    const char *objective;    /* of an ensemble's members: "mean", "sd", "mean-0.5*sd", ... */
    /* Every image is forced to these, in normalised units of the model, then to the box; NAN: free */
    double fix_mean, fix_sd; /* of all values; sample SD */
    double fix_norm;         /* L2; without the other two */
    /* Medians over natural images, display levels: channel SD, mean, RMS contrast (no unit). */
    double natural_sd, natural_mean, natural_contrast;
    double pixels_per_degree; /* of the display; NAN: not known */
    /*
     * An ascent ends before its last step at the first of these.  Compared is the objective that
     * the network saw, at the image as random transformations showed it.
     */
    int64_t plateau;        /* steps in a row without a gain; 0: never */
    double plateau_gain;    /* beyond the best so far; below 0: falling short by less counts not */
    double pixel_change;    /* EVK_STILL_STEPS in a row of which each changed every value by less
                               than so many display levels; 0: never */
    double target_response; /* reached, by the image itself, from either side; NAN: none */
    bool trace;             /* the record has each ascent's whole course; no image depends on it */
} evk_recipe;

enum { EVK_STILL_STEPS = 10 };

/* The settings of the default method. */
EVK_API evk_recipe evk_recipe_default(void);

/* The settings of a method over the plain ones. EVK_ENOTFOUND lists the known methods. */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_of_method(evk_recipe *recipe, const char *name,
                                                       evk_error *err);

/* What the model's card asks for, in place of what recipe has; texts live as long as the model. */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_of_model(evk_recipe *recipe, const evk_model *model,
                                                      evk_error *err);

/* The fields of an evk_recipe as parameters, in the order above. */
EVK_API const evk_param *evk_recipe_params(void);

/*
 * EVK_ENOTFOUND for an unknown method or objective (the known ones are listed), EVK_EINVAL out of
 * range, or where a norm is fixed beside a mean or an SD.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_check(const evk_recipe *recipe, evk_error *err);

typedef struct evk_ascent {
    double
        response; /* predicted, to the image as floats: of an ensemble, the mean of its members */
    double objective; /* what was climbed; of a single model, the response */
    int64_t restarts; /* dead starts (zero gradient) that were replaced */
    int64_t steps;    /* that were made */
    /* "steps": all of them; "plateau", "pixel-change", "target": which of the recipe's rules */
    const char *stopped;
    double objective_start; /* of the start, within constraints and windows, before any step */
} evk_ascent;

/* An ascent under way: after how many steps, and the response to the image there. */
typedef struct evk_step {
    int64_t step;       /* 0 is the start; a dead start is followed by another 0 */
    float response;     /* of an ensemble, the objective */
    const float *image; /* (h, w, c) display values, for the call only */
    /* The step that led here, if one did, else NAN. Texts and arrays are for the call only. */
    double gradient_norm; /* RMS of the objective's gradient at the image that it began from */
    double step_rms;      /* RMS of the change of that image, display levels; see evk_watch */
    int penalty_count;    /* the recipe's penalties; at step 0 too */
    const char *const *penalty_names; /* (penalty_count) of their priors */
    const double *penalties; /* (penalty_count) values there, without weight; NAN: it did not act */
} evk_step;

/* Called at the start and after each step, by the thread that climbs. False: stop. */
typedef struct evk_watch {
    bool (*step)(void *arg, const evk_step *now);
    void *arg;
    bool measures; /* step_rms is wanted: it costs a pass over the image */
} evk_watch;

/* Images that an ascent is given, (h, w, c) display values. */
typedef struct evk_given {
    const float *from;          /* to start from; NULL: noise of the recipe */
    const float *const *others; /* (others_count) that the prior "apart" keeps away from */
    size_t others_count;
} evk_given;

/*
 * Synthesize one image for the output of a session (evk_session_new_for).  The
 * result depends on the recipe, the model, output, start and what is given alone.
 *   given    may be NULL: nothing.  Where the gradient is zero at its start, noise takes the place
 *   watch    may be NULL
 *   image    (h, w, c) display values, written
 * EVK_EDEAD when every start is dead, EVK_EFORMAT when the response or the
 * gradient is not finite, EVK_ESTOPPED when the watch said so, EVK_EINVAL when
 * the session is of all outputs or the objective is none of a single model's.
 */
EVK_API EVK_MUST_CHECK evk_status evk_synthesize(evk_session *session, const evk_recipe *recipe,
                                                 int64_t start, const evk_given *given,
                                                 const evk_watch *watch, float *image,
                                                 evk_ascent *out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SYNTH_H */
