/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prepare.c - all images of a list read once, so that unreadable and repeated ones leave the list
 *
 * Images are read by several threads, and repeat one another where their hashes are equal: at the
 * prepared size first, and, where these are equal, at their own sizes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/room.h"
#include "base/str.h"
#include "image/image.h"
#include "image/list.h"

static const int64_t KEPT_MAX = (int64_t)256 << 20; /* bytes of pixels */

struct hashed;

struct preparing {
    evk_image_list *list;
    struct evk_size size;
    const evk_run *run;
    unsigned char (*hashes)[EVK_SHA256_BYTES]; /* (images) */
    bool *out;                                 /* (images) the image leaves the list */
    int64_t room;                              /* the pixels of this many images are kept */
    struct hashed *alike;                      /* images that may repeat one another */
    /* status of the first failure that ends the call; the list's lock guards status and error */
    evk_status status;
    evk_error error; /* message of the first failure */
};

/* Remember a failure that ends the call. */
static void remember_failure(struct preparing *p, evk_status s, const evk_error *err)
{
    evk_lock_take(p->list->lock);
    if (!p->status) {
        p->status = s;
        p->error = *err;
    }
    evk_lock_give(p->list->lock);
}

/* Read image i at the prepared size and hash it; its pixels are kept if there is room for them. */
static evk_status read_image(struct preparing *p, int64_t i, evk_error *err)
{
    struct evk_listed *item = &p->list->items[i];
    struct evk_changes did;
    struct evk_pixels x;
    evk_status s;

    EVK_TRY(evk_image_list_pixels(p->list, (size_t)i, &p->size, &x, &did, err));
    evk_lock_take(p->list->lock);
    item->changes = did;
    evk_lock_give(p->list->lock);
    s = evk_pixels_hash(&x, p->hashes[i], err);
    if (!s && i < p->room) {
        item->pixels = x.data;
        return EVK_OK;
    }
    evk_pixels_release(&x);
    return s;
}

/* Images at their own sizes may be large: a thread waits until there is room for the pixels. */
static evk_status read_within_room(struct preparing *p, int64_t i, evk_error *err)
{
    const int64_t room = p->size.height ? 0 : evk_image_list_own_bytes(p->list, (size_t)i);
    evk_status s;

    evk_room_take(room);
    s = read_image(p, i, err);
    evk_room_give(room);
    return s;
}

/*
 * A thread's job: read image i.  One that cannot be read leaves the list, unless the list was
 * prepared before, at another size: the images of a prepared list stay, and the call fails.
 */
static void read_job(void *arg, int worker, int64_t i)
{
    struct preparing *p = arg;
    evk_error err = {EVK_OK, ""};
    evk_status s;

    (void)worker;
    s = p->run && p->run->stop && p->run->stop(p->run->arg)
            ? evk_fail(&err, EVK_ESTOPPED, "interrupted")
            : read_within_room(p, i, &err);
    if (s == EVK_ENOMEM || s == EVK_ESTOPPED || (s && p->list->prepared)) {
        remember_failure(p, s, &err);
    } else if (s) {
        p->out[i] = true;
        s = evk_image_list_leave_out(p->list, (size_t)i, true, err.msg, &err);
        if (s)
            remember_failure(p, s, &err);
    }
}

/* ---- images that repeat one another ------------------------------------------ */

struct hashed {
    const unsigned char *hash;
    int64_t image;
};

static int by_hash(const void *a, const void *b)
{
    const struct hashed *x = a, *y = b;
    const int order = memcmp(x->hash, y->hash, EVK_SHA256_BYTES);

    return order ? order : (x->image > y->image) - (x->image < y->image);
}

static bool is_same(const struct hashed *a, const struct hashed *b)
{
    return memcmp(a->hash, b->hash, EVK_SHA256_BYTES) == 0;
}

/* Leave out an image whose pixels are those of first, an earlier image of the list. */
static evk_status leave_out_repeat(struct preparing *p, int64_t image, int64_t first,
                                   evk_error *err)
{
    const char *path = p->list->items[image].path, *other = p->list->items[first].path;
    struct evk_str why = EVK_STR_INIT;
    evk_status s;

    if (strcmp(path, other) == 0)
        evk_str_printf(&why, "%s: is given twice", path);
    else
        evk_str_printf(&why, "%s: has the pixels of %s, which is used", path, other);
    s = evk_str_check(&why, err);
    if (!s)
        s = evk_image_list_leave_out(p->list, (size_t)image, false, why.data, err);
    p->out[image] = true;
    evk_str_release(&why);
    return s;
}

/*
 * Hash image k of p->alike at its own size: images that are equal at the prepared size may still
 * differ at their own.
 */
