/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.h - a core with readouts while it is built; for core/ only */
#ifndef EVK_MODEL_CORE_BUILD_H
#define EVK_MODEL_CORE_BUILD_H

#include "base/str.h"
#include "format/torch.h"
#include "model/core/options.h"
#include "model/network.h"

enum { EVK_CORE_NAME = 64 };

/* One data key. */
struct evk_core_key {
    char *key, *prefix; /* "26872-17-20", "readout.26872-17-20"; owned */
    int64_t place;      /* of the first of its tensors in the file */
    int64_t count;      /* neurons */
    double shift[2];
    int64_t parameters; /* taken for it */
};

struct evk_core {
    struct evk_network *network;
    const struct evk_torch *t;
    const struct evk_core_options *o;
    bool *used;                /* (t->count) which tensors have been taken; owned */
    int64_t taken;             /* numbers in tensors since somebody set it to 0 */
    struct evk_core_key *keys; /* in the file's order; owned */
    int64_t key_count;
    int node;        /* that the next layer reads; behind the core the map that readouts see */
    int64_t clamped; /* positions that were moved to the edge of the map */
    evk_error *err;
};

/* ---- names.c: tensors by name ---- */

/* Has the file prefix.name? */
bool evk_core_has(const struct evk_core *c, const char *prefix, const char *name);

/* Look at prefix.name; it must be there. */
evk_status evk_core_peek(struct evk_core *c, const char *prefix, const char *name,
                         const struct evk_tensor **out);

/* Take prefix.name: it must be there, of this shape and finite, and counts as used. */
evk_status evk_core_take(struct evk_core *c, const char *prefix, const char *name, int axes,
                         const int64_t *dim, const struct evk_tensor **out);

/* The same where there is one; else *out is NULL. */
evk_status evk_core_take_any(struct evk_core *c, const char *prefix, const char *name, int axes,
                             const int64_t *dim, const struct evk_tensor **out);

/* Take it though its values may be anything; the shape must be this. */
evk_status evk_core_take_raw(struct evk_core *c, const char *prefix, const char *name, int axes,
                             const int64_t *dim, const struct evk_tensor **out);

/* Take a list that says for each neuron of a key which of end shared ones is its own. */
evk_status evk_core_take_index(struct evk_core *c, const struct evk_core_key *k, const char *name,
                               int64_t end, const struct evk_tensor **out);

/* The wrong shape, in one sentence. */
evk_status evk_core_wrong_shape(struct evk_core *c, const char *prefix, const char *name,
                                const struct evk_tensor *found, const char *expected);

/* The data keys of the file, without counts. */
evk_status evk_core_find_keys(struct evk_core *c);

/* All that is in the file has been used, or has no part in responses, which is noted. */
evk_status evk_core_check_rest(struct evk_core *c);

/* ---- layers.c ---- */

/* The core, from the image on. */
evk_status evk_core_add_layers(struct evk_core *c, int64_t height, int64_t width);

/* f of node *x by name; "linear" adds nothing. */
evk_status evk_core_add_function(struct evk_core *c, const char *name, const char *function,
                                 int *x);

/* List what has been taken since c->taken was 0. */
evk_status evk_core_record(struct evk_core *c, const char *name, const char *type, int node);

/* ---- mlp.c: a few dense layers, evaluated while the network is built ---- */

struct evk_core_mlp {
    const struct evk_tensor *weight[EVK_CORE_LIST_MAX], *bias[EVK_CORE_LIST_MAX];
    int count;
    double (*hidden)(double x);
    bool final_tanh;
    double *values; /* (2, widest); owned */
    int64_t widest;
};

double evk_core_elu(double x);
double evk_core_tanh(double x);

/*
 * Layers prefix.stem0, stem2, stem4, ... (functions are between them), or the one
 * layer prefix.stem itself; inputs to 2 numbers.
 */
evk_status evk_core_mlp_take(struct evk_core *c, const char *prefix, const char *stem,
                             int64_t inputs, struct evk_core_mlp *out);
void evk_core_mlp_release(struct evk_core_mlp *m);
void evk_core_mlp_apply(const struct evk_core_mlp *m, const double *x, double y[2]);

/* ---- shifter.c ---- */

/* What each data key's positions are shifted by. */
evk_status evk_core_find_shifts(struct evk_core *c);

/* ---- readouts ---- */

/*
 * A kind of readout.  A new one is a file readout_x.c, and a row in readout.c;
 * the first kind that says it is one has the key.
 */
struct evk_core_readout {
    const char *name; /* as the library has it: "FullGaussian2d" */
    bool (*is)(const struct evk_core *c, const char *prefix);
    /* How many neurons it has. */
    evk_status (*count)(struct evk_core *c, const char *prefix, int64_t *out);
    /* One layer for count keys that follow each other, neurons of them all; *out is its node. */
    evk_status (*add)(struct evk_core *c, struct evk_core_key *keys, int64_t count, int *out);
    bool placed; /* has positions, which a shift moves */
};

extern const struct evk_core_readout evk_core_gaussian, evk_core_pooled, evk_core_factorized,
    evk_core_full;

/* All readouts, and what neurons make of them. */
evk_status evk_core_add_readouts(struct evk_core *c);

/* Neurons of keys together. */
int64_t evk_core_neurons(const struct evk_core_key *keys, int64_t count);

/* (neurons) biases of the keys and the offset; a key without has 0. */
evk_status evk_core_biases(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                           struct evk_tensor *out);

/* points.c: positions (neurons, 2) that are the file's own are on the map, or not far off. */
evk_status evk_core_check_positions(struct evk_core *c, const struct evk_core_key *k,
                                    const float *xy);

/* points.c: a readout of maps x, inputs of them, at positions (neurons, 2) before clamping. */
evk_status evk_core_add_points(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                               int inputs, const int *x, float *positions, int *out);

#endif /* EVK_MODEL_CORE_BUILD_H */
