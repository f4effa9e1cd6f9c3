/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.h - a small plot of a contact sheet: two hairlines, what they stand for, curves */
#ifndef EVK_STIMSET_SHEET_PLOT_H
#define EVK_STIMSET_SHEET_PLOT_H

#include "base/num.h"
#include "draw/canvas.h"
#include "stimset/sheet/grid.h"

enum { /* 0xRRGGBB */
       EVK_SHEET_DARK = 0x1F1F1F,
       EVK_SHEET_GREY = 0x757575,
       EVK_SHEET_LIGHT = 0xD8D8D8,
       EVK_SHEET_CURVE = 0x3D6F9E,
       EVK_SHEET_FALLING = 0x9E5A3D,
       EVK_SHEET_FAINT = 0xB4C9DC /* a curve behind others */
};

/* The values of all curves of a plot; low > high: there is none. */
struct evk_sheet_range {
    double low, high;
    double last; /* place of the last value, from 0; what the right edge stands for */
};

/* A range without values, and one more value at a place. */
struct evk_sheet_range evk_sheet_range_new(void);
void evk_sheet_range_add(struct evk_sheet_range *r, double place, double value);

struct evk_sheet_plot {
    double x, y, w, h; /* with the labels above and below */
    struct evk_sheet_range range;
};

/* As many places behind the point as the largest value needs for that many digits. */
const char *evk_sheet_number(double v, double largest, int digits, char text[EVK_REAL_TEXT]);

/* A value as exact as the scale is. */
const char *evk_sheet_on_scale(const struct evk_sheet_range *r, double v, char text[EVK_REAL_TEXT]);

/* Is there anything to draw, and room for it? */
bool evk_sheet_plot_is_drawn(const struct evk_sheet_plot *p, const struct evk_sheet_grid *g);

/* The hairlines; labelled: with their values. */
void evk_sheet_draw_axes(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_plot *p, bool labelled);

/*
 * A curve with dots at its ends, through up to 256 of count values at their places (NULL: 0, 1,
 * ...), in ascending order; values that are not finite are left out.
 */
void evk_sheet_draw_curve(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_plot *p, const double *places,
                          const double *values, int64_t count, uint32_t colour);

#endif /* EVK_STIMSET_SHEET_PLOT_H */
