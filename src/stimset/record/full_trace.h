/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * full_trace.h - SET/traces/<stimulus_id>.tsv: the whole course of one ascent
 *
 * A line an image, the start first: iteration (steps until then), response (what the network saw,
 * of an ensemble the objective), the value of each penalty under the name of its prior, and of the
 * step from there gradient_norm and step, as in struct evk_step; the last image has no such step.
 * Where an image blur or the like lies between, these are of the image that it made.
 */
#ifndef EVK_STIMSET_RECORD_FULL_TRACE_H
#define EVK_STIMSET_RECORD_FULL_TRACE_H

#include "base/dir.h"
#include "base/str.h"
#include "evoke/synth.h"

/* While it is written. Zeroed to begin with. */
struct evk_full_trace {
    struct evk_str text;
    int penalties;
};

/* Note an image; step 0 begins anew. */
void evk_full_trace_note(struct evk_full_trace *c, const evk_step *now);

/* End the last line. c->text is the file. */
evk_status evk_full_trace_end(struct evk_full_trace *c, evk_error *err);
void evk_full_trace_release(struct evk_full_trace *c);

/* As it is drawn: curves over the iterations, up to EVK_CURVE_POINTS of these, evenly spread. */
enum { EVK_CURVES_MAX = 16, EVK_CURVE_POINTS = 256, EVK_CURVE_NAME = 32 };

struct evk_curves {
    int64_t count;                             /* curves; 0: there is no file */
    char name[EVK_CURVES_MAX][EVK_CURVE_NAME]; /* of columns */
    int64_t points, steps;                     /* steps: of the last point */
    double step[EVK_CURVE_POINTS];
    double value[EVK_CURVES_MAX][EVK_CURVE_POINTS]; /* NAN: n/a */
};

/* From the bytes of a file. EVK_EFORMAT: it is none. */
evk_status evk_curves_read(struct evk_curves *out, const struct evk_dir *folder, const char *name,
                           evk_error *err);

#endif /* EVK_STIMSET_RECORD_FULL_TRACE_H */
