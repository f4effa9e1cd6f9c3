/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_steps.c - the time of whole steps of the published ascent: bench_steps [MODEL...]
 *
 * Without arguments, it uses the published compact models with the least, the median and the most
 * FLOPs and the shared model with 100 filters, from $EVOKE_PUBLISHED or ../shared/published, or
 * else two embedded models.  It prints a table in Markdown: model; threads, each of which runs an
 * ascent; MFLOP of a step, forward and backward; ms of a step; the part of it that is not spent in
 * the network; GFLOP/s of all threads; the ratio of that to the peak rate of all threads, which
 * each thread measures between its steps, while the others go on; MB of values and gradients that
 * the network reads and writes in a step.  Times and peaks are medians of 100.
 */
#include <stdio.h>
#include <stdlib.h>

#include <evoke/evoke.h>

#include "base/parallel.h"
#include "bench.h"
#include "model/model.h"
#include "synth/settings.h"

enum { STEPS = 100, WARM = 5, THREADS_MAX = 64 };

/* A model, and the medians that each thread measured. */
struct bench {
    evk_model *model;
    double step[THREADS_MAX], pass[THREADS_MAX]; /* ms */
    double peak[THREADS_MAX];                    /* GFLOP/s */
};

struct stopwatch {
    const struct evk_kernels *k;
    double last, step[WARM + STEPS], peak[WARM + STEPS];
    int count;
};

static bool tick(void *arg, const evk_step *now)
{
    struct stopwatch *c = arg;
    const double t = bench_now();

    if (now->step > 0) {
        c->step[c->count] = t - c->last;
        c->peak[c->count++] = bench_burst(c->k);
    }
    c->last = bench_now();
    return true;
}

static void *zeros(int64_t n, size_t size)
{
    void *p = calloc((size_t)n, size);

    if (!p)
        exit(1);
    return p;
}

/* Returns the median time of a forward and a backward pass at image, in ms. */
static double time_pass(evk_session *s, const evk_model_info *info, const float *image)
{
    float *gradient = zeros(info->height * info->width * info->channels, sizeof(*gradient));
    float *responses = zeros(info->outputs, sizeof(*responses));
    float *weights = zeros(info->outputs, sizeof(*weights));
    double t[STEPS];

    weights[0] = 1;
    for (int i = 0; i < STEPS; i++) {
        t[i] = bench_now();
        evk_session_predict(s, image, responses);
        evk_session_gradient(s, weights, gradient);
        t[i] = bench_now() - t[i];
    }
    free(gradient);
    free(responses);
    free(weights);
    return bench_median(t, STEPS);
}

static void climb(void *arg, int worker, int64_t i)
{
    struct bench *b = arg;
    const evk_model_info *info = evk_model_describe(b->model);
    float *image = zeros(info->height * info->width * info->channels, sizeof(*image));
    evk_recipe recipe;
    struct stopwatch c = {.k = b->model->plan.kernels};
    const evk_watch watch = {tick, &c, false};
    evk_session *s;
    evk_ascent out;

    (void)worker;
    if (evk_recipe_of_method(&recipe, "published", NULL) ||
        evk_session_new_for(&s, b->model, 0, NULL))
        exit(1);
    recipe.steps = WARM + STEPS;
    if (evk_synthesize(s, &recipe, i, NULL, &watch, image, &out, NULL))
        exit(1);
    b->step[i] = bench_median(c.step + WARM, STEPS);
    b->peak[i] = bench_median(c.peak + WARM, STEPS);
    b->pass[i] = time_pass(s, info, image);
    evk_session_free(s);
    free(image);
}

/*
 * Returns how many bytes a step moves: values are written and read, and so are gradients, and the
 * backward pass of ReLUs reads values once more.
 */
static double bytes(const evk_model *m)
{
    const struct evk_plan *p = &m->plan;
    double sum = 0;

    for (int i = 0; i < p->graph->count; i++)
        sum += 5 * 4.0 * (double)evk_plan_floats(p, i);
    return sum;
}

static int bench(const char *path, int threads)
{
    struct bench b = {.model = NULL};
    double step = 0, pass = 0, peak = 0, rate;
    evk_error err = {EVK_OK, ""};
    const evk_model_info *info;

    if (evk_model_open(&b.model, path, NULL, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    info = evk_model_describe(b.model);
    evk_parallel_for(threads, threads, climb, &b);
    for (int t = 0; t < threads; t++) {
        step += b.step[t] / threads;
        pass += b.pass[t] / threads;
        peak += b.peak[t];
    }
    rate = 2e-6 * (double)info->flops / step * threads;
    printf("| %s | %d | %.0f | %.3f | %.0f %% | %.0f | %.2f | %.1f |\n", info->name, threads,
           2e-6 * (double)info->flops, step, 100 * (step - pass) / step, rate, rate / peak,
           1e-6 * bytes(b.model));
    evk_model_free(b.model);
    return 0;
}

static int bench_default(int threads)
{
    static const char *const names[] = {
        "compact/keras/compact_model_190923_neuron24.keras",
        "compact/keras/compact_model_190923_neuron5.keras",
        "compact/keras/compact_model_190923_neuron21.keras",
        "shared_compact/shared_compact_model_100filters.keras",
    };
    const char *root = getenv("EVOKE_PUBLISHED");
    char path[1024];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        FILE *f;

        snprintf(path, sizeof(path), "%s/%s", root ? root : "../shared/published", names[i]);
        f = fopen(path, "rb");
        if (!f)
            return bench("build/release/models/gabor.keras", threads) |
                   bench("build/release/models/complex.keras", threads);
        fclose(f);
        if (bench(path, threads))
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    const int cores = evk_thread_count(0, THREADS_MAX);
    int status = 0;

    puts("| model | threads | MFLOP a step | ms a step | not network | GFLOP/s | of the peak | MB "
         "|");
    puts("|---|---|---|---|---|---|---|---|");
    for (int threads = 1; threads <= cores; threads *= 2) {
        for (int i = 1; i < argc; i++)
            status |= bench(argv[i], threads);
        if (argc == 1)
            status |= bench_default(threads);
    }
    return status;
}
