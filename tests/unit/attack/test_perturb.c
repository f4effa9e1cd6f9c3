/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_perturb.c - budgets on the bytes, targets, sweeps, masks, held responses, what is refused */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/allocations.h"
#include "../../harness/attack.h"
#include "../../harness/kernels.h"
#include "../../harness/linear.h"
#include "attack/settings.h"
#include "base/fs.h"
#include "format/codec.h"

enum { N = TINY_VALUES };

static const char *const norms[] = {"rms", "linf", "mean-abs", "l2"};
static const char *const methods[] = {"pgd", "auto-pgd", "smoothing"};

static char *folder;
static uint64_t seed = 1;
static struct linear unit;
static evk_model *linear, *curved;
static unsigned char flat[N]; /* a base far from the box */

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("perturb");
    linear_random(&unit, path_in(folder, "unit.keras"), 2, 5);
    linear_save(&unit);
    linear = linear_open(&unit);
    curved = curved_model(path_in(folder, "curved.keras"), 3);
    memset(flat, 128, sizeof(flat));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(linear);
    evk_model_free(curved);
    linear_release(&unit);
    free(folder);
    return 0;
}

static double weight(int i, int64_t output)
{
    return (double)unit.weights[i * 2 + output];
}

static double predict(const evk_model *m, int64_t output, int64_t n, const unsigned char *image)
{
    float *x = calloc((size_t)n, sizeof(*x)), response;
    evk_session *s;

    for (int64_t i = 0; i < n; i++)
        x[i] = (float)image[i];
    assert_ok(evk_session_new_for(&s, m, output, err));
    evk_session_predict(s, x, &response);
    evk_session_free(s);
    free(x);
    return (double)response;
}

/* ---- budgets ------------------------------------------------------------------------------ */

/* Odd budgets, bases at the box, all norms and methods: kept, and never the wrong way. */
static void test_budgets(void **state)
{
    unsigned char base[CURVED], image[CURVED];

    (void)state;
    for (int i = 0; i < trials(120); i++) {
        const double size = pow(50, fabs((double)random_float(&seed)));
        evk_attack a =
            attack_of(methods[i / 4 % 3], norms[i % 4], i % 4 == 3 ? 0.16 * size : 0.9 * size);
        const double sign = i % 2 ? 1 : -1;
        evk_perturbation out;

        a.steps = 9;
        a.starts = 1 + i % 3;
        a.disc_radius = 3;
        a.direction = i % 2 ? "increase" : "decrease";
        fill_bytes(&seed, CURVED, i % 5 == 0 ? 60 : 0, base);
        out = perturb(curved, i % 3, &a, base, image);
        assert_true(sign * (out.response - out.source) >= 0);
        assert_true(sign * (out.objective - out.plain) >= 0);
        assert_true(out.reached && out.held == 0);
        assert_true(out.response == predict(curved, i % 3, CURVED, image));
        assert_true(out.source == predict(curved, i % 3, CURVED, base));
    }
}

/* Whatever was perturbed before, and by whom; another seed is other noise. */
static void test_same_bytes(void **state)
{
    unsigned char base[2][CURVED], image[CURVED], again[CURVED];
    evk_attack a = attack_of("auto-pgd", "rms", 5);
    evk_perturbation out;
    struct evk_search p;
    evk_session *s;

    (void)state;
    a.starts = 3;
    fill_bytes(&seed, 2 * CURVED, 0, base[0]);
    perturb(curved, 1, &a, base[0], image);
    assert_ok(evk_session_new_for(&s, curved, 1, err));
    assert_ok(evk_search_open(&p, s, &a, NULL, err));
    for (int i = 1; i >= 0; i--)
        assert_ok(evk_perturb_one(&p, base[i], NULL, NULL, again, &out, err));
    assert_memory_equal(image, again, sizeof(image));
    evk_search_close(&p);
    evk_session_free(s);
    for (a.seed = 1, out.start = 0; a.seed < 20 && out.start == 0; a.seed++)
        out = perturb(curved, 1, &a, base[0], again);
    assert_true(out.start > 0);
    assert_memory_not_equal(image, again, sizeof(image));
}

