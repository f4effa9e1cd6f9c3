/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * onnx.h - reading networks from ONNX files: shared by the files of this folder
 *
 * wire.c checks and unpacks the bytes of a file.  plan.c finds which nodes the outputs need, in an
 * order in which every node comes after its inputs, with the model-local functions that they call
 * inlined.  walk.c builds node after node: each operator is one function of an op_*.c file and one
 * row of ops.def.  value.h has what a tensor is in the meantime.
 */
#ifndef EVK_MODEL_ONNX_ONNX_H
#define EVK_MODEL_ONNX_ONNX_H

#include "base/names.h"
#include <onnx.pb-c.h>

#include "model/loader.h"

/*
 * A tensor of the graph: a node of a graph of layers, or a constant.
 *
 * ONNX's tensors have any number of axes, and ONNX's maps have their channels before rows and
 * columns; layers have rows, columns and channels, with channels innermost.  So a tensor has ONNX's
 * axes, and beside them the order in which they lie in memory.  A transposition only changes that
 * order; values move where an operator needs another order than they have.
 */
enum { EVK_ONNX_AXES = 8 };

struct evk_onnx_value {
    int axes;
    int64_t dim[EVK_ONNX_AXES];
    int node; /* its node of the graph; -1: it is a constant */
    /* of a node: the axes as they lie in memory, the outermost first.  Constants lie in ONNX's
       order. */
    int order[EVK_ONNX_AXES];
    bool set;             /* it has been built */
    bool initial;         /* it is an initializer of the file */
    const float *real;    /* of a constant of real numbers; owned by struct evk_onnx */
    const int64_t *whole; /* of a constant of whole numbers or truth values; owned likewise */
};

/* A model-local function that is being called, whose nodes may refer to attributes of the call. */
struct evk_onnx_frame {
    const struct evk_onnx_frame *outer; /* the frame in which the call stands; NULL: the graph */
    const Onnx__NodeProto *call;        /* NULL: the graph */
    const Onnx__FunctionProto *function;
    int64_t opset; /* version of ONNX's own operators */
    /* values of attributes that a call leaves out; owned */
    Onnx__AttributeProto **defaults; /* (default_count) */
    int64_t default_count;
};

/* The branch of an If that a node is in: the node counts where the condition is `taken`. */
struct evk_onnx_guard {
    int64_t condition; /* a tensor; -1: the node is in no branch */
    bool taken;
};

/* One node of the graph or of a function that is called, with its tensors by number. */
struct evk_onnx_node {
    const Onnx__NodeProto *proto;
    const struct evk_onnx_frame *frame;
    const struct evk_onnx_op *op; /* NULL: it is not supported */
    struct evk_onnx_guard guard;
    int64_t *input, *output; /* (inputs), (outputs) numbers of tensors; -1: left out; owned */
    int inputs, outputs;
    const char *name; /* the node's own, or that of its first output; borrowed from the file */
};

/* The name of a tensor in the graph, or in a function that is called. */
struct evk_onnx_name {
    const char *name; /* borrowed from the file */
    int64_t tensor;
};

/* An initializer, and the tensor that it is. */
struct evk_onnx_given {
    int64_t tensor;
    const Onnx__TensorProto *proto;
};

/* An input of the graph whose values are known beforehand. */
struct evk_onnx_feed {
    const char *name;
    const Onnx__TensorProto *tensor;
};

