/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maker.h - from a row to pixels, and from pixels to a response: the memory of one thread */
#ifndef EVK_STIMSET_MAKER_H
#define EVK_STIMSET_MAKER_H

#include "evoke/stimset.h"
#include "format/codec.h"
#include "stimset/stimulus.h"

/* Kept from image to image while the model stays the same. Zeroed to begin with. */
struct evk_maker {
    evk_session *session;
    float *image, *responses; /* (h, w, c), (outputs); owned */
};

void evk_maker_release(struct evk_maker *m);

/*
 * Synthesize what the row says: its restarts, response_pred_prequant and the
 * trace are filled in.  *out are the rounded pixels; release them.  run->stop is
 * asked after every step; run may be NULL.
 */
evk_status evk_maker_synthesize(struct evk_maker *m, const evk_model *model,
                                const evk_recipe *recipe, const evk_run *run,
                                struct evk_stimulus *s, struct evk_pixels *out, evk_error *err);

/* The response to the pixels of a file, in the model's channels; the size must be the model's. */
evk_status evk_maker_respond(struct evk_maker *m, const evk_model *model, int64_t output,
                             const struct evk_pixels *pixels, double *response, evk_error *err);

#endif /* EVK_STIMSET_MAKER_H */
