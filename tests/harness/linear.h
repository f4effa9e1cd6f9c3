/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.h - linear models with whole weights, whose responses to image files are exact in float */
#ifndef EVK_TESTS_LINEAR_H
#define EVK_TESTS_LINEAR_H

#include <evoke/evoke.h>

#include "tiny.h"

/* A linear model of images of the size of tiny.h's models: TINY_VALUES display values. */
struct linear {
    char path[256];
    int64_t outputs;
    float *weights; /* (TINY_VALUES, outputs) whole, below 50 in magnitude */
};

/* Make a model whose weights are 0; the caller fills them in before linear_save. */
void linear_init(struct linear *l, const char *path, int64_t outputs);
/* Make a model with random whole weights from -9 to 9. */
void linear_random(struct linear *l, const char *path, int64_t outputs, uint64_t seed);
void linear_release(struct linear *l);

/* linear_save: write the model as a Keras archive; linear_open: open that archive. */
void linear_save(const struct linear *l);
evk_model *linear_open(const struct linear *l);

/* Make a model of one output with random weights, write it to folder/unit.keras, and open it. */
evk_model *linear_unit(struct linear *l, const char *folder);

double linear_response(const struct linear *l, const float *image, int64_t output);

/* Compute the mean and sample SD of an output over images (count, TINY_VALUES). */
void linear_moments(const struct linear *l, const float *images, int64_t count, int64_t output,
                    double *mean, double *sd);

/*
 * Write count images of noise as PNGs into a new folder, and open them as a list; values
 * (count, TINY_VALUES) are set to their display values.
 */
evk_image_list *linear_photos(const char *folder, int64_t count, float *values);

#endif /* EVK_TESTS_LINEAR_H */
