/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rig.c - descriptions of screens, and, where the input does not begin with a brace, tables of
 * luminance that a description names
 */
#include <math.h>

#include "folder.h"
#include "fuzz.h"
#include "session/screen/place.h"

static const char naming[] = "{\"width_px\": 1024, \"height_px\": 768, \"width_cm\": 36, "
                             "\"distance_cm\": 57, \"refresh_hz\": 60, \"shown_as\": "
                             "\"measured.csv\"}";

static void check_transfer(const struct evk_transfer *t)
{
    for (int c = 0; c < 3; c++) {
        fuzz_check(t->luminance[c][0] == 0 && t->luminance[c][255] == 1);
        fuzz_check(t->inverse[c][0] == 0);
        for (int v = 1; v < 256; v++) {
            fuzz_check(t->luminance[c][v] >= t->luminance[c][v - 1]);
            fuzz_check(t->inverse[c][v] >= t->inverse[c][v - 1]);
        }
    }
    fuzz_check(t->name[0] && evk_transfer_levels(t) >= 2);
}

static void check(const struct evk_display *d)
{
    const struct evk_place_ask ask = {4, 1, -1, {NAN, NAN}};
    evk_error err = {EVK_OK, ""};
    struct evk_place p;
    const evk_status s = evk_place_find(&p, d, &ask, 112, 100, &err);

    check_transfer(&d->transfer);
    if (s) {
        fuzz_check_failure(s, &err);
        return;
    }
    fuzz_check(p.left >= 0 && p.left + p.width <= d->width_px && p.width > 0);
    fuzz_check(p.top >= 0 && p.top + p.height <= d->height_px && p.height > 0);
}

void fuzz_rig(const unsigned char *data, size_t size)
{
    evk_error err = {EVK_OK, ""};
    struct evk_display d, again;
    evk_status s;

    (void)fuzz_folder();
    if (size && data[0] == '{') {
        fuzz_put("rig.json", data, size);
    } else {
        fuzz_put("measured.csv", data, size);
        fuzz_put("rig.json", naming, sizeof(naming) - 1);
    }
    s = evk_display_read(&d, fuzz_in("rig.json"), &err);
    if (s) {
        fuzz_check_failure(s, &err);
        return;
    }
    check(&d);
    fuzz_check(evk_display_parse(&again, d.json, "again", &err) == EVK_OK);
    fuzz_check(again.transfer.is_linear == d.transfer.is_linear);
    evk_display_release(&again);
    evk_display_release(&d);
}
