/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.c - a small graph under test: its plan, its memory, random weights */
#include "net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/focus.h"
#include "test.h"

void net_begin(struct net *n, int64_t h, int64_t w, int64_t c)
{
    const struct evk_shape in = {h, w, c, false};
    int node;

    *n = (struct net){.inputs = h * w * c};
    assert_ok(evk_add_input(&n->g, "in", &in, &node, err));
    assert_int_equal(node, 0);
}

static void make_arena(struct net *n)
{
    assert_ok(evk_alloc_floats(&n->arena, n->plan.arena, "a test", err));
    for (int64_t i = 0; i < n->plan.arena; i++)
        n->arena[i] = NAN; /* no layer may rely on zeros */
    evk_run_prepare(&n->plan, n->arena);
}

void net_end(struct net *n)
{
    const char *wanted;

    n->outputs = evk_shape_count(&n->g.nodes[n->g.count - 1].out);
    assert_ok(evk_plan_init(&n->plan, &n->g, evk_kernels_best(&wanted), err));
    make_arena(n);
}

void net_release(struct net *n)
{
    evk_plan_release(&n->plan);
    evk_graph_release(&n->g);
    free(n->arena);
    *n = (struct net){0};
}

const float *net_forward(struct net *n, const float *image)
{
    evk_run_forward(&n->plan, NULL, n->arena, image);
    return evk_run_output(&n->plan, n->arena);
}

void net_backward(struct net *n, const float *seed, float *gradient)
{
    evk_run_backward(&n->plan, NULL, n->arena, seed, gradient);
}

void net_check_bands(struct net *n, int threads, const float *image, const float *seed)
{
    const size_t bytes = (size_t)n->outputs * sizeof(float);
    float *y = floats(n->outputs), *one = floats(n->inputs), *many = floats(n->inputs);
    struct net shared = {.inputs = n->inputs, .outputs = n->outputs};
    struct evk_team *team;

    memcpy(y, net_forward(n, image), bytes);
    net_backward(n, seed, one);
    assert_ok(evk_plan_init_bands(&shared.plan, &n->g, n->plan.kernels, threads, err));
    assert_ok(evk_team_new(&team, threads, err));
    assert_int_equal(evk_team_threads(team), threads);
    make_arena(&shared);
    for (int pass = 0; pass < 2; pass++) {
        evk_run_forward(&shared.plan, team, shared.arena, image);
        assert_memory_equal(evk_run_output(&shared.plan, shared.arena), y, bytes);
        evk_run_backward(&shared.plan, team, shared.arena, seed, many);
        assert_memory_equal(many, one, (size_t)n->inputs * sizeof(*one));
    }
    evk_team_free(team);
    net_release(&shared);
    free(y);
    free(one);
    free(many);
}

int net_conv2d(struct net *n, const char *name, int x, const struct evk_window *v,
               struct evk_tensor kernel)
{
    int node;

    assert_ok(evk_add_conv2d(&n->g, name, x, v, &kernel, NULL, &node, err));
    evk_tensor_release(&kernel);
    return node;
}

int net_depthwise(struct net *n, const char *name, int x, const struct evk_window *v,
                  struct evk_tensor kernel)
{
    int node;

    assert_ok(evk_add_depthwise(&n->g, name, x, v, &kernel, NULL, &node, err));
    evk_tensor_release(&kernel);
    return node;
}

struct evk_tensor random_tensor(uint64_t *state, int axes, const int64_t *dim)
{
    struct evk_tensor t;

    assert_ok(evk_tensor_new(&t, axes, dim, err));
    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        t.data[i] = random_float(state);
    return t;
}

struct evk_tensor whole_tensor(uint64_t *state, int limit, int axes, const int64_t *dim)
{
    struct evk_tensor t = random_tensor(state, axes, dim);

    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        t.data[i] = roundf(((float)limit + 0.4f) * t.data[i]);
    return t;
}

struct evk_tensor positive_tensor(uint64_t *state, int axes, const int64_t *dim)
{
    struct evk_tensor t = random_tensor(state, axes, dim);

    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        t.data[i] = 0.1f + 0.9f * fabsf(t.data[i]);
    return t;
}

float *floats(int64_t n)
{
    float *p = calloc((size_t)n + 1, sizeof(*p));

    if (!p)
        fail_msg("no memory for %lld floats", (long long)n);
    return p;
}

