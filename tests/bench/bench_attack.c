/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_attack.c - the time of a step of a perturbation, compared with a step of the published
 * ascent: bench_attack [MODEL]
 *
 * Without a model, it uses the published compact model with the median FLOPs, from $EVOKE_PUBLISHED
 * or ../shared/published, or else an embedded model.  It prints, separated by tabs: method; norm;
 * ms of a step, which is a 50th of a whole perturbation of 50 steps; the ratio of that to a step of
 * the ascent, which is timed in turn.  Numbers are medians of 9.
 */
#include <stdio.h>
#include <stdlib.h>

#include "attack/perturb.h"
#include "attack/settings.h"
#include "bench.h"
#include "synth/settings.h"

enum { STEPS = 50, TIMES = 9 };

static const struct {
    const char *method, *norm;
} rows[] = {
    {"pgd", "rms"},      {"pgd", "linf"},      {"pgd", "mean-abs"},
    {"auto-pgd", "rms"}, {"auto-pgd", "linf"}, {"auto-pgd", "mean-abs"},
};

enum { ROWS = (int)(sizeof(rows) / sizeof(rows[0])) };

static void *zeros(int64_t n, size_t size)
{
    void *p = calloc((size_t)n, size);

    if (!p)
        exit(1);
    return p;
}

static void must(evk_status s, const evk_error *err)
{
    if (!s)
        return;
    fprintf(stderr, "%s\n", err->msg);
    exit(1);
}

static double climb(evk_session *s, int64_t start, float *image)
{
    evk_error err = {EVK_OK, ""};
    evk_recipe recipe;
    evk_ascent out;
    double t;

    must(evk_recipe_of_method(&recipe, "published", &err), &err);
    recipe.steps = STEPS;
    t = bench_now();
    must(evk_synthesize(s, &recipe, start, NULL, NULL, image, &out, &err), &err);
    return (bench_now() - t) / STEPS;
}

static double perturb(evk_session *s, int row, const unsigned char *base, unsigned char *image)
{
    evk_attack a = evk_attack_default();
    evk_error err = {EVK_OK, ""};
    evk_perturbation out;
    struct evk_search p;
    double t;

    a.method = rows[row].method;
    a.norm = rows[row].norm;
    a.steps = STEPS;
    must(evk_search_open(&p, s, &a, NULL, &err), &err);
    t = bench_now();
    must(evk_perturb_one(&p, base, NULL, NULL, image, &out, &err), &err);
    t = (bench_now() - t) / STEPS;
    evk_search_close(&p);
    return t;
}

static void bench(evk_session *s)
{
    const evk_model_info *info = evk_model_describe(evk_session_model(s));
    const int64_t n = info->height * info->width * info->channels;
    unsigned char *base = zeros(n, 1), *image = zeros(n, 1);
    float *x = zeros(n, sizeof(*x));
    double step[TIMES], t[ROWS][TIMES], ascent;

    for (int i = 0; i < TIMES; i++) {
        step[i] = climb(s, i, x);
        for (int64_t j = 0; j < n; j++)
            base[j] = (unsigned char)(x[j] / 2 + 64);
        for (int r = 0; r < ROWS; r++)
            t[r][i] = perturb(s, r, base, image);
    }
    ascent = bench_median(step, TIMES);
    printf("published ascent\t\t%.3f\t1\n", ascent);
    for (int r = 0; r < ROWS; r++) {
        const double median = bench_median(t[r], TIMES);

        printf("%s\t%s\t%.3f\t%.2f\n", rows[r].method, rows[r].norm, median, median / ascent);
    }
    free(base);
    free(image);
    free(x);
}

int main(int argc, char **argv)
{
    const char *root = getenv("EVOKE_PUBLISHED");
    evk_error err = {EVK_OK, ""};
    char path[1024];
    evk_session *s;
    evk_model *m;
    FILE *f;

    snprintf(path, sizeof(path), "%s/compact/keras/compact_model_190923_neuron5.keras",
             root ? root : "../shared/published");
    f = fopen(path, "rb");
    if (f)
        fclose(f);
    else
        snprintf(path, sizeof(path), "build/release/models/complex.keras");
    must(evk_model_open(&m, argc > 1 ? argv[1] : path, NULL, &err), &err);
    must(evk_session_new_for(&s, m, 0, &err), &err);
    puts("method\tnorm\tms a step\tof the ascent's");
    bench(s);
    evk_session_free(s);
    evk_model_free(m);
    return 0;
}
