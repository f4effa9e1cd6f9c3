/* SPDX-License-Identifier: GPL-3.0-or-later */
/* round.c - dependent rounding: along a path of fractions, each second one grows and the others shrink */
#include "session/order/round.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static const double nothing = 1e-9; /* as near to a whole number as this is whole */

evk_status evk_rounding_make(struct evk_rounding *out, int64_t size, evk_error *err)
{
    evk_status s;

    *out = (struct evk_rounding){.size = size};
    s = evk_alloc(&out->path, 2 * size + 1, sizeof(*out->path), "kinds", err);
    if (!s)
        s = evk_alloc(&out->at, 2 * size, sizeof(*out->at), "kinds", err);
    if (s)
        evk_rounding_release(out);
    return s;
}

void evk_rounding_release(struct evk_rounding *r)
{
    free(r->path);
    free(r->at);
    *r = (struct evk_rounding){0};
}

/* Returns the number between a row and a column, given in either order. */
static double *between(const struct evk_rounding *r, double *matrix, int64_t v, int64_t w)
{
    const int64_t row = v < w ? v : w, column = v < w ? w : v;

    return matrix + row * r->size + column - r->size;
}

static bool is_fraction(double x)
{
    return fabs(x - floor(x + 0.5)) > nothing;
}

/* Returns the row or column that a fraction joins with v, but not `other`; -1: none. */
static int64_t next(const struct evk_rounding *r, double *matrix, int64_t v, int64_t other)
{
    const int64_t first = v < r->size ? r->size : 0;

    for (int64_t w = first; w < first + r->size; w++)
        if (w != other && is_fraction(*between(r, matrix, v, w)))
            return w;
    return -1;
}

/* Turns a path of `count` around, so that it goes on at its other end. */
static void turn(struct evk_rounding *r, int64_t count)
{
    for (int64_t i = 0, j = count - 1; i < j; i++, j--) {
        const int64_t kept = r->path[i];

        r->path[i] = r->path[j];
        r->path[j] = kept;
    }
    for (int64_t i = 0; i < count; i++)
        r->at[r->path[i]] = i;
}

/*
 * Goes on from a path of two until it meets itself, which makes a ring, or ends at both ends.
 * Returns where it begins and, in *count, how many entries it has from there on.
 */
static int64_t walk(struct evk_rounding *r, double *matrix, int64_t *count)
{
    int64_t length = 2;

    for (int ends = 0; ends < 2;) {
        const int64_t v = r->path[length - 1], w = next(r, matrix, v, r->path[length - 2]);

        if (w < 0) {
            turn(r, length);
            ends++;
            continue;
        }
        r->path[length] = w;
        if (r->at[w] >= 0) {
            *count = length + 1 - r->at[w];
            return r->at[w];
        }
        r->at[w] = length++;
    }
    *count = length;
    return 0;
}

/* Moves the numbers along a path until one of them is whole. */
static void shift(struct evk_rounding *r, double *matrix, const int64_t *path, int64_t count,
                  struct evk_draw *d)
{
    double up = 1, down = 1, step;

    for (int64_t i = 0; i + 1 < count; i++) {
        const double x = *between(r, matrix, path[i], path[i + 1]), part = x - floor(x);

        up = fmin(up, i % 2 ? part : 1 - part);
        down = fmin(down, i % 2 ? 1 - part : part);
    }
    step = ((double)evk_draw_below(d, 1 << 24) + 0.5) * 0x1p-24 * (up + down) < down ? up : -down;
    for (int64_t i = 0; i + 1 < count; i++)
        *between(r, matrix, path[i], path[i + 1]) += i % 2 ? -step : step;
}

void evk_rounding_apply(struct evk_rounding *r, double *matrix, struct evk_draw *d)
{
    for (int64_t i = 0; i < r->size * r->size; i++)
        while (is_fraction(matrix[i])) {
            int64_t begin, count;

            for (int64_t k = 0; k < 2 * r->size; k++)
                r->at[k] = -1;
            r->path[0] = i / r->size;
            r->path[1] = r->size + i % r->size;
            r->at[r->path[0]] = 0;
            r->at[r->path[1]] = 1;
            begin = walk(r, matrix, &count);
            shift(r, matrix, r->path + begin, count, d);
        }
    for (int64_t i = 0; i < r->size * r->size; i++)
        matrix[i] = floor(matrix[i] + 0.5);
}
