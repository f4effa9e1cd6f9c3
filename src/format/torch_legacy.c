/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * torch_legacy.c - PyTorch's files before version 1.6: five pickles, then the storages
 *
 * The pickles are a magic number, a version, what the machine was like, the object, and the list of
 * the storages' keys.  Behind them, each storage of the list is there in turn: how many numbers it
 * has, in 8 bytes, and the numbers.  All numbers have their least significant byte first.  The
 * bytes do not say how long a number is: the references to a storage do.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/torch_container.h"

enum { VERSION = 1001, COUNT_BYTES = 8, FRAME_BYTES = 9, TAR_BLOCK = 512, TAR_MAGIC = 257 };

typedef struct evk_pickle_value value;

/* A storage of the file. */
struct stored {
    struct evk_torch_storage storage;
    const unsigned char *data; /* borrowed; NULL: not found yet */
    size_t size;
};

struct file {
    const unsigned char *data;
    size_t size, at;     /* bytes of the file, and how many of them have been read */
    struct stored *list; /* (count) sorted by key, each key once */
    size_t count;
};

bool evk_torch_is_legacy(const void *data, size_t size)
{
    static const unsigned char number[] = {0x8a, 10,   0x6c, 0xfc, 0x9c, 0x46, 0xf9,
                                           0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};
    static const char text[] = "L119547037146038801333356L\n."; /* in protocols 0 and 1 */
    const unsigned char *at = data;

    if (size >= strlen(text) && memcmp(data, text, strlen(text)) == 0)
        return true;
    if (size < 2 + FRAME_BYTES + sizeof(number) || at[0] != 0x80)
        return false;
    at += at[2] == 0x95 ? 2 + FRAME_BYTES : 2; /* protocols 4 and 5 have a frame */
    return memcmp(at, number, sizeof(number)) == 0;
}

bool evk_torch_is_tar(const void *data, size_t size)
{
    static const char *const entries[] = {"sys_info", "pickle", "storages", "tensors"};

    if (size < TAR_BLOCK || memcmp((const char *)data + TAR_MAGIC, "ustar", 5) != 0)
        return false;
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        if (memcmp(data, entries[i], strlen(entries[i]) + 1) == 0)
            return true;
    return false;
}

/* ---- pickles ------------------------------------------------------------------------- */

/* Read the next pickle of the file. */
static evk_status next_pickle(struct file *f, struct evk_pickle **out, const value **root,
                              evk_error *err)
{
    size_t used;

    EVK_TRY(evk_pickle_read_first(out, root, f->data + f->at, f->size - f->at, &used,
                                  evk_torch_known, err));
    f->at += used;
    return EVK_OK;
}

/* Read the magic number, the version, and the description of the machine, which says nothing that
   the storages depend on. */
static evk_status read_head(struct file *f, evk_error *err)
{
    for (int i = 0; i < 3; i++) {
        struct evk_pickle *pickle;
        const value *root;
        int64_t version;
        bool right;

        EVK_TRY(next_pickle(f, &pickle, &root, err));
        right = i != 1 || (evk_pickle_int(root, &version) && version == VERSION);
        evk_pickle_free(pickle);
        if (!right)
            return evk_fail(err, EVK_EUNSUPPORTED,
                            "is a PyTorch file of an unknown version, expected %d", VERSION);
    }
    return EVK_OK;
}

/* ---- storages -------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    return evk_torch_storage_compare(&((const struct stored *)a)->storage,
                                     &((const struct stored *)b)->storage);
}

/* List the storages that the object refers to, each once. */
static evk_status list_storages(struct file *f, const struct evk_pickle *pickle, evk_error *err)
{
    const value *const *references;
    size_t count, n = 0;

    references = evk_pickle_references(pickle, &count);
    EVK_TRY(evk_alloc(&f->list, (int64_t)count, sizeof(*f->list), "a list of storages", err));
    for (size_t i = 0; i < count; i++)
        n += evk_torch_storage_read(&f->list[n].storage, references[i]);
    if (n)
        qsort(f->list, n, sizeof(*f->list), by_key);
    for (size_t i = 0; i < n; i++) {
        const struct stored *last = f->count ? &f->list[f->count - 1] : NULL;

        if (!last || by_key(last, &f->list[i]) != 0)
            f->list[f->count++] = f->list[i];
        else if (last->storage.each != f->list[i].storage.each)
            return evk_fail(err, EVK_EFORMAT, "has a storage of two types of numbers");
    }
    return EVK_OK;
}

