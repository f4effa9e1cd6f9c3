/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * onnx_file.h - ONNX files for tests, written byte by byte
 *
 *     struct onnx_file f = onnx_begin();
 *     onnx_value(&f.graph, ONNX_INPUT, "x", 4, (const int64_t[]){1, 3, 8, 8});
 *     onnx_constants(&f.graph, "w=4x3x3x3 b=4");
 *     onnx_node(&f.graph, ONNX_GRAPH_NODE, "Conv", "x,w,b", "y", "kernel_shape:[3,3]");
 *     onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
 *     bytes = onnx_end(&f, 17);
 *
 * A message of protobuf is a string of fields; the functions append fields.  Nothing is checked, so
 * that tests can write files that no exporter would.  Numbers of fields are those of onnx.proto.
 */
#ifndef EVK_TESTS_ONNX_FILE_H
#define EVK_TESTS_ONNX_FILE_H

#include <stdint.h>

#include "base/str.h"

/* ---- fields of any message ------------------------------------------------------------------ */

void pb_number(struct evk_str *to, int field, int64_t value);
void pb_bytes(struct evk_str *to, int field, const void *bytes, size_t size);
void pb_text(struct evk_str *to, int field, const char *text);
/* Appends a message as a field, and releases it. */
void pb_message(struct evk_str *to, int field, struct evk_str *message);

/* ---- parts of ONNX files ---------------------------------------------------------------------- */

enum {
    ONNX_GRAPH_NODE = 1, /* the fields of a graph that hold nodes, initializers, inputs, outputs */
    ONNX_INITIALIZER = 5,
    ONNX_INPUT = 11,
    ONNX_OUTPUT = 12,
    ONNX_FUNCTION_NODE = 7, /* the field of a function that holds nodes */
};

/* Returns a tensor of raw bytes; type is ONNX's number of its type.  Release it. */
struct evk_str onnx_tensor(const char *name, int type, int axes, const int64_t *dim,
                           const void *bytes, size_t size);

/*
 * Appends initializers to a graph.  Each word of the text is one: "w=4x3x3x3" real numbers,
 * "w=(0.5,1)" and "w=@0.5" a vector and a scalar of the real numbers given, "s=[1,-1]" and "s=#1"
 * those of whole numbers.
 */
void onnx_constants(struct evk_str *graph, const char *text);

/* Appends an input or output; a size of 0 is left free. */
void onnx_value(struct evk_str *graph, int field, const char *name, int axes, const int64_t *dim);

/*
 * Appends a node.  in, out: names of tensors, "a,b".  Each word of attributes is one: "a:1" a whole
 * number, "a:0.5" a real number, "a:[1,2]" and "a:(0.5,1)" several of them, "a:'word'" a text, and
 * "a:&b" the attribute b of the function's call.
 */
void onnx_node(struct evk_str *to, int field, const char *op, const char *in, const char *out,
               const char *attributes);
/* Appends a node of another domain, as calls of functions are, under a name of its own. */
void onnx_call(struct evk_str *to, int field, const char *domain, const char *op, const char *in,
               const char *out, const char *attributes);

/* Returns a function without nodes, (domain "own"); append nodes as its field ONNX_FUNCTION_NODE. */
struct evk_str onnx_function(const char *name, const char *in, const char *out, int64_t opset);

/* ---- a file --------------------------------------------------------------------------------- */

struct onnx_file {
    struct evk_str graph, functions; /* the fields of the graph; those of the model behind it */
};

struct onnx_file onnx_begin(void);
void onnx_add_function(struct onnx_file *f, struct evk_str *function);
/* Returns the bytes of the file, and releases *f.  opset 0: the file names none. */
struct evk_str onnx_end(struct onnx_file *f, int64_t opset);

#endif /* EVK_TESTS_ONNX_FILE_H */
