/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * torch_view.h - tensors as PyTorch pickles them; for torch*.c only
 *
 * A storage is a flat array of numbers, which is in the file under a key.  A tensor
 * is a view of a storage: value (i, j, ...) of the tensor is number
 * offset + i stride[0] + j stride[1] + ... of the storage.
 */
#ifndef EVK_FORMAT_TORCH_VIEW_H
#define EVK_FORMAT_TORCH_VIEW_H

#include "format/element.h"
#include "format/pickle.h"
#include "tensor/tensor.h"

/* The classes that have a meaning in a PyTorch file, for evk_pickle_read. */
extern const struct evk_pickle_class evk_torch_known[];

struct evk_torch_storage {
    const char *key; /* the storage's name, key_size bytes without a zero byte behind them */
    size_t key_size;
    int64_t each;             /* bytes of a number */
    bool readable;            /* its numbers are of a type that element.h reads, which is: */
    enum evk_element element; /* the type */
    int64_t stored;           /* how many numbers the storage has */
    int64_t offset;           /* of its first number in what the file has under the key */
};

struct evk_torch_view {
    const struct evk_pickle_value *name; /* a text: the tensor's key in the dictionary */
    struct evk_torch_storage storage;
    int64_t offset;
    int axes;
    int64_t dim[EVK_AXES_MAX], stride[EVK_AXES_MAX];
    int64_t count; /* the product of dim */
    int64_t place; /* a number that orders the tensors as they are in the dictionary */
};

/*
 * Read which storage a reference means: the persistent id ('storage', class, key, device, count),
 * or the same as a text, which protocol 0 has.  False where it means something else.
 */
bool evk_torch_storage_read(struct evk_torch_storage *out, const struct evk_pickle_value *v);

/* Compare the keys of two storages: a number below, equal to or above 0. */
int evk_torch_storage_compare(const struct evk_torch_storage *a, const struct evk_torch_storage *b);

/* Is the value a tensor, or a parameter that holds a tensor? */
bool evk_torch_is_tensor(const struct evk_pickle_value *v);

/*
 * Read the view that a tensor is, all but its name and place.  EVK_EFORMAT: v is no tensor, or the
 * view reaches beyond its storage; EVK_EUNSUPPORTED: it has too many axes, or numbers of a type
 * that is not read.
 */
evk_status evk_torch_view_read(struct evk_torch_view *out, const struct evk_pickle_value *v,
                               evk_error *err);

/*
 * Copy the values of a view out of its storage, to row-major floats.  storage has the bytes that
 * the file has under the key.  big: the most significant byte of a number comes first.
 */
void evk_torch_view_copy(const struct evk_torch_view *v, const unsigned char *storage, bool big,
                         float *out);

#endif /* EVK_FORMAT_TORCH_VIEW_H */
