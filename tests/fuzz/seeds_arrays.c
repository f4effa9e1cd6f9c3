/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seeds_arrays.c - arrays as NumPy and PyTorch write them: .npy, .npz, pickles, .pt
 *
 * Pickles are assembled opcode by opcode, like those that the two libraries write.
 */
#include <stdio.h>
#include <string.h>

#include "../harness/test.h"
#include "base/str.h"
#include "format/zip.h"
#include "sample.h"
#include "seeds.h"

enum { NAME = 48 };

/* ---- opcodes ------------------------------------------------------------------------ */

#define add_literal(s, text) evk_str_add((s), (text), sizeof(text) - 1)

static void add_little(struct evk_str *s, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        const unsigned char b = (unsigned char)(v >> (8 * i));

        evk_str_add(s, &b, 1);
    }
}

static void add_int(struct evk_str *s, int v)
{
    add_literal(s, "J");
    add_little(s, (uint32_t)v, 4);
}

static void add_text(struct evk_str *s, const char *text)
{
    add_literal(s, "X");
    add_little(s, (uint32_t)strlen(text), 4);
    evk_str_puts(s, text);
}

static void add_shape(struct evk_str *s, int axes, const int *dim)
{
    add_literal(s, "(");
    for (int i = 0; i < axes; i++)
        add_int(s, dim[i]);
    add_literal(s, "t");
}

static void write_str(const char *target, const char *name, struct evk_str *s)
{
    assert_ok(evk_str_check(s, err));
    seed_write(target, name, s->data, s->size);
    evk_str_release(s);
}

/* ---- NumPy -------------------------------------------------------------------------- */

/* Append the header of a .npy file of version 1, padded to 128 bytes. */
static void add_npy_header(struct evk_str *s, const char *type, int axes, const int *dim)
{
    enum { HEADER = 128 };
    const size_t end = s->size + HEADER - 1;

    add_literal(s, "\x93NUMPY\1\0\x76\0");
    evk_str_printf(s, "{'descr': '%s', 'fortran_order': False, 'shape': (", type);
    for (int i = 0; i < axes; i++)
        evk_str_printf(s, "%s%d%s", i ? ", " : "", dim[i], axes == 1 ? "," : "");
    evk_str_puts(s, "), }");
    while (s->size < end)
        evk_str_puts(s, " ");
    evk_str_puts(s, "\n");
}

static struct evk_str npy(const struct sample_array *a, int count)
{
    struct evk_str s = EVK_STR_INIT;

    add_npy_header(&s, "<f4", a->axes, a->dim);
    evk_str_add(&s, sample_values, (size_t)count * sizeof(*sample_values));
    return s;
}

/* Append an array as NumPy pickles it: a call of _reconstruct, then the array's state. */
static void add_ndarray(struct evk_str *s, const struct sample_array *a, int count)
{
    add_literal(s, "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tC\1btR(K\1");
    add_shape(s, a->axes, a->dim);
    add_literal(s, "cnumpy\ndtype\n(");
    add_text(s, "f4");
    add_literal(s, "K\0K\1tR(K\3");
    add_text(s, "<");
    add_literal(s, "NNN");
    add_int(s, -1);
    add_int(s, -1);
    add_literal(s, "K\0tb\x89"
                   "B");
    add_little(s, (uint32_t)((size_t)count * sizeof(*sample_values)), 4);
    evk_str_add(s, sample_values, (size_t)count * sizeof(*sample_values));
    add_literal(s, "tb");
}

/* Returns a pickled list of arrays, as get_weights() of Keras returns them. */
static struct evk_str pickled_list(int first, int end)
{
    struct evk_str s = EVK_STR_INIT;

    add_literal(&s, "\x80\3](");
    for (int i = first; i < end; i++) {
        const struct sample_array a = sample_array(i);

        add_ndarray(&s, &a, sample_count(i));
    }
    add_literal(&s, "e.");
    return s;
}

static void write_npz(void)
{
    struct evk_zip_entry entries[SAMPLE_ARRAYS];
    struct evk_str files[SAMPLE_ARRAYS];
    char names[SAMPLE_ARRAYS][NAME];
    struct evk_bytes archive;

    for (int i = 0; i < SAMPLE_ARRAYS; i++) {
        const struct sample_array a = sample_array(i);

        files[i] = npy(&a, sample_count(i));
        snprintf(names[i], NAME, "arr_%d.npy", i);
        entries[i] = (struct evk_zip_entry){names[i], files[i].data, files[i].size};
    }
    assert_ok(evk_zip_write(&archive, entries, SAMPLE_ARRAYS, err));
    seed_write("npy", "compact.npz", archive.data, archive.size);
    evk_bytes_release(&archive);
    for (int i = 0; i < SAMPLE_ARRAYS; i++)
        evk_str_release(&files[i]);
}

static void write_numpy(void)
{
    const struct sample_array scalar = {0, {0}}, kernel = sample_array(0);
    const int length = SAMPLE_ARRAYS;
    struct evk_str s = npy(&scalar, 1), list = pickled_list(0, SAMPLE_ARRAYS);

    write_str("npy", "scalar.npy", &s);
    s = npy(&kernel, sample_count(0));
    write_str("npy", "kernel.npy", &s);
    add_npy_header(&s, "|O", 1, &length);
    evk_str_add(&s, list.data, list.size);
    write_str("npy", "objects.npy", &s);
    write_str("pickle", "compact_list.pkl", &list);
    s = pickled_list(1, 3);
    write_str("pickle", "two_arrays.pkl", &s);
    write_npz();
}

