/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find.c - the images under files, folders, zip archives and lists of them */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/list.h"

enum {
    DEPTH_MAX = 64,
    LIST_BYTES_MAX = 1 << 28, /* largest file that lists paths, bytes */
    LINE_BYTES_MAX = 4096     /* longest path in such a file, bytes */
};

evk_status evk_list_grow(void *array, size_t count, size_t size, evk_error *err)
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

/* Add an image to the list, which owns path from now on; after a failure path is freed. */
static evk_status add_owned(evk_image_list *list, char *path, struct evk_archive *archive,
                            size_t entry, evk_error *err)
{
    evk_status s = evk_list_grow(&list->items, list->count, sizeof(*list->items), err);

    if (s) {
        free(path);
        return s;
    }
    list->items[list->count++] =
        (struct evk_listed){.path = path, .name = path, .archive = archive, .entry = entry};
    return EVK_OK;
}

static bool is_image_name(const char *name)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", NULL};

    return evk_ends_in(name, endings);
}

/*
 * Is the path component that begins at name, and ends at the next '/' or with the string, passed
 * over without being counted?
 */
static bool is_hidden(const char *name)
{
    const size_t n = strcspn(name, "/");

    return name[0] == '.' || (n == 8 && memcmp(name, "__MACOSX", 8) == 0);
}

/* ---- folders ---------------------------------------------------------------- */

/* A folder that is being listed. */
struct level {
    const struct level *up; /* the folder that this one was found in; NULL: none */
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

/* Add a file of a folder, or the images in a folder of it, to the list. */
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
    /* bytes of one path in such a file */
    there = stat(path, &st) == 0;
    if (is_image_name(name) && (!there || S_ISREG(st.st_mode)))
        return add_owned(list, path, NULL, 0, err);
    if (there && S_ISDIR(st.st_mode))
        s = add_folder(list, path, &st, level, err);
    else
        list->skipped++;
    free(path);
    return s;
}

/*
 * Refuse a folder that is too deep, or the same as one that it is in: symbolic links are followed,
 * so that listing such a folder would never end.
 */
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

static bool is_hidden_entry(const char *name)
{
    for (const char *c = name; c; c = strchr(c, '/')) {
        c += *c == '/';
        if (is_hidden(c))
            return true;
    }
    return false;
}

/* Does an entry's name lead out of its archive, by a component ".."? */
static bool is_outside(const char *name)
{
    for (const char *c = name; c; c = strchr(c, '/')) {
        c += *c == '/';
        if (strcspn(c, "/") == 2 && strncmp(c, "..", 2) == 0)
            return true;
    }
    return false;
}

static evk_status take_entry(evk_image_list *list, const char *path, struct evk_archive *a,
                             size_t i, evk_error *err)
{
    char *full;

    EVK_TRY(evk_path_join(&full, path, evk_zip_name(a->zip, i), err));
    return add_owned(list, full, a, i, err);
}

static evk_status add_entry(evk_image_list *list, const char *path, struct evk_archive *a, size_t i,
                            evk_error *err)
{
    const char *name = evk_zip_name(a->zip, i);
    const bool outside = is_outside(name);

    if (*evk_base_name(name) == '\0' || (!outside && is_hidden_entry(name)))
        return EVK_OK; /* a folder ends in '/' */
    if (outside)
        list->outside++;
    else if (!is_image_name(name))
        list->skipped++;
    if (outside || !is_image_name(name))
        return EVK_OK;
    return take_entry(list, path, a, i, err);
}

/* Is name the entry's own name, or that of a folder that contains the entry, or ""? */
static bool is_within(const char *entry, const char *name)
{
    const size_t n = strlen(name);

    return n == 0 || (strncmp(entry, name, n) == 0 && (entry[n] == '\0' || entry[n] == '/'));
}

/*
 * Add an entry that the user named.  It may be hidden, and where it cannot be used the call fails,
 * while an entry that is found in a folder would be passed over.
 */
