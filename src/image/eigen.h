/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * eigen.h - eigenvalues and eigenvectors of symmetric matrices
 *
 * Cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, 8.5), in double, of additions,
 * products, quotients and square roots alone: the same bits on every machine.
 */
#ifndef EVK_IMAGE_EIGEN_H
#define EVK_IMAGE_EIGEN_H

#include <stdint.h>

/*
 * a (n, n) symmetric, lost.  values (n) in falling order; vectors (n, n), row i belongs to
 * values[i], has length 1, and its largest element (the first of equals) is positive.
 */
void evk_eigen(int64_t n, double *a, double *values, double *vectors);

#endif /* EVK_IMAGE_EIGEN_H */
