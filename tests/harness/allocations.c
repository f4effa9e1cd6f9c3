/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * allocations.c - counts calls of malloc, free and the like
 *
 * In a build with a sanitizer, the sanitizer calls hooks that count.  In any other build with
 * glibc, this file defines malloc and the others itself, which take precedence over those of glibc;
 * they count, and call glibc's functions by their second names, __libc_malloc and so on.
 */
#include "allocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "test.h"

static atomic_long count;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

#ifdef SANITIZED

int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));

static void on_malloc(const volatile void *p, size_t size)
{
    (void)p;
    (void)size;
    count++;
}

static void on_free(const volatile void *p)
{
    (void)p;
    count++;
}

static void begin(void)
{
    if (__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) == 0)
        fail_msg("the sanitizer takes no hook");
}

#elif defined(__GLIBC__)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *p);

/* These are exported from the program, so that calls from shared libraries are counted too. */
EVK_API void *malloc(size_t size);
EVK_API void *calloc(size_t n, size_t size);
EVK_API void *realloc(void *p, size_t size);
EVK_API void *aligned_alloc(size_t alignment, size_t size);
EVK_API int posix_memalign(void **out, size_t alignment, size_t size);
EVK_API void free(void *p);

void *malloc(size_t size)
{
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    count++;
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    count++;
    return __libc_realloc(p, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *p;

    count++;
    p = __libc_memalign(alignment, size);
    if (!p)
        return ENOMEM;
    *out = p;
    return 0;
}

void free(void *p)
{
    count++;
    __libc_free(p);
}

static void begin(void)
{
}

#else

static void begin(void)
{
    skip();
}

#endif

long allocations(void)
{
    static bool began;

    if (!began) {
        const long before = count;
        void *volatile p;

        begin();
        p = malloc(1);
        free(p);
        if (count < before + 2)
            fail_msg("allocations are not counted here");
        began = true;
    }
    return count;
}