static evk_status add_one_entry(evk_image_list *list, const char *path, struct evk_archive *a,
                                size_t i, evk_error *err)
{
    const char *name = evk_zip_name(a->zip, i);

    if (is_outside(name))
        return evk_fail(err, EVK_EINVAL, "%s/%s: leads out of the archive", path, name);
    if (!is_image_name(name))
        return evk_fail(err, EVK_EINVAL, "%s/%s: does not end in .png, .jpg or .jpeg", path, name);
    return take_entry(list, path, a, i, err);
}

static evk_status add_entries(evk_image_list *list, const char *path, struct evk_archive *a,
                              const char *within, evk_error *err)
{
    evk_status s = EVK_OK;
    bool any = within[0] == '\0';

    for (size_t i = 0; !s && i < evk_zip_count(a->zip); i++)
        if (is_within(evk_zip_name(a->zip, i), within)) {
            s = add_entry(list, path, a, i, err);
            any = true;
        }
    if (!s && !any)
        s = evk_fail(err, EVK_ENOTFOUND, "%s/%s: the archive has no such entry", path, within);
    return s;
}

/* Make one slash of several, and remove slashes at both ends, as in the names of entries. */
static void tidy_slashes(char *name)
{
    char *out = name;

    for (const char *in = name; *in; in++)
        if (*in != '/' || (out > name && out[-1] != '/'))
            *out++ = *in;
    if (out > name && out[-1] == '/')
        out--;
    *out = '\0';
}

static evk_status add_archive(evk_image_list *list, const char *path, const char *within,
                              evk_error *err)
{
    struct evk_archive *a;
    evk_status s;
    char *name;
    size_t one;

    EVK_TRY(evk_list_archive(list, path, &a, err));
    if (*evk_base_name(within) && evk_zip_find(a->zip, within, &one))
        return add_one_entry(list, path, a, one, err);
    EVK_TRY(evk_strdup(&name, within, err));
    tidy_slashes(name);
    if (name[0] && evk_zip_find(a->zip, name, &one))
        s = add_one_entry(list, path, a, one, err);
    else
        s = add_entries(list, path, a, name, err);
    free(name);
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
        return add_archive(list, path, "", err);
    EVK_TRY(evk_strdup(&copy, path, err));
    return add_owned(list, copy, NULL, 0, err);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct evk_listed *)a)->path, ((const struct evk_listed *)b)->path);
}

static evk_status sorted_from(evk_image_list *list, size_t before, const char *path, evk_error *err)
{
    if (list->count == before)
        return evk_fail(err, EVK_ENOTFOUND, "%s: no PNG or JPEG image in it", path);
    qsort(list->items + before, list->count - before, sizeof(*list->items), by_path);
    return EVK_OK;
}

/*
 * Add the images under a path like "photos.zip/image0001.jpg", where what stands before one of the
 * slashes is an archive and the rest names something in it.  *found is false, and nothing is added,
 * where the path has no such archive.
 */
static evk_status add_inside(evk_image_list *list, const char *path, bool *found, evk_error *err)
{
    evk_status s = EVK_OK;
    struct stat st;
    char *outer;

    *found = false;
    EVK_TRY(evk_strdup(&outer, path, err));
    for (char *slash = strrchr(outer, '/'); slash && slash > outer && !s && !*found;
         slash = strrchr(outer, '/')) {
        *slash = '\0';
        if (stat(outer, &st) == 0 && S_ISREG(st.st_mode))
            s = is_archive(found, outer, err);
        if (*found)
            s = add_archive(list, outer, path + (slash + 1 - outer), err);
    }
    free(outer);
    return s;
}

