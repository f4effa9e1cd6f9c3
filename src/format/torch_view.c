/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_view.c - tensors as PyTorch pickles them, which are views of storages */
#include "format/torch_view.h"

#include "base/mem.h"

typedef struct evk_pickle_value value;

enum { TENSOR, TENSOR_2, PARAMETER, STORAGES, STORAGE_COUNT = 10 };

const struct evk_pickle_class evk_torch_allowed[] = {
    [TENSOR] = {"torch._utils._rebuild_tensor", EVK_PICKLE_OBJECT},
    [TENSOR_2] = {"torch._utils._rebuild_tensor_v2", EVK_PICKLE_OBJECT},
    [PARAMETER] = {"torch._utils._rebuild_parameter", EVK_PICKLE_OBJECT},
    [STORAGES] = {"torch.FloatStorage", EVK_PICKLE_OBJECT},
    {"torch.DoubleStorage", EVK_PICKLE_OBJECT},
    {"torch.HalfStorage", EVK_PICKLE_OBJECT},
    {"torch.BFloat16Storage", EVK_PICKLE_OBJECT},
    {"torch.LongStorage", EVK_PICKLE_OBJECT},
    {"torch.IntStorage", EVK_PICKLE_OBJECT},
    {"torch.ShortStorage", EVK_PICKLE_OBJECT},
    {"torch.CharStorage", EVK_PICKLE_OBJECT},
    {"torch.ByteStorage", EVK_PICKLE_OBJECT},
    {"torch.BoolStorage", EVK_PICKLE_OBJECT},
    /* Classes that checkpoints hold beside tensors; their values are skipped. */
    {"collections.OrderedDict", EVK_PICKLE_DICT},
    {"torch.Size", EVK_PICKLE_OBJECT},
    {"numpy.core.multiarray._reconstruct", EVK_PICKLE_OBJECT},
    {"numpy._core.multiarray._reconstruct", EVK_PICKLE_OBJECT},
    {"numpy.core.multiarray.scalar", EVK_PICKLE_OBJECT},
    {"numpy._core.multiarray.scalar", EVK_PICKLE_OBJECT},
    {"numpy.ndarray", EVK_PICKLE_OBJECT},
    {"numpy.dtype", EVK_PICKLE_OBJECT},
    {"_codecs.encode", EVK_PICKLE_OBJECT},
    {NULL, EVK_PICKLE_NONE},
};

/* The number types of the storages above, from torch.FloatStorage on. */
static const enum evk_element elements[STORAGE_COUNT] = {
    EVK_F32, EVK_F64, EVK_F16, EVK_BF16, EVK_I64, EVK_I32, EVK_I16, EVK_I8, EVK_U8, EVK_B1,
};

/*
 * Returns the arguments of a tensor, or of the tensor that a parameter holds; NULL where v is
 * neither.
 */
static const value *arguments_of(const value *v)
{
    const value *arguments, *state;

    if (evk_pickle_object(v, PARAMETER, &arguments, &state))
        v = evk_pickle_at(arguments, 0);
    if (evk_pickle_object(v, TENSOR_2, &arguments, &state) ||
        evk_pickle_object(v, TENSOR, &arguments, &state))
        return arguments;
    return NULL;
}

bool evk_torch_is_tensor(const value *v)
{
    return arguments_of(v) != NULL;
}

/* Read the storage of a view from its persistent id: ('storage', class, key, device, count). */
static evk_status read_storage(struct evk_torch_view *out, const value *v, evk_error *err)
{
    const value *id = evk_pickle_is(v, EVK_PICKLE_REFERENCE) ? v->is.items[0] : NULL;
    const value *class = evk_pickle_at(id, 1);

    out->key = evk_pickle_at(id, 2);
    if (!evk_pickle_says(evk_pickle_at(id, 0), "storage") ||
        !evk_pickle_is(class, EVK_PICKLE_CLASS) || class->class < STORAGES ||
        class->class >= STORAGES + STORAGE_COUNT || !evk_pickle_is(out->key, EVK_PICKLE_TEXT) ||
        !evk_pickle_int(evk_pickle_at(id, 4), &out->stored) || out->stored < 0)
        return evk_fail(err, EVK_EFORMAT,
                        "is a view of something that is not a storage of numbers");
    out->element = elements[class->class - STORAGES];
    return EVK_OK;
}

/* Is the last value of the view, at offset + sum of (dim - 1) stride, within the storage? */
static bool within(const struct evk_torch_view *v)
{
    int64_t last = v->offset, reach;

    if (v->count == 0)
        return true;
    for (int i = 0; i < v->axes; i++) {
        if (!evk_size_mul(v->dim[i] - 1, v->stride[i], &reach) || reach > INT64_MAX - last)
            return false;
        last += reach;
    }
    return last < v->stored;
}

/* Read the shape and the strides of a view. */
static evk_status read_shape(struct evk_torch_view *out, const value *dim, const value *stride,
                             evk_error *err)
{
    if (!evk_pickle_is(dim, EVK_PICKLE_TUPLE) || !evk_pickle_is(stride, EVK_PICKLE_TUPLE) ||
        dim->count != stride->count)
        return evk_fail(err, EVK_EFORMAT, "has no shape and strides with equally many axes");
    if (dim->count > EVK_AXES_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "has %zu axes, expected at most %d", dim->count,
                        EVK_AXES_MAX);
    out->axes = (int)dim->count;
    out->count = 1;
    for (int i = 0; i < out->axes; i++)
        if (!evk_pickle_int(dim->is.items[i], &out->dim[i]) ||
            !evk_pickle_int(stride->is.items[i], &out->stride[i]) || out->stride[i] < 0 ||
            !evk_size_mul(out->count, out->dim[i], &out->count))
            return evk_fail(err, EVK_EFORMAT,
                            "has a size or a stride that is negative or too large");
    return EVK_OK;
}

evk_status evk_torch_view_read(struct evk_torch_view *out, const value *v, evk_error *err)
{
    const value *arguments = arguments_of(v);
    struct evk_torch_view view = {.name = NULL};
    char found[EVK_SHAPE_TEXT];

    EVK_TRY(read_storage(&view, evk_pickle_at(arguments, 0), err));
    EVK_TRY(read_shape(&view, evk_pickle_at(arguments, 2), evk_pickle_at(arguments, 3), err));
    if (!evk_pickle_int(evk_pickle_at(arguments, 1), &view.offset) || view.offset < 0 ||
        !within(&view))
        return evk_fail(err, EVK_EFORMAT, "is a view of %s beyond its storage of %lld numbers",
                        evk_shape_text(view.axes, view.dim, found), (long long)view.stored);
    *out = view;
    return EVK_OK;
}

void evk_torch_view_copy(const struct evk_torch_view *v, const unsigned char *storage, bool big,
                         float *out)
{
    const struct evk_elements from = {v->element, big, storage};
    const int last = v->axes - 1;
    const int64_t row = last >= 0 ? v->dim[last] : 1, step = last >= 0 ? v->stride[last] : 0;
    int64_t at[EVK_AXES_MAX] = {0}, first = v->offset;

    for (int64_t i = 0; i < v->count; i += row) {
        evk_elements_read(&from, first, step, row, out + i);
        for (int a = last - 1; a >= 0; a--) {
            first += v->stride[a];
            if (++at[a] < v->dim[a])
                break;
            first -= at[a] * v->stride[a];
            at[a] = 0;
        }
    }
}
