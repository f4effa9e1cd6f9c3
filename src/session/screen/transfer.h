/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transfer.h - the transfer function of a screen: luminance of each of 256 pixel values, and its
 * inverse
 *
 * Luminance is relative: 0 for pixel value 0 and 1 for 255, for each of the three guns.
 */
#ifndef EVK_SESSION_SCREEN_TRANSFER_H
#define EVK_SESSION_SCREEN_TRANSFER_H

#include <stdbool.h>

#include "base/json.h"

struct evk_transfer {
    double luminance[3][256];      /* ascending, from 0 to 1 */
    unsigned char inverse[3][256]; /* the pixel value whose luminance is nearest to v / 255 */
    bool is_linear;                /* the inverse leaves all values as they are */
    char name[64];                 /* in words: "linear", "sRGB", "gamma 2.2", "a measured table" */
};

/*
 * Read shown_as of a display, whose members `display` has.  folder: where a table is that shown_as
 * names as a file; NULL: no file is read.  EVK_EFORMAT, with the member, what was found and what was
 * expected: a gamma outside 0.2 to 10, a table that does not rise, has fewer than 2 levels or lacks 0 or 255, ...
 */
evk_status evk_transfer_read(struct evk_transfer *out, const evk_json *display, const char *folder,
                             evk_error *err);

/* Returns how many of the 256 values stay different through the inverse, of the gun with fewest. */
int64_t evk_transfer_levels(const struct evk_transfer *t);

#endif /* EVK_SESSION_SCREEN_TRANSFER_H */
