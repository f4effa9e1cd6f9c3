/* SPDX-License-Identifier: GPL-3.0-or-later */
/* canvas.c - drawing on an image, a PDF or an SVG; no other file calls cairo's functions */
#include "draw/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "draw/cairo.h"
#include "draw/resample.h"
#include "draw/svg_ids.h"

/* The most pixels of an image that a document keeps for a point of paper: 288 an inch. */
static const double density = 4.0;

struct evk_canvas {
    struct evk_cairo cairo;
    enum evk_canvas_kind kind;
    double width, height;
    uint32_t *data; /* (height, width) pixels 0xRRGGBB of an image; NULL: a document */
    cairo_surface_t *surface;
    cairo_t *cr;
    cairo_font_face_t *face[2]; /* plain, bold */
    struct evk_str file;        /* the bytes of a document so far */
    struct evk_str text, cut;   /* the text that is being drawn, and its shortened form */
    evk_status status;          /* the first failure */
    evk_error why;              /* message of the first failure */
};

static evk_status draw_fail(const struct evk_canvas *c, cairo_status_t status, evk_error *err)
{
    if (status == CAIRO_STATUS_NO_MEMORY || status == CAIRO_STATUS_WRITE_ERROR)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a drawing");
    return evk_fail(err, EVK_EINVAL, "cannot draw: %s", c->cairo.status_to_string(status));
}

/* ---- beginning and end ----------------------------------------------------------------------- */

/* cairo calls this with the next bytes of a document. */
static cairo_status_t keep_bytes(void *file, const unsigned char *data, unsigned size)
{
    struct evk_str *f = file;

    evk_str_add(f, data, size);
    return f->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static evk_status open_image(struct evk_canvas *c, evk_error *err)
{
    const double w = c->width, h = c->height;

    if (!(w >= 1 && h >= 1 && w <= EVK_CANVAS_SIDE_MAX && h <= EVK_CANVAS_SIDE_MAX &&
          w * h <= EVK_PIXELS_MAX))
        return evk_fail(err, EVK_EINVAL,
                        "a drawing of %.0f x %.0f pixels, expected 1 to %d a side and at most %d "
                        "in all",
                        w, h, EVK_CANVAS_SIDE_MAX, EVK_PIXELS_MAX);
    EVK_TRY(evk_alloc(&c->data, (int64_t)w * (int64_t)h, sizeof(*c->data), "a drawing", err));
    c->surface = c->cairo.image_surface_create_for_data(
        (unsigned char *)c->data, CAIRO_FORMAT_RGB24, (int)w, (int)h, (int)w * 4);
    return EVK_OK;
}

/*
 * An empty date keeps cairo from writing the time of day.  The version is PDF 1.4, which every
 * printer reads, and people can read it too: later versions compress the objects of the file.
 */
static evk_status open_document(struct evk_canvas *c, const char *title, evk_error *err)
{
    if (c->kind == EVK_CANVAS_SVG) {
        c->surface =
            c->cairo.svg_surface_create_for_stream(keep_bytes, &c->file, c->width, c->height);
        return EVK_OK;
    }
    evk_text_clean(&c->text, title);
    EVK_TRY(evk_str_check(&c->text, err));
    c->surface = c->cairo.pdf_surface_create_for_stream(keep_bytes, &c->file, c->width, c->height);
    c->cairo.pdf_surface_restrict_to_version(c->surface, CAIRO_PDF_VERSION_1_4);
    c->cairo.pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    c->cairo.pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_TITLE, c->text.data);
    return EVK_OK;
}

/*
 * Choose how text is drawn, whatever the desktop's settings are: with grey edges, and on an image
 * with letters that advance by whole pixels.
 */
