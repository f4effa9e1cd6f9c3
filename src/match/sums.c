/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sums.c - sums of the statistics of all images, and the target that is made of these sums */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "match/match.h"

/* Means, SDs and amplitudes are summed as whole multiples of 1 / this many levels. */
static const double moment_unit = 0x1p32, amplitude_unit = 0x1p10;

evk_status evk_match_sums_init(struct evk_match_sums *out, const struct evk_matcher *m,
                               evk_error *err)
{
    struct evk_match_sums s = {.h = m->h, .w = m->w, .planes = m->planes, .n = m->fourier.n};

    EVK_TRY(evk_alloc(&s.amplitude, s.planes * s.n, sizeof(*s.amplitude), "a spectrum", err));
    *out = s;
    return EVK_OK;
}

void evk_match_sums_release(struct evk_match_sums *s)
{
    free(s->amplitude);
    *s = (struct evk_match_sums){0};
}

void evk_match_sums_add(struct evk_match_sums *s, struct evk_matcher *m,
                        const struct evk_pixels *image)
{
    const int64_t pixels = m->h * m->w;

    evk_match_planes(image, m->planes, m->x);
    for (int64_t p = 0; p < m->planes; p++) {
        const float *x = m->x + p * pixels;
        int64_t *amplitude = s->amplitude + p * s->n;
        double mean, sd;

        evk_match_moments(pixels, x, &mean, &sd);
        s->mean[p] += (int64_t)llround(mean * moment_unit);
        s->sd[p] += (int64_t)llround(sd * moment_unit);
        for (int64_t i = 0; i < pixels; i++)
            s->counts[p][evk_match_level(x[i])]++;
        evk_match_forward(m, x, &mean);
        for (int64_t i = 1; i < s->n; i++)
            amplitude[i] += (int64_t)llround(evk_match_amplitude(m, i) * amplitude_unit);
    }
    s->images++;
}

void evk_match_sums_join(struct evk_match_sums *a, const struct evk_match_sums *b)
{
    a->images += b->images;
    for (int64_t p = 0; p < a->planes; p++) {
        a->mean[p] += b->mean[p];
        a->sd[p] += b->sd[p];
        for (int64_t i = 0; i < EVK_LEVELS; i++)
            a->counts[p][i] += b->counts[p][i];
    }
    for (int64_t i = 0; i < a->planes * a->n; i++)
        a->amplitude[i] += b->amplitude[i];
}

/* ---- from sums to averages -------------------------------------------------------------- */

/*
 * Set counts to the histogram of one image that represents all images.  Its pixel i, in rising
 * order, has the value at place (i + 1/2) images of the sorted pixels of all images.  So pixel i is
 * at most at a level where (i + 1/2) images < below, the number of pixels of all images at most at
 * that level.
 */
static void set_counts(const struct evk_match_sums *s, int64_t p, int64_t counts[EVK_LEVELS])
{
    int64_t below = 0, taken = 0;

    for (int64_t level = 0; level < EVK_LEVELS; level++) {
        int64_t upto;

        below += s->counts[p][level];
        upto = (2 * below + s->images - 1) / (2 * s->images);
        counts[level] = upto - taken;
        taken = upto;
    }
}

static void set_amplitude(struct evk_match_target *t, const struct evk_match_sums *s,
                          struct evk_matcher *m)
{
    for (int64_t i = 0; i < t->planes * t->n; i++)
        t->amplitude[i] = (float)((double)s->amplitude[i] / amplitude_unit / (double)s->images);
    for (int64_t p = 0; p < t->planes; p++) {
        evk_match_rings(m, t->amplitude + p * t->n);
        memcpy(t->ring_amplitude + p * t->rings, m->ring_sum,
               (size_t)t->rings * sizeof(*m->ring_sum));
    }
}

evk_status evk_match_target_of(struct evk_match_target *out, const struct evk_match_sums *s,
                               struct evk_matcher *m, double mean, double sd, evk_error *err)
{
    struct evk_match_target t = {
        .h = s->h, .w = s->w, .planes = s->planes, .n = s->n, .rings = m->rings, .high = 255};
    const double unit = moment_unit * (double)s->images;
    evk_status status;

    assert(s->images > 0);
    EVK_TRY(evk_alloc_floats(&t.amplitude, t.planes * t.n, "a spectrum", err));
    status = evk_alloc(&t.ring_amplitude, t.planes * t.rings, sizeof(*t.ring_amplitude),
                       "a spectrum", err);
    if (status) {
        evk_match_target_release(&t);
        return status;
    }
    for (int64_t p = 0; p < t.planes; p++) {
        t.level[p] = (double)s->mean[p] / unit;
        t.mean[p] = isnan(mean) ? t.level[p] : mean;
        t.sd[p] = isnan(sd) ? (double)s->sd[p] / unit : sd;
        set_counts(s, p, t.counts[p]);
    }
    set_amplitude(&t, s, m);
    *out = t;
    return EVK_OK;
}

void evk_match_target_release(struct evk_match_target *t)
{
    free(t->amplitude);
    free(t->ring_amplitude);
    *t = (struct evk_match_target){0};
}
