/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * core.h - cores with readouts: one network for all neurons, and few weights for each of them
 *
 * A core is a stack of convolutions, core.features.layer0, layer1, ...; for each
 * data key, which is a recording, readout.<key> says for each neuron where it
 * looks and what it weighs: the models of Lurz et al. (ICLR 2021) and those
 * around them, as the state dictionaries of neuralpredictors name their parts.
 * What the weights do not say is in the options.
 */
#ifndef EVK_MODEL_CORE_CORE_H
#define EVK_MODEL_CORE_CORE_H

#include "evoke/types.h"
#include "format/torch.h"
#include "model/network.h"

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

/* Has it a core and readouts, by the names of its tensors? */
bool evk_is_core(const struct evk_torch *t);

/* What one is refused with that nothing else is known of: its data keys, and what is missing. */
evk_status evk_core_needs_card(const struct evk_torch *t, evk_error *err);

/*
 * The network for images of height x width.  Its outputs are all neurons of all
 * data keys, in the order in which the file has these; out's populations say
 * which are whose.  Positions beyond the edge of the map are moved onto it, as
 * the library does, and a note says how many; one that is not finite, or more
 * than half a map outside (no training leaves such), is EVK_EFORMAT, and one
 * that the shift moves to where its neuron would see nothing is EVK_EINVAL.
 * EVK_EFORMAT names a tensor that is missing, of another shape, not finite, or
 * not known here: it would change what the model is.  Parameters are those of
 * tensors that responses depend on; a note counts the others.
 */
evk_status evk_core_build(struct evk_network *out, const struct evk_torch *t,
                          const struct evk_core_options *o, int64_t height, int64_t width,
                          evk_error *err);

#endif /* EVK_MODEL_CORE_CORE_H */
