/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_pass.c - one thread's forward and backward pass of whole models:
 * bench_pass [MODEL...], by default the embedded ones
 *
 * Tab-separated: model, MFLOP forward, ms forward, ms backward, GFLOP/s of
 * both.  Each time is the median of 30.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <evoke/evoke.h>

enum { REPEATS = 30 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int bench(const char *path)
{
    double forward[REPEATS], backward[REPEATS];
    evk_error err = {EVK_OK, ""};
    evk_session *s = NULL;
    evk_model *m = NULL;
    evk_model_info info;
    float *image, *gradient, *responses, *weights;
    size_t n;

    if (evk_model_open(&m, path, NULL, &err) || evk_session_new(&s, m, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    info = evk_model_describe(m);
    n = (size_t)(info.height * info.width * info.channels);
    image = calloc(n, sizeof(*image));
    gradient = calloc(n, sizeof(*gradient));
    responses = calloc((size_t)info.outputs, sizeof(*responses));
    weights = calloc((size_t)info.outputs, sizeof(*weights));
    if (!image || !gradient || !responses || !weights)
        return 1;
    for (size_t i = 0; i < n; i++)
        image[i] = (float)(i * 7919 % 256);
    weights[0] = 1;
    for (int i = 0; i < REPEATS; i++) {
        const double t0 = now();

        evk_session_predict(s, image, responses);
        forward[i] = now() - t0;
        evk_session_gradient(s, weights, gradient);
        backward[i] = now() - t0 - forward[i];
    }
    qsort(forward, REPEATS, sizeof(*forward), compare);
    qsort(backward, REPEATS, sizeof(*backward), compare);
    printf("%s\t%.1f\t%.3f\t%.3f\t%.1f\n", info.name, 1e-6 * (double)info.flops,
           forward[REPEATS / 2], backward[REPEATS / 2],
           2e-6 * (double)info.flops / (forward[REPEATS / 2] + backward[REPEATS / 2]));
    free(image);
    free(gradient);
    free(responses);
    free(weights);
    evk_session_free(s);
    evk_model_free(m);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;

    puts("model\tMFLOP\tms forward\tms backward\tGFLOP/s");
    for (int i = 1; i < argc; i++)
        status |= bench(argv[i]);
    if (argc == 1)
        status =
            bench("build/release/models/dot.keras") | bench("build/release/models/gabor.keras");
    return status;
}
