/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.h - the contact sheet of a stimulus set: what a person looks at the night before
 *
 * A row per neuron, its best start first: the image, the response along the
 * ascent beside it, the neuron's name and the response below.  Stimuli without
 * an image or a response come last; one without an image is an empty frame.
 * All traces of a neuron share one scale; its ends are written at the first
 * trace of each row.
 * Where stimuli are traced, plots of their whole courses follow after all images.
 * Texts may be any bytes.
 *
 * The same sheet gives the same bytes on the same machine.  Pixels are asked
 * for one image at a time, some of them twice: the first round measures.
 */
#ifndef EVK_STIMSET_SHEET_SHEET_H
#define EVK_STIMSET_SHEET_SHEET_H

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

/*
 * One image, about as wide as a screen is, below 40 million pixels and 30,000
 * a side whatever the count.  Images have their own size, small ones enlarged
 * by a whole number, where that fits, and are smaller where it does not.
 * Captions and traces are legible up to some 5,000 images (type of at least
 * 8 pixels); beyond, only the images remain, and frames in the warning colour
 * around those with a remark: names are in the PDF, and so are plots of courses
 * for which there is no room.  EVK_EUNSUPPORTED where
 * not even that fits.
 */
evk_status evk_sheet_png(const struct evk_sheet *s, struct evk_bytes *out, evk_error *err);

/*
 * By the ending of path: .png one image; .pdf pages of A4, landscape; .svg the
 * same pages, one file, or path-001.svg, path-002.svg, ... when it takes
 * several. Another ending: EVK_EINVAL naming the three.
 */
evk_status evk_sheet_write(const struct evk_sheet *s, const char *path, evk_error *err);

#endif /* EVK_STIMSET_SHEET_SHEET_H */
