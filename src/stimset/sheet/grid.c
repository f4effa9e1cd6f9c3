/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.c - the layout of a contact sheet */
#include "stimset/sheet/grid.h"

#include <math.h>

enum {
    SCREEN_PIXELS = 38000000, /* pixels of a page, which take seconds to compress */
    SCREEN_SIDE = 29000,      /* pixels of a side of a page */
    /* Pixels of the longer side of an image on a screen: */
    LEGIBLE = 40,  /* the smallest that an image with a caption becomes */
    GROWN = 128,   /* small images with captions are enlarged up to this */
    SMALLEST = 2,  /* the smallest that an image without a caption becomes */
    BARE = 64,     /* small images without captions are enlarged up to this */
    LARGEST = 1024 /* larger images are reduced to this */
};

static const double shape = 1.6; /* width over height of a screen */

/*
 * The type of a medium: text is between least and most in size, and small text is not below tiny.
 */
struct medium {
    double least, most, tiny;
    bool whole; /* lengths are whole: pixels */
};

static const struct medium screen = {9, 11, 8, true};
static const struct medium paper = {5.5, 8, 4.6, false};

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Rounds a length where the medium has whole ones. */
static double snap(const struct medium *m, double x)
{
    return m->whole ? floor(x + 0.5) : x;
}

/* Returns about how wide a response and an id are beside each other: letters are 0.6 of their size. */
static double id_width(const struct evk_sheet_grid *g, const struct evk_sheet_order *o)
{
    return (o->responses ? 5 * g->text : 0) + 0.6 * g->tiny * (double)o->longest_id;
}

/* Set the sizes of text and of a cell from g->image_w and g->image_h. */
static void set_cell(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                     const struct medium *m, bool captions)
{
    const double text = snap(m, clamp(g->image_w / 10, m->least, m->most));
    double gap = snap(m, text * 0.45), foot = 0;

    g->text = captions ? text : 0;
    g->tiny = snap(m, clamp(text * 0.82, m->tiny, m->most));
    g->trace_w =
        captions && o->traces ? snap(m, clamp(g->image_w * 0.65, 3.6 * g->tiny, 7 * g->text)) : 0;
    g->trace_x = g->image_w + snap(m, text * 0.6);
    g->inner_w = g->trace_w > 0 ? g->trace_x + g->trace_w : g->image_w;
    if (captions) {
        if (g->inner_w < 8 * text)
            g->inner_w = snap(m, 8 * text);
        g->ids_below = id_width(g, o) > g->inner_w;
        foot = snap(m, (2.7 + (o->remarks ? 1.1 : 0) + (g->ids_below ? 1 : 0)) * text);
        gap = snap(m, clamp(g->image_w * 0.13, text, 1.6 * text));
    }
    g->inner_h = g->image_h + foot;
    g->cell_w = g->inner_w + gap;
    g->cell_h = g->inner_h + gap;
    g->rule = m->whole ? floor(gap / 2) : gap / 2;
}

/* ---- lines ----------------------------------------------------------------------------------- */

void evk_sheet_begin(struct evk_sheet_place *p, int64_t need, int64_t lines)
{
    if (p->line > 0 && p->line + need > lines && need <= lines)
        *p = (struct evk_sheet_place){p->column + 1, 0};
}

struct evk_sheet_place evk_sheet_next(struct evk_sheet_place *p, int64_t lines)
{
    if (p->line >= lines)
        *p = (struct evk_sheet_place){p->column + 1, 0};
    return (struct evk_sheet_place){p->column, p->line++};
}

