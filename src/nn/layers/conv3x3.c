/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv3x3.c - convolution of 3x3 pixels over many channels, with 16 products where conv2d has 36
 *
 * The map of outputs is cut into tiles of 2x2 (tmpl/conv3x3.h).  Some tiles at a time go to the 16
 * points; for each point, the sums over input channels are a convolution of single pixels, whose
 * pixels are the tiles; and the sums become outputs.  What lies outside the map is read from a
 * pixel of zeros, and outputs that lie outside are written to a pixel that nobody reads.
 *
 * The gradient is the same with the kernel turned around, from the output's gradient.
 *
 * Rounding errors are no larger than those of direct sums: all factors but those of the kernel's
 * transform are 1 or -1, and a sum has a ninth of the terms.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/whole.h"
#include "nn/layers.h"
#include "nn/rows.h"

enum { SIZE = 3, TILE = 2, READ = 4, POINTS = EVK_CONV3X3_POINTS };

/* One of the two directions: forward, or the gradient, which reads the output's gradient. */
struct direction {
    int64_t c, o;       /* channels that are read and written */
    int64_t top, left;  /* padding */
    struct evk_conv at; /* the call for the sums at a point, without w and width */
    float *w;           /* (16) weights of each point, in the layout of at; owned, like the rest */
    int64_t *taps;      /* (c) */
    float *scale, *shift; /* (at.room) */
    float *one, *zero;    /* (at.room) at.scale and at.shift */
};

struct conv3x3 {
    struct evk_window v;
    struct direction forward, backward;
    bool relu;
};

/* A map that is read or written. */
struct side {
    int64_t h, w, pitch;
    struct evk_rows rows;
};

/* ---- passes --------------------------------------------------------------------------------- */

/* Where the scratch has what. */
struct parts {
    int64_t tiles;       /* tiles at a time: whole rows of them */
    int64_t v_step;      /* floats from the values of all tiles at a point to those at the next */
    int64_t m_step;      /* the same of the sums */
    int64_t v, m, zeros; /* offsets of values, sums, and the pixel of zeros */
    int64_t spare;       /* offset of the pixel that nobody reads */
    int64_t count;       /* floats in all */
};

static int64_t weights_of(const struct direction *d)
{
    return d->c * d->at.room;
}

/*
 * The tiles at a time, with what they are at the points, take half of a second-level cache; or half
 * of what the weights take where that is more, since the weights are read anew for them.
 */
static struct parts find_parts(const struct direction *d, int64_t h, int64_t w)
{
    const int64_t across = (w + TILE - 1) / TILE, rows = (h + TILE - 1) / TILE;
    const int64_t cache = 128 * 1024, heavy = POINTS * weights_of(d) / 2;
    const int64_t most = (heavy > cache ? heavy : cache) / (POINTS * (d->c + d->at.room));
    const int64_t some = most / across > 1 ? most / across : 1;
    struct parts p = {.tiles = across * evk_smaller(some, rows)};

    p.v_step =
        evk_padded(p.tiles * d->c) + EVK_PAD; /* not a power of 2, for which caches are made */
    p.m_step = p.tiles * d->at.room + EVK_PAD;
    p.m = p.v + POINTS * p.v_step;
    p.zeros = p.m + POINTS * p.m_step;
    p.spare = p.zeros + evk_padded(d->c);
    p.count = p.spare + d->at.room;
    return p;
}

static int64_t conv3x3_scratch(const void *self, const struct evk_shape *in,
                               const struct evk_shape *out)
{
    const struct conv3x3 *l = self;
    const int64_t forward = find_parts(&l->forward, out->h, out->w).count;
    const int64_t backward = find_parts(&l->backward, in->h, in->w).count;

    return forward > backward ? forward : backward;
}

/* Returns where pixel (y, x) of a map lies, or -1 where the map has none. */
static int64_t pixel_at(const struct side *s, int64_t y, int64_t x)
{
    if (y < 0 || y >= s->h || x < 0 || x >= s->w)
        return -1;
    return evk_rows_at(&s->rows, y) + x * s->pitch;
}

/* What a call of run_direction works on. */
struct work {
    const struct evk_kernels *k;
    const struct direction *d;
    struct side from, to;
    const float *read; /* the first pixel of from */
    float *written;    /* the first pixel of to */
    struct parts parts;
    struct evk_conv3x3 end;
    float *scratch;
};

