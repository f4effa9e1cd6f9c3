/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open.c - a recording: opened, described and freed */
#include "recording/recording.h"

#include <math.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/mem.h"
#include "base/str.h"
#include "format/npy.h"
#include "image/list.h"
#include "recording/numbered.h"
#include "recording/reading.h"
#include "recording/rows.h"
#include "recording/unit_names.h"

void evk_recording_free(evk_recording *r)
{
    if (!r)
        return;
    free(r->path);
    free(r->rows);
    evk_names_release(&r->names);
    evk_names_release(&r->notes);
    free(r->image);
    free(r->values);
    free(r->line);
    free(r);
}

evk_status evk_recording_allocate(evk_recording *r, bool ordered, evk_error *err)
{
    int64_t shown, values;

    if (!evk_size_mul(r->images, r->repeats, &shown) || !evk_size_mul(shown, r->units, &values) ||
        values > EVK_RECORDING_VALUES_MAX)
        return evk_fail(err, EVK_EFORMAT,
                        "has %lld units, %lld images and up to %lld presentations of an image; "
                        "expected a product of at most %lld",
                        (long long)r->units, (long long)r->images, (long long)r->repeats,
                        (long long)EVK_RECORDING_VALUES_MAX);
    EVK_TRY(evk_alloc(&r->image, r->images, sizeof(*r->image), "images", err));
    EVK_TRY(evk_alloc(&r->values, values, sizeof(*r->values), "responses", err));
    for (int64_t i = 0; i < values; i++)
        r->values[i] = NAN;
    if (!ordered)
        return EVK_OK;
    EVK_TRY(evk_alloc(&r->line, shown, sizeof(*r->line), "presentations", err));
    for (int64_t i = 0; i < shown; i++)
        r->line[i] = -1;
    return EVK_OK;
}

/* Reads the file by its content and its ending. */
static evk_status read_content(struct evk_reading *g, evk_error *err)
{
    static const char *const tables[] = {".csv", ".tsv", ".txt", NULL};

    if (evk_npy_probe(g->file->data, g->file->size))
        return evk_recording_read_array(g, err);
    if (evk_ends_in(g->r->path, tables))
        return evk_recording_read_table(g, err);
    return evk_fail(err, EVK_EFORMAT,
                    "is no recording that is read here, expected a NumPy array (.npy) or a table "
                    "(.csv, .tsv)");
}

/* Says that images were counted in bytewise order, where their numbers have another one. */
static evk_status note_order(evk_recording *r, evk_error *err)
{
    const int64_t i = evk_out_of_number(r->list);

    if (i < 0)
        return EVK_OK;
    return evk_names_printf(&r->notes, err,
                            "warning: images were counted in bytewise order, in which %s comes "
                            "before %s; if the responses are in the order of the numbers, list the "
                            "images in it in a file for --images @FILE",
                            r->list->items[i].name, r->list->items[i + 1].name);
}

static evk_status read_file(struct evk_reading *g, const struct evk_bytes *file, evk_error *err)
{
    evk_status s;

    g->file = file;
    EVK_TRY(evk_sha256_text(file->data, file->size, g->r->sha256, err));
    s = read_content(g, err);
    if (!s && g->counted && g->r->list)
        s = note_order(g->r, err);
    return s ? evk_wrap(err, s, "%s", g->r->path) : EVK_OK;
}

/* Decides which images may take part, and reads the file. */
static evk_status read_part(struct evk_reading *g, const char *rows, evk_error *err)
{
    struct evk_bytes file;
    int64_t *take;
    evk_status s;

    if (rows && !g->r->list)
        return evk_fail(err, EVK_EINVAL, "rows is '%.200s', which needs images", rows);
    EVK_TRY(
        evk_rows_read(&take, &g->taken, rows, g->r->list ? (int64_t)g->r->list->count : 0, err));
    g->take = take;
    s = evk_fs_read(&file, g->r->path, EVK_RECORDING_FILE_MAX, err);
    if (!s) {
        s = read_file(g, &file, err);
        evk_bytes_release(&file);
    }
    free(take);
    return s;
}

static evk_status read_recording(evk_recording *r, const char *path, const char *rows,
                                 const char *names, evk_error *err)
{
    struct evk_reading g = {.r = r};
    evk_status s;

    EVK_TRY(evk_strdup(&r->path, path, err));
    if (rows)
        EVK_TRY(evk_strdup(&r->rows, rows, err));
    if (names)
        EVK_TRY(evk_unit_names_read(&g.names, names, err));
    s = read_part(&g, rows, err);
    evk_names_release(&g.names);
    return s;
}

evk_status evk_recording_open(evk_recording **out, const char *path, const evk_image_list *images,
                              const char *rows, const char *names, evk_error *err)
{
    EVK_ENTER();
    evk_recording *r;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "a recording", err));
    r->list = images;
    s = read_recording(r, path, rows, names, err);
    if (s)
        evk_recording_free(r);
    else
        *out = r;
    return s;
}

size_t evk_recording_units(const evk_recording *r)
{
    return (size_t)r->units;
}

const char *evk_recording_unit(const evk_recording *r, size_t i)
{
    return r->names.names[i];
}

size_t evk_recording_images(const evk_recording *r)
{
    return (size_t)r->images;
}

size_t evk_recording_repeats(const evk_recording *r)
{
    return (size_t)r->repeats;
}

const char *evk_recording_note(const evk_recording *r, size_t i)
{
    return i < r->notes.count ? r->notes.names[i] : NULL;
}
