/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * response_trace.h - the predicted response along one ascent, thinned to at most 101 points
 *
 * A response trace is a row of traces.tsv.  An ascent of at most 100 steps has a point for the
 * start and one after each step; of a longer one, point i is the response after i * n / 100 steps,
 * rounded down.  n is the number of steps in the recipe: an ascent that stopped early has fewer
 * points.
 */
#ifndef EVK_STIMSET_RECORD_RESPONSE_TRACE_H
#define EVK_STIMSET_RECORD_RESPONSE_TRACE_H

#include "base/str.h"

enum { EVK_RESPONSE_TRACE_MAX = 101 };

struct evk_response_trace {
    int64_t count;                          /* points */
    float response[EVK_RESPONSE_TRACE_MAX]; /* (count) in model output units */
};

/*
 * Return the number of points of an ascent of `steps` steps, and the step after which point i is.
 */
int64_t evk_response_trace_count(int64_t steps);
int64_t evk_response_trace_step(int64_t steps, int64_t i);

/*
 * Add the response after a step of an ascent; steps: of the recipe.  A step that is no point of the
 * trace is left out.  Step 0 discards what was there, and begins a new trace.
 */
void evk_response_trace_note(struct evk_response_trace *t, int64_t steps, int64_t step,
                             float response);

/*
 * Append count points to a text, each after the separator; points that the trace lacks are "n/a".
 */
void evk_response_trace_write(const struct evk_response_trace *t, int64_t count, char separator,
                              struct evk_str *out);

/*
 * Add the point that a cell of traces.tsv holds; n/a adds none.  Returns false where the cell is
 * neither a number nor n/a, or the trace is full.
 */
bool evk_response_trace_read(struct evk_response_trace *t, const char *cell);

#endif /* EVK_STIMSET_RECORD_RESPONSE_TRACE_H */
