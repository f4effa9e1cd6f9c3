/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_patches.c - priors from statistics of natural images: patches, wiener, colour */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"
#include "synth/patches.h"

extern const struct evk_prior_type evk_prior_patches, evk_prior_wiener, evk_prior_colour;

static const int64_t sizes[][3] = {
    {8, 8, 3}, {8, 8, 1}, {13, 17, 3}, {23, 9, 1}, {1, 1, 3}, {1, 30, 3}, {11, 3, 1}, {7, 20, 3},
};

static struct evk_patch_model model_of(const struct evk_frame *f)
{
    struct evk_patch_model m;
    evk_statistics *s;

    assert_ok(evk_statistics_read(&s, NULL, err));
    assert_ok(evk_patch_model_of(&m, s, f->h, f->w, f->c, err));
    evk_statistics_free(s);
    return m;
}

/*
 * In double: out = the sum over patches of A d, for the eigenvalues of A, and the form, with the
 * sum of the magnitudes that went into it.
 */
struct form {
    double value, magnitude;
};

static double difference(const struct evk_patch_model *m, const struct evk_frame *f,
                         const double *x, const int64_t at[2], int64_t i)
{
    const int64_t y = at[0] + i / (m->w * m->c), column = at[1] + i / m->c % m->w;

    return x[(y * f->w + column) * f->c + i % m->c] - m->mean[i % m->c];
}

static void add_patch(const struct evk_patch_model *m, const struct evk_frame *f, const double *x,
                      const int64_t at[2], const double *values, double rest, double *out,
                      struct form *form)
{
    double d[EVK_PATCH_VALUES], e[EVK_PATCH_VALUES];

    for (int64_t i = 0; i < m->values; i++) {
        d[i] = difference(m, f, x, at, i);
        e[i] = rest * d[i];
        form->magnitude += rest * d[i] * d[i];
    }
    for (int64_t k = 0; k < m->components; k++) {
        const double *v = m->component + k * m->values;
        double dot = 0;

        for (int64_t i = 0; i < m->values; i++)
            dot += v[i] * d[i];
        for (int64_t i = 0; i < m->values; i++)
            e[i] += (values[k] - rest) * dot * v[i];
        form->magnitude += fabs(values[k] - rest) * dot * dot;
    }
    for (int64_t i = 0; i < m->values; i++) {
        const int64_t y = at[0] + i / (m->w * m->c), column = at[1] + i / m->c % m->w;

        form->value += d[i] * e[i];
        out[(y * f->w + column) * f->c + i % m->c] += e[i];
    }
}

/* Every place where a patch begins: multiples of the stride, and one that ends at the end. */
static bool starts(int64_t i, int64_t n, int64_t size, int64_t stride)
{
    return i <= n - size && (i % stride == 0 || i == n - size);
}

/* count gets, for each pixel, in how many patches it is. */
static struct form oracle(const struct evk_patch_model *m, const struct evk_frame *f,
                          const double *x, int64_t stride, const double *values, double rest,
                          double *out, double *count)
{
    struct form form = {0, 0};

    memset(out, 0, (size_t)(f->h * f->w * f->c) * sizeof(*out));
    memset(count, 0, (size_t)(f->h * f->w) * sizeof(*count));
    for (int64_t y = 0; y < f->h; y++)
        for (int64_t c = 0; c < f->w; c++) {
            const int64_t at[2] = {y, c};

            if (!starts(y, f->h, m->h, stride) || !starts(c, f->w, m->w, stride))
                continue;
            add_patch(m, f, x, at, values, rest, out, &form);
            for (int64_t i = 0; i < m->h * m->w; i++)
                count[(y + i / m->w) * f->w + c + i % m->w]++;
        }
    return form;
}

struct buffers {
    float *x, *got;
    double *exact, *want, *count;
};

