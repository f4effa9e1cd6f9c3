/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * winograd.c - a convolution of 5 columns over few channels, by Winograd's F(4, 5) along rows
 *
 * Such are the first layers of compact models: 5 x 5 over the 3 channels of an image.  A tile of
 * four outputs takes 8 products for each kernel row and channel, where direct summation takes 20;
 * with the transforms, that is half of the operations.  tmpl/winograd.h has the formulas.  The
 * rounding errors are some times those of direct summation, which conv2d.c does.
 *
 * Forward, the points of the last v.h rows of inputs are in a ring.  Backward, the gradients of the
 * last v.h rows of inputs are summed in the lanes of one array, a lane for each row and channel;
 * the weights are there once for each place that the lanes of a row may have.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"
#include "nn/rows.h"

enum { POINTS = EVK_WINOGRAD_POINTS, OUTS = EVK_WINOGRAD_OUTPUTS, WIDTH = 5 };

/* The finite points, in the order of the kernels; the last point is at infinity. */
static const double point_at[POINTS - 1] = {0, 1, -1, 2, -2, 0.5, -0.5};

struct winograd {
    struct evk_window v;
    struct evk_winograd g; /* the kernel's call, without width, tiles and step */
    float *u, *ut;         /* as in g; owned, like all that follow */
    float *keep;           /* as in g */
    float *scale, *bias;   /* (room) y = scale sum + bias */
};

static evk_status winograd_shape(const void *self, int inputs, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err)
{
    const struct winograd *l = self;

    (void)inputs;
    if (in->c != l->g.c)
        return evk_fail(err, EVK_EFORMAT, "its input has %lld channels, its kernel %lld",
                        (long long)in->c, (long long)l->g.c);
    EVK_TRY(evk_window_shape(&l->v, in, out, err));
    out->c = l->g.o;
    return EVK_OK;
}

/* ---- scratch -------------------------------------------------------------------------------- */

/* The parts of the scratch, in floats from its beginning. */
struct parts {
    int64_t points; /* floats of the points of a row of inputs */
    int64_t ring;   /* (v.h, points) forward: the last rows of inputs */
    int64_t phases; /* forward: one row of inputs in phases */
    int64_t sums;   /* (columns, EVK_PAD) backward */
    int64_t work;   /* backward: of the kernel */
    int64_t floats; /* all of these */
};

static struct evk_winograd call_of(const struct winograd *l, const struct evk_shape *out,
                                   int64_t y_step)
{
    struct evk_winograd g = l->g;

    g.width = out->w;
    g.tiles = (out->w + OUTS - 1) / OUTS;
    g.tiles_room = evk_padded(g.tiles);
    g.y_step = y_step;
    return g;
}

static struct parts parts_of(const struct evk_winograd *g)
{
    const int64_t points = POINTS * g->c * g->tiles_room;
    const int64_t ring = g->rows * points, phases = g->c * OUTS * (g->tiles_room + EVK_PAD);
    const int64_t sums = OUTS * (g->tiles + 1) * EVK_PAD;
    const int64_t work = POINTS * EVK_WINOGRAD_TILES_MAX * g->room;
    const int64_t forward = ring + phases, backward = sums + work;

    return (struct parts){
        .points = points,
        .phases = ring,
        .work = sums,
        .floats = forward > backward ? forward : backward,
    };
}

static int64_t winograd_scratch(const void *self, const struct evk_shape *in,
                                const struct evk_shape *out)
{
    const struct evk_winograd g = call_of(self, out, 0);

    (void)in;
    return parts_of(&g).floats;
}

/* ---- forward -------------------------------------------------------------------------------- */

/* Copies row y of the image into the phases, whose padding is zero. */
static void split_row(const struct winograd *l, const struct evk_winograd *g,
                      const struct evk_pass *p, int64_t y, float *phases)
{
    const int64_t phase = g->tiles_room + EVK_PAD;
    const float *x = p->x[0] + evk_rows_at(&p->x_rows, y);

    for (int64_t i = 0; i < OUTS * g->c; i++) {
        const int64_t q = i % OUTS, c = i / OUTS, from = (q + OUTS - l->v.left % OUTS) % OUTS;
        float *to = phases + (c * OUTS + q) * phase + (l->v.left + from) / OUTS;

        for (int64_t at = from; at < p->in->w; at += OUTS)
            *to++ = x[at * p->x_pitch[0] + c];
    }
}

