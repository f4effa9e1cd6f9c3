/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5.c - the content of an HDF5 file, built from the records of the process that runs libhdf5 */
#include "format/hdf5.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/hdf5_child.h"
#include "format/hdf5_record.h"

enum { ATTRIBUTE_NAME = 64 };

struct object {
    char *path;
    uint32_t kind;            /* EVK_HDF5_GROUP, EVK_HDF5_DATASET or EVK_HDF5_UNREADABLE */
    int64_t members;          /* number of links in a group */
    struct evk_tensor values; /* the values of a dataset */
    evk_status status;        /* why an object cannot be read: EVK_OK for one that can be, ... */
    char *why;                /* ... and the reason in words; owned */
};

struct attribute {
    char *path, *name;
    char *text; /* strings, a zero byte after each */
    uint64_t count;
    bool scalar;
};

struct evk_hdf5 {
    struct object *objects;       /* sorted by path */
    struct attribute *attributes; /* sorted by path, then by name */
    size_t object_count, attribute_count, object_room, attribute_room;
};

/* ---- reading the stream ---- */

struct stream {
    int fd;
    uint64_t left;  /* bytes that the child may still send */
    size_t at, end; /* the bytes of the buffer that are not used yet */
    unsigned char buffer[1 << 16];
};

/* Take the next size bytes of the stream; false: it has ended, or the child sends too much. */
static bool take(struct stream *s, void *out, uint64_t size)
{
    unsigned char *p = out;

    if (size > s->left)
        return false;
    s->left -= size;
    while (size > 0) {
        const size_t have = s->end - s->at, n = size < have ? (size_t)size : have;
        ssize_t got;

        if (n > 0) {
            memcpy(p, s->buffer + s->at, n);
            s->at += n;
            p += n;
            size -= n;
            continue;
        }
        got = read(s->fd, s->buffer, sizeof(s->buffer));
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        s->at = 0;
        s->end = got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* Take size bytes as a string that the caller frees; a list of texts has zero bytes in it. */
static bool take_text(struct stream *s, char **out, uint64_t size)
{
    return size <= s->left && !evk_alloc(out, (int64_t)size + 1, 1, "text", NULL) &&
           take(s, *out, size);
}

/*
 * Make room for another element in a list, and return the list; NULL: memory ran out, and the list
 * is as it was.
 */
static void *grow(void *list, size_t count, size_t *room, size_t size)
{
    void *more = list;

    if (count == *room) {
        *room = *room ? 2 * *room : 64;
        more = realloc(list, *room * size);
    }
    return more;
}

static bool take_values(struct stream *s, const struct evk_hdf5_record *r, struct evk_tensor *out)
{
    int64_t count = 1;

    if (r->axes > EVK_AXES_MAX || r->values > s->left / sizeof(float))
        return false;
    for (uint32_t i = 0; i < r->axes; i++)
        if (!evk_size_mul(count, r->dim[i], &count))
            return false;
    return (uint64_t)count == r->values && !evk_tensor_new(out, (int)r->axes, r->dim, NULL) &&
           take(s, out->data, r->values * sizeof(float));
}

static bool take_object(struct evk_hdf5 *f, struct stream *s, const struct evk_hdf5_record *r)
{
    struct object *more = grow(f->objects, f->object_count, &f->object_room, sizeof(*f->objects)),
                  *o;

    if (!more)
        return false;
    f->objects = more;
    if (r->name || r->count > INT64_MAX)
        return false;
    o = &more[f->object_count++];
    *o = (struct object){.kind = r->kind, .members = (int64_t)r->count};
    o->status = r->status ? (evk_status)r->status : EVK_EFORMAT;
    return take_text(s, &o->path, r->path) && take_text(s, &o->why, r->text) &&
           (r->kind == EVK_HDF5_DATASET ? take_values(s, r, &o->values) : r->values == 0);
}

static bool take_attribute(struct evk_hdf5 *f, struct stream *s, const struct evk_hdf5_record *r)
{
    struct attribute *more = grow(f->attributes, f->attribute_count, &f->attribute_room,
                                  sizeof(*f->attributes)),
                     *a;
    uint64_t ends = 0;

    if (!more)
        return false;
    f->attributes = more;
    a = &more[f->attribute_count++];
    *a = (struct attribute){.count = r->count, .scalar = r->scalar};
    if (!take_text(s, &a->path, r->path) || !take_text(s, &a->name, r->name) ||
        !take_text(s, &a->text, r->text))
        return false;
    for (uint64_t i = 0; i < r->text; i++)
        ends += a->text[i] == '\0';
    return ends == r->count && (r->text == 0 || a->text[r->text - 1] == '\0') && r->values == 0 &&
           (!r->scalar || r->count == 1);
}

/*
 * Take all records.  Returns whether the stream came to its last record; *status is then the
 * failure that the child reports, if any.  false: the child died, or sends what cannot be.
 */
static bool take_all(struct evk_hdf5 *f, struct stream *s, evk_status *status, evk_error *err)
{
    struct evk_hdf5_record r;
    char *why = NULL;
    bool ok;

    for (;;) {
        if (!take(s, &r, sizeof(r)))
            return false;
        switch (r.kind) {
        case EVK_HDF5_GROUP:
        case EVK_HDF5_DATASET:
        case EVK_HDF5_UNREADABLE:
            if (!take_object(f, s, &r))
                return false;
            break;
        case EVK_HDF5_ATTRIBUTE:
            if (!take_attribute(f, s, &r))
                return false;
            break;
        case EVK_HDF5_FAILURE:
            ok = r.status && take_text(s, &why, r.text);
            *status = ok ? evk_fail(err, (evk_status)r.status, "%s", why) : EVK_OK;
            free(why);
            return ok;
        case EVK_HDF5_END:
            return true;
        default:
            return false;
        }
    }
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct object *)a)->path, ((const struct object *)b)->path);
}