static void test_allocations(void **state)
{
    unsigned char base[CURVED], image[CURVED];

    (void)state;
    fill_bytes(&seed, CURVED, 0, base);
    for (int i = 0; i < 12; i++) {
        const evk_attack a = attack_of(methods[i / 4], norms[i % 4], 2);
        evk_perturbation out;
        struct evk_search p;
        evk_session *s;
        long before;

        assert_ok(evk_session_new_for(&s, curved, 0, err));
        assert_ok(evk_search_open(&p, s, &a, NULL, err));
        before = allocations();
        assert_ok(evk_perturb_one(&p, base, NULL, NULL, image, &out, err));
        assert_int_equal(allocations(), before);
        evk_search_close(&p);
        evk_session_free(s);
    }
}

/* ---- targets and sweeps ------------------------------------------------------------------- */

/* The least linf budget that reaches a gain is known: gains are proportional to whole levels. */
static void test_target_linf(void **state)
{
    evk_attack a = attack_of("auto-pgd", "linf", 60);
    unsigned char image[N];
    double slope = 0, at;

    (void)state;
    for (int i = 0; i < N; i++)
        slope += fabs(weight(i, 0));
    at = predict(linear, 0, N, flat);
    a.direction = "target";
    a.steps = 6;
    for (int levels = 1; levels < 60; levels += 7) {
        evk_perturbation out;

        a.target = at + slope * (levels - 0.5) * (levels % 2 ? 1 : -1);
        out = perturb(linear, 0, &a, flat, image);
        assert_true(out.reached);
        assert_int_equal(out.linf, levels);
    }
    a.target = at + 61 * slope; /* out of reach: the best effort */
    assert_false(perturb(linear, 0, &a, flat, image).reached);
    assert_true(fabs(predict(linear, 0, N, image) - at - 60 * slope) <= 0.5);
}

static void test_target_rms(void **state)
{
    evk_attack a = attack_of("pgd", "rms", 40);
    unsigned char image[N];
    double squares = 0, at = predict(linear, 0, N, flat);
    evk_perturbation out;

    (void)state;
    for (int i = 0; i < N; i++)
        squares += weight(i, 0) * weight(i, 0);
    a.direction = "target";
    for (double rms = 5; rms < 40; rms += 6) {
        a.target = at + rms * sqrt(N * squares);
        out = perturb(linear, 0, &a, flat, image);
        assert_true(out.reached && out.response >= a.target);
        assert_true(out.rms <= rms * 1.015 + 0.05 && out.budget == out.rms);
    }
    a.target = out.source;
    out = perturb(linear, 0, &a, flat, image);
    assert_true(out.reached && out.rms == 0);
}

static void test_sweep(void **state)
{
    const double budgets[] = {0.5, 1, 1.5, 2.2, 3, 4, 4, 5, 6, 9};
    unsigned char base[CURVED], images[COUNT(budgets)][CURVED];

    (void)state;
    for (int i = 0; i < trials(60); i++) {
        evk_attack a = attack_of(methods[i / 4 < 2 ? i / 4 : 2], norms[i % 4], 9);
        evk_perturbation out[COUNT(budgets)];
        struct evk_search p;
        evk_session *s;

        a.steps = i < 8 ? 6 : 40;
        a.refine = i % 3; /* only rounded, more may be less */
        a.disc_radius = 3;
        a.direction = i % 8 < 4 ? "increase" : "decrease";
        fill_bytes(&seed, CURVED, 100, base); /* discs fit */
        assert_ok(evk_session_new_for(&s, curved, 0, err));
        assert_ok(evk_search_open(&p, s, &a, NULL, err));
        assert_ok(evk_perturb_sweep(&p, base, budgets, COUNT(budgets), NULL, images[0], out, err));
        for (size_t j = 0; j < COUNT(budgets); j++) {
            evk_attack one = a;

            one.budget = budgets[j];
            assert_measured(curved, &one, base, images[j], &out[j]);
            assert_true(out[j].budget == budgets[j]);
            assert_true(out[j].response == predict(curved, 0, CURVED, images[j]));
            if (j > 0)
                assert_true((i % 8 < 4 ? 1 : -1) * (out[j].response - out[j - 1].response) >= 0);
        }
        assert_fails(
            EVK_EINVAL, "expected rising ones",
            evk_perturb_sweep(&p, base, (const double[]){2, 1}, 2, NULL, images[0], out, err));
        evk_search_close(&p);
        evk_session_free(s);
    }
}

