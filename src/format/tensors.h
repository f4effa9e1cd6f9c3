/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tensors.h - tensors with names: what a state dictionary is, whatever file it comes from */
#ifndef EVK_FORMAT_TENSORS_H
#define EVK_FORMAT_TENSORS_H

#include <stdbool.h>

#include "tensor/tensor.h"

struct evk_named_tensor {
    char *name; /* as in the file; owned */
    struct evk_tensor values;
    int64_t place; /* a number that orders the tensors as they are in the file */
};

struct evk_tensors {
    struct evk_named_tensor *tensors; /* (count) sorted by name, bytewise */
    int64_t count;
    char *key;    /* the keys that lead to them in a checkpoint, "checkpoint.model"; owned; NULL:
                     the file has no other values */
    char *beside; /* other state dictionaries of the checkpoint, "'ema' and 'net'"; owned; NULL:
                     none */
};

/* Free the tensors and the texts, and leave none. */
void evk_tensors_release(struct evk_tensors *t);

/* Sort the tensors by name, after names were set or changed. */
void evk_tensors_sort(struct evk_tensors *t);

/*
 * Check a tensor's name of n bytes.  EVK_EFORMAT: it has over 1,000 bytes; or it has control
 * characters, which could steer a terminal, or a zero byte.
 */
evk_status evk_tensors_check_name(const char *name, size_t n, evk_error *err);

#endif /* EVK_FORMAT_TENSORS_H */
