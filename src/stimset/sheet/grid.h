/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid.h - the layout of a contact sheet: sizes and places of cells, lines, columns and pages
 *
 * All cells have one size.  An item has a cell of its own; two that are shown small, since they have
 * a label, share one.  A neuron takes one or more lines of up to per_line cells.
 * Lines fill columns, as in a newspaper, and columns fill pages.
 */
#ifndef EVK_STIMSET_SHEET_GRID_H
#define EVK_STIMSET_SHEET_GRID_H

#include "stimset/sheet/contents.h"

/*
 * The order in which the items of a sheet are drawn: by neuron and, of each neuron, the best first.
 */
struct evk_sheet_order {
    int64_t *item;  /* (evk_sheet.count) indices into evk_sheet.items; owned */
    int64_t *first; /* (neurons + 1) where the items of each neuron begin in item; owned */
    int64_t *cell;  /* (neurons + 1) where the cells of each neuron begin, counted on; owned */
    int64_t neurons;
    int64_t longest;      /* the largest number of cells of a neuron */
    bool traces, remarks; /* any item has a response trace, or a remark below it */
    int64_t longest_id;   /* characters of the longest id beside a response, without "stim-" */
    bool responses;       /* any item has a response */
    /* What all names of neurons have in common: bytes at the beginning and at the end. */
    size_t common_head, common_tail;
};

/* Make the order of a sheet; the caller releases *out.  EVK_ENOMEM: no memory. */
evk_status evk_sheet_order_new(struct evk_sheet_order *out, const struct evk_sheet *s,
                               evk_error *err);
void evk_sheet_order_release(struct evk_sheet_order *o);

/* The layout.  Lengths are pixels of a screen or points (1/72 inch) of paper. */
struct evk_sheet_grid {
    double text, tiny;       /* sizes of type; text is 0 where there are no captions */
    double image_w, image_h; /* the box that images are fitted into */
    bool whole;              /* a screen: lengths and factors of enlargement are whole */
    bool ids_below;          /* ids stand below responses, for want of room beside them */
    double hair;             /* thickness of the thinnest line */
    double trace_x, trace_w; /* place and width of response traces in a cell; width 0: none */
    double inner_w, inner_h; /* a cell without the gap to the next one */
    double cell_w, cell_h;   /* a cell with the gap */
    double rule;             /* how far the line over a neuron is above its cells */
    double column_w;         /* a column with the gap to the next one */
    double left, top;        /* the top left corner of the first cell of a page */
    double page_w, page_h;
    double title;                     /* size of type of the title */
    int64_t per_line, lines, columns; /* cells of a line, lines of a column, columns of a page */
    int64_t pages;
};

/*
 * Lay a sheet out as one page of about the shape of a screen.  sides: the largest height and width
 * of an image, in pixels.  EVK_EUNSUPPORTED: the page would be too large.
 */
evk_status evk_sheet_grid_screen(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                                 const int64_t sides[2], evk_error *err);

/*
 * Make the page of a screen higher by `height`; false, and it stays, where it would be too large.
 */
bool evk_sheet_grid_extend(struct evk_sheet_grid *g, double height);

/* Lay a sheet out on pages of A4 landscape; sides are those of evk_sheet_grid_screen. */
void evk_sheet_grid_paper(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                          const int64_t sides[2]);

/* A place for a line of cells: a column, counted through all pages, and a line of it; from 0. */
struct evk_sheet_place {
    int64_t column, line;
};

/*
 * Begin a neuron of `need` lines: p moves to the next column where they do not fit into this one,
 * but fit into a column of `lines` lines.
 */
void evk_sheet_begin(struct evk_sheet_place *p, int64_t need, int64_t lines);

/* Returns the place of the next line, and moves p to the line after that. */
struct evk_sheet_place evk_sheet_next(struct evk_sheet_place *p, int64_t lines);

#endif /* EVK_STIMSET_SHEET_GRID_H */
