/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c - make a stimulus set of up to EVK_STREAM_MAX images, in the order of its rows */
#include "stimset/make/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/journal.h"
#include "stimset/folder/manifest.h"
#include "stimset/folder/state.h"
#include "stimset/record/set_file.h"
#include "stimset/record/stop.h"
#include "stimset/sheet/sheet.h"

enum { CHUNK = 256 }; /* rows that are made side by side, and are in memory */

/* One call of evk_stream. */
struct work {
    const struct evk_stream *s;
    evk_made sum;
    int64_t done;                  /* rows that are in the journal */
    struct evk_pixel_hash *hashes; /* (s->count) owned */

    struct evk_stream_item *items; /* (CHUNK) owned */
    int64_t first;                 /* the row of items[0] */
    struct evk_lock *lock;         /* guards the members below */
    evk_progress progress;
    bool halted; /* a failure ended the call: no further image is begun */
};

void evk_stream_begin(const struct evk_stream *s, int64_t i, struct evk_stream_item *item)
{
    *item = (struct evk_stream_item){.stimulus.row = evk_row_new()};
    s->begin(s->arg, i, item);
    evk_row_give_code(&item->stimulus.row, i + 1);
}

/* ---- what is there ------------------------------------------------------------------------ */

/* Has the file this SHA-256? */
static bool is_whole(const struct evk_dir *folder, const char *name, const char *sha256)
{
    char hash[EVK_SHA256_TEXT];

    return !evk_set_file_hash(folder, name, hash, NULL) && strcmp(hash, sha256) == 0;
}

/* Files of a manifest while they are hashed. */
struct check {
    const struct evk_dir *folder;
    const struct evk_manifest *m;
    bool *whole; /* (m->count) the file has the SHA-256 of its entry */
};

static void check_entry(void *arg, int worker, int64_t i)
{
    struct check *c = arg;

    (void)worker;
    c->whole[i] = is_whole(c->folder, c->m->entries[i].path, c->m->entries[i].sha256);
}

static bool is_table(const char *path)
{
    for (const char *const *name = evk_set_tables; *name; name++)
        if (strcmp(*name, path) == 0)
            return true;
    return false;
}

static evk_status check_manifest(const struct evk_stream *s, const struct evk_manifest *m,
                                 bool *whole, evk_error *err)
{
    const int64_t n = (int64_t)m->count;
    struct check c = {s->folder, m, NULL};
    evk_status status = EVK_OK;

    EVK_TRY(evk_alloc(&c.whole, n, sizeof(*c.whole), "files", err));
    evk_parallel_for(evk_thread_count(s->run->threads, n), n, check_entry, &c);
    *whole = true;
    for (int64_t i = 0; i < n && !status; i++) {
        *whole = *whole && c.whole[i];
        if (!c.whole[i] && is_table(m->entries[i].path))
            status = evk_fail(err, EVK_EFORMAT,
                              "%s/%s: is missing or was altered after the set was finished; 'evoke "
                              "verify' says where; expected the file that %s lists",
                              s->folder->path, m->entries[i].path, EVK_SET_MANIFEST);
    }
    free(c.whole);
    return status;
}

static evk_status check_description(const struct evk_stream *s, evk_error *err)
{
    evk_json *there;
    evk_status status;

    EVK_TRY(evk_description_read(s->folder, &there, err));
    status = evk_description_check(there, s->asked->root, err);
    if (status)
        status = evk_wrap(err, status, "%s", s->folder->path);
    evk_json_free(there);
    return status;
}

evk_status evk_stream_check(const struct evk_stream *s, evk_error *err)
{
    if (evk_set_file_has(s->folder, EVK_SET_DESCRIPTION))
        EVK_TRY(check_description(s, err));
    return evk_set_file_has(s->folder, EVK_SET_MANIFEST) ? EVK_OK : evk_sheet_check(err);
}

evk_status evk_stream_is_whole(const struct evk_stream *s, bool *whole, evk_error *err)
{
    struct evk_manifest m;
    evk_status status;

    *whole = false;
    if (!evk_set_file_has(s->folder, EVK_SET_DESCRIPTION))
        return EVK_OK;
    EVK_TRY(check_description(s, err));
    if (evk_set_file_has(s->folder, evk_journal_name) ||
        !evk_set_file_has(s->folder, EVK_SET_MANIFEST))
        return EVK_OK;
    EVK_TRY(evk_manifest_read(&m, s->folder, err));
    status = check_manifest(s, &m, whole, err);
    evk_manifest_release(&m);
    return status;
}

