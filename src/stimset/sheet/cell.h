/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cell.h - one cell of a contact sheet: an image or a figure, its response trace and its captions
 */
#ifndef EVK_STIMSET_SHEET_CELL_H
#define EVK_STIMSET_SHEET_CELL_H

#include "stimset/sheet/plot.h"

/* Returns the range of the response traces of count items, which are indices into s->items. */
struct evk_sheet_range evk_sheet_range(const struct evk_sheet *s, const int64_t *items,
                                       int64_t count);

/* A cell to be drawn.  Everything is borrowed. */
struct evk_sheet_cell {
    double x, y; /* its top left corner on the page */
    const struct evk_sheet_item *item;
    const struct evk_pixels *pixels; /* NULL: there is no image */
    struct evk_sheet_range range;    /* of all response traces of the neuron */
    bool best;                       /* the first stimulus of the neuron */
    bool labelled;                   /* the scale is written at the response trace */
    const char *name;                /* of the neuron, as the sheet has it */
};

/* Draw a figure of cell->item->lines where the image would be. */
void evk_sheet_draw_lines(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell);

/* Draw an item with a label, small, in the upper or the lower half of the cell. */
void evk_sheet_draw_small(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell, bool lower);

/* Draw the whole cell, of an item without a label. */
void evk_sheet_draw_cell(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_cell *cell);

#endif /* EVK_STIMSET_SHEET_CELL_H */
