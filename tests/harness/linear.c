/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c - linear models with whole weights, whose responses to image files are exact in float */
#include "linear.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/codec.h"
#include "keras_file.h"
#include "test.h"

void linear_init(struct linear *l, const char *path, int64_t outputs)
{
    snprintf(l->path, sizeof(l->path), "%s", path);
    l->outputs = outputs;
    l->weights = calloc((size_t)(TINY_VALUES * outputs), sizeof(*l->weights));
    assert_non_null(l->weights);
}

void linear_random(struct linear *l, const char *path, int64_t outputs, uint64_t seed)
{
    linear_init(l, path, outputs);
    for (int64_t i = 0; i < TINY_VALUES * outputs; i++)
        l->weights[i] = rintf(9 * random_float(&seed));
}

void linear_release(struct linear *l)
{
    free(l->weights);
}

void linear_save(const struct linear *l)
{
    struct keras_file k;
    char config[64];

    keras_init(&k, NULL);
    keras_input(&k, "in", TINY_H, TINY_W, TINY_C);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    snprintf(config, sizeof(config), "'units':%d,'use_bias':false", (int)l->outputs);
    keras_layer(&k, "Dense", "dense", config, NULL);
    memcpy(keras_array(&k, 2, (const int64_t[]){TINY_VALUES, l->outputs}), l->weights,
           (size_t)(TINY_VALUES * l->outputs) * sizeof(*l->weights));
    keras_save(&k, l->path, "dense");
    keras_release(&k);
}

evk_model *linear_open(const struct linear *l)
{
    evk_model *m = NULL;

    assert_ok(evk_model_open(&m, l->path, NULL, err));
    return m;
}

evk_model *linear_unit(struct linear *l, const char *folder)
{
    linear_random(l, path_in(folder, "unit.keras"), 1, 5);
    linear_save(l);
    return linear_open(l);
}

double linear_response(const struct linear *l, const float *image, int64_t output)
{
    double sum = 0;

    for (int64_t i = 0; i < TINY_VALUES; i++)
        sum += (double)image[i] * (double)l->weights[i * l->outputs + output];
    return sum;
}

void linear_moments(const struct linear *l, const float *images, int64_t count, int64_t output,
                    double *mean, double *sd)
{
    double squares = 0;

    *mean = 0;
    for (int64_t i = 0; i < count; i++)
        *mean += linear_response(l, images + i * TINY_VALUES, output) / (double)count;
    for (int64_t i = 0; i < count; i++)
        squares += pow(linear_response(l, images + i * TINY_VALUES, output) - *mean, 2);
    *sd = sqrt(squares / (double)(count - 1));
}

evk_image_list *linear_photos(const char *folder, int64_t count, float *values)
{
    uint64_t seed = 11;
    evk_image_list *list;
    char path[256];
    const char *at = path; /* folder may be one of path_in's */

    snprintf(path, sizeof(path), "%s", folder);
    assert_ok(evk_fs_make_folder(path, err));
    for (int64_t i = 0; i < count; i++) {
        struct evk_pixels p;
        struct evk_bytes file;
        char name[32];

        assert_ok(evk_pixels_new(&p, TINY_H, TINY_W, TINY_C, err));
        for (int64_t k = 0; k < TINY_VALUES; k++, values++) {
            p.data[k] = (unsigned char)(128 + 127 * random_float(&seed));
            *values = p.data[k];
        }
        assert_ok(evk_png_encode(&file, &p, NULL, err));
        snprintf(name, sizeof(name), "%03d.png", (int)i);
        assert_ok(evk_fs_write(path_in(path, name), file.data, file.size, err));
        evk_bytes_release(&file);
        evk_pixels_release(&p);
    }
    assert_ok(evk_image_list_open(&list, &at, 1, NULL, err));
    return list;
}
