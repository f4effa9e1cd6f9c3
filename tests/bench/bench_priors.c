/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_priors.c - the time of every hook of every prior, with its defaults, at 112 x 112 x 3
 *
 * It prints, separated by tabs: prior, hook, microseconds, a median of REPEATS.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "synth/prior.h"

enum { SIDE = 112, CHANNELS = 3, VALUES = SIDE * SIDE * CHANNELS, REPEATS = 50 };

#define EVK_PRIOR(name) extern const struct evk_prior_type evk_prior_##name;
#include "synth/priors.def"
#undef EVK_PRIOR

static const struct evk_prior_type *const types[] = {
#define EVK_PRIOR(name) &evk_prior_##name,
#include "synth/priors.def"
#undef EVK_PRIOR
};

struct bench {
    struct evk_frame frame;
    float image[VALUES], x[VALUES], y[VALUES];
};

/* Call hook i once, and return its name; NULL: the prior does not have it. */
static const char *run(const struct evk_prior_type *t, void *self, struct bench *b, int i)
{
    const struct evk_rng_key key = {.key = {1, 2}};
    const struct evk_clock now = {.step = 50, .steps = 100};
    const struct evk_frame *f = &b->frame;

    switch (i) {
    case 0:
        return t->retune ? t->retune(self, f), "retune" : NULL;
    case 1:
        return t->draw ? t->draw(self, f, &key), "draw" : NULL;
    case 2:
        return t->transform ? t->transform(self, f, b->x, b->y), "transform" : NULL;
    case 3:
        return t->adjoint ? t->adjoint(self, f, b->x, b->y), "adjoint" : NULL;
    case 4:
        return t->penalty ? (void)t->penalty(self, f, b->x, b->y), "penalty" : NULL;
    case 5:
        return t->filter ? t->filter(self, f, b->x), "filter" : NULL;
    case 6:
        return t->pull ? t->pull(self, f, b->x), "pull" : NULL;
    case 7:
        return t->push ? t->push(self, f, b->x), "push" : NULL;
    case 8:
        return t->project ? t->project(self, f, b->x), "project" : NULL;
    default:
        return t->waypoint ? (void)t->waypoint(self, f, &now, b->x), "waypoint" : NULL;
    }
}

static void bench_type(const struct evk_prior_type *t, struct bench *b)
{
    evk_error err = {EVK_OK, ""};
    void *self = malloc(t->size);
    double times[REPEATS];

    if (!self)
        exit(1);
    memcpy(self, t->defaults, t->size);
    if (t->prepare && t->prepare(self, &b->frame, &err)) {
        printf("%s\t%s\n", t->name, err.msg);
        free(self);
        return;
    }
    for (int hook = 0; hook < 10; hook++) {
        const char *name = NULL;

        for (int i = 0; i < REPEATS; i++) {
            memcpy(b->x, b->image, sizeof(b->x));
            times[i] = bench_now();
            name = run(t, self, b, hook);
            times[i] = bench_now() - times[i];
        }
        if (name)
            printf("%s\t%s\t%.1f\n", t->name, name, 1e3 * bench_median(times, REPEATS));
    }
    if (t->release)
        t->release(self);
    free(self);
}

int main(void)
{
    static struct bench b = {.frame = {.h = SIDE,
                                       .w = SIDE,
                                       .c = CHANNELS,
                                       .natural_sd = 57,
                                       .natural_mean = 110,
                                       .natural_contrast = 0.5,
                                       .pixels_per_degree = NAN}};
    const char *wanted;

    b.frame.k = evk_kernels_best(&wanted);
    if (!b.frame.k)
        return 1;
    for (int i = 0; i < VALUES; i++)
        b.image[i] = (float)(i * 7919 % 251);
    printf("prior\thook\tus\n");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        bench_type(types[i], &b);
    return 0;
}
