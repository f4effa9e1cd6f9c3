/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spikes.c - readouts of spike counts against Newton's method in the features' own space */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/made_data.h"
#include "base/fmath.h"
#include "fit/spikes.h"

enum { N = 60, P = 4 };

struct setting {
    double x[N][P], y[N], count[N], kernel[N * N];
    int64_t image[N];
};

static void set_up(struct setting *t)
{
    uint64_t seed = 1;

    for (int i = 0; i < N; i++) {
        double rate = 0.5;

        for (int e = 0; e < P; e++) {
            t->x[i][e] = (double)random_float(&seed);
            rate += t->x[i][e];
        }
        t->image[i] = i;
        t->count[i] = 1 + i % 4;
        t->y[i] = floor(4 * fabs(rate) * (1 + (double)random_float(&seed))) / t->count[i];
    }
    for (int e = 0; e < N * N; e++) {
        t->kernel[e] = 0;
        for (int q = 0; q < P; q++)
            t->kernel[e] += t->x[e / N][q] * t->x[e % N][q];
    }
}

/* Newton's method on P weights and a constant, from 0, with derivatives by their formulas. */
static void primal(const struct setting *t, double penalty, double w[P + 1])
{
    struct evk_system s;

    memset(w, 0, sizeof(*w) * (P + 1));
    assert_ok(evk_system_init(&s, P + 1, 1, err));
    for (int step = 0; step < 50; step++) {
        evk_system_begin(&s, P + 1, 1);
        for (int i = 0; i < N; i++) {
            double f = w[P], rate, slope, first, second;

            for (int e = 0; e < P; e++)
                f += w[e] * t->x[i][e];
            rate = evk_log(1 + evk_exp(f));
            slope = 1 - 1 / (1 + evk_exp(f));
            first = t->count[i] * slope * (1 - t->y[i] / rate);
            second = t->count[i] * (slope * (1 - slope) * (1 - t->y[i] / rate) +
                                    slope * slope * t->y[i] / (rate * rate));
            for (int a = 0; a <= P; a++) {
                const double xa = a < P ? t->x[i][a] : 1;

                *evk_system_b(&s, a, 0) -= first * xa;
                for (int b = a; b <= P; b++)
                    *evk_system_a(&s, a, b) += second * xa * (b < P ? t->x[i][b] : 1);
            }
        }
        for (int a = 0; a < P; a++) {
            *evk_system_a(&s, a, a) += penalty;
            *evk_system_b(&s, a, 0) -= penalty * w[a];
        }
        assert_true(evk_system_solve(&s));
        for (int a = 0; a <= P; a++)
            w[a] += *evk_system_b(&s, a, 0);
    }
    evk_system_release(&s);
}

static void test_newton(void **state)
{
    static const double penalties[] = {0.01, 1, 30};
    static struct setting t;
    struct evk_spikes_room room;
    double w[P + 1];

    (void)state;
    set_up(&t);
    assert_ok(evk_spikes_room_init(&room, N, err));
    for (int p = 0; p < 3; p++) {
        const struct evk_spikes s = {N, N, t.kernel, t.image, t.y, t.count};

        evk_spikes_start(&room, &s);
        evk_spikes_fit(&room, &s, penalties[p]);
        primal(&t, penalties[p], w);
        for (int i = 0; i < N; i++) {
            double f = w[P];

            for (int e = 0; e < P; e++)
                f += w[e] * t.x[i][e];
            assert_true(fabs(room.f[i] - f) < 1e-9);
        }
    }
    evk_spikes_room_release(&room);
}

/* The least-squares problem has the slope and the curvature of the loss, by differences. */
static void test_working(void **state)
{
    const double h = 1e-4;

    (void)state;
    for (double f = -6; f < 6; f += 0.7)
        for (double y = 0; y < 6; y += 1.5) {
            const double before = evk_spikes_loss(f - h, y, 1), at = evk_spikes_loss(f, y, 1);
            const double after = evk_spikes_loss(f + h, y, 1);
            const double bend = (before - 2 * at + after) / (h * h);
            double weight, target;

            evk_spikes_working(f, y, &weight, &target);
            assert_true(fabs(weight * (f - target) - (after - before) / (2 * h)) < 1e-5);
            assert_true(fabs(weight - bend) < 1e-4);
        }
}

/* Where the rate is 0 or its exponential infinite, the problem is still one of finite numbers. */
static void test_far(void **state)
{
    static const double far[] = {-1e4, -750, -40, -30, 40, 750, 1e4};

    (void)state;
    for (int i = 0; i < 7; i++)
        for (double y = 0; y < 6; y += 1.5) {
            double weight, target;

            evk_spikes_working(far[i], y, &weight, &target);
            assert_true(isfinite(target) && weight > 0);
            assert_true(isfinite(evk_spikes_loss(far[i], y, 1)));
            assert_true(far[i] > 0 || y == 0 || target > far[i]);
        }
}

static const int64_t shape[3] = {2, 2, 6};
enum { UNITS = 3, FEATURES = 24 };

static void make_counts(struct made_data *r)
{
    for (int64_t e = 0; e < N * UNITS; e++) {
        r->count[e] = 1 + e % 3;
        r->y[e] = e / N == 1 ? 0 : floor(fabs(r->y[e]));
    }
}

/* Predictions are rates, weights and bias give them, and a silent unit stays silent. */
static void test_fit(void **state)
{
    struct evk_fit_result result;
    struct made_data r;

    (void)state;
    made_data_new(&r, 2, N, UNITS, shape, 1, 4);
    make_counts(&r);
    r.y[2 * N + 3] = NAN;
    assert_ok(evk_fit_poisson(&result, &r.data, err));
    assert_string_equal(result.output, "softplus");
    for (int i = 0; i < N; i++) {
        assert_true(result.predicted[i] > 0);
        assert_true(result.predicted[N + i] < 1e-9);
        assert_true(evk_softplus(made_data_response(&r, &result, 1, i)) < 1e-9);
    }
    for (int e = 0; e < FEATURES; e++)
        assert_true(result.weights[0][e * UNITS + 1] == 0 &&
                    isfinite(result.weights[0][e * UNITS]));
    assert_true(isnan(result.predicted[2 * N + 3]) && isfinite(result.predicted[2 * N + 4]));
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
}

/* What a fold holds has no part in what is predicted in it. */
static void test_no_leak(void **state)
{
    struct evk_fit_result before, after;
    struct made_data r;

    (void)state;
    made_data_new(&r, 3, N, UNITS, shape, 1, 4);
    make_counts(&r);
    assert_ok(evk_fit_poisson(&before, &r.data, err));
    for (int i = 0; i < N / 4; i++)
        r.y[i] = 3 * i;
    r.data.threads = 5;
    assert_ok(evk_fit_poisson(&after, &r.data, err));
    for (int i = 0; i < N / 4; i++)
        assert_true(before.predicted[i] == after.predicted[i]);
    assert_true(before.predicted[N - 1] != after.predicted[N - 1]);
    assert_memory_equal(before.predicted + 2 * N, after.predicted + 2 * N, sizeof(double) * N);
    evk_fit_result_release(&before, 1);
    evk_fit_result_release(&after, 1);
    r.y[7] = -1;
    assert_fails(EVK_EINVAL, "unit 0 to image 7 is -1", evk_fit_poisson(&after, &r.data, err));
    made_data_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newton), cmocka_unit_test(test_working), cmocka_unit_test(test_far),
        cmocka_unit_test(test_fit),    cmocka_unit_test(test_no_leak),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
