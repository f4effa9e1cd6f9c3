/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * colour.c - colours as natural images have them: the ascent climbs in decorrelated channels
 *
 * x = D z for each pixel, D the symmetric square root of the covariance of R, G and B over its mean
 * variance: steps go along directions in which natural colours vary, so mostly along luminance.
 */
#include <math.h>

#include "base/error.h"
#include "image/eigen.h"
#include "image/statistics.h"
#include "synth/prior.h"

struct colour {
    const char *file;
    float root[9]; /* symmetric */
};

static const evk_param params[] = {
    {"file", "FILE", "of 'evoke statistics'; none: our own dead leaves", EVK_PARAM_TEXT,
     offsetof(struct colour, file), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct colour defaults = {.file = ""};

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

static evk_status prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct colour *p = self;
    evk_statistics *s;
    evk_status status;

    if (f->c != 1 && f->c != 3)
        return evk_fail(err, EVK_EINVAL, "images have %lld channels, expected 1 or 3",
                        (long long)f->c);
    EVK_TRY(evk_statistics_read(&s, *p->file ? p->file : NULL, err));
    status = set_root(p, s, err);
    evk_statistics_free(s);
    return status;
}

/* D and, since it is symmetric, D'. Of one channel nothing can be decorrelated. */
static void multiply(void *self, const struct evk_frame *f, float *x)
{
    const struct colour *p = self;
    const float *d = p->root;

    for (int64_t i = 0; f->c == 3 && i < f->h * f->w; i++) {
        float *v = x + 3 * i;
        const float r = v[0], g = v[1], b = v[2];

        v[0] = d[0] * r + d[1] * g + d[2] * b;
        v[1] = d[3] * r + d[4] * g + d[5] * b;
        v[2] = d[6] * r + d[7] * g + d[8] * b;
    }
}

extern const struct evk_prior_type evk_prior_colour;
const struct evk_prior_type evk_prior_colour = {
    .name = "colour",
    .summary = "climb in channels decorrelated as those of natural images",
    .reference = "Olah 2017",
    .params = params,
    .size = sizeof(struct colour),
    .defaults = &defaults,
    .prepare = prepare,
    .pull = multiply,
    .push = multiply,
};
