/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cell.c - one cell of a contact sheet: an image or a figure, its response trace and its captions
 */
#include "stimset/sheet/cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

/* 0xRRGGBB: frames and texts of remarks, and the place of an image that there is not. */
enum { WARNING = 0xC2410C, EMPTY = 0xF7F7F7 };

struct evk_sheet_range evk_sheet_range(const struct evk_sheet *s, const int64_t *items,
                                       int64_t count)
{
    struct evk_sheet_range r = evk_sheet_range_new();

    for (int64_t i = 0; i < count; i++) {
        const struct evk_sheet_item *it = &s->items[items[i]];

        for (int64_t j = 0; it->trace && j < it->trace_count; j++)
            evk_sheet_range_add(&r, (double)j, it->trace[j]);
    }
    return r;
}

/* ---- the image ------------------------------------------------------------------------------- */

/*
 * Draw a frame around an image, thick where the item has a remark.  It also covers the blurred edge
 * that viewers of PDFs give to an enlarged image.
 */
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

/*
 * Draw the image in a box at the upper left of the cell, as large as the box allows and at its lower
 * left; an empty frame where there is no image.
 */
static void draw_image(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell, double box_w, double box_h)
{
    const struct evk_pixels *p = cell->pixels;
    double scale, w, h, y;

    if (!p) {
        evk_canvas_rect(c, cell->x, cell->y, box_w, box_h, EMPTY);
        draw_frame(c, g, cell, cell->y, box_w, box_h);
        return;
    }
    scale = fmin(box_w / (double)p->width, box_h / (double)p->height);
    if (g->whole && scale > 1)
        scale = floor(scale);
    w = (double)p->width * scale;
    h = (double)p->height * scale;
    if (g->whole) {
        w = fmax(floor(w + 0.5), 1);
        h = fmax(floor(h + 0.5), 1);
    }
    y = cell->y + box_h - h;
    evk_canvas_image(c, p, cell->x, y, w, h);
    draw_frame(c, g, cell, y, w, h);
}

/* ---- the trace ------------------------------------------------------------------------------- */

/* Draw the response trace, whose ends are dots, between two hairlines at the ends of the scale. */
static void draw_trace(struct evk_canvas *c, const struct evk_sheet_grid *g,
                       const struct evk_sheet_cell *cell)
{
    const struct evk_sheet_plot plot = {cell->x + g->trace_x, cell->y, g->trace_w, g->image_h,
                                        cell->range};

    if (!evk_sheet_plot_is_drawn(&plot, g))
        return;
    evk_sheet_draw_axes(c, g, &plot, cell->labelled);
    if (cell->item->trace)
        evk_sheet_draw_curve(c, g, &plot, NULL, cell->item->trace, cell->item->trace_count,
                             EVK_SHEET_CURVE);
}

/* ---- captions -------------------------------------------------------------------------------- */

/* Draw small text that ends at the right edge of the cell; false: it is wider than room. */
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

/* Draw the neuron or the caption and, in a wide cell, the ends of the trace: "0.31 -> 12.4". */
static void draw_name(struct evk_canvas *c, const struct evk_sheet_grid *g,
                      const struct evk_sheet_cell *cell, double y)
{
    const struct evk_sheet_item *it = cell->item;
    const char *name = it->caption ? it->caption : cell->name;
    struct evk_text_style style = {.size = g->text,
                                   .colour = cell->best ? EVK_SHEET_DARK : EVK_SHEET_GREY,
                                   .width = g->inner_w,
                                   .cut = EVK_CUT_MIDDLE};
    double width;
    char from[EVK_REAL_TEXT], to[EVK_REAL_TEXT], both[2 * EVK_REAL_TEXT + 8];

    if (evk_canvas_text_width(c, name, &style) > g->inner_w)
        style.size = g->tiny;
    if (!g->whole && evk_canvas_text_width(c, name, &style) > g->inner_w)
        style.size = 0.8 * g->tiny; /* paper can be enlarged */
    width = evk_canvas_text(c, cell->x, y, name, &style);
    if (!it->trace || it->trace_count < 1 || g->inner_w < 16 * g->text)
        return;
    snprintf(both, sizeof(both), "%s \xE2\x86\x92 %s",
             evk_sheet_on_scale(&cell->range, it->trace[0], from),
             evk_sheet_on_scale(&cell->range, it->trace[it->trace_count - 1], to));
    draw_right(c, g, cell, y, g->inner_w - width - g->text * 0.5, both);
}

