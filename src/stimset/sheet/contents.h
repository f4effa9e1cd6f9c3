/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contents.h - what is on a contact sheet: its stimuli, and where their pixels and curves come from
 *
 * sheet.h draws a sheet.  Texts may be any bytes.
 */
#ifndef EVK_STIMSET_SHEET_CONTENTS_H
#define EVK_STIMSET_SHEET_CONTENTS_H

#include "format/codec.h"
#include "stimset/record/full_trace.h"

/* A line of a figure; points whose y is not finite are left out. */
struct evk_sheet_line {
    const double *x, *y; /* (count) x rising, from 0 or above */
    int64_t count;
    bool falling; /* in the other colour */
};

/* One stimulus, or a figure; those of one neuron follow each other. */
struct evk_sheet_item {
    const char *id;      /* stimulus_id: "stim-max000001" */
    const char *neuron;  /* "201025_neuron2:0"; equal text: same neuron */
    int64_t start;       /* -1: not applicable */
    double response;     /* NaN: none */
    const double *trace; /* (trace_count) responses along the ascent; may be NULL */
    int64_t trace_count;
    bool present, descending; /* present: there is an image; descending: low responses are best */
    const char *remark;       /* "flat,no-gain", "repeats stim-max000003", "dead"; or NULL */
    const char *caption;      /* written where the neuron's name would be; or NULL */
    bool traced;              /* sheet->curves has its whole course */
    const struct evk_sheet_line *lines; /* (line_count) drawn where the image would be; or NULL */
    int64_t line_count;
    const char *label; /* of an image that only stands beside the neuron's, small; else NULL */
};

struct evk_sheet {
    const char *title; /* name of the set */
    const char *about; /* below it; NULL: how many neurons and images */
    const struct evk_sheet_item *items;
    int64_t count;
    bool as_listed; /* a neuron's stimuli stay in this order; else the best comes first */
    /* Pixels of items[item], which is present; the caller releases them. */
    evk_status (*read)(void *arg, int64_t item, struct evk_pixels *out, evk_error *err);
    void *arg;
    /* Curves of items[item], which is traced; all have the same columns. NULL: none is traced. */
    evk_status (*curves)(void *arg, int64_t item, struct evk_curves *out, evk_error *err);
};

#endif /* EVK_STIMSET_SHEET_CONTENTS_H */
