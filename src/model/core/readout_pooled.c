/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readout_pooled.c - a readout in which each neuron reads one position of the map and of its pools
 *
 * The first pool is the mean pool of the map, and every other pool that of the pool before it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/build.h"

static bool pooled_is(const struct evk_core *c, const char *prefix)
{
    return evk_core_has(c, prefix, "grid");
}

static evk_status pooled_count(struct evk_core *c, const char *prefix, int64_t *out)
{
    const struct evk_tensor *t;

    EVK_TRY(evk_core_peek(c, prefix, "grid", &t));
    if (t->axes != 4)
        return evk_core_wrong_shape(c, prefix, "grid", t, "1 x neurons x 1 x 2");
    *out = t->dim[1];
    return EVK_OK;
}

/*
 * Adds the pools, as many as key k has features for: maps (count) becomes the nodes of the map and
 * of its pools.
 */
static evk_status add_pools(struct evk_core *c, const struct evk_core_key *k, int *maps, int *count)
{
    const int64_t size = c->o->pool_kernel, channels = c->network->graph.nodes[c->node].out.c;
    const struct evk_window v = {size, size, size, size, 1, 1, 0, 0, 0, 0};
    const struct evk_tensor *f;

    EVK_TRY(evk_core_peek(c, k->prefix, "features", &f));
    if (f->axes != 4 || f->dim[1] % channels != 0 || f->dim[1] / channels > EVK_CORE_LIST_MAX)
        return evk_fail(c->err, EVK_EFORMAT,
                        "%.120s.features has %lld channels, expected a multiple of the core's "
                        "%lld: the map's and each pool's",
                        k->prefix, (long long)(f->axes == 4 ? f->dim[1] : 0), (long long)channels);
    maps[0] = c->node;
    for (*count = 1; *count < f->dim[1] / channels; ++*count)
        EVK_TRY(evk_add_avgpool(&c->network->graph, "readout.avg", maps[*count - 1], &v,
                                &maps[*count], c->err));
    return EVK_OK;
}

static evk_status take_grids(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                             float *xy)
{
    for (int64_t i = 0; i < count; xy += 2 * keys[i++].count) {
        const int64_t before = c->taken;
        const struct evk_tensor *grid;

        EVK_TRY(evk_core_take_raw(c, keys[i].prefix, "grid", 4, (int64_t[]){1, keys[i].count, 1, 2},
                                  &grid));
        memcpy(xy, grid->data, (size_t)(2 * keys[i].count) * sizeof(*xy));
        EVK_TRY(evk_core_check_positions(c, &keys[i], xy));
        keys[i].parameters += c->taken - before;
    }
    return EVK_OK;
}

static evk_status pooled_add(struct evk_core *c, struct evk_core_key *keys, int64_t count, int *out)
{
    int maps[EVK_CORE_LIST_MAX], inputs;
    evk_status s;
    float *xy;

    EVK_TRY(add_pools(c, keys, maps, &inputs));
    EVK_TRY(evk_alloc_floats(&xy, 2 * evk_core_neurons(keys, count), "positions", c->err));
    s = take_grids(c, keys, count, xy);
    if (!s)
        s = evk_core_add_points(c, keys, count, inputs, maps, xy, out);
    free(xy);
    return s;
}

const struct evk_core_readout evk_core_pooled = {
    .name = "PointPooled2d",
    .is = pooled_is,
    .count = pooled_count,
    .add = pooled_add,
    .placed = true,
};
