/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet_curve.c - a figure on a contact sheet: lines, with the ends of their scales */
#include <math.h>

#include "stimset/sheet_cell.h"

enum { FALLING = 0x9E5A3D, POINTS = 64 /* of a curve, at most */ };

struct range {
    double low, high, right; /* of y; the largest x */
};

static struct range range_of(const struct evk_sheet_item *it)
{
    struct range r = {INFINITY, -INFINITY, 0};

    for (int64_t i = 0; i < it->curve_count; i++)
        for (int64_t j = 0; j < it->curves[i].count; j++)
            if (isfinite(it->curves[i].y[j])) {
                r.low = fmin(r.low, it->curves[i].y[j]);
                r.high = fmax(r.high, it->curves[i].y[j]);
                r.right = fmax(r.right, it->curves[i].x[j]);
            }
    return r;
}

/* box: left, top, width, height. */
static void draw_curve(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_curve *curve, const struct range *r,
                       const double box[4])
{
    const uint32_t colour = curve->falling ? FALLING : EVK_SHEET_CURVE;
    const double dot = fmax(g->text * 0.18, g->hair);
    double xy[2 * POINTS];
    int64_t n = 0;

    for (int64_t i = 0; i < curve->count && n < POINTS; i++) {
        if (!isfinite(curve->y[i]))
            continue;
        xy[2 * n] = box[0] + (r->right > 0 ? curve->x[i] / r->right : 0) * box[2];
        xy[2 * n + 1] =
            box[1] +
            (r->high > r->low ? (r->high - curve->y[i]) / (r->high - r->low) : 0.5) * box[3];
        n++;
    }
    if (n > 1)
        evk_canvas_line(c, xy, n, fmax(g->text * 0.11, g->hair), colour);
    for (int64_t i = 0; i < n; i++)
        evk_canvas_disc(c, xy[2 * i], xy[2 * i + 1], dot, colour);
}

static void draw_scale(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell, const struct range *r, double high,
                       double low)
{
    const struct evk_text_style left = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .width = g->image_w};
    const struct evk_text_style right = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .align = EVK_RIGHT, .width = g->image_w / 2};
    const double largest = fmax(fabs(r->low), fabs(r->high));
    char text[EVK_REAL_TEXT];

    evk_canvas_text(c, cell->x, high - g->tiny * 0.3, evk_sheet_number(r->high, largest, 3, text),
                    &left);
    evk_canvas_text(c, cell->x, low + g->tiny, evk_sheet_number(r->low, largest, 3, text), &left);
    evk_canvas_text(c, cell->x + g->image_w, low + g->tiny, evk_format_real(r->right, text),
                    &right);
}

void evk_sheet_draw_curves(struct evk_canvas *c, const struct evk_sheet_grid *g,
                           const struct evk_sheet_cell *cell)
{
    const double strip = g->text > 0 ? floor(g->tiny * 1.2 + 0.5) : 0;
    const double high = cell->y + strip, low = cell->y + g->image_h - strip;
    const double dot = g->text * 0.25;
    const double box[4] = {cell->x + dot, high + dot, g->image_w - 2 * dot, low - high - 2 * dot};
    const struct range r = range_of(cell->item);

    if (!(r.low <= r.high) || box[3] <= 0)
        return;
    evk_canvas_rect(c, cell->x, high - g->hair, g->image_w, g->hair, EVK_SHEET_LIGHT);
    evk_canvas_rect(c, cell->x, low, g->image_w, g->hair, EVK_SHEET_LIGHT);
    if (g->text > 0)
        draw_scale(c, g, cell, &r, high, low);
    for (int64_t i = 0; i < cell->item->curve_count; i++)
        draw_curve(c, g, &cell->item->curves[i], &r, box);
}