/* ---- rows that are done ------------------------------------------------------------------- */

/* Count the next row, keep the hash of its pixels, and tell the caller of it; why: of a failure. */
static void note_row(struct work *w, const struct evk_stimulus *s, const char *why)
{
    const int64_t i = w->done++;
    char digits[17] = "";

    w->hashes[i] = (struct evk_pixel_hash){0, -1};
    if (s->row.present) {
        memcpy(digits, s->row.pixel_sha256, sizeof(digits) - 1);
        w->hashes[i] = (struct evk_pixel_hash){strtoull(digits, NULL, 16), i};
        w->sum.images++;
        if (w->s->noted)
            w->s->noted(w->s->arg, &s->row);
        return;
    }
    w->sum.failed++;
    if (w->s->failed)
        w->s->failed(w->s->arg, i, why);
}

/* Is it the row after those that are done, and has its file the SHA-256 of the row? */
static bool is_done(const struct work *w, const struct evk_row *row)
{
    char name[EVK_IMAGE_NAME];

    evk_set_file_image_name(row, name);
    return row->stim_code == w->done + 1 &&
           (!row->present || is_whole(w->s->folder, name, row->sha256));
}

/*
 * Count the rows of the journal up to the first one that is not done; cut off the lines from there.
 */
static evk_status take_up(struct work *w, evk_error *err)
{
    const struct evk_stream *s = w->s;
    struct evk_journal_reader *r;
    struct evk_stimulus stimulus;
    int64_t size = 0;
    evk_status status = EVK_OK;

    EVK_TRY(evk_journal_open(&r, s->folder, err));
    while (w->done < s->count && !evk_is_stopped(s->run)) {
        bool more;

        status = evk_journal_next(r, &stimulus, &more, err);
        if (status || !more || !is_done(w, &stimulus.row))
            break;
        note_row(w, &stimulus, NULL);
        size = evk_journal_read_so_far(r);
    }
    evk_journal_close(r);
    EVK_TRY(status);
    if (evk_is_stopped(s->run)) /* lines that were not checked stay */
        return evk_fail(err, EVK_ESTOPPED, "interrupted");
    return evk_dir_cut(s->folder, evk_journal_name, size, err);
}

/* ---- a chunk ------------------------------------------------------------------------------ */

/* Is it a failure after which no other image is begun? */
static bool ends_run(evk_status s)
{
    return s == EVK_EIO || s == EVK_ENOMEM || s == EVK_ESTOPPED;
}

static void run_job(void *arg, int worker, int64_t k)
{
    struct work *w = arg;
    const struct evk_stream *s = w->s;
    struct evk_stream_item *item = &w->items[k];
    bool halted;

    evk_lock_take(w->lock);
    halted = w->halted;
    evk_lock_give(w->lock);
    if (halted || evk_is_stopped(s->run))
        item->status = evk_fail(&item->why, EVK_ESTOPPED, "interrupted");
    else
        item->status = s->make(s->arg, worker, w->first + k, item, &item->why);
    evk_lock_take(w->lock);
    w->halted |= ends_run(item->status);
    w->progress.done++;
    if (s->run->progress && !w->halted)
        s->run->progress(s->run->arg, &w->progress);
    evk_lock_give(w->lock);
}

/*
 * Return the failure among the n items that ended the call, if any: rather one that is an error
 * than that the user stopped the call.
 */
static evk_status find_end(const struct work *w, int64_t n, evk_error *err)
{
    const struct evk_stream_item *found = NULL;

    for (int64_t k = 0; k < n; k++)
        if (ends_run(w->items[k].status) && (!found || found->status == EVK_ESTOPPED))
            found = &w->items[k];
    if (!found)
        return EVK_OK;
    if (found->status != EVK_ESTOPPED)
        return evk_fail(err, found->status, "%s", found->why.msg);
    return evk_fail(err, EVK_ESTOPPED, "interrupted: %lld of %lld stimuli are done in %s",
                    (long long)w->done, (long long)w->s->count, w->s->folder->path);
}

/* Append the lines of the n items to the journal, up to the first that a failure left undone. */
static evk_status put_lines(struct work *w, int64_t n, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status status = EVK_OK;

    for (int64_t k = 0; k < n && !status && !ends_run(w->items[k].status); k++) {
        struct evk_stream_item *item = &w->items[k];

        item->stimulus.row.present = !item->status;
        item->stimulus.failed = item->status;
        evk_row_round(&item->stimulus.row);
        status = evk_journal_line(&item->stimulus, &text, err);
        note_row(w, &item->stimulus, item->why.msg);
        w->sum.made += !item->status;
    }
    if (!status)
        status = evk_dir_append(w->s->folder, evk_journal_name, text.data, text.size, err);
    evk_str_release(&text);
    return status;
}

