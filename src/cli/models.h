/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models.h - open the models of a command, and the options that all commands with models have */
#ifndef EVK_CLI_MODELS_H
#define EVK_CLI_MODELS_H

#include "cli/opt.h"

enum { CHANNELS = 16 }; /* the most numbers of --mean and of --scale */

/* The values of these options, as they were typed; NULL or empty where an option was not given. */
struct model_flags {
    const char *size, *mean, *scale, *neurons, *units;
    const char *weights, *scaling, *names;
    struct opt_texts ensembles, references, channels;
    bool after_activation;
    /* how reference images, and the images of --images, are brought to a size */
    evk_framing framing;
};

/* Returns the values of a command line without any of these options. */
struct model_flags model_flags_none(void);

/*
 * The tables of these options, whose fields are in a struct model_flags.  core_params: --size,
 * --mean, --scale and --weights.  model_params: these, --names, --channel, --after-activation and
 * --ensemble.  neuron_params: --neurons, for commands that choose outputs.  unit_params: --units,
 * for those that take a table of units.  reference_params: --reference, for those that need
 * reference images.  scaling_params: --member-scaling.  framing_params: --shape and --pad, for those
 * that read photographs.
 */
extern const evk_param core_params[], model_params[], neuron_params[], unit_params[],
    reference_params[], scaling_params[], framing_params[];

/* Groups of these options in help. */
#define UNIT_GROUP                                         \
    {                                                      \
        "Units inside a model", "channel after-activation" \
    }
#define MODEL_GROUP                                                                 \
    {                                                                               \
        "Models whose files do not say everything", "size mean scale names weights" \
    }
#define REFERENCE_GROUP                 \
    {                                   \
        "Reference images", "reference" \
    }
#define SHAPE_GROUP                                 \
    {                                               \
        "Photographs of another shape", "shape pad" \
    }

/* The open models of a call.  Every list is owned. */
struct models {
    evk_target *targets; /* (count) first those of --units, then each MODEL and --ensemble with the
                            outputs that --neurons names */
    evk_model **models;  /* (count) the models of the targets */
    size_t count;
    evk_units *units;   /* of --units, owned; NULL: none */
    evk_model **opened; /* (opened_count) of each MODEL and --ensemble, owned */
    int64_t **outputs;  /* (opened_count) their outputs, owned */
    size_t opened_count;
    evk_image_list *reference; /* reference images; NULL: not open, or none are given */
};

/* What these options say of a model that is to be opened. */
struct model_settings {
    evk_model_options options; /* points into the arrays below */
    double mean[CHANNELS], scale[CHANNELS];
};

/*
 * Reads --size, --mean, --scale and --weights; *out must stay where it is.  Returns 0, or an exit
 * status after a message.
 */
int models_options(const struct model_flags *flags, struct model_settings *out);

/*
 * Opens the images of --reference; *out is NULL where there are none, and the caller's to free
 * otherwise.  Returns 0, or an exit status after a message.
 */
int references_open(const struct model_flags *flags, evk_image_list **out);

/* Opens the images of --reference into m->reference, unless that was done already. */
int models_references(struct models *m, const struct model_flags *flags);

/*
 * Is an argument that follows --images PATH... one more PATH?  It is where it is a folder,
 * "@list.txt", or the name of an image or a zip file; any other argument is a MODEL.
 */
int models_is_images(const char *arg);

/*
 * Opens the models of all operands, those of --ensemble, then the table of --units, which may use
 * them; and scales members as --member-scaling says.  Warns where the preprocessing of a model is unknown.
 *   out  the models, which the caller closes with models_close in any case
 * Returns 0, or an exit status after a message.
 */
int models_open(struct models *out, const struct opt_rest *rest, const struct model_flags *flags);
void models_close(struct models *m);

#endif /* EVK_CLI_MODELS_H */