static void hash_whole(void *arg, int worker, int64_t k)
{
    struct preparing *p = arg;
    const int64_t i = p->alike[k].image;
    const struct evk_changes did = p->list->items[i].changes;
    const struct evk_size own = {0, 0, 0};
    evk_error err = {EVK_OK, ""};
    struct evk_pixels x;
    int64_t room;
    evk_status s;

    (void)worker;
    room = evk_image_list_own_bytes(p->list, (size_t)i);
    evk_room_take(room);
    s = evk_image_list_pixels(p->list, (size_t)i, &own, &x, NULL, &err);
    if (!s) {
        s = evk_pixels_hash(&x, p->hashes[i], &err);
        evk_pixels_release(&x);
    }
    evk_room_give(room);
    evk_lock_take(p->list->lock);
    /* reading the image at its own size has overwritten its changes */
    p->list->items[i].changes = did;
    evk_lock_give(p->list->lock);
    if (s)
        remember_failure(p, s, &err);
}

/* Move the images whose hash another image also has to the front, and return how many they are. */
static int64_t keep_alike(struct hashed *sorted, int64_t n)
{
    int64_t kept = 0;
    bool before = false;

    for (int64_t k = 0; k < n; k++) {
        const bool after = k + 1 < n && is_same(&sorted[k], &sorted[k + 1]);

        if (before || after)
            sorted[kept++] = sorted[k];
        before = after;
    }
    return kept;
}

static void sort_by_hash(struct hashed *list, int64_t n)
{
    if (n)
        qsort(list, (size_t)n, sizeof(*list), by_hash);
}

static evk_status find_repeats(struct preparing *p, evk_error *err)
{
    const int64_t all = (int64_t)p->list->count;
    int64_t n = 0, first = 0;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&p->alike, all, sizeof(*p->alike), "hashes of images", err));
    for (int64_t i = 0; i < all; i++)
        if (!p->out[i])
            p->alike[n++] = (struct hashed){p->hashes[i], i};
    sort_by_hash(p->alike, n);
    n = keep_alike(p->alike, n);
    if (p->size.height)
        evk_parallel_for(evk_thread_count(p->run ? p->run->threads : 0, n), n, hash_whole, p);
    if (p->status)
        return evk_fail(err, p->status, "%s", p->error.msg);
    sort_by_hash(p->alike, n);
    for (int64_t k = 1; k < n && !s; k++)
        if (!is_same(&p->alike[k], &p->alike[first]))
            first = k;
        else
            s = leave_out_repeat(p, p->alike[k].image, p->alike[first].image, err);
    return s;
}

/* ---- the list ---------------------------------------------------------------- */

/* Remove the images i with out[i] from the list. */
static void remove_images(evk_image_list *list, const bool *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if (out[i]) {
            free(list->items[i].path);
            free(list->items[i].pixels);
        } else {
            list->items[kept++] = list->items[i];
        }
    list->count = kept;
}

static void forget_pixels(evk_image_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].pixels);
        list->items[i].pixels = NULL;
    }
}

static evk_status read_all(struct preparing *p, bool compare, evk_error *err)
{
    evk_image_list *list = p->list;
    const int64_t n = (int64_t)list->count;

    EVK_TRY(evk_alloc(&p->hashes, n, sizeof(*p->hashes), "hashes of images", err));
    EVK_TRY(evk_alloc(&p->out, n, sizeof(*p->out), "images", err));
    evk_parallel_for(evk_thread_count(p->run ? p->run->threads : 0, n), n, read_job, p);
    if (p->status)
        return evk_fail(err, p->status, "%s", p->error.msg);
    if (compare)
        EVK_TRY(find_repeats(p, err));
    remove_images(list, p->out);
    return evk_image_list_check_left(list, list->count, err);
}

evk_status evk_image_list_prepare(evk_image_list *list, const struct evk_size *size,
                                  const evk_run *run, evk_error *err)
{
    const int64_t bytes = size->height * size->width * size->channels;
    const bool first = !list->prepared;
    struct preparing p = {
        .list = list, .size = *size, .run = run, .room = bytes > 0 ? KEPT_MAX / bytes : 0};
    evk_status s;

    if (list->prepared &&
        (bytes == 0 || (list->height == size->height && list->width == size->width &&
                        list->channels == size->channels)))
        return EVK_OK;
    forget_pixels(list);
    list->height = list->width = list->channels = 0;
    s = read_all(&p, first, err);
    free(p.hashes);
    free(p.alike);
    free(p.out);
    if (s)
        return s;
    list->prepared = true;
    list->height = size->height;
    list->width = size->width;
    list->channels = size->channels;
    return EVK_OK;
}
