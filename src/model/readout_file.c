/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout_file.c - the weights of fitted readouts, in an archive of NumPy's arrays */
#include "model/readout_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/npz.h"

enum { ARRAY_NAME = 64 };

void evk_readout_weights_release(struct evk_readout_weights *w)
{
    free(w->weights);
    free(w->bias);
    *w = (struct evk_readout_weights){0};
}

/* Copies the numbers of a tensor into an array of their own. */
static evk_status copy_numbers(float **out, const struct evk_tensor *t, evk_error *err)
{
    const int64_t n = evk_tensor_count(t);

    EVK_TRY(evk_alloc_floats(out, n, "a readout", err));
    memcpy(*out, t->data, (size_t)n * sizeof(**out));
    return EVK_OK;
}

/* Reads the bias of each neuron, whose number is not known before. */
static evk_status read_bias(struct evk_readout_weights *out, struct evk_zip *zip, int64_t member,
                            evk_error *err)
{
    static const int64_t any = -1;
    char name[ARRAY_NAME];
    struct evk_tensor t;
    evk_status s;

    snprintf(name, sizeof(name), "bias_%lld", (long long)member);
    EVK_TRY(evk_npz_read_array(&t, zip, name, 1, &any, EVK_READOUT_NEURONS_MAX, err));
    out->neurons = t.dim[0];
    s = copy_numbers(&out->bias, &t, err);
    evk_tensor_release(&t);
    return s;
}

/* Reads the weights of each layer, at most `most` numbers, into t. */
static evk_status read_layers(struct evk_tensor t[EVK_READOUT_LAYERS_MAX], struct evk_zip *zip,
                              int64_t member, const struct evk_features *f, int64_t neurons,
                              int64_t most, evk_error *err)
{
    char name[ARRAY_NAME];

    for (size_t i = 0; i < f->count; i++) {
        const struct evk_shape *at = &f->blocks[i].shape;
        const int64_t dim[4] = {at->h, at->w, at->c, neurons};

        snprintf(name, sizeof(name), "weights_%lld_%zu", (long long)member, i);
        EVK_TRY(evk_npz_read_array(&t[i], zip, name, 4, dim, most, err));
        most -= evk_tensor_count(&t[i]);
    }
    return EVK_OK;
}

/* Joins the weights of all layers: the features of a layer follow each other, and so do layers. */
static evk_status join_layers(struct evk_readout_weights *out, const struct evk_tensor *t,
                              const struct evk_features *f, evk_error *err)
{
    float *to;

    EVK_TRY(
        evk_alloc_floats(&out->weights, evk_features_count(f) * out->neurons, "a readout", err));
    to = out->weights;
    for (size_t i = 0; i < f->count; i++) {
        const int64_t n = evk_tensor_count(&t[i]);

        memcpy(to, t[i].data, (size_t)n * sizeof(*to));
        to += n;
    }
    return EVK_OK;
}

/* size: bytes of the archive, which bound the numbers that it may become. */
static evk_status read_archive(struct evk_readout_weights *out, struct evk_zip *zip, size_t size,
                               int64_t member, const struct evk_features *f, evk_error *err)
{
    const int64_t most = (int64_t)(evk_zip_weights_max(size) / sizeof(float));
    struct evk_tensor layers[EVK_READOUT_LAYERS_MAX] = {{.axes = 0}};
    evk_status s = read_bias(out, zip, member, err);

    if (!s)
        s = read_layers(layers, zip, member, f, out->neurons, most, err);
    if (!s)
        s = join_layers(out, layers, f, err);
    for (size_t i = 0; i < f->count; i++)
        evk_tensor_release(&layers[i]);
    return s;
}

evk_status evk_readout_file_read(struct evk_readout_weights *out, const struct evk_readout_file *f,
                                 const struct evk_features *features, evk_error *err)
{
    struct evk_readout_weights w = {0};
    struct evk_zip *zip;
    evk_status s = evk_zip_open(&zip, f->bytes->data, f->bytes->size, err);

    if (!s) {
        s = read_archive(&w, zip, f->bytes->size, f->member, features, err);
        evk_zip_close(zip);
    }
    if (s) {
        evk_readout_weights_release(&w);
        return evk_wrap(err, s, "%s", f->path);
    }
    *out = w;
    return EVK_OK;
}
