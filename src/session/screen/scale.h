/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale.h - pixels brought to another size, in one of two ways */
#ifndef EVK_SESSION_SCREEN_SCALE_H
#define EVK_SESSION_SCREEN_SCALE_H

#include "format/codec.h"

/* How images are resized. */
enum evk_resize_kind {
    EVK_RESIZE_BICUBIC, /* image/resample.h */
    EVK_RESIZE_NEAREST  /* the pixel whose centre is nearest, as PIL's NEAREST */
};

/* Resize pixels of 1 or 3 channels; the caller releases *out. */
evk_status evk_scale(struct evk_pixels *out, const struct evk_pixels *in, int64_t height,
                     int64_t width, enum evk_resize_kind kind, evk_error *err);

#endif /* EVK_SESSION_SCREEN_SCALE_H */
