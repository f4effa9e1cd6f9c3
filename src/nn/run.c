/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c - the forward and the backward pass of a graph */
#include "nn/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LINE = 16 }; /* floats in a cache line: blocks begin on one */

static int64_t place(int64_t *end, int64_t count)
{
    const int64_t begin = *end;

    *end += (count + LINE - 1) / LINE * LINE;
    return begin;
}

evk_status evk_plan_init(struct evk_plan *out, const struct evk_graph *g,
                         const struct evk_kernels *k, evk_error *err)
{
    struct evk_plan p = {.graph = g, .kernels = k};
    int64_t scratch = 0;
    evk_status s = evk_alloc(&p.y, g->count, sizeof(*p.y), "a plan", err);

    if (!s)
        s = evk_alloc(&p.g, g->count, sizeof(*p.g), "a plan", err);
    if (s) {
        evk_plan_release(&p);
        return s;
    }
    for (int i = 0; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        const int64_t need = n->type->scratch ? n->type->scratch(n->layer, n->in, &n->out) : 0;

        p.y[i] = place(&p.arena, evk_shape_count(&n->out));
        scratch = need > scratch ? need : scratch;
    }
    p.g_begin = p.arena;
    for (int i = 0; i < g->count; i++)
        p.g[i] = place(&p.arena, evk_shape_count(&g->nodes[i].out));
    p.g_end = p.arena;
    p.scratch = place(&p.arena, scratch);
    if (p.arena > EVK_ARENA_MAX) {
        s = evk_fail(err, EVK_EFORMAT, "a pass would need %lld numbers, over the limit of %d",
                     (long long)p.arena, EVK_ARENA_MAX);
        evk_plan_release(&p);
        return s;
    }
    *out = p;
    return EVK_OK;
}

void evk_plan_release(struct evk_plan *p)
{
    free(p->y);
    free(p->g);
    *p = (struct evk_plan){0};
}

/* Pointers of one node's pass; node 0 reads the image. */
struct io {
    const float *x[EVK_INPUTS_MAX];
    float *gx[EVK_INPUTS_MAX];
};

static struct evk_pass pass(const struct evk_plan *p, float *arena, int i, struct io *io)
{
    const struct evk_node *n = &p->graph->nodes[i];

    for (int j = 0; j < n->inputs; j++) {
        io->x[j] = arena + p->y[n->input[j]];
        io->gx[j] = arena + p->g[n->input[j]];
    }
    return (struct evk_pass){
        .k = p->kernels,
        .inputs = n->inputs,
        .in = n->in,
        .out = n->out,
        .x = io->x,
        .gx = io->gx,
        .y = arena + p->y[i],
        .gy = arena + p->g[i],
        .scratch = arena + p->scratch,
    };
}

void evk_run_forward(const struct evk_plan *p, float *arena, const float *image)
{
    struct io io = {.x = {image}};

    for (int i = 0; i < p->graph->count; i++) {
        const struct evk_pass in = pass(p, arena, i, &io);

        p->graph->nodes[i].type->forward(p->graph->nodes[i].layer, &in);
    }
}

void evk_run_backward(const struct evk_plan *p, float *arena, const float *seed, float *gradient)
{
    const int last = p->graph->count - 1;
    struct io io = {.x = {NULL}};

    memset(arena + p->g_begin, 0, (size_t)(p->g_end - p->g_begin) * sizeof(*arena));
    memset(gradient, 0, (size_t)evk_shape_count(&p->graph->nodes[0].out) * sizeof(*gradient));
    memcpy(arena + p->g[last], seed,
           (size_t)evk_shape_count(&p->graph->nodes[last].out) * sizeof(*seed));
    for (int i = last; i >= 0; i--) {
        const struct evk_pass in = pass(p, arena, i, &io);

        if (i == 0)
            io.gx[0] = gradient;
        p->graph->nodes[i].type->backward(p->graph->nodes[i].layer, &in);
    }
}
