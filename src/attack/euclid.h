/* SPDX-License-Identifier: GPL-3.0-or-later */
/* euclid.h - what the norms rms and l2 share: balls of the Euclidean norm, in any unit */
#ifndef EVK_ATTACK_EUCLID_H
#define EVK_ATTACK_EUCLID_H

#include "attack/norm.h"

/*
 * The hooks project, extend, shrink and measure of a Euclidean norm (evk_norm_type in norm.h).
 * squares is the largest sum of squared display levels that the ball allows.
 */
void evk_euclid_project(const struct evk_ball *b, double squares, const float *v, float *x);
void evk_euclid_extend(const struct evk_ball *b, double squares, const float *g, float *v);
void evk_euclid_shrink(const struct evk_ball *b, double shrunk, const float *v, float *d);
int64_t evk_euclid_measure(const struct evk_delta *d);

#endif /* EVK_ATTACK_EUCLID_H */
