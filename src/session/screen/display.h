/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * display.h - the screen of a rig, as a file of JSON describes it (--display rig.json)
 *
 *   name         a text; missing: "unnamed"
 *   width_px, height_px   pixels of the screen, whole numbers of 1 to 32768
 *   width_cm     width of what the screen shows, in cm; pixels are squares
 *   distance_cm  from the eye to the screen, in cm
 *   refresh_hz   frames a second
 *   background   display value, 0 to 255, or three of them (R, G, B), in the values of images;
 *                missing: 128
 *   shown_as     how the screen turns a pixel value into luminance, as the display program uses the
 *                screen (transfer.h); missing: "linear", since screens of such studies are
 *                linearised
 *   gamma        beside "shown_as": "gamma", a number or three
 *   comment, notes   anything
 *
 * Any other member is refused by name.  Numbers are taken with 9 digits, which is how a description
 * has them.
 */
#ifndef EVK_SESSION_SCREEN_DISPLAY_H
#define EVK_SESSION_SCREEN_DISPLAY_H

#include "base/json.h"
#include "session/screen/transfer.h"

struct evk_display {
    char name[96];
    int64_t width_px, height_px;
    double width_cm, distance_cm, refresh_hz;
    unsigned char background[3];
    struct evk_transfer transfer;
    evk_json *json; /* what the file says, with tables that it names put in; owned */
};

/*
 * Read a display; the caller releases *out.  EVK_EFORMAT: the file is no such description: the
 * message names the file and the member, and has what was found and expected.  EVK_EIO: the file, or
 * the table that it names, cannot be read.
 */
evk_status evk_display_read(struct evk_display *out, const char *path, evk_error *err);

/* Do the same from a value that is read already, such as a description's; where: for messages. */
evk_status evk_display_parse(struct evk_display *out, const evk_json *value, const char *where,
                             evk_error *err);
void evk_display_release(struct evk_display *d);

#endif /* EVK_SESSION_SCREEN_DISPLAY_H */
