/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem.h - overflow-checked sizes and allocation */
#ifndef EVK_BASE_MEM_H
#define EVK_BASE_MEM_H

#include <stdbool.h>

#include "base/error.h"

/* Set *out to a * b; false where the product overflows, or one of them is negative. */
bool evk_size_mul(int64_t a, int64_t b, int64_t *out);

/*
 * Set the pointer at out (out is a T **, for any T) to zeroed memory for n elements of size bytes
 * each; the caller frees it.  Where n is 0, the pointer is not NULL either.  EVK_ENOMEM: the
 * message says how many bytes were wanted, and for what, which is the text `what`.
 */
evk_status evk_alloc(void *out, int64_t n, size_t size, const char *what, evk_error *err);

/* Do as evk_alloc, for n floats that are aligned to a cache line (64 bytes). */
evk_status evk_alloc_floats(float **out, int64_t n, const char *what, evk_error *err);

/* Set *out to a copy of a string, which the caller frees. */
evk_status evk_strdup(char **out, const char *s, evk_error *err);

#endif /* EVK_BASE_MEM_H */
