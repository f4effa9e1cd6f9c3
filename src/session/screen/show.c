/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c - an image of a set as the screen shows it, and back at the size of its model */
#include "session/screen/show.h"

#include <string.h>

#include "base/num.h"
#include "image/photograph.h"
#include "session/screen/mask.h"

/* ---- what can be done ------------------------------------------------------------------------ */

static void find_patch(const struct evk_show *how, int64_t *left, int64_t *top)
{
    const enum evk_corner c = how->photodiode;
    const bool right = c == EVK_TOP_RIGHT || c == EVK_BOTTOM_RIGHT;
    const bool bottom = c == EVK_BOTTOM_LEFT || c == EVK_BOTTOM_RIGHT;

    *left = right ? how->display->width_px - how->photodiode_px : 0;
    *top = bottom ? how->display->height_px - how->photodiode_px : 0;
}

static evk_status check_patch(const struct evk_show *how, const struct evk_place *place,
                              evk_error *err)
{
    const struct evk_display *d = how->display;
    const int64_t n = how->photodiode_px;
    int64_t left, top;

    if (!how->full)
        return evk_fail(err, EVK_EINVAL,
                        "a photodiode patch is in a corner of the whole screen, "
                        "expected a canvas that is full");
    if (n < 1 || n > d->width_px || n > d->height_px)
        return evk_fail(err, EVK_EINVAL,
                        "a photodiode patch of %lld pixels does not fit the screen of %lld x %lld "
                        "pixels",
                        (long long)n, (long long)d->width_px, (long long)d->height_px);
    find_patch(how, &left, &top);
    if (place->left < left + n && left < place->left + place->width && place->top < top + n &&
        top < place->top + place->height)
        return evk_fail(err, EVK_EINVAL,
                        "the photodiode patch of %lld pixels is where images are, expected another "
                        "corner, or a smaller image",
                        (long long)n);
    return EVK_OK;
}

static double edge_px(const struct evk_show *how, const struct evk_place *place)
{
    return how->edge_deg * place->px_per_deg;
}

static evk_status check_edge(const struct evk_show *how, const struct evk_place *place,
                             evk_error *err)
{
    const int64_t side = place->width < place->height ? place->width : place->height;
    const double most = (double)side / 2 / place->px_per_deg;
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];

    if (how->edge_deg >= 0 && edge_px(how, place) <= (double)side / 2)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "the soft edge is %s degrees, expected 0 to %s, which is the radius of the "
                    "window",
                    evk_format_real(how->edge_deg, a), evk_format_real(most, b));
}

evk_status evk_show_check(const struct evk_show *how, const struct evk_place *place, evk_error *err)
{
    if (how->display) {
        EVK_TRY(check_edge(how, place, err));
        return how->photodiode == EVK_CORNER_NONE ? EVK_OK : check_patch(how, place, err);
    }
    if (how->edge_deg == 0 && !how->full && !how->linearise && how->photodiode == EVK_CORNER_NONE)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "a soft edge, a whole screen, a photodiode patch and the inverse of the "
                    "transfer function need the description of a screen");
}

/* ---- pieces ---------------------------------------------------------------------------------- */

/* Makes three equal channels of one, or copies three. */
static evk_status make_rgb(struct evk_pixels *out, const struct evk_pixels *in, evk_error *err)
{
    const int64_t c = in->channels;

    EVK_TRY(evk_pixels_new(out, in->height, in->width, 3, err));
    for (int64_t i = 0; i < in->height * in->width; i++)
        for (int64_t k = 0; k < 3; k++)
            out->data[3 * i + k] = in->data[c * i + (c == 1 ? 0 : k)];
    return EVK_OK;
}

/* Fills a rectangle, which lies in the pixels, with one colour. */
static void fill(struct evk_pixels *p, int64_t left, int64_t top, int64_t height, int64_t width,
                 const unsigned char colour[3])
{
    unsigned char *first = p->data + 3 * (top * p->width + left);

    for (int64_t x = 0; x < width; x++)
        memcpy(first + 3 * x, colour, 3);
    for (int64_t y = 1; y < height; y++)
        memcpy(first + 3 * y * p->width, first, (size_t)(3 * width));
}

/* Sets to, a colour, to what the file has for from. */
static void in_file(const struct evk_show *how, const unsigned char *from, unsigned char *to)
{
    for (int c = 0; c < 3; c++)
        to[c] = how->linearise ? how->display->transfer.inverse[c][from[c]] : from[c];
}

/* Makes the whole screen, with the background and the photodiode's patch. */
static evk_status make_screen(const struct evk_show *how, struct evk_pixels *out, evk_error *err)
{
    static const unsigned char white[3] = {255, 255, 255};
    const struct evk_display *d = how->display;
    unsigned char background[3];
    int64_t left, top;

    EVK_TRY(evk_pixels_new(out, d->height_px, d->width_px, 3, err));
    in_file(how, how->background, background);
    fill(out, 0, 0, d->height_px, d->width_px, background);
    if (how->photodiode == EVK_CORNER_NONE)
        return EVK_OK;
    find_patch(how, &left, &top);
    fill(out, left, top, how->photodiode_px, how->photodiode_px, white);
    return EVK_OK;
}

