/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c - the forward and the backward pass of a graph */
#include "nn/run.h"

#include <string.h>

#include "nn/rows.h"

/* Sets the margins of all rows to zero; passes read margins and never write to them. */
static void clear_margins(const struct evk_rows *rows, int64_t width, int64_t pitch, float *first)
{
    const size_t margin = (size_t)(rows->margin * pitch) * sizeof(*first);

    for (int64_t i = 0; i < rows->count; i++) {
        memset(first + i * rows->step - rows->margin * pitch, 0, margin);
        memset(first + i * rows->step + width * pitch, 0, margin);
    }
}

/* Returns the offset of memory that is at `first` for part 0, and of which each part has its own
   where `apart` is set. */
static int64_t of_part(const struct evk_plan *p, int64_t first, bool apart, int part)
{
    return first + (apart ? part * p->own : 0);
}

void evk_run_prepare(const struct evk_plan *p, float *arena)
{
    for (int i = 0; i < p->graph->count; i++) {
        const struct evk_place *at = &p->places[i];
        const int64_t width = p->graph->nodes[i].out.w;

        for (int t = 0; t < (at->in_chain ? p->threads : 1); t++) {
            clear_margins(&at->rows, width, at->pitch, arena + of_part(p, at->y, at->in_chain, t));
            clear_margins(&at->g_rows, width, at->pitch,
                          arena + of_part(p, at->g, at->in_chain, t));
        }
    }
}

struct evk_pass evk_run_pass(const struct evk_plan *p, float *arena, int part, int i,
                             struct evk_run_io *io)
{
    const struct evk_node *n = &p->graph->nodes[i];
    const struct evk_place *at = &p->places[i];
    const struct evk_span all = {0, INT64_MAX};

    for (int j = 0; j < n->inputs; j++) {
        const struct evk_place *from = &p->places[n->input[j]];

        io->x[j] = arena + of_part(p, from->y, from->in_chain, part);
        io->gx[j] = arena + of_part(p, from->g, from->in_chain, part);
        io->pitch[j] = from->pitch;
    }
    return (struct evk_pass){
        .k = p->kernels,
        .inputs = n->inputs,
        .in = n->in,
        .out = n->out,
        .x = io->x,
        .gx = io->gx,
        .add = io->add,
        .x_pitch = io->pitch,
        .y_pitch = at->pitch,
        .x_rows = p->places[n->inputs ? n->input[0] : i].rows,
        .gx_rows = p->places[n->inputs ? n->input[0] : i].g_rows,
        .y_rows = at->rows,
        .gy_rows = at->g_rows,
        .y = arena + of_part(p, at->y, at->in_chain, part),
        .gy = arena + of_part(p, at->g, at->in_chain, part),
        .signs = at->keeps_signs ? (uint16_t *)(void *)(arena + at->signs) : NULL,
        .scratch = arena + of_part(p, p->scratch, true, part),
        .wanted = all,
        .own = all,
        .sink = (uint16_t *)(void *)(arena + of_part(p, p->sink, true, part)),
    };
}

/* ---- bands ------------------------------------------------------------------------------------ */

/* A pass, and the nodes that are computed now. */
struct run {
    const struct evk_plan *p;
    float *arena;
    const float *image; /* forward */
    float *gradient;    /* backward: with respect to the image */
    int first, end;     /* the chain, which may be a node alone */
};

/* Is node i computed by bands, one of them in each part? */
static bool has_bands(const struct evk_plan *p, int i)
{
    return p->bands && evk_bands_suit(&p->graph->nodes[i]);
}

static struct evk_band band_of(const struct evk_plan *p, int part, int i)
{
    const struct evk_node *n = &p->graph->nodes[i];
    const struct evk_span in = {0, n->in->h}, out = {0, n->out.h};

    return p->bands ? p->bands[(int64_t)i * p->threads + part]
                    : (struct evk_band){in, out, out, out, in};
}

static int64_t clip(struct evk_span s, int64_t row)
{
    return row < s.first ? s.first : row < s.end ? row : s.end;
}

/* Gives the band of node i its rows first to end - 1, and returns the rows that they finish. */
static struct evk_span forward_rows(const struct run *r, int part, int i, struct evk_span rows)
{
    const struct evk_node *n = &r->p->graph->nodes[i];
    const struct evk_band b = band_of(r->p, part, i);
    struct evk_run_io io;
    struct evk_pass in = evk_run_pass(r->p, r->arena, part, i, &io);