/* Puts the points of row y of the padded image into the ring. */
static void enter_row(const struct winograd *l, const struct evk_winograd *g,
                      const struct evk_pass *p, int64_t y)
{
    const struct parts parts = parts_of(g);
    float *to = p->scratch + parts.ring + y % g->rows * parts.points;
    float *phases = p->scratch + parts.phases;

    if (y < l->v.top || y >= l->v.top + p->in->h) {
        memset(to, 0, (size_t)parts.points * sizeof(*to));
        return;
    }
    split_row(l, g, p, y - l->v.top, phases);
    p->k->winograd_input(g, phases, to);
}

/* Computes the row of outputs whose last row of the padded image is row `last`. */
static void leave_row(const struct evk_winograd *g, const struct evk_pass *p, int64_t last)
{
    const struct parts parts = parts_of(g);
    const int64_t y = last - g->rows + 1;
    const float *v[EVK_PAD];

    if (y < p->wanted.first || y >= p->wanted.end)
        return;
    for (int64_t r = 0; r < g->rows; r++)
        v[r] = p->scratch + parts.ring + (y + r) % g->rows * parts.points;
    p->k->winograd_row(g, v, p->y + evk_rows_at(&p->y_rows, y),
                       g->relu ? evk_rows_signs(p, y) : NULL);
}

static struct evk_reach winograd_forward_reach(const void *self, const struct evk_shape *in,
                                               const struct evk_shape *out, int64_t end)
{
    const struct winograd *l = self;
    struct evk_reach reach = evk_window_forward_reach(&l->v, in, out, end);

    reach.kept = end; /* the points of each row are computed as soon as the row is there */
    return reach;
}

static void winograd_forward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                  int64_t end)
{
    const struct winograd *l = self;
    const struct evk_winograd g = call_of(l, &p->out, p->y_pitch);
    const int64_t from = first == 0 ? 0 : l->v.top + first;
    const int64_t to = l->v.top + end + (end == p->in->h ? l->v.bottom : 0);
    const struct parts parts = parts_of(&g);

    if (first == p->fed)
        memset(p->scratch + parts.phases, 0,
               (size_t)(g.c * OUTS * (g.tiles_room + EVK_PAD)) * sizeof(float));
    for (int64_t y = from; y < to; y++) {
        enter_row(l, &g, p, y);
        leave_row(&g, p, y);
    }
}

static void winograd_forward(const void *self, const struct evk_pass *p)
{
    winograd_forward_rows(self, p, 0, p->in->h);
}

/* ---- backward ------------------------------------------------------------------------------- */

static struct evk_reach winograd_backward_reach(const void *self, const struct evk_shape *in,
                                                const struct evk_shape *out, int64_t end)
{
    const struct winograd *l = self;
    struct evk_reach reach = evk_window_backward_reach(&l->v, in, out, end);

    reach.kept = end; /* each row has been added to all the gradients that it is part of */
    return reach;
}

/* Copies row y of the padded gradient, which is finished, from the sums to the gradient of the
   image, or adds it. */
static void give_row(const struct winograd *l, const struct evk_winograd *g,
                     const struct evk_pass *p, int64_t y, const float *sums)
{
    const float *from = sums + l->v.left * EVK_PAD + y % g->rows * g->c;
    const int64_t pitch = p->x_pitch[0];
    const bool in_fours = g->c == 3 && pitch == 3 && !p->add[0];
    float *gx;

    if (y < l->v.top + p->wanted.first || y - l->v.top >= p->wanted.end || y >= l->v.top + p->in->h)
        return;
    gx = p->gx[0] + evk_rows_at(&p->gx_rows, y - l->v.top);
    for (int64_t x = 0; x < p->in->w; x++, from += EVK_PAD, gx += pitch) {
        if (in_fours && x + 1 < p->in->w) {
            memcpy(gx, from, 4 * sizeof(*gx)); /* the next pixel overwrites the fourth float */
            continue;
        }
        for (int64_t c = 0; c < g->c; c++)
            gx[c] = p->add[0] ? gx[c] + from[c] : from[c];
    }
}

static void winograd_backward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                   int64_t end)
{
    const struct winograd *l = self;
    const struct evk_winograd g = call_of(l, &p->out, p->y_pitch);
    const struct parts parts = parts_of(&g);
    float *sums = p->scratch + parts.sums;
    const bool signed_rows = g.relu && p->signs;

    if (first == p->fed)
        memset(sums, 0, (size_t)(parts.work - parts.sums) * sizeof(*sums));
    if (g.relu && !p->signs)
        evk_rows_rectify(p, first, end);
    for (int64_t y = first; y < end; y++) {
        p->k->winograd_gradient_row(&g, y % g.rows, p->gy + evk_rows_at(&p->gy_rows, y),
                                    signed_rows ? evk_rows_signs(p, y) : NULL,
                                    p->scratch + parts.work, sums);
        give_row(l, &g, p, y, sums);
    }
    for (int64_t y = end; end == p->out.h && y < end + g.rows - 1; y++)
        give_row(l, &g, p, y, sums);
}

