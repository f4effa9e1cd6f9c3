/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool.h - the largest of several pixels, channel by channel, and where its gradient goes
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations.  Pixel
 * i has its n channels at x + at[i].
 */

/* y = the largest of y and of `count` pixels; of equal values, such as 0 and -0, the one before. */
static void pool_largest(int64_t n, int64_t count, const int64_t *at, const float *x, float *y)
{
    int64_t j = 0;

    for (; j + VL <= n; j += VL) {
        vec best = v_load(y + j);

        for (int64_t i = 0; i < count; i++)
            best = v_max(v_load(x + at[i] + j), best);
        v_store(y + j, best);
    }
    if (j < n) {
        vec best = v_load_part(y + j, n - j);

        for (int64_t i = 0; i < count; i++)
            best = v_max(v_load_part(x + at[i] + j, n - j), best);
        v_store_part(y + j, n - j, best);
    }
}

/* Returns what of gy moves to x, and takes it from gy: all where x is not below the largest, y. */
static inline __attribute__((always_inline)) vec pool_move(vec x, vec y, vec *gy)
{
    const vec below = v_sub(x, y), zero = v_set1(0.0f);
    const vec moved = v_negative(below, zero, *gy);

    *gy = v_negative(below, *gy, zero);
    return moved;
}

/*
 * Adds each value of gy to the gradient gx of the first pixel of which the channel has the value y,
 * and sets it to 0 in gy then.  y are the largest values; gx lies as x does.
 */
static void pool_gradient(int64_t n, int64_t count, const int64_t *at, const float *x,
                          const float *y, float *gy, float *gx)
{
    int64_t j = 0;

    for (; j + VL <= n; j += VL) {
        const vec largest = v_load(y + j);
        vec left = v_load(gy + j);

        for (int64_t i = 0; i < count; i++) {
            float *to = gx + at[i] + j;

            v_store(to, v_add(pool_move(v_load(x + at[i] + j), largest, &left), v_load(to)));
        }
        v_store(gy + j, left);
    }
    if (j < n) {
        const vec largest = v_load_part(y + j, n - j);
        vec left = v_load_part(gy + j, n - j);

        for (int64_t i = 0; i < count; i++) {
            float *to = gx + at[i] + j;
            const vec from = v_load_part(x + at[i] + j, n - j);

            v_store_part(to, n - j, v_add(pool_move(from, largest, &left), v_load_part(to, n - j)));
        }
        v_store_part(gy + j, n - j, left);
    }
}