static evk_status run_chunk(struct work *w, evk_error *err)
{
    const int64_t left = w->s->count - w->done, n = left < CHUNK ? left : CHUNK;

    w->first = w->done;
    for (int64_t k = 0; k < n; k++)
        evk_stream_begin(w->s, w->first + k, &w->items[k]);
    evk_parallel_for(w->s->threads, n, run_job, w);
    EVK_TRY(put_lines(w, n, err));
    return find_end(w, n, err);
}

static evk_status make_chunks(struct work *w, evk_error *err)
{
    evk_status status = EVK_OK;

    EVK_TRY(evk_alloc(&w->items, CHUNK, sizeof(*w->items), "stimuli", err));
    EVK_TRY(evk_lock_new(&w->lock, err));
    w->progress = (evk_progress){0, w->s->count - w->done, (double)NAN};
    while (!status && w->done < w->s->count)
        status = run_chunk(w, err);
    return status;
}

/* ---- the steps of stream.h ---------------------------------------------------------------- */

static evk_status put_description(const struct evk_stream *s, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status status = evk_json_write_exactly(s->asked, &text, err);

    if (!status)
        status = evk_dir_write(s->folder, EVK_SET_DESCRIPTION, text.data, text.size, err);
    evk_str_release(&text);
    return status;
}

static evk_status begin_stream(struct work *w, evk_error *err)
{
    const struct evk_dir *folder = w->s->folder;
    const bool under_way = evk_set_file_has(folder, evk_journal_name);

    if (!under_way && !evk_set_file_has(folder, EVK_SET_MANIFEST) &&
        evk_set_file_has(folder, EVK_SET_TABLE))
        return evk_fail(err, EVK_EFORMAT,
                        "%s: has a table, but neither %s (a finished set) nor %s (one under way)",
                        folder->path, EVK_SET_MANIFEST, evk_journal_name);
    if (under_way)
        EVK_TRY(take_up(w, err));
    EVK_TRY(put_description(w->s, err));
    if (!under_way)
        EVK_TRY(evk_dir_write(folder, evk_journal_name, "", 0, err));
    EVK_TRY(evk_dir_remove(folder, EVK_SET_MANIFEST, err));
    return evk_dir_make_folder(folder, "stimuli", err);
}

/* Count the images of a finished set, by its manifest. */
static evk_status count_finished(struct work *w, evk_error *err)
{
    struct evk_manifest m;
    char name[EVK_IMAGE_NAME];
    struct evk_stream_item item;

    EVK_TRY(evk_manifest_read(&m, w->s->folder, err));
    for (int64_t i = 0; i < w->s->count; i++) {
        evk_stream_begin(w->s, i, &item);
        evk_set_file_image_name(&item.stimulus.row, name);
        if (evk_manifest_find(&m, name))
            w->sum.images++;
        else
            note_row(w, &item.stimulus, NULL);
        w->done = i + 1;
    }
    evk_manifest_release(&m);
    return EVK_OK;
}

static evk_status make_set(struct work *w, evk_error *err)
{
    const struct evk_stream *s = w->s;
    const struct evk_set_kind *kind;
    bool whole;

    EVK_TRY(evk_set_kind_find(&kind, s->asked->root, err));
    EVK_TRY(evk_alloc(&w->hashes, s->count, sizeof(*w->hashes), "hashes", err));
    EVK_TRY(evk_stream_is_whole(s, &whole, err));
    if (whole)
        return count_finished(w, err);
    EVK_TRY(evk_sheet_check(err));
    EVK_TRY(begin_stream(w, err));
    EVK_TRY(make_chunks(w, err));
    EVK_TRY(evk_stream_finish(s, kind, w->hashes, err));
    return evk_dir_remove(s->folder, evk_journal_name, err);
}

evk_status evk_stream(const struct evk_stream *s, evk_made *out, evk_error *err)
{
    struct work w = {.s = s};
    evk_status status;

    if (s->count < 1 || s->count > EVK_STREAM_MAX)
        return evk_fail(err, EVK_EINVAL, "found %lld images, expected 1 to %d", (long long)s->count,
                        EVK_STREAM_MAX);
    status = make_set(&w, err);
    evk_lock_free(w.lock);
    free(w.items);
    free(w.hashes);
    if (!status)
        *out = w.sum;
    return status;
}
