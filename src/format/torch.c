/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch.c - PyTorch's zip files of tensors: from the pickled dictionary to floats */
#include "format/torch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/torch_view.h"
#include "format/zip.h"

enum { DEPTH = 4 }; /* dictionaries within dictionaries that are searched for tensors */

typedef struct evk_pickle_value value;

static const char PICKLE[] = "data.pkl", MODULE[] = "module.";

struct reader {
    struct evk_zip *zip;
    struct evk_str prefix;    /* what the names of all entries begin with: "archive/" */
    struct evk_bytes pickled; /* the entry data.pkl */
    struct evk_torch_view *views;
    int64_t count; /* number of views, one for each tensor */
    size_t most;   /* bytes of entries that may still be read */
    bool big;      /* the most significant byte of a number comes first */
    evk_error *err;
};

void evk_torch_release(struct evk_torch *t)
{
    for (int64_t i = 0; i < t->count; i++) {
        free(t->tensors[i].name);
        evk_tensor_release(&t->tensors[i].values);
    }
    free(t->tensors);
    *t = (struct evk_torch){0};
}

bool evk_torch_is_legacy(const void *data, size_t size)
{
    static const unsigned char magic[] = {0x80, 2,    0x8a, 10,   0x6c, 0xfc, 0x9c, 0x46,
                                          0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

    return size >= sizeof(magic) && memcmp(data, magic, sizeof(magic)) == 0;
}

/* ---- the archive ------------------------------------------------------------------------- */

/* Is this the name of the entry data.pkl, in whatever folder? */
static bool is_pickle(const char *name)
{
    const size_t n = strlen(name), m = strlen(PICKLE);

    return n >= m && strcmp(name + n - m, PICKLE) == 0 && (n == m || name[n - m - 1] == '/');
}

bool evk_torch_probe(const void *data, size_t size)
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
static evk_status read_entry(struct reader *r, size_t i, struct evk_bytes *out)
{
    const evk_status s = evk_zip_read(r->zip, i, r->most, out, r->err);

    if (s)
        return evk_wrap(r->err, s, "%s", evk_zip_name(r->zip, i));
    r->most -= out->size;
    return EVK_OK;
}

/* Find and read the entry data.pkl, and learn the prefix of all entries from its name. */
static evk_status find_pickle(struct reader *r)
{
    const char *name = NULL;
    size_t at = 0;

    for (size_t i = 0; i < evk_zip_count(r->zip); i++)
        if (is_pickle(evk_zip_name(r->zip, i))) {
            if (name)
                return evk_fail(r->err, EVK_EFORMAT, "has both %s and %s, expected one", name,
                                evk_zip_name(r->zip, i));
            name = evk_zip_name(r->zip, i);
            at = i;
        }
    if (!name)
        return evk_fail(r->err, EVK_EFORMAT, "has no data.pkl in it, expected a PyTorch archive");
    evk_str_add(&r->prefix, name, strlen(name) - strlen(PICKLE));
    EVK_TRY(evk_str_check(&r->prefix, r->err));
    return read_entry(r, at, &r->pickled);
}

/* Read the byte order from the entry "byteorder", if there is one: "little" or "big". */
static evk_status find_order(struct reader *r)
{
    struct evk_str name = EVK_STR_INIT;
    struct evk_bytes entry = {NULL, 0};
    evk_status s;
    size_t i;

    evk_str_printf(&name, "%sbyteorder", r->prefix.data);
    s = evk_str_check(&name, r->err);
    if (s || !evk_zip_find(r->zip, name.data, &i)) {
        evk_str_release(&name);
        return s;
    }
    evk_str_release(&name);
    EVK_TRY(read_entry(r, i, &entry));
    r->big = entry.size == 3 && memcmp(entry.data, "big", 3) == 0;
    if (!r->big && (entry.size != 6 || memcmp(entry.data, "little", 6) != 0))
        s = evk_fail(r->err, EVK_EFORMAT, "has a byte order that is neither little nor big");
    evk_bytes_release(&entry);
    return s;
}

/* ---- the dictionary ------------------------------------------------------------------------ */

/* How many values of a dictionary are tensors; 0 for a value that is no dictionary. */
static int64_t tensors_in(const value *v)
{
    int64_t n = 0;

    for (size_t i = 1; evk_pickle_is(v, EVK_PICKLE_DICT) && i < v->count; i += 2)
        n += evk_torch_is_tensor(v->is.items[i]);
    return n;
}

/*
 * Find the dictionary of tensors, NULL if there is none.  From v on, the search goes down through
 * the names under which checkpoints keep state dictionaries, then takes the deepest dictionary on
 * that way that has tensors.
 */
static const value *find_tensors(const value *v)
{
    static const char *const wrappers[] = {
        "state_dict", "model_state_dict", "model_state", "model", "net",
        "network",    "weights",          "params",      NULL};
    const value *found[DEPTH + 1], *best = NULL;
    int depth = 0;

    found[0] = v;
    for (int i = 0; wrappers[i] && depth < DEPTH; i++) {
        const value *next = evk_pickle_get(found[depth], wrappers[i]);

        if (evk_pickle_is(next, EVK_PICKLE_DICT)) {
            found[++depth] = next;
            i = -1;
        }
    }
    for (; depth >= 0 && !best; depth--)
        if (tensors_in(found[depth]) > 0)
            best = found[depth];
    return best;
}

static int compare_texts(const value *a, const value *b)
{
    const size_t n = a->count < b->count ? a->count : b->count;
    const int order = a == b ? 0 : memcmp(a->is.text, b->is.text, n);

    return order ? order : (a->count > b->count) - (a->count < b->count);
}

static int by_name(const void *a, const void *b)
{
    return compare_texts(((const struct evk_torch_view *)a)->name,
                         ((const struct evk_torch_view *)b)->name);
}

static int by_key(const void *a, const void *b)
{
    return compare_texts(((const struct evk_torch_view *)a)->key,
                         ((const struct evk_torch_view *)b)->key);
}

/* Check that no name is there twice, and that all numbers together are not too many. */
static evk_status check_views(struct reader *r, size_t size)
{
    const int64_t most = evk_elements_max(size);
    int64_t total = 0;

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

/* Does a text have control characters, which could steer a terminal? */
static bool has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

/* Read which part of which storage each tensor of the dictionary is. */
static evk_status read_views(struct reader *r, const value *root, size_t size)
{
    const value *dict = find_tensors(root);
    evk_status s;

    if (!dict)
        return evk_fail(
            r->err, EVK_EFORMAT, "holds %s without tensors, expected a state dictionary",
            evk_torch_is_tensor(root) ? "one tensor, and nothing" : evk_pickle_kind_name(root));
    EVK_TRY(evk_alloc(&r->views, tensors_in(dict), sizeof(*r->views), "a list of tensors", r->err));
    for (size_t i = 0; i < dict->count; i += 2) {
        const value *name = dict->is.items[i];

        if (!evk_torch_is_tensor(dict->is.items[i + 1]) || !evk_pickle_is(name, EVK_PICKLE_TEXT))
            continue;
        if (has_control(name->is.text))
            return evk_fail(r->err, EVK_EFORMAT,
                            "has a tensor with control characters in its name");
        s = evk_torch_view_read(&r->views[r->count], dict->is.items[i + 1], r->err);
        if (s)
            return evk_wrap(r->err, s, "%.80s", name->is.text);
        r->views[r->count].place = r->count;
        r->views[r->count++].name = name;
    }
    return check_views(r, size);
}

/* ---- the numbers --------------------------------------------------------------------------- */

/* Read the storage that a view is part of; evk_bytes_release() frees *out. */
static evk_status read_storage(struct reader *r, const struct evk_torch_view *v,
                               struct evk_bytes *out)
{
    struct evk_str name = EVK_STR_INIT;
    evk_status s;
    size_t i;

    evk_str_add(&name, r->prefix.data, r->prefix.size);
    evk_str_puts(&name, "data/");
    evk_str_puts(&name, v->key->is.text);
    s = evk_str_check(&name, r->err);
    if (!s && !evk_zip_find(r->zip, name.data, &i))
        s = evk_fail(r->err, EVK_EFORMAT,
                     "has no %.200s in it, which should hold the numbers of a tensor", name.data);
    if (!s)
        s = read_entry(r, i, out);
    evk_str_release(&name);
    return s;
}

/* Turn a view of a storage into a tensor of floats. */
static evk_status convert(struct reader *r, const struct evk_torch_view *v,
                          const struct evk_bytes *storage, struct evk_torch_tensor *out)
{
    const int64_t each = evk_element_size(v->element);

    if (v->stored != (int64_t)storage->size / each || (int64_t)storage->size % each != 0)
        return evk_fail(r->err, EVK_EFORMAT,
                        "%.80s: its storage has %zu bytes, expected %lld numbers of %lld",
                        v->name->is.text, storage->size, (long long)v->stored, (long long)each);
    out->place = v->place;
    EVK_TRY(evk_strdup(&out->name, v->name->is.text, r->err));
    EVK_TRY(evk_tensor_new(&out->values, v->axes, v->dim, r->err));
    evk_torch_view_copy(v, storage->data, r->big, out->values.data);
    return EVK_OK;
}

/*
 * Read all tensors in the order of their storages, so that only one storage is in memory at a time.
 */
static evk_status read_tensors(struct reader *r, struct evk_torch *out)
{
    struct evk_bytes storage = {NULL, 0};
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&out->tensors, r->count, sizeof(*out->tensors), "a list of tensors", r->err));
    qsort(r->views, (size_t)r->count, sizeof(*r->views), by_key);
    for (int64_t i = 0; i < r->count && !s; i++) {
        if (i == 0 || by_key(&r->views[i - 1], &r->views[i]) != 0) {
            evk_bytes_release(&storage);
            s = read_storage(r, &r->views[i], &storage);
        }
        if (!s)
            s = convert(r, &r->views[i], &storage, &out->tensors[out->count++]);
    }
    evk_bytes_release(&storage);
    return s;
}

