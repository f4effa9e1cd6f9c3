/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match.c - applying the steps of matching in order, and measuring how well an image is matched */
#include "match/match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/named.h"
#include "evoke/types.h"

#define EVK_MATCH_STEP(name) extern const struct evk_match_step evk_match_##name;
#include "match/steps.def"
#undef EVK_MATCH_STEP

static const struct evk_match_step *const table[] = {
#define EVK_MATCH_STEP(name) &evk_match_##name,
#include "match/steps.def"
#undef EVK_MATCH_STEP
};

enum { STEPS = sizeof(table) / sizeof(table[0]) };

_Static_assert((int)STEPS == (int)EVK_MATCH_STEPS, "a plan has room for each step once");

/* ---- memory ------------------------------------------------------------------------------ */

static evk_status allocate(struct evk_matcher *m, evk_error *err)
{
    const int64_t n = m->h * m->w;

    EVK_TRY(evk_alloc_floats(&m->x, m->planes * n, "an image", err));
    EVK_TRY(evk_alloc_floats(&m->scratch, n, "an image", err));
    EVK_TRY(evk_alloc_floats(&m->gain, m->fourier.n, "a spectrum", err));
    EVK_TRY(evk_alloc(&m->ring, m->fourier.n, sizeof(*m->ring), "a spectrum", err));
    EVK_TRY(evk_alloc(&m->order, n, sizeof(*m->order), "an image", err));
    EVK_TRY(evk_alloc(&m->spare, n, sizeof(*m->spare), "an image", err));
    return evk_alloc(&m->ring_sum, m->rings, sizeof(*m->ring_sum), "a spectrum", err);
}

/*
 * The bytes for each pixel, in the order of the sum: three images of bytes; the matcher's planes
 * and its scratch plane; the transform's plane; two arrays of pixel indices; and, since there are
 * half as many stored coefficients as pixels, half the bytes of a coefficient in the transform's
 * spectrum, its frequency and logarithm, the gain, the ring, and the sums of each plane.
 */
int64_t evk_matcher_bytes(int64_t h, int64_t w, int64_t planes)
{
    return h * w * (9 + 4 * planes + 4 + 4 + 8 + 4 + 4 + 4 + 2 + 2 + 4 * planes);
}

evk_status evk_matcher_init(struct evk_matcher *out, const struct evk_kernels *k, int64_t h,
                            int64_t w, int64_t planes, evk_error *err)
{
    const int64_t longer = h > w ? h : w, shorter = h > w ? w : h;
    struct evk_matcher m = {.h = h, .w = w, .planes = planes, .rings = longer + 1};
    evk_status s;

    EVK_TRY(evk_fourier_init(&m.fourier, k, h, w, 1, err));
    s = allocate(&m, err);
    if (s) {
        evk_matcher_release(&m);
        return s;
    }
    for (int64_t i = 0; i < m.fourier.n; i++)
        m.ring[i] = (int32_t)floor(m.fourier.frequency[i] * (double)longer / (double)shorter + 0.5);
    *out = m;
    return EVK_OK;
}

void evk_matcher_release(struct evk_matcher *m)
{
    evk_fourier_release(&m->fourier);
    free(m->x);
    free(m->scratch);
    free(m->gain);
    free(m->ring);
    free(m->ring_sum);
    free(m->order);
    free(m->spare);
    *m = (struct evk_matcher){0};
}

/* ---- plans ------------------------------------------------------------------------------- */

bool evk_match_step_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= STEPS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, ""};
    return true;
}

/* Append the step called name, of size characters, to the plan. */
static evk_status add_step(struct evk_match_plan *plan, const char *name, size_t size,
                           evk_error *err)
{
    for (int i = 0; i < STEPS; i++)
        if (strlen(table[i]->name) == size && memcmp(table[i]->name, name, size) == 0) {
            for (int64_t j = 0; j < plan->count; j++)
                if (plan->steps[j] == table[i])
                    return evk_fail(err, EVK_EINVAL,
                                    "found %s twice in what to match, expected it once",
                                    table[i]->name);
            plan->steps[plan->count++] = table[i];
            return EVK_OK;
        }
    return evk_named_fail("what to match", name, size, evk_match_step_info, err);
}

