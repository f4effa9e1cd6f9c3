/* SPDX-License-Identifier: GPL-3.0-or-later */
/* images.c - all images of a session: shown in parallel, each distinct one written once */
#include "session/images.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "stimset/finished/set.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/model_files.h"
#include "stimset/record/kind.h"
#include "stimset/score/worker.h"

enum { CHUNK = 4 }; /* how many images each thread shows before they are compared and written */

/* All images while they are made. */
struct making {
    struct evk_rig_images *images;
    struct evk_gathering *g;
    const struct evk_rig_plan *plan;
    const struct evk_dir *folder;
    bool write;
    const evk_run *run;
    struct evk_rig_set *sets;    /* (g->set_count) owned */
    struct evk_worker *workers;  /* (threads) owned */
    struct evk_row_line *lines;  /* (threads) each of the table of one set; owned */
    int64_t *lines_of;           /* (threads) which set that is; owned */
    struct evk_rig_shown *shown; /* (room) of the chunk; owned */
    evk_status *status;          /* (room) owned */
    evk_error *why;              /* (room) owned */
    int64_t first;               /* the first stimulus of the chunk */
    int threads;
    /* Images by their keys, in a hash table of slots: index + 1, or 0. */
    int64_t *slot;
    int64_t slots;
};

void evk_rig_images_release(struct evk_rig_images *images)
{
    free(images->list);
    free(images->keys);
    evk_names_release(&images->lost);
    images->list = NULL;
    images->keys = NULL;
    images->count = images->room = images->known = images->keys_room = 0;
}

/* ---- models ---------------------------------------------------------------------------------- */

/* Opens the models of a set, as far as they are found. */
static evk_status open_models(struct making *m, struct evk_rig_set *s, const char *const *models,
                              size_t count, evk_error *err)
{
    struct evk_described_model d;
    size_t n = 0;

    while (evk_description_model_at(s->set->description, n, &d))
        n++;
    EVK_TRY(evk_alloc(&s->model, (int64_t)n, sizeof(evk_model *), "models", err));
    for (size_t i = 0; i < n; i++) {
        evk_error why = {EVK_OK, ""};
        evk_status status;

        evk_description_model_at(s->set->description, i, &d);
        EVK_TRY(evk_names_add(&s->sha256, d.sha256, err));
        status = evk_model_file_open(s->set->folder.path, s->set->description, d.sha256, models,
                                     count, &s->model[i], &why);
        if (status == EVK_ENOMEM)
            return evk_fail(err, status, "%s", why.msg);
        if (status) {
            s->model[i] = NULL;
            EVK_TRY(evk_names_add(&m->images->lost, d.name, err));
        }
    }
    return EVK_OK;
}

static evk_status open_sets(struct making *m, const char *const *models, size_t count,
                            evk_error *err)
{
    EVK_TRY(evk_alloc(&m->sets, (int64_t)m->g->set_count, sizeof(*m->sets), "sets", err));
    for (size_t i = 0; i < m->g->set_count; i++) {
        struct evk_rig_set *s = &m->sets[i];

        s->set = m->g->sets[i];
        s->name = m->g->names.names[i];
        EVK_TRY(evk_set_kind_find(&s->kind, s->set->description, err));
        s->has_recipe = !evk_description_recipe(s->set->description, &s->recipe, NULL);
        EVK_TRY(open_models(m, s, models, count, err));
    }
    return EVK_OK;
}

static void close_sets(struct making *m)
{
    for (size_t i = 0; m->sets && i < m->g->set_count; i++) {
        for (size_t k = 0; m->sets[i].model && k < m->sets[i].sha256.count; k++)
            evk_model_free(m->sets[i].model[k]);
        free(m->sets[i].model);
        evk_names_release(&m->sets[i].sha256);
    }
    free(m->sets);
}

/* ---- distinct images ------------------------------------------------------------------------- */

static int64_t slot_of(const struct making *m, const unsigned char key[EVK_SHA256_BYTES])
{
    uint64_t at = 0;

    for (int i = 0; i < 8; i++)
        at = at << 8 | key[i];
    at %= (uint64_t)m->slots;
    while (m->slot[at] && memcmp(m->images->keys[m->slot[at] - 1], key, EVK_SHA256_BYTES) != 0)
        at = (at + 1) % (uint64_t)m->slots;
    return (int64_t)at;
}

/* Makes room for the keys of so many images. */
static evk_status reserve_keys(struct evk_rig_images *images, int64_t room, evk_error *err)
{
    unsigned char(*keys)[EVK_SHA256_BYTES];

    if (room <= images->keys_room)
        return EVK_OK;
    keys = realloc(images->keys, (size_t)room * sizeof(*images->keys));
    if (!keys)
        return evk_fail(err, EVK_ENOMEM, "out of memory for the images of a session");
    images->keys = keys;
    images->keys_room = room;
    return EVK_OK;
}

