/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * worker.h - synthesize an image for a row, and fill in responses to an image: the memory of one
 * thread, or of a team that makes one image
 */
#ifndef EVK_STIMSET_SCORE_WORKER_H
#define EVK_STIMSET_SCORE_WORKER_H

#include "base/parallel_team.h"
#include "evoke/stimset.h"
#include "format/codec.h"
#include "stimset/record/full_trace.h"
#include "stimset/record/stimulus.h"
#include "synth/objective.h"

/*
 * What is kept from image to image while model and neuron stay the same.  Zeroed before the first
 * use, but for the team; released with evk_worker_release.
 */
struct evk_worker {
    struct evk_team *team; /* that makes the passes; borrowed; NULL: one thread */
    evk_session *session;
    /* the recipe whose objective was parsed last, borrowed; NULL: none was parsed yet */
    const evk_recipe *recipe;
    struct evk_objective objective;   /* combines the responses of the members of an ensemble */
    float *image;                     /* (h, w, c); owned */
    struct evk_full_trace full_trace; /* trace of the last ascent, where recipe->trace is true */
};

void evk_worker_release(struct evk_worker *m); /* leaves the team as it is */

/*
 * Makes a worker for each thread of a loop over so many jobs.  Where fewer jobs are done at once
 * than there are threads, the workers of these jobs have teams, which share all threads.
 *   threads  as in evk_run; 0: one for each core
 *   at_once  jobs that may be done at the same time, at most jobs
 */
evk_status evk_workers_new(struct evk_worker **out, int threads, int64_t jobs, int64_t at_once,
                           evk_error *err);
void evk_workers_free(struct evk_worker *workers, int count);

/* Open a session for one output of a model, unless the worker has it already. */
evk_status evk_worker_turn(struct evk_worker *m, const evk_model *model, int64_t output,
                           evk_error *err);

/*
 * Synthesize the image of the row in s, and fill in its restarts, n_steps, stopped, response_start
 * and response_pred_prequant, and the trace of s.  given: what the ascent is given besides the
 * recipe (evk_given).  run->stop is asked after every step; run may be NULL.  *out receives the
 * rounded pixels, which the caller releases.
 */
evk_status evk_worker_synthesize(struct evk_worker *m, const evk_model *model,
                                 const evk_recipe *recipe, const evk_given *given,
                                 const evk_run *run, struct evk_stimulus *s, struct evk_pixels *out,
                                 evk_error *err);

/*
 * Show the pixels of a file to the neuron of the row, and fill in its responses, the value of the
 * recipe's objective, and the statistics of the normalised input.  EVK_EINVAL: the pixels do not
 * have the model's size.
 */
evk_status evk_worker_respond(struct evk_worker *m, const evk_model *model,
                              const evk_recipe *recipe, const struct evk_pixels *pixels,
                              struct evk_row *row, evk_error *err);

/*
 * Convert the pixels of a file to floats in the channels of a model: image (h, w, c).  A model of
 * one channel gets the first one.  EVK_EINVAL: the pixels do not have the model's size.
 */
evk_status evk_worker_fit(const evk_model *model, const struct evk_pixels *pixels, float *image,
                          evk_error *err);

#endif /* EVK_STIMSET_SCORE_WORKER_H */
