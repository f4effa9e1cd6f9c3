/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire.c - the bytes of an ONNX file: is it one, and is it safe to unpack?
 *
 * An ONNX file is a protobuf message of messages.  protobuf-c unpacks nested messages by calling
 * itself, with no limit, and allocates for each of them; so a walk through the bytes, along
 * protobuf-c's own descriptions, first bounds the depth and the number of messages.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/wire.h"
#include "model/onnx/onnx.h"

enum {
    DEPTH_MAX = 32,         /* a network with functions has 7 levels */
    PARTS_MAX = 1 << 20,    /* fields: those of a network of 20,000 nodes are fewer */
    FILES_MAX = 4096,       /* files beside it: some programs write one a tensor */
    HEAD_TEXT_MAX = 1 << 16 /* bytes of the texts before the graph */
};

/* Returns the number of a field among those of a message; -1 where the description lacks it. */
static int find_field(const ProtobufCMessageDescriptor *d, uint64_t id)
{
    for (unsigned i = 0; i < d->n_fields; i++)
        if (d->fields[i].id == id)
            return (int)i;
    return -1;
}

/* ---- is it an ONNX file? -------------------------------------------------------------------- */

/* Has a text no control characters but white space? */
static bool is_text(const struct evk_wire *w)
{
    for (const unsigned char *p = w->at; p < w->end; p++)
        if (*p < ' ' && *p != '\n' && *p != '\r' && *p != '\t')
            return false;
    return true;
}

/* Can this be a field of a model that stands before its graph? Newer versions of ONNX may have
   more fields than the description. */
static bool is_head(uint64_t id, int type, const struct evk_wire *value)
{
    const ProtobufCMessageDescriptor *d = &onnx__model_proto__descriptor;
    const int i = id <= 100 ? find_field(d, id) : -1;

    if (id > 100 || value->end - value->at > HEAD_TEXT_MAX)
        return false;
    if (i < 0)
        return type == EVK_WIRE_BYTES;
    if (d->fields[i].type == PROTOBUF_C_TYPE_STRING)
        return type == EVK_WIRE_BYTES && is_text(value);
    return type ==
           (d->fields[i].type == PROTOBUF_C_TYPE_MESSAGE ? EVK_WIRE_BYTES : EVK_WIRE_VARINT);
}

/* Is this the beginning of a graph, as far as it is there? All its fields are messages or texts. */
static bool is_graph(struct evk_wire w)
{
    const ProtobufCMessageDescriptor *d = &onnx__graph_proto__descriptor;
    uint64_t size;

    w.at++;
    if (!evk_wire_varint(&w, &size) || w.at == w.end || size == 0)
        return true;
    return (*w.at & 7) == EVK_WIRE_BYTES && (*w.at >> 3 >= 16 || find_field(d, *w.at >> 3) >= 0);
}

/* A file begins with its version, then has texts, and then the graph, which may be cut off. */
bool evk_onnx_probe(const unsigned char *data, size_t size)
{
    const unsigned char graph = 7 << 3 | EVK_WIRE_BYTES;
    struct evk_wire w = {data, data + size}, value;
    uint64_t field;
    int type;

    if (size < 4 || data[0] != (1 << 3 | EVK_WIRE_VARINT) || data[1] == 0 || data[1] > 127)
        return false;
    while (w.at < w.end && *w.at != graph)
        if (!evk_wire_field(&w, &field, &type, &value) || !is_head(field, type, &value))
            return false;
    return w.at < w.end && is_graph(w);
}

/* ---- is it safe to unpack? ------------------------------------------------------------------ */

/* What has been met so far. */
struct tally {
    const unsigned char *begin;
    int64_t parts;
};

static evk_status damaged(const struct tally *t, const struct evk_wire *w, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT,
                    "is a damaged or cut-off ONNX file: no field can be read at byte %lld",
                    (long long)(w->at - t->begin));
}

