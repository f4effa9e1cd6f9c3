/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit.h - a model of one unit whose gradient tests compute in double
 *
 * The unit is a weighted sum of the image's values or, if curved, of convolutions with softplus.  A
 * gain multiplies the weights of the last layer, which has no bias, and so the response and its
 * gradient: with it, tests choose the unit of the response.
 */
#ifndef EVK_TESTS_UNIT_H
#define EVK_TESTS_UNIT_H

#include <stdbool.h>

#include <evoke/evoke.h>

enum { UNIT_H = 20, UNIT_W = 24, UNIT_C = 3, UNIT_VALUES = UNIT_H * UNIT_W * UNIT_C };

/*
 * As many filters as the image has channels.  Kernels of 3 columns are summed directly: Adam
 * divides gradients by their own size, and would enlarge the rounding of Winograd's transforms
 * where a gradient is near 0.
 */
enum { UNIT_SIDE = 3, UNIT_FILTERS = 3 };

struct unit {
    bool curved;
    float kernel[UNIT_SIDE][UNIT_SIDE][UNIT_C][UNIT_FILTERS], bias[UNIT_FILTERS]; /* if curved */
    float weights[UNIT_VALUES];
};

/* Draw random weights, different ones for each number; those of the last layer are times gain. */
void unit_init(struct unit *u, bool curved, uint64_t number, float gain);

/* unit_save: write the model as a Keras archive; unit_open: open that archive. */
void unit_save(const struct unit *u, const char *path);
evk_model *unit_open(const struct unit *u, const char *path);

/* Set g (UNIT_VALUES) to the gradient at x. */
void unit_gradient(const struct unit *u, const double *x, double *g);

/*
 * Set x to a smooth picture of high contrast with noise, 0 to 255, some values of which are 0 or
 * 255.
 */
void unit_start(float *x);

#endif /* EVK_TESTS_UNIT_H */
