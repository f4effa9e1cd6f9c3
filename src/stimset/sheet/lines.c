/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c - a figure on a contact sheet, where an image would be */
#include "stimset/sheet/cell.h"

static struct evk_sheet_range range_of(const struct evk_sheet_item *it)
{
    struct evk_sheet_range r = evk_sheet_range_new();

    for (int64_t i = 0; i < it->line_count; i++)
        for (int64_t j = 0; j < it->lines[i].count; j++)
            evk_sheet_range_add(&r, it->lines[i].x[j], it->lines[i].y[j]);
    return r;
}

/* Write the largest x, which the right edge stands for, below the plot. */
static void draw_last(struct evk_canvas *c, const struct evk_sheet_grid *g,
                      const struct evk_sheet_plot *p)
{
    const struct evk_text_style style = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .align = EVK_RIGHT, .width = p->w / 2};
    char text[EVK_REAL_TEXT];

    if (g->text > 0)
        evk_canvas_text(c, p->x + p->w, p->y + p->h - g->tiny * 0.2,
                        evk_format_real(p->range.last, text), &style);
}

uint32_t evk_sheet_line_colour(const struct evk_sheet_line *line)
{
    if (line->control)
        return EVK_SHEET_CONTROL;
    return line->falling ? EVK_SHEET_FALLING : EVK_SHEET_CURVE;
}

void evk_sheet_draw_lines(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_cell *cell)
{
    const struct evk_sheet_item *it = cell->item;
    const struct evk_sheet_plot p = {cell->x, cell->y, g->image_w, g->image_h, range_of(it)};

    if (!evk_sheet_plot_is_drawn(&p, g))
        return;
    evk_sheet_draw_axes(c, g, &p, g->text > 0);
    draw_last(c, g, &p);
    for (int64_t i = 0; i < it->line_count; i++)
        evk_sheet_draw_curve(c, g, &p, it->lines[i].x, it->lines[i].y, it->lines[i].count,
                             evk_sheet_line_colour(&it->lines[i]));
}
