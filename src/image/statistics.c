/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics.c - statistics of natural images: their summary, and models of smaller patches */
#include "image/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/host.h"
#include "base/mem.h"
#include "image/eigen.h"

const double evk_statistics_quantiles[EVK_STATISTICS_QUANTILES] = {
    0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};
const double evk_statistics_default_mean[3] = {116.404088, 109.622627, 101.310624};
const double evk_statistics_default_covariance[9] = {3524.03156, 3168.49861, 2920.42334,
                                                     3168.49861, 3390.29985, 3080.69117,
                                                     2920.42334, 3080.69117, 3439.78064};
enum { MEDIAN = 5 };

void evk_statistics_free(evk_statistics *s)
{
    free(s);
}

/* A least squares fit over the half octaves whose middles are from 1/32 to 1/4 cycles per pixel. */
double evk_statistics_slope(const evk_statistics *s)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;

    for (int b = 0; b < EVK_STATISTICS_BANDS; b++) {
        double u, v;

        if (s->frequency[b] > 0.25 || s->frequency[b] < 1.0 / 32)
            continue;
        if (!(s->amplitude[b] > 1e-300))
            return (double)NAN;
        u = evk_log(s->frequency[b]);
        v = evk_log(s->amplitude[b]);
        n++;
        x += u;
        y += v;
        xx += u * u;
        xy += u * v;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

void evk_statistics_describe(const evk_statistics *s, evk_statistics_info *out)
{
    EVK_ENTER();
    double known = 0;

    *out = (evk_statistics_info){
        .images = s->images,
        .channel_sd = s->channel_sd[MEDIAN],
        .rms_contrast = s->rms_contrast[MEDIAN],
        .level = s->level[MEDIAN],
        .slope = s->slope,
        .patch = EVK_PATCH,
        .components = s->components,
    };
    for (size_t c = 0; c < 3; c++) {
        out->mean[c] = s->mean[c];
        out->sd[c] = sqrt(s->covariance[4 * c]);
    }
    for (int64_t k = 0; k < s->components; k++)
        known += s->variance[k];
    out->explained = known / (known + (double)(EVK_PATCH_VALUES - s->components) * s->rest);
}

/* ---- the patch model of a part of a patch, or of its gray values ------------------ */

/*
 * Returns element i of a whole patch's component projected to the smaller patch: the element at the
 * same pixel and channel, or, of a gray patch, the mean of the pixel's three channels.
 */
static double projected(const struct evk_patch_model *m, const double *component, int64_t i)
{
    const int64_t y = i / (m->w * m->c), x = i / m->c % m->w;
    const double *p = component + (y * EVK_PATCH + x) * 3;

    return m->c == 3 ? p[i % 3] : (p[0] + p[1] + p[2]) / 3;
}

/*
 * Set covariance (values, values) to A C A', where C is the covariance of whole patches, rest I +
 * the sum over components v of (variance - rest) v v', and A the projection of projected().
 */
static void marginal(const struct evk_patch_model *m, const evk_statistics *s, double *covariance)
{
    const int64_t n = m->values;

    for (int64_t i = 0; i < n * n; i++)
        covariance[i] = i % (n + 1) ? 0 : s->rest / (m->c == 3 ? 1 : 3);
    for (int64_t k = 0; k < s->components; k++) {
        const double *v = s->component + k * EVK_PATCH_VALUES, a = s->variance[k] - s->rest;
        double part[EVK_PATCH_VALUES];

        for (int64_t i = 0; i < n; i++)
            part[i] = projected(m, v, i);
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < n; j++)
                covariance[i * n + j] += a * part[i] * part[j];
    }
}

/* Fill in m for a patch that is smaller than a whole one, or gray. */
static evk_status reduce(struct evk_patch_model *m, const evk_statistics *s, evk_error *err)
{
    const int64_t n = m->values;
    double *covariance, *vectors, *values;
    int64_t k = 0;

    EVK_TRY(evk_alloc(&covariance, 2 * n * n + n, sizeof(*covariance), "a patch model", err));
    vectors = covariance + n * n;
    values = vectors + n * n;
    marginal(m, s, covariance);
    evk_eigen(n, covariance, values, vectors);
    m->rest = s->rest / (m->c == 3 ? 1 : 3);
    while (k < n && k < EVK_PATCH_COMPONENTS && values[k] > m->rest * (1 + 1e-9))
        k++;
    m->components = k;
    memcpy(m->variance, values, (size_t)k * sizeof(*values));
    memcpy(m->component, vectors, (size_t)(k * n) * sizeof(*vectors));
    free(covariance);
    return EVK_OK;
}

evk_status evk_patch_model_of(struct evk_patch_model *out, const evk_statistics *s, int64_t h,
                              int64_t w, int64_t c, evk_error *err)
{
    out->h = h < EVK_PATCH ? h : EVK_PATCH;
    out->w = w < EVK_PATCH ? w : EVK_PATCH;
    out->c = c;
    out->values = out->h * out->w * c;
    if (c == 3)
        memcpy(out->mean, s->mean, sizeof(out->mean));
    else
        out->mean[0] = (s->mean[0] + s->mean[1] + s->mean[2]) / 3;
    if (out->values < EVK_PATCH_VALUES)
        return reduce(out, s, err);
    out->rest = s->rest;
    out->components = s->components;
    memcpy(out->variance, s->variance, sizeof(s->variance));
    memcpy(out->component, s->component, sizeof(s->component));
    return EVK_OK;
}