/* Returns the storage with a key; NULL where there is none. */
static struct stored *find(struct file *f, const struct evk_torch_storage *key)
{
    const struct stored wanted = {.storage = *key};

    return f->count ? bsearch(&wanted, f->list, f->count, sizeof(*f->list), by_key) : NULL;
}

/* Find where the numbers of the next storage are, and skip them. */
static evk_status place_storage(struct file *f, const value *key, evk_error *err)
{
    struct stored *s = NULL;
    uint64_t count = 0;

    if (evk_pickle_is(key, EVK_PICKLE_TEXT))
        s = find(f, &(struct evk_torch_storage){.key = key->is.text, .key_size = key->count});
    if (!s || s->data)
        return evk_fail(err, EVK_EFORMAT,
                        "lists a storage twice, or one that none of its tensors has");
    if (f->size - f->at < COUNT_BYTES)
        return evk_fail(err, EVK_EFORMAT, "ends at byte %zu, before the last of its storages",
                        f->size);
    for (int i = COUNT_BYTES - 1; i >= 0; i--)
        count = count << 8 | f->data[f->at + (size_t)i];
    f->at += COUNT_BYTES;
    if (count > (f->size - f->at) / (uint64_t)s->storage.each)
        return evk_fail(err, EVK_EFORMAT,
                        "ends at byte %zu, within a storage of %llu numbers of %lld bytes", f->size,
                        (unsigned long long)count, (long long)s->storage.each);
    s->data = f->data + f->at;
    s->size = (size_t)count * (size_t)s->storage.each;
    f->at += s->size;
    return EVK_OK;
}

/* Read the list of keys, and find the storages behind it. */
static evk_status place_storages(struct file *f, evk_error *err)
{
    struct evk_pickle *pickle;
    const value *keys;
    evk_status s = EVK_OK;

    EVK_TRY(next_pickle(f, &pickle, &keys, err));
    if (!evk_pickle_is(keys, EVK_PICKLE_LIST))
        s = evk_fail(err, EVK_EFORMAT, "has %s instead of a list of storages",
                     evk_pickle_kind_name(keys));
    for (size_t i = 0; !s && i < keys->count; i++)
        s = place_storage(f, keys->is.items[i], err);
    if (!s && f->at != f->size)
        s = evk_fail(err, EVK_EFORMAT, "has %zu bytes behind the last of its storages",
                     f->size - f->at);
    evk_pickle_free(pickle);
    return s;
}

/* ---- the container ---------------------------------------------------------------------- */

static evk_status legacy_storage(struct evk_torch_container *c, const struct evk_torch_storage *key,
                                 const unsigned char **data, size_t *size, evk_error *err)
{
    const struct stored *s = find(c->of, key);

    if (!s || !s->data)
        return evk_fail(err, EVK_EFORMAT,
                        "has no storage %.*s, which should hold the numbers of a "
                        "tensor",
                        (int)(key->key_size < 80 ? key->key_size : 80), key->key);
    *data = s->data;
    *size = s->size;
    return EVK_OK;
}

static void legacy_close(struct evk_torch_container *c)
{
    struct file *f = c->of;

    evk_pickle_free(c->pickle);
    free(f->list);
    free(f);
}

static evk_status legacy_read(struct evk_torch_container *c, evk_error *err)
{
    struct file *f = c->of;

    EVK_TRY(read_head(f, err));
    EVK_TRY(next_pickle(f, &c->pickle, &c->root, err));
    EVK_TRY(list_storages(f, c->pickle, err));
    return place_storages(f, err);
}

evk_status evk_torch_legacy_open(struct evk_torch_container *out, const void *data, size_t size,
                                 evk_error *err)
{
    struct evk_torch_container c = {.storage = legacy_storage, .close = legacy_close};
    struct file *f;
    evk_status s;

    EVK_TRY(evk_alloc(&f, 1, sizeof(*f), "a PyTorch file", err));
    *f = (struct file){.data = data, .size = size};
    c.of = f;
    s = legacy_read(&c, err);
    if (s)
        legacy_close(&c);
    else
        *out = c;
    return s;
}
