/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list.c - the images under files, folders and zip archives */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/str.h"
#include "format/zip.h"
#include "image/image.h"

enum { DEPTH_MAX = 64 };

struct archive {
    struct evk_zip *zip;
    struct evk_lock *lock; /* libzip is not thread-safe */
};

struct item {
    char *path;
    const char *name;        /* within path */
    struct archive *archive; /* NULL for a file */
    size_t entry;
};

struct evk_image_list {
    struct item *items;
    size_t count, skipped;
    struct archive **archives;
    size_t archives_count;
};

static void archive_free(struct archive *a)
{
    if (!a)
        return;
    evk_zip_close(a->zip);
    evk_lock_free(a->lock);
    free(a);
}

void evk_image_list_free(evk_image_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].path);
    for (size_t i = 0; i < list->archives_count; i++)
        archive_free(list->archives[i]);
    free(list->items);
    free(list->archives);
    free(list);
}

/* Room for one more element; it doubles whenever the count is a power of two. */
static evk_status grow(void *array, size_t count, size_t size, evk_error *err)
{
    size_t room = count ? 2 * count : 1;
    void *p, *more;

    if (count & (count - 1))
        return EVK_OK;
    memcpy(&p, array, sizeof(p));
    more = room > SIZE_MAX / size ? NULL : realloc(p, room * size);
    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a list of %zu images", room);
    memcpy(array, &more, sizeof(more));
    return EVK_OK;
}

/* Keeps path, also when it fails. */
static evk_status add_take(evk_image_list *list, char *path, struct archive *archive, size_t entry,
                           evk_error *err)
{
    evk_status s = grow(&list->items, list->count, sizeof(*list->items), err);

    if (s) {
        free(path);
        return s;
    }
    list->items[list->count++] = (struct item){path, path, archive, entry};
    return EVK_OK;
}

static bool is_image_name(const char *name)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", NULL};

    return evk_ends_in(name, endings);
}

/* Is the path component at name, which ends at '/' or with the string, one to say nothing about? */
static bool is_hidden(const char *name)
{
    const size_t n = strcspn(name, "/");

    return name[0] == '.' || (n == 8 && memcmp(name, "__MACOSX", 8) == 0);
}

/* ---- folders ---------------------------------------------------------------- */

/* A folder that is being listed, and those that it is in. */
struct level {
    const struct level *up;
    int depth;
    dev_t device;
    ino_t inode;
};

static evk_status add_folder(evk_image_list *list, const char *path, const struct stat *st,
                             const struct level *up, evk_error *err);

static evk_status system_error(const char *path, evk_error *err)
{
    return evk_fail(err, EVK_EIO, "%s: %s", path, strerror(errno));
}

/* One file or folder of a folder. */
static evk_status add_member(evk_image_list *list, const char *folder, const char *name,
                             const struct level *level, evk_error *err)
{
    evk_status s = EVK_OK;
    struct stat st;
    bool there;
    char *path;

    if (is_hidden(name))
        return EVK_OK;
    EVK_TRY(evk_path_join(&path, folder, name, err));
    /* A link to nowhere counts as what its name says, and fails when it is read. */
    there = stat(path, &st) == 0;
    if (is_image_name(name) && (!there || S_ISREG(st.st_mode)))
        return add_take(list, path, NULL, 0, err);
    if (there && S_ISDIR(st.st_mode))
        s = add_folder(list, path, &st, level, err);
    else
        list->skipped++;
    free(path);
    return s;
}

/* Symbolic links are followed: a folder that is inside itself would never end. */
static evk_status check_level(const struct level *level, const char *path, evk_error *err)
{
    if (level->depth > DEPTH_MAX)
        return evk_fail(err, EVK_EINVAL, "%s: is over %d folders deep", path, DEPTH_MAX);
    for (const struct level *l = level->up; l; l = l->up)
        if (l->device == level->device && l->inode == level->inode)
            return evk_fail(err, EVK_EINVAL, "%s: is a link to a folder that it is in", path);
    return EVK_OK;
}

static evk_status add_folder(evk_image_list *list, const char *path, const struct stat *st,
                             const struct level *up, evk_error *err)
{
    const struct level level = {up, up ? up->depth + 1 : 0, st->st_dev, st->st_ino};
    struct evk_names names;
    evk_status s = EVK_OK;

    EVK_TRY(check_level(&level, path, err));
    EVK_TRY(evk_fs_list(&names, path, err));
    for (size_t i = 0; !s && i < names.count; i++)
        s = add_member(list, path, names.names[i], &level, err);
    evk_names_release(&names);
    return s;
}

/* ---- archives --------------------------------------------------------------- */

static evk_status archive_open(struct archive **out, const char *path, evk_error *err)
{
    struct archive *a;
    evk_status s;

    EVK_TRY(evk_alloc(&a, 1, sizeof(*a), "an archive", err));
    s = evk_zip_open_file(&a->zip, path, err);
    if (s)
        s = evk_wrap(err, s, "%s", path);
    else
        s = evk_lock_new(&a->lock, err);
    if (s)
        archive_free(a);
    else
        *out = a;
    return s;
}

static bool is_hidden_entry(const char *name)
{
    for (const char *c = name; c; c = strchr(c, '/')) {
        c += *c == '/';
        if (is_hidden(c))
            return true;
    }
    return false;
}

