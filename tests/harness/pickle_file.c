/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle_file.c - pickles, NumPy files and PyTorch archives for tests */
#include "pickle_file.h"

#include <stdio.h>
#include <string.h>

#include "format/zip.h"
#include "test.h"

enum { HEADER_MULTIPLE = 64 };

void put_bytes(struct evk_str *p, const void *bytes, size_t size)
{
    evk_str_add(p, bytes, size);
    assert_false(p->failed);
}

void put(struct evk_str *p, const char *opcodes)
{
    put_bytes(p, opcodes, strlen(opcodes));
}

void put_little(struct evk_str *p, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        const unsigned char byte = (unsigned char)(value >> 8 * i);

        put_bytes(p, &byte, 1);
    }
}

void put_begin(struct evk_str *p, int protocol)
{
    put(p, "\x80");
    put_little(p, (uint64_t)protocol, 1);
    if (protocol >= 4) {
        put(p, "\x95");
        put_little(p, 0, 8);
    }
}

void put_int(struct evk_str *p, int64_t i)
{
    const int size = i >= 0 && i < 256          ? 1
                     : i >= 0 && i < 65536      ? 2
                     : i == (int64_t)(int32_t)i ? 4
                                                : 8;

    put(p, size == 1 ? "K" : size == 2 ? "M" : size == 4 ? "J" : "\x8a\x08");
    put_little(p, (uint64_t)i, size);
}

void put_text(struct evk_str *p, const char *text)
{
    put(p, "X");
    put_little(p, strlen(text), 4);
    put(p, text);
}

void put_short(struct evk_str *p, const char *text)
{
    put(p, "\x8c");
    put_little(p, strlen(text), 1);
    put(p, text);
}

void put_data(struct evk_str *p, const void *bytes, size_t size)
{
    put(p, "B");
    put_little(p, size, 4);
    put_bytes(p, bytes, size);
}

void put_class(struct evk_str *p, const char *module, const char *name)
{
    put(p, "c");
    put(p, module);
    put(p, "\n");
    put(p, name);
    put(p, "\n");
}

void put_ints(struct evk_str *p, int n, const int64_t *list)
{
    put(p, "(");
    for (int i = 0; i < n; i++)
        put_int(p, list[i]);
    put(p, "t");
}

/* ---- NumPy ---------------------------------------------------------------------- */

void npy_begin(struct evk_str *f, int version, const char *text)
{
    const int wide = version == 1 ? 2 : 4;
    const size_t start = 8 + (size_t)wide, least = start + strlen(text) + 1;
    const size_t size = (least + HEADER_MULTIPLE - 1) / HEADER_MULTIPLE * HEADER_MULTIPLE;

    put(f, "\x93NUMPY");
    put_little(f, (uint64_t)version, 2);
    put_little(f, size - start, wide);
    put(f, text);
    for (size_t i = least; i < size; i++)
        put(f, " ");
    put(f, "\n");
}

/* Write an array's class and type, up to its payload; axes = -1: a list of count objects. */
static void begin_array(struct evk_str *f, const char *order, const char *type, int axes,
                        const int64_t *dim)
{
    put_class(f, "numpy.core.multiarray", "_reconstruct");
    put_class(f, "numpy", "ndarray");
    put(f, "K");
    put_little(f, 0, 1);
    put(f, "\x85"
           "C\x01"
           "b\x87R(K\x01");
    put_ints(f, axes, dim);
    put_class(f, "numpy", "dtype");
    put_text(f, type);
    put(f, "\x89\x88\x87R(K\x03");
    put_text(f, order);
    put(f, "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK");
    put_little(f, 0, 1);
    put(f, "tb\x89");
}

void npy_pickled(struct evk_str *f, const char *order, const char *type, int axes,
                 const int64_t *dim, const void *bytes, size_t size)
{
    begin_array(f, order, type, axes, dim);
    put_data(f, bytes, size);
    put(f, "tb");
}

void npy_list_begin(struct evk_str *f, int64_t count)
{
    char text[80];

    snprintf(text, sizeof(text), "{'descr': '|O', 'fortran_order': False, 'shape': (%lld,), }",
             (long long)count);
    npy_begin(f, 1, text);
    put_begin(f, 3);
    begin_array(f, "|", "O8", 1, &count);
    put(f, "](");
}

void npy_list_end(struct evk_str *f)
{
    put(f, "etb.");
}

/* ---- PyTorch -------------------------------------------------------------------- */

void torch_begin(struct torch_file *t, const char *prefix, int protocol)
{
    *t = (struct torch_file){.prefix = prefix, .pickle = EVK_STR_INIT};
    put_begin(&t->pickle, protocol);
    put_class(&t->pickle, "collections", "OrderedDict");
    put(&t->pickle, ")R(");
}

void torch_value(struct torch_file *t, const struct torch_view *v)
{
    struct evk_str *p = &t->pickle;

    put_class(p, "torch._utils", "_rebuild_tensor_v2");
    put(p, "((");
    put_text(p, "storage");
    put_class(p, "torch", v->class);
    put_text(p, v->key);
    put_text(p, "cuda:0");
    put_int(p, v->stored);
    put(p, "tQ");
    put_int(p, v->offset);
    put_ints(p, v->axes, v->dim);
    put_ints(p, v->axes, v->stride);
    put(p, "\x89");
    put_class(p, "collections", "OrderedDict");
    put(p, ")RtR");
}

void torch_tensor(struct torch_file *t, const struct torch_view *v)
{
    put_text(&t->pickle, v->name);
    torch_value(t, v);
}

void torch_entry(struct torch_file *t, const char *name, const void *data, size_t size)
{
    struct torch_entry *e = &t->entries[t->count++];

    assert_true(t->count < TORCH_ENTRIES);
    snprintf(e->name, sizeof(e->name), "%s%s", t->prefix, name);
    e->data = (struct evk_str)EVK_STR_INIT;
    put_bytes(&e->data, data, size);
}

void torch_floats(struct torch_file *t, const char *name, const struct evk_tensor *values)
{
    char key[16], entry[32];
    const int64_t n = evk_tensor_count(values);
    int64_t stride[EVK_AXES_MAX], s = 1;

    for (int i = values->axes - 1; i >= 0; i--) {
        stride[i] = s;
        s *= values->dim[i];
    }
    snprintf(key, sizeof(key), "%d", t->count);
    snprintf(entry, sizeof(entry), "data/%s", key);
    torch_entry(t, entry, values->data, (size_t)n * sizeof(float));
    torch_tensor(t, &(struct torch_view){name, "FloatStorage", key, n, 0, values->axes, values->dim,
                                         stride});
}

void torch_end(struct torch_file *t)
{
    put(&t->pickle, "u}");
    put_text(&t->pickle, "_metadata");
    put(&t->pickle, "}sb.");
}

struct evk_bytes torch_bytes(struct torch_file *t)
{
    struct evk_zip_entry entries[TORCH_ENTRIES];
    char name[64];
    struct evk_bytes file;

    snprintf(name, sizeof(name), "%sdata.pkl", t->prefix);
    entries[0] = (struct evk_zip_entry){name, t->pickle.data, t->pickle.size};
    for (int i = 0; i < t->count; i++)
        entries[i + 1] = (struct evk_zip_entry){t->entries[i].name, t->entries[i].data.data,
                                                t->entries[i].data.size};
    assert_ok(evk_zip_write(&file, entries, (size_t)t->count + 1, err));
    return file;
}

void torch_release(struct torch_file *t)
{
    evk_str_release(&t->pickle);
    for (int i = 0; i < t->count; i++)
        evk_str_release(&t->entries[i].data);
}
