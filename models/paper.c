/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paper.c - a compact model computed by its definition, in double precision
 *
 * This code shares nothing with the library's layers, and uses no batch normalisation.  A
 * comparison of its results with those of the library tests both the layers and the archives.
 */
#include "paper.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MOVES_MAX = 200, NOTHING = 128, VALUES = PIXELS * PIXELS * 3 };

/*
 * Derivatives below this fraction of the largest one are taken for 0, which rounding has changed.
 */
static const double ROUNDING = 1e-9;

const int stride_of[LAYERS] = {1, 2, 2, 1, 1};
const int size_of[LAYERS] = {112, 56, 28, 28, 28};
const double MEAN[3] = {116.222, 109.270, 100.381};

/* The values (row, column, channel) of a layer, after its ReLU. */
struct plane {
    double at[PIXELS * PIXELS * CHANNELS_MAX];
};

struct pass {
    struct plane y[LAYERS], g[LAYERS]; /* outputs, and gradients with respect to them */
};

/*
 * The rows (or columns) of an input that output point i sees: kernel row k lies on input row from +
 * k, which exists for k from first to end - 1.
 */
struct span {
    int from, first, end;
};

static struct span span_of(int layer, int i)
{
    const int n = layer ? size_of[layer - 1] : PIXELS;
    const int from = stride_of[layer] * i - (stride_of[layer] == 2 ? 1 : MIDDLE);

    return (struct span){from, from < 0 ? -from : 0, from + KERNEL > n ? n - from : KERNEL};
}

static double relu(double x)
{
    return x > 0 ? x : 0;
}

static void forward0(const struct compact *c, const struct picture *image, struct plane *y)
{
    const int n = c->channels[0];

    for (int i = 0; i < PIXELS; i++)
        for (int j = 0; j < PIXELS; j++) {
            const struct span v = span_of(0, i), h = span_of(0, j);
            double sum[CHANNELS_MAX];

            memcpy(sum, c->bias, sizeof(sum));
            for (int r = v.first; r < v.end; r++)
                for (int s = h.first; s < h.end; s++)
                    for (int k = 0; k < 3; k++) {
                        const double x = image->at[v.from + r][h.from + s][k] - MEAN[k];

                        for (int o = 0; o < n; o++)
                            sum[o] += c->kernel[r][s][k][o] * x;
                    }
            for (int o = 0; o < n; o++)
                y->at[(i * PIXELS + j) * n + o] = relu(sum[o]);
        }
}

static void backward0(const struct compact *c, const struct pass *p, struct picture *gx)
{
    const int n = c->channels[0];

    memset(gx, 0, sizeof(*gx));
    for (int i = 0; i < PIXELS; i++)
        for (int j = 0; j < PIXELS; j++) {
            const struct span v = span_of(0, i), h = span_of(0, j);

            for (int o = 0; o < n; o++) {
                const int at = (i * PIXELS + j) * n + o;
                const double g = p->y[0].at[at] > 0 ? p->g[0].at[at] : 0;

                if (g == 0)
                    continue;
                for (int r = v.first; r < v.end; r++)
                    for (int s = h.first; s < h.end; s++)
                        for (int k = 0; k < 3; k++)
                            gx->at[v.from + r][h.from + s][k] += c->kernel[r][s][k][o] * g;
            }
        }
}

/* Computes point (i, j) of a separable layer. */
static void forward_point(const struct compact *c, int layer, int i, int j, struct pass *p)
{
    const int in = c->channels[layer - 1], out = c->channels[layer];
    const struct separable *w = &c->separable[layer];
    const struct span v = span_of(layer, i), h = span_of(layer, j);
    double sum[CHANNELS_MAX];

    memcpy(sum, w->bias, sizeof(sum));
    for (int k = 0; k < in; k++) {
        double d = 0;

        for (int r = v.first; r < v.end; r++)
            for (int s = h.first; s < h.end; s++)
                d += w->depthwise[r][s][k] *
                     p->y[layer - 1].at[((v.from + r) * size_of[layer - 1] + h.from + s) * in + k];
        for (int o = 0; o < out; o++)
            sum[o] += w->pointwise[k][o] * d;
    }
    for (int o = 0; o < out; o++)
        p->y[layer].at[(i * size_of[layer] + j) * out + o] = relu(sum[o]);
}