static evk_status check_message(struct tally *t, struct evk_wire w,
                                const ProtobufCMessageDescriptor *d, int depth, evk_error *err)
{
    uint64_t seen = 0; /* a bit a field that may be there once and was there */

    if (depth == DEPTH_MAX)
        return evk_fail(err, EVK_EFORMAT,
                        "is an ONNX file whose messages are nested over %d levels deep", DEPTH_MAX);
    while (w.at < w.end) {
        struct evk_wire value;
        uint64_t id;
        int type, i;

        if (!evk_wire_field(&w, &id, &type, &value))
            return damaged(t, &w, err);
        i = find_field(d, id);
        if (++t->parts > PARTS_MAX)
            return evk_fail(err, EVK_EUNSUPPORTED,
                            "is an ONNX file of over %d fields: it has too many nodes", PARTS_MAX);
        if (i < 0 || type != EVK_WIRE_BYTES || d->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (d->fields[i].label != PROTOBUF_C_LABEL_REPEATED && (seen >> i & 1))
            return evk_fail(err, EVK_EFORMAT, "is a damaged ONNX file: '%s' is there twice",
                            d->fields[i].name);
        seen |= (uint64_t)1 << i;
        EVK_TRY(check_message(t, value, d->fields[i].descriptor, depth + 1, err));
    }
    return EVK_OK;
}

/* ---- files beside the model ----------------------------------------------------------------- */

/* Adds the file that an entry of external_data names, if the entry is the one with the name. */
static evk_status add_location(struct evk_wire w, struct evk_names *out, evk_error *err)
{
    struct evk_wire value,
        text[2] = {{NULL, NULL}, {NULL, NULL}}; /* fields 1 and 2: key and value */
    evk_status s = EVK_OK;
    bool known = false;
    uint64_t id;
    char *name;
    int type;

    while (w.at < w.end && evk_wire_field(&w, &id, &type, &value))
        if (type == EVK_WIRE_BYTES && (id == 1 || id == 2))
            text[id - 1] = value;
    if (!text[1].at || text[0].end - text[0].at != 8 || memcmp(text[0].at, "location", 8) != 0)
        return EVK_OK;
    EVK_TRY(evk_alloc(&name, text[1].end - text[1].at + 1, 1, "a name", err));
    memcpy(name, text[1].at, (size_t)(text[1].end - text[1].at));
    for (size_t i = 0; i < out->count && !known; i++)
        known = strcmp(out->names[i], name) == 0;
    if (!known && out->count == FILES_MAX)
        s = evk_fail(err, EVK_EUNSUPPORTED, "has its weights in over %d files", FILES_MAX);
    else if (!known)
        s = evk_names_add(out, name, err);
    free(name);
    return s;
}

/* Looks through a message and all messages in it for tensors that lie in other files. */
static evk_status find_files(struct evk_wire w, const ProtobufCMessageDescriptor *d, int depth,
                             struct evk_names *out, evk_error *err)
{
    struct evk_wire value;
    uint64_t id;
    int type, i;

    while (depth < DEPTH_MAX && w.at < w.end && evk_wire_field(&w, &id, &type, &value)) {
        i = find_field(d, id);
        if (i < 0 || type != EVK_WIRE_BYTES || d->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (strcmp(d->fields[i].name, "external_data") == 0)
            EVK_TRY(add_location(value, out, err));
        else
            EVK_TRY(find_files(value, d->fields[i].descriptor, depth + 1, out, err));
    }
    return EVK_OK;
}

evk_status evk_onnx_beside(struct evk_names *out, const unsigned char *data, size_t size,
                           evk_error *err)
{
    return find_files((struct evk_wire){data, data + size}, &onnx__model_proto__descriptor, 0, out,
                      err);
}

/* ---- unpacking ------------------------------------------------------------------------------ */

evk_status evk_onnx_unpack(Onnx__ModelProto **out, const unsigned char *data, size_t size,
                           evk_error *err)
{
    struct tally t = {.begin = data};

    EVK_TRY(check_message(&t, (struct evk_wire){data, data + size}, &onnx__model_proto__descriptor,
                          0, err));
    *out = onnx__model_proto__unpack(NULL, size, data);
    if (!*out)
        return evk_fail(err, EVK_EFORMAT, "is a damaged ONNX file, which cannot be unpacked");
    return EVK_OK;
}

enum { FIELD_DEFAULTS = 11 }; /* FunctionProto.attribute_proto */

/* Unpacks one default from the bytes of an unknown field, which begin with their length. */
static evk_status unpack_default(const ProtobufCMessageUnknownField *u, Onnx__AttributeProto **out,
                                 evk_error *err)
{
    struct evk_wire w = {u->data, u->data + u->len};
    struct tally t = {.begin = u->data};
    uint64_t size;

    if (!evk_wire_varint(&w, &size) || size != (uint64_t)(w.end - w.at))
        return damaged(&t, &w, err);
    EVK_TRY(check_message(&t, w, &onnx__attribute_proto__descriptor, 0, err));
    *out = onnx__attribute_proto__unpack(NULL, (size_t)size, w.at);
    if (!*out)
        return evk_fail(err, EVK_EFORMAT, "is a damaged ONNX file, which cannot be unpacked");
    return EVK_OK;
}

evk_status evk_onnx_defaults(struct evk_onnx_frame *f, evk_error *err)
{
    const ProtobufCMessage *m = &f->function->base;

    EVK_TRY(evk_alloc(&f->defaults, m->n_unknown_fields, sizeof(*f->defaults), "a call", err));
    for (unsigned i = 0; i < m->n_unknown_fields; i++)
        if (m->unknown_fields[i].tag == FIELD_DEFAULTS &&
            m->unknown_fields[i].wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
            EVK_TRY(unpack_default(&m->unknown_fields[i], &f->defaults[f->default_count], err));
            f->default_count++;
        }
    return EVK_OK;
}
