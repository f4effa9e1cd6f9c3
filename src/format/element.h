/* SPDX-License-Identifier: GPL-3.0-or-later */
/* element.h - the number types that files of arrays hold, as floats */
#ifndef EVK_FORMAT_ELEMENT_H
#define EVK_FORMAT_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum evk_element {
    EVK_F16,
    EVK_BF16,
    EVK_F32,
    EVK_F64,
    EVK_I8,
    EVK_I16,
    EVK_I32,
    EVK_I64,
    EVK_U8,
    EVK_U16,
    EVK_U32,
    EVK_U64,
    EVK_B1 /* a byte: 0 is 0, all else 1 */
};

int64_t evk_element_size(enum evk_element e);

/*
 * Numbers first, first + step ... of an array of bytes, n of them, rounded to the nearest
 * float; big: the most significant byte comes first.
 */
struct evk_elements {
    enum evk_element type;
    bool big;
    const unsigned char *bytes;
};
void evk_elements_read(const struct evk_elements *from, int64_t first, int64_t step, int64_t n,
                       float *out);

/* Numbers that a file of so many bytes may become, shared and repeated ones counted each time. */
int64_t evk_elements_max(size_t bytes);

#endif /* EVK_FORMAT_ELEMENT_H */
