/* SPDX-License-Identifier: GPL-3.0-or-later */
/* warp.c - an image rotated, scaled or sheared about its centre, and the adjoint of that */
#include "image/warp.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

evk_status evk_warp_init(struct evk_warp *out, const struct evk_kernels *k, int64_t h, int64_t w,
                         int64_t c, evk_error *err)
{
    static const double identity[] = {1, 0, 0, 1};
    struct evk_warp p = {.size = {h, w}, .c = c, .k = k};
    evk_status s;
    int64_t n;

    if (!evk_size_mul(h, w, &n) || !evk_size_mul(n, c, &n) || n > INT32_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "an image of %lld x %lld, expected less than 2^31 values to warp",
                        (long long)h, (long long)w);
    s = evk_alloc(&p.at, h * w, sizeof(*p.at), "a warp", err);
    if (!s)
        s = evk_alloc_floats(&p.y, h * w, "a warp", err);
    if (!s)
        s = evk_alloc_floats(&p.x, h * w, "a warp", err);
    if (s) {
        evk_warp_release(&p);
        return s;
    }
    evk_warp_set(&p, identity);
    *out = p;
    return EVK_OK;
}

void evk_warp_release(struct evk_warp *p)
{
    free(p->at);
    free(p->y);
    free(p->x);
    p->at = NULL;
    p->y = p->x = NULL;
}

void evk_warp_set(struct evk_warp *p, const double map[4])
{
    const double row = 0.5 * (double)(p->size[0] - 1), column = 0.5 * (double)(p->size[1] - 1);
    const double step[] = {map[1], map[3]};

    for (int64_t i = 0; i < p->size[0]; i++) {
        const int64_t at = i * p->size[1];
        const double v = (double)i - row;
        const double first[] = {row + (map[0] * v - map[1] * column),
                                column + (map[2] * v - map[3] * column)};

        p->k->warp_points(p->size[1], p->size, first, step, p->at + at, p->y + at, p->x + at);
    }
}

void evk_warp_apply(const struct evk_warp *p, const float *x, float *y)
{
    p->k->warp(p->size[0] * p->size[1], p->size, p->c, p->at, p->y, p->x, x, y);
}

void evk_warp_adjoint(const struct evk_warp *p, const float *gy, float *gx)
{
    const int64_t n = p->size[0] * p->size[1];

    memset(gx, 0, (size_t)(n * p->c) * sizeof(*gx));
    p->k->warp_gradient(n, p->size, p->c, p->at, p->y, p->x, gy, gx);
}
