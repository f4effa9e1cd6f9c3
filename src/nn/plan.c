/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - where everything of a pass lies */
#include "nn/plan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "nn/window.h"

enum { LINE = 16 }; /* floats in a cache line: blocks begin on one */

static int count_readers(const struct evk_graph *g, int i)
{
    int count = 0;

    for (int n = i + 1; n < g->count; n++)
        for (int j = 0; j < g->nodes[n].inputs; j++)
            count += g->nodes[n].input[j] == i;
    return count;
}

/* Does the next node alone read node i, and do both go by rows?  Scratch is the first one's only. */
static bool hands_on(const struct evk_graph *g, int i)
{
    const struct evk_node *a = &g->nodes[i], *b = a + 1;

    return i + 1 < g->count && b->inputs == 1 && b->input[0] == i && count_readers(g, i) == 1 &&
           a->type->rows.forward && b->type->rows.forward &&
           !(b->type->scratch && b->type->scratch(b->layer, b->in, &b->out) > 0);
}

/*
 * Pixels begin on a cache line, where the layer and all of its readers can do
 * with that: vectors of channels that cross lines load at half the speed, and 57
 * channels take four vectors either way.  Pixels of less than a line only do so
 * in a chain, whose signs come by 16.
 */
static int64_t pitch_of(const struct evk_graph *g, int i)
{
    const int64_t c = g->nodes[i].out.c;
    bool can = g->nodes[i].type->pitched && i + 1 < g->count && (c > LINE || hands_on(g, i));

    for (int n = i + 1; n < g->count && can; n++)
        for (int j = 0; j < g->nodes[n].inputs; j++)
            can = can && (g->nodes[n].input[j] != i || g->nodes[n].type->pitched);
    return can ? (c + LINE - 1) / LINE * LINE : c;
}

static void enlarge(int64_t *rows, int64_t need)
{
    if (*rows < need)
        *rows = need;
}

/*
 * The rings of a chain: rows that lie in one at a time, with the input of its
 * head arriving row by row.  A row stays until the next layer no longer needs it.
 */
static void size_values(struct evk_plan *p, int head, int end)
{
    const struct evk_node *nodes = p->graph->nodes;

    for (int64_t fed = 0; fed < nodes[head].in->h; fed++) {
        int64_t first = fed, last = fed + 1;

        for (int i = head; i <= end; i++) {
            const struct evk_node *n = &nodes[i];
            const struct evk_reach before =
                n->type->rows.forward_reach(n->layer, n->in, &n->out, first);

            if (i > head)
                enlarge(&p->places[i - 1].rows.count, last - before.kept);
            first = before.done;
            last = n->type->rows.forward_reach(n->layer, n->in, &n->out, last).done;
        }
    }
}

static void size_gradients(struct evk_plan *p, int head, int end)
{
    const struct evk_node *nodes = p->graph->nodes;

    for (int64_t fed = 0; fed < nodes[end].out.h; fed++) {
        int64_t first = fed, last = fed + 1;

        for (int i = end; i >= head; i--) {
            const struct evk_node *n = &nodes[i];
            const struct evk_reach before =
                n->type->rows.backward_reach(n->layer, n->in, &n->out, first);

            if (i < end)
                enlarge(&p->places[i].g_rows.count, last - before.kept);
            first = before.done;
            last = n->type->rows.backward_reach(n->layer, n->in, &n->out, last).done;
        }
    }
}

/* A margin of so many pixels, if that is at most an eighth of the row: there zeros are summed, too. */
static int64_t margin_of(int64_t pixels, int64_t width)
{
    return 8 * pixels <= width ? pixels : 0;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/*
 * Margins of the rings of node i, that the next reads its values and the node
 * itself its gradients with whole windows.  Backward, window columns reach
 * outputs from before - span + 1 to before, over the stride, on either side.
 */
static void find_margins(struct evk_plan *p, int i)
{
    const struct evk_node *n = &p->graph->nodes[i], *next = n + 1;
    struct evk_place *place = &p->places[i];

    if (!place->in_chain)
        return;
    if (next->type->rows.margins) {
        const struct evk_window *v = next->type->window(next->layer);

        place->rows.margin = margin_of(larger(v->left, v->right), n->out.w);
    }
    if (n->type->rows.margins) {
        const struct evk_window *v = n->type->window(n->layer);
        const int64_t before = (v->w - 1) * v->dilation_w - v->left;
        const int64_t behind = n->in->w - 1 + v->left - (n->out.w - 1) * v->stride_w;
        const int64_t most = larger(0, larger(before, behind));

        place->g_rows.margin = margin_of((most + v->stride_w - 1) / v->stride_w, n->out.w);
    }
}

static void find_chains(struct evk_plan *p)
{
    const struct evk_graph *g = p->graph;

    for (int i = 0; i < g->count; i++) {
        struct evk_place *place = &p->places[i];

        place->pitch = pitch_of(g, i);
        place->chain_end = i;
        place->in_chain = hands_on(g, i);
        if (!place->in_chain)
            place->rows.count = place->g_rows.count = g->nodes[i].out.h;
    }
    for (int i = 0; i < g->count; i++)
        find_margins(p, i);
    for (int i = 0, end; i < g->count; i = end + 1) {
        for (end = i; p->places[end].in_chain; end++)
            ;
        p->places[i].chain_end = end;
        if (i < end) {
            size_values(p, i, end);
            size_gradients(p, i, end);
        }
    }
}

int64_t evk_plan_floats(const struct evk_plan *p, int i)
{
    return p->graph->nodes[i].out.h * p->graph->nodes[i].out.w * p->places[i].pitch;
}

static int64_t take_block(int64_t *end, int64_t count)
{
    const int64_t begin = *end;

    *end += (count + LINE - 1) / LINE * LINE;
    return begin;
}

/* Where the first pixel of the first row lies. */
static int64_t take_rows(struct evk_plan *p, struct evk_rows *rows, int64_t width, int64_t pitch)
{
    rows->step = (width + 2 * rows->margin) * pitch;
    return take_block(&p->arena, rows->count * rows->step) + rows->margin * pitch;
}

static void lay_out(struct evk_plan *p)
{
    const struct evk_graph *g = p->graph;
    int64_t scratch = 0;

    find_chains(p);
    for (int i = 0; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        const int64_t need = n->type->scratch ? n->type->scratch(n->layer, n->in, &n->out) : 0;
        struct evk_place *place = &p->places[i];

        scratch = need > scratch ? need : scratch;
        place->reader = -1;
        for (int j = 0; j < n->inputs; j++)
            p->places[n->input[j]].reader = i;
        place->y = take_rows(p, &place->rows, n->out.w, place->pitch);
        place->g = take_rows(p, &place->g_rows, n->out.w, place->pitch);
        if (place->in_chain) /* two to a float */
            place->signs = take_block(&p->arena, evk_plan_floats(p, i) / LINE / 2 + 1);
    }
    p->scratch = take_block(&p->arena, scratch);
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
