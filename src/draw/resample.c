/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.c - pixels at another size, for looking at
 *
 * With m pixels made n, lengths are counted in 1/n of an input pixel: input
 * pixel k covers [k n, (k + 1) n), output pixel i covers [i m, (i + 1) m).
 * Overlaps are whole, and those of one output pixel add up to m.
 */
#include "draw/resample.h"

#include <assert.h>

struct span {
    int64_t first, last; /* input pixels, last included */
};

static struct span covered(int64_t i, int64_t m, int64_t n)
{
    return (struct span){i * m / n, ((i + 1) * m - 1) / n};
}

static int64_t overlap(int64_t k, int64_t i, int64_t m, int64_t n)
{
    const int64_t from = k * n > i * m ? k * n : i * m;
    const int64_t to = (k + 1) * n < (i + 1) * m ? (k + 1) * n : (i + 1) * m;

    return to - from;
}

static void mean(const struct evk_pixels *in, const struct evk_pixels *out, int64_t y, int64_t x)
{
    const struct span rows = covered(y, in->height, out->height);
    const struct span columns = covered(x, in->width, out->width);
    const int64_t c = in->channels, area = in->height * in->width;
    int64_t sum[3] = {0, 0, 0};

    assert(c == 1 || c == 3);
    for (int64_t i = rows.first; i <= rows.last; i++) {
        const int64_t dy = overlap(i, y, in->height, out->height);

        for (int64_t j = columns.first; j <= columns.last; j++) {
            const int64_t weight = dy * overlap(j, x, in->width, out->width);
            const unsigned char *p = in->data + (i * in->width + j) * c;

            for (int64_t k = 0; k < c; k++)
                sum[k] += weight * p[k];
        }
    }
    for (int64_t k = 0; k < c; k++)
        out->data[(y * out->width + x) * c + k] = (unsigned char)((sum[k] + area / 2) / area);
}

static void nearest(const struct evk_pixels *in, const struct evk_pixels *out, int64_t y, int64_t x)
{
    const int64_t i = (2 * y + 1) * in->height / (2 * out->height);
    const int64_t j = (2 * x + 1) * in->width / (2 * out->width);
    const int64_t c = in->channels;

    for (int64_t k = 0; k < c; k++)
        out->data[(y * out->width + x) * c + k] = in->data[(i * in->width + j) * c + k];
}

evk_status evk_resample(struct evk_pixels *out, const struct evk_pixels *in, int64_t height,
                        int64_t width, evk_error *err)
{
    const bool grows = height >= in->height && width >= in->width;
    struct evk_pixels p;

    EVK_TRY(evk_pixels_new(&p, height, width, in->channels, err));
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++)
            (grows ? nearest : mean)(in, &p, y, x);
    *out = p;
    return EVK_OK;
}
