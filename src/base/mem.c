/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem.c - overflow-checked sizes and allocation */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

bool evk_size_mul(int64_t a, int64_t b, int64_t *out)
{
    if (a < 0 || b < 0 || (b > 0 && a > INT64_MAX / b))
        return false;
    *out = a * b;
    return true;
}

static evk_status no_memory(int64_t n, size_t size, const char *what, evk_error *err)
{
    return evk_fail(err, EVK_ENOMEM, "out of memory for %s: %lld x %zu bytes", what, (long long)n,
                    size);
}

evk_status evk_alloc(void *out, int64_t n, size_t size, const char *what, evk_error *err)
{
    int64_t bytes;
    void *p;

    if (!evk_size_mul(n, (int64_t)size, &bytes))
        return no_memory(n, size, what, err);
    p = calloc(bytes > 0 ? (size_t)bytes : 1, 1);
    if (!p)
        return no_memory(n, size, what, err);
    memcpy(out, &p, sizeof(p));
    return EVK_OK;
}

evk_status evk_alloc_floats(float **out, int64_t n, const char *what, evk_error *err)
{
    int64_t bytes;
    void *p;

    if (!evk_size_mul(n, sizeof(float), &bytes) || bytes > INT64_MAX - ALIGNMENT)
        return no_memory(n, sizeof(float), what, err);
    bytes = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    p = aligned_alloc(ALIGNMENT, (size_t)bytes);
    if (!p)
        return no_memory(n, sizeof(float), what, err);
    memset(p, 0, (size_t)bytes);
    *out = p;
    return EVK_OK;
}

evk_status evk_strdup(char **out, const char *s, evk_error *err)
{
    size_t n = strlen(s) + 1;
    char *copy;

    EVK_TRY(evk_alloc(&copy, (int64_t)n, 1, "a string", err));
    memcpy(copy, s, n);
    *out = copy;
    return EVK_OK;
}