/* Takes tile row y to the points, as tiles t, t + 1, ... of those at a time. */
static void read_tiles(const struct work *w, int64_t y, int64_t t)
{
    const struct direction *d = w->d;
    const float *zeros = w->scratch + w->parts.zeros;

    for (int64_t x = 0; x < w->to.w; x += TILE, t++) {
        const float *pixels[POINTS];

        for (int i = 0; i < POINTS; i++) {
            const int64_t at = pixel_at(&w->from, y + i / READ - d->top, x + i % READ - d->left);

            pixels[i] = at < 0 ? zeros : w->read + at;
        }
        w->k->conv3x3_input(d->c, pixels, w->scratch + w->parts.v + t * d->c, w->parts.v_step);
    }
}

/* Makes the outputs of tile row y from the sums of tiles t, t + 1, ... */
static void write_tiles(const struct work *w, int64_t y, int64_t t)
{
    float *spare = w->scratch + w->parts.spare;

    for (int64_t x = 0; x < w->to.w; x += TILE, t++) {
        float *pixels[TILE * TILE];

        for (int i = 0; i < TILE * TILE; i++) {
            const int64_t at = pixel_at(&w->to, y + i / TILE, x + i % TILE);

            pixels[i] = at < 0 ? spare : w->written + at;
        }
        w->k->conv3x3_output(&w->end, w->scratch + w->parts.m + t * w->d->at.room, pixels);
    }
}

/* Sums the values of the tiles over channels, point by point. */
static void sum_tiles(const struct work *w, int64_t tiles)
{
    struct evk_conv c = w->d->at;

    c.width = tiles;
    for (int i = 0; i < POINTS; i++) {
        c.w = w->d->w + i * weights_of(w->d);
        w->k->conv_row(&c, w->scratch + w->parts.v + i * w->parts.v_step,
                       w->scratch + w->parts.m + i * w->parts.m_step, NULL);
    }
}

/* Completes w, which has what depends on the pass, and computes rows that begin with a tile. */
static void run_direction(struct work *w, const struct direction *d, struct evk_span rows,
                          bool relu, bool add)
{
    const int64_t across = (w->to.w + TILE - 1) / TILE;
    int64_t step;

    w->d = d;
    w->parts = find_parts(d, w->to.h, w->to.w);
    w->end = (struct evk_conv3x3){d->o, w->parts.m_step, d->scale, d->shift, relu, add};
    memset(w->scratch + w->parts.zeros, 0,
           (size_t)(w->parts.count - w->parts.zeros) * sizeof(*w->scratch));
    step = w->parts.tiles / across * TILE;
    for (int64_t y = rows.first; y < rows.end; y += step) {
        const int64_t end = evk_smaller(y + step, rows.end);
        int64_t t = 0;

        for (int64_t i = y; i < end; i += TILE, t += across)
            read_tiles(w, i, t);
        sum_tiles(w, t);
        t = 0;
        for (int64_t i = y; i < end; i += TILE, t += across)
            write_tiles(w, i, t);
    }
}

static void conv3x3_forward(const void *self, const struct evk_pass *p)
{
    const struct conv3x3 *l = self;
    struct work w = {
        .k = p->k,
        .from = {p->in->h, p->in->w, p->x_pitch[0], p->x_rows},
        .to = {p->out.h, p->out.w, p->y_pitch, p->y_rows},
        .read = p->x[0],
        .written = p->y,
        .scratch = p->scratch,
    };

    run_direction(&w, &l->forward, evk_rows_wanted(p, 0, p->out.h), l->relu, false);
}

static void conv3x3_backward(const void *self, const struct evk_pass *p)
{
    const struct conv3x3 *l = self;
    struct work w = {
        .k = p->k,
        .from = {p->out.h, p->out.w, p->y_pitch, p->gy_rows},
        .to = {p->in->h, p->in->w, p->x_pitch[0], p->gx_rows},
        .read = p->gy,
        .written = p->gx[0],
        .scratch = p->scratch,
    };

    if (l->relu)
        evk_rows_rectify(p, 0, p->out.h);
    run_direction(&w, &l->backward, evk_rows_wanted(p, 0, p->in->h), false, p->add[0]);
}

/* ---- the layer ------------------------------------------------------------------------------ */

static evk_status conv3x3_shape(const void *self, int inputs, const struct evk_shape *in,
                                struct evk_shape *out, evk_error *err)
{
    const struct conv3x3 *l = self;

    (void)inputs;
    if (in->c != l->forward.c)
        return evk_fail(err, EVK_EFORMAT, "its input has %lld channels, its kernel %lld",
                        (long long)in->c, (long long)l->forward.c);
    EVK_TRY(evk_window_shape(&l->v, in, out, err));
    out->c = l->forward.o;
    return EVK_OK;
}

static int64_t conv3x3_flops(const void *self, const struct evk_shape *in,
                             const struct evk_shape *out)
{
    const struct conv3x3 *l = self;

    (void)in;
    return 2 * out->h * out->w * out->c * SIZE * SIZE * l->forward.c;
}