static void winograd_backward(const void *self, const struct evk_pass *p)
{
    winograd_backward_rows(self, p, 0, p->out.h);
}

/* ---- the layer ------------------------------------------------------------------------------ */

static int64_t winograd_flops(const void *self, const struct evk_shape *in,
                              const struct evk_shape *out)
{
    const struct winograd *l = self;

    (void)in;
    return 2 * out->h * out->w * out->c * l->v.h * l->v.w * l->g.c;
}

static void winograd_field(const void *self, const struct evk_shape *in, int j,
                           const struct evk_shape *out, struct evk_box *box)
{
    const struct winograd *l = self;

    (void)j;
    (void)out;
    evk_window_field(&l->v, in, box);
    box->first[2] = 0;
    box->last[2] = in->c - 1;
}

static void winograd_absorb(void *self, const double *scale, const double *shift)
{
    struct winograd *l = self;
    const struct evk_winograd *g = &l->g;

    for (int64_t i = 0; i < g->rows * POINTS * g->o * EVK_PAD; i++)
        l->ut[i] = (float)((double)l->ut[i] * scale[i / EVK_PAD % g->o]);
    for (int64_t o = 0; o < g->o; o++) {
        l->scale[o] = (float)((double)l->scale[o] * scale[o]);
        l->bias[o] = (float)((double)l->bias[o] * scale[o] + shift[o]);
    }
}

static void winograd_rectify(void *self)
{
    ((struct winograd *)self)->g.relu = true;
}

static bool winograd_rectifies(const void *self)
{
    return ((const struct winograd *)self)->g.relu;
}

static const struct evk_window *winograd_window(const void *self)
{
    const struct winograd *l = self;

    return &l->v;
}

static void winograd_release(void *self)
{
    struct winograd *l = self;

    free(l->u);
    free(l->ut);
    free(l->keep);
    free(l->scale);
    free(l->bias);
    free(l);
}

static evk_status winograd_alloc(struct winograd *l, evk_error *err)
{
    struct evk_winograd *g = &l->g;

    EVK_TRY(evk_alloc_floats(&l->u, POINTS * g->rows * g->c * g->room, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->ut, g->rows * POINTS * g->o * EVK_PAD, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->keep, g->rows * EVK_PAD, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->scale, g->room, "a bias", err));
    EVK_TRY(evk_alloc_floats(&l->bias, g->room, "a bias", err));
    g->u = l->u;
    g->ut = l->ut;
    g->keep = l->keep;
    g->scale = l->scale;
    g->shift = l->bias;
    for (int64_t o = 0; o < g->o; o++)
        l->scale[o] = 1;
    /* in the turn of row y of outputs, row y + rows - 1 of inputs begins */
    for (int64_t i = 0; i < g->rows * EVK_PAD; i++)
        l->keep[i] = i % EVK_PAD / g->c != (i / EVK_PAD + g->rows - 1) % g->rows;
    return EVK_OK;
}

/* Makes a layer of c input and o output channels; scale is 1, and kernel and bias are 0. */
static evk_status winograd_new(struct winograd **out, const struct evk_window *v, int64_t c,
                               int64_t o, evk_error *err)
{
    struct winograd *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->v = *v;
    l->g = (struct evk_winograd){.rows = v->h, .c = c, .o = o, .room = evk_padded(o)};
    s = winograd_alloc(l, err);
    if (s) {
        winograd_release(l);
        return s;
    }
    *out = l;
    return EVK_OK;
}

/* A part has whole tiles, since the place in a tile decides the rounding. */
static void winograd_widen(const void *self, const struct evk_shape *in,
                           const struct evk_shape *out, struct evk_box *box)
{
    const struct winograd *l = self;

    evk_window_widen(&l->v, in, out, box);
    box->first[1] = box->first[1] / OUTS * OUTS;
    box->last[1] = box->last[1] / OUTS * OUTS + OUTS - 1;
    box->last[1] = box->last[1] < out->w ? box->last[1] : out->w - 1;
}

