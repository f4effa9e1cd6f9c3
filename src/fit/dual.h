/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dual.h - ridge regression in as many unknowns as there are images
 *
 * The fit minimises, over a function f of a kernel's space and a constant c,
 *
 *     sum over images i of weight[i] (y[i] - c - f(i))^2  +  penalty |f|^2
 *
 * With r the square roots of the weights, u = r / |r| and p = 1 - u u', the residuals times r are
 * penalty g (r y), where g is the inverse of p r K r p + penalty within the space orthogonal to u.
 * The matrix is decomposed once, whatever the penalties and the responses.
 */
#ifndef EVK_FIT_DUAL_H
#define EVK_FIT_DUAL_H

#include "base/error.h"

struct evk_dual {
    int64_t n;
    int threads;
    double mean;     /* the mean eigenvalue over the images that have weight; 1 where that is 0 */
    double *root;    /* (n) r; owned */
    double *values;  /* (n) eigenvalues; the last belongs to u and is not used; owned */
    double *vectors; /* (n, n) owned */
    double *g;       /* (n, n) of the latest penalty; owned */
};

/*
 * Decomposes.
 *   kernel  (n, n) symmetric
 *   weight  (n) 0 or more, one of them above 0
 * EVK_EUNSUPPORTED: LAPACK cannot be loaded; EVK_ENOMEM.  evk_dual_release frees what it has.
 */
evk_status evk_dual_init(struct evk_dual *d, int64_t n, const double *kernel, const double *weight,
                         int threads, evk_error *err);
void evk_dual_release(struct evk_dual *d);

/*
 * a = p a p, where p = 1 - u u': the kernel of functions whose weighted mean is 0.  a: (n, n); u: (n)
 * of length 1; room: (n).  Returns the trace of a.
 */
double evk_dual_centre(int64_t n, const double *u, double *room, double *a);

/* Sets d->g for a penalty above 0. */
evk_status evk_dual_penalise(struct evk_dual *d, double penalty, evk_error *err);

/* gy += g y, where both are (n, units). */
evk_status evk_dual_apply(const struct evk_dual *d, int64_t units, const double *y, double *gy,
                          evk_error *err);

#endif /* EVK_FIT_DUAL_H */
