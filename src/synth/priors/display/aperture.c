/* SPDX-License-Identifier: GPL-3.0-or-later */
/* aperture.c - a circular window with a soft edge, on a uniform background */
#include <math.h>

#include "base/fmath.h"
#include "synth/prior.h"

struct aperture {
    double radius, edge, x, y, background;
};

static const evk_param params[] = {
    {"radius", "R", "radius of the circle, pixels; below 1: as a part of the image's shorter side",
     EVK_PARAM_REAL, offsetof(struct aperture, radius), 0, 1e6},
    {"edge", "E",
     "width of the raised cosine within the radius, pixels; below 1: as a part of the shorter side",
     EVK_PARAM_REAL, offsetof(struct aperture, edge), 0, 1e6},
    {"x", "X", "centre from the left edge, pixels; below 1: as a part of the width", EVK_PARAM_REAL,
     offsetof(struct aperture, x), 0, 1e6},
    {"y", "Y", "centre from the upper edge, pixels; below 1: as a part of the height",
     EVK_PARAM_REAL, offsetof(struct aperture, y), 0, 1e6},
    {"background", "V", "display value outside of the circle", EVK_PARAM_REAL,
     offsetof(struct aperture, background), 0, 255},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct aperture defaults = {
    .radius = 0.5, .edge = 0.1, .x = 0.5, .y = 0.5, .background = 128};

/* Returns a length in pixels: a number below 1 is a part of the side. */
static double in_pixels(double v, int64_t side)
{
    return v < 1 ? v * (double)side : v;
}

/*
 * Returns which part of a pixel is shown at a distance from the centre: 1 inside, 0 outside, and
 * within the edge half a period of a cosine.
 */
static double seen(double distance, double radius, double edge)
{
    const double pi = 3.14159265358979323846, into = radius - distance;

    if (into <= 0)
        return 0;
    return into >= edge ? 1 : (1 - evk_cos(pi * into / edge)) / 2;
}

static void aperture_narrow(const void *self, const struct evk_frame *f, struct evk_image_window *w)
{
    const struct aperture *a = self;
    const int64_t side = f->h < f->w ? f->h : f->w;
    const double radius = in_pixels(a->radius, side), edge = in_pixels(a->edge, side);
    const double x = in_pixels(a->x, f->w), y = in_pixels(a->y, f->h);

    for (int64_t row = 0; row < f->h; row++)
        for (int64_t column = 0; column < f->w; column++) {
            const double dx = (double)column + 0.5 - x, dy = (double)row + 0.5 - y;

            evk_image_window_narrow(w, row * f->w + column,
                                    seen(sqrt(dx * dx + dy * dy), radius, edge), a->background);
        }
}

extern const struct evk_prior_type evk_prior_aperture;
const struct evk_prior_type evk_prior_aperture = {
    .name = "aperture",
    .summary = "show the image through a circle with a soft edge; outside it is uniform",
    .reference = "",
    .params = params,
    .size = sizeof(struct aperture),
    .defaults = &defaults,
    .narrow = aperture_narrow,
};
