/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window.c - an image shown through a window on a background */
#include "synth/window.h"

#include <stdlib.h>

#include "base/mem.h"

evk_status evk_image_window_init(struct evk_image_window *out, int64_t pixels, int64_t channels,
                                 evk_error *err)
{
    *out = (struct evk_image_window){.pixels = pixels, .channels = channels};
    EVK_TRY(evk_alloc_floats(&out->weight, pixels * channels, "a window", err));
    EVK_TRY(evk_alloc_floats(&out->offset, pixels * channels, "a window", err));
    evk_image_window_clear(out);
    return EVK_OK;
}

void evk_image_window_release(struct evk_image_window *w)
{
    free(w->weight);
    free(w->offset);
    *w = (struct evk_image_window){.weight = NULL};
}

void evk_image_window_clear(struct evk_image_window *w)
{
    for (int64_t i = 0; i < w->pixels * w->channels; i++) {
        w->weight[i] = 1;
        w->offset[i] = 0;
    }
    w->total = (double)w->pixels;
}

void evk_image_window_narrow(struct evk_image_window *w, int64_t i, double open, double background)
{
    for (int64_t j = i * w->channels; j < (i + 1) * w->channels; j++) {
        w->weight[j] = (float)(open * (double)w->weight[j]);
        w->offset[j] = (float)(open * (double)w->offset[j] + (1 - open) * background);
    }
}

void evk_image_window_finish(struct evk_image_window *w)
{
    w->total = 0;
    for (int64_t i = 0; i < w->pixels; i++)
        w->total += (double)w->weight[i * w->channels];
}

void evk_image_window_show(const struct evk_image_window *w, const float *x, float *y)
{
    for (int64_t i = 0; i < w->pixels * w->channels; i++)
        y[i] = w->weight[i] * x[i] + w->offset[i];
}

void evk_image_window_restrict(const struct evk_image_window *w, float *d)
{
    for (int64_t i = 0; i < w->pixels * w->channels; i++)
        d[i] = w->weight[i] > 0 ? d[i] : 0;
}
