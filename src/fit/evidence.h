/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evidence.h - how probable responses are under a kernel and a penalty, and what these predict
 *
 * Responses are a constant, a Gaussian process with the covariance s K / penalty, and noise of the
 * variance s / weight.  The evidence of a kernel and a penalty is the probability density of the
 * responses, restricted to what does not depend on the constant, at the variance s that is best.
 * No image is left out for it: it weighs fit against freedom by itself.
 *
 * Images are in the order of their folds, and every image has weight.  With r, u and g as in dual.h,
 * m is p r K r p, the centred kernel.  The evidence of the images without a fold F follows from g
 * alone, as do the predictions: without F, the sum of squares y' g y has (g y)[F]' g[F][F]^-1
 * (g y)[F] less, and the logarithm of the determinant grows by that of g[F][F].
 */
#ifndef EVK_FIT_EVIDENCE_H
#define EVK_FIT_EVIDENCE_H

#include "base/error.h"
#include "linalg/cholesky.h"

struct evk_evidence {
    int64_t n, units, folds;
    const int64_t *start; /* (folds + 1) where each fold begins; borrowed */
    const double *y;      /* (n, units) responses from their weighted mean, times r; borrowed */
    const double *u;      /* (n) borrowed */
};

/* What a kernel and a penalty give; all owned by the caller. */
struct evk_posterior {
    double *alpha;  /* (n, units) g y */
    double *missed; /* (n, units) residuals, times r, of the fit without the image's fold */
    double *log;    /* (1 + folds, units) log evidence of all images; then without each fold */
};

/* Memory of one thread. */
struct evk_evidence_room {
    struct evk_system all, fold;
    double *inverse; /* of the largest fold; owned */
};
evk_status evk_evidence_room_init(struct evk_evidence_room *room, const struct evk_evidence *e,
                                  evk_error *err);
void evk_evidence_room_release(struct evk_evidence_room *room);

/*
 * Weighs one penalty above 0.  m: (n, n); top: at least its largest eigenvalue, and above 0.  A fold
 * that has all images is predicted by nothing, and what is missed is then 0.  EVK_ENOMEM.
 */
evk_status evk_evidence_weigh(const struct evk_evidence *e, struct evk_evidence_room *room,
                              const double *m, double top, double penalty,
                              struct evk_posterior *out, evk_error *err);

#endif /* EVK_FIT_EVIDENCE_H */