    in.fed = b.x.first;
    in.wanted = b.y;
    in.own = b.own;
    n->type->rows.forward(n->layer, &in, rows.first, rows.end);
    return (struct evk_span){
        clip(b.y, n->type->rows.forward_reach(n->layer, n->in, &n->out, rows.first).done),
        clip(b.y, n->type->rows.forward_reach(n->layer, n->in, &n->out, rows.end).done)};
}

/* Runs a part of the chain: after some rows of the chain's input, every node computes the rows that
   these make possible.  A node alone is given all rows at once. */
static void forward_chain(void *arg, int part)
{
    const struct run *r = arg;
    const struct evk_span fed = band_of(r->p, part, r->first).x;
    const int64_t step = r->first < r->end ? EVK_CHAIN_ROWS : fed.end - fed.first;

    for (int64_t row = fed.first; row < fed.end; row += step) {
        struct evk_span rows = {row, clip(fed, row + step)};

        for (int i = r->first; i <= r->end && rows.first < rows.end; i++)
            rows = forward_rows(r, part, i, rows);
    }
}

/* Returns the rows of h that a part of a layer computes, which begin at a multiple of unit. */
static struct evk_span rows_of_part(const struct run *r, int part, int64_t h, int64_t unit)
{
    const struct evk_span units = evk_bands_part((h + unit - 1) / unit, part, r->p->threads);
    const int64_t end = units.end * unit;

    return (struct evk_span){units.first * unit, end < h ? end : h};
}

static void forward_part(void *arg, int part)
{
    const struct run *r = arg;
    const struct evk_node *n = &r->p->graph->nodes[r->first];
    struct evk_run_io io = {.x = {r->image}};
    struct evk_pass in = evk_run_pass(r->p, r->arena, part, r->first, &io);

    in.wanted = rows_of_part(r, part, n->out.h, n->type->parts.forward);
    if (in.wanted.first < in.wanted.end)
        n->type->forward(n->layer, &in);
}

void evk_run_forward(const struct evk_plan *p, struct evk_team *team, float *arena,
                     const float *image)
{
    struct run r = {.p = p, .arena = arena, .image = image};
    struct evk_run_io io = {.x = {image}};

    for (int i = 0; i < p->graph->count; i = r.end + 1) {
        const struct evk_node *n = &p->graph->nodes[i];
        const struct evk_pass in = evk_run_pass(p, arena, 0, i, &io);

        r.first = i;
        r.end = p->places[i].chain_end;
        if (has_bands(p, i) || r.end > i)
            evk_team_do(team, forward_chain, &r);
        else if (p->bands && n->type->parts.forward)
            evk_team_do(team, forward_part, &r);
        else
            n->type->forward(n->layer, &in);
    }
}

const float *evk_run_output(const struct evk_plan *p, const float *arena)
{
    return arena + p->places[p->graph->count - 1].y;
}

/*
 * Prepares the gradients of the inputs of node i.  A gradient that an earlier node of the backward
 * pass has written to is added to; any other is overwritten by the layer, or set to zero here where
 * the layer can only add.
 */
static void prepare_gradients(const struct evk_plan *p, float *arena, int i, struct evk_run_io *io)
{
    const struct evk_node *n = &p->graph->nodes[i];

    for (int j = 0; j < n->inputs; j++) {
        const struct evk_place *to = &p->places[n->input[j]];

        io->add[j] = to->reader != i;
        for (int k = 0; k < j; k++)
            io->add[j] = io->add[j] || n->input[k] == n->input[j];
        if (!io->add[j] && !n->type->overwrites)
            memset(arena + to->g, 0, (size_t)evk_plan_floats(p, n->input[j]) * sizeof(*arena));
    }
}

/* As forward_rows, for the backward pass. */
static struct evk_span backward_rows(const struct run *r, int part, int i, struct evk_span rows)
{
    const struct evk_node *n = &r->p->graph->nodes[i];
    const struct evk_band b = band_of(r->p, part, i);
    struct evk_run_io io;
    struct evk_pass in = evk_run_pass(r->p, r->arena, part, i, &io);

