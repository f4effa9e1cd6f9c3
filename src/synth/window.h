/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.h - an image seen through a window on a background
 *
 * Through a window of 0 to 1 an image z of the box appears as background + window (z - background).
 * The images that can appear so are held between two values a pixel, and of an image the nearest of
 * them has its values so held: free where the window is 1, the background where it is 0.
 */
#ifndef EVK_SYNTH_WINDOW_H
#define EVK_SYNTH_WINDOW_H

#include "base/error.h"
#include "synth/prior.h"

struct evk_window {
    float *low, *high; /* (h, w, c) */
    float *shows;      /* (h, w, c) 1; 0 where nothing is seen */
};

/* Free it also after a failure. Shows all until a pixel is set. */
evk_status evk_window_init(struct evk_window *w, const struct evk_frame *f, evk_error *err);
void evk_window_release(struct evk_window *w);

/* Pixel i: open is 0 to 1, background a display value. */
void evk_window_set(struct evk_window *w, const struct evk_frame *f, int64_t i, double open,
                    double background);

void evk_window_project(const struct evk_window *w, const struct evk_frame *f, float *x);

/*
 * A gradient, or a step, where something is seen, and 0 elsewhere: else what happens behind the
 * background would count in norms and contrasts.
 */
void evk_window_restrict(const struct evk_window *w, const struct evk_frame *f, float *g);

#endif /* EVK_SYNTH_WINDOW_H */
