/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readout_gaussian.c - a readout in which each neuron reads the map at one position (Lurz et al.
 * 2021)
 *
 * In training, positions are drawn from a Gaussian of each neuron; responses are read at its mean.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/core/build.h"

/* Returns the tensor that holds the positions (_mu, mu), or from which a network predicts them. */
static const char *source_of(const struct evk_core *c, const char *prefix)
{
    return evk_core_has(c, prefix, "_mu")  ? "_mu"
           : evk_core_has(c, prefix, "mu") ? "mu"
                                           : "source_grid";
}

static bool gaussian_is(const struct evk_core *c, const char *prefix)
{
    return evk_core_has(c, prefix, source_of(c, prefix));
}

static evk_status gaussian_count(struct evk_core *c, const char *prefix, int64_t *out)
{
    const char *name = evk_core_has(c, prefix, "scales")      ? "scales"
                       : evk_core_has(c, prefix, "_features") ? "_features"
                                                              : "features";
    const struct evk_tensor *t;

    EVK_TRY(evk_core_peek(c, prefix, name, &t));
    if (t->axes != 4)
        return evk_core_wrong_shape(c, prefix, name, t, "1 x channels x 1 x neurons");
    *out = t->dim[3];
    return EVK_OK;
}

/* The positions of a file, or the coordinates from which a network predicts them. */
struct source {
    const struct evk_tensor *values; /* (1, n, 1, 2) positions, or (n, d) coordinates */
    const struct evk_tensor *index;  /* (neurons) which of the n a neuron has; NULL: its own */
    int64_t n, d;
};

static evk_status take_source(struct evk_core *c, const struct evk_core_key *k, struct source *out)
{
    const char *name = source_of(c, k->prefix);
    const bool grid = name[0] == 's', sharing = evk_core_has(c, k->prefix, "grid_sharing_index");
    const struct evk_tensor *t;

    EVK_TRY(evk_core_peek(c, k->prefix, name, &t));
    if (t->axes != (grid ? 2 : 4))
        return evk_core_wrong_shape(c, k->prefix, name, t,
                                    grid ? "neurons x coordinates" : "1 x neurons x 1 x 2");
    out->n = sharing ? t->dim[!grid] : k->count;
    out->d = grid ? t->dim[1] : 2;
    EVK_TRY(evk_core_take_raw(
        c, k->prefix, name, t->axes,
        grid ? (int64_t[]){out->n, out->d, 0, 0} : (int64_t[]){1, out->n, 1, 2}, &out->values));
    return sharing ? evk_core_take_index(c, k, "grid_sharing_index", out->n, &out->index) : EVK_OK;
}

/* Writes the positions of a key to xy, (neurons, 2).  The network m predicts them from the source's
   values; where m has no layers, the values are the positions. */
static evk_status copy_positions(struct evk_core *c, const struct evk_core_key *k,
                                 const struct source *s, const struct evk_core_mlp *m, float *xy)
{
    double *x, y[2];

    EVK_TRY(evk_alloc(&x, s->d, sizeof(*x), "positions", c->err));
    for (int64_t i = 0; i < k->count; i++) {
        const int64_t at = s->index ? (int64_t)s->index->data[i] : i;

        for (int64_t j = 0; j < s->d; j++)
            x[j] = (double)s->values->data[at * s->d + j];
        if (m->count)
            evk_core_mlp_apply(m, x, y);
        for (int a = 0; a < 2; a++)
            xy[2 * i + a] = (float)(m->count ? y[a] : x[a]);
    }
    free(x);
    return EVK_OK;
}

static evk_status positions_of(struct evk_core *c, struct evk_core_key *k, float *xy)
{
    struct evk_core_mlp m = {.hidden = evk_core_elu};
    const int64_t before = c->taken;
    struct source source = {0};
    evk_status s = take_source(c, k, &source);

    if (!s &&
        (evk_core_has(c, k->prefix, "mu_transform.0.weight") ||
         evk_core_has(c, k->prefix, "mu_transform.weight") || source_of(c, k->prefix)[0] == 's'))
        s = evk_core_mlp_take(c, k->prefix, "mu_transform.", source.d, &m);
    m.final_tanh = c->o->final_tanh < 0 ? m.count > 1 : c->o->final_tanh > 0;
    if (!s)
        s = copy_positions(c, k, &source, &m, xy);
    if (!s && m.count == 0)
        s = evk_core_check_positions(c, k, xy);
    evk_core_mlp_release(&m);
    k->parameters += c->taken - before;
    return s;
}

static evk_status gaussian_add(struct evk_core *c, struct evk_core_key *keys, int64_t count,
                               int *out)
{
    int64_t at = 0;
    evk_status s;
    float *xy;

    EVK_TRY(evk_alloc_floats(&xy, 2 * evk_core_neurons(keys, count), "positions", c->err));
    s = EVK_OK;
    for (int64_t i = 0; i < count && !s; at += keys[i++].count)
        s = positions_of(c, &keys[i], xy + 2 * at);
    if (!s)
        s = evk_core_add_points(c, keys, count, 1, &c->node, xy, out);
    free(xy);
    return s;
}

const struct evk_core_readout evk_core_gaussian = {
    .name = "FullGaussian2d",
    .is = gaussian_is,
    .count = gaussian_count,
    .add = gaussian_add,
    .placed = true,
};
