/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lp.c - the L^p norm of an image about mid-grey as a penalty: a high p holds back extreme values
 *
 * The penalty is (mean |x - 128|^p)^(1/p) over all values.  It is in display levels whatever the
 * size of the image: an image whose values are 124 and 132 has a penalty of 4 for every p.  Where
 * the sum of (|x - 128| / 128)^p is below FLAT, which for p = 6 is at about 1e-4 levels, the image
 * counts as flat: its penalty and gradient are 0.
 */
#include <math.h>
#include <string.h>

#include "synth/prior.h"

static const double FLAT = 1e-36; /* above it no factor leaves the range of a float */

struct lp {
    int64_t p;
};

static const evk_param params[] = {
    {"p", "P", "exponent of the norm", EVK_PARAM_INT, offsetof(struct lp, p), 1, 20},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct lp defaults = {.p = 6};

/*
 * Returns the p-th root of value.  Newton steps begin within a factor of 2 above the root, where
 * y^p is convex: so they fall towards the root, and end when rounding makes one rise.
 */
static double root(double value, int64_t p)
{
    int exponent;
    double y, next;

    (void)frexp(value, &exponent); /* value is below 2^exponent */
    next = ldexp(1, (int)ceil((double)exponent / (double)p));
    do {
        double power = 1;

        y = next;
        for (int64_t i = 1; i < p; i++)
            power *= y;
        next = y - (y - value / power) / (double)p;
    } while (next < y);
    return y;
}

static double lp_penalty(void *self, const struct evk_frame *f, const float *x, float *gradient)
{
    const struct lp *l = self;
    const int64_t n = f->h * f->w * f->c;
    const double sum = f->k->powers(n, l->p, 128, 1.0f / 128, x, gradient);
    double norm;

    if (sum < FLAT) {
        memset(gradient, 0, (size_t)n * sizeof(*gradient));
        return 0;
    }
    norm = root(sum / (double)n, l->p);
    f->k->scale(n, (float)(norm / sum), gradient);
    return 128 * norm;
}

extern const struct evk_prior_type evk_prior_lp;
const struct evk_prior_type evk_prior_lp = {
    .name = "lp",
    .summary = "penalise the L^p norm of all values less 128 (mid-grey), display levels",
    .reference = "Mahendran 2015",
    .params = params,
    .size = sizeof(struct lp),
    .defaults = &defaults,
    .penalty = lp_penalty,
};
