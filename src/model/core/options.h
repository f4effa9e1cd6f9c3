/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h - what the weights of a core with readouts do not say, and a model card has to */
#ifndef EVK_MODEL_CORE_OPTIONS_H
#define EVK_MODEL_CORE_OPTIONS_H

#include "evoke/types.h"

enum { EVK_CORE_LAYERS_MAX = 64, EVK_CORE_LIST_MAX = 64 };

/*
 * The options of a core and its readouts.  A list is a text of numbers with commas between them,
 * such as "0.1,-0.2".  Texts are borrowed, and must outlive the options.
 */
struct evk_core_options {
    int64_t input_padding;  /* zeros around the image, pixels; -1: half the kernel */
    int64_t hidden_padding; /* zeros around the maps that later layers read; -1: half of what the
                               kernel of layer 1 spans, with which odd kernels keep a map's size */
    int64_t hidden_dilation, hidden_stride; /* dilation and stride of the layers after the first */
    int64_t skip; /* how many layers before it each layer reads, joined; 0 or 1: the last one */
    const char *stack; /* the layers that readouts read, joined: "all", "last", "N:" for layer N and
                          all after it, or a list of layers, where -1 is the last */
    const char *nonlinearity;       /* after each layer: a function of evk_add_activation, "relu" or
                                 "linear" */
    const char *final_nonlinearity; /* after the last layer; "": the same as after the others */
    double elu_xshift, elu_yshift;  /* the nonlinearity f is used as f(x - xshift) + yshift */
    double epsilon;                 /* epsilon of batch norms */
    int64_t final_tanh;        /* whether tanh is applied to predicted positions: 0: no; 1: yes;
                                       -1: if the network that predicts them has a hidden layer */
    int64_t pool_kernel;       /* size and stride of the pools of point-pooled readouts, pixels */
    int64_t normalize_spatial; /* 1: each mask of a factorized readout is divided by its L2 norm */
    int64_t positive;   /* 1: negative masks and features of a factorized readout count as 0 */
    const char *output; /* the function from a readout to the response: "elu_plus_one", ... */
    double offset;      /* added to the readout before the output function */
    const char *pupil;  /* list: position of the pupil, which the file's shifter reads; "": none */
    const char *shift;  /* list: x and y, in halves of the map, added to every position; "": none */
    const char *behavior; /* list: constant values of the input's last channels, which then are not
                             channels of the image; "": none */
};

/* The defaults of neuralpredictors, except that the image is not padded, as in published models. */
extern const struct evk_core_options evk_core_options_default;

/* The options by name, "input-padding" and so on, with their ranges; the last row has name NULL. */
extern const evk_param evk_core_params[];

/* Fails with EVK_EINVAL where an option is out of its range, or options exclude each other. */

evk_status evk_core_check_options(const struct evk_core_options *o, evk_error *err);

/* Reads the numbers of a list into out, at most most of them; the list "" has none.  what is the
   option's name, for messages.  EVK_EINVAL: the text is no such list. */
evk_status evk_core_numbers(const char *what, const char *text, double *out, int most, int *count,
                            evk_error *err);

/* Reads the option "stack" of a core that has this number of layers: gives in out, at most
   EVK_CORE_LAYERS_MAX or EVK_CORE_LIST_MAX, the layers that readouts read.  EVK_EINVAL: the text is
   no such list, or names a layer that does not exist. */
evk_status evk_core_stacked(const char *text, int layers, int *out, int *count, evk_error *err);

#endif /* EVK_MODEL_CORE_OPTIONS_H */
