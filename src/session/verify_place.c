/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_place.c - where images of a session are on the screen, as its options say */
#include <math.h>

#include "base/fmath.h"
#include "session/verify.h"

/*
 * The height on the screen follows from the image in its set, which is not at hand: an image is
 * taken whose ratio gives the height that was found.  Everything else follows from the options.
 */
evk_status evk_rig_verify_place(const struct evk_rig_plan *plan, int64_t height,
                                struct evk_place *out, evk_error *err)
{
    const double radian = 1.7453292519943295769e-2; /* a degree in radians */
    const int64_t width = 1 << 20;                  /* of the image that is taken */
    const struct evk_display *d = &plan->display;
    const double distance = d->distance_cm * (double)d->width_px / d->width_cm; /* in pixels */
    const double shown = 2 * distance * evk_tan(plan->place.degrees / 2 * radian);

    if (!(shown >= 0.5 && shown <= 1e6) || height < 1 || height > 1 << 15)
        return evk_fail(err, EVK_EFORMAT,
                        "an image of %lld pixels in height is not on the screen of the session",
                        (long long)height);
    return evk_place_find(out, d, &plan->place,
                          (int64_t)floor((double)height / shown * (double)width + 0.5), width, err);
}
