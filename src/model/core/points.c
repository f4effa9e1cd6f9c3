/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.c - the layer that reads maps at positions, which are clamped and shifted here */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/core/build.h"

/* The farthest from the centre that a position may be, in halves of the map: training sets a
   position beyond 1 back to 1 in its next step, and so leaves none farther out than this. */
static const double FARTHEST = 2;

/* Takes the features of a key, (channels, neurons), and writes them to out, (neurons, channels).
   Features that neurons share are multiplied by the neuron's scale. */
static evk_status features_of(struct evk_core *c, struct evk_core_key *k, int64_t channels,
                              float *out)
{
    const char *name = evk_core_has(c, k->prefix, "_features") ? "_features" : "features";
    const bool sharing = evk_core_has(c, k->prefix, "scales");
    const struct evk_tensor *f, *scales = NULL, *index = NULL;
    int64_t n;

    EVK_TRY(evk_core_peek(c, k->prefix, name, &f));
    n = sharing && f->axes == 4 ? f->dim[3] : k->count;
    EVK_TRY(evk_core_take(c, k->prefix, name, 4, (int64_t[]){1, channels, 1, n}, &f));
    if (sharing) {
        EVK_TRY(evk_core_take(c, k->prefix, "scales", 4, (int64_t[]){1, 1, 1, k->count}, &scales));
        EVK_TRY(evk_core_take_index(c, k, "feature_sharing_index", n, &index));
    }
    for (int64_t i = 0; i < k->count; i++)
        for (int64_t j = 0; j < channels; j++) {
            const float value = f->data[j * n + (index ? (int64_t)index->data[i] : i)];

            out[i * channels + j] = scales ? scales->data[i] * value : value;
        }
    return EVK_OK;
}

evk_status evk_core_check_positions(struct evk_core *c, const struct evk_core_key *k,
                                    const float *xy)
{
    for (int64_t i = 0; i < 2 * k->count; i++)
        if (!(fabs((double)xy[i]) <= FARTHEST))
            return evk_fail(c->err, EVK_EFORMAT,
                            "the position of neuron %.80s:%lld is outside the map, %g, %g; "
                            "expected -1 to 1, or little more",
                            k->key, (long long)i / 2, (double)xy[i / 2 * 2],
                            (double)xy[i / 2 * 2 + 1]);
    return EVK_OK;
}

/* Clamps the position of neuron i to the map and then shifts it, as neuralpredictors does. */
static evk_status place_neuron(struct evk_core *c, const struct evk_core_key *k, int64_t i,
                               float *xy)
{
    bool moved = false;

    for (int a = 0; a < 2; a++) {
        const double p = (double)xy[a], on = p < -1 ? -1 : p > 1 ? 1 : p;

        if (!isfinite(p))
            return evk_fail(c->err, EVK_EFORMAT,
                            "neuron %.80s:%lld is at %g, %g, expected a position on the map, -1 "
                            "to 1",
                            k->key, (long long)i, (double)xy[0], (double)xy[1]);
        moved = moved || on != p;
        xy[a] = (float)(on + k->shift[a]);
    }
    c->clamped += moved;
    return EVK_OK;
}

/* Does a position read at least one pixel of one of the maps (inputs)?  A position less than a
   pixel outside a map still does, since maps are interpolated. */
static bool sees_map(const struct evk_core *c, int inputs, const int *x, const float *xy)
{
    for (int j = 0; j < inputs; j++) {
        const struct evk_shape *map = &c->network->graph.nodes[x[j]].out;
        const double column = ((double)xy[0] + 1) / 2 * (double)(map->w - 1);
        const double row = ((double)xy[1] + 1) / 2 * (double)(map->h - 1);

        if (column > -1 && column < (double)map->w && row > -1 && row < (double)map->h)
            return true;
    }
    return false;
}

static evk_status place_neurons(struct evk_core *c, struct evk_core_key *k, int inputs,
                                const int *x, float *xy)
{
    for (int64_t i = 0; i < k->count; i++, xy += 2) {
        EVK_TRY(place_neuron(c, k, i, xy));
        if (!sees_map(c, inputs, x, xy))
            return evk_fail(c->err, EVK_EINVAL,
                            "neuron %.80s:%lld is shifted to %.4g, %.4g, off the map, where it "
                            "sees nothing; expected a smaller shift than %.4g, %.4g",
                            k->key, (long long)i, (double)xy[0], (double)xy[1], k->shift[0],
                            k->shift[1]);
    }
    return EVK_OK;
}

static evk_status gather_points(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                                int inputs, const int *x, float *positions,
                                struct evk_tensor *features)
{
    int64_t channels = 0, at = 0;

    for (int j = 0; j < inputs; j++)
        channels += c->network->graph.nodes[x[j]].out.c;
    EVK_TRY(
        evk_tensor_new(features, 2, (int64_t[]){evk_core_neurons(keys, count), channels}, c->err));
    for (int64_t i = 0; i < count; at += keys[i++].count) {
        const int64_t before = c->taken;

        EVK_TRY(features_of(c, &keys[i], channels, features->data + at * channels));
        EVK_TRY(place_neurons(c, &keys[i], inputs, x, positions + 2 * at));
        keys[i].parameters += c->taken - before;
    }
    return EVK_OK;
}

evk_status evk_core_add_points(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                               int inputs, const int *x, float *positions, int *out)
{
    struct evk_tensor features = {0}, bias = {0};
    evk_status s = gather_points(c, keys, count, inputs, x, positions, &features);

    if (!s)
        s = evk_core_biases(c, keys, count, &bias);
    if (!s)
        s = evk_add_points(&c->network->graph, "readout", inputs, x,
                           &(struct evk_points){bias.dim[0], positions, &features, &bias}, out,
                           c->err);
    evk_tensor_release(&features);
    evk_tensor_release(&bias);
    return s;
}
