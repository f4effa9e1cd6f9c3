/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * range.c - do the images that a model gets suit it?
 *
 * A network that was fitted to images of 0 to 1 and gets display values of 0 to 255 responds, and
 * responds wrongly.  Its first layer then gives values that are far too large, and its responses
 * are out of their range.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/model.h"

enum { NOISE_IMAGES = 4, LEVELS = 255 };

/* Networks have values of about 1 behind each layer.  Where the first layer gives values of a SD
   over LARGE, and a black image so much less that the biases no longer count, the images are
   probably too bright for it. */
static const double LARGE = 20, BIAS = 0.05, SMALL = 0.001;

/* A preprocessing with a mean and a scale below this is one of images of 0 to 1. */
static const double UNIT = 1.5;

struct trial {
    const evk_model *model;
    evk_session *session;
    float *image, *responses; /* (h, w, c), (outputs) */
    struct evk_graph first;   /* the network up to its first layer with weights; empty: none */
    struct evk_plan plan;
    float *arena;
    double sum, squares, count; /* of the first layer's values on noise */
    double black;               /* their RMS on a black image */
    evk_range *out;
};

static void trial_release(struct trial *t)
{
    evk_session_free(t->session);
    evk_plan_release(&t->plan);
    evk_graph_release(&t->first);
    free(t->image);
    free(t->responses);
    free(t->arena);
}

static bool has_weights(const struct evk_node *n)
{
    static const char *const types[] = {"conv2d", "depthwise", "dense"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (evk_layer_is(n->type, types[i]))
            return true;
    return false;
}

/* Makes a graph of the network up to its first layer with weights, whose values are all kept. */
static evk_status take_first(struct trial *t, evk_error *err)
{
    const struct evk_graph *g = &evk_model_first(t->model)->network.graph;
    int last = 0, number;

    while (last < g->count && !has_weights(&g->nodes[last]))
        last++;
    for (int i = 0; i <= last && last < g->count; i++)
        EVK_TRY(evk_graph_add_borrow(&t->first, &g->nodes[i], g->nodes[i].inputs, g->nodes[i].input,
                                     &number, err));
    if (t->first.count == 0)
        return EVK_OK;
    t->out->layer = g->nodes[last].name;
    EVK_TRY(evk_plan_init(&t->plan, &t->first, evk_model_kernels(t->model), err));
    EVK_TRY(evk_alloc_floats(&t->arena, t->plan.arena, "a session", err));
    evk_run_prepare(&t->plan, t->arena);
    return EVK_OK;
}

static evk_status trial_init(struct trial *t, evk_error *err)
{
    EVK_TRY(evk_session_new(&t->session, t->model, err));
    EVK_TRY(
        evk_alloc_floats(&t->image, evk_shape_count(evk_model_input(t->model)), "an image", err));
    EVK_TRY(evk_alloc_floats(&t->responses, t->model->outputs, "responses", err));
    return take_first(t, err);
}

/* Adds the values of the first layer to the sums.  What it gives for a black image are its
   biases, if the preprocessing has no mean. */
static void measure_first(struct trial *t)
{
    const struct evk_shape *s;
    const float *v;

    if (t->first.count == 0)
        return;
    evk_run_forward(&t->plan, NULL, t->arena, t->image);
    v = evk_run_output(&t->plan, t->arena);
    s = &t->first.nodes[t->first.count - 1].out;
    for (int64_t i = 0; i < evk_shape_count(s); i++) {
        t->sum += (double)v[i];
        t->squares += (double)v[i] * (double)v[i];
    }
    t->count += (double)evk_shape_count(s);
}

/* Predicts the responses to the image, and widens a range by them. */
static void respond(struct trial *t, double *lowest, double *highest)
{
    evk_session_predict(t->session, t->image, t->responses);
    for (int64_t i = 0; i < t->model->outputs; i++) {
        t->out->finite = t->out->finite && isfinite(t->responses[i]);
        *lowest = fmin(*lowest, (double)t->responses[i]);
        *highest = fmax(*highest, (double)t->responses[i]);
    }
}

static void show_images(struct trial *t)
{
    const struct evk_rng_key key = {{0, 0}, {0, 0}};
    const int64_t n = evk_shape_count(evk_model_input(t->model));
    evk_range *r = t->out;

    r->finite = true;
    r->noise_lowest = r->gray_lowest = HUGE_VAL;
    r->noise_highest = r->gray_highest = -HUGE_VAL;
    memset(t->image, 0, (size_t)n * sizeof(*t->image));
    measure_first(t);
    t->black = t->count > 0 ? sqrt(t->squares / t->count) : 0;
    t->sum = t->squares = t->count = 0;
    for (int64_t i = 0; i < n; i++)
        t->image[i] = 128;
    respond(t, &r->gray_lowest, &r->gray_highest);
    for (int64_t image = 0; image < NOISE_IMAGES; image++) {
        for (int64_t i = 0; i < n; i++)
            t->image[i] = LEVELS * evk_rng_uniform(&key, (uint64_t)(image * n + i));
        respond(t, &r->noise_lowest, &r->noise_highest);
        measure_first(t);
    }
    if (t->count > 0) {
        r->layer_mean = t->sum / t->count;
        r->layer_sd = sqrt(fmax(0, t->squares / t->count - r->layer_mean * r->layer_mean));
    }
}

/* Is the preprocessing that the network has itself one of images of 0 to 1, while it gets display
   values? */
static bool expects_unit(const evk_model *m)
{
    const struct evk_network *n = &m->network;
    bool unit = n->preprocesses;

    for (int64_t c = 0; c < m->info.channels && unit; c++)
        unit = fabs(n->mean[c]) < UNIT && fabs(n->scale[c]) < UNIT && fabs(m->scale[c]) < UNIT;
    return unit;
}

static const char *doubt_of(const struct trial *t)
{
    const evk_range *r = t->out;
    const evk_preprocessing known = t->model->info.preprocessing;

    if (!r->finite)
        return "its responses to noise or gray are not all finite";
    if (expects_unit(t->model))
        return "the preprocessing in the file suits images of 0 to 1, but display values are 0 to "
               "255: --scale 255 divides them first";
    if (r->layer && known == EVK_PREPROCESSING_UNKNOWN && r->layer_sd > LARGE &&
        t->black < BIAS * r->layer_sd)
        return "its first layer gives values that are large for a network: if the network was "
               "fitted to images of 0 to 1, --scale 255 divides display values first";
    if (r->layer && known == EVK_PREPROCESSING_GIVEN && r->layer_sd < SMALL)
        return "its first layer gives nearly the same value everywhere: if the network was fitted "
               "to display values, --scale is too large";
    if (r->noise_lowest == r->noise_highest && r->noise_lowest == r->gray_lowest &&
        r->gray_lowest == r->gray_highest)
        return "its response to noise and gray is the same: the images may be out of the range to "
               "which the network was fitted";
    return NULL;
}

evk_status evk_model_range(const evk_model *m, evk_range *out, evk_error *err)
{
    EVK_ENTER();
    struct trial t = {.model = m, .out = out};
    evk_status s;

    *out = (evk_range){.layer = NULL};
    s = trial_init(&t, err);
    if (!s) {
        show_images(&t);
        out->doubt = doubt_of(&t);
    }
    trial_release(&t);
    return s;
}