/* A file while it is read. */
struct evk_onnx {
    const Onnx__ModelProto *model;
    const struct evk_load_options *options;
    const char *part;                  /* what messages call a node: "node"; borrowed */
    const struct evk_onnx_feed *feeds; /* (feed_count) */
    int64_t feed_count;
    bool channels_last; /* the channels of the image are the last axis of the input */
    bool tensors;       /* the image may be any tensor, whose first axis need not be a batch of 1;
                           tensors may hold a NaN */
    struct evk_network *network;
    struct evk_graph *graph;     /* that of the network, or one in which constants are computed */
    struct evk_onnx_node *nodes; /* (count) in an order in which each can be built; owned */
    int64_t count;
    struct evk_onnx_value *values;          /* (value_count) the tensors; owned */
    const Onnx__TensorProto **initializers; /* (value_count); NULL: the tensor has none; owned */
    int64_t value_count;
    struct evk_onnx_given *given; /* (given_count); owned */
    int64_t given_count;
    struct evk_onnx_name *names; /* (name_count) the tensors of the graph, sorted by name; owned */
    int64_t name_count;
    struct evk_onnx_frame **frames; /* (frame_count); owned */
    int64_t frame_count;
    void **memory; /* (memory_count) arrays of constants; owned */
    int64_t memory_count;
    int64_t work;            /* operations of the constants that have been computed */
    struct evk_names beside; /* the files beside the model that have been read; owned */
    int64_t bytes, taken; /* of the file and the files beside it; of memory, see evk_onnx_charge */
    int64_t weights;      /* numbers in the initializers that the node being built reads */
};

/* A call of an operator: the node that is being built. */
struct evk_onnx_call {
    struct evk_onnx *o;
    const struct evk_onnx_node *node;
    const char *label; /* for messages: "'name' (Conv)" */
    int64_t opset;
    int inputs, outputs;
    const struct evk_onnx_value **in; /* (inputs) NULL: left out */
    struct evk_onnx_value *out;       /* (outputs) which the operator sets */
};

/* Which constants an operator computes itself: none, whole numbers, or all. */
enum evk_onnx_constants { EVK_ONNX_NONE, EVK_ONNX_WHOLE, EVK_ONNX_ALL };

/* An operator. */
struct evk_onnx_op {
    const char *name; /* as ONNX spells it */
    int least, most;  /* how many inputs it has */
    /* Sets c->out.  At least one input is a node, but for constants that the operator computes
       itself. */
    evk_status (*build)(struct evk_onnx_call *c, evk_error *err);
    enum evk_onnx_constants constants;
    const char *detail; /* for operators that share a function: which one it is; or NULL */
};

/* Returns the operator of this name, or NULL where it is not supported. */
const struct evk_onnx_op *evk_onnx_op_find(const char *name);

/* ---- wire.c --------------------------------------------------------------------------------- */

/* Is this the beginning of an ONNX file? */
bool evk_onnx_probe(const unsigned char *data, size_t size);

/* Adds to *out, without repetition, the names of the files in which tensors lie that are not in
   the file itself.  A damaged file has those that can be read. */
evk_status evk_onnx_beside(struct evk_names *out, const unsigned char *data, size_t size,
                           evk_error *err);

/* Unpacks a file, after its nesting and the number of its messages have been checked.  The caller
   frees *out with onnx__model_proto__free_unpacked. */
evk_status evk_onnx_unpack(Onnx__ModelProto **out, const unsigned char *data, size_t size,
                           evk_error *err);

/*
 * Unpacks the default values of a function's attributes into f->defaults.  They are a field that is
 * newer than the description which protobuf-c reads by, and so lie among the unknown fields.
 */
evk_status evk_onnx_defaults(struct evk_onnx_frame *f, evk_error *err);

/* ---- plan.c, walk.c ------------------------------------------------------------------------- */

/* Sets o->nodes, o->values and o->initializers. */
evk_status evk_onnx_plan(struct evk_onnx *o, evk_error *err);

/* Builds all nodes of o->model into the graph of o->network: o->values has the tensors, those of
   the graph's outputs among them.  The caller releases *o in any case. */
evk_status evk_onnx_build_values(struct evk_onnx *o, evk_error *err);

/* Builds o->network from o->model, with the outputs of the file as those of the network.  The
   caller releases *o in any case. */
evk_status evk_onnx_build(struct evk_onnx *o, evk_error *err);
void evk_onnx_release(struct evk_onnx *o);