static evk_status winograd_cut(const void *self, const struct evk_shape *in,
                               const struct evk_box *in_box, const struct evk_box *out_box,
                               void **copy, evk_error *err)
{
    const struct winograd *whole = self;
    const struct evk_winograd *w = &whole->g;
    const struct evk_window v = evk_window_focus(&whole->v, in_box, out_box);
    const int64_t first = out_box->first[2], n = out_box->last[2] - first + 1;
    const size_t bytes = (size_t)n * sizeof(float);
    struct winograd *l;

    (void)in;
    EVK_TRY(winograd_new(&l, &v, w->c, n, err));
    for (int64_t i = 0; i < POINTS * w->rows * w->c; i++)
        memcpy(l->u + i * l->g.room, whole->u + i * w->room + first, bytes);
    for (int64_t i = 0; i < w->rows * POINTS; i++)
        memcpy(l->ut + i * n * EVK_PAD, whole->ut + (i * w->o + first) * EVK_PAD, bytes * EVK_PAD);
    memcpy(l->scale, whole->scale + first, bytes);
    memcpy(l->bias, whole->bias + first, bytes);
    l->g.relu = w->relu;
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_winograd;
const struct evk_layer_type evk_layer_winograd = {
    .name = "winograd",
    .kind = "conv2d",
    .summary = "conv2d of 5 columns over few channels, with fewer products",
    .params = "kernel, bias, padding on four sides",
    .shape = winograd_shape,
    .scratch = winograd_scratch,
    .forward = winograd_forward,
    .backward = winograd_backward,
    .rows =
        {
            .forward = winograd_forward_rows,
            .backward = winograd_backward_rows,
            .forward_reach = winograd_forward_reach,
            .backward_reach = winograd_backward_reach,
            .rectifies = winograd_rectifies,
        },
    .flops = winograd_flops,
    .field = winograd_field,
    .focus = {.widen = winograd_widen, .cut = winograd_cut},
    .fusion = {.absorb = winograd_absorb, .rectify = winograd_rectify},
    .pitched = true,
    .overwrites = true,
    .window = winograd_window,
    .release = winograd_release,
};

/* Returns the weight of a kernel row, channel and output at point i, from its WIDTH columns, which
   are `step` floats from each other. */
static double at_point(const float *w, int64_t step, int i)
{
    double sum = 0, power = 1, divisor = 1;

    if (i == POINTS - 1)
        return (double)w[(WIDTH - 1) * step];
    for (int k = 0; k < WIDTH; k++, power *= point_at[i])
        sum += power * (double)w[k * step];
    for (int k = 0; k < POINTS - 1; k++)
        divisor *= k == i ? 1 : point_at[i] - point_at[k];
    return i == 0 ? -sum / divisor : sum / divisor; /* the kernels negate point 0 of the inputs */
}

/* Sets the weights at the points from a kernel (rows, WIDTH, c, o). */
static void turn_kernel(struct winograd *l, const float *kernel)
{
    const struct evk_winograd *g = &l->g;
    const int64_t step = g->c * g->o;

    for (int64_t r = 0; r < g->rows; r++)
        for (int64_t i = 0; i < step; i++)
            for (int p = 0; p < POINTS; p++) {
                const int64_t c = i / g->o, o = i % g->o;
                const float w = (float)at_point(kernel + r * WIDTH * step + i, step, p);

                l->u[((p * g->rows + r) * g->c + c) * g->room + o] = w;
                for (int64_t turn = 0; turn < g->rows; turn++)
                    l->ut[((turn * POINTS + p) * g->o + o) * EVK_PAD + (turn + r) % g->rows * g->c +
                          c] = w;
            }
}

bool evk_winograd_suits(const struct evk_window *v, int64_t c)
{
    return v->w == WIDTH && v->stride_h == 1 && v->stride_w == 1 && v->dilation_h == 1 &&
           v->dilation_w == 1 && v->h * c <= EVK_PAD;
}

evk_status evk_add_winograd(struct evk_graph *g, const char *name, int x,
                            const struct evk_window *v, const struct evk_tensor *kernel,
                            const struct evk_tensor *bias, int *out, evk_error *err)
{
    struct winograd *l;

    EVK_TRY(winograd_new(&l, v, kernel->dim[2], kernel->dim[3], err));
    turn_kernel(l, kernel->data);
    if (bias)
        memcpy(l->bias, bias->data, (size_t)l->g.o * sizeof(*l->bias));
    return evk_graph_add_take(g, &evk_layer_winograd, l, name, 1, &x, out, err);
}
