/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_grid.c - ONNX's GridSample: maps read at fixed positions, as Gaussian readouts do */
#include <math.h>
#include <string.h>

#include "model/onnx/ops.h"
#include "model/onnx/window.h"

enum { TAPS = 16 }; /* neighbours of a position: 4 x 4 of a cubic one */

enum mode { BILINEAR, NEAREST, CUBIC };

struct grid {
    const struct evk_onnx_value
        *positions; /* (images, rows, columns, 2): x, then y, from -1 to 1 */
    enum mode mode;
    char padding[EVK_ONNX_WORD];
    int64_t align;
};

/* Returns a position from -1 to 1 in pixels of an axis of n: -1 and 1 are the centres of the first
   and the last pixel with align_corners, and else their outer edges. */
static double in_pixels(const struct grid *g, double x, int64_t n)
{
    return g->align ? (x + 1) / 2 * (double)(n - 1) : ((x + 1) * (double)n - 1) / 2;
}

/* Reflects a position until it is between the two ends of an axis. */
static double reflect(double x, double low, double high)
{
    const double range = high - low;
    double t;

    if (range <= 0)
        return 0;
    t = fabs(x - low);
    t -= floor(t / (2 * range)) * 2 * range;
    return low + (t > range ? 2 * range - t : t);
}

/* Brings a position into an axis of n, as the padding asks. */
static double inside(const struct grid *g, double x, int64_t n)
{
    const double last = (double)n - 1;

    if (strcmp(g->padding, "reflection") == 0)
        x = g->align ? reflect(x, 0, last) : reflect(x, -0.5, last + 0.5);
    if (strcmp(g->padding, "zeros") != 0)
        x = x < 0 ? 0 : x > last ? last : x;
    return x;
}

static double cubic(double d)
{
    const double a = -0.75;

    d = fabs(d);
    if (d <= 1)
        return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/* Gives the neighbours of a position along one axis, and their weights.  Returns how many. */
static int neighbours(const struct grid *g, double x, int64_t first[4], double weight[4])
{
    const double low = floor(x);

    if (g->mode == NEAREST) {
        first[0] = (int64_t)nearbyint(x);
        weight[0] = 1;
        return 1;
    }
    if (g->mode == BILINEAR) {
        first[0] = (int64_t)low;
        first[1] = first[0] + 1;
        weight[0] = low + 1 - x;
        weight[1] = x - low;
        return 2;
    }
    for (int i = 0; i < 4; i++) {
        first[i] = (int64_t)low - 1 + i;
        weight[i] = cubic((double)first[i] - x);
    }
    return 4;
}

/* Returns the pixel that a neighbour is; -1 where it counts as zero.  A cubic one brings each
   neighbour inside by itself. */
static int64_t pixel_of(const struct grid *g, int64_t i, int64_t n)
{
    if (g->mode == CUBIC)
        i = (int64_t)inside(g, (double)i, n);
    return i >= 0 && i < n ? i : -1;
}

/* Appends the neighbours of one position; returns the end of the list. */
static int32_t add_position(const struct grid *g, double x, double y, const struct evk_shape *s,
                            int32_t *source, float *weight, int32_t at)
{
    int64_t column[4], row[4];
    double wx[4], wy[4];
    int nx, ny;

    x = in_pixels(g, x, s->w);
    y = in_pixels(g, y, s->h);
    if (g->mode != CUBIC) {
        x = inside(g, x, s->w);
        y = inside(g, y, s->h);
    }
    /* positions stay in the range of whole numbers: so far outside, the padding alone is read */
    x = fmin(fmax(x, -1e6), 1e6 + (double)s->w);
    y = fmin(fmax(y, -1e6), 1e6 + (double)s->h);
    nx = neighbours(g, x, column, wx);
    ny = neighbours(g, y, row, wy);
    for (int i = 0; i < ny; i++)
        for (int j = 0; j < nx; j++) {
            const int64_t r = pixel_of(g, row[i], s->h), k = pixel_of(g, column[j], s->w);
            const float w = (float)(wy[i] * wx[j]);

            if (r < 0 || k < 0 || w == 0)
                continue;
            source[at] = (int32_t)(r * s->w + k);
            weight[at++] = w;
        }
    return at;
}

static evk_status sample_map(struct evk_onnx_call *c, int64_t image, int x, const void *how,
                             int *out, evk_error *err)
{
    const struct grid *g = how;
    const struct evk_shape s = c->o->graph->nodes[x].out;
    const int64_t h = g->positions->dim[1], w = g->positions->dim[2], n = h * w;
    const float *at = g->positions->real + image * n * 2;
    struct evk_resample r = {h, w, NULL, NULL, NULL};
    int32_t *start, *source;
    float *weight;

    if (n > EVK_NODE_VALUES_MAX / TAPS)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "it has %lld positions", (long long)n);
    EVK_TRY(evk_onnx_alloc(c, &start, n + 1, sizeof(*start), err));
    EVK_TRY(evk_onnx_alloc(c, &source, n * TAPS, sizeof(*source), err));
    EVK_TRY(evk_onnx_alloc(c, &weight, n * TAPS, sizeof(*weight), err));
    for (int64_t i = 0; i < n; i++)
        start[i + 1] =
            add_position(g, (double)at[2 * i], (double)at[2 * i + 1], &s, source, weight, start[i]);
    r.start = start;
    r.source = source;
    r.weight = weight;
    return evk_add_resample(c->o->graph, c->label, x, &r, out, err);
}

static evk_status read_mode(const struct evk_onnx_call *c, struct grid *g, evk_error *err)
{
    static const char *const paddings[] = {"zeros", "border", "reflection", NULL};
    char mode[16];

    EVK_TRY(evk_onnx_text(c, "mode", "bilinear", mode, sizeof(mode), err));
    EVK_TRY(evk_onnx_word(c, "padding_mode", paddings, g->padding, err));
    EVK_TRY(evk_onnx_int(c, "align_corners", 0, &g->align, err));
    if (strcmp(mode, "bilinear") == 0 || strcmp(mode, "linear") == 0)
        g->mode = BILINEAR;
    else if (strcmp(mode, "nearest") == 0)
        g->mode = NEAREST;
    else if (strcmp(mode, "bicubic") == 0 || strcmp(mode, "cubic") == 0)
        g->mode = CUBIC;
    else
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its mode is '%s'", mode);
    return EVK_OK;
}

evk_status evk_onnx_op_grid_sample(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0], *p = c->in[1];
    struct grid g = {.positions = p};
    char text[EVK_SHAPE_TEXT];

    EVK_TRY(read_mode(c, &g, err));
    if (p->node >= 0 || !p->real)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its positions are not constants of real numbers");
    if (x->axes != 4 || p->axes != 4 || p->dim[0] != x->dim[0] || p->dim[3] != 2)
        return evk_onnx_fail(c, EVK_EFORMAT, err,
                             "its positions are %s, expected images x rows x columns x 2",
                             evk_shape_text(p->axes, p->dim, text));
    return evk_onnx_each_map(c, x, sample_map, &g, &c->out[0], err);
}
