/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * levels.c - every value becomes the nearest of a few given levels; where two levels are equally
 * near, the value becomes the level that the user gave first
 */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "gaudy/transform.h"

enum {
    MOST = 256,  /* levels that a user may give */
    LEVELS = 256 /* values of a byte */
};

struct levels {
    const char *values;
    unsigned char nearest[LEVELS]; /* what each byte becomes */
};

static const evk_param params[] = {
    {"values", "V/V..", "display levels, whole numbers of 0 to 255 with '/' in between",
     EVK_PARAM_TEXT, offsetof(struct levels, values), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct levels defaults = {.values = "0/255"};

static evk_status read_value(const char *text, size_t n, int *out, evk_error *err)
{
    char digits[8] = "";
    int64_t v;

    if (n < sizeof(digits))
        memcpy(digits, text, n);
    if (!evk_parse_int(digits, &v) || v < 0 || v > 255)
        return evk_fail(err, EVK_EINVAL,
                        "values has '%.*s', expected whole numbers from 0 to 255 with '/' between",
                        (int)n, text);
    *out = (int)v;
    return EVK_OK;
}

static evk_status read_values(const char *text, int value[MOST], int *count, evk_error *err)
{
    for (*count = 0;; text++) {
        const size_t n = strcspn(text, "/");

        if (*count == MOST)
            return evk_fail(err, EVK_EINVAL, "values has more than %d numbers", MOST);
        EVK_TRY(read_value(text, n, &value[(*count)++], err));
        text += n;
        if (*text == '\0')
            return EVK_OK;
    }
}

static evk_status levels_prepare(void *self, evk_error *err)
{
    struct levels *l = self;
    int value[MOST], count;

    EVK_TRY(read_values(l->values, value, &count, err));
    for (int v = 0; v < LEVELS; v++) {
        int best = 0;

        for (int i = 1; i < count; i++)
            if (abs(v - value[i]) < abs(v - value[best]))
                best = i;
        l->nearest[v] = (unsigned char)value[best];
    }
    return EVK_OK;
}

static evk_status levels_apply(const void *self, const struct evk_pixels *x,
                               const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    const struct levels *l = self;

    (void)key;
    (void)err;
    for (int64_t i = 0; i < x->height * x->width * x->channels; i++)
        y[i] = l->nearest[x->data[i]];
    return EVK_OK;
}

extern const struct evk_transform_type evk_transform_levels;
const struct evk_transform_type evk_transform_levels = {
    .name = "levels",
    .summary = "every value to the nearest of a few levels",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct levels),
    .defaults = &defaults,
    .prepare = levels_prepare,
    .apply = levels_apply,
};
