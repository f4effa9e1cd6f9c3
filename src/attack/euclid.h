/* SPDX-License-Identifier: GPL-3.0-or-later */
/* euclid.h - balls of the Euclidean norm, whatever the unit */
#ifndef EVK_ATTACK_EUCLID_H
#define EVK_ATTACK_EUCLID_H

#include "attack/norm.h"

/* As the hooks of evk_norm_type; squares: the sum of squares that the ball allows. */
void evk_euclid_project(const struct evk_ball *b, double squares, const float *v, float *x);
void evk_euclid_extend(const struct evk_ball *b, double squares, const float *g, float *v);
void evk_euclid_shrink(const struct evk_ball *b, double shrunk, const float *v, float *d);
int64_t evk_euclid_measure(const struct evk_delta *d);

#endif /* EVK_ATTACK_EUCLID_H */
