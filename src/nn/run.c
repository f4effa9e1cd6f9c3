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

/* Returns the offset of memory that is at `first` for member 0, and of which each member has its own
   where `apart` is set. */
static int64_t of_member(const struct evk_plan *p, int64_t first, bool apart, int member)
{
    return first + (apart ? member * p->own : 0);
}

void evk_run_prepare(const struct evk_plan *p, float *arena)
{
    for (int i = 0; i < p->graph->count; i++) {
        const struct evk_place *at = &p->places[i];
        const int64_t width = p->graph->nodes[i].out.w;

        for (int t = 0; t < (at->in_chain ? p->threads : 1); t++) {
            clear_margins(&at->rows, width, at->pitch,
                          arena + of_member(p, at->y, at->in_chain, t));
            clear_margins(&at->g_rows, width, at->pitch,
                          arena + of_member(p, at->g, at->in_chain, t));
        }
    }
}

struct evk_pass evk_run_pass(const struct evk_plan *p, float *arena, int member, int i,
                             struct evk_run_io *io)
{
    const struct evk_node *n = &p->graph->nodes[i];
    const struct evk_place *at = &p->places[i];
    const struct evk_span all = {0, INT64_MAX};

    for (int j = 0; j < n->inputs; j++) {
        const struct evk_place *from = &p->places[n->input[j]];

        io->x[j] = arena + of_member(p, from->y, from->in_chain, member);
        io->gx[j] = arena + of_member(p, from->g, from->in_chain, member);
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
        .y = arena + of_member(p, at->y, at->in_chain, member),
        .gy = arena + of_member(p, at->g, at->in_chain, member),
        .signs = at->in_chain ? (uint16_t *)(void *)(arena + at->signs) : NULL,
        .scratch = arena + of_member(p, p->scratch, true, member),
        .wanted = all,
        .own = all,
        .sink = (uint16_t *)(void *)(arena + of_member(p, p->sink, true, member)),
    };
}

/* ---- one pass on several threads -------------------------------------------------------------- */

/* What the members of a team share in a pass. */
struct run {
    const struct evk_plan *p;
    struct evk_team *team;
    float *arena;
    const float *image, *seed;
    float *gradient;
};

/* Is node i computed by bands, each member its own? */
static bool has_bands(const struct evk_plan *p, int i)
{
    return p->bands && evk_bands_suit(&p->graph->nodes[i]);
}

static struct evk_band band_of(const struct evk_plan *p, int member, int i)
{
    const struct evk_node *n = &p->graph->nodes[i];
    const struct evk_span in = {0, n->in->h}, out = {0, n->out.h};

    return p->bands ? p->bands[(int64_t)i * p->threads + member]
                    : (struct evk_band){in, out, out, out, in};
}

static int64_t clip(struct evk_span s, int64_t row)
{
    return row < s.first ? s.first : row < s.end ? row : s.end;
}

/* Gives the band of node i its rows first to end - 1, and returns the rows that they finish. */
static struct evk_span forward_rows(const struct run *r, int member, int i, struct evk_span rows)
{
    const struct evk_node *n = &r->p->graph->nodes[i];
    const struct evk_band b = band_of(r->p, member, i);
    struct evk_run_io io;
    struct evk_pass in = evk_run_pass(r->p, r->arena, member, i, &io);

    in.fed = b.x.first;
    in.wanted = b.y;
    in.own = b.own;
    n->type->rows.forward(n->layer, &in, rows.first, rows.end);
    return (struct evk_span){
        clip(b.y, n->type->rows.forward_reach(n->layer, n->in, &n->out, rows.first).done),
        clip(b.y, n->type->rows.forward_reach(n->layer, n->in, &n->out, rows.end).done)};
}

/* Runs the chain that begins with node i: after each row of the chain's input, every node computes
   the rows that this row makes possible.  A node alone is given all rows at once. */
static void forward_chain(const struct run *r, int member, int i)
{
    const int end = r->p->places[i].chain_end;
    const struct evk_span fed = band_of(r->p, member, i).x;
    const int64_t step = i < end ? 1 : fed.end - fed.first;

    for (int64_t row = fed.first; row < fed.end; row += step) {
        struct evk_span rows = {row, row + step};

        for (int j = i; j <= end && rows.first < rows.end; j++)
            rows = forward_rows(r, member, j, rows);
    }
}

/* Members wait for each other before and after each chain that they divide; all else is done by the
   first. */