/* ---- what may change ---------------------------------------------------------------------- */

/* Left of column 4 nothing changes; there the budget is spent on what is open. */
static void test_mask(void **state)
{
    const char *path = path_in(folder, "mask.png");
    unsigned char base[N], image[N];
    struct evk_pixels pixels;
    struct evk_bytes file;
    char prior[300];

    (void)state;
    assert_ok(evk_pixels_new(&pixels, TINY_H, TINY_W, TINY_C, err));
    for (int i = 0; i < N; i++)
        pixels.data[i] = i / TINY_C % TINY_W < 4 ? 0 : 255;
    assert_ok(evk_png_encode(&file, &pixels, NULL, err));
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&pixels);
    snprintf(prior, sizeof(prior), "mask:%s", path);
    fill_bytes(&seed, N, 0, base);
    for (int i = 0; i < 24; i++) {
        evk_attack a = attack_of(methods[i / 4 % 3], norms[i % 4], i % 4 == 3 ? 1 : 12);
        evk_perturbation out;

        a.priors.text[a.priors.count++] = prior;
        a.hold = i < 12 ? "" : "1";
        a.tolerance = 40;
        a.starts = 2;
        a.steps = 8;
        a.disc_radius = 2;
        out = perturb(linear, 0, &a, base, image);
        /* On noise no disc may fit. */
        assert_true(i % 12 < 8 ? out.response > out.source : out.response >= out.source);
        for (int j = 0; j < N; j++)
            assert_true(j / TINY_C % TINY_W >= 4 || image[j] == base[j]);
    }
}

/* Equal in all channels, though the box is nearer to one of them than to another. */
static void test_gray(void **state)
{
    unsigned char base[CURVED], image[CURVED];

    (void)state;
    fill_bytes(&seed, CURVED, 0, base);
    for (int i = 0; i < 8; i++) {
        evk_attack a = attack_of(methods[i / 4], norms[i % 4], i % 4 == 3 ? 1 : 6);
        evk_perturbation out;

        a.priors.text[a.priors.count++] = "grayscale";
        a.starts = 2;
        out = perturb(curved, 0, &a, base, image);
        assert_true(out.response > out.source);
        for (int j = 0; j < CURVED; j++)
            assert_int_equal(image[j] - base[j], image[j / 3 * 3] - base[j / 3 * 3]);
    }
}

/* Gain of output 0 where output 1 may not move, in the Euclidean ball: along what is orthogonal. */
static void test_hold(void **state)
{
    double ww = 0, wv = 0, vv = 0, best;
    unsigned char image[CURVED], base[CURVED];

    (void)state;
    for (int i = 0; i < N; i++) {
        ww += weight(i, 0) * weight(i, 0);
        wv += weight(i, 0) * weight(i, 1);
        vv += weight(i, 1) * weight(i, 1);
    }
    best = 10 * sqrt(N * (ww - wv * wv / vv));
    for (int i = 0; i < 2; i++) {
        evk_attack a = attack_of(methods[i], "rms", 10);
        evk_perturbation out;

        a.hold = "1";
        a.tolerance = 40; /* a step of 2 levels of one value is 18 */
        out = perturb(linear, 0, &a, flat, image);
        printf("%s: gain %.1f of %.1f, held within %g\n", methods[i], out.response - out.source,
               best, out.held);
        assert_true(out.held <= a.tolerance);
        assert_true(fabs(out.held -
                         fabs(predict(linear, 1, N, image) - predict(linear, 1, N, flat))) <= 0.1);
        assert_true(out.response - out.source >= 0.97 * best);
    }
    for (int i = 0; i < 16; i++) {
        evk_attack a = attack_of(methods[i / 4 % 2], norms[i % 4], i % 4 == 3 ? 0.5 : 4);
        evk_perturbation out, alone;

        fill_bytes(&seed, CURVED, 0, base);
        alone = perturb(curved, 0, &a, base, image);
        a.hold = "1,2";
        a.tolerance = (i < 8 ? 0.05 : 0.002) * (alone.response - alone.source);
        out = perturb(curved, 0, &a, base, image);
        assert_true(out.held <= a.tolerance);
        assert_true(out.response > out.source);
        for (int64_t j = 1; j < 3; j++)
            assert_true(fabs(predict(curved, j, CURVED, image) -
                             predict(curved, j, CURVED, base)) <= a.tolerance * 1.001);
    }
}

