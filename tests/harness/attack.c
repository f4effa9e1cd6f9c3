/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attack.c - a small model that is not linear, and one perturbation of a base of noise */
#include "attack.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack/settings.h"
#include "keras_file.h"
#include "model/model.h"
#include "test.h"

static void times(int64_t n, double factor, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = (float)((double)x[i] * factor);
}

static evk_model *curved(const char *path, int64_t outputs, double factor)
{
    const int64_t eight = 8;
    struct keras_file k;
    uint64_t seed = 31;
    char dense[32];
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", CURVED_H, CURVED_W, CURVED_C);
    keras_layer(&k, "Conv2D", "conv",
                "'filters':8,'kernel_size':5,'padding':'same','activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){5, 5, CURVED_C, 8});
    keras_random(&k, &seed, 1, &eight);
    keras_layer(&k, "Conv2D", "next",
                "'filters':8,'kernel_size':3,'padding':'same','activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 8, 8});
    keras_random(&k, &seed, 1, &eight);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    snprintf(dense, sizeof(dense), "'units':%d", (int)outputs);
    keras_layer(&k, "Dense", "dense", dense, NULL);
    times(CURVED_H * CURVED_W * 8 * outputs, factor,
          keras_random(&k, &seed, 2, (const int64_t[]){CURVED_H * CURVED_W * 8, outputs}));
    times(outputs, factor, keras_random(&k, &seed, 1, &outputs));
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, NULL, err));
    return m;
}

evk_model *curved_model(const char *path, int64_t outputs)
{
    return curved(path, outputs, 1);
}

evk_model *curved_scaled(const char *path, int64_t outputs, double factor, const evk_model *other)
{
    evk_model *m = curved(path, outputs, factor);

    memcpy(m->digest, other->digest, sizeof(m->digest));
    memcpy(m->sha256, other->sha256, sizeof(m->sha256));
    return m;
}

void fill_bytes(uint64_t *seed, int64_t n, int margin, unsigned char *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = (unsigned char)(127.5F + (127.4F - (float)margin) * random_float(seed));
}

evk_attack attack_of(const char *method, const char *norm, double budget)
{
    evk_attack a = evk_attack_default();

    a.method = method;
    a.norm = norm;
    a.budget = budget;
    return a;
}

void assert_measured(const evk_model *m, const evk_attack *a, const unsigned char *base,
                     const unsigned char *image, const evk_perturbation *out)
{
    const evk_model_info *info = evk_model_describe(m);
    const int64_t n = info->height * info->width * info->channels;
    const struct evk_norm_type *norm;
    struct evk_delta d = {.n = n};

    for (int64_t i = 0; i < n; i++) {
        const int64_t v = llabs((long long)image[i] - base[i]);

        d.largest = v > d.largest ? v : d.largest;
        d.sum += v;
        d.squares += v * v;
    }
    assert_int_equal(out->linf, d.largest);
    assert_true(out->rms == sqrt((double)d.squares / (double)n));
    assert_true(out->mean_abs == (double)d.sum / (double)n);
    assert_true(out->l2 == sqrt((double)d.squares) / 255);
    assert_ok(evk_norm_find(&norm, a->norm, err));
    assert_true(norm->measure(&d) <= norm->bound(a->budget, n));
    assert_true(norm->size(&d) <= a->budget);
}

evk_perturbation perturb(const evk_model *m, int64_t output, const evk_attack *a,
                         const unsigned char *base, unsigned char *image)
{
    evk_perturbation out;
    evk_session *s;

    assert_ok(evk_session_new_for(&s, m, output, err));
    assert_ok(evk_perturb(s, a, base, NULL, image, &out, err));
    evk_session_free(s);
    assert_measured(m, a, base, image, &out);
    return out;
}
