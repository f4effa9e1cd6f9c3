/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tensor.c - the numbers of a tensor in an ONNX file, or in a file beside it */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "format/element.h"
#include "model/onnx/value.h"

/* How a number type of ONNX lies in the raw bytes of a tensor. */
struct type {
    int32_t onnx;
    enum evk_element element;
    bool real;
};

static const struct type types[] = {
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, EVK_F32, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, EVK_F64, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16, EVK_F16, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16, EVK_BF16, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT64, EVK_I64, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT32, EVK_I32, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT16, EVK_I16, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT8, EVK_I8, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT8, EVK_U8, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT16, EVK_U16, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT32, EVK_U32, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT64, EVK_U64, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BOOL, EVK_B1, false},
};

static const struct type *find_type(int32_t onnx)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].onnx == onnx)
            return &types[i];
    return NULL;
}

static const char *name_of(const Onnx__TensorProto *t)
{
    return t->name && t->name[0] ? t->name : "without a name";
}

/* ---- raw bytes ------------------------------------------------------------------------------ */

static int64_t whole_at(const struct type *type, const unsigned char *bytes, int64_t i)
{
    const int64_t size = evk_element_size(type->element);
    const bool negative = type->element == EVK_I8 || type->element == EVK_I16 ||
                          type->element == EVK_I32 || type->element == EVK_I64;
    uint64_t bits = 0;

    for (int64_t b = size - 1; b >= 0; b--)
        bits = bits << 8 | bytes[i * size + b];
    if (type->element == EVK_B1)
        return bits != 0;
    if (negative && size < 8 && bits >> (8 * size - 1))
        bits |= ~(uint64_t)0 << 8 * size;
    return bits > INT64_MAX && !negative ? INT64_MAX : (int64_t)bits;
}

static evk_status from_bytes(struct evk_onnx_call *c, const struct type *type,
                             const unsigned char *bytes, int64_t n, struct evk_onnx_value *out,
                             evk_error *err)
{
    const struct evk_elements all = {type->element, false, bytes};
    int64_t *whole;
    float *real;

    if (type->real) {
        EVK_TRY(evk_onnx_alloc(c, &real, n, sizeof(*real), err));
        evk_elements_read(&all, 0, 1, n, real);
        out->real = real;
        return EVK_OK;
    }
    EVK_TRY(evk_onnx_alloc(c, &whole, n, sizeof(*whole), err));
    for (int64_t i = 0; i < n; i++)
        whole[i] = whole_at(type, bytes, i);
    out->whole = whole;
    return EVK_OK;
}

/* ---- numbers in fields of their own --------------------------------------------------------- */

/* Returns how many numbers the fields of a tensor have that belong to its type. */
static size_t count_of(const Onnx__TensorProto *t, const struct type *type)
{
    switch (type->element) {
    case EVK_F32:
        return t->n_float_data;
    case EVK_F64:
        return t->n_double_data;
    case EVK_I64:
        return t->n_int64_data;
    case EVK_U32:
    case EVK_U64:
        return t->n_uint64_data;
    default:
        return t->n_int32_data;
    }
}

static float half_of(int32_t bits, enum evk_element type)
{
    const unsigned char bytes[2] = {(unsigned char)(bits & 255), (unsigned char)(bits >> 8 & 255)};
    const struct evk_elements one = {type, false, bytes};
    float out;

    evk_elements_read(&one, 0, 1, 1, &out);
    return out;
}

static float real_in(const Onnx__TensorProto *t, const struct type *type, int64_t i)
{
    if (type->element == EVK_F32)
        return t->float_data[i];
    if (type->element == EVK_F64)
        return (float)t->double_data[i];
    return half_of(t->int32_data[i], type->element);
}

static int64_t whole_in(const Onnx__TensorProto *t, const struct type *type, int64_t i)
{
    if (type->element == EVK_I64)
        return t->int64_data[i];
    if (type->element == EVK_U32 || type->element == EVK_U64)
        return t->uint64_data[i] > INT64_MAX ? INT64_MAX : (int64_t)t->uint64_data[i];
    return t->int32_data[i];
}

