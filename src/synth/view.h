/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * look.h - from the latent image that an ascent climbs to what the network sees, and back
 *
 *     latent x  ->  show, window  ->  the image  ->  random transformations  ->  what is seen
 *
 * A gradient comes back through the adjoints of all of them but the window (window.h).  Without
 * priors that have a hook for one of these, all four are one array.
 */
#ifndef EVK_SYNTH_VIEW_H
#define EVK_SYNTH_VIEW_H

#include "synth/prior.h"

struct evk_view {
    struct evk_priors *priors;
    struct evk_frame *frame;
    int64_t n;                   /* values in an image */
    const struct evk_prior *map; /* the prior that has a show; NULL: none has */
    struct evk_image_window window;
    bool is_windowed, window_changes, is_transformed;
    float *shown, *seen, *other; /* (n) */
};

/*
 * Of priors that are open for this frame, which from then on knows their window.  EVK_EINVAL: two of
 * them have a show.  The caller closes *out, after a failure too.
 */
evk_status evk_view_open(struct evk_view *out, struct evk_priors *priors, struct evk_frame *frame,
                         evk_error *err);
void evk_view_close(struct evk_view *l);

/* Which priors act now, with which parameters, and the window that follows. */
void evk_view_at(struct evk_view *l, const struct evk_clock *now);

/* x, an image to start from, becomes a latent image of which that image is shown. */
void evk_view_latent(const struct evk_view *l, float *x);

/* The image that is shown of x: x itself, or l->shown. */
const float *evk_view_show(struct evk_view *l, const float *x);

/* New random transformations; number: of a look, so that each has its own. */
void evk_view_draw(struct evk_view *l, const struct evk_rng_key *noise, int64_t step,
                   int64_t number);

/* What the network sees of an image, until the next call. */
const float *evk_view_transform(struct evk_view *l, const float *image);

/*
 * *g (n), the gradient with respect to what was seen, becomes that with respect to the latent image
 * x, as if all of it were seen where any of it is; it may change places with *scratch (n).
 */
void evk_view_adjoint(struct evk_view *l, const float *x, float **g, float **scratch);

#endif /* EVK_SYNTH_VIEW_H */
