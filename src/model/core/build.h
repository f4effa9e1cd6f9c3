/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.h - a core with readouts while it is built from a state dictionary; for core/ only */
#ifndef EVK_MODEL_CORE_BUILD_H
#define EVK_MODEL_CORE_BUILD_H

#include "base/str.h"
#include "format/tensors.h"
#include "model/core/options.h"
#include "model/network.h"

enum { EVK_CORE_NAME = 64 };

/* A data key, which is the name of a recording, and its readout. */
struct evk_core_key {
    char *key, *prefix; /* "26872-17-20", "readout.26872-17-20"; owned */
    int64_t count;      /* neurons */
    double shift[2];    /* added to the positions of its neurons: x, y, in halves of the map */
    int64_t parameters; /* count of numbers in the tensors that were taken for this data key */
};

/* A core with readouts while it is built. */
struct evk_core {
    struct evk_network *network;      /* the network that is being built */
    const struct evk_tensors *t;      /* the tensors of the state dictionary, sorted by name */
    const struct evk_core_options *o; /* what the tensors do not say */
    bool *used;                       /* (t->count) which tensors have been taken; owned */
    int64_t taken; /* count of numbers in the tensors taken since the last layer was recorded */
    struct evk_core_key *keys; /* (key_count) in the file's order; owned */
    int64_t key_count;
    int node;        /* the node that the next layer reads; once the core is built, the map that the
                        readouts read */
    int64_t clamped; /* neurons whose positions were moved to the edge of the map */
    evk_error *err;
};

/* ---- names.c: tensors by name ---- */

/* Has the file a tensor prefix.name? */
bool evk_core_has(const struct evk_core *c, const char *prefix, const char *name);

/* Gives tensor prefix.name without taking it.  EVK_EFORMAT: it is missing, or empty. */
evk_status evk_core_peek(struct evk_core *c, const char *prefix, const char *name,
                         const struct evk_tensor **out);

/* Takes tensor prefix.name, which then counts as used.  EVK_EFORMAT: it is missing, or has another
   shape than dim (axes), or a value that is not finite. */
evk_status evk_core_take(struct evk_core *c, const char *prefix, const char *name, int axes,
                         const int64_t *dim, const struct evk_tensor **out);

/* Does as evk_core_take, but where the tensor is missing sets *out to NULL and succeeds. */
evk_status evk_core_take_any(struct evk_core *c, const char *prefix, const char *name, int axes,
                             const int64_t *dim, const struct evk_tensor **out);

/* Does as evk_core_take, but lets values be infinite or not a number. */
evk_status evk_core_take_raw(struct evk_core *c, const char *prefix, const char *name, int axes,
                             const int64_t *dim, const struct evk_tensor **out);

/* Takes tensor name of key k, (neurons), which gives each neuron the index of an item that neurons
   share.  EVK_EFORMAT: an index is not a whole number from 0 to end - 1. */
evk_status evk_core_take_index(struct evk_core *c, const struct evk_core_key *k, const char *name,
                               int64_t end, const struct evk_tensor **out);

/* Fails with EVK_EFORMAT: tensor prefix.name has found's shape, but expected was wanted. */
evk_status evk_core_wrong_shape(struct evk_core *c, const char *prefix, const char *name,
                                const struct evk_tensor *found, const char *expected);

/* Has the file a data key? */
bool evk_core_has_keys(const struct evk_tensors *t);

/* Has a tensor of this name no part in responses: is it used in training only, or for other
   positions of the eye than the one given? */
bool evk_core_is_idle(const char *name);

/* Finds the data keys of the file and fills c->keys, without counts of neurons.  EVK_EFORMAT: there
   is none; EVK_EUNSUPPORTED: a key could not stand in tables and lists of neurons. */
evk_status evk_core_find_keys(struct evk_core *c);

/* Checks that every tensor of the file has been taken or is known to have no part in responses, and
   notes the latter.  Any other tensor is EVK_EUNSUPPORTED. */
evk_status evk_core_check_rest(struct evk_core *c);

/* ---- layers.c: the core ---- */

/* Adds the input and all layers of the core, for images of height x width. */
evk_status evk_core_add_layers(struct evk_core *c, int64_t height, int64_t width);

