/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * response_trace.h - the predicted response along one ascent, thinned to at most 101 points
 *
 * Point i of a trace of n steps is the response after i * n / (count - 1)
 * steps, rounded down: every step up to 100 of them.  n are the steps of the recipe: an ascent that
 * stopped early has fewer points.
 */
#ifndef EVK_STIMSET_RECORD_RESPONSE_TRACE_H
#define EVK_STIMSET_RECORD_RESPONSE_TRACE_H

#include "base/str.h"

enum { EVK_RESPONSE_TRACE_MAX = 101 };

struct evk_response_trace {
    int64_t count;
    float response[EVK_RESPONSE_TRACE_MAX]; /* (count) */
};

/* Points of a trace of so many steps; the step of point i. */
int64_t evk_response_trace_count(int64_t steps);
int64_t evk_response_trace_step(int64_t steps, int64_t i);

/* Note the response after a step; those between two points are passed over. 0 begins anew. */
void evk_response_trace_note(struct evk_response_trace *t, int64_t steps, int64_t step,
                             float response);

/* Append the responses, each after the separator, "n/a" from the last up to count. */
void evk_response_trace_write(const struct evk_response_trace *t, int64_t count, char separator,
                              struct evk_str *out);

/* Add a cell that was written; false when it is neither a number nor n/a, or one too many. */
bool evk_response_trace_read(struct evk_response_trace *t, const char *cell);

#endif /* EVK_STIMSET_RECORD_RESPONSE_TRACE_H */
