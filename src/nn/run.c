/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c - the forward and the backward pass of a graph */
#include "nn/run.h"

#include <string.h>

/* What one node's pass points to; node 0 reads the image. */
struct io {
    const float *x[EVK_INPUTS_MAX];
    float *gx[EVK_INPUTS_MAX];
    bool add[EVK_INPUTS_MAX];
    int64_t pitch[EVK_INPUTS_MAX];
};

static struct evk_pass pass(const struct evk_plan *p, float *arena, int i, struct io *io)
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
        .x_rows = n->inputs ? p->places[n->input[0]].rows : n->out.h,
        .y_rows = at->rows,
        .y = arena + at->y,
        .gy = arena + at->g,
        .signs = at->pair ? (uint16_t *)(void *)(arena + at->signs) : NULL,
        .scratch = arena + p->scratch,
    };
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Nodes i and i + 1: rows of the first as the second asks for them. */
static void forward_pair(const struct evk_plan *p, float *arena, int i)
{
    const struct evk_node *n = &p->graph->nodes[i];
    const int64_t strip = p->places[i].strip;
    struct io io[2];
    const struct evk_pass a = pass(p, arena, i, &io[0]), b = pass(p, arena, i + 1, &io[1]);
    int64_t done = 0;

    for (int64_t y = 0; y < b.out.h; y += strip) {
        const int64_t end = lesser(y + strip, b.out.h);
        const int64_t need = n[1].type->rows_needed(n[1].layer, &b, end);

        if (need > done) {
            n[0].type->forward_rows(n[0].layer, &a, done, need);
            done = need;
        }
        n[1].type->forward_rows(n[1].layer, &b, y, end);
    }
}

void evk_run_forward(const struct evk_plan *p, float *arena, const float *image)
{
    struct io io = {.x = {image}};

    for (int i = 0; i < p->graph->count; i++) {
        const struct evk_pass in = pass(p, arena, i, &io);

        if (p->places[i].pair)
            forward_pair(p, arena, i++);
        else
            p->graph->nodes[i].type->forward(p->graph->nodes[i].layer, &in);
    }
}

const float *evk_run_output(const struct evk_plan *p, const float *arena)
{
    return arena + p->places[p->graph->count - 1].y;
}

/*
 * A gradient that nobody has written yet is overwritten, or begins at zero for
 * a layer that only adds.
 */
static void prepare_gradients(const struct evk_plan *p, float *arena, int i, struct io *io)
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

/* Nodes i + 1 and i: what the second gives, the first takes. Rows that nobody needs are zero. */
static void backward_pair(const struct evk_plan *p, float *arena, int i)
{
    const struct evk_node *n = &p->graph->nodes[i];
    const int64_t strip = p->places[i].rows;
    struct io io[2];
    const struct evk_pass a = pass(p, arena, i, &io[0]), b = pass(p, arena, i + 1, &io[1]);

    prepare_gradients(p, arena, i + 1, &io[1]);
    prepare_gradients(p, arena, i, &io[0]);
    for (int64_t y = 0; y < a.out.h; y += strip) {
        const int64_t end = lesser(y + strip, a.out.h);

        n[1].type->give_rows(n[1].layer, &b, y, end);
        n[0].type->take_rows(n[0].layer, &a, y, end);
    }
}

void evk_run_backward(const struct evk_plan *p, float *arena, const float *seed, float *gradient)
{
    const int last = p->graph->count - 1;
    struct io io = {.x = {NULL}};

    for (int i = 0; i < last; i++) /* what the output does not depend on, the image perhaps */
        if (p->places[i].reader < 0)
            memset(arena + p->places[i].g, 0, (size_t)evk_plan_floats(p, i) * sizeof(*arena));
    memcpy(arena + p->places[last].g, seed,
           (size_t)evk_shape_count(&p->graph->nodes[last].out) * sizeof(*seed));
    for (int i = last; i >= 0; i--) {
        const struct evk_pass in = pass(p, arena, i, &io);

        if (i > 0 && p->places[i - 1].pair) {
            backward_pair(p, arena, --i);
            continue;
        }
        prepare_gradients(p, arena, i, &io);
        if (i == 0)
            io.gx[0] = gradient;
        p->graph->nodes[i].type->backward(p->graph->nodes[i].layer, &in);
    }
}
