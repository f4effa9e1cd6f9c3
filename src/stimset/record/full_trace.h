/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * full_trace.h - SET/traces/<stimulus_id>.tsv: every step of one ascent
 *
 * The full trace is a table with one line for each image that the ascent went through, the start
 * first.  Its columns are:
 *
 *   iteration         steps that were made before, from 0
 *   response          response to what the network saw of the image; of an ensemble, the objective
 *   one per penalty   the value of the penalty, under the name of its prior
 *   gradient_norm     of the step from this image to the next, see evk_step.gradient_norm
 *   step              of the same step, see evk_step.step_rms
 *
 * Where a prior such as a blur changes the image before a step, the penalties and the step are
 * those of the changed image.  The last image has n/a in these columns, since no step follows it.
 */
#ifndef EVK_STIMSET_RECORD_FULL_TRACE_H
#define EVK_STIMSET_RECORD_FULL_TRACE_H

#include "base/dir.h"
#include "base/str.h"
#include "evoke/synth.h"

/* A full trace while its ascent runs.  Zero it before the first ascent. */
struct evk_full_trace {
    struct evk_str text; /* the bytes of the file so far; owned */
    int penalties;       /* columns of penalties */
};

/*
 * Add an image of the ascent, of which now tells.  Step 0 discards what was there, and begins a new
 * trace; each later call also ends the line of the image before.
 */
void evk_full_trace_note(struct evk_full_trace *t, const evk_step *now);

/*
 * End the line of the last image: t->text then has the bytes of the file.  EVK_ENOMEM: no memory.
 */
evk_status evk_full_trace_end(struct evk_full_trace *t, evk_error *err);
void evk_full_trace_release(struct evk_full_trace *t);

/*
 * A full trace to be drawn: each column but the first as a curve over the iterations, of which
 * EVK_CURVE_POINTS at most are kept, evenly spread from the first to the last.
 */
enum { EVK_CURVES_MAX = 16, EVK_CURVE_POINTS = 256, EVK_CURVE_NAME = 32 };

struct evk_curves {
    int64_t count;                                  /* curves */
    char name[EVK_CURVES_MAX][EVK_CURVE_NAME];      /* (count) of the columns */
    int64_t points;                                 /* of each curve */
    int64_t steps;                                  /* the iteration of the last point */
    double step[EVK_CURVE_POINTS];                  /* (points) the iteration of each point */
    double value[EVK_CURVES_MAX][EVK_CURVE_POINTS]; /* (count, points) NAN: n/a */
};

/*
 * Read the full trace in a file of a set.  EVK_EFORMAT: the file is no full trace; EVK_EIO: it
 * cannot be read.
 */
evk_status evk_curves_read(struct evk_curves *out, const struct evk_dir *folder, const char *name,
                           evk_error *err);

#endif /* EVK_STIMSET_RECORD_FULL_TRACE_H */
