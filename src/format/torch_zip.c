/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_zip.c - PyTorch's archives: the entry data.pkl, and an entry for each storage */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/torch_container.h"
#include "format/zip.h"

static const char PICKLE[] = "data.pkl";

struct archive {
    struct evk_zip *zip;
    struct evk_str prefix;    /* what the names of all entries begin with: "archive/" */
    struct evk_bytes pickled; /* the entry data.pkl */
    struct evk_bytes storage; /* the entry of the storage that was asked for last */
    size_t most;              /* bytes of entries that may still be read */
};

/* Is this the name of the entry data.pkl, in whatever folder? */
static bool is_pickle(const char *name)
{
    const size_t n = strlen(name), m = strlen(PICKLE);

    return n >= m && strcmp(name + n - m, PICKLE) == 0 && (n == m || name[n - m - 1] == '/');
}

bool evk_torch_is_zip(const void *data, size_t size)
{
    struct evk_zip *zip;
    bool found = false;
    evk_error err;

    if (!evk_zip_probe(data, size) || evk_zip_open(&zip, data, size, &err))
        return false;
    for (size_t i = 0; !found && i < evk_zip_count(zip); i++)
        found = is_pickle(evk_zip_name(zip, i));
    evk_zip_close(zip);
    return found;
}

/* Read entry i, which evk_bytes_release() frees. */
static evk_status read_entry(struct archive *a, size_t i, struct evk_bytes *out, evk_error *err)
{
    const evk_status s = evk_zip_read(a->zip, i, a->most, out, err);

    if (s)
        return evk_wrap(err, s, "%s", evk_zip_name(a->zip, i));
    a->most -= out->size;
    return EVK_OK;
}

/* Find and read the entry data.pkl, and learn the prefix of all entries from its name. */
static evk_status find_pickle(struct archive *a, evk_error *err)
{
    const char *name = NULL;
    size_t at = 0;

    for (size_t i = 0; i < evk_zip_count(a->zip); i++)
        if (is_pickle(evk_zip_name(a->zip, i))) {
            if (name)
                return evk_fail(err, EVK_EFORMAT, "has both %s and %s, expected one", name,
                                evk_zip_name(a->zip, i));
            name = evk_zip_name(a->zip, i);
            at = i;
        }
    if (!name)
        return evk_fail(err, EVK_EFORMAT, "has no data.pkl in it, expected a PyTorch archive");
    evk_str_add(&a->prefix, name, strlen(name) - strlen(PICKLE));
    EVK_TRY(evk_str_check(&a->prefix, err));
    return read_entry(a, at, &a->pickled, err);
}

/* Read the byte order from the entry "byteorder", if there is one: "little" or "big". */
static evk_status find_order(struct archive *a, bool *big, evk_error *err)
{
    struct evk_str name = EVK_STR_INIT;
    struct evk_bytes entry = {NULL, 0};
    evk_status s;
    size_t i;

    evk_str_printf(&name, "%sbyteorder", a->prefix.data);
    s = evk_str_check(&name, err);
    if (s || !evk_zip_find(a->zip, name.data, &i)) {
        evk_str_release(&name);
        return s;
    }
    evk_str_release(&name);
    EVK_TRY(read_entry(a, i, &entry, err));
    *big = entry.size == 3 && memcmp(entry.data, "big", 3) == 0;
    if (!*big && (entry.size != 6 || memcmp(entry.data, "little", 6) != 0))
        s = evk_fail(err, EVK_EFORMAT, "has a byte order that is neither little nor big");
    evk_bytes_release(&entry);
    return s;
}

/* Read the entry of a storage. */
static evk_status zip_storage(struct evk_torch_container *c, const struct evk_torch_storage *key,
                              const unsigned char **data, size_t *size, evk_error *err)
{
    struct archive *a = c->of;
    struct evk_str name = EVK_STR_INIT;
    evk_status s;
    size_t i;

    evk_bytes_release(&a->storage);
    evk_str_add(&name, a->prefix.data, a->prefix.size);
    evk_str_puts(&name, "data/");
    evk_str_add(&name, key->key, key->key_size);
    s = evk_str_check(&name, err);
    if (!s && !evk_zip_find(a->zip, name.data, &i))
        s = evk_fail(err, EVK_EFORMAT,
                     "has no %.200s in it, which should hold the numbers of a tensor", name.data);
    if (!s)
        s = read_entry(a, i, &a->storage, err);
    evk_str_release(&name);
    *data = a->storage.data;
    *size = a->storage.size;
    return s;
}

static void zip_close(struct evk_torch_container *c)
{
    struct archive *a = c->of;

    evk_pickle_free(c->pickle);
    evk_zip_close(a->zip);
    evk_str_release(&a->prefix);
    evk_bytes_release(&a->pickled);
    evk_bytes_release(&a->storage);
    free(a);
}

static evk_status zip_read(struct evk_torch_container *c, const void *data, size_t size,
                           evk_error *err)
{
    struct archive *a = c->of;

    EVK_TRY(evk_zip_open(&a->zip, data, size, err));
    a->most = evk_zip_weights_max(size);
    EVK_TRY(evk_zip_verify(a->zip, a->most, err));
    EVK_TRY(find_pickle(a, err));
    EVK_TRY(find_order(a, &c->big, err));
    return evk_pickle_read(&c->pickle, &c->root, a->pickled.data, a->pickled.size, evk_torch_known,
                           err);
}

evk_status evk_torch_zip_open(struct evk_torch_container *out, const void *data, size_t size,
                              evk_error *err)
{
    struct evk_torch_container c = {.storage = zip_storage, .close = zip_close};
    struct archive *a;
    evk_status s;

    EVK_TRY(evk_alloc(&a, 1, sizeof(*a), "a PyTorch archive", err));
    *a = (struct archive){.prefix = EVK_STR_INIT};
    c.of = a;
    s = zip_read(&c, data, size, err);
    if (s)
        zip_close(&c);
    else
        *out = c;
    return s;
}
