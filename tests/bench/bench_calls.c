/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_calls.c - the time of the library's calls for images in memory:
 * bench_calls [MODEL IMAGES THREADS [PIXELS]]
 *
 * PIXELS is a file of bytes, images x height x width x channels; without it the pixels are some
 * pattern.  It prints, separated by tabs: model; images; threads; ms of evk_model_predict and of
 * evk_model_gradient of output 0 for all images, medians of ROUNDS; the first responses of output 0.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "evoke/model.h"

enum { ROUNDS = 3, SHOWN = 8 };

static void *need(size_t n)
{
    void *p = calloc(n, 1);

    if (!p)
        exit(1);
    return p;
}

/* Gives count pixels, of the file at path or, where it is NULL, of a pattern. */
static float *pixels_of(const char *path, size_t count)
{
    unsigned char *bytes = need(count);
    float *out = need(count * sizeof(*out));

    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)(i * 2654435761u >> 24);
    if (path) {
        FILE *f = fopen(path, "rb");

        if (!f || fread(bytes, 1, count, f) != count) {
            fprintf(stderr, "bench_calls: %s has fewer than %zu pixels\n", path, count);
            exit(1);
        }
        fclose(f);
    }
    for (size_t i = 0; i < count; i++)
        out[i] = (float)bytes[i];
    free(bytes);
    return out;
}

int main(int argc, char **argv)
{
    const char *path = argc > 3 ? argv[1] : "build/release/models/gabor.keras";
    const size_t images = argc > 3 ? (size_t)strtoul(argv[2], NULL, 10) : 8;
    const int threads = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 1;
    double predict[ROUNDS], gradient[ROUNDS];
    const evk_model_info *info;
    float *x, *gradients, *responses;
    evk_model *model;
    size_t pixels;
    evk_error err;

    if (evk_model_open(&model, path, NULL, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    info = evk_model_describe(model);
    pixels = images * (size_t)(info->height * info->width * info->channels);
    x = pixels_of(argc > 4 ? argv[4] : NULL, pixels);
    gradients = need(pixels * sizeof(*gradients));
    responses = need(images * (size_t)info->outputs * sizeof(*responses));
    for (int i = 0; i < ROUNDS; i++) {
        const double begin = bench_now();

        if (evk_model_predict(model, x, images, threads, responses, &err))
            return 1;
        predict[i] = bench_now() - begin;
        if (evk_model_gradient(model, 0, x, images, NULL, threads, gradients, &err))
            return 1;
        gradient[i] = bench_now() - begin - predict[i];
    }
    printf("%s\t%zu\t%d\t%.2f\t%.2f", info->name, images, threads, bench_median(predict, ROUNDS),
           bench_median(gradient, ROUNDS));
    for (size_t i = 0; i < images && i < SHOWN; i++)
        printf("\t%.7g", (double)responses[i * (size_t)info->outputs]);
    putchar('\n');
    free(responses);
    free(gradients);
    free(x);
    evk_model_free(model);
    return 0;
}
