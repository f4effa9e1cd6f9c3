/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocations.h - how often the program has asked for memory, or given some back */
#ifndef EVK_TESTS_ALLOCATIONS_H
#define EVK_TESTS_ALLOCATIONS_H

/*
 * malloc, calloc, realloc, aligned_alloc, posix_memalign and free so far, of
 * all threads and libraries.  Only differences mean anything: between two
 * calls that give the same number, nobody allocated.  Skips the test where
 * neither glibc nor a sanitizer helps; the first call allocates, to see that
 * it is seen.
 */
long allocations(void);

#endif /* EVK_TESTS_ALLOCATIONS_H */
