/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resample.h - an image at another size, to be looked at in a drawing */
#ifndef EVK_DRAW_RESAMPLE_H
#define EVK_DRAW_RESAMPLE_H

#include "format/codec.h"

/*
 * Resample an image to height x width, at least 1 x 1; evk_pixels_release() frees *out.  Where no
 * side shrinks, each new pixel is a copy of the nearest pixel.  Otherwise it is the mean over the
 * area that it covers, rounded to the nearest level, halves up.  All arithmetic is in whole
 * numbers, so the result is the same on every machine.  Errors are those of evk_pixels_new.
 */
evk_status evk_resample(struct evk_pixels *out, const struct evk_pixels *in, int64_t height,
                        int64_t width, evk_error *err);

#endif /* EVK_DRAW_RESAMPLE_H */
