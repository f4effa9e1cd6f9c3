/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_view.c - tensors as PyTorch pickles them, which are views of storages */
#include "format/torch_view.h"

#include "base/mem.h"

typedef struct evk_pickle_value value;

enum { TENSOR, TENSOR_2, PARAMETER, PARAMETER_2, TYPED, TYPED_2, DEPTH = 4 };

const struct evk_pickle_class evk_torch_known[] = {
    [TENSOR] = {"torch._utils._rebuild_tensor", EVK_PICKLE_OBJECT},
    [TENSOR_2] = {"torch._utils._rebuild_tensor_v2", EVK_PICKLE_OBJECT},
    [PARAMETER] = {"torch._utils._rebuild_parameter", EVK_PICKLE_OBJECT},
    [PARAMETER_2] = {"torch._utils._rebuild_parameter_with_state", EVK_PICKLE_OBJECT},
    [TYPED] = {"torch._tensor._rebuild_from_type", EVK_PICKLE_OBJECT},
    [TYPED_2] = {"torch._tensor._rebuild_from_type_v2", EVK_PICKLE_OBJECT},
    {"collections.OrderedDict", EVK_PICKLE_DICT},
    {"collections.defaultdict", EVK_PICKLE_DICT},
    {NULL, EVK_PICKLE_NONE},
};

/*
 * Returns the arguments of a tensor, or of the tensor that a parameter or a tensor with attributes
 * holds; NULL where v is none of these.  A parameter is (tensor, ...), and a tensor with attributes
 * is (function that makes the tensor, type, the function's arguments, attributes).
 */
static const value *arguments_of(const value *v)
{
    const value *arguments, *state, *function;

    for (int i = 0; i < DEPTH; i++) {
        if (evk_pickle_object(v, TENSOR_2, &arguments, &state) ||
            evk_pickle_object(v, TENSOR, &arguments, &state))
            return arguments;
        if (evk_pickle_object(v, TYPED, &arguments, &state) ||
            evk_pickle_object(v, TYPED_2, &arguments, &state)) {
            function = evk_pickle_at(arguments, 0);
            if (!evk_pickle_is(function, EVK_PICKLE_CLASS))
                return NULL;
            if (function->class == TENSOR || function->class == TENSOR_2)
                return evk_pickle_at(arguments, 2);
            if (function->class != PARAMETER && function->class != PARAMETER_2)
                return NULL;
            arguments = evk_pickle_at(arguments, 2);
        } else if (!evk_pickle_object(v, PARAMETER, &arguments, &state) &&
                   !evk_pickle_object(v, PARAMETER_2, &arguments, &state)) {
            return NULL;
        }
        v = evk_pickle_at(arguments, 0);
    }
    return NULL;
}

bool evk_torch_is_tensor(const value *v)
{
    return arguments_of(v) != NULL;
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
    return last < v->storage.stored;
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

/* Does the last argument of a tensor say that its numbers are negated or conjugated when read? */
static bool is_altered(const value *metadata)
{
    const value *neg = evk_pickle_get(metadata, "neg"), *conj = evk_pickle_get(metadata, "conj");

    return (evk_pickle_is(neg, EVK_PICKLE_BOOL) && neg->is.i) ||
           (evk_pickle_is(conj, EVK_PICKLE_BOOL) && conj->is.i);
}

evk_status evk_torch_view_read(struct evk_torch_view *out, const value *v, evk_error *err)
{
    const value *arguments = arguments_of(v);
    struct evk_torch_view view = {.name = NULL};
    char found[EVK_SHAPE_TEXT];

    if (!evk_torch_storage_read(&view.storage, evk_pickle_at(arguments, 0)))
        return evk_fail(err, EVK_EFORMAT,
                        "is a view of something that is not a storage of numbers");
    if (!view.storage.readable || is_altered(evk_pickle_at(arguments, 6)))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "has complex or quantised numbers, expected real ones");
    EVK_TRY(read_shape(&view, evk_pickle_at(arguments, 2), evk_pickle_at(arguments, 3), err));
    if (!evk_pickle_int(evk_pickle_at(arguments, 1), &view.offset) || view.offset < 0 ||
        !within(&view))
        return evk_fail(err, EVK_EFORMAT, "is a view of %s beyond its storage of %lld numbers",
                        evk_shape_text(view.axes, view.dim, found), (long long)view.storage.stored);
    *out = view;
    return EVK_OK;
}

void evk_torch_view_copy(const struct evk_torch_view *v, const unsigned char *storage, bool big,
                         float *out)
{
    const struct evk_elements from = {v->storage.element, big, storage};
    const int last = v->axes - 1;
    const int64_t row = last >= 0 ? v->dim[last] : 1, step = last >= 0 ? v->stride[last] : 0;
    int64_t at[EVK_AXES_MAX] = {0}, first = v->storage.offset + v->offset;

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
