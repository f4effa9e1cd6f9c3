/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv_trial.h - a convolution's row with random numbers, and its sums by definition in double */
#ifndef EVK_TESTS_CONV_TRIAL_H
#define EVK_TESTS_CONV_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"

extern uint64_t conv_seed;

/* Every buffer ends, room included, at an unmapped page: reading one float too far crashes. */
struct trial {
    struct evk_conv c;
    int64_t x_size, y_size, w_size, wt_size;
    float *x;       /* NaN where no tap reads */
    float *gy, *gx; /* gx: its content before the gradient is added */
    float *w, *wt;  /* the same values */
    float *scale, *shift;
    int64_t *at;      /* (pieces taps) */
    bool *covered;    /* (x_size) does a tap read this value? */
    int64_t *terms;   /* (x_size) how many outputs read this value */
    double *sum;      /* (y_size) of products */
    double *size;     /* (y_size) of their magnitudes */
    double *gradient; /* (x_size) */
    double *gradient_size;
};

/* Make a trial with the geometry of conv; weights and offsets (at) are the trial's own. */
struct trial trial_new(const struct evk_conv *conv);
void trial_release(struct trial *t);

void *zeros(int64_t n, size_t size);

/* Does y[i] belong to an output, and not to the gap behind one? */
bool is_value(const struct evk_conv *c, int64_t i);

#endif /* EVK_TESTS_CONV_TRIAL_H */
