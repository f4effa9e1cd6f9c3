/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocations.h - how often the program has allocated or freed memory */
#ifndef EVK_TESTS_ALLOCATIONS_H
#define EVK_TESTS_ALLOCATIONS_H

/*
 * Returns how often malloc, calloc, realloc, aligned_alloc, posix_memalign and free were called so
 * far, by all threads and libraries.  Where two calls return the same number, nothing was allocated
 * or freed between them.  Without glibc and without a sanitizer, the test is skipped.  The first
 * call allocates, to check that allocations are counted.
 */
long allocations(void);

#endif /* EVK_TESTS_ALLOCATIONS_H */
