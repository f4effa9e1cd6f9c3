/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch.c - PyTorch's files of tensors: from the pickled dictionary to floats */
#include "format/torch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shown.h"
#include "base/str.h"
#include "format/torch_container.h"

typedef struct evk_pickle_value value;

enum { KEY_SHOWN = 80 };

struct reader {
    struct evk_torch_container file;
    struct evk_torch_view *views; /* (count) one for each tensor */
    int64_t count;
    struct evk_torch_found found; /* the dictionary that has the tensors */
    evk_error *err;
};

/* ---- views of storages --------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct evk_torch_view *x = a, *y = b;

    return x->name == y->name ? 0 : strcmp(x->name->is.text, y->name->is.text);
}

static int by_key(const void *a, const void *b)
{
    return evk_torch_storage_compare(&((const struct evk_torch_view *)a)->storage,
                                     &((const struct evk_torch_view *)b)->storage);
}

/* Check that no name is there twice, and that all numbers together are not too many. */
static evk_status check_views(struct reader *r, size_t size)
{
    const int64_t most = evk_elements_max(size);
    int64_t total = 0;

    if (r->count)
        qsort(r->views, (size_t)r->count, sizeof(*r->views), by_name);
    for (int64_t i = 0; i < r->count; i++) {
        const struct evk_torch_view *v = &r->views[i];

        if (i && by_name(v - 1, v) == 0)
            return evk_fail(r->err, EVK_EFORMAT, "has the tensor '%.80s' twice", v->name->is.text);
        if (v->count > most - total)
            return evk_fail(r->err, EVK_EFORMAT,
                            "has tensors of over %lld numbers, expected no more in a file of %zu "
                            "bytes",
                            (long long)most, size);
        total += v->count;
    }
    return EVK_OK;
}

/*
 * Is an object in the dictionary a tensor in disguise, which must not be skipped?  PyTorch's own
 * functions make sparse and quantised ones, and other libraries have classes of their own.  A name
 * of a parameter has a dot; "_extra_state" is what a module keeps beside its parameters.
 */
static bool is_strange(const value *name, const value *v)
{
    static const char *const extra[] = {"_extra_state", NULL};

    if (evk_torch_is_tensor(v))
        return false;
    return strncmp(evk_pickle_class_name(v), "torch._", strlen("torch._")) == 0 ||
           (strchr(name->is.text, '.') && !evk_ends_in(name->is.text, extra));
}

/* Refuse a tensor that has no name, since a bias may be missing without it. */
static evk_status fail_key(const value *key, evk_error *err)
{
    int64_t i;

    if (evk_pickle_int(key, &i))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "has a tensor under the key %lld, expected a text for a key", (long long)i);
    if (evk_pickle_is(key, EVK_PICKLE_BYTES)) {
        char text[KEY_SHOWN] = "";

        memcpy(text, key->is.bytes, key->count < sizeof(text) ? key->count : sizeof(text) - 1);
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "has a tensor under the bytes '%s', expected a text for a key; Python 2 "
                        "writes such keys: load the file in PyTorch of Python 3, and save it again "
                        "with torch.save",
                        evk_is_plain(text) ? text : "?");
    }
    return evk_fail(err, EVK_EUNSUPPORTED, "has a tensor under %s, expected a text for a key",
                    evk_pickle_kind_name(key));
}

/* Read which part of which storage a tensor of the dictionary is; other values are skipped. */
static evk_status read_view(struct reader *r, const value *name, const value *v)
{
    evk_status s;

    if (!evk_pickle_is(name, EVK_PICKLE_TEXT))
        return evk_torch_is_tensor(v) ? fail_key(name, r->err) : EVK_OK;
    if (!evk_pickle_is(v, EVK_PICKLE_OBJECT))
        return EVK_OK;
    EVK_TRY(evk_tensors_check_name(name->is.text, name->count, r->err));
    if (is_strange(name, v))
        return evk_fail(r->err, EVK_EUNSUPPORTED,
                        "%.80s: is made by '%.120s', expected a plain "
                        "tensor",
                        name->is.text, evk_pickle_class_name(v));
    if (!evk_torch_is_tensor(v))
        return EVK_OK;
    s = evk_torch_view_read(&r->views[r->count], v, r->err);
    if (s)
        return evk_wrap(r->err, s, "%.80s", name->is.text);
    r->views[r->count].place = r->count;
    r->views[r->count++].name = name;
    return EVK_OK;
}

