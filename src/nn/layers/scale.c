/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scale.c - each channel of a map times a factor, where the factors are the output of another node
 *
 * It is the last step of squeeze and excitation, where the factors are computed from the map.
 */
#include <stdlib.h>

#include "nn/layers.h"

static evk_status scale_shape(const void *self, int inputs, const struct evk_shape *in,
                              struct evk_shape *out, evk_error *err)
{
    char text[EVK_LAYER_SHAPE_TEXT];

    (void)self;
    (void)inputs;
    if (in[0].flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    if (in[1].h != 1 || in[1].w != 1 || in[1].c != in[0].c)
        return evk_fail(err, EVK_EFORMAT, "its factors are %s, expected %lld, one a channel",
                        evk_layer_shape_text(&in[1], text), (long long)in[0].c);
    *out = in[0];
    return EVK_OK;
}

static void scale_forward(const void *self, const struct evk_pass *p)
{
    (void)self;
    for (int64_t i = 0; i < p->out.h * p->out.w; i++)
        p->k->multiply(p->out.c, p->x[1], p->x[0] + i * p->x_pitch[0], false,
                       p->y + i * p->y_pitch);
}

static void scale_backward(const void *self, const struct evk_pass *p)
{
    (void)self;
    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const float *gy = p->gy + i * p->y_pitch;
        const int64_t at = i * p->x_pitch[0];

        p->k->multiply(p->out.c, gy, p->x[1], p->add[0], p->gx[0] + at);
        p->k->multiply(p->out.c, gy, p->x[0] + at, p->add[1] || i > 0, p->gx[1]);
    }
}

static int64_t scale_flops(const void *self, const struct evk_shape *in,
                           const struct evk_shape *out)
{
    (void)self;
    (void)in;
    return evk_shape_count(out);
}

/*
 * Input 0 is the map: an output depends on the value at its own place.  Input 1 has the factors, a
 * single pixel: an output depends on the factor of its channel.
 */
static void scale_field(const void *self, const struct evk_shape *in, int j,
                        const struct evk_shape *out, struct evk_box *box)
{
    (void)self;
    (void)in;
    (void)out;
    for (int a = 0; a < 2 && j == 1; a++)
        box->first[a] = box->last[a] = 0;
}

extern const struct evk_layer_type evk_layer_scale;
const struct evk_layer_type evk_layer_scale = {
    .name = "scale",
    .summary = "each channel times a factor that another layer computes",
    .shape = scale_shape,
    .forward = scale_forward,
    .backward = scale_backward,
    .flops = scale_flops,
    .field = scale_field,
    .focus = {.cut = evk_focus_same},
    .pitched = true,
    .overwrites = true,
    .release = free,
};

evk_status evk_add_scale(struct evk_graph *g, const char *name, int x, int factors, int *out,
                         evk_error *err)
{
    const int inputs[] = {x, factors};

    return evk_graph_add_take(g, &evk_layer_scale, NULL, name, 2, inputs, out, err);
}
