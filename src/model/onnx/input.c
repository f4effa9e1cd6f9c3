/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input.c - which axes of an ONNX graph's input are the rows, columns and channels of the image */
#include <string.h>

#include "model/onnx/value.h"

/* Returns the size of an axis, or 0 where it is free. */
static int64_t size_of(const Onnx__TensorShapeProto__Dimension *d)
{
    return d->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE && d->dim_value > 0
               ? d->dim_value
               : 0;
}

static evk_status read_dims(const Onnx__ValueInfoProto *input, struct evk_onnx_value *out,
                            evk_error *err)
{
    const Onnx__TypeProto *t = input->type;
    const Onnx__TensorShapeProto *shape =
        t && t->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ? t->tensor_type->shape : NULL;
    int64_t n = 1;

    if (!shape)
        return evk_fail(err, EVK_EUNSUPPORTED, "its input '%.100s' has no shape", input->name);
    if (shape->n_dim > EVK_ONNX_AXES)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "its input '%.100s' has %zu axes, supported: up to %d", input->name,
                        shape->n_dim, EVK_ONNX_AXES);
    *out = (struct evk_onnx_value){.axes = (int)shape->n_dim, .set = true};
    for (int a = 0; a < out->axes; a++) {
        out->dim[a] = size_of(shape->dim[a]);
        out->order[a] = a;
        if (out->dim[a] && (out->dim[a] > EVK_NODE_VALUES_MAX / n))
            return evk_fail(err, EVK_EFORMAT, "its input '%.100s' has over %d values", input->name,
                            EVK_NODE_VALUES_MAX);
        n *= out->dim[a] ? out->dim[a] : 1;
    }
    return EVK_OK;
}

/* Does the first node that cares for the order of axes bring channels to the front?  Then they are
   at the end. */
static bool is_turned(const struct evk_onnx *o, int64_t tensor)
{
    static const char *const through[] = {"Identity", "Cast", "Sub", "Div", "Mul", "Add"};

    for (int64_t i = 0; i < o->count; i++) {
        const struct evk_onnx_node *n = &o->nodes[i];
        const struct evk_onnx_call c = {.node = n};
        const Onnx__AttributeProto *perm;

        if (!n->op || n->inputs < 1 || n->input[0] != tensor)
            continue;
        for (size_t t = 0; t < sizeof(through) / sizeof(through[0]); t++)
            if (strcmp(n->op->name, through[t]) == 0 && n->outputs > 0)
                tensor = n->output[0];
        if (strcmp(n->op->name, "Transpose") != 0)
            continue;
        perm = evk_onnx_attribute(&c, "perm");
        return perm && perm->n_ints == 4 && perm->ints[1] == 3 && perm->ints[2] == 1;
    }
    return false;
}

/* Sets the size of rows or columns: that of the file, or where the file leaves the size free, that
   of the options. */
static evk_status set_size(int64_t *dim, int64_t given, const char *what, evk_error *err)
{
    if (*dim == 0 && given == 0)
        return evk_fail(err, EVK_EINVAL, "takes images of any size: give the height and the width");
    if (*dim != 0 && given != 0 && given != *dim)
        return evk_fail(err, EVK_EINVAL, "its images have %lld %s, which cannot become %lld",
                        (long long)*dim, what, (long long)given);
    if (*dim == 0)
        *dim = given;
    return EVK_OK;
}

/* A vector is an image of one row, or of the height and width that are given. */
static evk_status take_vector(struct evk_onnx *o, struct evk_onnx_value *v, struct evk_shape *image,
                              evk_error *err)
{
    const int64_t n = v->dim[v->axes - 1], h = o->options->height, w = o->options->width;

    *image = (struct evk_shape){1, n, 1, false};
    if (n == 0 || (h && w && n % (h * w) != 0))
        return evk_fail(err, EVK_EINVAL,
                        "takes vectors of %lld values, which are no images of %lldx%lld pixels",
                        (long long)n, (long long)h, (long long)w);
    if (h && w)
        *image = (struct evk_shape){h, w, n / (h * w), false};
    return EVK_OK;
}

static evk_status take_image(struct evk_onnx *o, struct evk_onnx_value *v, int64_t tensor,
                             struct evk_shape *image, evk_error *err)
{
    const int batch = v->axes == 4, first = batch;
    const bool last =
        is_turned(o, tensor) || (v->dim[first] > EVK_CHANNELS_MAX && v->dim[first + 2] > 0 &&
                                 v->dim[first + 2] <= EVK_CHANNELS_MAX);
    const int rows = last ? first : first + 1, channels = last ? first + 2 : first;