static struct buffers buffers(const struct trial *t, uint64_t *seed)
{
    struct buffers b = {trial_image(t, seed), fenced(t->n, NULL),
                        calloc((size_t)t->n, sizeof(double)), calloc((size_t)t->n, sizeof(double)),
                        calloc((size_t)t->n, sizeof(double))};

    for (int64_t i = 0; i < t->n; i++)
        b.exact[i] = (double)b.x[i];
    return b;
}

static void release(const struct trial *t, struct buffers *b)
{
    fenced_free(b->x, t->n);
    fenced_free(b->got, t->n);
    free(b->exact);
    free(b->want);
    free(b->count);
}

/*
 * A bound of the magnitudes that add up to one element of A d, over A's largest eigenvalue: that of
 * |d|, no element of which is above 255, times that of a sum over components.
 */
static double length(const struct evk_patch_model *m)
{
    return 255 * sqrt((double)m->values) * (1 + sqrt((double)m->components));
}

static double number_of_patches(const struct evk_patch_model *m, int64_t n, const double *count)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += count[i];
    return sum / (double)(m->h * m->w);
}

/* The penalty and its gradient against loops over patches in double; and that by differences. */
static void check_penalty(const int64_t size[3], int64_t stride, uint64_t *seed)
{
    char text[8];
    const char *const set[] = {"stride", text, NULL};
    struct trial t;
    struct buffers b;
    struct evk_patch_model m;
    struct form form;
    double precision[EVK_PATCH_COMPONENTS], value, n;

    text[0] = (char)('0' + stride);
    text[1] = '\0';
    t = trial_open(&evk_prior_patches, size[0], size[1], size[2], set);
    b = buffers(&t, seed);
    m = model_of(&t.frame);
    for (int64_t k = 0; k < m.components; k++)
        precision[k] = 1 / m.variance[k];
    form = oracle(&m, &t.frame, b.exact, stride, precision, 1 / m.rest, b.want, b.count);
    n = number_of_patches(&m, size[0] * size[1], b.count) * (double)m.values;
    value = t.type->penalty(t.self, &t.frame, b.x, b.got);
    assert_true(fabs(value - form.value / (2 * n)) < sum_bound(256, form.magnitude) / n);
    for (int64_t i = 0; i < t.n; i++) {
        const double most = b.count[i / size[2]] * length(&m) / m.rest;

        assert_true(fabs((double)b.got[i] - b.want[i] / n) <
                    sum_bound(m.values + m.components, most) / n);
    }
    for (int64_t i = 0; i < t.n; i += 1 + t.n / 7) {
        const double keep = b.exact[i], step = 0.5;
        double up, down, *scratch = calloc((size_t)t.n, sizeof(double));

        b.exact[i] = keep + step;
        up = oracle(&m, &t.frame, b.exact, stride, precision, 1 / m.rest, scratch, b.count).value;
        b.exact[i] = keep - step;
        down = oracle(&m, &t.frame, b.exact, stride, precision, 1 / m.rest, scratch, b.count).value;
        b.exact[i] = keep;
        free(scratch);
        assert_true(fabs((up - down) / (2 * step) / 2 - b.want[i]) < 1e-12 * form.magnitude);
    }
    release(&t, &b);
    trial_close(&t);
}

static void test_penalty(void **state)
{
    uint64_t seed = 21;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (int64_t stride = 1; stride <= 8; stride = 2 * stride + 1)
            check_penalty(sizes[s], stride, &seed);
}

/* The image of the mean colour is the likeliest of all. */
static void test_minimum(void **state)
{
    struct trial t = trial_open(&evk_prior_patches, 20, 21, 3, NULL);
    const struct evk_patch_model m = model_of(&t.frame);
    float *x = fenced(t.n, NULL), *gradient = fenced(t.n, NULL);

    (void)state;
    for (int64_t i = 0; i < t.n; i++)
        x[i] = (float)m.mean[i % 3];
    assert_true(t.type->penalty(t.self, &t.frame, x, gradient) < 1e-6);
    for (int64_t i = 0; i < t.n; i++)
        assert_true(fabsf(gradient[i]) < 1e-6f);
    fenced_free(x, t.n);
    fenced_free(gradient, t.n);
    trial_close(&t);
}

