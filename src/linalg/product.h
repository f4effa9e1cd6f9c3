/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * product.h - products of matrices of doubles, on several threads
 *
 * Every sum has one order, whatever the number of threads and the instruction set: terms are added
 * one by one, first to last, with fused multiply-adds.
 */
#ifndef EVK_LINALG_PRODUCT_H
#define EVK_LINALG_PRODUCT_H

#include "base/error.h"
#include "kernel/kernel.h"

/*
 * Sets *k to the fastest kernels.  EVK_EINVAL: the environment variable EVOKE_ISA names an
 * instruction set that this build or processor does not have.
 */
evk_status evk_linalg_kernels(const struct evk_kernels **k, evk_error *err);

/*
 * A matrix of which a product reads one panel at a time: `terms` of its rows, from row `term` on,
 * by `width` of its columns, from column `column` on.  fill writes row r and column s of that part
 * to panel[r * EVK_PANEL + s]; what is not written is 0.
 */
struct evk_operand {
    void (*fill)(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                 double *panel);
    const void *of;
    int64_t columns;
};

/*
 * c += a' b, where a is (terms, a->columns), b is (terms, b->columns), and c is (a->columns,
 * b->columns), row-major.  Where a and b are the same pointer, c must be symmetric, and stays so.
 * threads: as in evk_thread_count.  EVK_ENOMEM.
 */
evk_status evk_add_product(int threads, int64_t terms, const struct evk_operand *a,
                           const struct evk_operand *b, double *c, evk_error *err);

/* A dense matrix: element (r, s) is x[r * row + s * column]; scale is NULL, or a factor for each
   row. */
struct evk_dense {
    const double *x, *scale;
    int64_t row, column;
};
void evk_fill_dense(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                    double *panel);

#endif /* EVK_LINALG_PRODUCT_H */
