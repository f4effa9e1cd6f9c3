/* SPDX-License-Identifier: GPL-3.0-or-later */
/* where.c - where an image is on the screen, in pixels, and in the degrees of display programs */
#include "export/where.h"

#include <math.h>

#include "base/fmath.h"

static const double degrees_of_radian = 57.29577951308232;

evk_status evk_need_screen(const struct evk_rig_session *s, const char *file, const char *what,
                           evk_error *err)
{
    if (evk_has_screen(s))
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "%s has %s, and the session says nothing of its screen; make the session with "
                    "--display",
                    file, what);
}

static struct evk_where from_centre(const struct evk_rig_session *s, double x, double y)
{
    if (!evk_has_screen(s))
        return (struct evk_where){0, 0};
    return (struct evk_where){x - (double)s->screen_width_px / 2,
                              (double)s->screen_height_px / 2 - y};
}

/*
 * Returns an angle from the fixation point as pixels on the screen.  A table may have any angle; no
 * screen is 89.9 degrees away.
 */
static double pixels_of(const struct evk_rig_session *s, double degrees)
{
    const double most = 89.9, angle = fmin(fmax(degrees, -most), most);
    const double distance =
        s->distance_cm * (double)s->screen_width_px / s->screen_width_cm; /* in pixels */

    return distance * evk_tan(angle / degrees_of_radian);
}

/* Rounds the position of an edge, halves up; a table may have any angle, and an edge nowhere. */
static int64_t edge(double position)
{
    const double most = 1e9; /* pixels, which is off any screen */

    return isnan(position) ? 0 : (int64_t)floor(fmin(fmax(position, -most), most) + 0.5);
}

void evk_edges(const struct evk_rig_session *s, const struct evk_rig_image *image, int64_t *left,
               int64_t *top)
{
    const double w = (double)image->width_px, h = (double)image->height_px;

    *left = s->full ? 0 : s->left_px;
    *top = s->full ? 0 : s->top_px;
    if (s->full || !evk_has_screen(s) || isnan(image->x_deg) || isnan(image->y_deg))
        return;
    *left = edge(s->fixation_px[0] + pixels_of(s, image->x_deg) - w / 2);
    *top = edge(s->fixation_px[1] - pixels_of(s, image->y_deg) - h / 2);
}

struct evk_where evk_where(const struct evk_rig_session *s, const struct evk_rig_image *image)
{
    int64_t left, top;

    evk_edges(s, image, &left, &top);
    return from_centre(s, (double)left + (double)image->width_px / 2,
                       (double)top + (double)image->height_px / 2);
}

struct evk_where evk_where_fixation(const struct evk_rig_session *s)
{
    return from_centre(s, s->fixation_px[0], s->fixation_px[1]);
}

/* Pixels a degree, where `pixels` are divided by the angle that they have on both sides of the
   point straight ahead. */
static double pixels_a_degree(const struct evk_rig_session *s, double pixels)
{
    const double half_cm = pixels * s->screen_width_cm / (double)s->screen_width_px / 2;

    return pixels / (2 * evk_atan(half_cm / s->distance_cm) * degrees_of_radian);
}

double evk_degree_monkeylogic(const struct evk_rig_session *s)
{
    const double w = (double)s->screen_width_px, h = (double)s->screen_height_px;

    return pixels_a_degree(s, sqrt(w * w + h * h));
}

double evk_degree_mworks(const struct evk_rig_session *s)
{
    return pixels_a_degree(s, (double)s->screen_width_px);
}

void evk_str_fixed(struct evk_str *out, double value)
{
    evk_str_printf(out, "%.6f", fabs(value) < 5e-7 ? 0 : value);
}
