/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attack.h - a small model that is not linear, and one perturbation of a base of noise */
#ifndef EVK_TESTS_ATTACK_H
#define EVK_TESTS_ATTACK_H

#include "attack/perturb.h"
#include "attack/settings.h"

enum { CURVED_H = 22, CURVED_W = 25, CURVED_C = 3, CURVED = CURVED_H * CURVED_W * CURVED_C };

/* Write a model of two convolutions with ReLUs and a dense layer, with random weights; open it. */
evk_model *curved_model(const char *path, int64_t outputs);

/*
 * Make the same model with responses multiplied by factor.  It gets the SHA-256 of other, a
 * curved_model, so that it draws the same noise.  Where factor is a power of two, responses differ
 * from those of other in their exponents alone.
 */
evk_model *curved_scaled(const char *path, int64_t outputs, double factor, const evk_model *other);

/* Fill x with n random bytes from margin to 255 - margin. */
void fill_bytes(uint64_t *seed, int64_t n, int margin, unsigned char *x);

evk_attack attack_of(const char *method, const char *norm, double budget);

/*
 * Call evk_perturb, and fail the test where it fails.  The measured norms and the budget are
 * checked as assert_measured does.
 */
evk_perturbation perturb(const evk_model *m, int64_t output, const evk_attack *a,
                         const unsigned char *base, unsigned char *image);

/* Check, in whole numbers, the measures in out of an image perturbed from base, and its budget. */
void assert_measured(const evk_model *m, const evk_attack *a, const unsigned char *base,
                     const unsigned char *image, const evk_perturbation *out);

#endif /* EVK_TESTS_ATTACK_H */
