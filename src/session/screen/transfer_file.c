/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer_file.c - a measured table of a screen in a file of text, put into its description */
#include <stdio.h>
#include <strings.h>

#include "base/dir.h"
#include "base/num.h"
#include "base/path.h"
#include "base/table.h"
#include "session/screen/curve.h"
#include "session/screen/transfer.h"

enum { FILE_MAX = 1 << 24 }; /* bytes */

bool evk_transfer_is_file(const char *text)
{
    static const char *const endings[] = {".csv", ".tsv", ".txt", NULL};

    return evk_ends_in(text, endings);
}

/* Returns the column with this name, whatever its capitals; t->columns where there is none. */
static size_t find(const struct evk_table *t, const char *name)
{
    size_t c = 0;

    while (c < t->columns && strcasecmp(evk_table_name(t, c), name) != 0)
        c++;
    return c;
}

static evk_status put_column(struct evk_json_writer *w, evk_json *parent, const char *key,
                             const struct evk_table *t, size_t column, evk_error *err)
{
    evk_json *array = evk_json_put_array(w, parent, key);
    double number;

    for (size_t r = 0; r < t->rows; r++) {
        const char *cell = evk_table_cell(t, r, column);

        if (!evk_parse_real(cell, &number))
            return evk_fail(err, EVK_EFORMAT, "%s: line %lld: %.64s is '%.64s', expected a number",
                            t->path, (long long)t->line[r + 1], evk_table_name(t, column), cell);
        evk_json_put_real(w, array, NULL, number);
    }
    return EVK_OK;
}

static evk_status put_guns(struct evk_json_writer *w, evk_json *shown, const struct evk_table *t,
                           const size_t gun[3], evk_error *err)
{
    evk_json *luminance = evk_json_put_object(w, shown, "luminance");

    EVK_TRY(put_column(w, luminance, "red", t, gun[0], err));
    EVK_TRY(put_column(w, luminance, "green", t, gun[1], err));
    return put_column(w, luminance, "blue", t, gun[2], err);
}

static evk_status put_table(struct evk_json_writer *w, const struct evk_table *t, const char *name,
                            evk_error *err)
{
    const size_t level = find(t, "level"), all = find(t, "luminance"), none = t->columns;
    const size_t gun[3] = {find(t, "red"), find(t, "green"), find(t, "blue")};
    const bool guns = gun[0] < none && gun[1] < none && gun[2] < none;
    evk_json *shown;

    if (level == none || (all == none && !guns))
        return evk_fail(err, EVK_EFORMAT,
                        "%s: line %lld: expected columns level and luminance, or level, red, "
                        "green and blue",
                        t->path, (long long)t->line[0]);
    if (t->rows > EVK_CURVE_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s: has %zu levels, expected 2 to %d", t->path, t->rows,
                        EVK_CURVE_MAX);
    evk_json_drop(w->root, "shown_as");
    shown = evk_json_put_object(w, w->root, "shown_as");
    evk_json_put_text(w, shown, "comment", name);
    EVK_TRY(put_column(w, shown, "levels", t, level, err));
    return guns ? put_guns(w, shown, t, gun, err) : put_column(w, shown, "luminance", t, all, err);
}

static evk_status read_table(struct evk_table *out, const char *folder, const char *name,
                             evk_error *err)
{
    struct evk_bytes file;
    struct evk_dir dir;
    evk_status s;

    EVK_TRY(evk_dir_open(&dir, folder, err));
    s = evk_dir_read(&dir, name, FILE_MAX, &file, err);
    evk_dir_close(&dir);
    EVK_TRY(s);
    s = evk_table_parse(out, &file, name, err);
    evk_bytes_release(&file);
    return s;
}

evk_status evk_transfer_put_table(evk_json *display, const char *folder, evk_error *err)
{
    const char *text = evk_json_text(evk_json_get(display, "shown_as"));
    struct evk_json_writer w = {.root = display};
    struct evk_table t;
    char name[256];
    evk_status s;

    if (!text || !evk_transfer_is_file(text))
        return EVK_OK;
    if (!evk_path_is_inside(text) || snprintf(name, sizeof(name), "%s", text) >= (int)sizeof(name))
        return evk_fail(err, EVK_EFORMAT,
                        "shown_as is '%.128s', expected the name of a file in the same folder",
                        text);
    EVK_TRY(read_table(&t, folder, name, err));
    s = put_table(&w, &t, name, err);
    evk_table_release(&t);
    if (!s && w.failed)
        s = evk_fail(err, EVK_ENOMEM, "out of memory for a table of luminance");
    return s;
}