static void set_font(struct evk_canvas *c)
{
    const bool image = c->kind == EVK_CANVAS_IMAGE;
    cairo_font_options_t *o = c->cairo.font_options_create();

    c->cairo.font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    c->cairo.font_options_set_hint_style(o,
                                         image ? CAIRO_HINT_STYLE_SLIGHT : CAIRO_HINT_STYLE_NONE);
    c->cairo.font_options_set_hint_metrics(o,
                                           image ? CAIRO_HINT_METRICS_ON : CAIRO_HINT_METRICS_OFF);
    c->cairo.set_font_options(c->cr, o);
    c->cairo.font_options_destroy(o);
    for (int bold = 0; bold < 2; bold++)
        c->face[bold] =
            c->cairo.toy_font_face_create("sans-serif", CAIRO_FONT_SLANT_NORMAL,
                                          bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
}

static void begin_page(struct evk_canvas *c)
{
    evk_canvas_rect(c, 0, 0, c->width, c->height, 0xFFFFFF);
}

evk_status evk_canvas_check(evk_error *err)
{
    struct evk_cairo cairo;

    return evk_cairo_load(&cairo, err);
}

void evk_canvas_prepare(void)
{
    struct evk_canvas *c;

    if (evk_canvas_new(&c, EVK_CANVAS_IMAGE, 1, 1, "", NULL))
        return; /* the drawing itself will say why */
    for (int bold = 0; bold < 2; bold++)
        (void)evk_canvas_text_width(c, "0", &(struct evk_text_style){.size = 10, .bold = bold});
    evk_canvas_free(c);
}

evk_status evk_canvas_new(struct evk_canvas **out, enum evk_canvas_kind kind, double width,
                          double height, const char *title, evk_error *err)
{
    struct evk_cairo cairo;
    struct evk_canvas *c;
    evk_status s;

    EVK_TRY(evk_cairo_load(&cairo, err));
    EVK_TRY(evk_alloc(&c, 1, sizeof(*c), "a drawing", err));
    *c = (struct evk_canvas){.cairo = cairo,
                             .kind = kind,
                             .width = width,
                             .height = height,
                             .file = EVK_STR_INIT,
                             .text = EVK_STR_INIT,
                             .cut = EVK_STR_INIT};
    s = kind == EVK_CANVAS_IMAGE ? open_image(c, err) : open_document(c, title, err);
    if (!s && c->cairo.surface_status(c->surface))
        s = draw_fail(c, c->cairo.surface_status(c->surface), err);
    if (s) {
        evk_canvas_free(c);
        return s;
    }
    c->cr = c->cairo.create(c->surface);
    set_font(c);
    begin_page(c);
    *out = c;
    return EVK_OK;
}

void evk_canvas_free(struct evk_canvas *c)
{
    if (!c)
        return;
    for (int bold = 0; bold < 2; bold++)
        c->cairo.font_face_destroy(c->face[bold]);
    c->cairo.destroy(c->cr);
    c->cairo.surface_destroy(c->surface);
    evk_str_release(&c->file);
    evk_str_release(&c->text);
    evk_str_release(&c->cut);
    free(c->data);
    free(c);
}

void evk_canvas_next_page(struct evk_canvas *c)
{
    c->cairo.show_page(c->cr);
    begin_page(c);
}

/*
 * Encode an image as a PNG.  Four bytes for a pixel become three in place, which works since the
 * bytes written are never ahead of those still to be read.
 */
static evk_status encode_image(struct evk_canvas *c, struct evk_bytes *out, evk_error *err)
{
    unsigned char *to = (unsigned char *)c->data;
    const struct evk_pixels p = {(int64_t)c->height, (int64_t)c->width, 3, to};

    for (int64_t i = 0; i < p.height * p.width; i++) {
        const uint32_t v = c->data[i];

        to[3 * i] = (unsigned char)(v >> 16);
        to[3 * i + 1] = (unsigned char)(v >> 8);
        to[3 * i + 2] = (unsigned char)v;
    }
    return evk_png_encode_quickly(out, &p, err);
}

/* Give the bytes of a document to the caller. */
static evk_status take_file(struct evk_canvas *c, struct evk_bytes *out, evk_error *err)
{
    struct evk_str svg = EVK_STR_INIT;
    evk_status s;

    if (c->kind == EVK_CANVAS_SVG) {
        s = evk_svg_number_ids(&svg, c->file.data, err);
        evk_str_release(&c->file);
        c->file = svg;
        EVK_TRY(s);
    }
    *out = (struct evk_bytes){(unsigned char *)c->file.data, c->file.size};
    c->file = (struct evk_str)EVK_STR_INIT;
    return EVK_OK;
}

evk_status evk_canvas_finish(struct evk_canvas *c, struct evk_bytes *out, evk_error *err)
{
    cairo_status_t status = c->cairo.status(c->cr);

    if (c->kind == EVK_CANVAS_PDF && !status)
        c->cairo.show_page(c->cr);
    c->cairo.surface_finish(c->surface);
    if (!status)
        status = c->cairo.surface_status(c->surface);
    if (c->status)
        return evk_fail(err, c->status, "%s", c->why.msg);
    if (status)
        return draw_fail(c, status, err);
    return c->kind == EVK_CANVAS_IMAGE ? encode_image(c, out, err) : take_file(c, out, err);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

static void set_colour(struct evk_canvas *c, uint32_t colour)
{
    c->cairo.set_source_rgb(c->cr, (colour >> 16 & 0xFF) / 255.0, (colour >> 8 & 0xFF) / 255.0,
                            (colour & 0xFF) / 255.0);
}

void evk_canvas_rect(struct evk_canvas *c, double x, double y, double width, double height,
                     uint32_t colour)
{
    set_colour(c, colour);
    c->cairo.rectangle(c->cr, x, y, width, height);
    c->cairo.fill(c->cr);
}

void evk_canvas_disc(struct evk_canvas *c, double x, double y, double radius, uint32_t colour)
{
    set_colour(c, colour);
    c->cairo.new_path(c->cr);
    c->cairo.arc(c->cr, x, y, radius, 0, 6.283185307179586);
    c->cairo.fill(c->cr);
}

void evk_canvas_line(struct evk_canvas *c, const double *xy, int64_t count, double thickness,
                     uint32_t colour)
{
    set_colour(c, colour);
    c->cairo.set_line_width(c->cr, thickness);
    c->cairo.set_line_join(c->cr, CAIRO_LINE_JOIN_ROUND);
    c->cairo.new_path(c->cr);
    for (int64_t i = 0; i < count; i++)
        c->cairo.line_to(c->cr, xy[2 * i], xy[2 * i + 1]);
    c->cairo.stroke(c->cr);
}

/* ---- images ---------------------------------------------------------------------------------- */

/* Pixel number i as 0xRRGGBB. */
static uint32_t pixel(const struct evk_pixels *p, int64_t i)
{
    const unsigned char *v = p->data + i * p->channels;

    if (p->channels == 1)
        return v[0] * 0x10101u;
    return (uint32_t)v[0] << 16 | (uint32_t)v[1] << 8 | v[2];
}

/* Copy an image into the pixels of the canvas, without cairo, which would filter it. */
static void paste(struct evk_canvas *c, const struct evk_pixels *p, double left, double top)
{
    const int64_t x0 = (int64_t)left, y0 = (int64_t)top;
    const int64_t width = (int64_t)c->width, height = (int64_t)c->height;

    c->cairo.surface_flush(c->surface);
    for (int64_t y = 0; y < p->height; y++)
        for (int64_t x = 0; x < p->width; x++)
            if (y0 + y >= 0 && y0 + y < height && x0 + x >= 0 && x0 + x < width)
                c->data[(y0 + y) * width + x0 + x] = pixel(p, y * p->width + x);
    c->cairo.surface_mark_dirty(c->surface);
}

/* Draw an image into a document, which copies the pixels. */
static void embed(struct evk_canvas *c, const struct evk_pixels *p, double x, double y,
                  double width, double height)
{
    cairo_surface_t *image =
        c->cairo.image_surface_create(CAIRO_FORMAT_RGB24, (int)p->width, (int)p->height);
    unsigned char *data = c->cairo.image_surface_get_data(image);
    const int stride = c->cairo.image_surface_get_stride(image);

    for (int64_t i = 0; data && i < p->height; i++)
        for (int64_t j = 0; j < p->width; j++) {
            const uint32_t v = pixel(p, i * p->width + j);

            memcpy(data + i * stride + 4 * j, &v, sizeof(v));
        }
    c->cairo.surface_mark_dirty(image);
    c->cairo.save(c->cr);
    c->cairo.translate(c->cr, x, y);
    c->cairo.scale(c->cr, width / (double)p->width, height / (double)p->height);
    c->cairo.set_source_surface(c->cr, image, 0, 0);
    c->cairo.pattern_set_filter(c->cairo.get_source(c->cr), width > (double)p->width
                                                                ? CAIRO_FILTER_NEAREST
                                                                : CAIRO_FILTER_GOOD);
    c->cairo.paint(c->cr);
    c->cairo.restore(c->cr);
    c->cairo.surface_destroy(image);
}

/*
 * Returns the number of pixels that a side of an image is resampled to, where it has `pixels` and
 * is drawn `side` units long.  On an image it is the length in pixels.  A document keeps the pixels
 * as they are, up to `density` for a point.  In an SVG, pixels that would be drawn larger than a
 * point are enlarged in the file by a whole factor, since not every viewer obeys SVG's request to
 * draw them as squares.
 */
static int64_t target_side(const struct evk_canvas *c, double side, int64_t pixels)
{
    const double most = ceil(side * density);

    if (c->kind == EVK_CANVAS_IMAGE)
        return side < 1.5 ? 1 : (int64_t)floor(side + 0.5);
    if ((double)pixels > most)
        return most < 1 ? 1 : (int64_t)most;
    if (c->kind == EVK_CANVAS_SVG && (double)pixels < side)
        return pixels * (int64_t)(most / (double)pixels);
    return pixels;
}

void evk_canvas_image(struct evk_canvas *c, const struct evk_pixels *p, double x, double y,
                      double width, double height)
{
    const int64_t w = target_side(c, width, p->width), h = target_side(c, height, p->height);
    struct evk_pixels fitted = *p;

    if (c->status)
        return;
    if (w != p->width || h != p->height)
        c->status = evk_resample(&fitted, p, h, w, &c->why);
    if (c->status)
        return;
    if (c->kind == EVK_CANVAS_IMAGE)
        paste(c, &fitted, floor(x + 0.5), floor(y + 0.5));
    else
        embed(c, &fitted, x, y, width, height);
    if (fitted.data != p->data)
        evk_pixels_release(&fitted);
}

/* ---- text ------------------------------------------------------------------------------------ */

static double text_width(struct evk_canvas *c, const char *text)
{
    cairo_text_extents_t e;

    c->cairo.text_extents(c->cr, text, &e);
    return e.x_advance;
}

/* Set c->text to the text in drawable form, and cairo to the style; false: there was a failure. */
static bool set_text(struct evk_canvas *c, const char *text, const struct evk_text_style *style)
{
    evk_str_release(&c->text);
    evk_text_clean(&c->text, text);
    if (!c->status)
        c->status = evk_str_check(&c->text, &c->why);
    c->cairo.set_font_face(c->cr, c->face[style->bold]);
    c->cairo.set_font_size(c->cr, style->size);
    return !c->status;
}

/*
 * Set c->cut to c->text with all but `keep` characters replaced by an ellipsis; returns its width.
 */
static double shorten(struct evk_canvas *c, int64_t keep, enum evk_text_cut cut)
{
    evk_str_release(&c->cut);
    evk_text_shorten(&c->cut, c->text.data, keep, cut);
    return text_width(c, c->cut.data);
}

/*
 * Set c->cut to as much of c->text as fits style->width, with an ellipsis; returns its width.  The
 * number of characters is found by bisection.  Where not even the ellipsis fits, c->cut is empty.
 */
static double fit_text(struct evk_canvas *c, const struct evk_text_style *style)
{
    int64_t fits = -1, over = evk_text_length(c->text.data);
    double width = 0;

    while (over - fits > 1) {
        const int64_t middle = fits + (over - fits) / 2;

        if (shorten(c, middle, style->cut) <= style->width)
            fits = middle;
        else
            over = middle;
    }
    if (fits >= 0)
        width = shorten(c, fits, style->cut);
    else
        evk_str_release(&c->cut);
    return width;
}

double evk_canvas_text(struct evk_canvas *c, double x, double y, const char *text,
                       const struct evk_text_style *style)
{
    struct evk_str *shown = &c->text;
    double width;

    if (!set_text(c, text, style))
        return 0;
    width = text_width(c, c->text.data);
    if (style->width > 0 && width > style->width) {
        width = fit_text(c, style);
        shown = &c->cut;
        c->status = evk_str_check(shown, &c->why);
    }
    set_colour(c, style->colour);
    c->cairo.move_to(c->cr,
                     x - (style->align == EVK_CENTRE ? width / 2 : 0) -
                         (style->align == EVK_RIGHT ? width : 0),
                     y);
    c->cairo.show_text(c->cr, shown->data);
    return width;
}

double evk_canvas_text_width(struct evk_canvas *c, const char *text,
                             const struct evk_text_style *style)
{
    return set_text(c, text, style) ? text_width(c, c->text.data) : 0;
}
