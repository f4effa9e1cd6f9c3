/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list.c - a list of images: its names, and reading one of its images at a wanted size */
#include "image/list.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/room.h"
#include "base/str.h"
#include "image/image.h"

void evk_image_list_free(evk_image_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].path);
        free(list->items[i].pixels);
    }
    for (size_t i = 0; i < list->archives_count; i++)
        evk_archive_free(list->archives[i]);
    for (size_t i = 0; i < list->left_out_count; i++)
        free(list->left_out[i].why);
    free(list->items);
    free(list->archives);
    free(list->left_out);
    evk_lock_free(list->lock);
    free(list);
}

static int by_base_name(const void *a, const void *b)
{
    const struct evk_listed *const *x = a, *const *y = b;

    return strcmp(evk_base_name((*x)->path), evk_base_name((*y)->path));
}

/*
 * Choose the names of the images.  The name of an image is its base name where no other image of
 * the list has the same one, else its path.
 */
static evk_status choose_names(evk_image_list *list, evk_error *err)
{
    const size_t n = list->count;
    struct evk_listed **sorted;

    EVK_TRY(evk_alloc(&sorted, (int64_t)n, sizeof(struct evk_listed *), "names", err));
    for (size_t i = 0; i < n; i++)
        sorted[i] = &list->items[i];
    if (n)
        qsort(sorted, n, sizeof(struct evk_listed *), by_base_name);
    for (size_t i = 0; i < n; i++)
        if ((i == 0 || by_base_name(&sorted[i - 1], &sorted[i]) != 0) &&
            (i + 1 == n || by_base_name(&sorted[i], &sorted[i + 1]) != 0))
            sorted[i]->name = evk_base_name(sorted[i]->path);
    free(sorted);
    return EVK_OK;
}

evk_status evk_image_list_open(evk_image_list **out, const char *const *paths, size_t count,
                               const evk_framing *framing, evk_error *err)
{
    EVK_ENTER();
    evk_framing asked;
    struct evk_photograph_frame frame;
    evk_image_list *list;
    evk_status s;

    evk_framing_default(&asked);
    EVK_TRY(evk_frame_of(&frame, framing ? framing : &asked, err));
    EVK_TRY(evk_alloc(&list, 1, sizeof(*list), "a list of images", err));
    list->frame = frame;
    s = evk_lock_new(&list->lock, err);
    for (size_t i = 0; !s && i < count; i++)
        s = evk_list_find(list, paths[i], err);
    for (size_t i = 0; i < list->count; i++)
        list->items[i].place = i;
    if (!s)
        s = choose_names(list, err);
    if (s)
        evk_image_list_free(list);
    else
        *out = list;
    return s;
}

size_t evk_image_list_count(const evk_image_list *list)
{
    return list->count;
}

size_t evk_image_list_skipped(const evk_image_list *list)
{
    return list->skipped;
}

size_t evk_image_list_outside(const evk_image_list *list)
{
    return list->outside;
}

const char *evk_image_list_path(const evk_image_list *list, size_t i)
{
    return list->items[i].path;
}

const char *evk_image_list_name(const evk_image_list *list, size_t i)
{
    return list->items[i].name;
}

void evk_image_list_set_frame(evk_image_list *list, const struct evk_photograph_frame *frame)
{
    if (memcmp(&list->frame, frame, sizeof(*frame)) == 0)
        return;
    list->frame = *frame;
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].pixels);
        list->items[i].pixels = NULL;
    }
    list->height = list->width = list->channels = 0;
}

/* ---- one image -------------------------------------------------------------- */

/*
 * Remember what was done to image i when it was read.  Notes add up over readings at any size; the
 * changes of a prepared list stay those at the size that it was prepared for.
 */
static void remember_changes(const evk_image_list *list, size_t i,
                             const struct evk_changes *changes)
{
    struct evk_listed *item = &list->items[i];

    evk_lock_take(list->lock);
    item->notes |= evk_changes_notes(changes);
    if (!list->prepared)
        item->changes = *changes;
    evk_lock_give(list->lock);
}

static bool is_kept(const evk_image_list *list, size_t i, const struct evk_size *size)
{
    return list->items[i].pixels && size->height > 0 && size->height == list->height &&
           size->width == list->width && size->channels == list->channels;
}

