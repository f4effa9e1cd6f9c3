/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contents.h - what a contact sheet shows: its items, and where their pixels and curves come from
 *
 * sheet.h draws it.  Texts may be any bytes.  Code that draws a sheet borrows all of it.
 */
#ifndef EVK_STIMSET_SHEET_CONTENTS_H
#define EVK_STIMSET_SHEET_CONTENTS_H

#include "format/codec.h"
#include "stimset/record/full_trace.h"

/* A line of a figure; points whose y is not finite are left out. */
struct evk_sheet_line {
    const double *x, *y; /* (count) x is 0 or more, and rises */
    int64_t count;
    bool falling; /* draw it in EVK_SHEET_FALLING rather than EVK_SHEET_CURVE */
    bool control; /* draw it in EVK_SHEET_CONTROL */
};

/* What a colour of lines means, written beside the title. */
struct evk_sheet_key {
    const char *text;
    struct evk_sheet_line line; /* whose colour it is */
};

/* One stimulus, or a figure.  The items of one neuron stand next to each other. */
struct evk_sheet_item {
    const char *id;     /* stimulus_id: "stim-max000001" */
    const char *neuron; /* "201025_neuron2:0"; items with equal texts are of one neuron */
    int64_t start;      /* number of the start; -1: none is written */
    double response;    /* NaN: none is written */
    /* what its neuron's items are ordered by in place of the response, where is_chosen */
    double merit;
    bool is_chosen;
    const double *trace; /* (trace_count) the response trace; may be NULL */
    int64_t trace_count;
    bool present;        /* there is an image */
    bool descending;     /* low responses are best */
    const char *remark;  /* "flat,no-gain", "repeats stim-max000003", "dead"; or NULL */
    const char *caption; /* written where the neuron's name would be; or NULL */
    bool traced;         /* evk_sheet.curves reads its full trace */
    const struct evk_sheet_line *lines; /* (line_count) a figure in place of the image; or NULL */
    int64_t line_count;
    /*
     * Text below an image that is shown, small, only to compare with those of the neuron; or NULL.
     */
    const char *label;
};

struct evk_sheet {
    const char *title; /* name of the set */
    const char *about; /* the line below the title; NULL: the numbers of neurons and images */
    const struct evk_sheet_item *items; /* (count) */
    int64_t count;
    const struct evk_sheet_key *keys; /* (key_count) may be NULL */
    int64_t key_count;
    bool as_listed; /* the items of a neuron stay in their order; else the best comes first */
    /* Read the pixels of items[item], which is present; the caller releases *out. */
    evk_status (*read)(void *arg, int64_t item, struct evk_pixels *out, evk_error *err);
    void *arg;
    /*
     * Read the full trace of items[item], which is traced, as curves; all items have the same
     * curves.  NULL: no item is traced.
     */
    evk_status (*curves)(void *arg, int64_t item, struct evk_curves *out, evk_error *err);
};

#endif /* EVK_STIMSET_SHEET_CONTENTS_H */
