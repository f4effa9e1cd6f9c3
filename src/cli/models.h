/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models.h - the MODEL arguments of every command, and the options that go with them */
#ifndef EVK_CLI_MODELS_H
#define EVK_CLI_MODELS_H

#include "cli/opt.h"

struct model_flags {
    const char *size, *mean, *scale, *neurons;
    const char *weights, *scaling;
    evk_texts ensembles, references;
    evk_framing framing; /* of references, and of images */
};

/* Nothing is asked for. */
struct model_flags model_flags_none(void);

/*
 * --size, --mean, --scale, --weights, --ensemble; --neurons, for commands that choose
 * outputs; --reference, for those that need reference images; --member-scaling; --shape and --pad,
 * for those that read photographs.
 */
extern const evk_param model_params[], neuron_params[], reference_params[], scaling_params[],
    framing_params[];

struct models {
    evk_model **models;  /* (count) */
    int64_t **outputs;   /* (count) of targets */
    evk_target *targets; /* (count) the outputs that --neurons names */
    size_t count;
    evk_image_list *reference; /* NULL: not open, or none */
};

/* The options of every model; 0, or the exit status after a sentence. */
int models_options(const struct model_flags *flags, evk_model_options *out);

/* The images of --reference, NULL without; 0, or the exit status after a sentence. */
int references_open(const struct model_flags *flags, evk_image_list **out);

/* The same into m->reference, unless they are open. */
int models_references(struct models *m, const struct model_flags *flags);

/* Of --images PATH...: folders, image or zip files, and @lists; anything else is a MODEL. */
int models_is_images(const char *arg);

/*
 * Open every operand and ensemble, with a warning where the preprocessing is unknown.  On
 * failure the sentence is printed and the exit status given; 0 otherwise.
 */
int models_open(struct models *out, const struct opt_rest *rest, const struct model_flags *flags);
void models_close(struct models *m);

#endif /* EVK_CLI_MODELS_H */
