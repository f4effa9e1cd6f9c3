/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lapack.h - eigenvalues and eigenvectors of symmetric matrices, by LAPACK */
#ifndef EVK_LINALG_LAPACK_H
#define EVK_LINALG_LAPACK_H

#include "base/error.h"

/*
 * Loads LAPACK, and succeeds at once where the process has loaded it before.  EVK_EUNSUPPORTED: the
 * library cannot be loaded; the message names Debian's package.
 */
evk_status evk_lapack_load(evk_error *err);

/*
 * Decomposes a symmetric matrix a, (n, n), so that a = sum over q of values[q] v v', where v is row
 * q of vectors.
 *   a        its lower triangle is read, and its contents are destroyed
 *   values   (n), written: the eigenvalues in ascending order
 *   vectors  (n, n), written: row q is the eigenvector of values[q], of length 1
 * One thread at a time is inside LAPACK.  EVK_EUNSUPPORTED: LAPACK cannot be loaded; EVK_EINVAL: a
 * has a value that is not finite, or the decomposition failed; EVK_ENOMEM.
 */
evk_status evk_lapack_eigen(int64_t n, double *a, double *values, double *vectors, evk_error *err);

#endif /* EVK_LINALG_LAPACK_H */
