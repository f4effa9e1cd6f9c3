/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.h - drawing on an image, a PDF of several pages or an SVG
 *
 * The origin is at the top left, and y points down.  The unit is a pixel of an
 * image, and a point (1/72 inch) of a document.  Pages are white at first.
 *
 * Drawing functions do not fail: the first failure is remembered, drawing does
 * nothing after it, and evk_canvas_finish reports it.  The same drawing gives the
 * same bytes wherever fonts and libraries are the same, since files carry no
 * date.
 *
 * Only one thread of the process may draw at a time, even on several canvases.
 */
#ifndef EVK_DRAW_CANVAS_H
#define EVK_DRAW_CANVAS_H

#include "draw/text.h"
#include "format/codec.h"

struct evk_canvas;

enum evk_canvas_kind { EVK_CANVAS_IMAGE, EVK_CANVAS_PDF, EVK_CANVAS_SVG };

enum { EVK_CANVAS_SIDE_MAX = 30000 }; /* pixels; cairo's own limit is 32767 */

/*
 * Check that something can be drawn, before work is done whose result will be drawn.
 * EVK_EUNSUPPORTED: the drawing library cannot be loaded.
 */
evk_status evk_canvas_check(evk_error *err);

/*
 * Finds the fonts, which takes milliseconds and is kept for the canvases that follow.  Another
 * thread may call it before the first canvas; it changes no drawing.
 */
void evk_canvas_prepare(void);

/*
 * Make a canvas of this size; evk_canvas_free() frees it.  title is the title in a PDF's metadata;
 * it may be any bytes, and is not used for other kinds.  An image's sides are whole numbers of
 * pixels; a side above EVK_CANVAS_SIDE_MAX, or more than EVK_PIXELS_MAX pixels, is EVK_EINVAL.
 * Other failures are those of evk_canvas_check.
 */
evk_status evk_canvas_new(struct evk_canvas **out, enum evk_canvas_kind kind, double width,
                          double height, const char *title, evk_error *err);

/* Free a canvas.  NULL is fine. */
void evk_canvas_free(struct evk_canvas *c);

/* End the page of a PDF, and begin another one. */
void evk_canvas_next_page(struct evk_canvas *c);

/*
 * End the drawing, and give its file: a PNG, a PDF or an SVG; evk_bytes_release() frees *out.
 * Nothing can be drawn afterwards.  EVK_ENOMEM, or EVK_EINVAL where cairo refuses what was drawn.
 */
evk_status evk_canvas_finish(struct evk_canvas *c, struct evk_bytes *out, evk_error *err);

/*
 * Fill a rectangle, whose upper left corner is at (x, y), or a disc around (x, y).  Colours are
 * 0xRRGGBB.
 */
void evk_canvas_rect(struct evk_canvas *c, double x, double y, double width, double height,
                     uint32_t colour);
void evk_canvas_disc(struct evk_canvas *c, double x, double y, double radius, uint32_t colour);

/* Draw a line through count points; xy holds their x and y in turn. */
void evk_canvas_line(struct evk_canvas *c, const double *xy, int64_t count, double thickness,
                     uint32_t colour);

/*
 * Draw an image into a rectangle, whose upper left corner is at (x, y).  On a canvas that is an
 * image, the rectangle is rounded to whole pixels, at least 1 x 1, and an image of exactly that
 * size is copied unchanged.  Otherwise the image is resampled: where it grows, its pixels become
 * squares, and where it shrinks, they are averaged.  Parts outside the canvas are not drawn.
 */
void evk_canvas_image(struct evk_canvas *c, const struct evk_pixels *p, double x, double y,
                      double width, double height);

/* Which point of a line of text is at x. */
enum evk_align { EVK_LEFT, EVK_CENTRE, EVK_RIGHT };

struct evk_text_style {
    double size; /* size of the font, in units of the canvas */
    bool bold;
    uint32_t colour;
    enum evk_align align;
    double width;          /* wider text is shortened with an ellipsis; 0: no limit */
    enum evk_text_cut cut; /* where the ellipsis goes */
};

/*
 * Draw a line of sans-serif text on the baseline y.  The text may be any bytes: evk_text_clean
 * makes them drawable.  Where not even an ellipsis fits, nothing is drawn.  Returns the width of
 * what was drawn.
 */
double evk_canvas_text(struct evk_canvas *c, double x, double y, const char *text,
                       const struct evk_text_style *style);

/* Returns the width that the text would have without the limit of style->width. */
double evk_canvas_text_width(struct evk_canvas *c, const char *text,
                             const struct evk_text_style *style);

#endif /* EVK_DRAW_CANVAS_H */
