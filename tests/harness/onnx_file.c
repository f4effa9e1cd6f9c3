/* SPDX-License-Identifier: GPL-3.0-or-later */
/* onnx_file.c - ONNX files for tests, written byte by byte */
#include "onnx_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLOAT = 1, INT64 = 7, VALUES_MAX = 4096, AXES = 8, NAME = 64 };

/* ---- fields of any message ------------------------------------------------------------------ */

static void add_varint(struct evk_str *to, uint64_t v)
{
    unsigned char byte;

    do {
        byte = (unsigned char)((v & 127) | (v > 127 ? 128 : 0));
        evk_str_add(to, &byte, 1);
        v >>= 7;
    } while (v);
}

void pb_number(struct evk_str *to, int field, int64_t value)
{
    add_varint(to, (uint64_t)field << 3);
    add_varint(to, (uint64_t)value);
}

void pb_bytes(struct evk_str *to, int field, const void *bytes, size_t size)
{
    add_varint(to, (uint64_t)field << 3 | 2);
    add_varint(to, size);
    if (size)
        evk_str_add(to, bytes, size);
}

void pb_text(struct evk_str *to, int field, const char *text)
{
    pb_bytes(to, field, text, strlen(text));
}

void pb_message(struct evk_str *to, int field, struct evk_str *message)
{
    pb_bytes(to, field, message->data, message->size);
    evk_str_release(message);
}

static void pb_real(struct evk_str *to, int field, float value)
{
    add_varint(to, (uint64_t)field << 3 | 5);
    evk_str_add(to, &value, sizeof(value));
}

/* Appends each name of a list "a,b". */
static void pb_names(struct evk_str *to, int field, const char *list)
{
    while (*list) {
        const size_t n = strcspn(list, ",");

        pb_bytes(to, field, list, n);
        list += n + (list[n] == ',');
    }
}

/* ---- tensors ---------------------------------------------------------------------------------- */

struct evk_str onnx_tensor(const char *name, int type, int axes, const int64_t *dim,
                           const void *bytes, size_t size)
{
    struct evk_str t = EVK_STR_INIT;

    for (int a = 0; a < axes; a++)
        pb_number(&t, 1, dim[a]);
    pb_number(&t, 2, type);
    pb_text(&t, 8, name);
    pb_bytes(&t, 9, bytes, size);
    return t;
}

/* Reads "1,2)" into whole and real numbers; returns how many. */
static int read_list(const char *text, int64_t *whole, float *real)
{
    int n = 0;

    for (char *end; n < VALUES_MAX && *text && *text != ']' && *text != ')' && *text != ' '; n++) {
        whole[n] = strtoll(text, &end, 10);
        real[n] = strtof(text, &end);
        text = end + (*end == ',');
    }
    return n;
}

/* Reads "4x3" and fills in real numbers around 0. */
static int read_shape(const char *text, int64_t *dim, float *real)
{
    int axes = 0, n = 1;

    for (char *end; axes < AXES && *text && *text != ' '; axes++) {
        dim[axes] = strtoll(text, &end, 10);
        n *= (int)dim[axes];
        text = end + (*end == 'x');
    }
    for (int i = 0; i < n && i < VALUES_MAX; i++)
        real[i] = (float)(i * 37 % 23 - 9) / 16;
    return axes;
}

static void add_constant(struct evk_str *graph, const char *name, const char *text)
{
    int64_t whole[VALUES_MAX], dim[AXES] = {0}, n = 1;
    float real[VALUES_MAX];
    const int is_whole = *text == '[' || *text == '#', is_scalar = *text == '#' || *text == '@';
    int axes = 1;
    struct evk_str t;

    if (*text == '[' || *text == '(')
        dim[0] = read_list(text + 1, whole, real);
    else if (is_scalar)
        axes = read_list(text + 1, whole, real) - 1;
    else
        axes = read_shape(text, dim, real);
    for (int a = 0; a < axes; a++)
        n *= dim[a];
    t = onnx_tensor(name, is_whole ? INT64 : FLOAT, axes, dim, is_whole ? (void *)whole : real,
                    (size_t)n * (is_whole ? sizeof(*whole) : sizeof(*real)));
    pb_message(graph, ONNX_INITIALIZER, &t);
}

void onnx_constants(struct evk_str *graph, const char *text)
{
    char name[NAME];

    while (*text) {
        const char *is = strchr(text, '=');
        const size_t n = strcspn(text, " ");

        snprintf(name, sizeof(name), "%.*s", (int)(is - text), text);
        add_constant(graph, name, is + 1);
        text += n + (text[n] == ' ');
    }
}

