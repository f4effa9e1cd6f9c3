/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - where the values and gradients of a pass lie in memory */
#include "nn/plan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/whole.h"
#include "nn/window.h"

enum { LINE = 16 }; /* floats in a cache line; each block of the arena begins with a new line */

static int count_readers(const struct evk_graph *g, int i)
{
    int count = 0;

    for (int n = i + 1; n < g->count; n++)
        for (int j = 0; j < g->nodes[n].inputs; j++)
            count += g->nodes[n].input[j] == i;
    return count;
}

static bool wants_all_rows(const struct evk_node *n)
{
    return n->type->rows.whole && n->type->rows.whole(n->layer);
}

/*
 * Can node i pass its rows on to node i + 1 as they are finished?  Node i + 1 must be its only
 * reader and read nothing else, both must go by rows and want to, and node i + 1 must need no
 * scratch: the layers of a chain run in turn, and of these only the first can keep something in the
 * scratch.
 */
static bool hands_on(const struct evk_graph *g, int i)
{
    const struct evk_node *a = &g->nodes[i], *b = a + 1;

    return i + 1 < g->count && b->inputs == 1 && b->input[0] == i && count_readers(g, i) == 1 &&
           a->type->rows.forward && b->type->rows.forward && !wants_all_rows(a) &&
           !wants_all_rows(b) &&
           !(b->type->scratch && b->type->scratch(b->layer, b->in, &b->out) > 0);
}

/* Is the layer computed by bands, and is a ReLU folded into it? */
static bool rectifies(const struct evk_plan *p, int i)
{
    const struct evk_node *n = &p->graph->nodes[i];

    return p->bands && evk_bands_suit(n) && n->type->rows.rectifies(n->layer);
}

/* Is the only reader of node i computed by bands, and does it read nothing else? */
static bool has_banded_reader(const struct evk_plan *p, int i)
{
    const struct evk_graph *g = p->graph;
    bool all = count_readers(g, i) == 1;

    for (int n = i + 1; n < g->count; n++)
        for (int j = 0; j < g->nodes[n].inputs; j++)
            all = all && (g->nodes[n].input[j] != i ||
                          (g->nodes[n].inputs == 1 && evk_bands_suit(&g->nodes[n])));
    return all;
}

/* Are the rows of node i whole, but written and read by bands alone, which heed margins? */
static bool is_handed(const struct evk_plan *p, int i)
{
    const struct evk_graph *g = p->graph;

    return p->bands && i + 1 < g->count && evk_bands_suit(&g->nodes[i]) &&
           g->nodes[i + 1].inputs == 1 && g->nodes[i + 1].input[0] == i && has_banded_reader(p, i);
}

/*
 * Can the gradients of node i take the room of its values?  Layers that go by bands are linear but
 * for their ReLU: where that has signs, or there is none, no backward pass reads values.  The
 * rows of one thread then stay in its second-level cache.
 */
static bool shares_room(const struct evk_plan *p, int i)
{
    return !p->places[i].in_chain && is_handed(p, i) &&
           (p->places[i].keeps_signs || !rectifies(p, i));
}

/* What two bands may compute twice of a chain, for each place where bands meet. */
static const double REPEATED = 0.05;

/* Does the chain that begins with node head go on from node i to the next node? */
static bool goes_on(const struct evk_plan *p, int head, int i)
{
    return hands_on(p->graph, i) &&
           (p->threads == 1 || evk_bands_repeated(p->graph, head, i + 1) <= REPEATED);
}

/*
 * Returns the floats from a pixel of node i to the next.  Each pixel begins with a new cache line
 * if the layer and all layers that read it heed pitches: vectors of channels that cross lines load
 * at half the speed, and 57 channels take four vectors either way.  Pixels smaller than a line are
 * enlarged to one only in a chain, where signs are stored by 16.
 */
