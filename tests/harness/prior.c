/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prior.c - one prior by itself, whose hooks tests call directly */
#include "prior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "test.h"

static void set_parameter(const struct evk_prior_type *type, void *self, const char *name,
                          const char *value)
{
    const evk_param *p = type->params;

    while (p->name && strcmp(p->name, name) != 0)
        p++;
    assert_non_null(p->name);
    assert_ok(evk_param_set(p, self, value, err));
}

static struct trial with_parameters(const struct evk_prior_type *type, const int64_t size[3],
                                    const char *const *set)
{
    struct trial t = {
        .type = type,
        .frame = {.h = size[0],
                  .w = size[1],
                  .c = size[2],
                  .natural_sd = 57,
                  .natural_mean = 110,
                  .natural_contrast = 0.5,
                  .pixels_per_degree = (double)NAN},
        .self = malloc(type->size),
        .n = size[0] * size[1] * size[2],
    };
    const char *wanted;

    t.frame.k = evk_kernels_best(&wanted);
    assert_non_null(t.frame.k);
    assert_non_null(t.self);
    memcpy(t.self, type->defaults, type->size);
    for (; set && *set; set += 2)
        set_parameter(type, t.self, set[0], set[1]);
    return t;
}

struct trial trial_open(const struct evk_prior_type *type, int64_t h, int64_t w, int64_t c,
                        const char *const *set)
{
    struct trial t = with_parameters(type, (int64_t[]){h, w, c}, set);

    if (type->prepare)
        assert_ok(type->prepare(t.self, &t.frame, err));
    return t;
}

void trial_close(struct trial *t)
{
    if (t->type->release)
        t->type->release(t->self);
    free(t->self);
}

evk_status trial_refused(const struct evk_prior_type *type, const char *const *set, evk_error *err)
{
    struct trial t = with_parameters(type, (int64_t[]){5, 4, 3}, set);
    const evk_status s = type->prepare(t.self, &t.frame, err);

    if (type->release) /* after a failure as well, as prior.c does */
        type->release(t.self);
    free(t.self);
    return s;
}

struct evk_rng_key trial_key(int i)
{
    return (struct evk_rng_key){.key = {(uint32_t)i, 12345}, .high = {6789, 0}};
}

float *trial_image(const struct trial *t, uint64_t *seed)
{
    float *x = fenced_random(seed, t->n);

    for (int64_t i = 0; i < t->n; i++)
        x[i] = 127.5f + 127.5f * x[i];
    return x;
}

static double product(int64_t n, const float *a, const float *b)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

void assert_adjoint(const struct trial *t, const struct evk_rng_key *key, int roundings,
                    uint64_t *seed)
{
    float *x = trial_image(t, seed), *gy = fenced_random(seed, t->n), *zero = fenced(t->n, x);
    float *y = fenced(t->n, NULL), *constant = fenced(t->n, NULL), *gx = fenced(t->n, NULL);
    double left, right, bound, magnitude = 0;

    for (int64_t i = 0; i < t->n; i++) {
        zero[i] = 0;
        magnitude += 512 * fabs((double)gy[i]);
    }
    t->type->draw(t->self, &t->frame, key);
    t->type->transform(t->self, &t->frame, x, y);
    t->type->transform(t->self, &t->frame, zero, constant);
    t->type->adjoint(t->self, &t->frame, gy, gx);
    left = product(t->n, y, gy) - product(t->n, constant, gy);
    right = product(t->n, x, gx);
    bound = sum_bound(roundings, magnitude);
    if (!(fabs(left - right) <= bound))
        fail_msg("%s of (%d, %d, %d): <Tx, y> = %.17g, <x, T'y> = %.17g, apart by more than %g",
                 t->type->name, (int)t->frame.h, (int)t->frame.w, (int)t->frame.c, left, right,
                 bound);
    fenced_free(x, t->n);
    fenced_free(gy, t->n);
    fenced_free(zero, t->n);
    fenced_free(y, t->n);
    fenced_free(constant, t->n);
    fenced_free(gx, t->n);
}
