/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernels.c - one kernel on every instruction set, in buffers that reveal any access outside them
 */
#include "kernels.h"

#include <math.h>
#include <string.h>

#include "test.h"

enum { BEFORE = 16 };

const struct evk_kernels *next_kernels(int *i)
{
    const struct evk_kernels *k;

    while ((k = evk_kernels_at((*i)++)))
        if (evk_kernels_usable(k))
            return k;
    return NULL;
}

float *fenced(int64_t n, const float *content)
{
    float *p = guarded_floats(BEFORE + n);

    for (int64_t i = 0; i < BEFORE + n; i++)
        p[i] = NAN;
    if (content)
        memcpy(p + BEFORE, content, (size_t)n * sizeof(*p));
    return p + BEFORE;
}

float *fenced_random(uint64_t *state, int64_t n)
{
    float *p = fenced(n, NULL);

    for (int64_t i = 0; i < n; i++)
        p[i] = random_float(state);
    return p;
}

float *fenced_awkward(uint64_t *state, int64_t n)
{
    static const float awkward[] = {NAN, 0, -0.0f, 1e-45f, -1e-45f, INFINITY, -INFINITY, 3e38f};
    float *p = fenced_random(state, n);

    for (int64_t i = between(state, 0, 2); i < n; i += 3)
        p[i] = awkward[between(state, 0, COUNT(awkward) - 1)];
    return p;
}

void fenced_free(float *p, int64_t n)
{
    for (int i = 1; i <= BEFORE; i++)
        if (!same_bits(p[-i], NAN))
            fail_msg("wrote %d before the buffer", i);
    guarded_free(p - BEFORE, BEFORE + n);
}

bool same_bits(float a, float b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

void assert_same_bits(const struct evk_kernels *k, const char *kernel, int64_t n, const float *got,
                      const float *want)
{
    for (int64_t i = 0; i < n; i++)
        if (!same_bits(got[i], want[i]))
            fail_msg("%s of %s: %.9g at %lld of %lld, expected %.9g", kernel, k->isa,
                     (double)got[i], (long long)i, (long long)n, (double)want[i]);
}

int64_t between(uint64_t *state, int64_t low, int64_t high)
{
    const double at = ((double)random_float(state) + 1) / 2;

    return low + (int64_t)(at * (double)(high - low + 1));
}

int64_t pick(uint64_t *state, const int64_t *list, size_t n)
{
    return list[between(state, 0, (int64_t)n - 1)];
}
