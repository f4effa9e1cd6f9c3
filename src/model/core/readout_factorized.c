/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readout_factorized.c - a readout of a mask over pixels and weights of channels for each neuron
 * (Klindt et al. 2017)
 */
#include <math.h>

#include "model/core/build.h"

/* Added to the norm of a mask before the mask is divided by it, since the norm may be 0. */
static const double NORM_LEAST = 1e-6;

static bool factorized_is(const struct evk_core *c, const char *prefix)
{
    return evk_core_has(c, prefix, "spatial");
}

static evk_status factorized_count(struct evk_core *c, const char *prefix, int64_t *out)
{
    const struct evk_tensor *t;

    EVK_TRY(evk_core_peek(c, prefix, "spatial", &t));
    if (t->axes != 3)
        return evk_core_wrong_shape(c, prefix, "spatial", t, "neurons x rows x columns");
    *out = t->dim[0];
    return EVK_OK;
}

/* Converts the mask of a neuron, (n) pixels, as the options normalize_spatial and positive say. */
static void convert_mask(const struct evk_core_options *o, const float *mask, int64_t n, float *out)
{
    double sum = 0, norm;

    for (int64_t i = 0; i < n; i++)
        sum += (double)mask[i] * (double)mask[i];
    norm = o->normalize_spatial ? sqrt(sum) + NORM_LEAST : 1;
    for (int64_t i = 0; i < n; i++)
        out[i] = o->positive && mask[i] < 0 ? 0 : (float)((double)mask[i] / norm);
}

/* Takes the features of a key and writes them to out, (neurons, channels).  The file has them as
   (neurons, channels), or as (shared, channels) with a scale and an index for each neuron. */
static evk_status convert_features(struct evk_core *c, const struct evk_core_key *k,
                                   int64_t channels, float *out)
{
    const char *name = evk_core_has(c, k->prefix, "_features") ? "_features" : "features";
    const bool sharing = evk_core_has(c, k->prefix, "scales");
    const struct evk_tensor *f, *scales = NULL, *index = NULL;
    int64_t n;

    EVK_TRY(evk_core_peek(c, k->prefix, name, &f));
    n = sharing && f->axes == 2 ? f->dim[0] : k->count;
    EVK_TRY(evk_core_take(c, k->prefix, name, 2, (int64_t[]){n, channels}, &f));
    if (sharing) {
        EVK_TRY(evk_core_take(c, k->prefix, "scales", 2, (int64_t[]){k->count, 1}, &scales));
        EVK_TRY(evk_core_take_index(c, k, "feature_sharing_index", n, &index));
    }
    for (int64_t i = 0; i < k->count; i++)
        for (int64_t j = 0; j < channels; j++) {
            const int64_t at = index ? (int64_t)index->data[i] : i;
            const float v = f->data[at * channels + j] * (scales ? scales->data[i] : 1);

            out[i * channels + j] = c->o->positive && v < 0 ? 0 : v;
        }
    return EVK_OK;
}

static evk_status factorized_gather(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                                    struct evk_tensor *spatial, struct evk_tensor *features)
{
    const struct evk_shape map = c->network->graph.nodes[c->node].out;
    const int64_t n = evk_core_neurons(keys, count), places = map.h * map.w;
    int64_t at = 0;

    EVK_TRY(evk_tensor_new(spatial, 3, (int64_t[]){n, map.h, map.w}, c->err));
    EVK_TRY(evk_tensor_new(features, 2, (int64_t[]){n, map.c}, c->err));
    for (int64_t i = 0; i < count; at += keys[i++].count) {
        const int64_t before = c->taken;
        const struct evk_tensor *masks;

        EVK_TRY(evk_core_take(c, keys[i].prefix, "spatial", 3,
                              (int64_t[]){keys[i].count, map.h, map.w}, &masks));
        for (int64_t j = 0; j < keys[i].count; j++)
            convert_mask(c->o, masks->data + j * places, places, spatial->data + (at + j) * places);
        EVK_TRY(convert_features(c, &keys[i], map.c, features->data + at * map.c));
        keys[i].parameters += c->taken - before;
    }
    return EVK_OK;
}

static evk_status factorized_add(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                                 int *out)
{
    struct evk_tensor spatial = {0}, features = {0}, bias = {0};
    evk_status s = factorized_gather(c, keys, count, &spatial, &features);

    if (!s)
        s = evk_core_biases(c, keys, count, &bias);
    if (!s)
        s = evk_add_factorized(&c->network->graph, "readout", c->node, &spatial, &features, &bias,
                               out, c->err);
    evk_tensor_release(&spatial);
    evk_tensor_release(&features);
    evk_tensor_release(&bias);
    return s;
}

const struct evk_core_readout evk_core_factorized = {
    .name = "FullFactorized2d",
    .is = factorized_is,
    .count = factorized_count,
    .add = factorized_add,
};