static int64_t ceil_div(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

/* Returns the number of lines that neuron k takes. */
static int64_t lines_of(const struct evk_sheet_order *o, int64_t k, int64_t per_line)
{
    return ceil_div(o->cell[k + 1] - o->cell[k], per_line);
}

/* Returns the number of columns that all neurons take, where a column has `lines` lines. */
static int64_t count_columns(const struct evk_sheet_order *o, int64_t per_line, int64_t lines)
{
    struct evk_sheet_place p = {0, 0};

    for (int64_t k = 0; k < o->neurons; k++) {
        const int64_t need = lines_of(o, k, per_line);

        evk_sheet_begin(&p, need, lines);
        p.line += need;
        p.column += (p.line - 1) / lines;
        p.line -= (p.line - 1) / lines * lines;
    }
    return p.column + 1;
}

/* Returns the number of lines that all neurons take, at least 1. */
static int64_t count_lines(const struct evk_sheet_order *o, int64_t per_line)
{
    int64_t n = 0;

    for (int64_t k = 0; k < o->neurons; k++)
        n += lines_of(o, k, per_line);
    return n > 0 ? n : 1;
}

/*
 * Returns the cells of a line: most at most, such that the longest neuron has lines of about one
 * length.
 */
static int64_t even(int64_t longest, int64_t most)
{
    const int64_t n = longest > 0 ? longest : 1;

    return n <= most ? n : ceil_div(n, ceil_div(n, most > 0 ? most : 1));
}

/* ---- a screen -------------------------------------------------------------------------------- */

/* Returns the width of a number of columns, with the gap after the last cell. */
static double width_of(const struct evk_sheet_grid *g, int64_t columns)
{
    return (double)columns * g->column_w - (g->column_w - (double)g->per_line * g->cell_w);
}

/* Choose the number of columns with which the page comes closest to the shape of a screen. */
static void choose_columns(struct evk_sheet_grid *g, const struct evk_sheet_order *o)
{
    const int64_t total = count_lines(o, g->per_line);
    const int64_t about = (int64_t)sqrt(shape * (double)total * g->cell_h / g->column_w);
    const int64_t least = about - 3 < 1 ? 1 : about - 3 < total ? about - 3 : total;
    double best = INFINITY;

    for (int64_t n = least; n <= about + 3 && n <= total; n++) {
        int64_t lines = ceil_div(total, n), columns;
        double ratio, score;

        while ((columns = count_columns(o, g->per_line, lines)) > n)
            lines++;
        ratio = width_of(g, columns) / ((double)lines * g->cell_h) / shape;
        /* An empty share of the cells counts as much as an equal error of the shape. */
        score = (ratio < 1 ? 1 / ratio : ratio) * (double)(columns * lines) / (double)total;
        if (score < best) {
            best = score;
            g->columns = columns;
            g->lines = lines;
        }
    }
}

static bool fits_screen(double wide, double high)
{
    return wide <= SCREEN_SIDE && high <= SCREEN_SIDE && wide * high <= SCREEN_PIXELS;
}

bool evk_sheet_grid_extend(struct evk_sheet_grid *g, double height)
{
    if (!fits_screen(g->page_w, g->page_h + height))
        return false;
    g->page_h += height;
    return true;
}

/* Lay the page out for the size of images in g; false where the page would be too large. */
static bool try_screen(struct evk_sheet_grid *g, const struct evk_sheet_order *o, bool captions)
{
    const double cells = (double)o->cell[o->neurons];
    const double unit = captions ? screen.most : 6, margin = 24;
    double wide;

    set_cell(g, o, &screen, captions);
    if (cells * g->cell_w * g->cell_h > SCREEN_PIXELS)
        return false;
    wide = sqrt(shape * cells * g->cell_w * g->cell_h);
    g->per_line = even(o->longest, (int64_t)(fmax(wide, 1900) / g->cell_w));
    g->column_w = (double)g->per_line * g->cell_w + (g->per_line > 1 ? 2 * unit : 0);
    choose_columns(g, o);
    g->pages = 1;
    g->page_w = fmax(width_of(g, g->columns) - (g->cell_w - g->inner_w), 600) + 2 * margin;
    g->title = snap(&screen, clamp(g->page_w / 90, 16, 32));
    g->left = margin;
    g->top = margin + snap(&screen, 3.6 * g->title);
    g->page_h = g->top + (double)g->lines * g->cell_h - (g->cell_h - g->inner_h) + margin;
    return fits_screen(g->page_w, g->page_h);
}

/*
 * Find the largest scale of images with which the page fits: whole numbers first, down from the one
 * that makes the longer side range[1] pixels, then fractions, down to a longer side of range[0]
 * pixels.  false: no scale fits.
 */
static bool fit_screen(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                       const int64_t sides[2], const double range[2], bool captions)
{
    const double side = (double)(sides[0] > sides[1] ? sides[0] : sides[1]);
    double scale = fmax(floor(range[1] / side), fmin(1, LARGEST / side));

    while (scale >= 1 || side * scale >= range[0]) {
        g->image_h = fmax(floor((double)sides[0] * scale + 0.5), 1);
        g->image_w = fmax(floor((double)sides[1] * scale + 0.5), 1);
        if (try_screen(g, o, captions))
            return true;
        scale = scale > 1 ? scale - 1 : scale * 0.97;
    }
    return false;
}

evk_status evk_sheet_grid_screen(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                                 const int64_t sides[2], evk_error *err)
{
    static const double captioned[] = {LEGIBLE, GROWN}, bare[] = {SMALLEST, BARE};

    *g = (struct evk_sheet_grid){.whole = true, .hair = 1};
    if (fit_screen(g, o, sides, captioned, true) || fit_screen(g, o, sides, bare, false))
        return EVK_OK;
    return evk_fail(err, EVK_EUNSUPPORTED,
                    "%lld stimuli are too many for one image; a PDF holds them",
                    (long long)o->cell[o->neurons]);
}

/* ---- paper ----------------------------------------------------------------------------------- */

static const double a4[2] = {841.89, 595.28}, sheet_margin = 30, sheet_head = 38;
enum {
    /* Points of the longer side of an image on paper: */
    LARGE = 250, /* largest on a sheet of one page */
    MEDIUM =
        66, /* largest on a sheet of several pages, smallest with which lines of a neuron break */
    SMALL = 42, /* smallest with which a neuron may fill one line */
    LONG = 12   /* neurons with more items may take several lines, for larger images */
};

/* Lay the sheet out with images whose longer side has `points`; returns the number of pages. */
static int64_t try_paper(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                         const int64_t sides[2], double points)
{
    const double side = (double)(sides[0] > sides[1] ? sides[0] : sides[1]);
    const double wide = a4[0] - 2 * sheet_margin, high = a4[1] - 2 * sheet_margin - sheet_head;
    double rest;

    g->image_h = (double)sides[0] * points / side;
    g->image_w = (double)sides[1] * points / side;
    set_cell(g, o, &paper, true);
    g->per_line = even(o->longest, (int64_t)fmax((wide + g->cell_w - g->inner_w) / g->cell_w, 1));
    g->column_w = (double)g->per_line * g->cell_w + (g->per_line > 1 ? 2 * g->text : 0);
    g->columns = (int64_t)fmax(
        (wide + g->column_w - width_of(g, 1) + g->cell_w - g->inner_w) / g->column_w, 1);
    rest = high + g->cell_h - g->inner_h;
    g->lines = (int64_t)fmax(rest / g->cell_h, 1);
    g->pages = ceil_div(count_columns(o, g->per_line, g->lines), g->columns);
    return g->pages;
}

/* Returns the lines of the longest column of a sheet of one page. */
static int64_t lines_in_use(const struct evk_sheet_grid *g, const struct evk_sheet_order *o)
{
    int64_t lines = 1;

    while (lines < g->lines && count_columns(o, g->per_line, lines) > g->columns)
        lines++;
    return lines;
}

/*
 * Spread the cells of a sheet of one page over it, by up to two thirds of their size: cells that are
 * farther from each other would not look like one table.
 */
static void spread(struct evk_sheet_grid *g, const struct evk_sheet_order *o)
{
    const double high = a4[1] - 2 * sheet_margin - sheet_head + g->cell_h - g->inner_h;

    const double wide = a4[0] - 2 * sheet_margin + g->cell_w - g->inner_w;
    const int64_t columns = count_columns(o, g->per_line, g->lines);
    const double wider = fmin(wide / width_of(g, columns), 5.0 / 3);

    g->columns = columns;
    g->lines = lines_in_use(g, o);
    g->cell_h = fmin(high / (double)g->lines, g->cell_h * 5 / 3);
    if (wider > 1) {
        g->cell_w *= wider;
        g->column_w *= wider;
    }
}

/* Spread the cells of a full page over it; the last page has the same distances. */
static void justify(struct evk_sheet_grid *g)
{
    const double wide = a4[0] - 2 * sheet_margin + g->cell_w - g->inner_w;
    const double high = a4[1] - 2 * sheet_margin - sheet_head + g->cell_h - g->inner_h;
    const double spare = wide - width_of(g, g->columns);

    g->cell_h = high / (double)g->lines;
    if (g->columns > 1)
        g->column_w += spare / (double)(g->columns - 1);
    else
        g->cell_w += spare / (double)g->per_line;
}

/*
 * One page, with images as large as possible, is tried first; then several pages, with images so
 * large that the longest neuron fills a line, if they are then large enough to be seen.
 */
void evk_sheet_grid_paper(struct evk_sheet_grid *g, const struct evk_sheet_order *o,
                          const int64_t sides[2])
{
    int points;

    *g = (struct evk_sheet_grid){.page_w = a4[0],
                                 .page_h = a4[1],
                                 .left = sheet_margin,
                                 .top = sheet_margin + sheet_head,
                                 .title = 11,
                                 .hair = 0.4};
    for (points = LARGE; points >= SMALL; points--)
        if (try_paper(g, o, sides, points) == 1 &&
            (g->per_line >= o->longest || (o->longest > LONG && points > MEDIUM)))
            break;
    if (points >= SMALL) {
        spread(g, o);
        return;
    }
    for (points = MEDIUM; points >= SMALL; points--) {
        try_paper(g, o, sides, points);
        if (g->per_line >= o->longest)
            break;
    }
    if (points < SMALL)
        try_paper(g, o, sides, (SMALL + MEDIUM) / 2.0);
    if (g->pages > 1)
        justify(g);
    else
        spread(g, o);
}
