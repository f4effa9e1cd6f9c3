/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_attack.c - perturbations of published models: closed forms where there are no activations,
 * and that the budget holds on the bytes wherever they are
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/published.h"
#include "attack/lattice.h"
#include "attack/perturb.h"
#include "attack/settings.h"
#include "model/model.h"

enum { N = 112 * 112 * 3 };

static evk_model *linear;
static float weights[N];

static int set_up(void **state)
{
    evk_session *s;
    const float one = 1;
    float response;

    (void)state;
    assert_ok(evk_model_open(
        &linear, published_path("shared_compact/linear_shared_compact_model_25filters.keras"), NULL,
        err));
    assert_ok(evk_session_new_for(&s, linear, 0, err));
    evk_session_predict(s, weights, &response);
    evk_session_gradient(s, &one, weights);
    evk_session_free(s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(linear);
    return 0;
}

/* No value is within margin of a bound. */
static void fill(unsigned char *base, int margin, uint64_t *seed)
{
    for (int i = 0; i < N; i++)
        base[i] = (unsigned char)(127.5F + (127.4F - (float)margin) * random_float(seed));
}

static evk_attack attack_of(const char *method, const char *norm, double budget)
{
    evk_attack a = evk_attack_default();

    a.method = method;
    a.norm = norm;
    a.budget = budget;
    return a;
}

static double perturb(const evk_model *m, const evk_attack *a, const unsigned char *base,
                      unsigned char *image, evk_perturbation *out)
{
    evk_session *s;

    assert_ok(evk_session_new_for(&s, m, 0, err));
    assert_ok(evk_perturb(s, a, base, NULL, image, out, err));
    evk_session_free(s);
    return out->response - out->source;
}

/* The exact gain of bytes. */
static double gain_of(const unsigned char *base, const unsigned char *image)
{
    double gain = 0;

    for (int i = 0; i < N; i++)
        gain += (double)weights[i] * (image[i] - base[i]);
    return gain;
}

/* 8 levels everywhere, or as far as the box goes. */
static void test_linf(void **state)
{
    static const char *const methods[] = {"pgd", "auto-pgd"};
    unsigned char base[N], image[N];
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 4; i++) {
        evk_attack a = attack_of(methods[i % 2], "linf", 8);
        evk_perturbation out;
        double want = 0;

        a.direction = i == 3 ? "decrease" : "increase";
        a.steps = 5;
        fill(base, i < 2 ? 9 : 0, &seed);
        perturb(linear, &a, base, image, &out);
        for (int j = 0; j < N; j++) {
            const double to = base[j] + ((weights[j] > 0) == (i == 3) ? -8.0 : 8.0);

            want += (double)weights[j] * (fmin(fmax(to, 0), 255) - base[j]);
        }
        printf("gain %.4f, expected %.4f\n", gain_of(base, image), want);
        assert_true(fabs(gain_of(base, image) - want) <= 1e-4);
        assert_true(fabs(out.response - out.source - want) <= 0.002);
        assert_int_equal(out.linf, 8);
        if (i < 2)
            assert_true(fabs(want - 105.0779) <= 6e-5);
    }
}

/*
 * The best of whole levels: each costs 2 m - 1 and gains |w|, or as the sum has it 1; the best by gain
 * per cost until the budget is spent, and the next one in part, is no less than any.
 */
static double most_within(const unsigned char *base, int64_t bound, bool squared)
{
    double low = 0, high = 1e3, gain = 0;
    int64_t spent = 0;

    for (int i = 0; i < 100; i++) {
        const double limit = (low + high) / 2;

        spent = 0;
        gain = 0;
        for (int j = 0; j < N; j++) {
            const double w = fabs((double)weights[j]);
            const int room = weights[j] > 0 ? 255 - base[j] : base[j];
            const double levels = squared ? floor((w / limit + 1) / 2) : w > limit ? 255 : 0;
            const int64_t m = levels < room ? (int64_t)levels : room;

            spent += squared ? m * m : m;
            gain += w * (double)m;
        }
        if (spent > bound)
            low = limit;
        else
            high = limit;
    }
    return gain + high * (double)(bound > spent ? bound - spent : 0);
}

static void check_ball(const char *method, const char *norm, double budget, int64_t bound)
{
    unsigned char base[N], image[N];
    evk_attack a = attack_of(method, norm, budget);
    evk_perturbation out;
    uint64_t seed = 7;
    double most;

    fill(base, 0, &seed);
    perturb(linear, &a, base, image, &out);
    most = most_within(base, bound, strcmp(norm, "mean-abs") != 0);
    printf("%s, %s of %g: gain %.4f of at most %.4f\n", method, norm, budget, gain_of(base, image),
           most);
    assert_true(gain_of(base, image) <= most * (1 + 1e-6));
    assert_true(gain_of(base, image) >= most * (1 - 1e-4));
}

static void test_balls(void **state)
{
    (void)state;
    check_ball("pgd", "rms", 10, 3763200);
    check_ball("auto-pgd", "rms", 3.3, (int64_t)floor(3.3 * 3.3 * N));
    check_ball("auto-pgd", "l2", 7.61, (int64_t)floor(65025 * 7.61 * 7.61));
    check_ball("pgd", "mean-abs", 10, 376320);
    check_ball("auto-pgd", "mean-abs", 2.5, 94080);
}

/* On the bytes, to the last level, and never the wrong way. */
static void test_budget(void **state)
{
    static const char *const norms[] = {"rms", "linf", "mean-abs", "l2"};
    static const char *const methods[] = {"pgd", "auto-pgd", "smoothing"};
    evk_model *m = open_compact("201025", 3);
    unsigned char base[N], image[N];
    uint64_t seed = 3;

    (void)state;
    fill(base, 0, &seed);
    for (int i = 0; i < 24; i++) {
        const double unit = i % 4 == 3 ? 0.76 : 1;
        evk_attack a = attack_of(methods[i / 4 % 3], norms[i % 4],
                                 unit * (1 + 15 * fabs((double)random_float(&seed))));
        evk_perturbation out;
        struct evk_delta d;
        const struct evk_norm_type *norm;
        double change;

        a.steps = 8;
        a.direction = i % 2 ? "increase" : "decrease";
        change = perturb(m, &a, base, image, &out);
        assert_true(i % 2 ? change >= 0 : change <= 0);
        d = evk_delta_measure(N, base, image);
        assert_ok(evk_norm_find(&norm, a.norm, err));
        assert_true(norm->measure(&d) <= norm->bound(a.budget, N));
        assert_true(norm->size(&d) <= a.budget);
    }
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linf),
        cmocka_unit_test(test_balls),
        cmocka_unit_test(test_budget),
    };

    published();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