static int by_name(const void *a, const void *b)
{
    const struct attribute *p = a, *q = b;
    const int order = strcmp(p->path, q->path);

    return order ? order : strcmp(p->name, q->name);
}

/* Run the child, take its records, and sort what they hold. */
static evk_status read_file(struct evk_hdf5 *f, const void *data, size_t size, evk_error *err)
{
    struct evk_hdf5_child child;
    evk_status status = EVK_OK;
    struct stream *s;
    bool whole, late;

    EVK_TRY(evk_alloc(&s, 1, sizeof(*s), "a pipe", err));
    status = evk_hdf5_start(&child, data, size, err);
    if (status) {
        free(s);
        return status;
    }
    s->fd = child.fd;
    s->left = evk_hdf5_values_max(size) + evk_hdf5_rest_max(size) + sizeof(struct evk_hdf5_record) +
              sizeof(err->msg);
    whole = take_all(f, s, &status, err);
    late = evk_hdf5_finish(&child, whole);
    free(s);
    if (!whole)
        return evk_fail(err, EVK_EFORMAT, "is damaged: the HDF5 library %s",
                        late ? "took too long to read it" : "could not read it");
    if (!status && f->object_count > 0)
        qsort(f->objects, f->object_count, sizeof(*f->objects), by_path);
    if (!status && f->attribute_count > 0)
        qsort(f->attributes, f->attribute_count, sizeof(*f->attributes), by_name);
    return status;
}

/* ---- the functions of hdf5.h ---- */

static const unsigned char signature[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

bool evk_hdf5_probe(const void *data, size_t size)
{
    return size >= sizeof(signature) && memcmp(data, signature, sizeof(signature)) == 0;
}

bool evk_hdf5_mentions(const void *data, size_t size, const char *text)
{
    const unsigned char *p = data, *end = p + size;
    const size_t n = strlen(text);

    while ((size_t)(end - p) >= n) {
        p = memchr(p, text[0], (size_t)(end - p) - n + 1);
        if (!p)
            return false;
        if (memcmp(p, text, n) == 0)
            return true;
        p++;
    }
    return false;
}

evk_status evk_hdf5_open(struct evk_hdf5 **out, const void *data, size_t size, evk_error *err)
{
    struct evk_hdf5 *f;
    evk_status s;

    if (!evk_hdf5_probe(data, size))
        return evk_fail(err, EVK_EFORMAT, "is not an HDF5 file");
    EVK_TRY(evk_alloc(&f, 1, sizeof(*f), "an HDF5 file", err));
    s = read_file(f, data, size, err);
    if (s) {
        evk_hdf5_close(f);
        return s;
    }
    *out = f;
    return EVK_OK;
}

void evk_hdf5_close(struct evk_hdf5 *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < file->object_count; i++) {
        free(file->objects[i].path);
        free(file->objects[i].why);
        evk_tensor_release(&file->objects[i].values);
    }
    for (size_t i = 0; i < file->attribute_count; i++) {
        free(file->attributes[i].path);
        free(file->attributes[i].name);
        free(file->attributes[i].text);
    }
    free(file->objects);
    free(file->attributes);
    free(file);
}

