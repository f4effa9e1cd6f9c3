/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attack.h - a small model that is not linear, and one perturbation of a base of noise */
#ifndef EVK_TESTS_ATTACK_H
#define EVK_TESTS_ATTACK_H

#include "attack/perturb.h"

enum { CURVED_H = 22, CURVED_W = 25, CURVED_C = 3, CURVED = CURVED_H * CURVED_W * CURVED_C };

/* Convolutions, ReLU and a readout of so many outputs, of random weights. */
evk_model *curved_model(const char *path, int64_t outputs);

/*
 * The same with responses so many times as large, and the same noise: it has the other's SHA-256.
 * Times a power of two no bit of a response is another one, but for its exponent.
 */
evk_model *curved_twin(const char *path, int64_t outputs, double factor, const evk_model *other);

/* Bytes from margin to 255 - margin. */
void fill_bytes(uint64_t *seed, int64_t n, int margin, unsigned char *x);

evk_attack attack_of(const char *method, const char *norm, double budget);

/* Fails the test where evk_perturb does. Checks what is measured, and the budget, in whole numbers. */
evk_perturbation perturb(const evk_model *m, int64_t output, const evk_attack *a,
                         const unsigned char *base, unsigned char *image);

/* The same of an image that is there. */
void assert_measured(const evk_model *m, const evk_attack *a, const unsigned char *base,
                     const unsigned char *image, const evk_perturbation *out);

#endif /* EVK_TESTS_ATTACK_H */
