/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * eigen.h - eigenvalues and eigenvectors of symmetric matrices
 *
 * The method is cyclic Jacobi rotation (Golub & Van Loan, Matrix Computations, 8.5) in double.  It
 * uses additions, products, quotients and square roots alone, which IEEE 754 rounds correctly, so
 * that every machine computes the same bits.
 */
#ifndef EVK_IMAGE_EIGEN_H
#define EVK_IMAGE_EIGEN_H

#include <stdint.h>

/*
 * Compute all eigenvalues and eigenvectors of the symmetric matrix a (n, n), which is overwritten.
 * values (n) are written in falling order.  Row i of vectors (n, n) is the eigenvector of
 * values[i]: its length is 1, and its element of largest magnitude (the first of several) is
 * positive.
 */
void evk_eigen(int64_t n, double *a, double *values, double *vectors);

#endif /* EVK_IMAGE_EIGEN_H */