/* Does a component of the entry's name lead out of the archive? */
static bool is_outside(const char *name)
{
    for (const char *c = name; c; c = strchr(c, '/')) {
        c += *c == '/';
        if (strcspn(c, "/") == 2 && strncmp(c, "..", 2) == 0)
            return true;
    }
    return false;
}

static evk_status add_entry(evk_image_list *list, const char *path, struct archive *a, size_t i,
                            evk_error *err)
{
    const char *name = evk_zip_name(a->zip, i);
    const bool outside = is_outside(name);
    char *full;

    if (*evk_base_name(name) == '\0' || (!outside && is_hidden_entry(name)))
        return EVK_OK; /* a folder ends in '/' */
    if (outside || !is_image_name(name)) {
        list->skipped++;
        return EVK_OK;
    }
    EVK_TRY(evk_path_join(&full, path, name, err));
    return add_take(list, full, a, i, err);
}

static evk_status add_archive(evk_image_list *list, const char *path, evk_error *err)
{
    struct archive *a;
    evk_status s;

    EVK_TRY(archive_open(&a, path, err));
    s = grow(&list->archives, list->archives_count, sizeof(struct archive *), err);
    if (s) {
        archive_free(a);
        return s;
    }
    list->archives[list->archives_count++] = a;
    for (size_t i = 0; !s && i < evk_zip_count(a->zip); i++)
        s = add_entry(list, path, a, i, err);
    return s;
}

/* ---- any path --------------------------------------------------------------- */

static evk_status is_archive(bool *out, const char *path, evk_error *err)
{
    unsigned char start[4];
    FILE *f = fopen(path, "rb");
    size_t n;

    if (!f)
        return system_error(path, err);
    n = fread(start, 1, sizeof(start), f);
    fclose(f);
    *out = evk_zip_probe(start, n);
    return EVK_OK;
}

static evk_status add_file(evk_image_list *list, const char *path, evk_error *err)
{
    bool archive = false;
    char *copy;

    EVK_TRY(is_archive(&archive, path, err));
    if (archive)
        return add_archive(list, path, err);
    EVK_TRY(evk_strdup(&copy, path, err));
    return add_take(list, copy, NULL, 0, err);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->path, ((const struct item *)b)->path);
}

static evk_status add_path(evk_image_list *list, const char *path, evk_error *err)
{
    const size_t before = list->count;
    struct stat st;

    if (stat(path, &st) != 0)
        return system_error(path, err);
    if (S_ISDIR(st.st_mode))
        EVK_TRY(add_folder(list, path, &st, NULL, err));
    else if (S_ISREG(st.st_mode))
        EVK_TRY(add_file(list, path, err));
    else
        return evk_fail(err, EVK_EIO, "%s: is neither a file nor a folder", path);
    if (list->count == before)
        return evk_fail(err, EVK_ENOTFOUND, "%s: no PNG or JPEG image in it", path);
    qsort(list->items + before, list->count - before, sizeof(*list->items), by_path);
    return EVK_OK;
}

static int by_base_name(const void *a, const void *b)
{
    const struct item *const *x = a, *const *y = b;

    return strcmp(evk_base_name((*x)->path), evk_base_name((*y)->path));
}

/* Names start as paths; those whose base name no other image has become that. */
static evk_status choose_names(evk_image_list *list, evk_error *err)
{
    const size_t n = list->count;
    struct item **sorted;

    EVK_TRY(evk_alloc(&sorted, (int64_t)n, sizeof(struct item *), "names", err));
    for (size_t i = 0; i < n; i++)
        sorted[i] = &list->items[i];
    if (n)
        qsort(sorted, n, sizeof(struct item *), by_base_name);
    for (size_t i = 0; i < n; i++)
        if ((i == 0 || by_base_name(&sorted[i - 1], &sorted[i]) != 0) &&
            (i + 1 == n || by_base_name(&sorted[i], &sorted[i + 1]) != 0))
            sorted[i]->name = evk_base_name(sorted[i]->path);
    free(sorted);
    return EVK_OK;
}

evk_status evk_image_list_open(evk_image_list **out, const char *const *paths, size_t count,
                               evk_error *err)
{
    evk_image_list *list;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&list, 1, sizeof(*list), "a list of images", err));
    for (size_t i = 0; !s && i < count; i++)
        s = add_path(list, paths[i], err);
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

const char *evk_image_list_path(const evk_image_list *list, size_t i)
{
    return list->items[i].path;
}

const char *evk_image_list_name(const evk_image_list *list, size_t i)
{
    return list->items[i].name;
}

/* Only libzip's part is locked; decoding, which takes longer, is not. */
static evk_status read_archived(evk_image **out, const struct item *item, evk_error *err)
{
    struct evk_zip *zip = item->archive->zip;
    struct evk_bytes b;
    evk_status s;

    evk_lock_take(item->archive->lock);
    s = evk_zip_read(zip, item->entry, evk_zip_image_max(zip, item->entry), &b, err);
    evk_lock_give(item->archive->lock);
    if (!s) {
        s = evk_image_decode(out, b.data, b.size, err);
        evk_bytes_release(&b);
    }
    return s ? evk_wrap(err, s, "%s", item->path) : EVK_OK;
}

evk_status evk_image_list_read(const evk_image_list *list, size_t i, evk_image **out,
                               evk_error *err)
{
    const struct item *item = &list->items[i];

    return item->archive ? read_archived(out, item, err) : evk_image_read(out, item->path, err);
}
