/* SPDX-License-Identifier: GPL-3.0-or-later */
/* round.h - a matrix rounded to whole numbers at random, without changing means or sums */
#ifndef EVK_SESSION_ORDER_ROUND_H
#define EVK_SESSION_ORDER_ROUND_H

#include <stdbool.h>

#include "session/order/draw.h"

/* Room for the rounding of a matrix of up to `size` rows. */
struct evk_rounding {
    int64_t size;
    int64_t *path; /* (2 size + 1) rows, and columns as size + column */
    int64_t *at;   /* (2 size) where on the path each is, or -1 */
};

evk_status evk_rounding_make(struct evk_rounding *out, int64_t size, evk_error *err);
void evk_rounding_release(struct evk_rounding *r);

/*
 * Round a matrix (size, size): each number becomes one of the two whole numbers beside it, with
 * probabilities that keep its mean; the sum of a row or column becomes one of those beside it, and
 * stays as it is where it is whole (dependent rounding; Gandhi et al., J. ACM 2006).
 */
void evk_rounding_apply(struct evk_rounding *r, double *matrix, struct evk_draw *d);

#endif /* EVK_SESSION_ORDER_ROUND_H */
