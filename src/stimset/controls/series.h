/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * series.h - contrast as a dose: an image again at lower contrasts
 *
 * At contrast c, the value x of a channel becomes g + c (x - g), rounded to 8 bits.  g is the mean
 * m of the channel over the pixels of the image; where the image is seen through a window, g is
 * what the window shows of m: weight x m + offset, with m the mean in which each pixel counts as
 * its weight.  The values are those of the image's file, so that anybody can make the bytes again.
 *
 * An image of a series is a control of an image: evk_series_type makes it, and its row says
 * "contrast" in the column control and the factor in the column contrast.  Its source is that image
 * or the neuron's control natural, so that the image can be compared with the best photograph at the
 * same contrast.
 */
#ifndef EVK_STIMSET_CONTROLS_SERIES_H
#define EVK_STIMSET_CONTROLS_SERIES_H

#include "stimset/controls/control.h"

enum { EVK_CONTRASTS_MAX = 16 };

/* The contrasts of a series. */
struct evk_contrasts {
    double level[EVK_CONTRASTS_MAX]; /* (count) below 1, the lowest first */
    size_t count;
    bool asked; /* a list was given, be it that of 1 alone, which is the image itself */
};

/*
 * Read a list of numbers separated by commas, such as "0.5,0.75,1"; "" is no list.  EVK_EINVAL: one
 * is no number above 0 and at most 1, stands twice, or is one too many.  A number is rounded to the
 * nine digits that the column contrast has.
 */
evk_status evk_contrasts_parse(struct evk_contrasts *out, const char *list, evk_error *err);

/* Make the image at this contrast; w may be NULL.  The caller releases *out. */
evk_status evk_series_apply(double contrast, const struct evk_image_window *w,
                            const struct evk_pixels *image, struct evk_pixels *out, evk_error *err);

/* The kind of control that images of a series are.  It is not in controls.def: nobody names it. */
extern const struct evk_control_type evk_series_type;
#endif /* EVK_STIMSET_CONTROLS_SERIES_H */
