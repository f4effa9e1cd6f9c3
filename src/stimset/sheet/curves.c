/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curves.c - the section of a contact sheet that plots the full traces of ascents */
#include "stimset/sheet/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char evk_sheet_section_text[] =
    "The course of each ascent over its iterations; of a neuron's starts, the best is dark";

/* ---- which neurons have full traces ---------------------------------------------------------- */

/* Has any stimulus of the neuron a full trace? */
static bool is_traced(const struct evk_sheet_section *s, int64_t neuron)
{
    for (int64_t i = s->order->first[neuron]; i < s->order->first[neuron + 1]; i++)
        if (s->sheet->items[s->order->item[i]].traced)
            return true;
    return false;
}

/* Read the full traces of a neuron's stimuli, the best first, into s->curves; *count: how many. */
static evk_status read_curves(struct evk_sheet_section *s, int64_t neuron, int64_t *count,
                              evk_error *err)
{
    *count = 0;
    for (int64_t i = s->order->first[neuron];
         i < s->order->first[neuron + 1] && *count < EVK_SECTION_CURVES; i++) {
        const int64_t item = s->order->item[i];

        if (s->sheet->items[item].traced)
            EVK_TRY(s->sheet->curves(s->sheet->arg, item, &s->curves[(*count)++], err));
    }
    return EVK_OK;
}

/*
 * Count neurons with full traces, and the plots of each.  All full traces of a set have the columns
 * of one recipe, so that the first neuron gives the number.
 */
static evk_status count_traced(struct evk_sheet_section *s, evk_error *err)
{
    int64_t count, first = -1;

    for (int64_t k = s->order->neurons; k-- > 0;)
        if (is_traced(s, k)) {
            s->neurons++;
            first = k;
        }
    if (first < 0)
        return EVK_OK;
    EVK_TRY(evk_alloc(&s->curves, EVK_SECTION_CURVES, sizeof(*s->curves), "curves", err));
    EVK_TRY(read_curves(s, first, &count, err));
    s->plots = s->curves[0].count;
    return EVK_OK;
}

evk_status evk_sheet_section_new(struct evk_sheet_section *out, const struct evk_sheet *s,
                                 const struct evk_sheet_order *o, evk_error *err)
{
    *out = (struct evk_sheet_section){.sheet = s, .order = o};
    return count_traced(out, err);
}

void evk_sheet_section_release(struct evk_sheet_section *s)
{
    free(s->curves);
    *s = (struct evk_sheet_section){0};
}

/* ---- where their plots go -------------------------------------------------------------------- */

/* Rounds a length where the grid has whole ones. */
static double snap(const struct evk_sheet_grid *g, double x)
{
    return g->whole ? floor(x + 0.5) : x;
}

/* Set the sizes of plots, and as many neurons side by side as fit into the width of a page. */
static void place_plots(struct evk_sheet_section *s, const struct evk_sheet_grid *g)
{
    const double wide = g->page_w - 2 * g->left, n = (double)s->plots;

    s->gap = snap(g, g->text);
    s->plot_w = floor(fmin(16 * g->text, (wide - (n - 1) * s->gap) / n));
    s->plot_h = snap(g, 9 * g->text);
    s->group_w = n * (s->plot_w + s->gap) + s->gap;
    s->group_h = snap(g, 1.6 * g->text) + s->plot_h + 2 * s->gap;
    s->columns = (int64_t)fmax(floor((wide + 2 * s->gap) / s->group_w), 1);
}

