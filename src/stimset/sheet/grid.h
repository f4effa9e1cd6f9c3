/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid.h - where everything of a contact sheet goes
 *
 * All stimuli have cells of one size.  A neuron takes whole lines of per_line
 * cells; lines fill newspaper columns, columns fill pages.
 */
#ifndef EVK_STIMSET_SHEET_GRID_H
#define EVK_STIMSET_SHEET_GRID_H

#include "stimset/sheet/contents.h"

/* Stimuli by neuron, best first. */
struct evk_sheet_order {
    int64_t *item;  /* (count) indices into items */
    int64_t *first; /* (neurons + 1) where those of a neuron begin in item */
    int64_t neurons;
    int64_t longest;      /* stimuli of the neuron that has most */
    bool traces, remarks; /* whether there are any */
};

evk_status evk_sheet_order_new(struct evk_sheet_order *out, const struct evk_sheet *s,
                               evk_error *err);
void evk_sheet_order_release(struct evk_sheet_order *o);

/* Lengths are pixels of a screen or points of paper; on a screen all are whole. */
struct evk_sheet_grid {
    double text, tiny;       /* sizes of type; text is 0 without captions */
    double image_w, image_h; /* the box that images are fitted into */
    bool whole;              /* a screen: lengths and factors of enlargement are whole */
    double hair;             /* thickness of the thinnest line */
    double trace_x, trace_w; /* from the left of the cell; width 0: no traces */
    double inner_w, inner_h; /* a cell without the gaps */
    double cell_w, cell_h;   /* from cell to cell */
    double rule;             /* the line over a neuron: how far above its cells */
    double column_w;         /* from column to column */
    double left, top;        /* of the first cell */
    double page_w, page_h;
    double title;                     /* size of type */
    int64_t per_line, lines, columns; /* cells a line, lines a column, columns a page */
    int64_t pages;
};

/*
 * One page of the screen's shape; sides are what images have at most.
 * EVK_EUNSUPPORTED where it would be too large.
 */
evk_status evk_sheet_grid_screen(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                                 const int64_t sides[2], evk_error *err);

/* Make a screen's page higher by so much; false where it would be too large. */
bool evk_sheet_grid_extend(struct evk_sheet_grid *g, double height);

/* Pages of A4, landscape. */
void evk_sheet_grid_paper(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                          const int64_t sides[2]);

/* A place for a line: which column, counted through all pages, and which line of it. */
struct evk_sheet_place {
    int64_t column, line;
};

/* Make room for the lines of a neuron: they stay in one column if one can hold them. */
void evk_sheet_begin(struct evk_sheet_place *p, int64_t need, int64_t lines);

/* The place of the next line; p moves on. */
struct evk_sheet_place evk_sheet_next(struct evk_sheet_place *p, int64_t lines);

#endif /* EVK_STIMSET_SHEET_GRID_H */
