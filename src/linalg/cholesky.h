/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cholesky.h - solutions of a x = b, where a is symmetric and positive definite
 *
 * A system is filled, solved and filled again.  It is used by one thread; several threads have a
 * system each.  The bits of a solution do not depend on the instruction set.
 */
#ifndef EVK_LINALG_CHOLESKY_H
#define EVK_LINALG_CHOLESKY_H

#include <stdbool.h>

#include "base/error.h"
#include "kernel/kernel.h"

/* Both matrices are kept as panels of EVK_PANEL columns, with `room` rows each. */
struct evk_system {
    const struct evk_kernels *k;
    int64_t n, columns; /* the size of a, and the right-hand sides, which are columns of b */
    int64_t room;       /* n, rounded up to a multiple of EVK_PANEL */
    int64_t most_n, most_columns; /* what there is memory for */
    double *a, *b;                /* owned; b becomes the solution */
    double *inverses;             /* (room / EVK_PANEL) of u's diagonal blocks; owned */
    int64_t *zeros;               /* (panels of b) block rows at the top that are 0; owned */
};

/* Allocates memory for systems of at most these sizes; evk_system_release frees it. */
evk_status evk_system_init(struct evk_system *s, int64_t most_n, int64_t most_columns,
                           evk_error *err);
void evk_system_release(struct evk_system *s);

/* Begins a system of these sizes, at most those of evk_system_init; its elements are all 0. */
void evk_system_begin(struct evk_system *s, int64_t n, int64_t columns);

/* Element (i, j) of a, of which only i <= j is read, and of b. */
static inline double *evk_system_a(const struct evk_system *s, int64_t i, int64_t j)
{
    return s->a + (j / EVK_PANEL * s->room + i) * EVK_PANEL + j % EVK_PANEL;
}

static inline double *evk_system_b(const struct evk_system *s, int64_t i, int64_t j)
{
    return s->b + (j / EVK_PANEL * s->room + i) * EVK_PANEL + j % EVK_PANEL;
}

/*
 * Replaces a by its Cholesky factor u, a = u' u, in its upper triangle, and b by u'^-1 b.  False: a
 * is not positive definite within rounding.
 */
bool evk_system_eliminate(struct evk_system *s);

/* Does as evk_system_eliminate, and then replaces b by the solution. */
bool evk_system_solve(struct evk_system *s);

/* The logarithm of the determinant of a, after one of the two. */
double evk_system_log_determinant(const struct evk_system *s);

#endif /* EVK_LINALG_CHOLESKY_H */
