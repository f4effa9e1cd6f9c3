/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_container.h - how a PyTorch file holds a pickle and its storages; for torch*.c only */
#ifndef EVK_FORMAT_TORCH_CONTAINER_H
#define EVK_FORMAT_TORCH_CONTAINER_H

#include "base/str.h"
#include "format/pickle.h"
#include "format/torch_view.h"

struct evk_torch_container {
    struct evk_pickle *pickle; /* the reader of the pickled object; owned */
    const struct evk_pickle_value *root;
    bool big; /* the most significant byte of a number comes first */
    void *of; /* what the functions below need; owned */
    /*
     * Get the bytes that the file has under a storage's key; they stay valid until the next call.
     * EVK_EFORMAT: the file has none, or they are damaged.
     */
    evk_status (*storage)(struct evk_torch_container *c, const struct evk_torch_storage *s,
                          const unsigned char **data, size_t *size, evk_error *err);
    void (*close)(struct evk_torch_container *c); /* frees pickle and of */
};

/* Open an archive, or a file of PyTorch before 1.6, in memory, which is borrowed. */
evk_status evk_torch_zip_open(struct evk_torch_container *out, const void *data, size_t size,
                              evk_error *err);
evk_status evk_torch_legacy_open(struct evk_torch_container *out, const void *data, size_t size,
                                 evk_error *err);

/*
 * Which container are the bytes?  A zip archive has an entry data.pkl; a legacy file is of PyTorch
 * before 1.6, and a tar of PyTorch before 0.2.
 */
bool evk_torch_is_zip(const void *data, size_t size);
bool evk_torch_is_legacy(const void *data, size_t size);
bool evk_torch_is_tar(const void *data, size_t size);

/* ---- torch_dict.c: the dictionary of tensors among the pickled values ---- */

/* Returns how many values of a dictionary are tensors; 0 for a value that is no dictionary. */
int64_t evk_torch_count(const struct evk_pickle_value *v);

/* A dictionary of tensors; an empty evk_torch_found begins with two strings EVK_STR_INIT. */
struct evk_torch_found {
    const struct evk_pickle_value *dict;
    struct evk_str key;    /* the keys that lead to it, "checkpoint.model"; empty: it is the root */
    struct evk_str beside; /* the other dictionaries of parameters: "'ema' and 'net'"; or empty */
};

/*
 * Find the dictionary of tensors: the first one below root, through the names under which
 * checkpoints keep state dictionaries, or root itself, or else the only one under other names.
 * EVK_EUNSUPPORTED: there is none, and the message says what the file holds instead; or there are
 * several under other names.  The caller releases *out, also where the call fails.
 */
evk_status evk_torch_find(struct evk_torch_found *out, const struct evk_pickle_value *root,
                          evk_error *err);

/* Free the strings. */
void evk_torch_found_release(struct evk_torch_found *f);

#endif /* EVK_FORMAT_TORCH_CONTAINER_H */
