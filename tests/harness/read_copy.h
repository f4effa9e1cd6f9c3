/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_copy.h - reading pickles and PyTorch files from a block of their own
 *
 * The block is as large as the data, so that the address sanitizer notices reading beyond it.
 */
#ifndef EVK_TESTS_READ_COPY_H
#define EVK_TESTS_READ_COPY_H

#include "format/pickle.h"
#include "format/tensors.h"

/* A pickle that has been read, with the data that its values point into. */
struct pickle_copy {
    struct evk_pickle *pickle;
    const struct evk_pickle_value *root;
    unsigned char *data;
};

/* The classes that such a pickle may name: one makes dictionaries, the other objects. */
enum { DICT_CLASS, BOX };
extern const struct evk_pickle_class pickle_known[];

/* Read a pickle; what *c had before is freed.  Free it with pickle_copy_release. */
evk_status pickle_copy_read(struct pickle_copy *c, const void *data, size_t size, evk_error *err);
void pickle_copy_release(struct pickle_copy *c);

/* Read a PyTorch file; what *t had before is freed.  A failure must leave no tensors. */
evk_status torch_copy_read(struct evk_tensors *t, const void *data, size_t size, evk_error *err);

#endif /* EVK_TESTS_READ_COPY_H */
