/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h - what the weights of a core with readouts do not say, and a model card does */
#ifndef EVK_MODEL_CORE_OPTIONS_H
#define EVK_MODEL_CORE_OPTIONS_H

#include "evoke/types.h"

enum { EVK_CORE_LAYERS_MAX = 64, EVK_CORE_LIST_MAX = 64 };

/* Lists are text: numbers with commas between them, "0.1,-0.2". Texts are not owned. */
struct evk_core_options {
    int64_t input_padding;  /* pixels around the image; -1: half the kernel */
    int64_t hidden_padding; /* of the later layers; -1: half of what the first of their kernels
                                spans, so that odd kernels keep the map's size */
    int64_t hidden_dilation, hidden_stride;
    int64_t skip;      /* layers from 1 on read so many before them, joined; 0 or 1: the last */
    const char *stack; /* layers that readouts see, joined: "all", "last", "N:" from layer N on,
                                or a list; -1 is the last */
    const char *nonlinearity;       /* of the core's layers: a function that evk_add_activation has,
                                       "relu" or "linear" */
    const char *final_nonlinearity; /* of its last layer; "": the same */
    double elu_xshift, elu_yshift;  /* a core's layer gives f(x - xshift) + yshift */
    double epsilon;                 /* of batch norms */
    int64_t final_tanh; /* positions that a network predicts go through tanh: 0 no, 1 yes; -1: where
                           it has a hidden layer, as published models have it */
    int64_t pool_kernel;       /* size and stride of the pools of point-pooled readouts */
    int64_t normalize_spatial; /* 1: each mask of a factorized readout is divided by its L2 norm */
    int64_t positive;     /* 1: negative masks and features of a factorized readout count as 0 */
    const char *output;   /* "elu_plus_one", "linear", ...: what a neuron makes of its readout */
    double offset;        /* added to the readout before that */
    const char *pupil;    /* of the eye, through the file's shifter; "": none given */
    const char *shift;    /* x, y in half maps, added to every position; "": none given */
    const char *behavior; /* values of the input's last channels, which then are part of the model
                             and not of the image; "": all channels are the image's */
};

/* The library's defaults, but for the padding of the image: none, as published models have it. */
extern const struct evk_core_options evk_core_options_default;

/* Its fields by name, "input-padding" and so on, with their ranges. */
extern const evk_param evk_core_params[];

evk_status evk_core_check_options(const struct evk_core_options *o, evk_error *err);

/* The numbers of a list; "" has none.  what is how messages call it. */
evk_status evk_core_numbers(const char *what, const char *text, double *out, int most, int *count,
                            evk_error *err);

/* Which of layers readouts see, in order, as "stack" says. */
evk_status evk_core_stacked(const char *text, int layers, int *out, int *count, evk_error *err);

#endif /* EVK_MODEL_CORE_OPTIONS_H */