static void backward_point(const struct compact *c, int layer, int i, int j, struct pass *p)
{
    const int in = c->channels[layer - 1], out = c->channels[layer];
    const struct separable *w = &c->separable[layer];
    const struct span v = span_of(layer, i), h = span_of(layer, j);
    const int at = (i * size_of[layer] + j) * out;

    for (int k = 0; k < in; k++) {
        double g = 0;

        for (int o = 0; o < out; o++)
            g += p->y[layer].at[at + o] > 0 ? w->pointwise[k][o] * p->g[layer].at[at + o] : 0;
        if (g == 0)
            continue;
        for (int r = v.first; r < v.end; r++)
            for (int s = h.first; s < h.end; s++)
                p->g[layer - 1].at[((v.from + r) * size_of[layer - 1] + h.from + s) * in + k] +=
                    w->depthwise[r][s][k] * g;
    }
}

static void forward(const struct compact *c, const struct picture *image, struct pass *p)
{
    forward0(c, image, &p->y[0]);
    for (int l = 1; l < LAYERS; l++)
        for (int i = 0; i < size_of[l]; i++)
            for (int j = 0; j < size_of[l]; j++)
                forward_point(c, l, i, j, p);
}

static double readout(const struct compact *c, const struct pass *p)
{
    const int n = c->channels[LAYERS - 1];
    double sum = c->baseline;

    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            for (int k = 0; k < n; k++)
                sum += c->weight[i][j][k] * p->y[LAYERS - 1].at[(i * POINTS + j) * n + k];
    return sum;
}

static void backward(const struct compact *c, struct pass *p, struct picture *gradient)
{
    const int n = c->channels[LAYERS - 1];

    memset(p->g, 0, sizeof(p->g));
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            for (int k = 0; k < n; k++)
                p->g[LAYERS - 1].at[(i * POINTS + j) * n + k] = c->weight[i][j][k];
    for (int l = LAYERS - 1; l > 0; l--)
        for (int i = 0; i < size_of[l]; i++)
            for (int j = 0; j < size_of[l]; j++)
                backward_point(c, l, i, j, p);
    backward0(c, p, gradient);
}

evk_status paper_response(const struct compact *c, const struct picture *image, double *response,
                          struct picture *gradient, evk_error *err)
{
    struct pass *p;

    EVK_TRY(evk_alloc(&p, 1, sizeof(*p), "a pass", err));
    forward(c, image, p);
    *response = readout(c, p);
    if (gradient)
        backward(c, p, gradient);
    free(p);
    return EVK_OK;
}

static double largest_of(const struct picture *gradient)
{
    double largest = 0;

    for (size_t i = 0; i < VALUES; i++)
        largest = fmax(largest, fabs((&gradient->at[0][0][0])[i]));
    return largest;
}

/* Makes one round of paper_optimum.  Returns whether any value moved. */
static bool move(struct picture *image, const struct picture *gradient)
{
    const double *g = &gradient->at[0][0][0], largest = largest_of(gradient);
    double *x = &image->at[0][0][0];
    bool moved = false;

    for (size_t i = 0; i < VALUES; i++) {
        const double to = fabs(g[i]) <= ROUNDING * largest ? NOTHING : g[i] > 0 ? 255 : 0;

        moved = moved || x[i] != to;
        x[i] = to;
    }
    return moved;
}

evk_status paper_seen(const struct compact *c, struct picture *image, double part, evk_error *err)
{
    double *x = &image->at[0][0][0], largest, response;
    struct picture *gradient;
    evk_status s;

    EVK_TRY(evk_alloc(&gradient, 1, sizeof(*gradient), "a gradient", err));
    s = paper_response(c, image, &response, gradient, err);
    largest = largest_of(gradient);
    for (size_t i = 0; !s && i < VALUES; i++)
        if (fabs((&gradient->at[0][0][0])[i]) < part * largest)
            x[i] = NOTHING;
    free(gradient);
    return s;
}

evk_status paper_optimum(const struct compact *c, struct picture *image, double *response,
                         evk_error *err)
{
    struct picture *gradient;
    bool moved = true;
    evk_status s;

    EVK_TRY(evk_alloc(&gradient, 1, sizeof(*gradient), "a gradient", err));
    s = paper_response(c, image, response, gradient, err);
    for (int i = 0; !s && i < MOVES_MAX && moved; i++) {
        moved = move(image, gradient);
        s = paper_response(c, image, response, gradient, err);
    }
    free(gradient);
    if (!s && moved)
        return evk_fail(err, EVK_EINVAL, "no optimum after %d moves", MOVES_MAX);
    return s;
}
