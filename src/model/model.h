/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h - the struct behind evk_model of evoke/model.h, for the library's own files */
#ifndef EVK_MODEL_MODEL_H
#define EVK_MODEL_MODEL_H

#include "base/hash.h"
#include "base/json.h"
#include "base/names.h"
#include "evoke/model.h"
#include "model/calibration.h"
#include "model/fitted.h"
#include "model/load_options.h"
#include "model/network.h"
#include "nn/passes.h"

/*
 * One network of an ensemble.  Neuron i of the ensemble is output[i] of the network, whose response
 * r counts as (r - mean[i]) gain[i].
 */
struct evk_member {
    const evk_model *model;
    evk_model *own;      /* the model, where the ensemble owns it; NULL: somebody else does */
    int64_t *output;     /* (neurons); owned */
    double *mean, *gain; /* (neurons); owned; NULL: responses are not scaled */
};

/* A model is a network from a file, or an ensemble, whose own network and plan are empty. */
struct evk_model {
    char *path, *name; /* owned */
    const char *format;
    unsigned char digest[EVK_SHA256_BYTES]; /* SHA-256 of the file, or see card.h */
    char sha256[EVK_SHA256_TEXT];           /* digest in hexadecimal */
    struct evk_network network;             /* its graph is folded */
    struct evk_plan plan;                   /* plan of passes through the network's graph */
    struct evk_graph unnormalised; /* the graph without the softmax at its end, which borrows the
                                      layers of network.graph; empty: there is no softmax */
    struct evk_plan unnormalised_plan; /* plan of passes through that graph */
    int64_t outputs, flops;
    evk_preprocessing preprocessing;
    double mean[EVK_CHANNELS_MAX], scale[EVK_CHANNELS_MAX];

    struct evk_member *members; /* (member_count) of an ensemble; owned */
    int64_t member_count;       /* 0: the model is a network */
    bool chosen;                /* outputs or units were chosen: the model has no data keys */
    char **neurons;             /* (outputs) names of neurons; owned, NULL: they have none */
    struct evk_names channels;  /* the texts that chose units, see evk_model_options; empty: none */
    bool after_activation;      /* units are values after the activation of their layer */
    struct evk_fitted *fitted;  /* the readout in place of this network's own, or features; owned,
                                   NULL: the outputs are the network's own, or units */
    evk_json *lineage;          /* see lineage.h; owned, NULL: no card says it */
    struct evk_calibration *calibration; /* (outputs) how sure predictions are; owned, NULL: no card
                                            says it, or responses are others than the card's */
    bool named;                          /* evk_model_options named the neurons */
    evk_json *card;                      /* the card as it was read; owned, NULL: none */
    evk_json *resolved;  /* the resolved card, see card.h; owned, NULL for a network */
    evk_model_info info; /* what evk_model_describe returns, see evk_model_update_info */
    evk_json *core;      /* the core options with which a card opened this network, all of
                                   them; owned, NULL: none */
};

/*
 * Writes m->info from the other fields.  Whoever has changed a field that evk_model_describe tells
 * of calls this function afterwards.
 */
void evk_model_update_info(evk_model *m);

/*
 * Gives file i of those that a model is opened from, with its SHA-256: the file of each network, and
 * behind it the weights of its fitted readout, if it has one.  A file that several networks share is
 * given for each of them.  Returns false past the last file.
 */
bool evk_model_file(const evk_model *m, size_t i, const char **path, const char **sha256);

/* Gives the model another name, an allocated string that the model owns from then on. */
void evk_model_rename(evk_model *m, char *name);

/* Returns the first network of an ensemble, or m itself where m is a network. */
static inline const evk_model *evk_model_first(const evk_model *m)
{
    return m->member_count ? m->members[0].model : m;
}

/* Returns what is known of an output's predictions; NULL: nothing is. */
static inline const struct evk_calibration *evk_model_calibration(const evk_model *m,
                                                                  int64_t output)
{
    const struct evk_calibration *c = m->calibration ? &m->calibration[output] : NULL;

    return c && c->images > 0 ? c : NULL;
}

/* EVK_EINVAL: the model has no output of this index; the message has the range. */
evk_status evk_model_check_output(const evk_model *m, int64_t output, evk_error *err);

static inline const struct evk_shape *evk_model_input(const evk_model *m)
{
    return &evk_model_first(m)->network.graph.nodes[0].out;
}

static inline const struct evk_kernels *evk_model_kernels(const evk_model *m)
{
    return evk_model_first(m)->plan.kernels;
}

/* Returns how many weights a session's gradient takes: (members, outputs). */
static inline int64_t evk_model_weights(const evk_model *m)
{
    return (m->member_count ? m->member_count : 1) * m->outputs;
}

/*
 * Sets the weights of one output, and leaves those of other outputs alone.  With these weights a
 * session's gradient is the gradient of factor times the mean, over the members, of that output's
 * response.
 */
static inline void evk_model_mean_weights(const evk_model *m, int64_t output, float factor,
                                          float *weights)
{
    const int64_t members = m->member_count ? m->member_count : 1;

    for (int64_t i = 0; i < members; i++)
        weights[i * m->outputs + output] = factor / (float)members;
}

/* The most bytes that are read of a model file: 2 GiB, more than any model of neurons has. */
#define EVK_MODEL_FILE_MAX ((size_t)1 << 31)

/* Frees what m owns, which may include the member's model, and zeroes *m. */
void evk_member_release(struct evk_member *m);

#endif /* EVK_MODEL_MODEL_H */
