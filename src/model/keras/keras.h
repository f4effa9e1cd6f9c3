/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keras.h - reading models that Keras saved: shared by the files of this folder
 *
 * archive.c opens the zip archive of Keras 3, and legacy.c the HDF5 file of Keras 2; each of them
 * knows where the description of the model and the arrays of its layers are.  layers.c reads the
 * description, connections.c finds which layers a layer reads, graph.c builds them, and weights.c
 * reads arrays.  Every Keras class is one row of classes.def and one function of a class_*.c file,
 * which adds layers of its own, or applies operators of ONNX (model/onnx/ops.def).
 *
 * The output of a layer is a tensor as ONNX's loader has them: Keras' axes, the batch of 1 among
 * them, and beside these the order in which they lie in memory.  So a layer whose data_format is
 * channels_first moves no values: its maps lie in memory with channels innermost, as all maps do.
 */
#ifndef EVK_MODEL_KERAS_KERAS_H
#define EVK_MODEL_KERAS_KERAS_H

#include "base/json.h"
#include "format/hdf5.h"
#include "model/loader.h"
#include "model/onnx/apply.h"

struct evk_keras_class;

/* One entry of a description's list of layers.  Name and config belong to the description. */
struct evk_keras_layer {
    const char *name;
    char *path;  /* the name, behind the names of the models that it is in: "trunk/conv"; owned */
    char *label; /* for messages: "'path' (Class)"; owned */
    const struct evk_keras_class *class;
    const evk_json *entry, *config; /* its entry in the list, and the config in it */
    int depth;                      /* how many models it is in */
    /* the group of its arrays in the file, "/layers/conv2d_1/vars", or of a model's layers,
       "/layers/functional"; owned; NULL: it has none */
    char *group;
    struct evk_names arrays; /* paths of its arrays, in Keras' order; owned */
    int64_t present;         /* arrays in its group, of which arrays may list fewer */
    int inputs;
    int *input; /* (inputs) layers that it reads, by their index in the list; owned */
    struct evk_onnx_value value; /* its output; value.set: it is built */
    int64_t weights;             /* count of numbers in the arrays that were read so far */
    int64_t reads;               /* arrays that were read so far */
};

/* The layers of a model, which may itself be a layer of another model. */
struct evk_keras_model {
    const struct evk_keras_layer *outer; /* the layer that the model is; NULL: the whole model */
    int depth;                           /* how many models it is in */
    bool chain;                          /* it is Sequential */
    const evk_json *list;                /* the description's list of layers */
    struct evk_keras_layer *layers;      /* (count) in the order of the description; owned */
    int count;
    char *input; /* name of an InputLayer that the description lacks; owned, NULL: it lacks none */
};

struct evk_keras;

/* How a file format stores the arrays of layers. */
struct evk_keras_source {
    const char *config,
        *weights; /* names for messages: of the description, and of the file that has the arrays */
    /* Sets group, arrays and present of every layer of a model that has weights. */
    evk_status (*locate)(struct evk_keras *k, struct evk_keras_model *m, evk_error *err);
};

/* A file while it is read. */
struct evk_keras {
    const struct evk_keras_source *source;
    const struct evk_load_options *options;
    struct evk_hdf5 *file; /* with the arrays; borrowed */
    struct evk_network *network;
    struct evk_onnx onnx; /* for operators of ONNX; released by evk_keras_release */
    int64_t keras;        /* 2 or 3: the major version of Keras that wrote the file */
    char version[32];     /* of Keras, as the file says; empty: the file does not say */
    bool channels_first;  /* the data_format of the first layer that has this key */
    int64_t layers;       /* layers of all models so far */
    int scaled; /* the last node behind which the image is only scaled, cut, padded, turned or resized */
    bool beyond_images; /* it has classes for sequences or volumes, which open in no format */
};

enum { EVK_KERAS_MANY = -1 };

