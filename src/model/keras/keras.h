/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keras.h - reading models that Keras saved: shared by the files of this folder
 *
 * archive.c opens the zip archive of Keras 3, and legacy.c the HDF5 file of
 * Keras 2; each of them knows where the description of the model and the arrays
 * of its layers are.  graph.c turns the description into a network, weights.c
 * reads arrays, and every Keras class is one function of a class_*.c file and
 * one row of classes.def.
 */
#ifndef EVK_MODEL_KERAS_KERAS_H
#define EVK_MODEL_KERAS_KERAS_H

#include "base/json.h"
#include "format/hdf5.h"
#include "model/loader.h"

struct evk_keras_class;

/* One entry of the description's list of layers.  Names and config belong to the description. */
struct evk_keras_layer {
    const char *name;
    char *label; /* for messages: "'name' (Class)"; owned */
    const struct evk_keras_class *class;
    const evk_json *config;
    /* the group of its arrays in the file, "/layers/conv2d_1/vars"; owned; NULL: it has none */
    char *group;
    struct evk_names arrays; /* paths of its arrays, in Keras' order; owned */
    int64_t present;         /* arrays in its group, of which arrays may list fewer */
    int inputs;
    int *input;      /* (inputs) layers that it reads, by their index in the list; owned */
    int node;        /* the graph node that is its output; -1: not built yet */
    int64_t weights; /* count of numbers in the arrays that were read so far */
    int64_t reads;   /* arrays that were read so far */
};

struct evk_keras;

/* How a file format stores the arrays of layers. */
struct evk_keras_source {
    const char *config,
        *weights; /* names for messages: of the description, and of the file that has the arrays */
    /* Sets group, arrays and present of every layer that has weights. */
    evk_status (*locate)(struct evk_keras *k, evk_error *err);
};

/* A model while it is read. */
struct evk_keras {
    const struct evk_keras_source *source;
    const struct evk_load_options *options;
    struct evk_hdf5 *file; /* with the arrays; borrowed */
    struct evk_network *network;
    struct evk_keras_layer *layers; /* (count) in the order of the description; owned */
    int count;
    char *input; /* name of an InputLayer that the description lacks; owned, NULL: it lacks none */
};

enum { EVK_KERAS_MANY = -1 };

/* A Keras class, and how a layer of the class becomes nodes. */
struct evk_keras_class {
    const char *name;    /* Keras' name of the class, such as "Conv2D" */
    const char *group;   /* stem of the names of its groups, "conv2d"; NULL: it has no weights */
    int inputs;          /* how many inputs a layer must have; EVK_KERAS_MANY: one or more */
    const char *reads;   /* keys of its config that build reads, with spaces between them */
    const char *ignores; /* keys that no response depends on, with spaces between them */
    /* Appends nodes that read the nodes x (l->inputs) and gives the last of them in *out. */
    evk_status (*build)(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                        evk_error *err);
};

/* Returns the class of this name, or NULL where it is not supported. */
const struct evk_keras_class *evk_keras_class_find(const char *name);

/* Appends the names of all classes, "InputLayer, Conv2D, ...", to names, for messages. */
void evk_keras_class_names(struct evk_str *names);

/* graph.c: builds k->network, weights included, from the description.  The caller releases *k. */
evk_status evk_keras_build(struct evk_keras *k, const evk_json *config, evk_error *err);

/* Frees the layers, but neither the network nor the file. */
void evk_keras_release(struct evk_keras *k);

/* groups.c: evk_keras_source.locate for archives of Keras 3. */
evk_status evk_keras_locate_groups(struct evk_keras *k, evk_error *err);

/* ---- weights.c ---------------------------------------------------------------- */

/*
 * Reads the next array of a layer, which must have the shape dim (axes) and finite values; what is
 * its name in messages.  The caller releases *out.
 */
evk_status evk_keras_weight(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                            int axes, const int64_t *dim, struct evk_tensor *out, evk_error *err);

/* Fails with EVK_EFORMAT where a layer that has been built did not read all arrays of its group. */
evk_status evk_keras_check_weights(const struct evk_keras *k, const struct evk_keras_layer *l,
                                   evk_error *err);

/*
 * ---- config.c: values of a layer's config -----------------------------------------
 *
 * Each function reads the value of a key of l->config.  Where the value is of another kind or out
 * of its range, it fails with a message that names the layer and its class.
 */

/* Sets err to "layer 'NAME' (CLASS): " and a formatted text; evk_keras_fail also returns code. */
void evk_keras_error(const struct evk_keras_layer *l, evk_status code, evk_error *err,
                     const char *fmt, ...) EVK_PRINTF(4, 5);
#define evk_keras_fail(l, code, err, ...) (evk_keras_error((l), (code), (err), __VA_ARGS__), (code))

/* Reads a positive whole number. */
evk_status evk_keras_count(const struct evk_keras_layer *l, const char *key, int64_t *out,
                           evk_error *err);
/* Reads two positive whole numbers, or one that counts for both; gives fallback (2) where the
   key is absent or null, unless fallback is NULL. */
evk_status evk_keras_pair(const struct evk_keras_layer *l, const char *key, const int64_t *fallback,
                          int64_t out[2], evk_error *err);
/* Reads a finite number; gives fallback where the key is absent or null. */
evk_status evk_keras_real(const struct evk_keras_layer *l, const char *key, double fallback,
                          double *out, evk_error *err);
/* Reads true or false; gives fallback where the key is absent or null. */
evk_status evk_keras_bool(const struct evk_keras_layer *l, const char *key, bool fallback,
                          bool *out, evk_error *err);
/* Fails with EVK_EUNSUPPORTED where the key has a value that is neither null nor only. */
evk_status evk_keras_only_int(const struct evk_keras_layer *l, const char *key, int64_t only,
                              evk_error *err);
/* Fails with EVK_EUNSUPPORTED where data_format is another one than channels_last. */
evk_status evk_keras_channels_last(const struct evk_keras_layer *l, evk_error *err);
/* Reads the window of a layer, whose size is the value of size_key.  Padding "same" and "valid" are
   worked out for an input of shape in. */
evk_status evk_keras_window(const struct evk_keras_layer *l, const char *size_key,
                            const struct evk_shape *in, struct evk_window *out, evk_error *err);

/*
 * keys.c: fail with EVK_EUNSUPPORTED where the config of a layer, or of the whole model, has a key
 * that asks for something that is not computed here.  where is what messages call the description.
 */
evk_status evk_keras_check_keys(const struct evk_keras_layer *l, evk_error *err);
evk_status evk_keras_check_model(const char *where, const evk_json *config, evk_error *err);
/* Is a value absent, null or false? */
bool evk_keras_is_off(const evk_json *v);

/* class_activation.c: appends the function that "activation" of the config names to node *node, and
   sets *node to the new node. */
evk_status evk_keras_activation(struct evk_keras *k, const struct evk_keras_layer *l, int *node,
                                evk_error *err);

/* Returns the shape of the output of a node. */
static inline const struct evk_shape *evk_keras_shape(const struct evk_keras *k, int node)
{
    return &k->network->graph.nodes[node].out;
}

#endif /* EVK_MODEL_KERAS_KERAS_H */
