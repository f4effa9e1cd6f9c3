/* SPDX-License-Identifier: GPL-3.0-or-later */
/* made_data.h - made-up features and responses, to which readouts are fitted */
#ifndef EVK_TESTS_MADE_DATA_H
#define EVK_TESTS_MADE_DATA_H

#include "fit/readouts.h"

/* Data of one core, whose arrays can be written: the pointers of `data` lead to them. */
struct made_data {
    struct evk_fit_data data;
    struct evk_fit_core core;
    int64_t rows, columns, channels;
    float *x;
    double *y;
    int64_t *count, *fold;
};

/*
 * Makes random features on a grid of rows x columns x channels, responses that are a random
 * weighted sum of them plus noise of the given SD, one presentation each, and contiguous folds.
 */
void made_data_new(struct made_data *r, uint64_t seed, int64_t images, int64_t units,
                   const int64_t shape[3], double noise, int64_t folds);
void made_data_free(struct made_data *r);

/* The prediction of a result for an image of a core's features, in double. */
double made_data_response(const struct made_data *r, const struct evk_fit_result *result,
                          int64_t unit, int64_t image);

#endif /* EVK_TESTS_MADE_DATA_H */
