/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy_header.h - what comes before the numbers of a .npy file; for npy*.c only */
#ifndef EVK_FORMAT_NPY_HEADER_H
#define EVK_FORMAT_NPY_HEADER_H

#include "format/element.h"
#include "tensor/tensor.h"

/* "<f4", as a byte order and a type; objects: "|O". */
struct evk_npy_type {
    bool objects, big;
    enum evk_element element;
};

struct evk_npy_header {
    struct evk_npy_type type;
    bool fortran; /* the first axis is innermost */
    int axes;
    int64_t dim[EVK_AXES_MAX];
    int64_t count; /* product of dim */
    size_t size;   /* bytes up to the numbers */
};

evk_status evk_npy_header_read(struct evk_npy_header *out, const unsigned char *data, size_t size,
                               evk_error *err);

/* order: one of < > | =, code: "f4". */
evk_status evk_npy_type_read(struct evk_npy_type *out, char order, const char *code,
                             evk_error *err);

/* The number of values, which must be no more than most. */
evk_status evk_npy_count(int axes, const int64_t *dim, int64_t most, int64_t *out, evk_error *err);

#endif /* EVK_FORMAT_NPY_HEADER_H */
