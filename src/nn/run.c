/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c - the forward and the backward pass of a graph */
#include "nn/run.h"

#include <string.h>

/* Sets the margins of all rows to zero; passes read margins and never write to them. */
static void clear_margins(const struct evk_rows *rows, int64_t width, int64_t pitch, float *first)
{
    const size_t margin = (size_t)(rows->margin * pitch) * sizeof(*first);

    for (int64_t i = 0; i < rows->count; i++) {
        memset(first + i * rows->step - rows->margin * pitch, 0, margin);
        memset(first + i * rows->step + width * pitch, 0, margin);
    }
}

void evk_run_prepare(const struct evk_plan *p, float *arena)
{
    for (int i = 0; i < p->graph->count; i++) {
        const struct evk_place *at = &p->places[i];
        const int64_t width = p->graph->nodes[i].out.w;

        clear_margins(&at->rows, width, at->pitch, arena + at->y);
        clear_margins(&at->g_rows, width, at->pitch, arena + at->g);
    }
}

struct evk_pass evk_run_pass(const struct evk_plan *p, float *arena, int i, struct evk_run_io *io)
{
    const struct evk_node *n = &p->graph->nodes[i];
    const struct evk_place *at = &p->places[i];

    for (int j = 0; j < n->inputs; j++) {
        const struct evk_place *from = &p->places[n->input[j]];

        io->x[j] = arena + from->y;
        io->gx[j] = arena + from->g;
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
        .y = arena + at->y,
        .gy = arena + at->g,
        .signs = at->in_chain ? (uint16_t *)(void *)(arena + at->signs) : NULL,
        .scratch = arena + p->scratch,
    };
}

/* Runs the chain that begins with node i: after each row of the chain's input, every node computes
   the rows that this row makes possible. */
static void forward_chain(const struct evk_plan *p, float *arena, int i)
{
    const int end = p->places[i].chain_end;

    for (int64_t fed = 0; fed < p->graph->nodes[i].in->h; fed++) {
        int64_t first = fed, last = fed + 1;

        for (int j = i; j <= end && first < last; j++) {
            const struct evk_node *n = &p->graph->nodes[j];
            struct evk_run_io io;
            const struct evk_pass in = evk_run_pass(p, arena, j, &io);

            n->type->rows.forward(n->layer, &in, first, last);
            first = n->type->rows.forward_reach(n->layer, n->in, &n->out, first).done;
            last = n->type->rows.forward_reach(n->layer, n->in, &n->out, last).done;
        }
    }
}

void evk_run_forward(const struct evk_plan *p, float *arena, const float *image)
{
    struct evk_run_io io = {.x = {image}};

    for (int i = 0; i < p->graph->count; i++) {
        const struct evk_pass in = evk_run_pass(p, arena, i, &io);

        if (p->places[i].in_chain) {
            forward_chain(p, arena, i);
            i = p->places[i].chain_end;
        } else {
            p->graph->nodes[i].type->forward(p->graph->nodes[i].layer, &in);
        }
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

/* Runs the backward pass of the chain that begins with node i, from its last node to its first. */
static void backward_chain(const struct evk_plan *p, float *arena, int i)
{
    const int end = p->places[i].chain_end;

    for (int64_t fed = 0; fed < p->graph->nodes[end].out.h; fed++) {
        int64_t first = fed, last = fed + 1;

        for (int j = end; j >= i && first < last; j--) {
            const struct evk_node *n = &p->graph->nodes[j];
            struct evk_run_io io;
            const struct evk_pass in = evk_run_pass(p, arena, j, &io);

            io.add[0] = p->places[n->input[0]].reader != j;
            n->type->rows.backward(n->layer, &in, first, last);
            first = n->type->rows.backward_reach(n->layer, n->in, &n->out, first).done;
            last = n->type->rows.backward_reach(n->layer, n->in, &n->out, last).done;
        }
    }
}

void evk_run_backward(const struct evk_plan *p, float *arena, const float *seed, float *gradient)
{
    const int last = p->graph->count - 1;
    struct evk_run_io io = {.x = {NULL}};

    /* the gradients of nodes that no node reads are 0; node 0 may be such a node */
    for (int i = 0; i < last; i++)
        if (p->places[i].reader < 0)
            memset(arena + p->places[i].g, 0, (size_t)evk_plan_floats(p, i) * sizeof(*arena));
    memcpy(arena + p->places[last].g, seed,
           (size_t)evk_shape_count(&p->graph->nodes[last].out) * sizeof(*seed));
    for (int i = last; i >= 0; i--) {
        const struct evk_pass in = evk_run_pass(p, arena, i, &io);

        if (i > 0 && p->places[i - 1].in_chain) {
            while (i > 0 && p->places[i - 1].in_chain)
                i--;
            backward_chain(p, arena, i);
            continue;
        }
        prepare_gradients(p, arena, i, &io);
        if (i == 0)
            io.gx[0] = gradient;
        p->graph->nodes[i].type->backward(p->graph->nodes[i].layer, &in);
    }
}
