/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view.h - from the latent image of an ascent to what the network sees, and back
 *
 *     latent image x  ->  show, window  ->  the image  ->  random transformations  ->  what is seen
 *
 * The ascent changes the latent image.  The image is what is shown of it, which is also what may be
 * the result; the network sees the image after random transformations.  A gradient comes back
 * through the adjoints of these, but for that of the window (see window.h).  Where no prior has a
 * hook for a stage, the stage's output is its input: the same array.
 */
#ifndef EVK_SYNTH_VIEW_H
#define EVK_SYNTH_VIEW_H

#include "synth/prior.h"

/* Owns its arrays; priors and frame are borrowed. */
struct evk_view {
    struct evk_priors *priors;
    struct evk_frame *frame;
    int64_t n;                   /* number of values of an image */
    const struct evk_prior *map; /* the prior that has the hook show; NULL: none has it */
    struct evk_image_window window;
    bool is_windowed;            /* a prior has a window */
    bool window_changes;         /* the window differs from step to step */
    bool is_transformed;         /* a prior has a random transformation */
    float *shown, *seen, *other; /* (n) */
};

/*
 * Opens a view for priors that are open for the frame, and sets frame->window where they have a
 * window.  The caller closes *out, after a failure too, and before the priors.  EVK_EINVAL: two of
 * the priors have the hook show.  EVK_ENOMEM.
 */
evk_status evk_view_open(struct evk_view *out, struct evk_priors *priors, struct evk_frame *frame,
                         evk_error *err);
void evk_view_close(struct evk_view *l);

/* Sets which priors act at this point of the ascent, their scheduled parameters, and the window. */
void evk_view_at(struct evk_view *l, const struct evk_clock *now);

/* In place: x (n), an image to start from, becomes a latent image of which that image is shown. */
void evk_view_latent(const struct evk_view *l, float *x);

/* Returns the image that is shown of the latent image x: x itself, or an array of the view. */
const float *evk_view_show(struct evk_view *l, const float *x);

/*
 * Draws new random transformations, a function of the key, the step, and the number of the sample
 * within the step.
 */
void evk_view_draw(struct evk_view *l, const struct evk_rng_key *noise, int64_t step,
                   int64_t number);

/*
 * Returns what the network sees of an image (n): the image itself, or an array of the view that is
 * valid until the next call.
 */
const float *evk_view_transform(struct evk_view *l, const float *image);

/*
 * Turns the gradient *g (n) with respect to what is seen into the gradient with respect to the
 * latent image x.  Where a window shows a part of a value, the gradient is that of a value shown
 * entirely; where it shows nothing, the gradient is 0.  *g and *scratch (n) may be swapped.
 */
void evk_view_adjoint(struct evk_view *l, const float *x, float **g, float **scratch);

#endif /* EVK_SYNTH_VIEW_H */
