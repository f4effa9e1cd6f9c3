/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keras.h - reading models that Keras saved: shared by the files of this folder
 *
 * archive.c opens the zip of Keras 3, legacy.c the HDF5 file of Keras 2; each
 * says where the description and the arrays of layers are.  graph.c walks the
 * description, weights.c reads arrays; every Keras class is one function of a
 * class_*.c file and a row of classes.def.
 */
#ifndef EVK_MODEL_KERAS_KERAS_H
#define EVK_MODEL_KERAS_KERAS_H

#include "base/json.h"
#include "format/hdf5.h"
#include "model/loader.h"

struct evk_keras_class;

/* One entry of the description's list of layers. */
struct evk_keras_layer {
    const char *name;
    char *label; /* for messages: "'name' (Class)"; owned */
    const struct evk_keras_class *class;
    const evk_json *config;
    char *group; /* where its weights are, "/layers/conv2d_1/vars"; owned, may be NULL */
    struct evk_names arrays; /* paths of its arrays, in Keras' order */
    int64_t present;         /* arrays that are there, whether listed or not */
    int inputs;
    int *input;             /* (inputs) numbers of layers in the list; owned */
    int node;               /* the graph node that holds its output; -1: not built yet */
    int64_t weights, reads; /* numbers and arrays read from its group so far */
};

struct evk_keras;

/* A file format, as far as layers are concerned. */
struct evk_keras_source {
    const char *config, *weights; /* how messages call the description, and the arrays' file */
    /* Sets group, arrays and present of every layer that has weights. */
    evk_status (*locate)(struct evk_keras *k, evk_error *err);
};

struct evk_keras {
    const struct evk_keras_source *source;
    const evk_model_options *options;
    struct evk_hdf5 *file; /* with the arrays */
    struct evk_network *network;
    struct evk_keras_layer *layers; /* in the order of the description */
    int count;
    char *input; /* name of an input that the description leaves to the first layer; owned */
};

enum { EVK_KERAS_MANY = -1 };

/* A Keras class: how a layer of it becomes nodes. */
struct evk_keras_class {
    const char *name;    /* "Conv2D" */
    const char *group;   /* stem of its groups of weights, "conv2d"; NULL: it has none */
    int inputs;          /* exactly, or EVK_KERAS_MANY: at least one */
    const char *reads;   /* keys of its config that build reads, with spaces between them */
    const char *ignores; /* keys that no response depends on */
    /* Append nodes that read x (inputs, node numbers) and give the last one in *out. */
    evk_status (*build)(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                        evk_error *err);
};

const struct evk_keras_class *evk_keras_class_find(const char *name);
/* "Add, Conv2D, ...", for messages; release it. */
void evk_keras_class_names(struct evk_str *names);

/* graph.c: from the description to the network, weights included. */
evk_status evk_keras_build(struct evk_keras *k, const evk_json *config, evk_error *err);
void evk_keras_release(struct evk_keras *k);

/*
 * groups.c: the locate of archives.  Decides for the whole file how layers name
 * their groups.
 */
evk_status evk_keras_locate_groups(struct evk_keras *k, evk_error *err);

/* ---- weights.c ---------------------------------------------------------------- */

/*
 * The next array of a layer, which must have this shape and be finite; what
 * names it in messages.  Release it.
 */
evk_status evk_keras_weight(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                            int axes, const int64_t *dim, struct evk_tensor *out, evk_error *err);

/* Once a layer is built: were all arrays of its group read? */
evk_status evk_keras_check_weights(const struct evk_keras *k, const struct evk_keras_layer *l,
                                   evk_error *err);

/* ---- config.c: fields of a layer's config. Messages name the layer and its class. -- */

void evk_keras_error(const struct evk_keras_layer *l, evk_status code, evk_error *err,
                     const char *fmt, ...) EVK_PRINTF(4, 5);
#define evk_keras_fail(l, code, err, ...) (evk_keras_error((l), (code), (err), __VA_ARGS__), (code))

/* A positive whole number. */
evk_status evk_keras_count(const struct evk_keras_layer *l, const char *key, int64_t *out,
                           evk_error *err);
/* Two positive whole numbers, or one for both; fallback (2) where the key is absent or null. */
evk_status evk_keras_pair(const struct evk_keras_layer *l, const char *key, const int64_t *fallback,
                          int64_t out[2], evk_error *err);
/* A finite number; fallback where the key is absent or null. */
evk_status evk_keras_real(const struct evk_keras_layer *l, const char *key, double fallback,
                          double *out, evk_error *err);
/* true or false; fallback where the key is absent or null. */
evk_status evk_keras_bool(const struct evk_keras_layer *l, const char *key, bool fallback,
                          bool *out, evk_error *err);
/* The value must be this one, or absent: anything else is not supported. */
evk_status evk_keras_only_int(const struct evk_keras_layer *l, const char *key, int64_t only,
                              evk_error *err);
evk_status evk_keras_channels_last(const struct evk_keras_layer *l, evk_error *err);
/* The window of a layer on an input of this shape; padding "same" or "valid" becomes numbers. */
evk_status evk_keras_window(const struct evk_keras_layer *l, const char *size_key,
                            const struct evk_shape *in, struct evk_window *out, evk_error *err);

/*
 * keys.c: is there a key in a layer's config, or in the model's, that asks for
 * what is not computed here?  where: how messages call the description.
 */
evk_status evk_keras_check_keys(const struct evk_keras_layer *l, evk_error *err);
evk_status evk_keras_check_model(const char *where, const evk_json *config, evk_error *err);
/* Absent, null or false. */
bool evk_keras_is_off(const evk_json *v);

/* class_activation.c: append the function that a config's "activation" names; *node moves on. */
evk_status evk_keras_activation(struct evk_keras *k, const struct evk_keras_layer *l, int *node,
                                evk_error *err);

static inline const struct evk_shape *evk_keras_shape(const struct evk_keras *k, int node)
{
    return &k->network->graph.nodes[node].out;
}

#endif /* EVK_MODEL_KERAS_KERAS_H */
