/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet_cell.h - one stimulus of a contact sheet */
#ifndef EVK_STIMSET_SHEET_CELL_H
#define EVK_STIMSET_SHEET_CELL_H

#include "base/num.h"
#include "draw/canvas.h"
#include "stimset/sheet_grid.h"

enum { /* 0xRRGGBB */
       EVK_SHEET_DARK = 0x1F1F1F,
       EVK_SHEET_GREY = 0x757575,
       EVK_SHEET_LIGHT = 0xD8D8D8,
       EVK_SHEET_CURVE = 0x3D6F9E
};

/* The values of all traces of a neuron; low > high: there is none. */
struct evk_sheet_range {
    double low, high;
};

struct evk_sheet_range evk_sheet_range(const struct evk_sheet *s, const int64_t *items,
                                       int64_t count);

struct evk_sheet_cell {
    double x, y; /* top left */
    const struct evk_sheet_item *item;
    const struct evk_pixels *pixels; /* NULL: there is no image */
    struct evk_sheet_range range;
    bool best, labelled; /* the neuron's first; the scale is written at the trace */
};

/* A value in as many digits, as if it were the largest. */
const char *evk_sheet_number(double v, double largest, int digits, char text[EVK_REAL_TEXT]);

/* A figure of the item's curves, in the box for images. */
void evk_sheet_draw_curves(struct evk_canvas *c, const struct evk_sheet_grid *g,
                           const struct evk_sheet_cell *cell);

void evk_sheet_draw_cell(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_cell *cell);

#endif /* EVK_STIMSET_SHEET_CELL_H */
