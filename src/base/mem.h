/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem.h - overflow-checked sizes and allocation */
#ifndef EVK_BASE_MEM_H
#define EVK_BASE_MEM_H

#include <stdbool.h>

#include "base/error.h"

/* a * b for sizes that are not negative; false when it does not fit. */
bool evk_size_mul(int64_t a, int64_t b, int64_t *out);

/*
 * Zeroed memory for n elements of size bytes each, n = 0 included; free() it.
 * EVK_ENOMEM says how much was wanted and for what.
 */
evk_status evk_alloc(void *out, int64_t n, size_t size, const char *what, evk_error *err);

/* Zeroed floats, aligned to a cache line (64 bytes); free() them. */
evk_status evk_alloc_floats(float **out, int64_t n, const char *what, evk_error *err);

/* A copy of a string; free() it. */
evk_status evk_strdup(char **out, const char *s, evk_error *err);

#endif /* EVK_BASE_MEM_H */