/* Is an id that begins with "stim-" wider than a cell? */
static bool is_wide(struct evk_canvas *c, const struct evk_sheet_grid *g, const char *id)
{
    const struct evk_text_style style = {.size = g->tiny};

    return strncmp(id, "stim-", 5) == 0 && evk_canvas_text_width(c, id, &style) > g->inner_w;
}

/*
 * Draw the response, the number of the start and the stimulus_id; where these do not fit, the id
 * without "stim-", which all have, or else the start alone and the id below.  Whether they fit does not depend on the
 * digits of the response, so that the rows of a sheet look alike.
 */
static void draw_response(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell, double y)
{
    const struct evk_sheet_item *it = cell->item;
    const struct evk_text_style style = {
        .size = g->text, .bold = true, .colour = EVK_SHEET_DARK, .width = g->inner_w};
    const struct evk_text_style id = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .width = g->inner_w, .cut = EVK_CUT_MIDDLE};
    const double widest = isnan(it->response) ? 0 : evk_canvas_text_width(c, "0.00000", &style);
    char start[32] = "", both[96], text[EVK_REAL_TEXT];
    double width = 0;

    if (!isnan(it->response))
        width = evk_canvas_text(c, cell->x, y,
                                evk_sheet_number(it->response, it->response, 4, text), &style);
    if (g->ids_below)
        evk_canvas_text(c, cell->x, y + 1.05 * g->text, it->id + (is_wide(c, g, it->id) ? 5 : 0),
                        &id);
    if (it->start >= 0)
        snprintf(start, sizeof(start), "start %lld", (long long)it->start);
    snprintf(both, sizeof(both), "%s%s%.60s", start, *start ? " \xC2\xB7 " : "", it->id);
    if (!g->ids_below && draw_right(c, g, cell, y, g->inner_w - fmax(width, widest), both))
        return;
    if (!g->ids_below && strncmp(it->id, "stim-", 5) == 0 &&
        draw_right(c, g, cell, y, g->inner_w - fmax(width, widest), it->id + 5))
        return;
    draw_right(c, g, cell, y, g->inner_w - width - g->text * 0.5, start);
}

void evk_sheet_draw_small(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell, bool lower)
{
    const struct evk_text_style style = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .width = g->inner_w, .cut = EVK_CUT_MIDDLE};
    const double half = g->inner_h / 2, foot = g->text > 0 ? 2.7 * g->tiny : 1;
    const double box = fmin(half - foot, g->image_h / 2);
    struct evk_sheet_cell small = *cell;

    small.y += lower ? half : 0;
    if (g->whole)
        small.y = floor(small.y);
    draw_image(c, g, &small, g->image_w / 2, fmax(g->whole ? floor(box) : box, 1));
    if (g->text <= 0)
        return;
    evk_canvas_text(c, cell->x, small.y + box + 1.1 * g->tiny, cell->item->label, &style);
    evk_canvas_text(c, cell->x, small.y + box + 2.2 * g->tiny, cell->item->id, &style);
}

/* Draw what is to be said of the image, smaller where it would be cut. */
static void draw_remark(struct evk_canvas *c, const struct evk_sheet_grid *g,
                        const struct evk_sheet_cell *cell, double y)
{
    const char *remark = cell->item->remark ? cell->item->remark : "no image";
    struct evk_text_style style = {
        .size = g->text, .colour = WARNING, .width = g->inner_w, .cut = EVK_CUT_MIDDLE};

    if (evk_canvas_text_width(c, remark, &style) > g->inner_w)
        style.size = g->tiny;
    evk_canvas_text(c, cell->x, y, remark, &style);
}

static void draw_captions(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell)
{
    const struct evk_sheet_item *it = cell->item;
    const double y = cell->y + g->image_h;

    draw_name(c, g, cell, y + 1.3 * g->text);
    draw_response(c, g, cell, y + 2.5 * g->text);
    if (it->remark || (!it->present && !it->lines))
        draw_remark(c, g, cell, y + (g->ids_below ? 4.6 : 3.6) * g->text);
}

void evk_sheet_draw_cell(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_cell *cell)
{
    if (cell->item->lines)
        evk_sheet_draw_lines(c, g, cell);
    else
        draw_image(c, g, cell, g->image_w, g->image_h);
    if (g->trace_w > 0)
        draw_trace(c, g, cell);
    if (g->text > 0)
        draw_captions(c, g, cell);
}