static int64_t ceil_div(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

void evk_sheet_section_screen(struct evk_sheet_section *s, struct evk_sheet_grid *g)
{
    double more;

    if (s->neurons == 0)
        return;
    place_plots(s, g);
    s->lines = ceil_div(s->neurons, s->columns);
    more = snap(g, 2.2 * g->title);
    s->head = g->page_h;
    s->top = g->page_h - g->left + more + s->gap;
    more += (double)s->lines * s->group_h;
    if (g->text <= 0 || !evk_sheet_grid_extend(g, more))
        s->neurons = 0;
}

void evk_sheet_section_paper(struct evk_sheet_section *s, struct evk_sheet_grid *g)
{
    if (s->neurons == 0)
        return;
    place_plots(s, g);
    s->first_page = g->pages;
    s->top = g->top;
    s->lines = (int64_t)fmax(floor((g->page_h - g->left - s->top) / s->group_h), 1);
    g->pages += ceil_div(s->neurons, s->columns * s->lines);
}

/* ---- drawing --------------------------------------------------------------------------------- */

static struct evk_sheet_range range_of(const struct evk_sheet_section *s, int64_t count,
                                       int64_t column)
{
    struct evk_sheet_range r = evk_sheet_range_new();

    for (int64_t i = 0; i < count; i++)
        for (int64_t k = 0; column < s->curves[i].count && k < s->curves[i].points; k++)
            evk_sheet_range_add(&r, s->curves[i].step[k], s->curves[i].value[column][k]);
    return r;
}

/* Plot one column of all full traces of a neuron; the best is drawn last, over the others. */
static void draw_plot(const struct evk_sheet_section *s, struct evk_canvas *c,
                      const struct evk_sheet_grid *g, struct evk_sheet_plot *plot, int64_t count,
                      int64_t column)
{
    const struct evk_text_style name = {
        .size = g->tiny, .colour = EVK_SHEET_GREY, .align = EVK_RIGHT, .width = plot->w * 0.65};

    plot->range = range_of(s, count, column);
    evk_canvas_text(c, plot->x + plot->w, plot->y + g->tiny * 0.9, s->curves[0].name[column],
                    &name);
    if (!evk_sheet_plot_is_drawn(plot, g))
        return;
    evk_sheet_draw_axes(c, g, plot, true);
    for (int64_t i = count; i-- > 0;)
        if (column < s->curves[i].count)
            evk_sheet_draw_curve(c, g, plot, s->curves[i].step, s->curves[i].value[column],
                                 s->curves[i].points, i ? EVK_SHEET_FAINT : EVK_SHEET_CURVE);
}

static evk_status draw_neuron(struct evk_sheet_section *s, struct evk_canvas *c,
                              const struct evk_sheet_grid *g, int64_t neuron, const double at[2],
                              evk_error *err)
{
    const int64_t item = s->order->item[s->order->first[neuron]];
    const struct evk_text_style style = {.size = g->text,
                                         .colour = EVK_SHEET_DARK,
                                         .width = s->group_w - 2 * s->gap,
                                         .cut = EVK_CUT_MIDDLE};
    struct evk_sheet_plot plot = {
        .x = at[0], .y = at[1] + snap(g, 1.6 * g->text), .w = s->plot_w, .h = s->plot_h};
    int64_t count;

    EVK_TRY(read_curves(s, neuron, &count, err));
    evk_canvas_text(c, at[0], at[1] + g->text, s->sheet->items[item].neuron, &style);
    for (int64_t i = 0; i < s->plots && i < s->curves[0].count; i++) {
        draw_plot(s, c, g, &plot, count, i);
        plot.x += s->plot_w + s->gap;
    }
    return EVK_OK;
}

evk_status evk_sheet_section_draw(struct evk_sheet_section *s, struct evk_canvas *c,
                                  const struct evk_sheet_grid *g, int64_t page, evk_error *err)
{
    const struct evk_text_style style = {.size = g->title * 0.65, .colour = EVK_SHEET_GREY};
    const int64_t first = page * s->columns * s->lines, next = first + s->columns * s->lines;
    int64_t n = 0;

    if (s->head > 0)
        evk_canvas_text(c, g->left, s->head, evk_sheet_section_text, &style);
    for (int64_t k = 0; k < s->order->neurons; k++) {
        const int64_t here = n - first, line = here / s->columns;

        if (!is_traced(s, k))
            continue;
        n++;
        if (here >= 0 && n <= next)
            EVK_TRY(draw_neuron(s, c, g, k,
                                (const double[]){g->left + (double)(here % s->columns) * s->group_w,
                                                 s->top + (double)line * s->group_h},
                                err));
    }
    return EVK_OK;
}