    o->channels_last = last;
    o->network->axes = last ? "rows, columns, channels" : "channels, rows, columns";
    EVK_TRY(set_size(&v->dim[rows], o->options->height, "rows", err));
    EVK_TRY(set_size(&v->dim[rows + 1], o->options->width, "columns", err));
    if (v->dim[channels] == 0)
        return evk_fail(err, EVK_EUNSUPPORTED, "its image has a free number of channels");
    *image = (struct evk_shape){v->dim[rows], v->dim[rows + 1], v->dim[channels], false};
    v->order[first] = rows;
    v->order[first + 1] = rows + 1;
    v->order[first + 2] = channels;
    return EVK_OK;
}

/* A vector of several channels lies in ONNX's order, channels first. */
static evk_status order_vector(struct evk_onnx *o, struct evk_onnx_value *v,
                               const struct evk_shape *image, evk_error *err)
{
    struct evk_onnx_call c = {.o = o, .label = "of the input"};
    struct evk_onnx_value map = evk_onnx_shape(3, (int64_t[]){image->c, image->h, image->w});

    map.node = v->node;
    map.order[0] = 1;
    map.order[1] = 2;
    map.order[2] = 0;
    return evk_onnx_reshape(&c, &map, v->axes, v->dim, v, err);
}

static evk_status take_tensor(struct evk_onnx *o, struct evk_onnx_value *v, evk_error *err)
{
    struct evk_shape s = {1, 1, 1, false};

    struct evk_onnx_call c = {.o = o};

    if (evk_onnx_count(v) == 0)
        return evk_onnx_empty(&c, v->axes, v->dim, v, err);
    if (v->axes > 0)
        s.c = v->dim[v->axes - 1];
    if (v->axes > 1)
        s.w = v->dim[v->axes - 2];
    s.h = evk_onnx_count(v) / s.c / s.w;
    return evk_add_input(o->graph, "of the input", &s, &v->node, err);
}

/* Fails where the input has whole numbers, unless the first that is done to them is to make them
   real ones. */
static evk_status check_numbers(const struct evk_onnx *o, const Onnx__ValueInfoProto *input,
                                int64_t tensor, evk_error *err)
{
    switch (input->type->tensor_type->elem_type) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__UNDEFINED:
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
        return EVK_OK;
    default:
        break;
    }
    for (int64_t i = 0; i < o->count; i++)
        for (int j = 0; j < o->nodes[i].inputs; j++)
            if (o->nodes[i].input[j] == tensor && strcmp(o->nodes[i].proto->op_type, "Cast") != 0 &&
                strcmp(o->nodes[i].proto->op_type, "Shape") != 0)
                return evk_fail(err, EVK_EUNSUPPORTED,
                                "its input '%.100s' has whole numbers, with which node '%.100s' "
                                "computes; expected real numbers",
                                input->name, o->nodes[i].name);
    return EVK_OK;
}

evk_status evk_onnx_input(struct evk_onnx *o, const Onnx__ValueInfoProto *input, int64_t i,
                          evk_error *err)
{
    struct evk_onnx_value *v = &o->values[i];
    struct evk_shape image;

    EVK_TRY(read_dims(input, v, err));
    EVK_TRY(check_numbers(o, input, i, err));
    if (o->tensors)
        return take_tensor(o, v, err);
    if (v->axes < 1 || v->axes > 4)
        return evk_fail(err, EVK_EUNSUPPORTED, "its input '%.100s' has %d axes, supported: 1 to 4",
                        input->name, v->axes);
    if ((v->axes == 4 || v->axes == 2) && v->dim[0] == 0)
        v->dim[0] = 1;
    if ((v->axes == 4 || v->axes == 2) && v->dim[0] != 1)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "its input takes %lld images at a time, expected 1 or any number: export "
                        "it with a batch of 1",
                        (long long)v->dim[0]);
    if (v->axes <= 2) {
        EVK_TRY(take_vector(o, v, &image, err));
        EVK_TRY(evk_add_input(o->graph, "of the input", &image, &v->node, err));
        return image.c > 1 ? order_vector(o, v, &image, err) : EVK_OK;
    }
    EVK_TRY(take_image(o, v, i, &image, err));
    return evk_add_input(o->graph, "of the input", &image, &v->node, err);
}
