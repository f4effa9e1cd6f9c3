/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.c - a small plot of a contact sheet */
#include "stimset/sheet/plot.h"

#include <math.h>

enum { POINTS = 256 }; /* the largest number of points of a curve */

/* ---- numbers --------------------------------------------------------------------------------- */

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

const char *evk_sheet_on_scale(const struct evk_sheet_range *r, double v, char text[EVK_REAL_TEXT])
{
    return evk_sheet_number(v, fmax(fabs(r->low), fabs(r->high)), 3, text);
}

struct evk_sheet_range evk_sheet_range_new(void)
{
    return (struct evk_sheet_range){INFINITY, -INFINITY, 0};
}

void evk_sheet_range_add(struct evk_sheet_range *r, double place, double value)
{
    r->last = fmax(r->last, place);
    if (!isfinite(value))
        return;
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

/* ---- axes ------------------------------------------------------------------------------------ */

/* Returns the height of a label. */
static double strip(const struct evk_sheet_grid *g)
{
    return g->whole ? floor(g->tiny * 1.2 + 0.5) : g->tiny * 1.2;
}

/* Returns the radius of the dot at the end of a curve. */
static double dot(const struct evk_sheet_grid *g)
{
    return g->text * 0.2;
}

bool evk_sheet_plot_is_drawn(const struct evk_sheet_plot *p, const struct evk_sheet_grid *g)
{
    return p->range.low <= p->range.high && p->h - 2 * strip(g) - 2 * dot(g) > 0;
}

void evk_sheet_draw_axes(struct evk_canvas *c, const struct evk_sheet_grid *g,
                         const struct evk_sheet_plot *p, bool labelled)
{
    const struct evk_text_style label = {.size = g->tiny, .colour = EVK_SHEET_GREY, .width = p->w};
    const double high = p->y + strip(g), low = p->y + p->h - strip(g);
    char text[EVK_REAL_TEXT];

    evk_canvas_rect(c, p->x, high - g->hair, p->w, g->hair, EVK_SHEET_LIGHT);
    evk_canvas_rect(c, p->x, low, p->w, g->hair, EVK_SHEET_LIGHT);
    if (!labelled)
        return;
    evk_canvas_text(c, p->x, high - g->tiny * 0.3,
                    evk_sheet_on_scale(&p->range, p->range.high, text), &label);
    evk_canvas_text(c, p->x, low + g->tiny, evk_sheet_on_scale(&p->range, p->range.low, text),
                    &label);
}

/* ---- curves ---------------------------------------------------------------------------------- */

/* Returns the height of a value in the range, from 0 to 1; 0.5 where the ends are equal. */
static double height_of(const struct evk_sheet_range *r, double v)
{
    return r->high > r->low ? (v / 2 - r->low / 2) / (r->high / 2 - r->low / 2) : 0.5;
}

void evk_sheet_draw_curve(struct evk_canvas *c, const struct evk_sheet_grid *g,
                          const struct evk_sheet_plot *p, const double *places,
                          const double *values, int64_t count, uint32_t colour)
{
    const double r = dot(g), left = p->x + r, wide = p->w - 2 * r;
    const double top = p->y + strip(g) + r, high = p->h - 2 * strip(g) - 2 * r;
    const int64_t shown = count < POINTS ? count : POINTS;
    double xy[2 * POINTS];
    int64_t n = 0;

    for (int64_t i = 0; i < shown; i++) {
        const int64_t j = shown > 1 ? i * (count - 1) / (shown - 1) : 0;
        const double place = places ? places[j] : (double)j;

        if (!isfinite(values[j]))
            continue;
        xy[2 * n] = left + wide * (p->range.last > 0 ? place / p->range.last : 1);
        xy[2 * n + 1] = top + high * (1 - height_of(&p->range, values[j]));
        n++;
    }
    if (n == 0)
        return;
    evk_canvas_line(c, xy, n, g->text * 0.11, colour);
    evk_canvas_disc(c, xy[0], xy[1], r * 0.7, colour);
    evk_canvas_disc(c, xy[2 * n - 2], xy[2 * n - 1], r, colour);
}