static void check_wiener(const int64_t size[3], const char *noise, uint64_t *seed)
{
    const char *const set[] = {"noise", noise, "stride", "3", NULL};
    struct trial t = trial_open(&evk_prior_wiener, size[0], size[1], size[2], set);
    struct buffers b = buffers(&t, seed);
    const struct evk_patch_model m = model_of(&t.frame);
    const double square = atof(noise) * atof(noise);
    double kept[EVK_PATCH_COMPONENTS];

    for (int64_t k = 0; k < m.components; k++)
        kept[k] = m.variance[k] / (m.variance[k] + square);
    oracle(&m, &t.frame, b.exact, 3, kept, m.rest / (m.rest + square), b.want, b.count);
    memcpy(b.got, b.x, (size_t)t.n * sizeof(*b.x));
    t.type->project(t.self, &t.frame, b.got);
    for (int64_t i = 0; i < t.n; i++) {
        const double want = m.mean[i % t.frame.c] + b.want[i] / b.count[i / t.frame.c];
        const double bound = sum_bound(m.values + m.components, length(&m));

        assert_true(fabs((double)b.got[i] - want) < bound);
        if (square == 0)
            assert_true(fabs((double)b.got[i] - b.exact[i]) < bound);
    }
    release(&t, &b);
    trial_close(&t);
}

/*
 * With no noise, wiener leaves the image; with some, it is as in double; with endless, the mean
 * colour.
 */
static void test_wiener(void **state)
{
    uint64_t seed = 22;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        check_wiener(sizes[s], "0", &seed);
        check_wiener(sizes[s], "12.5", &seed);
        check_wiener(sizes[s], "1000", &seed);
    }
}

/* The parameterisation's square is the covariance over its mean variance; one channel stays. */
static void test_colour(void **state)
{
    struct trial t = trial_open(&evk_prior_colour, 1, 3, 3, NULL);
    struct trial gray = trial_open(&evk_prior_colour, 2, 3, 1, NULL);
    float d[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, x[6] = {1, -2, 3, 4, 5, 6};
    double mean;
    evk_statistics *s;

    (void)state;
    assert_ok(evk_statistics_read(&s, NULL, err));
    mean = (s->covariance[0] + s->covariance[4] + s->covariance[8]) / 3;
    t.type->push(t.self, &t.frame, d);
    for (int i = 0; i < 9; i++)
        assert_true(d[i] == d[i % 3 * 3 + i / 3]); /* symmetric: pull is the transposed of push */
    t.type->pull(t.self, &t.frame, d);
    for (int i = 0; i < 9; i++)
        assert_true(fabs((double)d[i] - s->covariance[i] / mean) < 1e-6);
    gray.type->pull(gray.self, &gray.frame, x);
    gray.type->push(gray.self, &gray.frame, x);
    assert_true(x[0] == 1 && x[1] == -2 && x[5] == 6);
    evk_statistics_free(s);
    trial_close(&t);
    trial_close(&gray);
}

static void test_refused(void **state)
{
    static const struct evk_prior_type *const types[] = {&evk_prior_patches, &evk_prior_wiener,
                                                         &evk_prior_colour};
    static const char *const set[] = {"file", "tests/data/tiny.keras", NULL};
    static const char *const missing[] = {"file", "there/is/none.json", NULL};

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_fails(EVK_EFORMAT, "tiny.keras", trial_refused(types[i], set, err));
        assert_fails(EVK_EIO, "there/is/none.json", trial_refused(types[i], missing, err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_penalty), cmocka_unit_test(test_minimum),
        cmocka_unit_test(test_wiener),  cmocka_unit_test(test_colour),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