/* ---- inputs and outputs, nodes ----------------------------------------------------------------- */

void onnx_value(struct evk_str *graph, int field, const char *name, int axes, const int64_t *dim)
{
    struct evk_str shape = EVK_STR_INIT, tensor = EVK_STR_INIT, type = EVK_STR_INIT;
    struct evk_str value = EVK_STR_INIT;

    for (int a = 0; a < axes; a++) {
        struct evk_str d = EVK_STR_INIT;

        if (dim[a])
            pb_number(&d, 1, dim[a]);
        else
            pb_text(&d, 2, "any");
        pb_message(&shape, 1, &d);
    }
    pb_number(&tensor, 1, FLOAT);
    pb_message(&tensor, 2, &shape);
    pb_message(&type, 1, &tensor);
    pb_text(&value, 1, name);
    pb_message(&value, 2, &type);
    pb_message(graph, field, &value);
}

/* Appends the value of an attribute, and its kind. */
static void add_value(struct evk_str *to, const char *text)
{
    int64_t whole[VALUES_MAX];
    float real[VALUES_MAX];
    int n;

    if (*text == '\'') {
        pb_bytes(to, 4, text + 1, strcspn(text + 1, "'"));
        pb_number(to, 20, 3);
    } else if (*text == '&') {
        pb_bytes(to, 21, text + 1, strcspn(text + 1, " "));
    } else if (*text == '[' || *text == '(') {
        n = read_list(text + 1, whole, real);
        for (int i = 0; i < n && *text == '['; i++)
            pb_number(to, 8, whole[i]);
        for (int i = 0; i < n && *text == '('; i++)
            pb_real(to, 7, real[i]);
        pb_number(to, 20, *text == '[' ? 7 : 6);
    } else if (strcspn(text, ".") < strcspn(text, " ")) {
        pb_real(to, 2, strtof(text, NULL));
        pb_number(to, 20, 1);
    } else {
        pb_number(to, 3, strtoll(text, NULL, 10));
        pb_number(to, 20, 2);
    }
}

static void add_attributes(struct evk_str *node, const char *text)
{
    while (*text) {
        struct evk_str a = EVK_STR_INIT;
        const size_t name = strcspn(text, ":"), n = strcspn(text, " ");

        pb_bytes(&a, 1, text, name);
        add_value(&a, text + name + 1);
        pb_message(node, 5, &a);
        text += n + (text[n] == ' ');
    }
}

void onnx_call(struct evk_str *to, int field, const char *domain, const char *op, const char *in,
               const char *out, const char *attributes)
{
    struct evk_str node = EVK_STR_INIT;

    pb_names(&node, 1, in);
    pb_names(&node, 2, out);
    pb_text(&node, 4, op);
    add_attributes(&node, attributes);
    if (domain[0])
        pb_text(&node, 7, domain);
    pb_message(to, field, &node);
}

void onnx_node(struct evk_str *to, int field, const char *op, const char *in, const char *out,
               const char *attributes)
{
    onnx_call(to, field, "", op, in, out, attributes);
}

static void add_opset(struct evk_str *to, int field, const char *domain, int64_t version)
{
    struct evk_str set = EVK_STR_INIT;

    pb_text(&set, 1, domain);
    pb_number(&set, 2, version);
    pb_message(to, field, &set);
}

struct evk_str onnx_function(const char *name, const char *in, const char *out, int64_t opset)
{
    struct evk_str f = EVK_STR_INIT;

    pb_text(&f, 1, name);
    pb_names(&f, 4, in);
    pb_names(&f, 5, out);
    add_opset(&f, 9, "", opset);
    pb_text(&f, 10, "own");
    return f;
}

/* ---- a file --------------------------------------------------------------------------------- */

struct onnx_file onnx_begin(void)
{
    return (struct onnx_file){EVK_STR_INIT, EVK_STR_INIT};
}

void onnx_add_function(struct onnx_file *f, struct evk_str *function)
{
    pb_message(&f->functions, 25, function);
}

struct evk_str onnx_end(struct onnx_file *f, int64_t opset)
{
    struct evk_str file = EVK_STR_INIT;

    pb_number(&file, 1, 8);
    pb_text(&file, 2, "test");
    pb_message(&file, 7, &f->graph);
    if (opset)
        add_opset(&file, 8, "", opset);
    add_opset(&file, 8, "own", 1);
    evk_str_add(&file, f->functions.data, f->functions.size);
    evk_str_release(&f->functions);
    return file;
}