evk_status evk_rig_images_append(struct evk_rig_images *all, const struct evk_rig_made *made,
                                 const unsigned char key[EVK_SHA256_BYTES], evk_error *err)
{
    if (all->count == all->room) {
        const int64_t room = all->room ? 2 * all->room : 256;
        struct evk_rig_made *list = realloc(all->list, (size_t)room * sizeof(*list));

        if (!list)
            return evk_fail(err, EVK_ENOMEM, "out of memory for the images of a session");
        all->list = list;
        all->room = room;
    }
    EVK_TRY(reserve_keys(all, all->room, err));
    memcpy(all->keys[all->count], key, EVK_SHA256_BYTES);
    all->list[all->count++] = *made;
    all->known = all->count;
    return EVK_OK;
}

/* Adds an image under the next code, and writes its file. */
static evk_status add_image(struct making *m, const struct evk_rig_shown *shown, int64_t at,
                            evk_error *err)
{
    struct evk_rig_images *all = m->images;
    char name[EVK_RIG_NAME];

    if (all->count >= EVK_CODE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "the session has more than %d distinct images, expected codes that fit the "
                        "positive half of a 16-bit strobe",
                        EVK_CODE_MAX);
    if (all->count == 0) {
        all->place = shown->place;
        all->source_height = shown->height;
        all->source_width = shown->width;
    }
    EVK_TRY(evk_rig_images_append(all, &shown->made, shown->key, err));
    m->slot[at] = all->count;
    if (!m->write)
        return EVK_OK;
    evk_rig_image_name(all->count, name);
    return evk_dir_write_fast(m->folder, name, shown->file.data, shown->file.size, err);
}

/* Finds an image with the same pixels, or adds one; *index: its number from 0. */
static evk_status find_image(struct making *m, const struct evk_rig_shown *shown, int64_t *index,
                             evk_error *err)
{
    const int64_t at = slot_of(m, shown->key);

    if (!m->slot[at])
        EVK_TRY(add_image(m, shown, at, err));
    *index = m->slot[at] - 1;
    return EVK_OK;
}

/* ---- stimuli --------------------------------------------------------------------------------- */

/* Shows stimulus i of the chunk (evk_job_fn). */
static void show_one(void *arg, int worker, int64_t i)
{
    struct making *m = arg;
    const struct evk_rig_stimulus *s = &m->g->list[m->first + i];

    m->status[i] = EVK_ESTOPPED;
    if (m->run && m->run->stop && m->run->stop(m->run->arg))
        return;
    /* a line has text of its table that was read ahead, which is none of another table's */
    if (m->lines_of[worker] != (int64_t)s->set) {
        evk_row_line_release(&m->lines[worker]);
        m->lines_of[worker] = (int64_t)s->set;
    }
    m->status[i] = evk_rig_show(&m->shown[i], &m->sets[s->set], s, m->plan, m->folder != NULL,
                                &m->workers[worker], &m->lines[worker], &m->why[i]);
}

static evk_status take_one(struct making *m, int64_t i, evk_error *err)
{
    struct evk_rig_stimulus *s = &m->g->list[m->first + i];
    const struct evk_rig_shown *shown = &m->shown[i];
    const int64_t before = m->images->count;
    int64_t index;

    if (m->status[i] == EVK_ESTOPPED)
        return evk_fail(err, EVK_ESTOPPED, "stopped; the same call goes on");
    if (m->status[i])
        return evk_fail(err, m->status[i], "%s", m->why[i].msg);
    EVK_TRY(find_image(m, shown, &index, err));
    if (m->images->count > before)
        m->images->list[index].role = s->role;
    s->code = index + 1;
    s->response_shown = shown->response_shown;
    s->shown_px = m->plan->has_display ? shown->place.width * shown->place.height
                                       : shown->height * shown->width;
    m->images->with_window += shown->has_window;
    m->images->without_window += !shown->has_window;
    m->images->not_asked += s->has_model && isnan(shown->response_shown);
    return EVK_OK;
}

static evk_status show_chunk(struct making *m, int64_t n, evk_error *err)
{
    evk_status s = EVK_OK;

    evk_parallel_for(evk_thread_count(m->threads, n), n, show_one, m);
    for (int64_t i = 0; i < n; i++) {
        if (!s)
            s = take_one(m, i, err);
        if (!m->status[i])
            evk_bytes_release(&m->shown[i].file);
    }
    return s;
}

static evk_status show_stimuli(struct making *m, evk_error *err)
{
    const int64_t chunk = (int64_t)m->threads * CHUNK;

    for (m->first = 0; m->first < m->g->count; m->first += chunk) {
        const int64_t left = m->g->count - m->first;

        EVK_TRY(show_chunk(m, left < chunk ? left : chunk, err));
    }
    return EVK_OK;
}

/* ---- the blank and the image of catch trials ------------------------------------------------- */