static evk_status copy_kept(const evk_image_list *list, size_t i, struct evk_pixels *out,
                            evk_error *err)
{
    EVK_TRY(evk_pixels_new(out, list->height, list->width, list->channels, err));
    memcpy(out->data, list->items[i].pixels, (size_t)(list->height * list->width * list->channels));
    return EVK_OK;
}

/* An image file in memory. */
struct file {
    struct evk_bytes bytes;
    int64_t room; /* bytes taken for it in base/room.h */
};

/* Returns how many bytes an image file has; 0 where it is missing or too large to be read. */
static int64_t file_size(const struct evk_listed *item)
{
    struct stat st;
    int64_t size = 0;

    if (item->archive)
        size = (int64_t)evk_archive_size(item->archive, item->entry);
    else if (stat(item->path, &st) == 0)
        size = (int64_t)st.st_size;
    return size >= 0 && size <= EVK_IMAGE_FILE_MAX ? size : 0;
}

static void file_release(struct file *file)
{
    evk_bytes_release(&file->bytes);
    evk_room_give(file->room);
}

static evk_status file_read(const struct evk_listed *item, struct file *out, evk_error *err)
{
    evk_status s;

    *out = (struct file){.room = file_size(item)};
    evk_room_take(out->room);
    if (item->archive) {
        s = evk_archive_read(item->archive, item->entry, &out->bytes, err);
        if (s)
            s = evk_wrap(err, s, "%s", item->path);
    } else {
        s = evk_fs_read(&out->bytes, item->path, EVK_IMAGE_FILE_MAX, err);
    }
    if (s)
        file_release(out);
    return s;
}

evk_status evk_image_list_header(const evk_image_list *list, size_t i, int64_t *height,
                                 int64_t *width, evk_error *err)
{
    struct evk_reader *reader;
    struct file file;
    evk_status s;

    EVK_TRY(file_read(&list->items[i], &file, err));
    s = evk_reader_open(&reader, file.bytes.data, file.bytes.size, err);
    if (!s) {
        const struct evk_header *h = &reader->header;

        *height = h->orientation > 4 ? h->width : h->height;
        *width = h->orientation > 4 ? h->height : h->width;
        evk_reader_close(reader);
    }
    file_release(&file);
    return s ? evk_wrap(err, s, "%s", list->items[i].path) : EVK_OK;
}

int64_t evk_image_list_own_bytes(const evk_image_list *list, size_t i)
{
    int64_t height, width;

    return evk_image_list_header(list, i, &height, &width, NULL) ? 0 : 3 * height * width;
}

/* expects: as in evk_image_list_exact; NULL: the image is brought to the size */
static evk_status decode(const evk_image_list *list, size_t i, const struct evk_size *size,
                         const char *expects, struct evk_pixels *out, struct evk_changes *did,
                         evk_error *err)
{
    const struct evk_wanted wanted = {size->height, size->width, size->channels, list->frame};
    const struct evk_listed *item = &list->items[i];
    struct file file;
    evk_status s;

    EVK_TRY(file_read(item, &file, err));
    s = evk_photograph_decode_exact(out, file.bytes.data, file.bytes.size, &wanted, expects, did,
                                    err);
    file_release(&file);
    if (s)
        return evk_wrap(err, s, "%s", item->path);
    remember_changes(list, i, did);
    return EVK_OK;
}

evk_status evk_image_list_pixels(const evk_image_list *list, size_t i, const struct evk_size *size,
                                 struct evk_pixels *out, struct evk_changes *changes,
                                 evk_error *err)
{
    struct evk_changes did;

    if (is_kept(list, i, size)) {
        if (changes)
            *changes = list->items[i].changes;
        return copy_kept(list, i, out, err);
    }
    EVK_TRY(decode(list, i, size, NULL, out, &did, err));
    if (changes)
        *changes = did;
    return EVK_OK;
}

evk_status evk_image_list_exact(const evk_image_list *list, size_t i, const struct evk_size *size,
                                const char *expects, struct evk_pixels *out, evk_error *err)
{
    struct evk_changes did;

    return decode(list, i, size, expects, out, &did, err);
}

evk_status evk_image_list_read(const evk_image_list *list, size_t i, evk_image **out,
                               evk_error *err)
{
    EVK_ENTER();
    const struct evk_size own = {0, 0, 0};
    struct evk_pixels pixels;
    evk_status s;

    EVK_TRY(evk_image_list_pixels(list, i, &own, &pixels, NULL, err));
    s = evk_image_of_pixels(out, &pixels, err);
    evk_pixels_release(&pixels);
    return s;
}
