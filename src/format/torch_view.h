/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_view.h - tensors as PyTorch pickles them: views of storages; for torch*.c only */
#ifndef EVK_FORMAT_TORCH_VIEW_H
#define EVK_FORMAT_TORCH_VIEW_H

#include "format/element.h"
#include "format/pickle.h"
#include "tensor/tensor.h"

extern const struct evk_pickle_class evk_torch_allowed[];

struct evk_torch_view {
    const struct evk_pickle_value *name; /* texts */
    const struct evk_pickle_value *key;  /* of the storage */
    enum evk_element element;
    int64_t stored; /* numbers in the storage */
    int64_t offset;
    int axes;
    int64_t dim[EVK_AXES_MAX], stride[EVK_AXES_MAX];
    int64_t count; /* product of dim */
    int64_t place; /* in the dictionary */
};

/* Is this a tensor, or a parameter that holds one? */
bool evk_torch_is_tensor(const struct evk_pickle_value *v);

/* The view that it is, but for its name; it is within its storage. */
evk_status evk_torch_view_read(struct evk_torch_view *out, const struct evk_pickle_value *v,
                               evk_error *err);

/* Its values, from the storage's. */
void evk_torch_view_copy(const struct evk_torch_view *v, const unsigned char *storage, bool big,
                         float *out);

#endif /* EVK_FORMAT_TORCH_VIEW_H */
