/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem.c - overflow-checked sizes and allocation */
#define _DEFAULT_SOURCE /* madvise */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Blocks of at least LARGE bytes ask the system for pages of 2 MiB, where it has them.  The first
 * touch of each small page costs as much time as a network needs for it, and a processor remembers
 * the places of few pages.
 */
enum { ALIGNMENT = 64, LARGE_PAGE = 2 << 20, LARGE = 4 << 20 };

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

/* Returns memory that begins with a large page, or NULL.  A system without large pages gives small
   ones, which changes the time only. */
static void *alloc_large(int64_t bytes)
{
    const int64_t whole = bytes / LARGE_PAGE * LARGE_PAGE;
    void *p = aligned_alloc(LARGE_PAGE, (size_t)(bytes + ALIGNMENT));

#ifdef MADV_HUGEPAGE
    if (p)
        (void)madvise(p, (size_t)whole, MADV_HUGEPAGE);
#else
    (void)whole;
#endif
    return p;
}

evk_status evk_alloc_floats(float **out, int64_t n, const char *what, evk_error *err)
{
    int64_t bytes;
    void *p;

    if (!evk_size_mul(n, sizeof(float), &bytes) || bytes > INT64_MAX - LARGE_PAGE)
        return no_memory(n, sizeof(float), what, err);
    bytes = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    p = bytes < LARGE ? aligned_alloc(ALIGNMENT, (size_t)bytes) : alloc_large(bytes);
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