/* Fails where the graph has more layers than any network of use. */
evk_status evk_onnx_check_layers(const struct evk_onnx_call *c, evk_error *err);

/* Builds one node: sets the values of its outputs. */
evk_status evk_onnx_build_node(struct evk_onnx *o, const struct evk_onnx_node *n, evk_error *err);

/* Builds a call whose inputs and attributes are known: sets c->out.  Where all inputs are constants,
   the first output becomes a constant, and *constant true. */
evk_status evk_onnx_build_call(struct evk_onnx_call *c, bool *constant, evk_error *err);

/* Returns the number of the graph's tensor with this name, or -1. */
int64_t evk_onnx_find(const struct evk_onnx *o, const char *name);

/* Makes tensor `i` the image: adds node 0 of the graph. */
evk_status evk_onnx_input(struct evk_onnx *o, const Onnx__ValueInfoProto *input, int64_t i,
                          evk_error *err);

/* Makes the outputs of the graph those of the network, and gives its neurons their names. */
evk_status evk_onnx_output(struct evk_onnx *o, evk_error *err);

/* Notes in o->network what the graph does to the image, which is `tensor`, before anything else. */
void evk_onnx_preprocessing(struct evk_onnx *o, int64_t tensor);

/* ---- tensor.c ------------------------------------------------------------------------------- */

/* Reads the numbers of a tensor, which may lie in a file beside the model. */
evk_status evk_onnx_tensor(struct evk_onnx *o, const Onnx__TensorProto *t,
                           struct evk_onnx_value *out, evk_error *err);

/* ---- attribute.c: attributes of the node that is being built -------------------------------- */

/* Returns the attribute of this name, or NULL where the node has none. */
const Onnx__AttributeProto *evk_onnx_attribute(const struct evk_onnx_call *c, const char *name);

/* Read an attribute, or give `fallback` where the node has none.  A text is borrowed. */
evk_status evk_onnx_int(const struct evk_onnx_call *c, const char *name, int64_t fallback,
                        int64_t *out, evk_error *err);
evk_status evk_onnx_real(const struct evk_onnx_call *c, const char *name, double fallback,
                         double *out, evk_error *err);
evk_status evk_onnx_text(const struct evk_onnx_call *c, const char *name, const char *fallback,
                         char *out, size_t room, evk_error *err);
/* Reads a text that must be one of the words, which end with NULL; the first is the default. */
enum { EVK_ONNX_WORD = 32 };
evk_status evk_onnx_word(const struct evk_onnx_call *c, const char *name, const char *const words[],
                         char out[EVK_ONNX_WORD], evk_error *err);
/* Reads whole numbers; *count is 0 where the node has none of this name. */
enum { EVK_ONNX_INTS = 64 };
evk_status evk_onnx_ints(const struct evk_onnx_call *c, const char *name,
                         int64_t out[EVK_ONNX_INTS], int *count, evk_error *err);
/* Reads whole numbers from input i, which must be a constant, or from an attribute: ONNX has moved
   many of them from the one to the other. */
evk_status evk_onnx_ints_in(const struct evk_onnx_call *c, int i, const char *name,
                            int64_t out[EVK_ONNX_INTS], int *count, evk_error *err);

/* Fails where an input is left out: operators of any number of inputs need all of them. */
evk_status evk_onnx_all_inputs(const struct evk_onnx_call *c, evk_error *err);

/* Sets err to "PART LABEL: " and a formatted text, where c->o->part is PART; evk_onnx_fail also returns code. */
void evk_onnx_error(const struct evk_onnx_call *c, evk_status code, evk_error *err, const char *fmt,
                    ...) EVK_PRINTF(4, 5);
#define evk_onnx_fail(c, code, err, ...) (evk_onnx_error((c), (code), (err), __VA_ARGS__), (code))

#endif /* EVK_MODEL_ONNX_ONNX_H */
