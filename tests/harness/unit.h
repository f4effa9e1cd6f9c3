/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit.h - a unit whose gradient is known in double: linear, or softplus of convolutions read out
 *
 * Its unit of measurement may be any: a gain multiplies the weights of the last layer, which has no
 * bias.
 */
#ifndef EVK_TESTS_UNIT_H
#define EVK_TESTS_UNIT_H

#include <stdbool.h>

#include <evoke/evoke.h>

enum { UNIT_H = 20, UNIT_W = 24, UNIT_C = 3, UNIT_VALUES = UNIT_H * UNIT_W * UNIT_C };

enum { UNIT_SIDE = 5, UNIT_FILTERS = 3 }; /* filters: as many as channels */

struct unit {
    bool curved;
    float kernel[UNIT_SIDE][UNIT_SIDE][UNIT_C][UNIT_FILTERS], bias[UNIT_FILTERS]; /* if curved */
    float weights[UNIT_VALUES];
};

/* Random weights, of the last layer times gain; another number, other weights. */
void unit_init(struct unit *u, bool curved, uint64_t number, float gain);

/* Write it as a Keras archive; open it. */
void unit_save(const struct unit *u, const char *path);
evk_model *unit_open(const struct unit *u, const char *path);

/* At x: g (UNIT_VALUES), written. */
void unit_gradient(const struct unit *u, const double *x, double *g);

/* A soft picture of high contrast with noise on it, 0 to 255, some of it at both ends. */
void unit_start(float *x);

#endif /* EVK_TESTS_UNIT_H */
