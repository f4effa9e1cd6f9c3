/* SPDX-License-Identifier: GPL-3.0-or-later */
/* worker.h - from a row to pixels, and from pixels to responses: the memory of one thread */
#ifndef EVK_STIMSET_SCORE_WORKER_H
#define EVK_STIMSET_SCORE_WORKER_H

#include "evoke/stimset.h"
#include "format/codec.h"
#include "stimset/record/full_trace.h"
#include "stimset/record/stimulus.h"
#include "synth/objective.h"

/* Kept from image to image while model and neuron stay the same. Zeroed to begin with. */
struct evk_worker {
    evk_session *session;
    const evk_recipe
        *recipe; /* that objective was parsed from, which outlives the worker; or NULL */
    struct evk_objective objective;   /* what the responses of an ensemble's members become */
    float *image;                     /* (h, w, c); owned */
    struct evk_full_trace full_trace; /* of the last ascent, where the recipe asks for a trace */
};

void evk_worker_release(struct evk_worker *m);

/* A session for one neuron: the one that is there, if it is of this one. */
evk_status evk_worker_turn(struct evk_worker *m, const evk_model *model, int64_t output,
                           evk_error *err);

/*
 * Synthesize what the row says with what is given: its restarts, steps, why it
 * stopped, response_start, response_pred_prequant and the trace are filled in.  *out are the rounded pixels; release them.  run->stop is
 * asked after every step; run may be NULL.
 */
evk_status evk_worker_synthesize(struct evk_worker *m, const evk_model *model,
                                 const evk_recipe *recipe, const evk_given *given,
                                 const evk_run *run, struct evk_stimulus *s, struct evk_pixels *out,
                                 evk_error *err);

/*
 * What the row's target makes of the pixels of a file: its responses, the
 * objective of the recipe, and the input in normalised units.  The size must be
 * the model's.
 */
evk_status evk_worker_respond(struct evk_worker *m, const evk_model *model,
                              const evk_recipe *recipe, const struct evk_pixels *pixels,
                              struct evk_row *row, evk_error *err);

/* The pixels of a file in the channels of a model: image (h, w, c). EVK_EINVAL: another size. */
evk_status evk_worker_fit(const evk_model *model, const struct evk_pixels *pixels, float *image,
                          evk_error *err);

#endif /* EVK_STIMSET_SCORE_WORKER_H */
