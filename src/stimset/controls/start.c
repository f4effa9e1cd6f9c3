/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.c - a control: the image that the ascent started from */
#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"
#include "stimset/controls/control.h"
#include "stimset/controls/windowed.h"
#include "synth/start.h"

static evk_status start_make_noise(const struct evk_maximized *of, struct evk_pixels *out,
                                   evk_error *err)
{
    const struct evk_start which = {of->model->digest, of->output, of->row->start,
                                    of->row->restarts};
    const struct evk_shape *in = evk_model_input(of->model);
    float *x;
    evk_status s;

    EVK_TRY(evk_alloc_floats(&x, evk_shape_count(in), "an image", err));
    s = evk_start_noise(of->recipe, &which, evk_model_kernels(of->model), in, x, err);
    if (!s)
        s = evk_windowed_round(of->window, in->h, in->w, in->c, x, out, err);
    free(x);
    return s;
}

/* After a restart the ascent began with noise, because the gradient was zero at the start image. */
static evk_status start_make(const struct evk_maximized *of, struct evk_pixels *out, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(of->model);

    if (!of->start || of->row->restarts > 0)
        return start_make_noise(of, out, err);
    return evk_windowed_round(of->window, in->h, in->w, in->c, of->start, out, err);
}

const struct evk_control_type evk_control_type_start = {
    .name = "start",
    .summary = "the image that the ascent began with",
    .maximized = start_make,
};
