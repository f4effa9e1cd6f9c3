/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/synth.h - synthesize one preferred image of a neuron by gradient ascent
 *
 * An ascent begins with a start image and changes it, step by step, along the gradient of the
 * objective, so that the predicted response of one neuron rises (or falls).  A recipe has all
 * settings of an ascent.  The objective is the neuron's response; of an ensemble, a function of
 * its members' responses, such as their mean.  Where the network ends in a softmax, the objective
 * is the value of the neuron before the softmax, since the softmax makes responses compete.
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
 * the model, its output and the number of the start together decide every bit of an image.
 *
 * A setting has a name and a text, which are those of an option of evoke maximize, without dashes:
 * "steps" and "200", or "prior" and "aperture:radius=40".  evk_recipe_params describes all of them.
 * A recipe owns copies of the texts that it is given.
 */
typedef struct evk_recipe evk_recipe;

/*
 * Makes a recipe from the settings of a method and from the options that a model's card has
 * (models/README.md), which replace those of the method.
 *   out     the new recipe, which the caller frees with evk_recipe_free
 *   method  name of the method (evk_method_info); NULL: the method that the card names or, where
 *           the card names none, "robust"
 *   model   the model that will be climbed; NULL: no card is read
 * EVK_ENOTFOUND: there is no such method; the message lists the known ones.  EVK_EINVAL or
 * EVK_EFORMAT: the card has an option that is not known, or a value out of range.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_new(evk_recipe **out, const char *method,
                                                 const evk_model *model, evk_error *err);

/* Makes a recipe with the settings of another one, which the caller frees with evk_recipe_free. */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_copy(evk_recipe **out, const evk_recipe *recipe,
                                                  evk_error *err);
EVK_API void evk_recipe_free(evk_recipe *recipe);

/*
 * Sets one parameter of a recipe.  Each call for "prior" adds one prior, where a later text of the
 * same prior replaces an earlier one and "NAME:off" removes the prior.
 *   name  name of the parameter, such as "steps"
 *   text  its value as evk_param_set reads it, such as "200", "none" or "true"
 * A name of a table (an optimizer, an objective, a prior) is looked up by evk_recipe_check and by
 * whatever uses the recipe, not here.
 * EVK_ENOTFOUND: there is no such parameter.  EVK_EINVAL: the text is no value of the parameter;
 * the recipe has 64 texts of "prior" already, with those of its method; or the parameter is
 * "method", which evk_recipe_new chooses.  The recipe is then as before.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_set(evk_recipe *recipe, const char *name,
                                                 const char *text, evk_error *err);

/*
 * Gives the value of one parameter as evk_param_get writes it; several priors have a space between
 * them.
 *   text  the value, which the caller frees with evk_free
 * EVK_ENOTFOUND: there is no such parameter.
 */
EVK_API EVK_MUST_CHECK evk_status evk_recipe_get(const evk_recipe *recipe, const char *name,
                                                 char **text, evk_error *err);

/* Returns the table of the parameters of a recipe, which is static. */
EVK_API const evk_param *evk_recipe_params(void);

/*
 * Checks the settings of a recipe.  EVK_ENOTFOUND: a method, an objective, an optimizer or a prior
 * is not known; the message lists the known ones.  EVK_EINVAL: a setting is out of range, or two of
 * them contradict each other, such as fix-norm and fix-mean.
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
     * the watch asks for it or the recipe has a pixel-change.
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
    const float *from; /* start image, of finite values; NULL: noise, as the recipe says */
    /*
     * (others_count) images from which the prior "apart" keeps the image away; may be NULL where
     * others_count is 0.
     */
    const float *const *others;
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
 * all outputs, a setting is out of range, the objective needs an ensemble and the model is a single
 * network, or the parameter "start" asks for another image than noise and given has none.
 * EVK_ENOTFOUND: as in evk_recipe_check.
 */
EVK_API EVK_MUST_CHECK evk_status evk_synthesize(evk_session *session, const evk_recipe *recipe,
                                                 int64_t start, const evk_given *given,
                                                 const evk_watch *watch, float *image,
                                                 evk_ascent *out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SYNTH_H */
