/* SPDX-License-Identifier: GPL-3.0-or-later */
/* warp.c - an image resampled along a linear map about its centre, and the adjoint */
#include "image/warp.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

evk_status evk_warp_init(struct evk_warp *out, int64_t h, int64_t w, int64_t c, evk_error *err)
{
    static const double identity[] = {1, 0, 0, 1};
    struct evk_warp p = {.h = h, .w = w, .c = c};
    int64_t n;

    if (!evk_size_mul(h, w, &n) || !evk_size_mul(n, c, &n) || n > INT32_MAX)
        return evk_fail(err, EVK_EINVAL, "an image of %lld x %lld cannot be warped: too large",
                        (long long)h, (long long)w);
    EVK_TRY(evk_alloc(&p.points, h * w, sizeof(*p.points), "a warp", err));
    evk_warp_set(&p, identity);
    *out = p;
    return EVK_OK;
}

void evk_warp_release(struct evk_warp *p)
{
    free(p->points);
    p->points = NULL;
}

/* The pixel at or before s, of n, that has one after it where n > 1; how far s is beyond. */
static inline int64_t split(double s, int64_t n, float *beyond)
{
    const double last = (double)(n - 1), inside = s < 0 ? 0 : s > last ? last : s;
    const int64_t before = (int64_t)inside, i = before + 1 < n ? before : n > 1 ? n - 2 : 0;

    *beyond = (float)(inside - (double)i);
    return i;
}

void evk_warp_set(struct evk_warp *p, const double map[4])
{
    const double row = 0.5 * (double)(p->h - 1), column = 0.5 * (double)(p->w - 1);

    for (int64_t i = 0; i < p->h; i++) {
        const double y = row + map[0] * ((double)i - row), x = column + map[2] * ((double)i - row);

        for (int64_t j = 0; j < p->w; j++) {
            struct evk_warp_point *t = p->points + i * p->w + j;
            const double across = (double)j - column;
            const int64_t k = split(y + map[1] * across, p->h, &t->y);
            const int64_t l = split(x + map[3] * across, p->w, &t->x);

            t->at = (int32_t)((k * p->w + l) * p->c);
        }
    }
}

/* Upper left, upper right, lower left, lower right. */
struct four {
    int64_t at[4];
    float weight[4];
};

static inline struct four four_of(const struct evk_warp_point *t, int64_t down, int64_t right)
{
    const float v = 1 - t->y, u = 1 - t->x;

    return (struct four){{t->at, t->at + right, t->at + down, t->at + down + right},
                         {v * u, v * t->x, t->y * u, t->y * t->x}};
}

/* From a pixel to the one below, and to the right: itself where the image has but one. */
static int64_t step_down(const struct evk_warp *p)
{
    return p->h > 1 ? p->w * p->c : 0;
}

static int64_t step_right(const struct evk_warp *p)
{
    return p->w > 1 ? p->c : 0;
}

/* Channels are a constant, so that their loop is none. */
static inline __attribute__((always_inline)) void gather(const struct evk_warp *p, const int c,
                                                         const float *x, float *restrict y)
{
    const int64_t down = step_down(p), right = step_right(p), n = p->h * p->w;

    for (int64_t i = 0; i < n; i++) {
        const struct four f = four_of(p->points + i, down, right);

        for (int j = 0; j < c; j++)
            y[i * c + j] = f.weight[0] * x[f.at[0] + j] + f.weight[1] * x[f.at[1] + j] +
                           (f.weight[2] * x[f.at[2] + j] + f.weight[3] * x[f.at[3] + j]);
    }
}

static inline __attribute__((always_inline)) void scatter(const struct evk_warp *p, const int c,
                                                          const float *gy, float *restrict gx)
{
    const int64_t down = step_down(p), right = step_right(p), n = p->h * p->w;

    for (int64_t i = 0; i < n; i++) {
        const struct four f = four_of(p->points + i, down, right);

        for (int k = 0; k < 4; k++)
            for (int j = 0; j < c; j++)
                gx[f.at[k] + j] += f.weight[k] * gy[i * c + j];
    }
}

void evk_warp_apply(const struct evk_warp *p, const float *x, float *y)
{
    if (p->c == 1)
        gather(p, 1, x, y);
    else
        gather(p, 3, x, y);
}

void evk_warp_adjoint(const struct evk_warp *p, const float *gy, float *gx)
{
    memset(gx, 0, (size_t)(p->h * p->w * p->c) * sizeof(*gx));
    if (p->c == 1)
        scatter(p, 1, gy, gx);
    else
        scatter(p, 3, gy, gx);
}
