/* SPDX-License-Identifier: GPL-3.0-or-later */
/* element.h - arrays of numbers of any type, as files hold them, read as floats or doubles */
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
    EVK_B1 /* a truth value in a byte: 0 becomes 0, everything else 1 */
};

/* Returns how many bytes a number of this type has. */
int64_t evk_element_size(enum evk_element e);

/* An array of numbers in the bytes of a file. */
struct evk_elements {
    enum evk_element type;
    bool big; /* the most significant byte of a number comes first */
    const unsigned char *bytes;
};

/* Read n numbers, those at index first, first + step ..., rounded to the nearest float. */
void evk_elements_read(const struct evk_elements *from, int64_t first, int64_t step, int64_t n,
                       float *out);

/* Does the same for doubles, which have the values of all types but integers of 64 bits. */
void evk_elements_read_doubles(const struct evk_elements *from, int64_t first, int64_t step,
                               int64_t n, double *out);

/*
 * Returns the most numbers that a file of this many bytes may become in memory: 4 for each byte,
 * and 2^18 more.  A number that the file stores once and uses in several arrays counts once for
 * each of them.
 */
int64_t evk_elements_max(size_t bytes);

#endif /* EVK_FORMAT_ELEMENT_H */
