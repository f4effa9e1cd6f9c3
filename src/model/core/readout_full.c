/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout_full.c - a readout with a weight for every value of the map: a dense layer */
#include "model/core/build.h"

static bool full_is(const struct evk_core *c, const char *prefix)
{
    return evk_core_has(c, prefix, "weight");
}

static evk_status full_count(struct evk_core *c, const char *prefix, int64_t *out)
{
    const struct evk_tensor *t;

    EVK_TRY(evk_core_peek(c, prefix, "weight", &t));
    if (t->axes != 2 && t->axes != 4)
        return evk_core_wrong_shape(c, prefix, "weight", t,
                                    "neurons x values, or neurons x channels x rows x columns");
    *out = t->dim[0];
    return EVK_OK;
}

/* Copies the weights (n, c h w) of a key to columns first to first + n - 1 of out, (h w c,
   neurons). */
static void turn_weights(const struct evk_tensor *w, const struct evk_shape *map, int64_t n,
                         int64_t first, struct evk_tensor *out)
{
    const int64_t places = map->h * map->w, values = places * map->c, neurons = out->dim[1];

    for (int64_t i = 0; i < n; i++)
        for (int64_t p = 0; p < places; p++)
            for (int64_t c = 0; c < map->c; c++)
                out->data[(p * map->c + c) * neurons + first + i] =
                    w->data[i * values + c * places + p];
}

static evk_status full_gather(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                              struct evk_tensor *out)
{
    const struct evk_shape map = c->network->graph.nodes[c->node].out;
    const int64_t values = evk_shape_count(&map);
    int64_t at = 0;

    EVK_TRY(evk_tensor_new(out, 2, (int64_t[]){values, evk_core_neurons(keys, count)}, c->err));
    for (int64_t i = 0; i < count; at += keys[i++].count) {
        const int64_t before = c->taken, n = keys[i].count;
        const int64_t flat[] = {n, values}, whole[] = {n, map.c, map.h, map.w};
        const struct evk_tensor *w;

        EVK_TRY(evk_core_peek(c, keys[i].prefix, "weight", &w));
        EVK_TRY(evk_core_take(c, keys[i].prefix, "weight", w->axes == 2 ? 2 : 4,
                              w->axes == 2 ? flat : whole, &w));
        turn_weights(w, &map, n, at, out);
        keys[i].parameters += c->taken - before;
    }
    return EVK_OK;
}

static evk_status full_add(struct evk_core *c, struct evk_core_key *keys, int64_t count, int *out)
{
    struct evk_tensor kernel = {0}, bias = {0};
    evk_status s = full_gather(c, keys, count, &kernel);
    int x;

    if (!s)
        s = evk_core_biases(c, keys, count, &bias);
    if (!s)
        s = evk_add_flatten(&c->network->graph, "readout", c->node, &x, c->err);
    if (!s)
        s = evk_add_dense(&c->network->graph, "readout", x, &kernel, &bias, out, c->err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s;
}

const struct evk_core_readout evk_core_full = {
    .name = "Linear",
    .is = full_is,
    .count = full_count,
    .add = full_add,
};
