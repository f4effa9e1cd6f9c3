/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout.c - the readouts of all data keys, and the output function of neurons */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/build.h"

static const struct evk_core_readout *const kinds[] = {
    &evk_core_gaussian,
    &evk_core_pooled,
    &evk_core_factorized,
    &evk_core_full,
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), RUNS_MAX = EVK_INPUTS_MAX };

int64_t evk_core_neurons(const struct evk_core_key *keys, int64_t count)
{
    int64_t n = 0;

    for (int64_t i = 0; i < count; i++)
        n += keys[i].count;
    return n;
}

evk_status evk_core_biases(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                           struct evk_tensor *out)
{
    const int64_t n = evk_core_neurons(keys, count);
    float *bias;

    EVK_TRY(evk_tensor_new(out, 1, &n, c->err));
    bias = out->data;
    for (int64_t i = 0; i < count; bias += keys[i++].count) {
        const struct evk_tensor *values;
        const int64_t before = c->taken;

        EVK_TRY(evk_core_take_any(c, keys[i].prefix, "bias", 1, &keys[i].count, &values));
        for (int64_t j = 0; j < keys[i].count; j++)
            bias[j] = (float)((values ? (double)values->data[j] : 0) + c->o->offset);
        keys[i].parameters += c->taken - before;
    }
    return EVK_OK;
}

static const struct evk_core_readout *kind_of(const struct evk_core *c,
                                              const struct evk_core_key *k)
{
    for (int i = 0; i < KINDS; i++)
        if (kinds[i]->is(c, k->prefix))
            return kinds[i];
    return NULL;
}

/* Counts the neurons of a key whose readout is of this kind.  kind is NULL where the readout is
   of no known kind, which is EVK_EUNSUPPORTED. */
static evk_status count_neurons(struct evk_core *c, struct evk_core_key *k,
                                const struct evk_core_readout *kind)
{
    if (!kind)
        return evk_fail(c->err, EVK_EUNSUPPORTED,
                        "%.120s is a readout of a kind that is not known here; known: "
                        "FullGaussian2d, PointPooled2d, FullFactorized2d, Linear",
                        k->prefix);
    if (!kind->placed && (k->shift[0] != 0 || k->shift[1] != 0))
        return evk_fail(c->err, EVK_EINVAL,
                        "%.120s is a %s readout, which no shift can move; expected no shift",
                        k->prefix, kind->name);
    EVK_TRY(kind->count(c, k->prefix, &k->count));
    if (k->count > EVK_NODE_VALUES_MAX - evk_core_neurons(c->keys, k - c->keys))
        return evk_fail(c->err, EVK_EFORMAT, "has over %d neurons together, expected fewer",
                        EVK_NODE_VALUES_MAX);
    return EVK_OK;
}

/* Adds one layer for the keys (count), and records the readout of each. */
static evk_status add_run(struct evk_core *c, const struct evk_core_readout *kind,
                          struct evk_core_key *keys, int64_t count, int *node)
{
    int64_t first = 0;

    EVK_TRY(kind->add(c, keys, count, node));
    for (int64_t i = 0; i < count; first += keys[i++].count) {
        struct evk_layer_record *r;

        EVK_TRY(evk_network_record(c->network, keys[i].prefix, kind->name, *node,
                                   keys[i].parameters, c->err));
        r = &c->network->layers[c->network->count - 1];
        r->shape.c = keys[i].count;
        r->first = first;
        EVK_TRY(evk_network_population(c->network, keys[i].key, keys[i].count, c->err));
    }
    c->taken = 0;
    return EVK_OK;
}

/* Adds one layer for each run of keys whose readouts are of the same kind; nearly always one run
   has all keys.  nodes (count) are the layers' nodes. */
static evk_status add_runs(struct evk_core *c, int *nodes, int *count)
{
    *count = 0;
    for (int64_t i = 0, end; i < c->key_count; i = end) {
        const struct evk_core_readout *kind = kind_of(c, &c->keys[i]);

        for (end = i; end < c->key_count && kind_of(c, &c->keys[end]) == kind; end++)
            EVK_TRY(count_neurons(c, &c->keys[end], kind));
        if (*count == RUNS_MAX)
            return evk_fail(c->err, EVK_EUNSUPPORTED,
                            "changes the kind of its readouts over %d times, expected fewer",
                            RUNS_MAX);
        EVK_TRY(add_run(c, kind, &c->keys[i], end - i, &nodes[*count]));
        ++*count;
    }
    return EVK_OK;
}

evk_status evk_core_add_readouts(struct evk_core *c)
{
    int nodes[RUNS_MAX] = {0}, count;

    EVK_TRY(add_runs(c, nodes, &count));
    c->node = nodes[0];
    if (count > 1)
        EVK_TRY(evk_add_concat(&c->network->graph, "readout", count, nodes, 2, &c->node, c->err));
    EVK_TRY(evk_core_add_function(c, "output", c->o->output, &c->node));
    return evk_core_record(c, "output", c->o->output, c->node);
}
