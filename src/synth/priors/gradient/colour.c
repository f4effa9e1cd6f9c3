/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * colour.c - the optimizer works in decorrelated channels, so that colours vary as in natural
 * images
 *
 * For each pixel x = D z, where D is a square root of the covariance of R, G and B, divided by the
 * mean variance of a channel: steps go along the directions in which natural colours vary, which is
 * mostly luminance.  For measured images D is the symmetric root.  With mix=lucid it is the matrix
 * of the program lucid, learned from ImageNet, whose columns are luminance, red against blue, and
 * green against both.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/named.h"
#include "image/eigen.h"
#include "image/statistics.h"
#include "synth/prior.h"

struct colour {
    const char *file, *mix;
    float root[9]; /* (3, 3) square root of the covariance, row by row */
};

static const evk_param params[] = {
    {"file", "FILE", "file that 'evoke statistics' wrote; none: built-in statistics of dead leaves",
     EVK_PARAM_TEXT, offsetof(struct colour, file), 0, 0},
    {"mix", "NAME", "natural: of the images that file was learned from; lucid: lucid's own matrix",
     EVK_PARAM_TEXT, offsetof(struct colour, mix), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct colour defaults = {.file = "", .mix = "natural"};

/* color_correlation_svd_sqrt of lucid's code, by rows; its columns belong to the channels of z. */
static const double lucid[9] = {0.26, 0.09, 0.02, 0.27, 0.00, -0.05, 0.27, -0.09, 0.03};

/* root = lucid's matrix over the root of its mean variance, so that steps keep their RMS. */
static void set_lucid(struct colour *p)
{
    double squares = 0;

    for (int i = 0; i < 9; i++)
        squares += lucid[i] * lucid[i];
    for (int i = 0; i < 9; i++)
        p->root[i] = (float)(lucid[i] / sqrt(squares / 3));
}

/* root = the symmetric root of the covariance in s over its mean variance. */
static evk_status set_root(struct colour *p, const evk_statistics *s, evk_error *err)
{
    const double mean = (s->covariance[0] + s->covariance[4] + s->covariance[8]) / 3;
    double a[9], values[3], vectors[9];

    if (!(mean > 0))
        return evk_fail(err, EVK_EINVAL,
                        "the images that statistics were learned from are all of "
                        "one colour");
    for (int i = 0; i < 9; i++)
        a[i] = s->covariance[i] / mean;
    evk_eigen(3, a, values, vectors);
    for (int i = 0; i < 9; i++) {
        double sum = 0;

        for (int k = 0; k < 3; k++)
            sum += sqrt(fmax(values[k], 0)) * vectors[3 * k + i / 3] * vectors[3 * k + i % 3];
        p->root[i] = (float)sum;
    }
    return EVK_OK;
}

static evk_status colour_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    static const char *const mixes[] = {"natural", "lucid", NULL};
    struct colour *p = self;
    evk_statistics *s;
    evk_status status;
    int mix;

    if (f->c != 1 && f->c != 3)
        return evk_fail(err, EVK_EINVAL, "images have %lld channels, expected 1 or 3",
                        (long long)f->c);
    EVK_TRY(evk_word_find(&mix, "mix", p->mix, mixes, err));
    if (mix == 1) {
        set_lucid(p);
        return EVK_OK;
    }
    EVK_TRY(evk_statistics_read(&s, *p->file ? p->file : NULL, err));
    status = set_root(p, s, err);
    evk_statistics_free(s);
    return status;
}

/*
 * In place: v = d v for each pixel of x; d is 3 x 3, and row and column are the steps from a row to
 * the next and from a column to the next.
 */
static void multiply(const struct evk_frame *f, const float *d, int row, int column, float *x)
{
    for (int64_t i = 0; f->c == 3 && i < f->h * f->w; i++) {
        float *v = x + 3 * i;
        const float r = v[0], g = v[1], b = v[2];

        for (int j = 0; j < 3; j++)
            v[j] = d[j * row] * r + d[j * row + column] * g + d[j * row + 2 * column] * b;
    }
}

/* Images of one channel stay as they are: multiply skips them. */
static void colour_pull(void *self, const struct evk_frame *f, float *g)
{
    const struct colour *p = self;

    multiply(f, p->root, 1, 3, g);
}

static void colour_push(void *self, const struct evk_frame *f, float *d)
{
    const struct colour *p = self;

    multiply(f, p->root, 3, 1, d);
}

extern const struct evk_prior_type evk_prior_colour;
const struct evk_prior_type evk_prior_colour = {
    .name = "colour",
    .summary = "take steps in colour channels that are uncorrelated in natural images",
    .reference = "Olah 2017",
    .params = params,
    .size = sizeof(struct colour),
    .defaults = &defaults,
    .prepare = colour_prepare,
    .pull = colour_pull,
    .push = colour_push,
};