/* ---- images ---------------------------------------------------------------------------------- */

/* Replaces the ground of the window in an image at its size on the screen. */
static evk_status replace_ground(const struct evk_show *how, const struct evk_pixels *image,
                                 const struct evk_shown_window *window, struct evk_pixels *seen,
                                 evk_error *err)
{
    struct evk_pixels weight, scaled;
    evk_status s;

    EVK_TRY(evk_pixels_new(&weight, image->height, image->width, 1, err));
    for (int64_t i = 0; i < image->height * image->width; i++) {
        const float w = window->weight[i];

        weight.data[i] = (unsigned char)(!(w > 0) ? 0 : w < 1 ? (double)w * 255 + 0.5 : 255);
    }
    s = evk_scale(&scaled, &weight, seen->height, seen->width, how->resize, err);
    evk_pixels_release(&weight);
    EVK_TRY(s);
    evk_mask_ground(seen, &scaled, window->ground, how->background);
    evk_pixels_release(&scaled);
    return EVK_OK;
}

/* Makes the image in its place, before the inverse. */
static evk_status make_seen(const struct evk_show *how, const struct evk_place *place,
                            const struct evk_pixels *image, const struct evk_shown_window *window,
                            struct evk_pixels *seen, evk_error *err)
{
    struct evk_pixels scaled;
    evk_status s;

    if (!how->display)
        return make_rgb(seen, image, err);
    EVK_TRY(evk_scale(&scaled, image, place->height, place->width, how->resize, err));
    s = make_rgb(seen, &scaled, err);
    evk_pixels_release(&scaled);
    EVK_TRY(s);
    if (window)
        s = replace_ground(how, image, window, seen, err);
    else if (how->edge_deg > 0)
        evk_mask_edge(seen, edge_px(how, place), how->background);
    if (s)
        evk_pixels_release(seen);
    return s;
}

/* Makes the file of a seen image. */
static evk_status make_file(const struct evk_show *how, const struct evk_place *place,
                            const struct evk_pixels *seen, struct evk_pixels *out, evk_error *err)
{
    unsigned char *to;
    int64_t line;

    if (how->full)
        EVK_TRY(make_screen(how, out, err));
    else
        EVK_TRY(evk_pixels_new(out, seen->height, seen->width, 3, err));
    line = 3 * out->width;
    to = out->data + (how->full ? place->top * line + 3 * place->left : 0);
    for (int64_t y = 0; y < seen->height; y++) {
        const unsigned char *from = seen->data + 3 * y * seen->width;

        for (int64_t x = 0; x < 3 * seen->width && how->linearise; x += 3)
            in_file(how, from + x, to + y * line + x);
        if (!how->linearise)
            memcpy(to + y * line, from, (size_t)(3 * seen->width));
    }
    return EVK_OK;
}

evk_status evk_show_image(const struct evk_show *how, const struct evk_place *place,
                          const struct evk_pixels *image, const struct evk_shown_window *window,
                          struct evk_pixels *out, struct evk_pixels *seen, evk_error *err)
{
    struct evk_pixels shown;
    evk_status s;

    EVK_TRY(evk_show_check(how, place, err));
    EVK_TRY(make_seen(how, place, image, window, &shown, err));
    s = make_file(how, place, &shown, out, err);
    if (!s && seen)
        *seen = shown;
    else
        evk_pixels_release(&shown);
    return s;
}

evk_status evk_show_blank(const struct evk_show *how, const struct evk_place *place, int64_t height,
                          int64_t width, struct evk_pixels *out, evk_error *err)
{
    unsigned char background[3];

    EVK_TRY(evk_show_check(how, place, err));
    if (how->full)
        return make_screen(how, out, err);
    if (how->display)
        EVK_TRY(evk_pixels_new(out, place->height, place->width, 3, err));
    else
        EVK_TRY(evk_pixels_new(out, height, width, 3, err));
    in_file(how, how->background, background);
    fill(out, 0, 0, out->height, out->width, background);
    return EVK_OK;
}

/* ---- back ------------------------------------------------------------------------------------ */

static evk_status make_gray(struct evk_pixels *out, const struct evk_pixels *in, evk_error *err)
{
    EVK_TRY(evk_pixels_new(out, in->height, in->width, 1, err));
    for (int64_t i = 0; i < in->height * in->width; i++)
        out->data[i] = evk_luma(in->data + 3 * i);
    return EVK_OK;
}

evk_status evk_show_back(const struct evk_show *how, const struct evk_pixels *seen, int64_t height,
                         int64_t width, int64_t channels, struct evk_pixels *out, evk_error *err)
{
    struct evk_pixels gray;
    evk_status s;

    if (channels == 3)
        return evk_scale(out, seen, height, width, how->resize, err);
    if (channels != 1)
        return evk_fail(err, EVK_EINVAL, "images of %lld channels are not shown, expected 1 or 3",
                        (long long)channels);
    EVK_TRY(make_gray(&gray, seen, err));
    s = evk_scale(out, &gray, height, width, how->resize, err);
    evk_pixels_release(&gray);
    return s;
}
