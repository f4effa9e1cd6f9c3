/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.c - an image at another size, to be looked at in a drawing
 *
 * Where m input pixels become n output pixels, lengths are counted in 1/n of an
 * input pixel: input pixel k covers [k n, (k + 1) n), and output pixel i covers
 * [i m, (i + 1) m).  So the overlap of two pixels is a whole number, and the
 * overlaps of an output pixel with all input pixels add up to m.
 */
#include "draw/resample.h"

#include <assert.h>

struct span {
    int64_t first, last; /* indices of input pixels, the last one included */
};

/* Returns the input pixels that output pixel i covers, at least in part. */
static struct span covered(int64_t i, int64_t m, int64_t n)
{
    return (struct span){i * m / n, ((i + 1) * m - 1) / n};
}

/* Returns the length that input pixel k and output pixel i share. */
static int64_t overlap(int64_t k, int64_t i, int64_t m, int64_t n)
{
    const int64_t from = k * n > i * m ? k * n : i * m;
    const int64_t to = (k + 1) * n < (i + 1) * m ? (k + 1) * n : (i + 1) * m;

    return to - from;
}

/* Set the output pixel in row y and column x to the mean of the area that it covers. */
static void set_mean(const struct evk_pixels *in, const struct evk_pixels *out, int64_t y,
                     int64_t x)
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

/* Set the output pixel in row y and column x to the nearest input pixel. */
static void set_nearest(const struct evk_pixels *in, const struct evk_pixels *out, int64_t y,
                        int64_t x)
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
            (grows ? set_nearest : set_mean)(in, &p, y, x);
    *out = p;
    return EVK_OK;
}