evk_status evk_match_steps_parse(struct evk_match_plan *plan, const char *text, evk_error *err)
{
    plan->count = 0;
    for (;;) {
        const size_t size = strcspn(text, ",");

        EVK_TRY(add_step(plan, text, size, err));
        if (!text[size])
            return EVK_OK;
        text += size + 1;
    }
}

/* ---- an image ---------------------------------------------------------------------------- */

static void clip(int64_t n, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = x[i] > 0.0f ? fminf(x[i], 255.0f) : 0.0f;
}

/* Set m->x to the planes of image after all iterations of all steps; the last is not clipped. */
static void take_steps(const struct evk_match_plan *plan, const struct evk_match_target *t,
                       struct evk_matcher *m, const struct evk_pixels *image)
{
    const int64_t n = m->h * m->w;

    evk_match_planes(image, m->planes, m->x);
    for (int64_t i = 0; i < plan->iterations; i++) {
        if (i)
            clip(m->planes * n, m->x);
        for (int64_t j = 0; j < plan->count; j++)
            for (int64_t p = 0; p < m->planes; p++)
                plan->steps[j]->apply(m, t, p, m->x + p * n);
    }
}

void evk_match_extremes(const struct evk_match_plan *plan, const struct evk_match_target *t,
                        struct evk_matcher *m, const struct evk_pixels *image, double *low,
                        double *high)
{
    take_steps(plan, t, m, image);
    for (int64_t i = 0; i < m->planes * m->h * m->w; i++) {
        *low = fmin(*low, (double)m->x[i]);
        *high = fmax(*high, (double)m->x[i]);
    }
}

double evk_match_scale(const struct evk_match_target *t)
{
    return 255 / (t->high - t->low);
}

evk_status evk_match_apply(const struct evk_match_plan *plan, const struct evk_match_target *t,
                           struct evk_matcher *m, const struct evk_pixels *image,
                           struct evk_pixels *out, evk_error *err)
{
    const double scale = evk_match_scale(t);

    EVK_TRY(evk_pixels_new(out, image->height, image->width, image->channels, err));
    take_steps(plan, t, m, image);
    for (int64_t i = 0; i < m->planes * m->h * m->w; i++)
        m->x[i] = (float)(((double)m->x[i] - t->low) * scale);
    evk_match_bytes(image, m->planes, m->x, out);
    return EVK_OK;
}

/*
 * Add to sums what plane x contributes: to sums[0] the squared differences between its amplitudes
 * and scale times the target's (n), to sums[1] the squares of scale times the target's.
 */
static void compare_spectra(struct evk_matcher *m, const float *target, double scale,
                            const float *x, double sums[2])
{
    double mean;

    evk_match_forward(m, x, &mean);
    for (int64_t i = 1; i < m->fourier.n; i++) {
        const double places = evk_fourier_places(&m->fourier, i), is = scale * (double)target[i];
        const double d = evk_match_amplitude(m, i) - is;

        sums[0] += places * d * d;
        sums[1] += places * is * is;
    }
}

void evk_match_measure(struct evk_matcher *m, const struct evk_match_target *t,
                       const struct evk_pixels *image, double scale, struct evk_match_measure *out)
{
    const int64_t n = m->h * m->w;
    double counts = 0, sums[2] = {0, 0};

    evk_match_planes(image, 1, m->x);
    evk_match_moments(n, m->x, &out->mean, &out->sd);
    if (m->planes > 1)
        evk_match_planes(image, m->planes, m->x);
    for (int64_t p = 0; p < m->planes; p++) {
        const float *x = m->x + p * n;
        int64_t found[EVK_LEVELS] = {0};

        for (int64_t i = 0; i < n; i++)
            found[evk_match_level(x[i])]++;
        for (int64_t i = 0; i < EVK_LEVELS; i++) {
            const double d = (double)(found[i] - t->counts[p][i]) / (double)n;

            counts += d * d;
        }
        compare_spectra(m, t->amplitude + p * t->n, scale, x, sums);
    }
    out->histogram = sqrt(counts / (double)(EVK_LEVELS * m->planes));
    out->spectrum = sums[1] > 0 ? sqrt(sums[0] / sums[1]) : 0;
}
