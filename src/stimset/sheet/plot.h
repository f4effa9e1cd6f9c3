/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.h - a small plot of a contact sheet: curves between two hairlines with their values */
#ifndef EVK_STIMSET_SHEET_PLOT_H
#define EVK_STIMSET_SHEET_PLOT_H

#include "base/num.h"
#include "draw/canvas.h"
#include "stimset/sheet/grid.h"

/* Colours, 0xRRGGBB. */
enum {
    EVK_SHEET_DARK = 0x1F1F1F,
    EVK_SHEET_GREY = 0x757575,
    EVK_SHEET_LIGHT = 0xD8D8D8,
    EVK_SHEET_CURVE = 0x3D6F9E,
    EVK_SHEET_FALLING = 0x9E5A3D,
    EVK_SHEET_CONTROL = 0x9A9A9A,
    EVK_SHEET_FAINT = 0xB4C9DC /* curves behind the one in EVK_SHEET_CURVE */
};

/* The range of the values of all curves of a plot; low > high: there are no values. */
struct evk_sheet_range {
    double low, high;
    double last; /* the largest place, at the right edge; places begin at 0, at the left one */
};

/* Returns the colour of a line. */
uint32_t evk_sheet_line_colour(const struct evk_sheet_line *line);

/* Returns a range without values. */
struct evk_sheet_range evk_sheet_range_new(void);

/* Adds a value at a place to a range; a value that is not finite changes r->last only. */
void evk_sheet_range_add(struct evk_sheet_range *r, double place, double value);

/* A plot: its place on the page, and its range. */
struct evk_sheet_plot {
    double x, y, w, h; /* top left corner and size, with the labels above and below */
    struct evk_sheet_range range;
};

/*
 * Write v with as many decimal places as the value `largest` needs to have so many digits.  Returns
 * text.
 */
const char *evk_sheet_number(double v, double largest, int digits, char text[EVK_REAL_TEXT]);

/* Write v with the decimal places of the ends of a range, which have 3 digits.  Returns text. */
const char *evk_sheet_on_scale(const struct evk_sheet_range *r, double v, char text[EVK_REAL_TEXT]);

/* Has the plot values, and is it high enough for its labels? */
bool evk_sheet_plot_is_drawn(const struct evk_sheet_plot *p, const struct evk_sheet_grid *g);

/* Draw the hairlines at the ends of the range; labelled: with their values. */
void evk_sheet_draw_axes(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_plot *p, bool labelled);

/*
 * Draw a curve with dots at its ends through values (count), of which at most 256, evenly spread,
 * are used.  places (count) rise; NULL: 0, 1, 2, ...  Values that are not finite are left out.
 */
void evk_sheet_draw_curve(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_plot *p, const double *places,
                          const double *values, int64_t count, uint32_t colour);

#endif /* EVK_STIMSET_SHEET_PLOT_H */
