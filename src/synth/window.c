/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window.c - an image seen through a window on a background */
#include "synth/window.h"

#include <stdlib.h>

#include "base/mem.h"

evk_status evk_window_init(struct evk_window *w, const struct evk_frame *f, evk_error *err)
{
    const int64_t n = f->h * f->w * f->c;

    EVK_TRY(evk_alloc_floats(&w->low, n, "a window", err));
    EVK_TRY(evk_alloc_floats(&w->high, n, "a window", err));
    EVK_TRY(evk_alloc_floats(&w->shows, n, "a window", err));
    for (int64_t i = 0; i < n; i++) {
        w->high[i] = 255;
        w->shows[i] = 1;
    }
    return EVK_OK;
}

void evk_window_release(struct evk_window *w)
{
    free(w->low);
    free(w->high);
    free(w->shows);
}

void evk_window_set(struct evk_window *w, const struct evk_frame *f, int64_t i, double open,
                    double background)
{
    for (int64_t j = i * f->c; j < (i + 1) * f->c; j++) {
        w->low[j] = (float)(background * (1 - open));
        w->high[j] = (float)(background + open * (255 - background));
        w->shows[j] = open > 0;
    }
}

void evk_window_project(const struct evk_window *w, const struct evk_frame *f, float *x)
{
    f->k->hold(f->h * f->w * f->c, w->low, w->high, x);
}

void evk_window_restrict(const struct evk_window *w, const struct evk_frame *f, float *g)
{
    for (int64_t i = 0; i < f->h * f->w * f->c; i++)
        g[i] *= w->shows[i];
}
