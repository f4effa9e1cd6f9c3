/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet_cell.c - one stimulus of a contact sheet */
#include "stimset/sheet_cell.h"

#include <math.h>
#include <stdio.h>

#include "base/num.h"

enum {
    WARNING = 0xC2410C,
    EMPTY = 0xF7F7F7,
    POINTS = 256 /* of a curve, at most */
};

/* ---- numbers ---------------------------------------------------------------------------------- */

/* As many places behind the point as the largest value needs for that many digits. */
const char *evk_sheet_number(double v, double largest, int digits, char text[EVK_REAL_TEXT])
{
    double scale = 1, low = 1;

    for (int i = 1; i < digits; i++)
        low *= 10;
    if (!(fabs(largest) > 1e-99 && fabs(largest) < 1e9))
        return evk_format_real(v, text);
    while (fabs(largest) * scale < low)
        scale *= 10;
    return evk_format_real(round(v * scale) / scale, text);
}

struct evk_sheet_range evk_sheet_range(const struct evk_sheet *s, const int64_t *items,
                                       int64_t count)
{
    struct evk_sheet_range r = {INFINITY, -INFINITY};

    for (int64_t i = 0; i < count; i++) {
        const struct evk_sheet_item *it = &s->items[items[i]];

        for (int64_t j = 0; it->trace && j < it->trace_count; j++)
            if (isfinite(it->trace[j])) {
                r.low = fmin(r.low, it->trace[j]);
                r.high = fmax(r.high, it->trace[j]);
            }
    }
    return r;
}

/* ---- the image -------------------------------------------------------------------------------- */

/* Around an image, over what a viewer of documents smears beyond it. */
static void draw_frame(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell, double y, double w, double h)
{
    const bool warn = cell->item->remark != NULL;
    const double thick = warn ? 2 * g->hair : g->hair;
    const double l = cell->x - thick / 2, t = y - thick / 2;
    const double r = cell->x + w + thick / 2, b = y + h + thick / 2;
    const double xy[] = {l, t, r, t, r, b, l, b, l, t - thick / 2};

    evk_canvas_line(c, xy, 5, thick, warn ? WARNING : EVK_SHEET_LIGHT);
}

/* As large as the box allows, at its lower left. */
static void draw_image(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell)
{
    const struct evk_pixels *p = cell->pixels;
    double scale, w, h, y;

    if (!p) {
        evk_canvas_rect(c, cell->x, cell->y, g->image_w, g->image_h, EMPTY);
        draw_frame(c, g, cell, cell->y, g->image_w, g->image_h);
        return;
    }
    scale = fmin(g->image_w / (double)p->width, g->image_h / (double)p->height);
    if (cell->item->label)
        scale /= 2;
    if (g->whole && scale > 1)
        scale = floor(scale);
    w = (double)p->width * scale;
    h = (double)p->height * scale;
    if (g->whole) {
        w = fmax(floor(w + 0.5), 1);
        h = fmax(floor(h + 0.5), 1);
    }
    y = cell->y + g->image_h - h;
    evk_canvas_image(c, p, cell->x, y, w, h);
    draw_frame(c, g, cell, y, w, h);
}

/* ---- the trace -------------------------------------------------------------------------------- */

/* A value of a trace, as exact as the scale is. */
static const char *on_scale(const struct evk_sheet_cell *cell, double v, char text[EVK_REAL_TEXT])
{
    return evk_sheet_number(v, fmax(fabs(cell->range.low), fabs(cell->range.high)), 3, text);
}

/* Where a value is between the ends of the scale; the middle where they are equal. */
static double height_of(const struct evk_sheet_range *r, double v)
{
    return r->high > r->low ? (v / 2 - r->low / 2) / (r->high / 2 - r->low / 2) : 0.5;
}

/* Points of the curve, up to POINTS of them; values that are not finite are left out. */
static int64_t trace_points(const struct evk_sheet_cell *cell, const double box[4],
                            double xy[2 * POINTS])
{
    const int64_t n = cell->item->trace_count, shown = n < POINTS ? n : POINTS;
    int64_t count = 0;

    for (int64_t i = 0; i < shown; i++) {
        const int64_t j = shown > 1 ? i * (n - 1) / (shown - 1) : 0;
        const double v = cell->item->trace[j];

        if (!isfinite(v))
            continue;
        xy[2 * count] = box[0] + box[2] * (n > 1 ? (double)j / (double)(n - 1) : 1);
        xy[2 * count + 1] = box[1] + box[3] * (1 - height_of(&cell->range, v));
        count++;
    }
    return count;
}

