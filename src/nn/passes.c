/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passes.c - passes through a graph, for all of its outputs or for one of them */
#include "nn/passes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/focus.h"

/* The part of a graph is used where it has less than this of the whole graph's operations: a part
   that saves less than a fifth does not make up for the memory that it takes. */
static const double WORTHWHILE = 0.8;

static const struct evk_shape *output_of(const struct evk_graph *g)
{
    return &g->nodes[g->count - 1].out;
}

/* Plans g, which is the whole graph or the part, for the team; or for one thread, where the
   memory that each thread has for itself would be over the limit. */
static evk_status make_plan(struct evk_passes *p, const struct evk_graph *g, evk_error *err)
{
    const struct evk_kernels *k = p->plan->kernels;

    if (p->team && !evk_plan_init_bands(&p->own, g, k, evk_team_threads(p->team), NULL)) {
        p->plan = &p->own;
        return EVK_OK;
    }
    p->team = NULL;
    EVK_TRY(evk_plan_init(&p->own, g, k, err));
    p->plan = &p->own;
    return EVK_OK;
}

/* Plans the part of the graph that p->output needs; leaves p->plan the whole graph's where the part
   would save too little. */
static evk_status use_part(struct evk_passes *p, evk_error *err)
{
    const struct evk_graph *g = p->plan->graph;
    int64_t n;

    EVK_TRY(evk_graph_focus_flops(g, p->output, &n, err));
    if ((double)n >= WORTHWHILE * (double)evk_graph_flops(g))
        return EVK_OK;
    EVK_TRY(evk_graph_focus(g, p->output, &p->part, &p->box, err));
    n = evk_shape_count(&p->part.nodes[0].out);
    EVK_TRY(make_plan(p, &p->part, err));
    EVK_TRY(evk_alloc_floats(&p->image, n, "a session", err));
    return evk_alloc_floats(&p->gradient, n, "a session", err);
}

static evk_status passes_init(struct evk_passes *p, evk_error *err)
{
    if (p->output >= 0)
        EVK_TRY(use_part(p, err));
    if (p->output >= 0 && !p->part.count)
        EVK_TRY(evk_alloc_floats(&p->seed, evk_shape_count(output_of(p->plan->graph)), "a session",
                                 err));
    if (p->team && !p->part.count)
        EVK_TRY(make_plan(p, p->plan->graph, err));
    EVK_TRY(evk_alloc_floats(&p->arena, p->plan->arena, "a session", err));
    evk_run_prepare(p->plan, p->arena);
    return EVK_OK;
}

evk_status evk_passes_init(struct evk_passes *p, const struct evk_plan *plan, int64_t output,
                           struct evk_team *team, evk_error *err)
{
    evk_status s;

    *p = (struct evk_passes){
        .plan = plan,
        .whole = plan->graph->nodes[0].out,
        .output = output,
        .team = team,
    };
    s = passes_init(p, err);
    if (s)
        evk_passes_release(p);
    return s;
}

void evk_passes_release(struct evk_passes *p)
{
    evk_plan_release(&p->own);
    evk_graph_release(&p->part);
    free(p->arena);
    free(p->image);
    free(p->gradient);
    free(p->seed);
    *p = (struct evk_passes){0};
}

/* Returns the index in the whole image of the first channel of pixel i of the box; the pixels of
   the box are numbered row by row. */
static int64_t place_in_whole(const struct evk_passes *p, int64_t i)
{
    const int64_t width = p->part.nodes[0].out.w;
    const int64_t y = p->box.first[0] + i / width, x = p->box.first[1] + i % width;

    return (y * p->whole.w + x) * p->whole.c + p->box.first[2];
}

void evk_passes_forward(struct evk_passes *p, const float *image, float *responses)
{
    const int64_t first = p->seed ? p->output : 0;
    const int64_t n = p->output >= 0 ? 1 : evk_shape_count(output_of(p->plan->graph));

    if (p->part.count) {
        const struct evk_shape *s = &p->part.nodes[0].out;

        for (int64_t i = 0; i < s->h * s->w; i++)
            memcpy(p->image + i * s->c, image + place_in_whole(p, i),
                   (size_t)s->c * sizeof(*image));
        image = p->image;
    }
    evk_run_forward(p->plan, p->team, p->arena, image);
    memcpy(responses, evk_run_output(p->plan, p->arena) + first, (size_t)n * sizeof(*responses));
}

void evk_passes_backward(struct evk_passes *p, const float *weights, float *gradient)
{
    if (p->part.count) {
        const struct evk_shape *s = &p->part.nodes[0].out;

        evk_run_backward(p->plan, p->team, p->arena, weights, p->gradient);
        memset(gradient, 0, (size_t)evk_shape_count(&p->whole) * sizeof(*gradient));
        for (int64_t i = 0; i < s->h * s->w; i++)
            memcpy(gradient + place_in_whole(p, i), p->gradient + i * s->c,
                   (size_t)s->c * sizeof(*gradient));
        return;
    }
    if (p->seed)
        p->seed[p->output] = *weights;
    evk_run_backward(p->plan, p->team, p->arena, p->seed ? p->seed : weights, gradient);
}
