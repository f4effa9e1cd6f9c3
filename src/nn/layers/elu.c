/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elu.c - exponential linear units: y = x where x > 0, else exp(x) - 1
 *
 * Cores of neural models have one after each layer.  With plus_one, y is larger by 1: a firing
 * rate, which is never negative.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

struct elu {
    bool plus_one;
};

/* Returns how many values lie together: all of them, or those of one pixel where a pitch leaves
   room between pixels. */
static int64_t run_of(const struct evk_pass *p)
{
    const bool dense = *p->x_pitch == p->out.c && p->y_pitch == p->out.c;

    return dense ? evk_shape_count(&p->out) : p->out.c;
}

static void elu_forward(const void *self, const struct evk_pass *p)
{
    const struct elu *l = self;
    const int64_t run = run_of(p), runs = evk_shape_count(&p->out) / run;

    for (int64_t i = 0; i < runs; i++)
        p->k->elu(run, l->plus_one, p->x[0] + i * *p->x_pitch, p->y + i * p->y_pitch);
}

/*
 * The slope is computed from y, which is in the cache, rather than by another exponential of x.  It
 * is off by the rounding of y, which is at most 2^-24, where the slope is at most 1.
 */
static void elu_backward(const void *self, const struct evk_pass *p)
{
    const struct elu *l = self;
    const int64_t run = run_of(p), runs = evk_shape_count(&p->out) / run;

    for (int64_t i = 0; i < runs; i++)
        p->k->elu_gradient(run, l->plus_one, p->y + i * p->y_pitch, p->gy + i * p->y_pitch, *p->add,
                           p->gx[0] + i * *p->x_pitch);
}

/* The layer does not go by rows: of its values a chain keeps the signs only, and the slope of this
   layer depends on the values. */
extern const struct evk_layer_type evk_layer_elu;
const struct evk_layer_type evk_layer_elu = {
    .name = "elu",
    .summary = "exponential linear unit",
    .params = "whether 1 is added",
    .shape = evk_shape_same,
    .forward = elu_forward,
    .backward = elu_backward,
    .focus = {.cut = evk_focus_same},
    .pitched = true,
    .overwrites = true,
    .release = free,
};

evk_status evk_add_elu(struct evk_graph *g, const char *name, int x, bool plus_one, int *out,
                       evk_error *err)
{
    struct elu *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->plus_one = plus_one;
    return evk_graph_add_take(g, &evk_layer_elu, l, name, 1, &x, out, err);
}