static evk_status add_blank(struct making *m, evk_error *err)
{
    struct evk_rig_images *all = m->images;
    const struct evk_rig_shown like = {
        .place = all->place, .height = all->source_height, .width = all->source_width};
    const int64_t before = all->count;
    struct evk_rig_shown shown;
    evk_status s;

    EVK_TRY(evk_rig_show_blank(&shown, &like, m->plan, m->folder != NULL, err));
    s = find_image(m, &shown, &all->blank, err);
    evk_bytes_release(&shown.file);
    EVK_TRY(s);
    all->own_blank = all->count > before;
    if (all->own_blank)
        all->list[all->blank].role = "blank";
    all->list[all->blank].is_blank = true;
    return EVK_OK;
}

static evk_status add_catch(struct making *m, const char *path, evk_error *err)
{
    struct evk_rig_images *all = m->images;
    const int64_t before = all->count;
    struct evk_rig_shown shown;
    struct evk_pixels pixels;
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_fs_read(&file, path, EVK_IMAGE_FILE_MAX, err));
    s = evk_decode(&pixels, file.data, file.size, err);
    evk_bytes_release(&file);
    if (!s) {
        s = evk_rig_show_pixels(&shown, &pixels, EVK_RIG_CATCH_TEXT, m->plan, m->folder != NULL,
                                err);
        evk_pixels_release(&pixels);
    }
    if (s)
        return evk_wrap(err, s, "%s", path);
    s = find_image(m, &shown, &all->catch_image, err);
    evk_bytes_release(&shown.file);
    all->own_catch = all->count > before;
    if (all->own_catch)
        all->list[all->catch_image].role = "catch";
    return s;
}

/* ---- all ------------------------------------------------------------------------------------- */

static evk_status open_memory(struct making *m, evk_error *err)
{
    const int64_t chunk = (int64_t)m->threads * CHUNK;
    const int64_t most = m->images->count + m->g->count + 2;

    m->slots = 2 * most + 1;
    EVK_TRY(evk_alloc(&m->slot, m->slots, sizeof(*m->slot), "images", err));
    EVK_TRY(reserve_keys(m->images, most, err));
    EVK_TRY(evk_alloc(&m->workers, m->threads, sizeof(*m->workers), "threads", err));
    EVK_TRY(evk_alloc(&m->lines, m->threads, sizeof(*m->lines), "threads", err));
    EVK_TRY(evk_alloc(&m->lines_of, m->threads, sizeof(*m->lines_of), "threads", err));
    EVK_TRY(evk_alloc(&m->shown, chunk, sizeof(*m->shown), "images", err));
    EVK_TRY(evk_alloc(&m->why, chunk, sizeof(*m->why), "images", err));
    return evk_alloc(&m->status, chunk, sizeof(*m->status), "images", err);
}

static void close_memory(struct making *m)
{
    for (int t = 0; t < m->threads; t++) {
        if (m->workers)
            evk_worker_release(&m->workers[t]);
        if (m->lines)
            evk_row_line_release(&m->lines[t]);
    }
    free(m->slot);
    free(m->workers);
    free(m->lines);
    free(m->lines_of);
    free(m->shown);
    free(m->why);
    free(m->status);
}

static evk_status read_key(const struct making *m, int64_t i, evk_error *err)
{
    struct evk_pixels pixels;
    evk_status s = evk_rig_image_read(m->folder, i + 1, NULL, &pixels, err);

    if (s)
        return evk_wrap(err, s, "%s", m->folder->path);
    s = evk_pixels_hash(&pixels, m->images->keys[i], err);
    evk_pixels_release(&pixels);
    return s;
}

/* Lists the images that there are already, so that they are found again. */
static evk_status know_images(struct making *m, evk_error *err)
{
    struct evk_rig_images *all = m->images;

    for (int64_t i = 0; i < all->count; i++) {
        if (i >= all->known)
            EVK_TRY(read_key(m, i, err));
        m->slot[slot_of(m, all->keys[i])] = i + 1;
    }
    all->known = all->count;
    return EVK_OK;
}

static evk_status make(struct making *m, const char *const *models, size_t count, bool blank,
                       evk_error *err)
{
    EVK_TRY(open_memory(m, err));
    EVK_TRY(open_sets(m, models, count, err));
    EVK_TRY(know_images(m, err));
    EVK_TRY(show_stimuli(m, err));
    if (blank)
        EVK_TRY(add_blank(m, err));
    if (m->plan->options->catch_image && m->images->catch_image < 0)
        EVK_TRY(add_catch(m, m->plan->options->catch_image, err));
    return EVK_OK;
}

evk_status evk_rig_images_make(struct evk_rig_images *out, struct evk_gathering *g,
                               const struct evk_rig_plan *plan, const struct evk_dir *folder,
                               const char *const *models, size_t count, bool blank, bool write,
                               const evk_run *run, evk_error *err)
{
    struct making m = {.images = out,
                       .g = g,
                       .plan = plan,
                       .folder = folder,
                       .write = write,
                       .run = run,
                       .threads = evk_thread_count(run ? run->threads : 0, g->count)};
    const evk_status s = make(&m, models, count, blank, err);

    close_memory(&m);
    close_sets(&m);
    return s;
}