/* Drop a const, so that a text can be in the key of a search; bsearch changes nothing in it. */
static char *as_key(const char *text)
{
    char *key;

    memcpy(&key, &text, sizeof(key));
    return key;
}

static const struct object *find_object(const struct evk_hdf5 *file, const char *path)
{
    const struct object key = {.path = as_key(path)};

    return file->object_count
               ? bsearch(&key, file->objects, file->object_count, sizeof(key), by_path)
               : NULL;
}

bool evk_hdf5_has(const struct evk_hdf5 *file, const char *path)
{
    return find_object(file, path) != NULL;
}

int64_t evk_hdf5_members(const struct evk_hdf5 *file, const char *path)
{
    const struct object *o = find_object(file, path);

    return o && o->kind == EVK_HDF5_GROUP ? o->members : 0;
}

const char *evk_hdf5_path(const struct evk_hdf5 *file, size_t i, bool *is_dataset)
{
    if (i >= file->object_count)
        return NULL;
    *is_dataset = file->objects[i].kind != EVK_HDF5_GROUP;
    return file->objects[i].path;
}

evk_status evk_hdf5_read(const struct evk_hdf5 *file, const char *path, struct evk_tensor *out,
                         evk_error *err)
{
    const struct object *o = find_object(file, path);
    struct evk_tensor t;

    if (!o || o->kind == EVK_HDF5_GROUP)
        return evk_fail(err, EVK_EFORMAT, "dataset '%s': there is no such dataset", path);
    if (o->kind == EVK_HDF5_UNREADABLE)
        return evk_fail(err, o->status, "dataset '%s': %s", path, o->why);
    EVK_TRY(evk_tensor_new(&t, o->values.axes, o->values.dim, err));
    memcpy(t.data, o->values.data, (size_t)evk_tensor_count(&t) * sizeof(*t.data));
    *out = t;
    return EVK_OK;
}

static const struct attribute *find_attribute(const struct evk_hdf5 *file, const char *path,
                                              const char *name)
{
    const struct attribute key = {.path = as_key(path), .name = as_key(name)};

    return file->attribute_count
               ? bsearch(&key, file->attributes, file->attribute_count, sizeof(key), by_name)
               : NULL;
}

const char *evk_hdf5_text(const struct evk_hdf5 *file, const char *path, const char *attribute)
{
    const struct attribute *a = find_attribute(file, path, attribute);

    return a && a->scalar ? a->text : NULL;
}

/* One of the attributes that Keras splits a long list into. */
static const struct attribute *find_part(const struct evk_hdf5 *file, const char *path,
                                         const char *attribute, int part)
{
    char name[ATTRIBUTE_NAME];

    snprintf(name, sizeof(name), "%s%d", attribute, part);
    return find_attribute(file, path, name);
}

bool evk_hdf5_has_texts(const struct evk_hdf5 *file, const char *path, const char *attribute)
{
    return find_attribute(file, path, attribute) || find_part(file, path, attribute, 0);
}

static evk_status add_texts(const struct attribute *a, struct evk_names *out, evk_error *err)
{
    const char *text = a->text;

    for (uint64_t i = 0; i < a->count; i++, text += strlen(text) + 1)
        EVK_TRY(evk_names_add(out, text, err));
    return EVK_OK;
}

evk_status evk_hdf5_texts(const struct evk_hdf5 *file, const char *path, const char *attribute,
                          struct evk_names *out, evk_error *err)
{
    const struct attribute *a = find_attribute(file, path, attribute);

    *out = (struct evk_names){NULL, 0};
    if (a)
        return add_texts(a, out, err);
    if (!find_part(file, path, attribute, 0))
        return evk_fail(err, EVK_EFORMAT, "'%s' has no attribute %s", path, attribute);
    for (int i = 0; (a = find_part(file, path, attribute, i)); i++)
        EVK_TRY(add_texts(a, out, err));
    return EVK_OK;
}
