/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cell.h - one stimulus of a contact sheet */
#ifndef EVK_STIMSET_SHEET_CELL_H
#define EVK_STIMSET_SHEET_CELL_H

#include "stimset/sheet/plot.h"

/* Of all traces of a neuron. */
struct evk_sheet_range evk_sheet_range(const struct evk_sheet *s, const int64_t *items,
                                       int64_t count);

struct evk_sheet_cell {
    double x, y; /* top left */
    const struct evk_sheet_item *item;
    const struct evk_pixels *pixels; /* NULL: there is no image */
    struct evk_sheet_range range;
    bool best, labelled; /* the neuron's first; the scale is written at the trace */
};

/* A figure of the item's lines, in the box for images. */
void evk_sheet_draw_lines(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell);

void evk_sheet_draw_cell(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_cell *cell);

#endif /* EVK_STIMSET_SHEET_CELL_H */
