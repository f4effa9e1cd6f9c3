/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lapack.c - loads LAPACK while the program runs, and calls it */
#include "linalg/lapack.h"

#include <dlfcn.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"

/* The file name is part of LAPACK's binary interface: the 3 changes when its functions do. */
static const char library[] = "liblapack.so.3";

/*
 * Fortran's dsyevr: every argument is a pointer, and behind them stand the lengths of the three
 * texts.
 */
typedef void evk_dsyevr_fn(const char *jobz, const char *range, const char *uplo, const int *n,
                           double *a, const int *lda, const double *vl, const double *vu,
                           const int *il, const int *iu, const double *abstol, int *m, double *w,
                           double *z, const int *ldz, int *isuppz, double *work, const int *lwork,
                           int *iwork, const int *liwork, int *info, size_t, size_t, size_t);

/* The function, or NULL until LAPACK is loaded; guarded by the lock of the process. */
static evk_dsyevr_fn *dsyevr;

/* Fail with the loader's own words, which name the file and, where one is missing, the function. */
static evk_status refuse(evk_error *err)
{
    const char *why = dlerror();

    return evk_fail(err, EVK_EUNSUPPORTED,
                    "no readout can be fitted: %s; expected the library of Debian's package "
                    "liblapack3, which only fits need; 'apt-get install liblapack3' installs it",
                    why ? why : library);
}

/*
 * Where the library is OpenBLAS, keep it on the calling thread: how it divides a sum depends on the
 * number of its threads, and so do the last bits of its results.
 */
static void use_one_thread(void *lapack)
{
    void *symbol = dlsym(lapack, "openblas_set_num_threads");
    void (*set_threads)(int);

    if (!symbol)
        return;
    memcpy(&set_threads, &symbol, sizeof(symbol));
    set_threads(1);
}

/* The library is never closed.  C converts no data pointer to a function pointer, hence memcpy. */
static evk_status load(evk_error *err)
{
    void *lapack, *symbol;

    if (dsyevr)
        return EVK_OK;
    lapack = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    symbol = lapack ? dlsym(lapack, "dsyevr_") : NULL;
    if (!symbol)
        return refuse(err);
    use_one_thread(lapack);
    memcpy(&dsyevr, &symbol, sizeof(symbol));
    return EVK_OK;
}

evk_status evk_lapack_load(evk_error *err)
{
    evk_status status;

    evk_process_lock_take();
    status = load(err);
    evk_process_lock_give();
    return status;
}

/* What a call of dsyevr needs; LAPACK says how long work and integers must be. */
struct call {
    int n, work_size, integers_size;
    double *a, *values, *vectors, *work;
    int *support, *integers;
};

/* Returns what LAPACK says: 0, or what failed. */
static int call(struct call *c)
{
    const double tolerance = 0; /* the most accurate */
    int found = 0, info = 0;

    dsyevr("V", "A", "U", &c->n, c->a, &c->n, NULL, NULL, NULL, NULL, &tolerance, &found, c->values,
           c->vectors, &c->n, c->support, c->work, &c->work_size, c->integers, &c->integers_size,
           &info, 1, 1, 1);
    return info == 0 && c->work_size != -1 && found != c->n ? -1 : info;
}

/* A call with sizes of -1 writes the sizes to the first elements. */
static evk_status allocate(struct call *c, evk_error *err)
{
    double size = 0;
    int integers = 0;

    c->work = &size;
    c->integers = &integers;
    c->work_size = c->integers_size = -1;
    call(c);
    c->work = NULL;
    c->integers = NULL;
    c->work_size = (int)size;
    c->integers_size = integers;
    EVK_TRY(evk_alloc(&c->work, c->work_size, sizeof(double), "LAPACK's work", err));
    return evk_alloc(&c->integers, c->integers_size, sizeof(int), "LAPACK's work", err);
}

static evk_status decompose(struct call *c, evk_error *err)
{
    evk_status status = allocate(c, err);
    int info = status ? 0 : call(c);

    if (info)
        status = evk_fail(err, EVK_EINVAL,
                          "LAPACK could not decompose a matrix of %d rows (dsyevr said %d); please "
                          "report this",
                          c->n, info);
    free(c->work);
    free(c->integers);
    return status;
}

static bool is_finite(int64_t n, const double *a)
{
    double sum = 0;

    for (int64_t i = 0; i < n * n; i++)
        sum += a[i] * 0;
    return sum == 0;
}

/* Row-major, the lower triangle of a symmetric matrix is what Fortran calls the upper one. */
evk_status evk_lapack_eigen(int64_t n, double *a, double *values, double *vectors, evk_error *err)
{
    struct call c = {.n = (int)n, .a = a, .values = values, .vectors = vectors};
    evk_status status;

    if (n > INT_MAX / 64 || !is_finite(n, a))
        return evk_fail(err, EVK_EINVAL,
                        "a matrix of %lld rows cannot be decomposed: it is too large, or has "
                        "values that are not finite",
                        (long long)n);
    EVK_TRY(evk_alloc(&c.support, 2 * n, sizeof(int), "an eigendecomposition", err));
    evk_process_lock_take();
    status = load(err);
    if (!status && n > 0)
        status = decompose(&c, err);
    evk_process_lock_give();
    free(c.support);
    return status;
}