static void conv3x3_field(const void *self, const struct evk_shape *in, int j,
                          const struct evk_shape *out, struct evk_box *box)
{
    const struct conv3x3 *l = self;

    (void)j;
    (void)out;
    evk_window_field(&l->v, in, box);
    box->first[2] = 0;
    box->last[2] = in->c - 1;
}

static void conv3x3_absorb(void *self, const double *scale, const double *shift)
{
    struct conv3x3 *l = self;
    struct direction *f = &l->forward, *b = &l->backward;

    for (int i = 0; i < POINTS; i++)
        for (int64_t o = 0; o < b->c; o++)
            for (int64_t j = 0; j < b->o; j++) {
                float *w = &b->w[i * weights_of(b) + evk_conv_weight_at(&b->at, o, j)];

                *w = (float)((double)*w * scale[o]);
            }
    for (int64_t o = 0; o < f->o; o++) {
        f->scale[o] = (float)((double)f->scale[o] * scale[o]);
        f->shift[o] = (float)((double)f->shift[o] * scale[o] + shift[o]);
    }
}

static void conv3x3_rectify(void *self)
{
    ((struct conv3x3 *)self)->relu = true;
}

static bool conv3x3_rectifies(const void *self)
{
    return ((const struct conv3x3 *)self)->relu;
}

static const struct evk_window *conv3x3_window(const void *self)
{
    return &((const struct conv3x3 *)self)->v;
}

static void release_direction(struct direction *d)
{
    free(d->w);
    free(d->taps);
    free(d->scale);
    free(d->shift);
    free(d->one);
    free(d->zero);
}

static void conv3x3_release(void *self)
{
    struct conv3x3 *l = self;

    release_direction(&l->forward);
    release_direction(&l->backward);
    free(l);
}

/* Makes a direction with scale 1, shift 0 and weights 0. */
static evk_status new_direction(struct direction *d, int64_t c, int64_t o, int64_t top,
                                int64_t left, evk_error *err)
{
    *d = (struct direction){.c = c, .o = o, .top = top, .left = left};
    d->at = (struct evk_conv){.step = c, .rows = 1, .pieces = 1, .taps = c, .o = o};
    d->at.room = d->at.y_step = evk_padded(o);
    EVK_TRY(evk_alloc_floats(&d->w, POINTS * weights_of(d), "a kernel", err));
    EVK_TRY(evk_alloc_floats(&d->scale, d->at.room, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&d->shift, d->at.room, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&d->one, d->at.room, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&d->zero, d->at.room, "a kernel", err));
    EVK_TRY(evk_alloc(&d->taps, c, sizeof(*d->taps), "a kernel", err));
    for (int64_t i = 0; i < c; i++)
        d->taps[i] = i;
    for (int64_t i = 0; i < o; i++)
        d->scale[i] = d->one[i] = 1;
    d->at.at = d->taps;
    d->at.scale = d->one;
    d->at.shift = d->zero;
    return EVK_OK;
}

static evk_status conv3x3_new(struct conv3x3 **out, const struct evk_window *v, int64_t c,
                              int64_t o, evk_error *err)
{
    struct conv3x3 *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->v = *v;
    s = new_direction(&l->forward, c, o, v->top, v->left, err);
    if (!s)
        s = new_direction(&l->backward, o, c, SIZE - 1 - v->top, SIZE - 1 - v->left, err);
    if (s) {
        conv3x3_release(l);
        return s;
    }
    *out = l;
    return EVK_OK;
}

/* A part begins with a whole tile, since the place in a tile decides the rounding. */
static void conv3x3_widen(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                          struct evk_box *box)
{
    const struct conv3x3 *l = self;

    evk_window_widen(&l->v, in, out, box);
    for (int a = 0; a < 2; a++)
        box->first[a] = box->first[a] / TILE * TILE;
}

