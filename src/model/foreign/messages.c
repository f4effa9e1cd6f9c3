/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * messages.c - protobuf messages of other programs, recognised by the numbers of their first fields
 *
 * A protobuf message does not say of which kind it is.  So what is looked for is what every file of
 * the format begins with.
 */
#include <string.h>

#include "format/wire.h"
#include "model/foreign/recognise.h"

enum { FIELDS_MAX = 4096, TEXT_MAX = 4096 };

/* A field of a message. */
struct field {
    uint64_t id;
    int type;
    struct evk_wire value;
};

static bool next(struct evk_wire *w, struct field *out)
{
    return evk_wire_field(w, &out->id, &out->type, &out->value);
}

/* Is the next field this one?  Sets *out to it. */
static bool next_is(struct evk_wire *w, uint64_t id, int type, struct field *out)
{
    return next(w, out) && out->id == id && out->type == type;
}

static struct evk_wire all_of(const struct evk_foreign_file *f)
{
    return (struct evk_wire){f->data, f->data + f->size};
}

/* Is the value a name: at least one character, and no control characters? */
static bool is_name(const struct evk_wire *value)
{
    if (value->at == value->end || value->end - value->at > TEXT_MAX)
        return false;
    for (const unsigned char *p = value->at; p < value->end; p++)
        if (*p < ' ' || *p == 127)
            return false;
    return true;
}

/* SavedModel: a version of 1; a MetaGraphDef of meta information (1), which may be missing, and a
   graph (2), both messages. */
bool evk_is_saved_model(struct evk_foreign_file *f)
{
    struct evk_wire w = all_of(f), graph;
    struct field a;

    if (!next_is(&w, 1, EVK_WIRE_VARINT, &a) || *a.value.at != 1)
        return false;
    if (!next_is(&w, 2, EVK_WIRE_BYTES, &a))
        return false;
    graph = a.value;
    if (!next(&graph, &a) || a.type != EVK_WIRE_BYTES)
        return false;
    return a.id == 2 || (a.id == 1 && next_is(&graph, 2, EVK_WIRE_BYTES, &a));
}

/* GraphDef: nodes (1), each of which begins with its name (1) and its operation (2), which is
   written as Const or MatMul are. */
bool evk_is_graph_def(struct evk_foreign_file *f)
{
    struct evk_wire w = all_of(f), node;
    struct field a;

    if (!next_is(&w, 1, EVK_WIRE_BYTES, &a))
        return false;
    node = a.value;
    return next_is(&node, 1, EVK_WIRE_BYTES, &a) && is_name(&a.value) &&
           next_is(&node, 2, EVK_WIRE_BYTES, &a) && is_name(&a.value) && *a.value.at >= 'A' &&
           *a.value.at <= 'Z';
}

/* Core ML: a version (1), a description (2), and the model, a message with a number from 200. */
bool evk_is_core_ml(struct evk_foreign_file *f)
{
    struct evk_wire w = all_of(f);
    struct field a;

    if (!next_is(&w, 1, EVK_WIRE_VARINT, &a) || !next_is(&w, 2, EVK_WIRE_BYTES, &a))
        return false;
    for (int i = 0; i < FIELDS_MAX && next(&w, &a); i++)
        if (a.id >= 200 && a.id < 4000 && a.type == EVK_WIRE_BYTES)
            return true;
    return false;
}

/* Has a layer of Caffe its name in one field, and its kind in another? */
static bool is_caffe_layer(struct evk_wire w, uint64_t name, uint64_t kind, int kind_type)
{
    bool named = false, known = false;
    struct field a;

    for (int i = 0; i < FIELDS_MAX && next(&w, &a); i++) {
        named |= a.id == name && a.type == EVK_WIRE_BYTES && is_name(&a.value);
        known |= a.id == kind && a.type == kind_type;
    }
    return named && known;
}

/* NetParameter: the network's name (1), which may be missing, and layers (100), which were field 2
   in older files. */
bool evk_is_caffe_model(struct evk_foreign_file *f)
{
    struct evk_wire w = all_of(f);
    struct field a;

    for (int i = 0; i < FIELDS_MAX && next(&w, &a); i++) {
        if (a.type == EVK_WIRE_BYTES && a.id == 100)
            return is_caffe_layer(a.value, 1, 2, EVK_WIRE_BYTES);
        if (a.type == EVK_WIRE_BYTES && a.id == 2)
            return is_caffe_layer(a.value, 4, 5, EVK_WIRE_VARINT);
    }
    return false;
}
