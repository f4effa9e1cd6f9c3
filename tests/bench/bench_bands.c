/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_bands.c - the time of one image on several threads: bench_bands [MODEL...]
 *
 * For each model, without arguments an embedded one, it prints rows of a Markdown table: the model;
 * how many threads share the passes; ms of a forward and a backward pass for neuron 0, as the least
 * and the median of RUNS; and the ratio of the least on one thread to the least on these threads.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "bench.h"
#include "model/model.h"
#include "model/session.h"

enum { RUNS = 1000, THREADS_MAX = 64 };

static void *need(int64_t n, size_t size)
{
    void *p = calloc((size_t)n, size);

    if (!p)
        exit(1);
    return p;
}

/* Returns the least time of a pass; *median is the median. */
static double bench(const evk_model *m, int threads, double *median)
{
    const evk_model_info *info = evk_model_describe(m);
    const int64_t n = info->height * info->width * info->channels;
    float *image = need(n, sizeof(*image)), *gradient = need(n, sizeof(*gradient));
    float weights[1] = {1}, response;
    double t[RUNS], least;
    struct evk_team *team;
    evk_session *s;

    for (int64_t i = 0; i < n; i++)
        image[i] = (float)(i * 7919 % 256);
    if (evk_team_new(&team, threads, NULL) || evk_session_new_team(&s, m, 0, team, NULL))
        exit(1);
    for (int i = 0; i < RUNS; i++) {
        t[i] = bench_now();
        evk_session_predict(s, image, &response);
        evk_session_gradient(s, weights, gradient);
        t[i] = bench_now() - t[i];
    }
    *median = bench_median(t, RUNS);
    least = t[0];
    for (int i = 1; i < RUNS; i++)
        least = t[i] < least ? t[i] : least;
    evk_session_free(s);
    evk_team_free(team);
    free(gradient);
    free(image);
    return least;
}

static int bench_file(const char *path)
{
    const int cores = evk_thread_count(0, THREADS_MAX);
    double one = 0, median;
    evk_error err;
    evk_model *m;

    if (evk_model_open(&m, path, NULL, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    for (int threads = 1; threads <= cores; threads++) {
        const double least = bench(evk_model_member(m, 0), threads, &median);

        one = threads == 1 ? least : one;
        printf("| %s | %d | %.3f | %.3f | %.2f |\n", evk_model_describe(m)->name, threads, least,
               median, one / least);
    }
    evk_model_free(m);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;

    puts("| model | threads | ms, least | ms, median | ratio |");
    puts("|---|---|---|---|---|");
    for (int i = 1; i < argc; i++)
        status |= bench_file(argv[i]);
    return argc > 1 ? status : bench_file("build/release/models/gabor.keras");
}