static evk_status from_fields(struct evk_onnx_call *c, const Onnx__TensorProto *t,
                              const struct type *type, int64_t n, struct evk_onnx_value *out,
                              evk_error *err)
{
    int64_t *whole;
    float *real;

    if (count_of(t, type) != (size_t)n)
        return evk_fail(err, EVK_EFORMAT, "tensor '%s' has %zu numbers, expected %lld", name_of(t),
                        count_of(t, type), (long long)n);
    if (type->real) {
        EVK_TRY(evk_onnx_alloc(c, &real, n, sizeof(*real), err));
        for (int64_t i = 0; i < n; i++)
            real[i] = real_in(t, type, i);
        out->real = real;
        return EVK_OK;
    }
    EVK_TRY(evk_onnx_alloc(c, &whole, n, sizeof(*whole), err));
    for (int64_t i = 0; i < n; i++)
        whole[i] = whole_in(t, type, i);
    out->whole = whole;
    return EVK_OK;
}

/* ---- a file beside the model ---------------------------------------------------------------- */

static const char *entry_of(const Onnx__TensorProto *t, const char *key)
{
    for (size_t i = 0; i < t->n_external_data; i++)
        if (t->external_data[i]->key && strcmp(t->external_data[i]->key, key) == 0)
            return t->external_data[i]->value;
    return NULL;
}

/* Reads a number of external_data; `fallback` where there is none. */
static evk_status external_number(const Onnx__TensorProto *t, const char *key, int64_t fallback,
                                  int64_t *out, evk_error *err)
{
    const char *text = entry_of(t, key);

    *out = fallback;
    if (text && (!evk_parse_int(text, out) || *out < 0))
        return evk_fail(err, EVK_EFORMAT, "tensor '%s': its %s is '%.40s', expected a number",
                        name_of(t), key, text);
    return EVK_OK;
}

/* Counts the bytes of a file beside the model, once. */
static evk_status count_file(struct evk_onnx *o, const char *name, int64_t length, evk_error *err)
{
    for (size_t i = 0; i < o->beside.count; i++)
        if (strcmp(o->beside.names[i], name) == 0)
            return EVK_OK;
    o->bytes += length;
    return evk_names_add(&o->beside, name, err);
}

/* Reads `size` bytes from `offset` on, which the caller frees. */
static evk_status read_at(struct evk_onnx_call *c, FILE *f, const char *name, int64_t offset,
                          int64_t size, unsigned char **bytes, evk_error *err)
{
    unsigned char *out;
    int64_t length;

    if (fseeko(f, 0, SEEK_END) != 0 || (length = ftello(f)) < 0)
        return evk_fail(err, EVK_EIO, "%s: cannot be read: %s", name, strerror(errno));
    if (offset > length || size > length - offset)
        return evk_fail(err, EVK_EFORMAT,
                        "%.200s has %lld bytes, expected %lld bytes of a tensor from byte %lld on",
                        name, (long long)length, (long long)size, (long long)offset);
    EVK_TRY(count_file(c->o, name, length, err));
    EVK_TRY(evk_onnx_charge(c, size, 1, err));
    EVK_TRY(evk_alloc(bytes, size, 1, "a tensor", err));
    out = *bytes;
    if (fseeko(f, offset, SEEK_SET) != 0 || fread(out, 1, (size_t)size, f) != (size_t)size)
        return evk_fail(err, EVK_EIO, "%s: cannot be read: %s", name, strerror(errno));
    return EVK_OK;
}

/* Reads bytes of a file in the folder of the model. */
static evk_status read_beside(struct evk_onnx_call *c, const char *name, int64_t offset,
                              int64_t size, unsigned char **out, evk_error *err)
{
    const struct evk_onnx *o = c->o;
    struct evk_str folder = EVK_STR_INIT;
    struct evk_dir dir = {-1, NULL};
    evk_status s;
    FILE *f;

    if (!o->options->path)
        return evk_fail(err, EVK_EUNSUPPORTED, "has numbers in a file beside it, '%.200s'", name);
    evk_str_add(&folder, o->options->path,
                (size_t)(evk_base_name(o->options->path) - o->options->path));
    s = evk_str_check(&folder, err);
    if (!s)
        s = evk_dir_open(&dir, folder.size ? folder.data : ".", err);
    if (!s)
        s = evk_dir_stream(&dir, name, &f, err);
    if (!s) {
        s = read_at(c, f, name, offset, size, out, err);
        fclose(f);
    }
    evk_dir_close(&dir);
    evk_str_release(&folder);
    return s;
}