    io.add[0] = r->p->places[n->input[0]].reader != i;
    in.fed = b.gy.first;
    in.wanted = b.gx;
    in.rectified = r->p->bands && !r->p->places[i].in_chain;
    n->type->rows.backward(n->layer, &in, rows.first, rows.end);
    return (struct evk_span){
        clip(b.gx, n->type->rows.backward_reach(n->layer, n->in, &n->out, rows.first).done),
        clip(b.gx, n->type->rows.backward_reach(n->layer, n->in, &n->out, rows.end).done)};
}

/* Does the chain read gradients that its last node has to rectify first?  A band rectifies what it
   reads, unless that is shared: then it is done before, as several bands may read a row. */
static bool needs_rectifying(const struct run *r)
{
    const struct evk_node *n = &r->p->graph->nodes[r->end];

    return r->p->bands && n->type->rows.rectifies && n->type->rows.rectifies(n->layer) &&
           !r->p->places[r->end].is_rectified;
}

static void rectify_rows(const struct run *r, int part, int i, struct evk_span rows)
{
    struct evk_run_io io;
    const struct evk_pass in = evk_run_pass(r->p, r->arena, part, i, &io);

    evk_rows_rectify(&in, rows.first, rows.end);
}

static void rectify(void *arg, int part)
{
    const struct run *r = arg;

    rectify_rows(r, part, r->end,
                 evk_bands_part(r->p->graph->nodes[r->end].out.h, part, r->p->threads));
}

/* Runs the backward pass of a part of the chain, from its last node to its first. */
static void backward_chain(void *arg, int part)
{
    const struct run *r = arg;
    const struct evk_span fed = band_of(r->p, part, r->end).gy;
    const int64_t step = r->first < r->end ? 1 : fed.end - fed.first;
    const int from = r->p->graph->nodes[r->first].input[0];

    for (int64_t row = fed.first; row < fed.end; row += step) {
        struct evk_span rows = {row, row + step};

        for (int i = r->end; i >= r->first && rows.first < rows.end; i--)
            rows = backward_rows(r, part, i, rows);
        if (rows.first < rows.end && r->p->places[from].is_rectified)
            rectify_rows(r, part, from, rows);
    }
}

static void backward_part(void *arg, int part)
{
    const struct run *r = arg;
    const struct evk_node *n = &r->p->graph->nodes[r->first];
    struct evk_run_io io = {.gx = {r->gradient}};
    struct evk_pass in = evk_run_pass(r->p, r->arena, part, r->first, &io);

    prepare_gradients(r->p, r->arena, r->first,
                      &io); /* which sets none to 0: the layer overwrites */
    in.wanted = rows_of_part(r, part, n->inputs ? n->in->h : n->out.h, n->type->parts.backward);
    in.rectified = true;
    if (in.wanted.first < in.wanted.end)
        n->type->backward(n->layer, &in);
}

/* Sets the gradients that the pass begins with. */
static void begin_backward(const struct evk_plan *p, float *arena, const float *seed)
{
    const int last = p->graph->count - 1;

    /* the gradients of nodes that no node reads are 0; node 0 may be such a node */
    for (int i = 0; i < last; i++)
        if (p->places[i].reader < 0)
            memset(arena + p->places[i].g, 0, (size_t)evk_plan_floats(p, i) * sizeof(*arena));
    memcpy(arena + p->places[last].g, seed,
           (size_t)evk_shape_count(&p->graph->nodes[last].out) * sizeof(*seed));
}

void evk_run_backward(const struct evk_plan *p, struct evk_team *team, float *arena,
                      const float *seed, float *gradient)
{
    struct run r = {.p = p, .arena = arena, .gradient = gradient};
    struct evk_run_io io = {.x = {NULL}};

    begin_backward(p, arena, seed);
    for (int i = p->graph->count - 1; i >= 0; i = r.first - 1) {
        const struct evk_node *n = &p->graph->nodes[i];
        const struct evk_pass in = evk_run_pass(p, arena, 0, i, &io);

        for (r.first = r.end = i; r.first > 0 && p->places[r.first - 1].in_chain; r.first--)
            ;
        if (has_bands(p, i) || r.first < i || (p->bands && n->type->parts.backward)) {
            if (needs_rectifying(&r))
                evk_team_do(team, rectify, &r);
            evk_team_do(team, n->type->rows.forward ? backward_chain : backward_part, &r);
            continue;
        }
        prepare_gradients(p, arena, i, &io);
        if (i == 0)
            io.gx[0] = gradient;
        n->type->backward(n->layer, &in);
    }
}
