/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * torch_view.h - tensors as PyTorch pickles them; for torch*.c only
 *
 * A storage is a flat array of numbers, which is an entry of the archive.  A tensor
 * is a view of a storage: value (i, j, ...) of the tensor is number
 * offset + i stride[0] + j stride[1] + ... of the storage.
 */
#ifndef EVK_FORMAT_TORCH_VIEW_H
#define EVK_FORMAT_TORCH_VIEW_H

#include "format/element.h"
#include "format/pickle.h"
#include "tensor/tensor.h"

/* The classes that a PyTorch file may name, for evk_pickle_read. */
extern const struct evk_pickle_class evk_torch_allowed[];

struct evk_torch_view {
    const struct evk_pickle_value *name; /* a text: the tensor's key in the dictionary */
    const struct evk_pickle_value *key;  /* a text: the name of the storage */
    enum evk_element element;            /* type of the numbers in the storage */
    int64_t stored;                      /* how many numbers the storage has */
    int64_t offset;
    int axes;
    int64_t dim[EVK_AXES_MAX], stride[EVK_AXES_MAX];
    int64_t count; /* the product of dim */
    int64_t place; /* a number that orders the tensors as they are in the dictionary */
};

/* Is the value a tensor, or a parameter that holds a tensor? */
bool evk_torch_is_tensor(const struct evk_pickle_value *v);

/*
 * Read the view that a tensor is, all but its name and place.  EVK_EFORMAT: v is no tensor, or the
 * view reaches beyond its storage; EVK_EUNSUPPORTED: it has too many axes.
 */
evk_status evk_torch_view_read(struct evk_torch_view *out, const struct evk_pickle_value *v,
                               evk_error *err);

/*
 * Copy the values of a view out of its storage, to row-major floats.  big: in the storage, the most
 * significant byte of a number comes first.
 */
void evk_torch_view_copy(const struct evk_torch_view *v, const unsigned char *storage, bool big,
                         float *out);

#endif /* EVK_FORMAT_TORCH_VIEW_H */
