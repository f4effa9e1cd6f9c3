/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transfer.h - the transfer function of a screen: luminance of each of 256 pixel values, and its
 * inverse
 *
 * Luminance is relative: 0 for pixel value 0 and 1 for 255, for each of the three guns.
 *
 * shown_as of a display is one of these.  T is a measured table: an array of luminances, of levels
 * that are equally spaced from 0 to 255, or {"levels": [0, 32, 64, ..., 255], "luminance": [...]}.
 * Luminance has any unit, must not fall from one level to the next, and may begin above 0.
 *
 *   "linear"                             the same as where shown_as is missing
 *   "srgb"
 *   "gamma"                              the member gamma beside it is a number, or three (R, G, B)
 *   {"gamma": 2.2}, {"gamma": [2.1, 2.2, 2.3]}
 *   T, {"red": T, "green": T, "blue": T}
 *   {"levels": [...], "luminance": {"red": [...], "green": [...], "blue": [...]}}
 *   "gamma.csv"                          a table of text beside the description, with the columns
 *                                        level and luminance, or level, red, green and blue
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
 * Read shown_as of a display, whose members `display` has.  Between the levels of a table,
 * luminance is that of curve.h; of two pixel values that are equally near, the inverse takes the
 * lower one.  EVK_EFORMAT, with the member, what was found and what was expected: a gamma outside
 * 0.2 to 10, a table that falls, has fewer than 2 levels or lacks 0 or 255, ...
 */
evk_status evk_transfer_read(struct evk_transfer *out, const evk_json *display, evk_error *err);

/*
 * Where shown_as of a display names a file, put the table that the file has in place of its name.
 * The file is in the folder at this path, and is no link.  EVK_EFORMAT: the file is no such table;
 * EVK_EIO: it cannot be read.
 */
evk_status evk_transfer_put_table(evk_json *display, const char *folder, evk_error *err);

/* Does a text in shown_as name a file, by its ending? */
bool evk_transfer_is_file(const char *text);

/* Returns how many of the 256 values stay different through the inverse, of the gun with fewest. */
int64_t evk_transfer_levels(const struct evk_transfer *t);

#endif /* EVK_SESSION_SCREEN_TRANSFER_H */
