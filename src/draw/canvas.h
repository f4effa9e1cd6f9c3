/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.h - drawing on an image, a PDF of several pages or an SVG
 *
 * The origin is at the top left, y points down; the unit is a pixel of an
 * image, a point (1/72 inch) of a document.  Pages begin white.
 *
 * Drawing does not fail: the first failure is remembered, later drawing does
 * nothing, and evk_canvas_finish reports it.  The same drawing gives the same
 * bytes wherever fonts and libraries are the same: files carry no date.
 *
 * Only one thread draws at a time, whatever the number of canvases.
 */
#ifndef EVK_DRAW_CANVAS_H
#define EVK_DRAW_CANVAS_H

#include "draw/text.h"
#include "format/codec.h"

struct evk_canvas;

enum evk_canvas_kind { EVK_CANVAS_IMAGE, EVK_CANVAS_PDF, EVK_CANVAS_SVG };

enum { EVK_CANVAS_SIDE_MAX = 30000 }; /* pixels of an image; cairo's own limit is 32767 */

/*
 * title is what a PDF says of itself, any bytes.  An image has whole sides of
 * at most EVK_CANVAS_SIDE_MAX, and at most EVK_PIXELS_MAX in all: EVK_EINVAL.
 */
evk_status evk_canvas_new(struct evk_canvas **out, enum evk_canvas_kind kind, double width,
                          double height, const char *title, evk_error *err);
void evk_canvas_free(struct evk_canvas *c); /* accepts NULL */

/* End this page of a PDF and begin another. */
void evk_canvas_next_page(struct evk_canvas *c);

/* The bytes of a PNG, a PDF or an SVG; nothing can be drawn afterwards. */
evk_status evk_canvas_finish(struct evk_canvas *c, struct evk_bytes *out, evk_error *err);

/* Colours are 0xRRGGBB. */
void evk_canvas_rect(struct evk_canvas *c, double x, double y, double width, double height,
                     uint32_t colour);
void evk_canvas_disc(struct evk_canvas *c, double x, double y, double radius, uint32_t colour);

/* A line through count points, x and y in turn. */
void evk_canvas_line(struct evk_canvas *c, const double *xy, int64_t count, double thickness,
                     uint32_t colour);

/*
 * An image into a rectangle.  On an image canvas the rectangle is rounded to
 * whole pixels, at least 1 x 1; an image of that size arrives as it is.
 * Enlarged pixels stay squares, shrunk ones are averaged.  Parts outside the
 * canvas are not drawn.
 */
void evk_canvas_image(struct evk_canvas *c, const struct evk_pixels *p, double x, double y,
                      double width, double height);

enum evk_align { EVK_LEFT, EVK_CENTRE, EVK_RIGHT };

struct evk_text_style {
    double size;
    bool bold;
    uint32_t colour;
    enum evk_align align; /* where x is */
    double width;         /* longer text is shortened with an ellipsis; 0: no limit */
    enum evk_text_cut cut;
};

/*
 * One line of sans-serif text on the baseline y; any bytes (see evk_text_clean).
 * Text that does not fit even as an ellipsis is left out.  Returns its width.
 */
double evk_canvas_text(struct evk_canvas *c, double x, double y, const char *text,
                       const struct evk_text_style *style);

/* The width that evk_canvas_text would need, were style's width without limit. */
double evk_canvas_text_width(struct evk_canvas *c, const char *text,
                             const struct evk_text_style *style);

#endif /* EVK_DRAW_CANVAS_H */