/* Two members, each a neuron of the linear unit: what rises is their mean. */
static void test_ensemble(void **state)
{
    const evk_attack a = attack_of("auto-pgd", "linf", 7);
    unsigned char image[N];
    evk_perturbation out;
    char text[700];
    double gain = 0;
    evk_model *m;

    (void)state;
    snprintf(text, sizeof(text), "both=%s:0,%s:1", unit.path, unit.path);
    assert_ok(evk_model_open_ensemble(&m, text, NULL, err));
    out = perturb(m, 0, &a, flat, image);
    for (int i = 0; i < N; i++)
        gain += 7 * fabs(weight(i, 0) + weight(i, 1)) / 2;
    assert_true(fabs(out.response - out.source - gain) <= 0.1);
    assert_true(fabs(out.objective - out.response) <= 0.1);
    evk_model_free(m);
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void assert_refused(evk_status status, const char *text, const evk_model *m, int64_t output,
                           const evk_attack *a)
{
    unsigned char base[CURVED] = {0}, image[CURVED];
    evk_perturbation out;
    evk_session *s;

    if (output < 0)
        assert_ok(evk_session_new(&s, m, err));
    else
        assert_ok(evk_session_new_for(&s, m, output, err));
    assert_fails(status, text, evk_perturb(s, a, base, NULL, image, &out, err));
    evk_session_free(s);
}

static void test_refused(void **state)
{
    evk_model *m = tiny_model(path_in(folder, "tiny.keras"), "ldb");
    const evk_attack plain = evk_attack_default();
    evk_attack a = plain;

    (void)state;
    assert_refused(EVK_EDEAD, "gradient is zero at the base", m, 1, &a);
    assert_refused(EVK_EFORMAT, "not finite", m, 2, &a);
    assert_refused(EVK_EINVAL, "session for one output", m, -1, &a);
    a.method = "fgsm";
    assert_refused(EVK_ENOTFOUND, "expected one of: pgd, auto-pgd, smoothing", m, 0, &a);
    a = attack_of("pgd", "l0", 1);
    assert_refused(EVK_ENOTFOUND, "norm is 'l0'", m, 0, &a);
    a = attack_of("pgd", "linf", 300);
    assert_refused(EVK_EINVAL, "budget is 300", m, 0, &a);
    a = attack_of("pgd", "linf", 0);
    assert_refused(EVK_EINVAL, "budget is 0", m, 0, &a);
    a = plain;
    a.direction = "target";
    assert_refused(EVK_EINVAL, "target response is missing", m, 0, &a);
    a = plain;
    a.hold = "0";
    assert_refused(EVK_EINVAL, "is both held and to be perturbed", m, 0, &a);
    a.hold = "1";
    assert_refused(EVK_EINVAL, "neurons to hold and no tolerance, expected one in the units", m, 0,
                   &a);
    a = plain;
    a.priors.text[a.priors.count++] = "jitter";
    assert_refused(EVK_EINVAL, "found prior jitter", m, 0, &a);
    a = plain;
    a.objective = "sd";
    assert_refused(EVK_EINVAL, "needs at least 2 members", m, 0, &a);
    evk_model_free(m);
}

static bool stop(void *arg, const evk_step *now)
{
    (void)now;
    return --*(int *)arg > 0;
}

static void test_stopped(void **state)
{
    const evk_attack a = evk_attack_default();
    unsigned char image[N];
    int left = 4;
    const evk_watch watch = {.step = stop, .arg = &left};
    evk_perturbation out;
    evk_session *s;

    (void)state;
    assert_ok(evk_session_new_for(&s, linear, 0, err));
    assert_fails(EVK_ESTOPPED, "stopped", evk_perturb(s, &a, flat, &watch, image, &out, err));
    assert_int_equal(left, 0);
    evk_session_free(s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_budgets),     cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_allocations), cmocka_unit_test(test_target_linf),
        cmocka_unit_test(test_target_rms),  cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_mask),        cmocka_unit_test(test_hold),
        cmocka_unit_test(test_gray),        cmocka_unit_test(test_ensemble),
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_stopped),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
