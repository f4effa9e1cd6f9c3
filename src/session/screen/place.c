/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place.c - where an image is on the screen, and how large */
#include "session/screen/place.h"

#include <math.h>

#include "base/fmath.h"
#include "base/num.h"
#include "base/str.h"

static const double DEGREE = 1.7453292519943295769e-2; /* in radians */
static const double SIDE_MAX = 1e6; /* pixels; an image of more is off any screen by far */

static double tangent(double degrees)
{
    return evk_tan(degrees * DEGREE);
}

static double angle(double tangent)
{
    return evk_atan(tangent) / DEGREE;
}

static evk_status check(const struct evk_display *d, const struct evk_place_ask *ask,
                        const double fixation[2], double px_per_cm, evk_error *err)
{
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];

    if (!(ask->degrees > 0 && ask->degrees < 180))
        return evk_fail(err, EVK_EINVAL,
                        "the width of an image is %s degrees, expected more than 0 and less than "
                        "180",
                        evk_format_real(ask->degrees, a));
    if (!(fabs(ask->x_deg) < 90 && fabs(ask->y_deg) < 90))
        return evk_fail(err, EVK_EINVAL,
                        "the centre of images is at (%s, %s) degrees from fixation, expected "
                        "angles between -90 and 90",
                        evk_format_real(ask->x_deg, a), evk_format_real(ask->y_deg, b));
    if (!(fixation[0] >= 0 && fixation[0] <= (double)d->width_px && fixation[1] >= 0 &&
          fixation[1] <= (double)d->height_px))
        return evk_fail(err, EVK_EINVAL,
                        "the fixation point (%s, %s) is not on the screen of %lld x %lld pixels",
                        evk_format_real(fixation[0], a), evk_format_real(fixation[1], b),
                        (long long)d->width_px, (long long)d->height_px);
    if (2 * d->distance_cm * tangent(0.5) * px_per_cm < 1)
        return evk_fail(err, EVK_EINVAL,
                        "a degree is %s pixels, expected 1 at least; are width_cm and distance_cm "
                        "in centimetres, and width_px in pixels?",
                        evk_format_real(2 * d->distance_cm * tangent(0.5) * px_per_cm, a));
    return EVK_OK;
}

/* Appends ", 12 pixels on the left" where so many are off the screen. */
static void add_side(struct evk_str *text, int64_t pixels, const char *side)
{
    if (pixels > 0)
        evk_str_printf(text, "%s%lld pixel%s %s", text->size ? ", " : "", (long long)pixels,
                       pixels == 1 ? "" : "s", side);
}

/* Fails where part of the rectangle is off the screen. */
static evk_status check_screen(const struct evk_place *p, const struct evk_display *d,
                               evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    add_side(&text, -p->left, "on the left");
    add_side(&text, p->left + p->width - d->width_px, "on the right");
    add_side(&text, -p->top, "at the top");
    add_side(&text, p->top + p->height - d->height_px, "at the bottom");
    s = evk_str_check(&text, err);
    if (!s && text.size)
        s = evk_fail(err, EVK_EINVAL,
                     "an image of %lld x %lld pixels is off the screen of %lld x %lld pixels: %s",
                     (long long)p->width, (long long)p->height, (long long)d->width_px,
                     (long long)d->height_px, text.data);
    evk_str_release(&text);
    return s;
}

/* Sets the angles of the rectangle of whole pixels. */
static void measure(struct evk_place *p, const struct evk_display *d, const double fixation[2])
{
    const double distance = d->distance_cm * p->px_per_cm; /* in pixels */
    const double x = (double)p->left + (double)p->width / 2;
    const double y = (double)p->top + (double)p->height / 2;

    p->size_deg = 2 * angle((double)p->width / (2 * distance));
    p->x_deg = angle((x - fixation[0]) / distance);
    p->y_deg = angle((fixation[1] - y) / distance);
    p->px_per_deg = (double)p->width / p->size_deg;
}

static double whole(double x)
{
    return floor(x + 0.5);
}

evk_status evk_place_find(struct evk_place *out, const struct evk_display *d,
                          const struct evk_place_ask *ask, int64_t height, int64_t width,
                          evk_error *err)
{
    const double px_per_cm = (double)d->width_px / d->width_cm;
    const double distance = d->distance_cm * px_per_cm; /* in pixels */
    const double fixation[2] = {
        isnan(ask->fixation[0]) ? (double)d->width_px / 2 : ask->fixation[0],
        isnan(ask->fixation[1]) ? (double)d->height_px / 2 : ask->fixation[1]};
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];
    double w, h, x, y;

    EVK_TRY(check(d, ask, fixation, px_per_cm, err));
    w = 2 * distance * tangent(ask->degrees / 2);
    h = w * (double)height / (double)width;
    x = fixation[0] + distance * tangent(ask->x_deg);
    y = fixation[1] - distance * tangent(ask->y_deg);
    if (!(w <= SIDE_MAX && h <= SIDE_MAX && fabs(x) <= SIDE_MAX && fabs(y) <= SIDE_MAX))
        return evk_fail(err, EVK_EINVAL,
                        "an image would be off the screen by more than a million pixels; are the "
                        "angles in degrees?");
    if (w < 1)
        return evk_fail(err, EVK_EINVAL,
                        "an image of %s degrees is %s pixels wide, expected 1 at least",
                        evk_format_real(ask->degrees, a), evk_format_real(w, b));
    w = whole(w);
    h = h < 1 ? 1 : whole(h);
    *out = (struct evk_place){.left = (int64_t)whole(x - w / 2),
                              .top = (int64_t)whole(y - h / 2),
                              .width = (int64_t)w,
                              .height = (int64_t)h,
                              .px_per_cm = px_per_cm};
    EVK_TRY(check_screen(out, d, err));
    measure(out, d, fixation);
    return EVK_OK;
}
