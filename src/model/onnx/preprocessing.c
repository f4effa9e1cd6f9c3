/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * preprocessing.c - what an ONNX graph does to the image before anything else
 *
 * A network that was exported with its preprocessing begins with a subtraction and a division by
 * constants.  They stay layers of the network; here they are only told apart.
 */
#include <string.h>

#include "model/onnx/binary.h"

/* What has been done to each channel so far: scale x + shift. */
struct affine {
    int64_t channels;
    double scale[EVK_CHANNELS_MAX], shift[EVK_CHANNELS_MAX];
};

static const char *const through[] = {"Identity", "Cast", "Transpose"};

/* Gives the value of a constant for each channel, which is axis `axis` of `axes`.  False where the
   constant differs between pixels. */
static bool channel_values(const struct evk_onnx_value *v, int axes, int axis, int64_t channels,
                           double *out)
{
    struct evk_onnx_value all;

    if (v->axes > axes)
        return false;
    all = evk_onnx_lift(v, axes);
    for (int a = 0; a < axes; a++)
        if (all.dim[a] != 1 && (a != axis || all.dim[a] != channels))
            return false;
    for (int64_t c = 0; c < channels; c++) {
        const int64_t i = all.dim[axis] == 1 ? 0 : c;

        out[c] = v->real ? (double)v->real[i] : (double)v->whole[i];
    }
    return true;
}

/* Applies an operator with constants k; `turned`: the constants come first. */
static bool apply(struct affine *f, const char *op, const double *k, bool turned)
{
    const bool add = strcmp(op, "Add") == 0, sub = strcmp(op, "Sub") == 0;
    const bool mul = strcmp(op, "Mul") == 0, div = strcmp(op, "Div") == 0 && !turned;

    if (!add && !sub && !mul && !div)
        return false;
    for (int64_t c = 0; c < f->channels; c++) {
        const double factor = mul ? k[c] : div ? 1 / k[c] : sub && turned ? -1 : 1;

        f->scale[c] *= factor;
        f->shift[c] *= factor;
        f->shift[c] += add || (sub && turned) ? k[c] : sub ? -k[c] : 0;
    }
    return true;
}

/* Returns the axis of a tensor that holds the channels of the image; -1: none does. */
static int channel_axis(const struct evk_onnx_value *v)
{
    return v->axes >= 3 && v->node >= 0 ? v->order[v->axes - 1] : -1;
}

/* Follows the image through one node; false where the preprocessing ends there. */
static bool follow(const struct evk_onnx *o, const struct evk_onnx_node *n, int64_t tensor,
                   struct affine *f)
{
    const bool turned = n->inputs == 2 && n->input[1] == tensor;
    const struct evk_onnx_value *v = &o->values[tensor], *k;
    double values[EVK_CHANNELS_MAX];
    const int axis = channel_axis(v);

    for (size_t i = 0; i < sizeof(through) / sizeof(through[0]); i++)
        if (strcmp(n->op->name, through[i]) == 0)
            return true;
    if (n->inputs != 2 || axis < 0 || n->input[0] == n->input[1] || n->input[turned ? 0 : 1] < 0)
        return false;
    k = &o->values[n->input[turned ? 0 : 1]];
    return k->set && k->node < 0 && (k->real || k->whole) &&
           channel_values(k, v->axes, axis, f->channels, values) &&
           apply(f, n->op->name, values, turned);
}

/* Returns the only node that reads a tensor; NULL where several do, or none. */
static const struct evk_onnx_node *only_reader(const struct evk_onnx *o, int64_t tensor)
{
    const struct evk_onnx_node *reader = NULL;

    for (int64_t i = 0; i < o->count; i++)
        for (int j = 0; j < o->nodes[i].inputs; j++)
            if (o->nodes[i].input[j] == tensor && o->nodes[i].op &&
                strcmp(o->nodes[i].op->name, "Shape") != 0) {
                if (reader && reader != &o->nodes[i])
                    return NULL;
                reader = &o->nodes[i];
            }
    return reader;
}

void evk_onnx_preprocessing(struct evk_onnx *o, int64_t tensor)
{
    struct evk_network *network = o->network;
    struct affine f = {.channels = o->graph->nodes[0].out.c};
    const struct evk_onnx_node *n;

    if (f.channels > EVK_CHANNELS_MAX)
        return;
    for (int64_t c = 0; c < f.channels; c++)
        f.scale[c] = 1;
    while ((n = only_reader(o, tensor)) != NULL && n->outputs > 0 && n->output[0] >= 0 &&
           follow(o, n, tensor, &f))
        tensor = n->output[0];
    for (int64_t c = 0; c < f.channels; c++) {
        network->preprocesses = network->preprocesses || f.scale[c] != 1 || f.shift[c] != 0;
        network->scale[c] = 1 / f.scale[c];
        network->mean[c] = f.shift[c] == 0 ? 0 : -f.shift[c] / f.scale[c];
    }
}
