/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle_file.h - pickles, NumPy files and PyTorch archives for tests
 *
 *     struct evk_str p = EVK_STR_INIT;
 *     put_begin(&p, 2);
 *     put(&p, "](");                 opcodes themselves: EMPTY_LIST, MARK
 *     put_int(&p, 7);
 *     put(&p, "e.");                 APPENDS, STOP
 *
 * Nothing is checked, so that tests can also write files that no library would.
 */
#ifndef EVK_TESTS_PICKLE_FILE_H
#define EVK_TESTS_PICKLE_FILE_H

#include "base/fs.h"
#include "base/str.h"
#include "tensor/tensor.h"

/* Write PROTO and, from protocol 4 on, the opcode FRAME with a length of 0. */
void put_begin(struct evk_str *p, int protocol);
void put(struct evk_str *p, const char *opcodes);
void put_bytes(struct evk_str *p, const void *bytes, size_t size);
void put_little(struct evk_str *p, uint64_t value, int bytes);
void put_int(struct evk_str *p, int64_t i);          /* the shortest opcode, LONG1 if need be */
void put_text(struct evk_str *p, const char *text);  /* BINUNICODE */
void put_short(struct evk_str *p, const char *text); /* SHORT_BINUNICODE */
void put_data(struct evk_str *p, const void *bytes, size_t size);        /* BINBYTES */
void put_class(struct evk_str *p, const char *module, const char *name); /* GLOBAL */
void put_ints(struct evk_str *p, int n, const int64_t *list);            /* a tuple */

/* ---- NumPy ---- */

/* Write the magic bytes and the padded header of this version; text: "{'descr': ..., }". */
void npy_begin(struct evk_str *f, int version, const char *text);
/* Write a pickled array of numbers with this type, "f4", and byte order, "<". */
void npy_pickled(struct evk_str *f, const char *order, const char *type, int axes,
                 const int64_t *dim, const void *bytes, size_t size);
/*
 * Begin and end a file with an array of count objects; each npy_pickled in between is one of them.
 */
void npy_list_begin(struct evk_str *f, int64_t count);
void npy_list_end(struct evk_str *f);

/* ---- PyTorch ---- */

struct torch_entry {
    char name[64];
    struct evk_str data;
};

enum { TORCH_ENTRIES = 64 };

struct torch_file {
    const char *prefix; /* "archive/" */
    struct evk_str pickle;
    struct torch_entry entries[TORCH_ENTRIES];
    int count;
};

/* A tensor's view of its storage. */
struct torch_view {
    const char *name, *class, *key; /* "w", "FloatStorage", "0" */
    int64_t stored, offset;
    int axes;
    const int64_t *dim, *stride;
};

/* Begin the pickle, up to where the items of a dictionary follow. */
void torch_begin(struct torch_file *t, const char *prefix, int protocol);
/* torch_value: write a tensor; torch_tensor: write its name as the key, then the tensor. */
void torch_value(struct torch_file *t, const struct torch_view *v);
void torch_tensor(struct torch_file *t, const struct torch_view *v);
/* Add an entry of the archive below the prefix: "data/0", "byteorder". */
void torch_entry(struct torch_file *t, const char *name, const void *data, size_t size);
/* Add a tensor of floats that has a storage of its own. */
void torch_floats(struct torch_file *t, const char *name, const struct evk_tensor *values);
/* End the dictionary and the pickle. */
void torch_end(struct torch_file *t);
/* Returns the bytes of the archive; release them, and t. */
struct evk_bytes torch_bytes(struct torch_file *t);
void torch_release(struct torch_file *t);

#endif /* EVK_TESTS_PICKLE_FILE_H */
