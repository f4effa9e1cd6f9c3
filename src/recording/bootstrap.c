/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bootstrap.c - samples with replacement, the same on every machine, and their percentiles */
#include "recording/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"

/* Computes the four words of draws 4 * block to 4 * block + 3 of a sample. */
static void draw_block(int64_t sample, int64_t block, uint32_t words[4])
{
    static const uint32_t key[2] = {0x626f6f74, 0x73747261}; /* "boot", "stra" in ASCII */
    const uint32_t counter[4] = {(uint32_t)block, (uint32_t)sample, 0, 0};

    evk_philox(counter, key, words);
}

/* Returns the whole number below n that a word stands for. */
static uint32_t below(uint32_t word, int64_t n)
{
    return (uint32_t)((uint64_t)word * (uint64_t)n >> 32);
}

int64_t evk_bootstrap_draw(int64_t sample, int64_t i, int64_t n)
{
    uint32_t words[4];

    draw_block(sample, i / 4, words);
    return below(words[i % 4], n);
}

void evk_bootstrap_sample(int64_t sample, int64_t n, uint32_t *drawn)
{
    uint32_t words[4];

    for (int64_t i = 0; i < n; i++) {
        if (i % 4 == 0)
            draw_block(sample, i / 4, words);
        drawn[i] = below(words[i % 4], n);
    }
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Returns a percentile of sorted values, count of them and at least 1. */
static double percentile(const double *values, int64_t count, double percent)
{
    const double at = percent / 100 * (double)(count - 1);
    const int64_t below = (int64_t)at, above = below + 1 < count ? below + 1 : below;

    return values[below] + (at - (double)below) * (values[above] - values[below]);
}

struct evk_interval evk_bootstrap_interval(double *values, int64_t count)
{
    int64_t n = 0;

    for (int64_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[n++] = values[i];
    if (n == 0)
        return (struct evk_interval){(double)NAN, (double)NAN};
    qsort(values, (size_t)n, sizeof(*values), by_value);
    return (struct evk_interval){percentile(values, n, 2.5), percentile(values, n, 97.5)};
}