/* ---- PyTorch ------------------------------------------------------------------------ */

/* Write the name of array i of a compact model in PyTorch: "layer0_conv.weight", "Beta.bias". */
static void parameter_name(int i, char name[NAME])
{
    static const char *const first[] = {"conv.weight", "conv.bias",       "bn.weight",
                                        "bn.bias",     "bn.running_mean", "bn.running_var"};
    static const char *const separable[] = {
        "conv_depth.weight", "conv_point.weight", "conv_point.bias", "bn.weight",
        "bn.bias",           "bn.running_mean",   "bn.running_var"};

    if (i < 6)
        snprintf(name, NAME, "layer0_%s", first[i]);
    else if (i < 34)
        snprintf(name, NAME, "layer%d_%s", 1 + (i - 6) / 7, separable[(i - 6) % 7]);
    else
        snprintf(name, NAME, "Beta.%s", i == 34 ? "weight" : "bias");
}

/* PyTorch has kernels as (o, c, h, w) and dense weights as (o, c). */
static struct sample_array torch_shape(int i)
{
    const struct sample_array a = sample_array(i);

    if (a.axes == 4)
        return (struct sample_array){4, {a.dim[3], a.dim[2], a.dim[0], a.dim[1]}};
    return a.axes == 2 ? (struct sample_array){2, {a.dim[1], a.dim[0]}} : a;
}

static void add_tensor(struct evk_str *s, int i)
{
    const struct sample_array a = torch_shape(i);
    int stride[SAMPLE_AXES] = {0}, step = 1;
    char key[NAME];

    for (int k = a.axes - 1; k >= 0; k--) {
        stride[k] = step;
        step *= a.dim[k];
    }
    snprintf(key, NAME, "%d", i);
    add_literal(s, "ctorch._utils\n_rebuild_tensor_v2\n((");
    add_text(s, "storage");
    add_literal(s, "ctorch\nFloatStorage\n");
    add_text(s, key);
    add_text(s, "cpu");
    add_int(s, step);
    add_literal(s, "tQK\0");
    add_shape(s, a.axes, a.dim);
    add_shape(s, a.axes, stride);
    add_literal(s, "\x89"
                   "ccollections\nOrderedDict\n)RtR");
}

static struct evk_str state_dict(int count)
{
    struct evk_str s = EVK_STR_INIT;
    char name[NAME];

    add_literal(&s, "\x80\2ccollections\nOrderedDict\nq\0)Rq\1(");
    for (int i = 0; i < count; i++) {
        parameter_name(i, name);
        add_text(&s, name);
        add_tensor(&s, i);
    }
    add_literal(&s, "u.");
    return s;
}

static void write_torch(const char *name, int count)
{
    struct evk_zip_entry entries[SAMPLE_ARRAYS + 3];
    struct evk_str pickle = state_dict(count);
    char names[SAMPLE_ARRAYS][NAME];
    struct evk_bytes archive;
    size_t n = 0;

    entries[n++] = (struct evk_zip_entry){"archive/data.pkl", pickle.data, pickle.size};
    entries[n++] = (struct evk_zip_entry){"archive/byteorder", "little", 6};
    for (int i = 0; i < count; i++) {
        snprintf(names[i], NAME, "archive/data/%d", i);
        entries[n++] = (struct evk_zip_entry){names[i], sample_values,
                                              (size_t)sample_count(i) * sizeof(*sample_values)};
    }
    entries[n++] = (struct evk_zip_entry){"archive/version", "3\n", 2};
    assert_ok(evk_zip_write(&archive, entries, n, err));
    seed_write("torch", name, archive.data, archive.size);
    evk_bytes_release(&archive);
    evk_str_release(&pickle);
}

/* A list of what protocol 0 has for values, and a tensor whose persistent id is a text. */
static const char lines[] =
    "(lp0\nI1\naL2L\naF1.5\naS'a\\x41'\naV\\u00e9\xe9\na(dp1\nVk\ng0\ns0(I1\nilab\nBox\n(db0(clab\n"
    "Net\nI1\no0a.";
static const char text_tensor[] =
    "(dVlayer0_conv.weight\nctorch._utils\n_rebuild_tensor_v2\n(P('storage', <class "
    "'torch.FloatStorage'>, '0', 'cpu', 75)\nI0\n(I1\nI3\nI5\nI5\nt(I75\nI25\nI5\nI1\ntI00\nNtRs.";

void seeds_arrays(void)
{
    struct evk_str s = state_dict(SAMPLE_ARRAYS);

    write_numpy();
    write_str("pickle", "state_dict.pkl", &s);
    s = state_dict(1);
    write_str("pickle", "one_tensor.pkl", &s);
    seed_write("pickle", "lines.pkl", lines, sizeof(lines) - 1);
    seed_write("pickle", "text_tensor.pkl", text_tensor, sizeof(text_tensor) - 1);
    write_torch("compact.pt", SAMPLE_ARRAYS);
    write_torch("one_tensor.pt", 1);
}
