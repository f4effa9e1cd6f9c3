/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match_set.c - a few images of one size, and the target that they are matched to */
#include "test.h"

#include <math.h>

#include "kernels.h"
#include "match_set.h"

const int64_t match_sizes[MATCH_SIZES][2] = {{8, 8},  {7, 5},   {5, 12}, {1, 9},
                                             {10, 1}, {13, 31}, {16, 20}};

struct evk_pixels match_random_pixels(uint64_t *seed, const int64_t size[2], bool gray,
                                      float spread)
{
    struct evk_pixels p;
    const float tilt = random_float(seed);

    assert_ok(evk_pixels_new(&p, size[0], size[1], 3, err));
    for (int64_t i = 0; i < size[0] * size[1] * 3; i++) {
        const float v = 125 + spread * (tilt + random_float(seed)) / 2;

        p.data[i] = gray && i % 3 ? p.data[i - i % 3] : (unsigned char)v;
    }
    return p;
}

void match_finish_set(struct match_set *s, int64_t planes, double mean, double sd)
{
    struct evk_match_sums sums;
    const char *wanted;

    s->h = s->image[0].height;
    s->w = s->image[0].width;
    s->pixels = s->h * s->w;
    assert_ok(evk_matcher_init(&s->m, evk_kernels_best(&wanted), s->h, s->w, planes, err));
    s->m.ties = evk_rng_key((const unsigned char *)"order of ties...");
    assert_ok(evk_match_sums_init(&sums, &s->m, err));
    for (int64_t i = 0; i < s->count; i++)
        evk_match_sums_add(&sums, &s->m, &s->image[i]);
    assert_ok(evk_match_target_of(&s->t, &sums, &s->m, mean, sd, err));
    evk_match_sums_release(&sums);
}

struct match_set match_random_set(uint64_t seed, const int64_t size[2], bool gray, float spread,
                                  int64_t planes)
{
    struct match_set s = {.count = MATCH_IMAGES};

    for (int64_t i = 0; i < MATCH_IMAGES; i++)
        s.image[i] = match_random_pixels(&seed, size, gray, spread);
    match_finish_set(&s, planes, (double)NAN, (double)NAN);
    return s;
}

void match_release(struct match_set *s)
{
    for (int64_t i = 0; i < s->count; i++)
        evk_pixels_release(&s->image[i]);
    evk_matcher_release(&s->m);
    evk_match_target_release(&s->t);
}

struct evk_pixels matched(struct match_set *s, const char *what, int64_t iterations, int64_t i)
{
    struct evk_match_plan plan = {.iterations = iterations};
    struct evk_pixels out;

    assert_ok(evk_match_steps_parse(&plan, what, err));
    assert_ok(evk_match_apply(&plan, &s->t, &s->m, &s->image[i], &out, err));
    return out;
}

double match_luma(const struct evk_pixels *p, int64_t i)
{
    const unsigned char *v = p->data + 3 * i;

    return (299 * v[0] + 587 * v[1] + 114 * v[2]) / 1000.0;
}

void match_naive_moments(const struct evk_pixels *p, double *mean, double *sd)
{
    const int64_t n = p->height * p->width;
    double squares = 0;

    *mean = 0;
    for (int64_t i = 0; i < n; i++)
        *mean += match_luma(p, i) / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (match_luma(p, i) - *mean) * (match_luma(p, i) - *mean);
    *sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}