static evk_status add_path(evk_image_list *list, const char *path, evk_error *err)
{
    bool inside = false;
    struct stat st;

    if (stat(path, &st) != 0) {
        const int why = errno;

        EVK_TRY(add_inside(list, path, &inside, err));
        errno = why;
        return inside ? EVK_OK : system_error(path, err);
    }
    if (S_ISDIR(st.st_mode))
        return add_folder(list, path, &st, NULL, err);
    if (S_ISREG(st.st_mode))
        return add_file(list, path, err);
    return evk_fail(err, EVK_EIO, "%s: is neither a file nor a folder", path);
}

/* ---- lists ------------------------------------------------------------------ */

/*
 * Add the images under one line of a text file that lists paths.  A missing image does not end the
 * call, since lists may have thousands of lines: it enters the list, and fails when it is read, as
 * a dangling link in a folder does.
 */
static evk_status add_line(evk_image_list *list, const char *line, evk_error *err)
{
    const size_t before = list->count;
    bool inside = false;
    struct stat st;
    char *copy;

    if (strlen(line) > LINE_BYTES_MAX)
        return evk_fail(err, EVK_EFORMAT, "has %zu bytes, expected a path of at most %d",
                        strlen(line), LINE_BYTES_MAX);
    if (line[0] == '@')
        return evk_fail(err, EVK_EINVAL, "%s: a list within a list is not read", line);
    if (is_image_name(line) && stat(line, &st) != 0) {
        EVK_TRY(add_inside(list, line, &inside, err));
        if (!inside) {
            EVK_TRY(evk_strdup(&copy, line, err));
            return add_owned(list, copy, NULL, 0, err);
        }
    } else {
        EVK_TRY(add_path(list, line, err));
    }
    return sorted_from(list, before, line, err);
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/* Add the images under each line of text, which is cut into its lines in place. */
static evk_status add_lines(evk_image_list *list, const char *file, char *text, evk_error *err)
{
    evk_status s = EVK_OK;
    int64_t number = 0;

    for (char *line = text, *next; !s && line; line = next) {
        const size_t length = strcspn(line, "\n");

        next = line[length] ? line + length + 1 : NULL;
        line[length] = '\0';
        if (length && line[length - 1] == '\r')
            line[length - 1] = '\0';
        number++;
        if (!is_blank(line))
            s = add_line(list, line, err);
    }
    return s ? evk_wrap(err, s, "%s, line %lld", file, (long long)number) : EVK_OK;
}

/*
 * Make *out, which the caller frees, the text of a file that lists paths.  A UTF-8 byte order mark,
 * which some editors write, is dropped.
 */
static evk_status list_text(char **out, const char *file, const struct evk_bytes *bytes,
                            evk_error *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t n = bytes->size >= 3 && memcmp(bytes->data, mark, 3) == 0 ? 3 : 0;
    const size_t size = bytes->size - n;

    if (size && memchr(bytes->data + n, 0, size))
        return evk_fail(err, EVK_EFORMAT, "%s: has a zero byte, expected a path on each line",
                        file);
    EVK_TRY(evk_alloc(out, (int64_t)size + 1, 1, "a list of images", err));
    if (size)
        memcpy(*out, bytes->data + n, size);
    return EVK_OK;
}

/* Add the images under all paths in a text file, one path on each line. */
static evk_status add_list(evk_image_list *list, const char *file, evk_error *err)
{
    const size_t before = list->count;
    char *text = NULL;
    struct evk_bytes bytes;
    evk_status s;

    EVK_TRY(evk_fs_read(&bytes, file, LIST_BYTES_MAX, err));
    s = list_text(&text, file, &bytes, err);
    if (!s)
        s = add_lines(list, file, text, err);
    free(text);
    evk_bytes_release(&bytes);
    if (!s && list->count == before)
        s = evk_fail(err, EVK_ENOTFOUND, "%s: lists no image", file);
    return s;
}

evk_status evk_list_find(evk_image_list *list, const char *path, evk_error *err)
{
    const size_t before = list->count;

    if (path[0] == '@')
        return add_list(list, path + 1, err);
    EVK_TRY(add_path(list, path, err));
    return sorted_from(list, before, path, err);
}