static evk_status read_views(struct reader *r, size_t size)
{
    const value *dict = r->found.dict;

    EVK_TRY(evk_alloc(&r->views, evk_torch_count(dict), sizeof(*r->views), "a list of tensors",
                      r->err));
    for (size_t i = 0; i < dict->count; i += 2)
        EVK_TRY(read_view(r, dict->is.items[i], dict->is.items[i + 1]));
    return check_views(r, size);
}

/* ---- the numbers --------------------------------------------------------------------------- */

/* Turn a view of a storage, which has size bytes, into a tensor of floats. */
static evk_status convert(struct reader *r, const struct evk_torch_view *v,
                          const unsigned char *storage, size_t size, struct evk_named_tensor *out)
{
    const int64_t each = v->storage.each, there = (int64_t)size / each;
    const int64_t end = v->storage.offset + v->storage.stored;

    if ((v->storage.offset ? end > there : end != there) || (int64_t)size % each != 0)
        return evk_fail(r->err, EVK_EFORMAT,
                        "%.80s: its storage has %zu bytes, expected %lld numbers of %lld",
                        v->name->is.text, size, (long long)end, (long long)each);
    out->place = v->place;
    EVK_TRY(evk_strdup(&out->name, v->name->is.text, r->err));
    EVK_TRY(evk_tensor_new(&out->values, v->axes, v->dim, r->err));
    evk_torch_view_copy(v, storage, r->file.big, out->values.data);
    return EVK_OK;
}

/*
 * Read all tensors in the order of their storages, so that only one storage is in memory at a time.
 */
static evk_status read_tensors(struct reader *r, struct evk_tensors *out)
{
    const unsigned char *storage = NULL;
    size_t size = 0;

    EVK_TRY(evk_alloc(&out->tensors, r->count, sizeof(*out->tensors), "a list of tensors", r->err));
    if (r->count)
        qsort(r->views, (size_t)r->count, sizeof(*r->views), by_key);
    for (int64_t i = 0; i < r->count; i++) {
        const struct evk_torch_view *v = &r->views[i];

        if (i == 0 || by_key(v - 1, v) != 0)
            EVK_TRY(r->file.storage(&r->file, &v->storage, &storage, &size, r->err));
        EVK_TRY(convert(r, v, storage, size, &out->tensors[out->count++]));
    }
    return EVK_OK;
}

/* Say where in the file the tensors are, and what other state dictionaries it has. */
static evk_status tell_found(struct reader *r, struct evk_tensors *out)
{
    if (r->found.key.size)
        EVK_TRY(evk_strdup(&out->key, r->found.key.data, r->err));
    if (r->found.beside.size)
        EVK_TRY(evk_strdup(&out->beside, r->found.beside.data, r->err));
    return EVK_OK;
}

bool evk_torch_probe(const void *data, size_t size)
{
    return evk_torch_is_legacy(data, size) || evk_torch_is_tar(data, size) ||
           evk_torch_is_zip(data, size);
}

static evk_status open_container(struct evk_torch_container *out, const void *data, size_t size,
                                 evk_error *err)
{
    if (evk_torch_is_tar(data, size))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "is a PyTorch file of a version before 0.2, in a container that is not "
                        "read; load it in PyTorch, and save it again with torch.save");
    return evk_torch_is_legacy(data, size) ? evk_torch_legacy_open(out, data, size, err)
                                           : evk_torch_zip_open(out, data, size, err);
}

evk_status evk_torch_read(struct evk_tensors *out, const void *data, size_t size, evk_error *err)
{
    struct reader r = {.found = {.key = EVK_STR_INIT, .beside = EVK_STR_INIT}, .err = err};
    struct evk_tensors tensors = {0};
    evk_status s;

    EVK_TRY(open_container(&r.file, data, size, err));
    s = evk_torch_find(&r.found, r.file.root, err);
    if (!s)
        s = read_views(&r, size);
    if (!s)
        s = read_tensors(&r, &tensors);
    if (!s)
        s = tell_found(&r, &tensors);
    evk_torch_found_release(&r.found);
    r.file.close(&r.file);
    free(r.views);
    if (s) {
        evk_tensors_release(&tensors);
        return s;
    }
    evk_tensors_sort(&tensors);
    *out = tensors;
    return EVK_OK;
}
