/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h - the inside of a model and of a session */
#ifndef EVK_MODEL_MODEL_H
#define EVK_MODEL_MODEL_H

#include "base/hash.h"
#include "evoke/model.h"
#include "model/network.h"
#include "nn/run.h"

struct evk_model {
    char *path, *name; /* owned */
    const char *format;
    unsigned char digest[EVK_SHA256_BYTES]; /* SHA-256 of the file */
    char sha256[EVK_SHA256_TEXT];
    struct evk_network network; /* folded */
    struct evk_plan plan;
    int64_t outputs, flops;
    evk_preprocessing preprocessing;
    double mean[EVK_CHANNELS_MAX], scale[EVK_CHANNELS_MAX];
};

struct evk_session {
    const struct evk_model *model;
    float *arena; /* owned */
};

static inline const struct evk_shape *evk_model_input(const evk_model *m)
{
    return &m->network.graph.nodes[0].out;
}

#endif /* EVK_MODEL_MODEL_H */
