/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure.c - what natural image statistics are computed from: sums over images, and their numbers
 */
#include "image/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Products of two values of up to this many patches are summed in float: their sums are at most
 * 256 * 255^2 < 2^24, and so exact.
 */
enum { EXACT = 256 };

evk_status evk_meter_init(struct evk_meter *m, const struct evk_kernels *k, evk_error *err)
{
    EVK_TRY(evk_spectrum_init(&m->spectrum, k, err));
    EVK_TRY(evk_alloc_floats(&m->square, (int64_t)EVK_SPECTRUM_SIDE * EVK_SPECTRUM_SIDE * 3,
                             "a square", err));
    return evk_alloc_floats(&m->products, (int64_t)EVK_PATCH_VALUES * EVK_PATCH_VALUES,
                            "sums of patches", err);
}

void evk_meter_release(struct evk_meter *m)
{
    evk_spectrum_release(&m->spectrum);
    free(m->products);
    free(m->square);
    m->products = m->square = NULL;
}

/* Pixel i as R, G, B; a gray pixel has three equal channels. */
static void pixel(const struct evk_pixels *image, int64_t i, double rgb[3])
{
    for (int c = 0; c < 3; c++)
        rgb[c] = (double)image->data[image->channels == 3 ? 3 * i + c : i];
}

/* Returns the SD (with n - 1) of n numbers, given their sum and their sum of squares. */
static double sd(double n, double sum, double squares)
{
    return sqrt(fmax(squares - sum * sum / n, 0) / (n - 1));
}

static void add_pixels(struct evk_sums *s, const struct evk_pixels *image, struct evk_measure *out)
{
    const int64_t pixels = image->height * image->width;
    double sum[3] = {0}, product[9] = {0}, gray = 0, gray_squares = 0;
    const double n = (double)pixels;

    for (int64_t i = 0; i < pixels; i++) {
        double p[3], luma;

        pixel(image, i, p);
        luma = 299 * p[0] + 587 * p[1] + 114 * p[2]; /* Rec. 601, thousandths of a level */
        gray += luma;
        gray_squares += luma * luma;
        for (int a = 0; a < 3; a++) {
            sum[a] += p[a];
            for (int b = 0; b < 3; b++)
                product[3 * a + b] += p[a] * p[b];
        }
    }
    out->channel_sd = 0;
    for (size_t a = 0; a < 3; a++) {
        out->channel_sd += sd(n, sum[a], product[4 * a]) / 3;
        s->colour[a] += sum[a];
    }
    out->rms_contrast = gray > 0 ? sd(n, gray, gray_squares) / (gray / n) : 0;
    out->level = (sum[0] + sum[1] + sum[2]) / (3 * n);
    s->pixels += n;
    for (int a = 0; a < 9; a++)
        s->colours[a] += product[a];
}

/* Move the sums of products from float to double. */
static void flush_products(struct evk_meter *m)
{
    const size_t n = (size_t)EVK_PATCH_VALUES * EVK_PATCH_VALUES;

    for (size_t i = 0; i < n; i++)
        m->sums.products[i] += (double)m->products[i];
    memset(m->products, 0, n * sizeof(*m->products));
    m->in_products = 0;
}

/*
 * Add the patch whose first pixel is i: its values, and products (a, b) of its values with b >= a.
 */
static void add_patch(struct evk_meter *m, const struct evk_pixels *image, int64_t i)
{
    float patch[EVK_PATCH_VALUES];

    for (int64_t y = 0; y < EVK_PATCH; y++)
        for (int64_t x = 0; x < EVK_PATCH; x++) {
            double rgb[3];

            pixel(image, i + y * image->width + x, rgb);
            for (int c = 0; c < 3; c++)
                patch[(y * EVK_PATCH + x) * 3 + c] = (float)rgb[c];
        }
    for (int64_t a = 0; a < EVK_PATCH_VALUES; a++) {
        m->sums.patch[a] += (double)patch[a];
        m->spectrum.k->axpy(EVK_PATCH_VALUES - a, patch[a], patch + a,
                            m->products + a * (EVK_PATCH_VALUES + 1));
    }
    m->sums.patches++;
    if (++m->in_products == EXACT)
        flush_products(m);
}

/*
 * Measure the power spectrum of the central square, which is all that evk_spectrum_power looks at.
 */
static void add_spectrum(struct evk_meter *m, const struct evk_pixels *image,
                         struct evk_measure *out)
{
    const int64_t least = image->height < image->width ? image->height : image->width;
    const int64_t n = least < EVK_SPECTRUM_SIDE ? least : EVK_SPECTRUM_SIDE, c = image->channels;
    const int64_t top = (image->height - n) / 2, left = (image->width - n) / 2;

    for (int64_t y = 0; y < n; y++) {
        const unsigned char *row = image->data + ((top + y) * image->width + left) * c;

        for (int64_t k = 0; k < n * c; k++)
            m->square[y * n * c + k] = row[k];
    }
    evk_spectrum_power(&m->spectrum, n, n, c, m->square, out->power);
}

void evk_meter_add(struct evk_meter *m, const struct evk_pixels *image, struct evk_measure *out)
{
    const int64_t h = image->height, w = image->width;

    add_pixels(&m->sums, image, out);
    add_spectrum(m, image, out);
    for (int64_t y = h % EVK_PATCH / 2; y + EVK_PATCH <= h; y += EVK_PATCH)
        for (int64_t x = w % EVK_PATCH / 2; x + EVK_PATCH <= w; x += EVK_PATCH)
            add_patch(m, image, y * w + x);
    flush_products(m);
}

void evk_sums_add(struct evk_sums *a, const struct evk_sums *b)
{
    a->pixels += b->pixels;
    a->patches += b->patches;
    for (int i = 0; i < 3; i++)
        a->colour[i] += b->colour[i];
    for (int i = 0; i < 9; i++)
        a->colours[i] += b->colours[i];
    for (int i = 0; i < EVK_PATCH_VALUES; i++)
        a->patch[i] += b->patch[i];
    for (int i = 0; i < EVK_PATCH_VALUES * EVK_PATCH_VALUES; i++)
        a->products[i] += b->products[i];
}
