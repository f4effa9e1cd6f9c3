/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - where everything of a pass lies */
#include "nn/plan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "nn/window.h"

enum { LINE = 16 }; /* floats in a cache line: blocks begin on one */

/* Floats that a ring of rows may take: with one of gradients, half of a second-level cache of 1 MB. */
enum { RING = 1 << 16 };

static int readers(const struct evk_graph *g, int i)
{
    int count = 0;

    for (int n = i + 1; n < g->count; n++)
        for (int j = 0; j < g->nodes[n].inputs; j++)
            count += g->nodes[n].input[j] == i;
    return count;
}

/*
 * Pixels of more than one line begin on one too, where the layer and all of its
 * readers can do with that: vectors of channels that cross lines load at half
 * the speed, and 57 channels take four vectors either way.
 */
static int64_t pitch_of(const struct evk_graph *g, int i)
{
    const int64_t c = g->nodes[i].out.c;
    bool can = g->nodes[i].type->pitched && i + 1 < g->count && c > LINE;

    for (int n = i + 1; n < g->count && can; n++)
        for (int j = 0; j < g->nodes[n].inputs; j++)
            can = can && (g->nodes[n].input[j] != i || g->nodes[n].type->pitched);
    return can ? (c + LINE - 1) / LINE * LINE : c;
}

/*
 * Rows of node i that the next one needs for so many rows of its own; 0 where
 * the two are no pair.  Scratch is the first one's, and signs come by 16.
 */
static int64_t rows_of_strip(const struct evk_plan *p, int i, int64_t strip)
{
    const struct evk_node *a = &p->graph->nodes[i], *b = a + 1;
    const struct evk_window *v;

    if (i + 1 == p->graph->count || b->inputs != 1 || b->input[0] != i ||
        readers(p->graph, i) != 1 || !a->type->take_rows || !b->type->give_rows ||
        b->type->scratch || p->places[i].pitch % LINE != 0 || (i > 0 && p->places[i - 1].pair))
        return 0;
    v = b->type->window(b->layer);
    return (strip - 1) * v->stride_h + (v->h - 1) * v->dilation_h + 1;
}

/* A pair where a ring is less than the whole: with the longest strip whose ring fits. */
static void find_pair(struct evk_plan *p, int i)
{
    const struct evk_shape *s = &p->graph->nodes[i].out;
    struct evk_place *place = &p->places[i];
    const int64_t row = s->w * place->pitch;

    place->rows = s->h;
    for (int64_t strip = 1; strip <= s->h; strip++) {
        const int64_t rows = rows_of_strip(p, i, strip);

        if (rows == 0 || rows >= s->h || (strip > 1 && rows * row > RING))
            return;
        place->pair = true;
        place->strip = strip;
        place->rows = rows;
    }
}

int64_t evk_plan_floats(const struct evk_plan *p, int i)
{
    return p->places[i].rows * p->graph->nodes[i].out.w * p->places[i].pitch;
}

static int64_t take(int64_t *end, int64_t count)
{
    const int64_t begin = *end;

    *end += (count + LINE - 1) / LINE * LINE;
    return begin;
}

static void lay_out(struct evk_plan *p)
{
    const struct evk_graph *g = p->graph;
    int64_t scratch = 0;

    for (int i = 0; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        const int64_t need = n->type->scratch ? n->type->scratch(n->layer, n->in, &n->out) : 0;
        struct evk_place *place = &p->places[i];

        scratch = need > scratch ? need : scratch;
        place->reader = -1;
        for (int j = 0; j < n->inputs; j++)
            p->places[n->input[j]].reader = i;
        place->pitch = pitch_of(g, i);
        find_pair(p, i);
        place->y = take(&p->arena, evk_plan_floats(p, i));
        place->g = take(&p->arena, evk_plan_floats(p, i));
        if (place->pair) /* two to a float */
            place->signs = take(&p->arena, n->out.h * n->out.w * place->pitch / LINE / 2 + 1);
    }
    p->scratch = take(&p->arena, scratch);
}

evk_status evk_plan_init(struct evk_plan *out, const struct evk_graph *g,
                         const struct evk_kernels *k, evk_error *err)
{
    struct evk_plan p = {.graph = g, .kernels = k};

    EVK_TRY(evk_alloc(&p.places, g->count, sizeof(*p.places), "a plan", err));
    lay_out(&p);
    if (p.arena > EVK_ARENA_MAX) {
        evk_plan_release(&p);
        return evk_fail(err, EVK_EFORMAT, "a pass would need %lld numbers, over the limit of %d",
                        (long long)p.arena, EVK_ARENA_MAX);
    }
    *out = p;
    return EVK_OK;
}

void evk_plan_release(struct evk_plan *p)
{
    free(p->places);
    *p = (struct evk_plan){0};
}
