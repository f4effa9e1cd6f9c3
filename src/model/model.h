/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h - the inside of a model */
#ifndef EVK_MODEL_MODEL_H
#define EVK_MODEL_MODEL_H

#include "base/hash.h"
#include "base/json.h"
#include "evoke/model.h"
#include "model/network.h"
#include "nn/passes.h"

/* One network of an ensemble, and which of its outputs are the neurons. */
struct evk_member {
    evk_model *model; /* owned */
    int64_t *output;  /* (neurons) its output; owned */
    double *mean,
        *gain; /* (neurons) response = (its response - mean) gain; owned, NULL: as it is */
};

/* A network from a file; or an ensemble, whose network and plan are empty. */
struct evk_model {
    char *path, *name; /* owned */
    const char *format;
    unsigned char digest[EVK_SHA256_BYTES]; /* SHA-256: see evk_model_info */
    char sha256[EVK_SHA256_TEXT];
    struct evk_network network; /* folded */
    struct evk_plan plan;
    int64_t outputs, flops;
    evk_preprocessing preprocessing;
    double mean[EVK_CHANNELS_MAX], scale[EVK_CHANNELS_MAX];

    struct evk_member *members; /* (member_count); 0: a network */
    int64_t member_count;
    bool chosen;        /* members' outputs were: data keys do not count */
    char **neurons;     /* (outputs) names from its card; owned, NULL: none */
    evk_json *card;     /* as it was read; owned, NULL: none */
    evk_json *resolved; /* see card.h; owned, NULL for a network */
    evk_json *core;     /* evk_core_options of a network that a card opened; owned, may be NULL */
};

static inline const evk_model *evk_model_first(const evk_model *m)
{
    return m->member_count ? m->members[0].model : m;
}

static inline const struct evk_shape *evk_model_input(const evk_model *m)
{
    return &evk_model_first(m)->network.graph.nodes[0].out;
}

static inline const struct evk_kernels *evk_model_kernels(const evk_model *m)
{
    return evk_model_first(m)->plan.kernels;
}

/* Weights of a session's gradient: (members, outputs). */
static inline int64_t evk_model_weights(const evk_model *m)
{
    return (m->member_count ? m->member_count : 1) * m->outputs;
}

/* Those of factor times the mean response of one output; the others stay. */
static inline void evk_model_mean_weights(const evk_model *m, int64_t output, float factor,
                                          float *weights)
{
    const int64_t members = m->member_count ? m->member_count : 1;

    for (int64_t i = 0; i < members; i++)
        weights[i * m->outputs + output] = factor / (float)members;
}

/* Larger than any model of a neuron, bytes. */
#define EVK_MODEL_FILE_MAX ((size_t)1 << 31)

/* Frees what m owns, the member's model included, and zeroes *m. */
void evk_member_release(struct evk_member *m);

#endif /* EVK_MODEL_MODEL_H */
