/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.c - panels that plot recorded against predicted responses, on one image or on pages */
#include "score/figure.h"

#include <math.h>
#include <stdio.h>

#include "base/fs.h"
#include "base/str.h"
#include "draw/canvas.h"

/* Colours, 0xRRGGBB. */
enum { DARK = 0x1F1F1F, GREY = 0x757575, LIGHT = 0xD8D8D8, POINT = 0x3D6F9E, LINE = 0x9E5A3D };

enum { WIDE = 8, PAGE_WIDE = 4, PAGE_HIGH = 5 }; /* panels: side by side on an image, on a page */

/* Sizes of a panel, and of what is in it, as parts of its width. */
static const double high = 1.1, title = 0.075, label = 0.055, plot_left = 0.19, plot_top = 0.22,
                    plot_wide = 0.74, plot_high = 0.72, dot = 0.009, thickness = 0.009;

/* Where panels go. */
struct grid {
    enum evk_canvas_kind kind;
    double panel;         /* width of a panel */
    double margin;        /* around all panels */
    int64_t wide, a_page; /* panels side by side, and on a page */
    double page_w, page_h;
};

/* ---- one panel ------------------------------------------------------------------------------ */

struct range {
    double low, high;
};

static void widen(struct range *r, double value)
{
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

static bool is_drawn(const struct evk_panel *p, int64_t i)
{
    return isfinite(p->x[i]) && isfinite(p->y[i]);
}

static void find_ranges(const struct evk_panel *p, struct range *x, struct range *y)
{
    *x = *y = (struct range){(double)INFINITY, -(double)INFINITY};
    for (int64_t i = 0; i < p->n; i++)
        if (is_drawn(p, i)) {
            widen(x, p->x[i]);
            widen(y, p->y[i]);
        }
}

/* Returns how far a value is from the low end of a range, from 0 to 1; 0.5 where both ends are the
   same. */
static double place(const struct range *r, double value)
{
    return r->high > r->low ? (value / 2 - r->low / 2) / (r->high / 2 - r->low / 2) : 0.5;
}

/* A plot on a canvas: its corner and size, and the ranges along its sides. */
struct plot {
    struct evk_canvas *c;
    double left, top, w, h, unit; /* unit: the width of the panel */
    struct range x, y;
};

static double at_x(const struct plot *p, double x)
{
    return p->left + p->w * place(&p->x, x);
}

static double at_y(const struct plot *p, double y)
{
    return p->top + p->h * (1 - place(&p->y, y));
}

static void draw_number(const struct plot *p, double x, double y, double value,
                        enum evk_align align)
{
    const struct evk_text_style style = {
        .size = label * p->unit, .colour = GREY, .align = align, .width = p->w / 2};
    char text[32];

    snprintf(text, sizeof(text), "%.3g", value);
    evk_canvas_text(p->c, x, y, text, &style);
}

/* Draws the sides of a plot with the numbers at their ends. */
static void draw_axes(const struct plot *p)
{
    const double thin = thickness * p->unit / 2, below = p->top + p->h, size = label * p->unit;

    evk_canvas_rect(p->c, p->left, below, p->w, thin, LIGHT);
    evk_canvas_rect(p->c, p->left - thin, p->top, thin, p->h, LIGHT);
    draw_number(p, p->left, below + 1.3 * size, p->x.low, EVK_LEFT);
    draw_number(p, p->left + p->w, below + 1.3 * size, p->x.high, EVK_RIGHT);
    draw_number(p, p->left - 0.4 * size, p->top + size, p->y.high, EVK_RIGHT);
    draw_number(p, p->left - 0.4 * size, below, p->y.low, EVK_RIGHT);
}

/* Draws the part of the line that is inside the plot. */
static void draw_line(const struct plot *p, const struct evk_panel *panel)
{
    double x[2] = {p->x.low, p->x.high}, xy[4];

    if (!isfinite(panel->slope) || !isfinite(panel->offset))
        return;
    for (int i = 0; i < 2; i++) {
        double y = panel->offset + panel->slope * x[i];
        const double edge = y < p->y.low ? p->y.low : p->y.high;

        if (y < p->y.low || y > p->y.high) {
            x[i] = (edge - panel->offset) / panel->slope;
            y = edge;
        }
        xy[2 * i] = at_x(p, x[i]);
        xy[2 * i + 1] = at_y(p, y);
    }
    evk_canvas_line(p->c, xy, 2, thickness * p->unit, LINE);
}

static void draw_titles(struct evk_canvas *c, const struct evk_panel *panel, double x, double y,
                        double unit)
{
    const struct evk_text_style bold = {.size = title * unit,
                                        .bold = true,
                                        .colour = DARK,
                                        .width = 0.92 * unit,
                                        .cut = EVK_CUT_MIDDLE};
    const struct evk_text_style plain = {
        .size = label * unit, .colour = DARK, .align = EVK_RIGHT, .width = 0.92 * unit};

    evk_canvas_text(c, x, y + title * unit, panel->title, &bold);
    evk_canvas_text(c, x + (plot_left + plot_wide) * unit, y + 0.17 * unit, panel->subtitle,
                    &plain);
}

static void draw_panel(struct evk_canvas *c, const struct evk_panel *panel, double x, double y,
                       double unit)
{
    struct plot p = {.c = c,
                     .left = x + plot_left * unit,
                     .top = y + plot_top * unit,
                     .w = plot_wide * unit,
                     .h = plot_high * unit,
                     .unit = unit};

    draw_titles(c, panel, x, y, unit);
    find_ranges(panel, &p.x, &p.y);
    if (p.x.low > p.x.high)
        return;
    draw_axes(&p);
    for (int64_t i = 0; i < panel->n; i++)
        if (is_drawn(panel, i))
            evk_canvas_disc(c, at_x(&p, panel->x[i]), at_y(&p, panel->y[i]), dot * unit, POINT);
    draw_line(&p, panel);
}

/* ---- all panels ----------------------------------------------------------------------------- */

/* Returns the part of a row's height that the heading takes, in units of the canvas. */
static double heading_high(const struct grid *g)
{
    return 0.15 * g->panel;
}

/* Decides where panels go. */
static void lay_out(struct grid *g, int64_t count)
{
    const bool pages = g->kind == EVK_CANVAS_PDF;
    int64_t rows;

    g->panel = pages ? 132 : 240;
    g->margin = pages ? 30 : 24;
    g->wide = pages ? PAGE_WIDE : count < WIDE ? count : WIDE;
    rows = pages ? PAGE_HIGH : (count + g->wide - 1) / g->wide;
    g->a_page = g->wide * rows;
    g->page_w = 2 * g->margin + (double)(g->wide > 2 ? g->wide : 3) * g->panel;
    g->page_h = floor(2 * g->margin + heading_high(g) + (double)rows * high * g->panel);
}

static void draw_panels(struct evk_canvas *c, const struct grid *g, const struct evk_panel *panels,
                        int64_t count, const char *heading)
{
    const struct evk_text_style style = {
        .size = title * g->panel, .colour = GREY, .width = g->page_w - 2 * g->margin};

    for (int64_t i = 0; i < count; i++) {
        const int64_t at = i % g->a_page;

        if (i && at == 0)
            evk_canvas_next_page(c);
        if (at == 0)
            evk_canvas_text(c, g->margin, g->margin + title * g->panel / 2, heading, &style);
        draw_panel(c, &panels[i], g->margin + (double)(at % g->wide) * g->panel,
                   g->margin + heading_high(g) + (double)(at / g->wide) * high * g->panel,
                   g->panel);
    }
}

static evk_status find_kind(const char *path, enum evk_canvas_kind *out, evk_error *err)
{
    static const char *const png[] = {".png", NULL}, *const pdf[] = {".pdf", NULL},
                             *const svg[] = {".svg", NULL};

    *out = evk_ends_in(path, pdf)   ? EVK_CANVAS_PDF
           : evk_ends_in(path, svg) ? EVK_CANVAS_SVG
                                    : EVK_CANVAS_IMAGE;
    if (*out == EVK_CANVAS_IMAGE && !evk_ends_in(path, png))
        return evk_fail(err, EVK_EINVAL, "%s: expected a name that ends in .png, .pdf or .svg",
                        path);
    return EVK_OK;
}

static evk_status write_canvas(struct evk_canvas *c, const char *path, evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_canvas_finish(c, &file, err));
    s = evk_fs_write(path, file.data, file.size, err);
    evk_bytes_release(&file);
    return s;
}

evk_status evk_figure_draw(const struct evk_panel *panels, int64_t count, const char *heading,
                           const char *path, evk_error *err)
{
    struct evk_canvas *c;
    struct grid g;
    evk_status s;

    EVK_TRY(find_kind(path, &g.kind, err));
    lay_out(&g, count);
    if (g.kind != EVK_CANVAS_PDF && g.page_h > EVK_CANVAS_SIDE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "%s: %lld units are too many for one image, expected a name that ends in "
                        ".pdf",
                        path, (long long)count);
    EVK_TRY(evk_canvas_new(&c, g.kind, g.page_w, g.page_h, heading, err));
    draw_panels(c, &g, panels, count, heading);
    s = write_canvas(c, path, err);
    evk_canvas_free(c);
    return s;
}
