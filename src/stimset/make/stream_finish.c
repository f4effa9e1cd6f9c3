/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream_finish.c - the last steps of a streamed set: from images and journal to a finished set */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "stimset/folder/journal.h"
#include "stimset/make/finish.h"
#include "stimset/make/stream.h"
#include "stimset/record/set_file.h"
#include "stimset/record/tables.h"
#include "stimset/sheet/gallery.h"

static int by_hash(const void *a, const void *b)
{
    const struct evk_pixel_hash *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Returns the first row whose pixels have this hash, in hashes that are sorted by_hash. */
static int64_t first_like(const struct evk_stream *s, const struct evk_pixel_hash *hashes,
                          uint64_t hash)
{
    int64_t low = 0, high = s->count;

    while (low < high) {
        const int64_t middle = low + (high - low) / 2;

        if (hashes[middle].hash < hash || hashes[middle].row < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count ? hashes[low].row : s->count;
}

/* Fill in duplicate_of and duplicate_rms. */
static void find_duplicate(const struct evk_stream *s, const struct evk_pixel_hash *hashes,
                           struct evk_row *row)
{
    char digits[17] = "";
    struct evk_stream_item item;
    int64_t first;

    if (!row->present)
        return;
    memcpy(digits, row->pixel_sha256, sizeof(digits) - 1);
    first = first_like(s, hashes, strtoull(digits, NULL, 16));
    if (first + 1 >= row->stim_code)
        return;
    evk_stream_begin(s, first, &item);
    snprintf(row->duplicate_of, sizeof(row->duplicate_of), "%s", item.stimulus.row.stimulus_id);
    row->duplicate_rms = 0;
}

/* ---- tables ------------------------------------------------------------------------------- */

/* stimuli.tsv and traces.tsv while they are written. */
struct tables {
    struct evk_sink *rows, *traces;
    char sha256[2][EVK_SHA256_TEXT]; /* of the finished files */
};

static evk_status write_row(struct tables *t, const struct evk_row *row, struct evk_str *text,
                            evk_error *err)
{
    text->size = 0;
    EVK_TRY(evk_row_write(row, text, err));
    evk_sink_add(t->rows, text->data, text->size);
    evk_sink_add(t->traces, row->stimulus_id, strlen(row->stimulus_id));
    evk_sink_add(t->traces, "\tn/a\n", 5);
    return EVK_OK;
}

static evk_status write_rows(const struct evk_stream *s, const struct evk_pixel_hash *hashes,
                             struct tables *t, struct evk_str *text, evk_error *err)
{
    static const char traces[] = "stimulus_id\t0\n";
    struct evk_journal_reader *r;
    struct evk_stimulus stimulus;
    evk_status status;
    int64_t n = 0;
    bool more;

    evk_row_header(text);
    EVK_TRY(evk_str_check(text, err));
    evk_sink_add(t->rows, text->data, text->size);
    evk_sink_add(t->traces, traces, sizeof(traces) - 1);
    EVK_TRY(evk_journal_open(&r, s->folder, err));
    for (;; n++) {
        status = evk_journal_next(r, &stimulus, &more, err);
        if (status || !more)
            break;
        find_duplicate(s, hashes, &stimulus.row);
        status = write_row(t, &stimulus.row, text, err);
        if (status)
            break;
    }
    evk_journal_close(r);
    if (!status && n != s->count)
        return evk_fail(err, EVK_EFORMAT, "%s/%s: has %lld whole lines, expected %lld",
                        s->folder->path, evk_journal_name, (long long)n, (long long)s->count);
    return status;
}

static evk_status write_tables(const struct evk_stream *s, const struct evk_pixel_hash *hashes,
                               struct tables *t, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status status = evk_sink_open(&t->rows, s->folder, EVK_SET_TABLE, err);

    if (!status)
        status = evk_sink_open(&t->traces, s->folder, EVK_SET_TRACES, err);
    if (!status)
        status = write_rows(s, hashes, t, &text, err);
    if (!status) {
        status = evk_sink_close(t->rows, t->sha256[0], err);
        t->rows = NULL;
    }
    if (!status) {
        status = evk_sink_close(t->traces, t->sha256[1], err);
        t->traces = NULL;
    }
    evk_sink_drop(t->rows);
    evk_sink_drop(t->traces);
    evk_str_release(&text);
    return status;
}

/* ---- the manifest ------------------------------------------------------------------------- */

static void add_line(struct evk_sink *out, const char *hash, const char *path)
{
    evk_sink_add(out, hash, strlen(hash));
    evk_sink_add(out, "  ", 2);
    evk_sink_add(out, path, strlen(path));
    evk_sink_add(out, "\n", 1);
}

/* Add the lines of the images of one set_type, in the order of stim_code. */
static evk_status add_images(const struct evk_stream *s, const char *type, struct evk_sink *out,
                             evk_error *err)
{
    struct evk_journal_reader *r;
    struct evk_stimulus stimulus;
    char path[EVK_IMAGE_NAME];
    evk_status status;
    bool more;

    EVK_TRY(evk_journal_open(&r, s->folder, err));
    for (;;) {
        status = evk_journal_next(r, &stimulus, &more, err);
        if (status || !more)
            break;
        if (!stimulus.row.present || strcmp(stimulus.row.set_type, type) != 0)
            continue;
        evk_set_file_image_name(&stimulus.row, path);
        add_line(out, stimulus.row.sha256, path);
    }
    evk_journal_close(r);
    return status;
}

static evk_status add_file(const struct evk_stream *s, const char *name, struct evk_sink *out,
                           evk_error *err)
{
    char hash[EVK_SHA256_TEXT];

    EVK_TRY(evk_set_file_hash(s->folder, name, hash, err));
    add_line(out, hash, name);
    return EVK_OK;
}

/* Add the lines of all files, in bytewise order of their paths. */
static evk_status add_files(const struct evk_stream *s, const struct evk_set_kind *kind,
                            const struct tables *t, struct evk_sink *out, evk_error *err)
{
    static const char *const texts[] = {EVK_SET_BIDSIGNORE, EVK_SET_README, EVK_SET_DESCRIPTION,
                                        EVK_SET_SHEET};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        EVK_TRY(add_file(s, texts[i], out, err));
    for (const char *const *type = kind->row_types; *type; type++)
        EVK_TRY(add_images(s, *type, out, err));
    EVK_TRY(add_file(s, EVK_SET_SIDECAR, out, err));
    add_line(out, t->sha256[0], EVK_SET_TABLE);
    add_line(out, t->sha256[1], EVK_SET_TRACES);
    return EVK_OK;
}

static evk_status write_manifest(const struct evk_stream *s, const struct evk_set_kind *kind,
                                 const struct tables *t, evk_error *err)
{
    struct evk_sink *out;
    char hash[EVK_SHA256_TEXT];
    evk_status status;

    EVK_TRY(evk_sink_open(&out, s->folder, EVK_SET_MANIFEST, err));
    status = add_files(s, kind, t, out, err);
    if (!status)
        return evk_sink_close(out, hash, err);
    evk_sink_drop(out);
    return status;
}

/* ---- the contact sheet -------------------------------------------------------------------- */

static evk_status put_sheet(const struct evk_stream *s, const struct evk_set_kind *kind,
                            evk_error *err)
{
    const int64_t shown = s->count < EVK_GALLERY_FIRST ? s->count : EVK_GALLERY_FIRST;
    struct evk_stimuli first = {NULL, 0, NULL};
    struct evk_set_rows rows;
    evk_status status;

    EVK_TRY(evk_set_rows_open(&rows, s->folder, EVK_STREAM_MAX, err));
    status = evk_stimuli_take(&rows, shown, &first, err);
    evk_set_rows_close(&rows);
    if (!status)
        status = evk_finish_sheet(s->folder, kind, &first, s->count, s->originals, NULL, err);
    evk_stimuli_release(&first);
    return status;
}

evk_status evk_stream_finish(const struct evk_stream *s, const struct evk_set_kind *kind,
                             struct evk_pixel_hash *hashes, evk_error *err)
{
    struct tables t = {NULL, NULL, {"", ""}};

    qsort(hashes, (size_t)s->count, sizeof(*hashes), by_hash);
    EVK_TRY(write_tables(s, hashes, &t, err));
    EVK_TRY(evk_finish_sidecar(s->folder, err));
    EVK_TRY(put_sheet(s, kind, err));
    EVK_TRY(evk_set_file_put_texts(s->folder, false, err));
    evk_fs_sync();
    return write_manifest(s, kind, &t, err);
}
