/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random_pixels.c - 0 or 255 for a random part of the values
 *
 * Each of the n values (a pixel has one for each channel) gets a random number.  The floor(f n)
 * values with the smallest numbers change, to 0 or 255 on their side of their channel's fixed mean
 * (study.h); of values with equal numbers, the first change.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gaudy/order.h"
#include "gaudy/study.h"
#include "gaudy/transform.h"

struct random_pixels {
    double fraction;
};

static const evk_param params[] = {
    {"fraction", "F", "fraction of the values that change", EVK_PARAM_REAL,
     offsetof(struct random_pixels, fraction), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct random_pixels defaults = {.fraction = 0.1};

/*
 * Set out to n numbers of 32 random bits followed by the value's index, so that no two are equal.
 */
static void draw_numbers(const struct evk_rng_key *key, int64_t n, uint64_t *out)
{
    for (int64_t i = 0; i < n; i += 4) {
        const uint64_t block = (uint64_t)i / 4;
        const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), key->high[0],
                                     key->high[1]};
        uint32_t word[4];

        evk_philox(counter, key->key, word);
        for (int64_t k = 0; k < 4 && i + k < n; k++)
            out[i + k] = (uint64_t)word[k] << 32 | (uint64_t)(i + k);
    }
}

static evk_status random_pixels_apply(const void *self, const struct evk_pixels *x,
                                      const struct evk_rng_key *key, unsigned char *y,
                                      evk_error *err)
{
    const struct random_pixels *t = self;
    const int64_t n = x->height * x->width * x->channels;
    const int64_t count = (int64_t)floor((double)n * t->fraction);
    uint64_t *number, last;

    EVK_TRY(evk_alloc(&number, n, sizeof(*number), "random numbers", err));
    draw_numbers(key, n, number);
    last = evk_kth(number, n, count > 0 ? count - 1 : 0);
    for (int64_t i = 0; i < n; i++)
        y[i] = count > 0 && number[i] <= last ? evk_study_rail(x, i) : x->data[i];
    free(number);
    return EVK_OK;
}

extern const struct evk_transform_type evk_transform_random_pixels;
const struct evk_transform_type evk_transform_random_pixels = {
    .name = "random-pixels",
    .summary = "a random part of the values becomes 0 or 255",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct random_pixels),
    .defaults = &defaults,
    .is_random = true,
    .apply = random_pixels_apply,
};
