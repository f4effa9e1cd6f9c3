/* SPDX-License-Identifier: GPL-3.0-or-later */
/* display.c - the screen of a rig, as a file of JSON describes it */
#include "session/screen/display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/shown.h"
#include "session/screen/members.h"

enum { FILE_MAX = 1 << 24, SIDE_MAX = 32768, BACKGROUND = 128 };

static evk_status read_name(struct evk_display *d, const evk_json *value, evk_error *err)
{
    const char *text = value ? evk_json_text(value) : "unnamed";

    if (text && *text && strlen(text) < sizeof(d->name) && evk_is_plain(text)) {
        (void)snprintf(d->name, sizeof(d->name), "%s", text);
        return EVK_OK;
    }
    return evk_member_fail(value, "name",
                           "a text of 1 to 95 bytes without control or invisible characters", err);
}

static evk_status read_background(struct evk_display *d, const evk_json *value, evk_error *err)
{
    if (evk_json_is_array(value) && evk_json_count(value) != 3)
        return evk_member_fail(value, "background", "a number, or three for red, green and blue",
                               err);
    for (size_t c = 0; c < 3; c++) {
        int64_t level = BACKGROUND;

        if (value)
            EVK_TRY(evk_member_whole(&level,
                                     evk_json_is_array(value) ? evk_json_at(value, c) : value,
                                     "background", 0, 255, err));
        d->background[c] = (unsigned char)level;
    }
    return EVK_OK;
}

static evk_status read_members(struct evk_display *d, evk_error *err)
{
    static const char *const names[] = {"name",        "width_px",   "height_px",  "width_cm",
                                        "distance_cm", "refresh_hz", "background", "shown_as",
                                        "gamma",       NULL};
    const evk_json *j = d->json;

    if (!evk_json_key_after(j, NULL))
        return evk_fail(err, EVK_EFORMAT,
                        "is no description of a screen, expected an object of JSON with width_px, "
                        "height_px, width_cm, distance_cm and refresh_hz");
    EVK_TRY(evk_members_known(j, names, NULL, err));
    EVK_TRY(read_name(d, evk_json_get(j, "name"), err));
    EVK_TRY(
        evk_member_whole(&d->width_px, evk_json_get(j, "width_px"), "width_px", 1, SIDE_MAX, err));
    EVK_TRY(evk_member_whole(&d->height_px, evk_json_get(j, "height_px"), "height_px", 1, SIDE_MAX,
                             err));
    EVK_TRY(
        evk_member_number(&d->width_cm, evk_json_get(j, "width_cm"), "width_cm", 0.1, 10000, err));
    EVK_TRY(evk_member_number(&d->distance_cm, evk_json_get(j, "distance_cm"), "distance_cm", 0.1,
                              100000, err));
    EVK_TRY(evk_member_number(&d->refresh_hz, evk_json_get(j, "refresh_hz"), "refresh_hz", 1, 2000,
                              err));
    EVK_TRY(read_background(d, evk_json_get(j, "background"), err));
    return evk_transfer_read(&d->transfer, j, err);
}

/* Gives numbers the 9 digits with which descriptions are written, so that both say the same. */
static evk_status round_numbers(evk_json **json, evk_error *err)
{
    const struct evk_json_writer w = {.root = *json};
    struct evk_str text = EVK_STR_INIT;
    evk_json *rounded;
    evk_status s = evk_json_write_line(&w, &text, err);

    if (!s)
        s = evk_json_parse(&rounded, text.data, text.size, err);
    evk_str_release(&text);
    if (s)
        return s;
    evk_json_free(*json);
    *json = rounded;
    return EVK_OK;
}

/* Fills *out from its json, which it takes over; folder NULL: no file is read. */
static evk_status fill(struct evk_display *out, const char *folder, const char *where,
                       evk_error *err)
{
    evk_status s = EVK_OK;

    if (folder)
        s = evk_transfer_put_table(out->json, folder, err);
    if (!s && evk_json_key_after(out->json, NULL))
        s = round_numbers(&out->json, err);
    if (!s)
        s = read_members(out, err);
    if (!s)
        return EVK_OK;
    evk_display_release(out);
    return evk_wrap(err, s, "%s", where);
}

evk_status evk_display_read(struct evk_display *out, const char *path, evk_error *err)
{
    struct evk_bytes file;
    char *folder;
    evk_status s;

    *out = (struct evk_display){.json = NULL};
    EVK_TRY(evk_path_parent(&folder, path, err));
    s = evk_fs_read(&file, path, FILE_MAX, err);
    if (!s) {
        /* Windows programs begin a text with the mark of its encoding */
        const size_t skip = file.size >= 3 && memcmp(file.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

        s = evk_json_parse(&out->json, file.data + skip, file.size - skip, err);
        if (s)
            evk_error_prepend(err, "%s", path);
        evk_bytes_release(&file);
    }
    if (!s)
        s = fill(out, folder, path, err);
    free(folder);
    return s;
}

evk_status evk_display_parse(struct evk_display *out, const evk_json *value, const char *where,
                             evk_error *err)
{
    *out = (struct evk_display){.json = evk_json_copy(value)};
    if (value && !out->json)
        return evk_fail(err, EVK_ENOMEM, "out of memory for the description of a screen");
    return fill(out, NULL, where, err);
}

void evk_display_release(struct evk_display *d)
{
    evk_json_free(d->json);
    *d = (struct evk_display){.json = NULL};
}
