/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load_options.h - what is known of a model beside its file, from a caller and from a model card */
#ifndef EVK_MODEL_LOAD_OPTIONS_H
#define EVK_MODEL_LOAD_OPTIONS_H

#include "base/json.h"
#include "base/limits.h"
#include "evoke/model.h"

struct evk_core_options;
struct evk_readout;

/* An evk_model_options whose numbers are in the struct, with what only a model card says. */
struct evk_load_options {
    int64_t height, width;
    int mean_count, scale_count;
    double mean[EVK_CHANNELS_MAX], scale[EVK_CHANNELS_MAX];
    const char *weights;
    const char *path; /* of the model file, for formats that have files beside it; NULL: none */
    const char *channels[EVK_UNIT_TEXTS_MAX]; /* (channel_count) units instead of outputs */
    int channel_count;
    bool after_activation;
    const evk_json *names; /* the names of the neurons, an array of texts; NULL: not given */
    const struct evk_core_options *core; /* of a core with readouts; NULL: no card says */
    const struct evk_readout *readout;   /* in place of the network's own readout; NULL: that */
};

#endif /* EVK_MODEL_LOAD_OPTIONS_H */