static evk_status conv3x3_cut(const void *self, const struct evk_shape *in,
                              const struct evk_box *in_box, const struct evk_box *out_box,
                              void **copy, evk_error *err)
{
    const struct conv3x3 *whole = self;
    const struct evk_window v = evk_window_focus(&whole->v, in_box, out_box);
    const int64_t first = out_box->first[2], n = out_box->last[2] - first + 1;
    const struct direction *wf = &whole->forward, *wb = &whole->backward;
    struct direction *f, *b;
    struct conv3x3 *l;

    (void)in;
    EVK_TRY(conv3x3_new(&l, &v, wf->c, n, err));
    f = &l->forward;
    b = &l->backward;
    for (int i = 0; i < POINTS; i++)
        for (int64_t o = 0; o < n; o++)
            for (int64_t c = 0; c < f->c; c++) {
                f->w[i * weights_of(f) + evk_conv_weight_at(&f->at, c, o)] =
                    wf->w[i * weights_of(wf) + evk_conv_weight_at(&wf->at, c, first + o)];
                b->w[i * weights_of(b) + evk_conv_weight_at(&b->at, o, c)] =
                    wb->w[i * weights_of(wb) + evk_conv_weight_at(&wb->at, first + o, c)];
            }
    memcpy(f->scale, wf->scale + first, (size_t)n * sizeof(*f->scale));
    memcpy(f->shift, wf->shift + first, (size_t)n * sizeof(*f->shift));
    l->relu = whole->relu;
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_conv3x3;
const struct evk_layer_type evk_layer_conv3x3 = {
    .name = "conv3x3",
    .kind = "conv2d",
    .summary = "conv2d of 3x3 pixels over many channels, with fewer products",
    .params = "kernel, bias, padding on four sides",
    .shape = conv3x3_shape,
    .scratch = conv3x3_scratch,
    .forward = conv3x3_forward,
    .backward = conv3x3_backward,
    .rows = {.rectifies = conv3x3_rectifies},
    .parts = {TILE, TILE},
    .flops = conv3x3_flops,
    .field = conv3x3_field,
    .focus = {.widen = conv3x3_widen, .cut = conv3x3_cut},
    .fusion = {.absorb = conv3x3_absorb, .rectify = conv3x3_rectify},
    .pitched = true,
    .overwrites = true,
    .window = conv3x3_window,
    .release = conv3x3_release,
};

/* Gives what three weights along an axis, step floats from each other, are at the points: G. */
static void to_points(const double *g, int step, double *u, int u_step)
{
    u[0] = g[0];
    u[u_step] = (g[0] + g[step] + g[2 * step]) / 2;
    u[2 * u_step] = (g[0] - g[step] + g[2 * step]) / 2;
    u[3 * u_step] = g[2 * step];
}

/* Transforms a kernel of 3x3, row by row, to the points: G g G'. */
static void kernel_points(const double g[SIZE * SIZE], double u[POINTS])
{
    double rows[READ * SIZE];

    for (int i = 0; i < SIZE; i++)
        to_points(g + i, SIZE, rows + i, SIZE);
    for (int i = 0; i < READ; i++)
        to_points(rows + i * SIZE, 1, u + i * READ, 1);
}

/* Sets the weights at the points from a kernel (3, 3, c, o). */
static void turn_kernel(struct conv3x3 *l, const float *kernel)
{
    struct direction *f = &l->forward, *b = &l->backward;

    for (int64_t i = 0; i < f->c * f->o; i++) {
        const int64_t at = evk_conv_weight_at(&f->at, i / f->o, i % f->o);
        const int64_t back = evk_conv_weight_at(&b->at, i % f->o, i / f->o);
        double g[SIZE * SIZE], turned[SIZE * SIZE], u[POINTS];

        for (int k = 0; k < SIZE * SIZE; k++)
            g[k] = turned[SIZE * SIZE - 1 - k] = (double)kernel[k * f->c * f->o + i];
        kernel_points(g, u);
        for (int p = 0; p < POINTS; p++)
            f->w[p * weights_of(f) + at] = (float)u[p];
        kernel_points(turned, u);
        for (int p = 0; p < POINTS; p++)
            b->w[p * weights_of(b) + back] = (float)u[p];
    }
}

/*
 * With few channels, the time goes into the two ends.  With few tiles, it goes into reading the
 * weights, which are 16 here where they were 9.
 */
bool evk_conv3x3_suits(const struct evk_window *v, const struct evk_shape *in, int64_t o)
{
    const bool padded = v->top < SIZE && v->bottom < SIZE && v->left < SIZE && v->right < SIZE;
    const int64_t h = in->h + v->top + v->bottom, w = in->w + v->left + v->right;

    return v->h == SIZE && v->w == SIZE && v->stride_h == 1 && v->stride_w == 1 &&
           v->dilation_h == 1 && v->dilation_w == 1 && padded && in->c >= 2 * EVK_PAD &&
           o >= 2 * EVK_PAD && (h - 1) / TILE * ((w - 1) / TILE) >= 32;
}

evk_status evk_add_conv3x3(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                           evk_error *err)
{
    struct conv3x3 *l;

    EVK_TRY(conv3x3_new(&l, v, kernel->dim[2], kernel->dim[3], err));
    turn_kernel(l, kernel->data);
    if (bias)
        memcpy(l->forward.shift, bias->data, (size_t)l->forward.o * sizeof(float));
    return evk_graph_add_take(g, &evk_layer_conv3x3, l, name, 1, &x, out, err);
}
