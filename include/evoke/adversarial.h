/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/adversarial.h - make a set of perturbed images and of control images to compare them with
 *
 * All responses are predictions of models; what a real neuron does, and whether a person sees the
 * perturbation, is for the experiment to find out.
 */
#ifndef EVK_ADVERSARIAL_H
#define EVK_ADVERSARIAL_H

#include "evoke/attack.h"
#include "evoke/stimset.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The settings of a set of perturbed images: those of each attack but its direction and its budget,
 * and "increase", "decrease", "budget" (a list of budgets), "controls" and "resize".  A setting has
 * a name and a text; evk_adversarial_params describes all of them.
 */
typedef struct evk_adversarial_options evk_adversarial_options;

/*
 * Makes options with the default settings: those of evk_attack_new, a budget of 10 levels RMS, no
 * controls.  The caller frees *out with evk_adversarial_options_free.
 */
EVK_API EVK_MUST_CHECK evk_status evk_adversarial_options_new(evk_adversarial_options **out,
                                                              evk_error *err);
EVK_API void evk_adversarial_options_free(evk_adversarial_options *options);

/* Sets one parameter of the options, and gives one, with the errors of evk_recipe_set and _get. */
EVK_API EVK_MUST_CHECK evk_status evk_adversarial_options_set(evk_adversarial_options *options,
                                                              const char *name, const char *text,
                                                              evk_error *err);
EVK_API EVK_MUST_CHECK evk_status evk_adversarial_options_get(
    const evk_adversarial_options *options, const char *name, char **text, evk_error *err);

/* Returns the table of the parameters of the options, which is static. */
EVK_API const evk_param *evk_adversarial_params(void);

/*
 * Describes kind i of control images; out->params says of which sets it can be: "adversarial",
 * "maximize", both, or "all sets".  Returns false past the last.
 */
EVK_API bool evk_control_info(int i, evk_type_info *out);

/*
 * The results of one neuron.  Changes and use are medians over its perturbed images (one for each
 * base image) at the largest budget; they are NAN where there is no such image.
 */
typedef struct evk_adversarial_neuron {
    const char *model, *neuron; /* names of the model and of the neuron */
    int64_t images; /* number of the neuron's images in the set, at all budgets and with controls */
    int64_t failed; /* number of the neuron's images that could not be made */
    double rise, rise_z; /* change of the response where it was to rise, in its units and in SDs */
    double fall, fall_z; /* change of the response where it was to fall, in its units and in SDs */
    /* change of the response where it was to reach a target, in its units and in SDs */
    double change, change_z;
    double use;          /* norm of the perturbation over the budget, 0 to 1 */
    int64_t reached;     /* number of images, at all budgets, whose response reaches the target */
    const char *failure; /* why the first of the failed images failed; NULL where none did */
} evk_adversarial_neuron;

/* The results of a call of evk_adversarial; its texts live as long as the report. */
typedef struct evk_adversarial_report evk_adversarial_report;

/*
 * Writes a set of perturbed images into a folder: first the base images at the size of the models,
 * then, for each neuron, base image and direction, one image for each budget, and its controls.  An
 * image of a larger budget never has a worse objective than that of a smaller budget.
 *   folder   the folder of the set; as in evk_maximize.  A finished set of the same options can be
 *            extended by neurons
 *   targets  (count) models and their neurons; all models take images of one size
 *   images   base images; those that cannot be read, or repeat another one, leave the list
 *   options  the settings
 *   judges   judges of the finished images, and reference images; NULL: none.  The column delta_z,
 *            the change of the response in SDs, takes the SD over the reference images or, where
 *            there are none, over the base images
 *   run      threads and callbacks
 *   out      the results, which the caller frees with evk_adversarial_report_free
 * Images that could not be made are counted in the report, and are no error of the call.  Errors
 * are those of evk_maximize, and EVK_EINVAL where the options contradict each other or the models,
 * or where a base image has another size than the models and is not to be resized.
 */
EVK_API EVK_MUST_CHECK evk_status evk_adversarial(const char *folder, const evk_target *targets,
                                                  size_t count, evk_image_list *images,
                                                  const evk_adversarial_options *options,
                                                  const evk_judges *judges, const evk_run *run,
                                                  evk_adversarial_report **out, evk_error *err);

/* Returns the number of neurons in the report: those of all targets, in their order. */
EVK_API size_t evk_adversarial_count(const evk_adversarial_report *report);

/* Returns the results of neuron i, which is below the count; the report owns them. */
EVK_API const evk_adversarial_neuron *evk_adversarial_at(const evk_adversarial_report *report,
                                                         size_t i);

/* Returns the counts of all images, with base images and controls; the report owns them. */
EVK_API const evk_made *evk_adversarial_made(const evk_adversarial_report *report);
EVK_API void evk_adversarial_report_free(evk_adversarial_report *report);

#ifdef __cplusplus
}
#endif
#endif /* EVK_ADVERSARIAL_H */
