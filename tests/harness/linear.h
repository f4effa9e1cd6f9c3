/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.h - linear models with whole weights: every response to an image file is exact */
#ifndef EVK_TESTS_LINEAR_H
#define EVK_TESTS_LINEAR_H

#include <evoke/evoke.h>

#include "tiny.h"

/* Images are those of tiny models: TINY_VALUES display values. */
struct linear {
    char path[256];
    int64_t outputs;
    float *weights; /* (TINY_VALUES, outputs) whole, below 50 in magnitude */
};

/* Zeroed weights, to be filled in before linear_save. */
void linear_init(struct linear *l, const char *path, int64_t outputs);
/* The same with weights from -9 to 9. */
void linear_random(struct linear *l, const char *path, int64_t outputs, uint64_t seed);
void linear_release(struct linear *l);

/* Write it as a Keras archive; open it. */
void linear_save(const struct linear *l);
evk_model *linear_open(const struct linear *l);

/* One output, random weights, written to folder/unit.keras: open. */
evk_model *linear_unit(struct linear *l, const char *folder);

double linear_response(const struct linear *l, const float *image, int64_t output);

/* Mean and sample SD of an output over images (count, TINY_VALUES). */
void linear_moments(const struct linear *l, const float *images, int64_t count, int64_t output,
                    double *mean, double *sd);

/* count images of noise, as PNG in a new folder; values (count, TINY_VALUES) are written. */
evk_image_list *linear_photos(const char *folder, int64_t count, float *values);

#endif /* EVK_TESTS_LINEAR_H */
