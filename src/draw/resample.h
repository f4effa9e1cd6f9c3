/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resample.h - pixels at another size, for looking at */
#ifndef EVK_DRAW_RESAMPLE_H
#define EVK_DRAW_RESAMPLE_H

#include "format/codec.h"

/*
 * The same channels at height x width, at least 1 x 1.  Where both sides
 * grow, a pixel is the nearest one; else it is the mean of the area that it
 * covers, rounded to nearest, half up.  Whole-number arithmetic: the same
 * everywhere.
 */
evk_status evk_resample(struct evk_pixels *out, const struct evk_pixels *in, int64_t height,
                        int64_t width, evk_error *err);

#endif /* EVK_DRAW_RESAMPLE_H */
