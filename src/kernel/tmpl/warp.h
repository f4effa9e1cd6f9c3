/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warp.h - bilinear interpolation between the pixels of an image, and its gradient
 *
 * These are plain loops, compiled once for each instruction set.  Every product and every sum is
 * rounded by itself, so every instruction set gives the same bits.
 */

/*
 * Split a coordinate s along a side of this many pixels, clamped to the side, into a pixel and
 * *beyond, the distance from that pixel to s.  The pixel is the last one at or before s that has a
 * neighbour after it; 0 where the side has a single pixel.
 */
static inline __attribute__((always_inline)) int32_t warp_split(double s, int64_t pixels,
                                                                float *beyond)
{
    const double last = (double)(pixels - 1), above = s < 0 ? 0 : s;
    const double inside = above > last ? last : above;
    const int32_t most = pixels > 1 ? (int32_t)pixels - 2 : 0, at = (int32_t)inside;
    const int32_t before = at < most ? at : most;

    *beyond = (float)(inside - (double)before);
    return before;
}

/*
 * Find n points on a line across an image of size (h, w): point i is at row first[0] + i step[0]
 * and column first[1] + i step[1].  Points outside the image are moved to its edge.  For each
 * point:
 *   at     the index (row w + column) of the upper left of the four pixels around the point
 *   y, x   the distance from that pixel down and to the right to the point, 0 to 1
 */
static void warp_points(int64_t n, const int64_t size[2], const double first[2],
                        const double step[2], int32_t *restrict at, float *restrict y,
                        float *restrict x)
{
    const int32_t w = (int32_t)size[1], count = (int32_t)n;

    for (int32_t i = 0; i < count; i++) {
        const int32_t row = warp_split(first[0] + (double)i * step[0], size[0], y + i);

        at[i] = row * w + warp_split(first[1] + (double)i * step[1], size[1], x + i);
    }
}

/*
 * The four pixels around a point (upper left, upper right, lower left, lower right): index, weight.
 */
struct warp_four {
    int64_t at[4];
    float weight[4];
};

/*
 * Returns the four pixels of a point in an image of c channels; at, y and x are those of
 * warp_points. Where the image has one row or one column, the pixel itself stands for the missing
 * neighbour.
 */
static inline __attribute__((always_inline)) struct warp_four warp_four(const int64_t size[2],
                                                                        const int64_t c, int64_t at,
                                                                        float y, float x)
{
    const int64_t down = size[0] > 1 ? size[1] * c : 0, right = size[1] > 1 ? c : 0;
    const float above = 1 - y, before = 1 - x;

    return (struct warp_four){{at * c, at * c + right, at * c + down, at * c + down + right},
                              {above * before, above * x, y * before, y * x}};
}

/*
 * Do warp for c channels; c is a constant once this is inlined, so that the loop over c is
 * unrolled.
 */
static inline __attribute__((always_inline)) void warp_channels(const int c, int64_t n,
                                                                const int64_t size[2],
                                                                const int32_t *at, const float *y,
                                                                const float *x, const float *in,
                                                                float *restrict out)
{
    for (int64_t i = 0; i < n; i++) {
        const struct warp_four f = warp_four(size, c, at[i], y[i], x[i]);

        for (int j = 0; j < c; j++) {
            const float upper = f.weight[0] * in[f.at[0] + j] + f.weight[1] * in[f.at[1] + j];
            const float lower = f.weight[2] * in[f.at[2] + j] + f.weight[3] * in[f.at[3] + j];

            out[i * c + j] = upper + lower;
        }
    }
}

/* Interpolate the image in (h, w, c) at the n points of warp_points: out (n, c); c is 1 or 3. */
static void warp(int64_t n, const int64_t size[2], int64_t c, const int32_t *at, const float *y,
                 const float *x, const float *in, float *out)
{
    if (c == 1)
        warp_channels(1, n, size, at, y, x, in, out);
    else
        warp_channels(3, n, size, at, y, x, in, out);
}

/* Do the work of warp_gradient() for c channels, a constant once this is inlined. */
static inline __attribute__((always_inline)) void warp_gradient_channels(
    const int c, int64_t n, const int64_t size[2], const int32_t *at, const float *y,
    const float *x, const float *gy, float *restrict gx)
{
    for (int64_t i = 0; i < n; i++) {
        const struct warp_four f = warp_four(size, c, at[i], y[i], x[i]);

        for (int k = 0; k < 4; k++)
            for (int j = 0; j < c; j++)
                gx[f.at[k] + j] += f.weight[k] * gy[i * c + j];
    }
}

/* out[j] = in[j] + weight gy[j] */
static inline __attribute__((always_inline)) void warp_add(const int c, float weight,
                                                           const float *gy, const float *in,
                                                           float *out)
{
    for (int j = 0; j < c; j++)
        out[j] = in[j] + weight * gy[j];
}

static inline __attribute__((always_inline)) void warp_copy(const int c, const float *from,
                                                            float *to)
{
    for (int j = 0; j < c; j++)
        to[j] = from[j];
}

/*
 * Do the same where the image has several rows and columns.  The right pixels of a point are mostly
 * the left ones of the next: they are kept in registers, upper and lower, until another point
 * follows.  Each pixel gets the same terms in the same order.
 */
static inline __attribute__((always_inline)) void warp_gradient_kept(
    const int c, int64_t n, const int64_t size[2], const int32_t *at, const float *y,
    const float *x, const float *gy, float *restrict gx)
{
    float upper[3], lower[3];
    int64_t kept = at[0];

    warp_copy(c, gx + kept * c, upper);
    warp_copy(c, gx + (kept + size[1]) * c, lower);
    for (int64_t i = 0; i < n; i++, gy += c) {
        const struct warp_four f = warp_four(size, c, at[i], y[i], x[i]);

        if (at[i] != kept) {
            warp_copy(c, upper, gx + kept * c);
            warp_copy(c, lower, gx + (kept + size[1]) * c);
            warp_copy(c, gx + f.at[0], upper);
            warp_copy(c, gx + f.at[2], lower);
        }
        warp_add(c, f.weight[0], gy, upper, gx + f.at[0]);
        warp_add(c, f.weight[2], gy, lower, gx + f.at[2]);
        warp_add(c, f.weight[1], gy, gx + f.at[1], upper);
        warp_add(c, f.weight[3], gy, gx + f.at[3], lower);
        kept = at[i] + 1;
    }
    warp_copy(c, upper, gx + kept * c);
    warp_copy(c, lower, gx + (kept + size[1]) * c);
}

/*
 * The adjoint of warp: distribute gy (n, c) over gx (h, w, c), which is added to, point by point.
 */
static void warp_gradient(int64_t n, const int64_t size[2], int64_t c, const int32_t *at,
                          const float *y, const float *x, const float *gy, float *gx)
{
    const bool kept = n > 0 && size[0] > 1 && size[1] > 1;

    if (c == 1 && kept)
        warp_gradient_kept(1, n, size, at, y, x, gy, gx);
    else if (c == 1)
        warp_gradient_channels(1, n, size, at, y, x, gy, gx);
    else if (kept)
        warp_gradient_kept(3, n, size, at, y, x, gy, gx);
    else
        warp_gradient_channels(3, n, size, at, y, x, gy, gx);
}