/* Its ends are dots; the ends of the scale are hairlines, labelled outside of them. */
static void draw_trace(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell)
{
    const double strip = g->whole ? floor(g->tiny * 1.2 + 0.5) : g->tiny * 1.2;
    const double x = cell->x + g->trace_x, high = cell->y + strip;
    const double low = cell->y + g->image_h - strip, dot = g->text * 0.2;
    const double box[4] = {x + dot, high + dot, g->trace_w - 2 * dot, low - high - 2 * dot};
    const struct evk_text_style label = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .width = g->trace_w};
    double xy[2 * POINTS];
    char text[EVK_REAL_TEXT];
    int64_t count;

    if (!(cell->range.low <= cell->range.high) || box[3] <= 0)
        return;
    evk_canvas_rect(c, x, high - g->hair, g->trace_w, g->hair, EVK_SHEET_LIGHT);
    evk_canvas_rect(c, x, low, g->trace_w, g->hair, EVK_SHEET_LIGHT);
    if (cell->labelled) {
        evk_canvas_text(c, x, high - g->tiny * 0.3, on_scale(cell, cell->range.high, text), &label);
        evk_canvas_text(c, x, low + g->tiny, on_scale(cell, cell->range.low, text), &label);
    }
    count = cell->item->trace ? trace_points(cell, box, xy) : 0;
    if (count == 0)
        return;
    evk_canvas_line(c, xy, count, g->text * 0.11, EVK_SHEET_CURVE);
    evk_canvas_disc(c, xy[0], xy[1], dot * 0.7, EVK_SHEET_CURVE);
    evk_canvas_disc(c, xy[2 * count - 2], xy[2 * count - 1], dot, EVK_SHEET_CURVE);
}

/* ---- captions --------------------------------------------------------------------------------- */

/* Small text that ends at the right edge, if there is room for it. */
static bool draw_right(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell, double y, double room, const char *text)
{
    const struct evk_text_style style = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .align = EVK_RIGHT};

    if (evk_canvas_text_width(c, text, &style) > room)
        return false;
    evk_canvas_text(c, cell->x + g->inner_w, y, text, &style);
    return true;
}

/* The neuron and, in a wide cell, the first and last value of the trace: "0.31 -> 12.4". */
static void draw_name(struct evk_canvas *c, const struct evk_sheet_grid *g,
                      const struct evk_sheet_cell *cell, double y)
{
    const struct evk_sheet_item *it = cell->item;
    const struct evk_text_style style = {.size = g->text,
                                         .colour = cell->best ? EVK_SHEET_DARK : EVK_SHEET_GREY,
                                         .width = g->inner_w,
                                         .cut = EVK_CUT_MIDDLE};
    const double width =
        evk_canvas_text(c, cell->x, y, it->caption ? it->caption : it->neuron, &style);
    char from[EVK_REAL_TEXT], to[EVK_REAL_TEXT], both[2 * EVK_REAL_TEXT + 8];

    if (!it->trace || it->trace_count < 1 || g->inner_w < 16 * g->text)
        return;
    snprintf(both, sizeof(both), "%s \xE2\x86\x92 %s", on_scale(cell, it->trace[0], from),
             on_scale(cell, it->trace[it->trace_count - 1], to));
    draw_right(c, g, cell, y, g->inner_w - width - g->text * 0.5, both);
}

/* The response, which start, and which stimulus: as if all responses were wide, for even rows. */
static void draw_response(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell, double y)
{
    const struct evk_sheet_item *it = cell->item;
    const struct evk_text_style style = {
        .size = g->text, .bold = true, .colour = EVK_SHEET_DARK, .width = g->inner_w};
    const double widest = evk_canvas_text_width(c, "0.00000", &style);
    char start[32] = "", both[96], text[EVK_REAL_TEXT];
    double width = 0;

    if (!isnan(it->response))
        width = evk_canvas_text(c, cell->x, y, evk_sheet_number(it->response, it->response, 4, text), &style);
    if (it->start >= 0)
        snprintf(start, sizeof(start), "start %lld", (long long)it->start);
    snprintf(both, sizeof(both), "%s%s%.60s", start, *start ? " \xC2\xB7 " : "", it->id);
    if (!draw_right(c, g, cell, y, g->inner_w - fmax(width, widest), both))
        draw_right(c, g, cell, y, g->inner_w - width - g->text * 0.5, start);
}

static void draw_label(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell, double y)
{
    const struct evk_text_style style = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .width = g->inner_w, .cut = EVK_CUT_MIDDLE};

    evk_canvas_text(c, cell->x, y, cell->item->label, &style);
}

static void draw_captions(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell)
{
    const struct evk_sheet_item *it = cell->item;
    const struct evk_text_style style = {
        .size = g->text, .colour = WARNING, .width = g->inner_w, .cut = EVK_CUT_MIDDLE};
    const double y = cell->y + g->image_h;

    if (it->label) {
        draw_label(c, g, cell, y + 1.3 * g->text);
        return;
    }
    draw_name(c, g, cell, y + 1.3 * g->text);
    draw_response(c, g, cell, y + 2.5 * g->text);
    if (it->remark || (!it->present && !it->curves))
        evk_canvas_text(c, cell->x, y + 3.6 * g->text, it->remark ? it->remark : "no image",
                        &style);
}

void evk_sheet_draw_cell(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_cell *cell)
{
    if (cell->item->curves)
        evk_sheet_draw_curves(c, g, cell);
    else
        draw_image(c, g, cell);
    if (g->trace_w > 0 && !cell->item->label)
        draw_trace(c, g, cell);
    if (g->text > 0)
        draw_captions(c, g, cell);
}
