/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy_header.h - the header before the numbers of a .npy file; for npy*.c and npz*.c only */
#ifndef EVK_FORMAT_NPY_HEADER_H
#define EVK_FORMAT_NPY_HEADER_H

#include "format/element.h"
#include "tensor/tensor.h"

/* What NumPy writes as "<f4", or as "|O" for objects. */
struct evk_npy_type {
    bool objects;             /* the array holds Python objects, as a pickle */
    bool big;                 /* the most significant byte of a number comes first */
    enum evk_element element; /* the type of the numbers */
};

struct evk_npy_header {
    struct evk_npy_type type;
    bool fortran; /* the first axis is the innermost; else the last */
    int axes;
    int64_t dim[EVK_AXES_MAX];
    int64_t count; /* the product of dim; set by evk_npy_count, not by evk_npy_header_read */
    size_t size;   /* bytes before the numbers */
};

/* Read the header at the start of a .npy file of size bytes. */
evk_status evk_npy_header_read(struct evk_npy_header *out, const unsigned char *data, size_t size,
                               evk_error *err);

/* Read a type from its byte order, one of < > | =, and its code, such as "f4". */
evk_status evk_npy_type_read(struct evk_npy_type *out, char order, const char *code,
                             evk_error *err);

/* Set *out to the number of values of a shape; more than `most` are EVK_EFORMAT. */
evk_status evk_npy_count(int axes, const int64_t *dim, int64_t most, int64_t *out, evk_error *err);

#endif /* EVK_FORMAT_NPY_HEADER_H */