static void forward_member(void *arg, int member)
{
    const struct run *r = arg;
    const struct evk_plan *p = r->p;
    struct evk_run_io io = {.x = {r->image}};
    bool divided = false;

    for (int i = 0; i < p->graph->count; i = p->places[i].chain_end + 1) {
        const bool divides = has_bands(p, i);

        if (divided || divides)
            evk_team_wait(r->team);
        divided = divides;
        if (divides || (member == 0 && p->places[i].in_chain)) {
            forward_chain(r, member, i);
        } else if (member == 0) {
            const struct evk_pass in = evk_run_pass(p, r->arena, 0, i, &io);

            p->graph->nodes[i].type->forward(p->graph->nodes[i].layer, &in);
        }
    }
}

void evk_run_forward(const struct evk_plan *p, struct evk_team *team, float *arena,
                     const float *image)
{
    struct run r = {.p = p, .team = team, .arena = arena, .image = image};

    evk_team_run(team, forward_member, &r);
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
static struct evk_span backward_rows(const struct run *r, int member, int i, struct evk_span rows)
{
    const struct evk_node *n = &r->p->graph->nodes[i];
    const struct evk_band b = band_of(r->p, member, i);
    struct evk_run_io io;
    struct evk_pass in = evk_run_pass(r->p, r->arena, member, i, &io);

    io.add[0] = r->p->places[n->input[0]].reader != i;
    in.fed = b.gy.first;
    in.wanted = b.gx;
    in.rectified = r->p->bands && !r->p->places[i].in_chain;
    n->type->rows.backward(n->layer, &in, rows.first, rows.end);
    return (struct evk_span){
        clip(b.gx, n->type->rows.backward_reach(n->layer, n->in, &n->out, rows.first).done),
        clip(b.gx, n->type->rows.backward_reach(n->layer, n->in, &n->out, rows.end).done)};
}

/* Bands share the gradients that the last node of a chain reads, and more than one may read a row:
   so its ReLU is applied to all rows before. */
static void rectify(const struct run *r, int member, int i)
{
    const struct evk_node *n = &r->p->graph->nodes[i];
    const struct evk_span rows = evk_bands_part(n->out.h, member, r->p->threads);
    struct evk_run_io io;
    const struct evk_pass in = evk_run_pass(r->p, r->arena, member, i, &io);

    if (!r->p->bands || !n->type->rows.rectifies(n->layer))
        return;
    evk_rows_rectify(&in, rows.first, rows.end);
    evk_team_wait(r->team);
}

/* Runs the backward pass of the chain of nodes i to end, from its last node to its first. */
static void backward_chain(const struct run *r, int member, int i, int end)
{
    const struct evk_span fed = band_of(r->p, member, end).gy;
    const int64_t step = i < end ? 1 : fed.end - fed.first;

    rectify(r, member, end);
    for (int64_t row = fed.first; row < fed.end; row += step) {
        struct evk_span rows = {row, row + step};

        for (int j = end; j >= i && rows.first < rows.end; j--)
            rows = backward_rows(r, member, j, rows);
    }
}

/* Sets the gradients that the pass begins with. */
static void begin_backward(const struct run *r)
{
    const struct evk_plan *p = r->p;
    const int last = p->graph->count - 1;

    /* the gradients of nodes that no node reads are 0; node 0 may be such a node */
    for (int i = 0; i < last; i++)
        if (p->places[i].reader < 0)
            memset(r->arena + p->places[i].g, 0, (size_t)evk_plan_floats(p, i) * sizeof(*r->arena));
    memcpy(r->arena + p->places[last].g, r->seed,
           (size_t)evk_shape_count(&p->graph->nodes[last].out) * sizeof(*r->seed));
}

static void backward_member(void *arg, int member)
{
    const struct run *r = arg;
    const struct evk_plan *p = r->p;
    struct evk_run_io io = {.x = {NULL}};
    bool divided = false;

    if (member == 0)
        begin_backward(r);
    for (int end = p->graph->count - 1, i; end >= 0; end = i - 1) {
        const bool divides = has_bands(p, end);

        for (i = end; i > 0 && p->places[i - 1].in_chain; i--)
            ;
        if (divided || divides)
            evk_team_wait(r->team);
        divided = divides;
        if (divides || (member == 0 && i < end)) {
            backward_chain(r, member, i, end);
        } else if (member == 0) {
            const struct evk_pass in = evk_run_pass(p, r->arena, 0, i, &io);

            prepare_gradients(p, r->arena, i, &io);
            if (i == 0)
                io.gx[0] = r->gradient;
            p->graph->nodes[i].type->backward(p->graph->nodes[i].layer, &in);
        }
    }
}

void evk_run_backward(const struct evk_plan *p, struct evk_team *team, float *arena,
                      const float *seed, float *gradient)
{
    struct run r = {.p = p, .team = team, .arena = arena, .seed = seed, .gradient = gradient};

    evk_team_run(team, backward_member, &r);
}