float *random_floats(uint64_t *state, int64_t n)
{
    float *p = floats(n);

    for (int64_t i = 0; i < n; i++)
        p[i] = random_float(state);
    return p;
}

double inner(int64_t n, const float *a, const float *b)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/*
 * Returns <J v, w>, computed from F(x + h v) - F(x - h v); *rounding is set to a bound on the error
 * that rounding of F causes in it.
 */
static double slope(struct net *n, const float *x, const float *v, const float *w, float h,
                    double *rounding)
{
    float *at = floats(n->inputs), *plus = floats(n->outputs);
    double sum = 0, magnitude = 0;
    const float *minus;

    for (int64_t i = 0; i < n->inputs; i++)
        at[i] = x[i] + h * v[i];
    memcpy(plus, net_forward(n, at), (size_t)n->outputs * sizeof(*plus));
    for (int64_t i = 0; i < n->inputs; i++)
        at[i] = x[i] - h * v[i];
    minus = net_forward(n, at);
    for (int64_t i = 0; i < n->outputs; i++) {
        sum += (double)w[i] * ((double)plus[i] - (double)minus[i]);
        magnitude += fabs((double)w[i]) * (fabs((double)plus[i]) + fabs((double)minus[i]));
    }
    *rounding = magnitude * 0x1p-24 / (2 * (double)h);
    free(at);
    free(plus);
    return sum / (2 * (double)h);
}

void net_check_slope(struct net *n, uint64_t *state, const float *x, int64_t terms)
{
    float *v = floats(n->inputs), *w = random_floats(state, n->outputs), *gx = floats(n->inputs);
    double rounding, coarse, fine, back, scale = 0;

    for (int64_t i = 0; i < n->inputs; i++) /* multiples of 1/16: x + h v is exact */
        v[i] = roundf(16.0f * random_float(state)) / 16.0f;
    coarse = slope(n, x, v, w, 0x1p-7f, &rounding);
    fine = slope(n, x, v, w, 0x1p-8f, &rounding);
    net_forward(n, x);
    net_backward(n, w, gx);
    back = inner(n->inputs, v, gx);
    for (int64_t i = 0; i < n->inputs; i++)
        scale += fabs((double)v[i] * (double)gx[i]);
    assert_true(scale > 0);
    if (!(fabs((4 * fine - coarse) / 3 - back) <=
          fabs(fine - coarse) + (double)terms * rounding + sum_bound(terms, scale)))
        fail_msg("differences give %.9g, backward %.9g", fine, back);
    assert_true(fabs(fine - back) <=
                0.01 * scale); /* the bound is tight enough to mean something */
    free(v);
    free(w);
    free(gx);
}

/* Is value i of a tensor of shape s in a box? */
static bool in_box(const struct evk_shape *s, const struct evk_box *box, int64_t i)
{
    const struct evk_box at = evk_box_at(s, i);
    struct evk_box both = *box;

    evk_box_enclose(&both, &at);
    return evk_box_equal(&both, box);
}

void net_check_focus(struct net *n, const float *image, bool exact)
{
    const struct evk_shape *in = &n->g.nodes[0].out;
    float *one = floats(n->outputs), *whole = floats(n->inputs);
    float *cut = floats(n->inputs), *part = floats(n->inputs);

    for (int64_t i = 0; i < n->outputs; i++) {
        const float want = net_forward(n, image)[i], got_seed = 1;
        struct net f = {.inputs = 0};
        struct evk_box box;
        float got;

        one[i] = 1;
        net_backward(n, one, whole);
        one[i] = 0;
        assert_ok(evk_graph_focus(&n->g, i, &f.g, &box, err));
        net_end(&f);
        for (int64_t j = 0, k = 0; j < n->inputs; j++)
            if (in_box(in, &box, j))
                cut[k++] = image[j];
        got = *net_forward(&f, cut);
        if (memcmp(&got, &want, sizeof(got)) != 0)
            fail_msg("output %lld is %.9g, of the whole graph %.9g", (long long)i, (double)got,
                     (double)want);
        net_backward(&f, &got_seed, part);
        for (int64_t j = 0, k = 0; j < n->inputs && exact; j++)
            assert_true(whole[j] == (in_box(in, &box, j) ? part[k++] : 0));
        net_release(&f);
    }
    free(one);
    free(whole);
    free(cut);
    free(part);
}