static int by_tensor_name(const void *a, const void *b)
{
    return strcmp(((const struct evk_torch_tensor *)a)->name,
                  ((const struct evk_torch_tensor *)b)->name);
}

/* Remove the "module." that a model on several devices puts before every name, and sort by name. */
static void strip_and_sort(struct evk_torch *t)
{
    const size_t n = strlen(MODULE);
    bool all = true;

    for (int64_t i = 0; i < t->count; i++)
        all = all && strncmp(t->tensors[i].name, MODULE, n) == 0;
    for (int64_t i = 0; all && i < t->count; i++)
        memmove(t->tensors[i].name, t->tensors[i].name + n, strlen(t->tensors[i].name) + 1 - n);
    qsort(t->tensors, (size_t)t->count, sizeof(*t->tensors), by_tensor_name);
}

static evk_status read_archive(struct reader *r, size_t size, struct evk_torch *out)
{
    struct evk_pickle *pickle = NULL;
    const value *root;
    evk_status s;

    EVK_TRY(evk_zip_verify(r->zip, r->most, r->err));
    EVK_TRY(find_pickle(r));
    EVK_TRY(find_order(r));
    EVK_TRY(evk_pickle_read(&pickle, &root, r->pickled.data, r->pickled.size, evk_torch_allowed,
                            r->err));
    s = read_views(r, root, size);
    if (!s)
        s = read_tensors(r, out);
    evk_pickle_free(pickle);
    if (!s)
        strip_and_sort(out);
    return s;
}

evk_status evk_torch_read(struct evk_torch *out, const void *data, size_t size, evk_error *err)
{
    struct reader r = {.prefix = EVK_STR_INIT, .err = err};
    struct evk_torch tensors = {0};
    evk_status s;

    if (evk_torch_is_legacy(data, size))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "is a legacy PyTorch file, of a version before 1.6; load it and save it "
                        "again with a newer version");
    EVK_TRY(evk_zip_open(&r.zip, data, size, err));
    r.most = evk_zip_weights_max(size);
    s = read_archive(&r, size, &tensors);
    evk_zip_close(r.zip);
    evk_str_release(&r.prefix);
    evk_bytes_release(&r.pickled);
    free(r.views);
    if (s)
        evk_torch_release(&tensors);
    else
        *out = tensors;
    return s;
}