/* Appends an elementwise function of node *x, and sets *x to the new node; "linear" appends
   nothing.  name is what messages call the layer. */
evk_status evk_core_add_function(struct evk_core *c, const char *name, const char *function,
                                 int *x);

/* Adds a layer with the shape of node to the list of layers; its parameters are those taken since
   the layer before was recorded. */
evk_status evk_core_record(struct evk_core *c, const char *name, const char *type, int node);

/* ---- mlp.c: a few dense layers, evaluated while the network is built ---- */

struct evk_core_mlp {
    const struct evk_tensor *weight[EVK_CORE_LIST_MAX]; /* (count) each (outputs, inputs) */
    const struct evk_tensor *bias[EVK_CORE_LIST_MAX];   /* (count) each (outputs), or NULL */
    int count;
    double (*hidden)(double x); /* the function after each layer but the last */
    bool final_tanh;            /* tanh follows the last layer */
    double *values;             /* (2, widest) outputs of two layers in turn; owned */
    int64_t widest;             /* the most outputs that a layer has */
};

double evk_core_elu(double x);
double evk_core_tanh(double x);

/*
 * Takes the weights and biases of dense layers.  With stem "mlp.", these are the tensors
 * prefix.mlp.0.weight, prefix.mlp.0.bias, prefix.mlp.2.weight and so on (odd numbers are functions,
 * which have no tensors) or, where the file has prefix.mlp.weight, the only layer.  The first layer
 * reads inputs numbers, and the last gives 2.  The caller releases *out.
 */
evk_status evk_core_mlp_take(struct evk_core *c, const char *prefix, const char *stem,
                             int64_t inputs, struct evk_core_mlp *out);
void evk_core_mlp_release(struct evk_core_mlp *m);

/* Evaluates the layers for x, (inputs). */
void evk_core_mlp_apply(const struct evk_core_mlp *m, const double *x, double y[2]);

/* ---- shifter.c ---- */

/* Sets the shift of each data key, from the options "shift" or "pupil"; with "pupil", the
   shifter of the file predicts it. */
evk_status evk_core_find_shifts(struct evk_core *c);

/* ---- readouts ---- */

/* A kind of readout.  A new kind is a file readout_x.c and a row in readout.c. */
struct evk_core_readout {
    const char *name; /* its class in neuralpredictors: "FullGaussian2d" */
    /* Is the readout prefix of this kind, by the names of its tensors?  Kinds are asked in the
       order of readout.c, and the first that says yes reads it. */
    bool (*is)(const struct evk_core *c, const char *prefix);
    /* Counts the neurons of a readout. */
    evk_status (*count)(struct evk_core *c, const char *prefix, int64_t *out);
    /* Adds one layer whose outputs are the neurons of all the keys (count), in their order; *out is
       its node. */
    evk_status (*add)(struct evk_core *c, struct evk_core_key *keys, int64_t count, int *out);
    bool placed; /* neurons have positions, which a shift can move */
};

extern const struct evk_core_readout evk_core_gaussian, evk_core_pooled, evk_core_factorized,
    evk_core_full;

/* Adds the readouts of all keys and the output function of neurons. */
evk_status evk_core_add_readouts(struct evk_core *c);

/* Returns the number of neurons that the keys (count) have together. */
int64_t evk_core_neurons(const struct evk_core_key *keys, int64_t count);

/* Takes the biases of the keys' neurons and adds the option "offset": out is (neurons), which the
   caller releases.  Where a key has no bias, 0 is used. */
evk_status evk_core_biases(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                           struct evk_tensor *out);

/* points.c: checks that xy, the positions (neurons, 2) of key k that the file holds, lie on the
   map or at most half a map beside it, as training leaves them. */
evk_status evk_core_check_positions(struct evk_core *c, const struct evk_core_key *k,
                                    const float *xy);

/*
 * points.c: adds the layer that reads the maps x (inputs) at positions (neurons, 2) and takes the
 * features of the keys (count) for it.  Positions are clamped to the map and shifted in place.
 */
evk_status evk_core_add_points(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                               int inputs, const int *x, float *positions, int *out);

#endif /* EVK_MODEL_CORE_BUILD_H */