/* A Keras class, and how a layer of the class becomes nodes. */
struct evk_keras_class {
    const char *name;    /* Keras' name of the class, such as "Conv2D" */
    const char *group;   /* stem of the names of its groups, "conv2d"; NULL: it has no weights */
    int least;           /* how many arrays it has at least; 0: its group may be missing */
    int inputs;          /* how many inputs a layer must have; EVK_KERAS_MANY: one or more */
    const char *reads;   /* keys of its config that build reads, with spaces between them */
    const char *ignores; /* keys that no response depends on, with spaces between; "*": all */
    /* Appends nodes that read the tensors x (l->inputs), and gives the output in *out. */
    evk_status (*build)(struct evk_keras *k, struct evk_keras_layer *l,
                        const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                        evk_error *err);
};

/* Returns the class of this name, or NULL where it is not supported. */
const struct evk_keras_class *evk_keras_class_find(const char *name);

/* ---- layers.c, connections.c, graph.c ------------------------------------------------------- */

/* Reads name, class and config of every layer of a description, {"class_name", "config"}, into *m,
   whose outer and depth are set.  The caller releases *m, also where the call fails. */
evk_status evk_keras_read_model(struct evk_keras *k, struct evk_keras_model *m,
                                const evk_json *description, evk_error *err);
void evk_keras_model_release(struct evk_keras_model *m);

/* Fails where the class of an entry, {"class_name", "module", "registered_name"}, has the name of a
   Keras class and belongs to another module, or was registered by a user. */
evk_status evk_keras_check_module(const struct evk_keras_layer *l, const evk_json *entry,
                                  const char *class, evk_error *err);

/* Finds the layer of a connection, which is [layer, call, output]. */
evk_status evk_keras_find_source(const struct evk_keras *k, const struct evk_keras_model *m,
                                 const evk_json *v, int *out, evk_error *err);

/* Sets the inputs of every layer. */
evk_status evk_keras_connect(const struct evk_keras *k, struct evk_keras_model *m, evk_error *err);

/* Builds k->network, weights included, from the description.  bytes: the file's size.  The caller
   releases *k, also where the call fails. */
evk_status evk_keras_build(struct evk_keras *k, const evk_json *description, size_t bytes,
                           evk_error *err);

/* Frees what belongs to *k, but neither the network nor the file. */
void evk_keras_release(struct evk_keras *k);

/* Reads the version of Keras from a text such as "3.1.1"; leaves *k as it is where it is none. */
void evk_keras_set_version(struct evk_keras *k, const char *version);

/* Notes what the file is, and which version of Keras wrote the file or is assumed. */
evk_status evk_keras_note(struct evk_keras *k, const char *what, evk_error *err);

/* groups.c: evk_keras_source.locate for archives of Keras 3. */
evk_status evk_keras_locate_groups(struct evk_keras *k, struct evk_keras_model *m, evk_error *err);

/* shared_arrays.c: gives each layer of an inner model its part of m->outer->arrays. */
evk_status evk_keras_share_arrays(struct evk_keras *k, struct evk_keras_model *m, evk_error *err);

/* ---- weights.c ---------------------------------------------------------------- */

/*
 * Reads the next array of a layer, which must have the shape dim (axes) and finite values; what is
 * its name in messages.  The caller releases *out.
 */
evk_status evk_keras_weight(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                            int axes, const int64_t *dim, struct evk_tensor *out, evk_error *err);

/* Reads the next array of a layer, of `count` values whichever its axes are. */
evk_status evk_keras_numbers(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                             int64_t count, struct evk_tensor *out, evk_error *err);

/* Reads the next array of a layer as evk_keras_weight does, and makes it a constant. */
evk_status evk_keras_constant(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                              int axes, const int64_t *dim, struct evk_onnx_value *out,
                              evk_error *err);

