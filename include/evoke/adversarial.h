/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/adversarial.h - sets of perturbed images, and of what they are compared with
 *
 * Predictions are of models; what a neuron does, and what a person sees, is for the experiment to say.
 */
#ifndef EVK_ADVERSARIAL_H
#define EVK_ADVERSARIAL_H

#include "evoke/attack.h"
#include "evoke/stimset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_adversarial_options {
    evk_attack attack; /* of every image; its direction and budget are not looked at */
    bool increase;     /* without either, and without attack.target: both */
    bool decrease;
    const char *budgets;  /* "2,5,10": an image each; each once, in any order */
    const char *controls; /* names of evk_control_info, with commas: "scrambled,noise"; "": none */
    bool resize;          /* to the size of the models; else another size is an error */
    /* May be NULL; its reference images are the unit of delta_z, or else the base images are. */
    const evk_judges *judges;
} evk_adversarial_options;

EVK_API evk_adversarial_options evk_adversarial_default(void);

/* Its fields as parameters; the last has no name. */
enum { EVK_ADVERSARIAL_PARAMS = 24 };
EVK_API void evk_adversarial_params(evk_param out[EVK_ADVERSARIAL_PARAMS]);

/* The kinds of controls; params says of which sets each is. False past the end. */
EVK_API bool evk_control_info(int i, evk_type_info *out);

/* One neuron of what was asked for, at the largest budget. Medians over base images; NaN: of none. */
typedef struct evk_adversarial_neuron {
    const char *model, *neuron;
    int64_t images, failed;  /* at all budgets */
    double rise, rise_z;     /* change of the response where it was to rise, and in SDs: delta_z */
    double fall, fall_z;     /* where it was to fall */
    double change, change_z; /* where a response was to be reached */
    double use;              /* of the budget, 0 to 1 */
    int64_t reached;         /* images at all budgets that reach it */
    const char *failure;     /* why the first failed one failed; NULL if none did */
} evk_adversarial_neuron;

typedef struct evk_adversarial_report evk_adversarial_report;

/*
 * Write a set of perturbed images: first the base images, at the size of the models, then for each
 * neuron, base image, direction and budget one image, and its controls.  Models are of one size.
 * Images of a neuron from a base are no worse at a larger budget than at a smaller one.
 * Otherwise as evk_maximize: it extends in its neurons.
 */
EVK_API EVK_MUST_CHECK evk_status evk_adversarial(const char *folder, const evk_target *targets,
                                                  size_t count, evk_image_list *images,
                                                  const evk_adversarial_options *options,
                                                  const evk_run *run, evk_adversarial_report **out,
                                                  evk_error *err);

EVK_API size_t evk_adversarial_count(const evk_adversarial_report *report); /* neurons */
EVK_API evk_adversarial_neuron evk_adversarial_at(const evk_adversarial_report *report, size_t i);
EVK_API evk_made evk_adversarial_made(const evk_adversarial_report *report); /* all rows */
EVK_API void evk_adversarial_report_free(evk_adversarial_report *report);

#ifdef __cplusplus
}
#endif
#endif /* EVK_ADVERSARIAL_H */