static evk_status from_file(struct evk_onnx_call *c, const Onnx__TensorProto *t,
                            const struct type *type, int64_t n, struct evk_onnx_value *out,
                            evk_error *err)
{
    const char *location = entry_of(t, "location");
    const int64_t size = n * evk_element_size(type->element);
    int64_t offset, length;
    unsigned char *bytes = NULL;
    evk_status s;

    if (!location || !location[0])
        return evk_fail(err, EVK_EFORMAT, "tensor '%s' lies in another file, which has no name",
                        name_of(t));
    EVK_TRY(external_number(t, "offset", 0, &offset, err));
    EVK_TRY(external_number(t, "length", size, &length, err));
    if (length != size)
        return evk_fail(err, EVK_EFORMAT, "tensor '%s': has %lld bytes in %.200s, expected %lld",
                        name_of(t), (long long)length, location, (long long)size);
    s = read_beside(c, location, offset, size, &bytes, err);
    if (!s)
        s = from_bytes(c, type, bytes, n, out, err);
    free(bytes);
    return s;
}

/* ---- tensors -------------------------------------------------------------------------------- */

static evk_status read_shape(const Onnx__TensorProto *t, struct evk_onnx_value *out, evk_error *err)
{
    char text[EVK_SHAPE_TEXT];

    if (t->n_dims > EVK_ONNX_AXES)
        return evk_fail(err, EVK_EUNSUPPORTED, "tensor '%s' has %zu axes, supported: up to %d",
                        name_of(t), t->n_dims, EVK_ONNX_AXES);
    if (!evk_onnx_fits((int)t->n_dims, t->dims))
        return evk_fail(
            err, EVK_EFORMAT,
            "tensor '%s' has the shape %s, expected positive sizes and up to %d numbers",
            name_of(t), evk_shape_text((int)t->n_dims, t->dims, text), EVK_NODE_VALUES_MAX);
    *out = evk_onnx_shape((int)t->n_dims, t->dims);
    return EVK_OK;
}

static evk_status read_numbers(struct evk_onnx_call *c, const Onnx__TensorProto *t,
                               const struct type *type, struct evk_onnx_value *out, evk_error *err)
{
    const int64_t n = evk_onnx_count(out), size = n * evk_element_size(type->element);

    if (t->has_data_location && t->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
        return from_file(c, t, type, n, out, err);
    if (!t->has_raw_data)
        return from_fields(c, t, type, n, out, err);
    if (t->raw_data.len != (size_t)size)
        return evk_fail(err, EVK_EFORMAT, "tensor '%s' has %zu bytes, expected %lld", name_of(t),
                        t->raw_data.len, (long long)size);
    return from_bytes(c, type, t->raw_data.data, n, out, err);
}

evk_status evk_onnx_tensor(struct evk_onnx *o, const Onnx__TensorProto *t,
                           struct evk_onnx_value *out, evk_error *err)
{
    const struct type *type = find_type(t->data_type);
    struct evk_onnx_call c = {.o = o};

    if (!type)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "tensor '%s' has numbers of ONNX's type %d, supported: real and whole "
                        "numbers of 8 to 64 bits, and truth values",
                        name_of(t), (int)t->data_type);
    EVK_TRY(read_shape(t, out, err));
    EVK_TRY(read_numbers(&c, t, type, out, err));
    for (int64_t i = 0; out->real && !o->tensors && i < evk_onnx_count(out); i++)
        if (isnan(out->real[i]))
            return evk_fail(err, EVK_EFORMAT, "tensor '%s' has a NaN, expected numbers",
                            name_of(t));
    return EVK_OK;
}