/* Makes a constant of values that the caller sets through *values. */
evk_status evk_keras_values(struct evk_keras *k, const struct evk_keras_layer *l, int axes,
                            const int64_t *dim, float **values, struct evk_onnx_value *out,
                            evk_error *err);

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
/* Reads data_format: is it channels_first?  Where the config has none, channels come last. */
evk_status evk_keras_channels_first(const struct evk_keras_layer *l, bool *out, evk_error *err);
/* Reads an axis of tensor x, which is a number or a list of only that; a negative number counts from
   the end.  The batch, 0, is not supported. */
evk_status evk_keras_axis(const struct evk_keras_layer *l, const char *key,
                          const struct evk_onnx_value *x, int64_t fallback, int *out,
                          evk_error *err);
/* Reads an axis, or a list of axes, as a truth value an axis of tensor x. */
evk_status evk_keras_axes(const struct evk_keras_layer *l, const char *key,
                          const struct evk_onnx_value *x, int64_t fallback, bool out[EVK_ONNX_AXES],
                          evk_error *err);
/* Reads a text, which must be one of the words; a list of words ends with NULL.  Gives the first
   word where the key is absent or null. */
evk_status evk_keras_word(const struct evk_keras_layer *l, const char *key,
                          const char *const words[], const char **out, evk_error *err);
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

/* class_activation.c: appends the function that "activation" of the config names to *v, and makes
   *v its output. */
evk_status evk_keras_activation(struct evk_keras *k, struct evk_keras_layer *l,
                                struct evk_onnx_value *v, evk_error *err);

/* ---- tensors.c: tensors and operators of a layer --------------------------------------------- */

/* What functions of model/onnx/value.h need; messages begin with the layer. */
struct evk_onnx_call evk_keras_call(struct evk_keras *k, const struct evk_keras_layer *l);

/* Applies an operator of ONNX, see evk_onnx_apply. */
evk_status evk_keras_apply(struct evk_keras *k, const struct evk_keras_layer *l,
                           const char *operator, int inputs, const struct evk_onnx_value *const *in,
                           const struct evk_onnx_argument *arguments, int count,
                           struct evk_onnx_value *out, evk_error *err);

/* Appends a function of nn/layers.h, evk_add_function, to *v. */
evk_status evk_keras_function(struct evk_keras *k, const struct evk_keras_layer *l,
                              const char *function, double p0, double p1, struct evk_onnx_value *v,
                              evk_error *err);

/* Gives the node (rows, columns, channels) of a tensor of 4 axes, whose order data_format says. */
evk_status evk_keras_map(struct evk_keras *k, const struct evk_keras_layer *l,
                         const struct evk_onnx_value *x, int *node, evk_error *err);
/* Makes *out the tensor of a node of shape s: of 4 axes, or of 3 axes without channels.  first: the
   tensor has its channels first. */
void evk_keras_of_image(const struct evk_shape *s, size_t axes, bool first, int node,
                        struct evk_onnx_value *out);
/* Makes *out the tensor of a map node, with its channels where data_format has them. */
evk_status evk_keras_of_map(const struct evk_keras *k, const struct evk_keras_layer *l, int node,
                            struct evk_onnx_value *out, evk_error *err);
/* Gives a map (batch, rows, columns, channels) the axes (batch, channels, rows, columns) of ONNX, or
   the other way round; values stay where they are.  first: the map has its channels first. */
evk_status evk_keras_to_onnx(struct evk_keras *k, const struct evk_keras_layer *l,
                             const struct evk_onnx_value *x, bool first, struct evk_onnx_value *out,
                             evk_error *err);
evk_status evk_keras_from_onnx(struct evk_keras *k, const struct evk_keras_layer *l,
                               const struct evk_onnx_value *x, bool first,
                               struct evk_onnx_value *out, evk_error *err);
/* Makes the tensor (batch, values) of a node that gives a vector. */
void evk_keras_of_vector(const struct evk_keras *k, int node, struct evk_onnx_value *out);

/* Returns the shape of the output of a node. */
static inline const struct evk_shape *evk_keras_shape(const struct evk_keras *k, int node)
{
    return &k->network->graph.nodes[node].out;
}

#endif /* EVK_MODEL_KERAS_KERAS_H */