static int64_t pitch_of(const struct evk_plan *p, int i)
{
    const struct evk_graph *g = p->graph;
    const int64_t c = g->nodes[i].out.c;
    bool can = g->nodes[i].type->pitched && i + 1 < g->count && (c > LINE || p->places[i].in_chain);

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
 * Sets the sizes of the rings of values in the chain of nodes head to end.  The input of head
 * arrives by EVK_CHAIN_ROWS rows, of which a band may begin with any row; a row of a node must stay
 * in its ring until the next node no longer needs it, and the ring holds the most rows that ever
 * have to stay at the same time.
 */
static void size_values(struct evk_plan *p, int head, int end)
{
    const struct evk_node *nodes = p->graph->nodes;

    for (int64_t fed = 0; fed < nodes[head].in->h; fed++) {
        int64_t first = fed, last = evk_smaller(fed + EVK_CHAIN_ROWS, nodes[head].in->h);

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

/* Returns pixels, the margin that would spare the layer all cut windows, or 0 where the margin is
   over an eighth of the row: its zeros are summed like any pixel, which then takes too long. */
static int64_t margin_of(int64_t pixels, int64_t width)
{
    return 8 * pixels <= width ? pixels : 0;
}

/*
 * Sets the margins of the rows of node i so that whole windows can be read at the ends of a row:
 * of its values, by the next node's forward pass, and of its gradients, by the node's own backward
 * pass.  For a pixel of the input, the backward pass reads all outputs whose windows cover it.  At
 * the two ends of a row these outputs would begin "before" and end "behind" the row of outputs,
 * counted in input pixels; divided by the stride and rounded up, that is the margin in outputs.
 */
static void find_margins(struct evk_plan *p, int i)
{
    const struct evk_node *n = &p->graph->nodes[i], *next = n + 1;
    struct evk_place *place = &p->places[i];

    if (!place->in_chain && !is_handed(p, i))
        return;
    if (next->type->rows.margins) {
        const struct evk_window *v = next->type->window(next->layer);

        place->rows.margin = margin_of(evk_larger(v->left, v->right), n->out.w);
    }
    if (n->type->rows.margins) {
        const struct evk_window *v = n->type->window(n->layer);
        const int64_t before = (v->w - 1) * v->dilation_w - v->left;
        const int64_t behind = n->in->w - 1 + v->left - (n->out.w - 1) * v->stride_w;
        const int64_t most = evk_larger(0, evk_larger(before, behind));

        place->g_rows.margin = margin_of((most + v->stride_w - 1) / v->stride_w, n->out.w);
    }
}

static void find_chains(struct evk_plan *p)
{
    const struct evk_graph *g = p->graph;

    for (int i = 0, head = 0; i < g->count; i++) {
        struct evk_place *place = &p->places[i];

        place->in_chain = goes_on(p, head, i);
        place->pitch = pitch_of(p, i);
        place->chain_end = i;
        place->keeps_signs = place->in_chain || (rectifies(p, i) && place->pitch % LINE == 0);
        place->is_rectified = !place->in_chain && rectifies(p, i) && has_banded_reader(p, i);
        head = place->in_chain ? head : i + 1;
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
        if (p->bands && evk_bands_suit(&g->nodes[i]))
            evk_bands_divide(g, i, end, p->threads, p->bands + (int64_t)i * p->threads);
    }
}

int64_t evk_plan_floats(const struct evk_plan *p, int i)
{
    return p->graph->nodes[i].out.h * p->graph->nodes[i].out.w * p->places[i].pitch;
}

/* Returns the room that the signs of values take: two uint16_t take that of a float. */
static int64_t sign_floats(int64_t values)
{
    return values / LINE / 2 + 1;
}

static int64_t take_block(int64_t *end, int64_t count)
{
    const int64_t begin = *end;

    *end += (count + LINE - 1) / LINE * LINE;
    return begin;
}

/* Takes room for rows and their margins; returns the offset of the first pixel of the first row. */
static int64_t take_rows(int64_t *end, struct evk_rows *rows, int64_t width, int64_t pitch)
{
    rows->step = (width + 2 * rows->margin) * pitch;
    return take_block(end, rows->count * rows->step) + rows->margin * pitch;
}

/* Lays out what each thread has for itself, beginning at offset 0. */
static void lay_out_own(struct evk_plan *p)
{
    const struct evk_graph *g = p->graph;
    int64_t scratch = 0, sink = 0;

    for (int i = 0; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        const int64_t need = n->type->scratch ? n->type->scratch(n->layer, n->in, &n->out) : 0;
        struct evk_place *place = &p->places[i];

        scratch = evk_larger(scratch, need);
        if (!place->in_chain)
            continue;
        place->y = take_rows(&p->own, &place->rows, n->out.w, place->pitch);
        place->g = take_rows(&p->own, &place->g_rows, n->out.w, place->pitch);
        sink = evk_larger(sink, sign_floats(n->out.w * place->pitch));
    }
    p->scratch = take_block(&p->own, scratch);
    p->sink = take_block(&p->own, p->threads > 1 ? sink : 0);
}

/* Lays out what all threads share; what they have for themselves follows. */
static void lay_out(struct evk_plan *p)
{
    const struct evk_graph *g = p->graph;

    find_chains(p);
    lay_out_own(p);
    for (int i = 0; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        struct evk_place *place = &p->places[i];

        place->reader = -1;
        for (int j = 0; j < n->inputs; j++)
            p->places[n->input[j]].reader = i;
        if (place->keeps_signs)
            place->signs = take_block(&p->arena, sign_floats(evk_plan_floats(p, i)));
        if (place->in_chain)
            continue;
        if (shares_room(p, i))
            place->rows.margin = place->g_rows.margin =
                evk_larger(place->rows.margin, place->g_rows.margin);
        place->y = take_rows(&p->arena, &place->rows, n->out.w, place->pitch);
        place->g = place->y;
        place->g_rows.step = place->rows.step;
        if (!shares_room(p, i))
            place->g = take_rows(&p->arena, &place->g_rows, n->out.w, place->pitch);
    }
    for (int i = 0; i < g->count; i++)
        if (p->places[i].in_chain) {
            p->places[i].y += p->arena;
            p->places[i].g += p->arena;
        }
    p->scratch += p->arena;
    p->sink += p->arena;
    p->arena += p->own * p->threads;
}

evk_status evk_plan_init_bands(struct evk_plan *out, const struct evk_graph *g,
                               const struct evk_kernels *k, int threads, evk_error *err)
{
    struct evk_plan p = {.graph = g, .kernels = k, .threads = threads};
    evk_status s;

    EVK_TRY(evk_alloc(&p.places, g->count, sizeof(*p.places), "a plan", err));
    s = threads == 1
            ? EVK_OK
            : evk_alloc(&p.bands, (int64_t)g->count * threads, sizeof(*p.bands), "a plan", err);
    if (!s)
        lay_out(&p);
    if (!s && p.arena > EVK_ARENA_MAX)
        s = evk_fail(err, EVK_EFORMAT, "a pass would need %lld numbers, over the limit of %d",
                     (long long)p.arena, EVK_ARENA_MAX);
    if (s) {
        evk_plan_release(&p);
        return s;
    }
    *out = p;
    return EVK_OK;
}

evk_status evk_plan_init(struct evk_plan *out, const struct evk_graph *g,
                         const struct evk_kernels *k, evk_error *err)
{
    return evk_plan_init_bands(out, g, k, 1, err);
}

void evk_plan_release(struct evk_plan *p)
{
    free(p->places);
    free(p->bands);
    *p = (struct evk_plan){0};
}
