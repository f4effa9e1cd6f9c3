/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_scale.c - the unit of a response cancels: a model times any factor, the same perturbations
 *
 * Times a power of two the bytes are the same.  Times another number weights are rounded, and so
 * are responses: an image that is looked at may then be the best by the last bits of its response.
 */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/attack.h"
#include "../harness/kernels.h"
#include "attack/settings.h"
#include "base/fs.h"
#include "format/codec.h"
#include "model/model.h"

enum { OUTPUTS = 4, BASES = 3 };

/* The first is the model itself. */
static const double factors[] = {1, 0x1p-80, 0x1p-40, 0x1p40, 0x1p80, 1e-12, 1e-3, 1e12};
enum { FACTORS = COUNT(factors), EXACT = 5 /* of them, powers of two */ };

static const char *const norms[] = {"rms", "linf", "mean-abs", "l2"};
static const char *const methods[] = {"auto-pgd", "pgd", "smoothing"};

static char *folder;
static evk_model *models[FACTORS], *ensembles[FACTORS];
static unsigned char bases[BASES][CURVED];

static int set_up(void **state)
{
    uint64_t seed = 4;

    (void)state;
    folder = scratch_folder("attack-scale");
    for (int f = 0; f < FACTORS; f++) {
        char path[256], text[1600];

        snprintf(path, sizeof(path), "%s/%d.keras", folder, f);
        models[f] =
            f ? curved_scaled(path, OUTPUTS, factors[f], models[0]) : curved_model(path, OUTPUTS);
        snprintf(text, sizeof(text), "all=%s:0,%s:1,%s:2", path, path, path);
        assert_ok(evk_model_open_ensemble(&ensembles[f], text, NULL, err));
        memcpy(ensembles[f]->digest, ensembles[0]->digest, sizeof(ensembles[0]->digest));
    }
    fill_bytes(&seed, BASES * CURVED, 0, bases[0]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int f = 0; f < FACTORS; f++) {
        evk_model_free(models[f]);
        evk_model_free(ensembles[f]);
    }
    free(folder);
    return 0;
}

/* Values of rounded models, and those of them that are more than a level from what they should be. */
static long looked_at, apart;

static void assert_same(int f, const unsigned char *want, const unsigned char *image)
{
    if (f < EXACT) {
        assert_memory_equal(image, want, CURVED);
        return;
    }
    looked_at += CURVED;
    for (int i = 0; i < CURVED; i++)
        apart += abs(image[i] - want[i]) > 1;
}

static void assert_few(const char *what, double share)
{
    bool few;

    printf("%s: %ld of %ld values are more than a level apart\n", what, apart, looked_at);
    few = looked_at > 0 && (double)apart <= share * (double)looked_at;
    looked_at = apart = 0;
    assert_true(few);
}

/* One output of a model and its twins, and of each neuron that is held its own tolerance. */
static evk_perturbation run(const evk_model *m, const evk_attack *a, const double *tolerances,
                            const unsigned char *base, unsigned char *image)
{
    evk_perturbation out;
    struct evk_search p;
    evk_session *s;

    assert_ok(evk_session_new_for(&s, m, 0, err));
    assert_ok(evk_search_open(&p, s, a, tolerances, err));
    assert_ok(evk_perturb_one(&p, base, NULL, NULL, image, &out, err));
    evk_search_close(&p);
    evk_session_free(s);
    assert_measured(m, a, base, image, &out);
    return out;
}

/* Attack i of norms, methods, bases and directions. */
static evk_attack attack(int i)
{
    evk_attack a = attack_of(methods[i / 4 % 3], norms[i % 4], i % 4 == 3 ? 0.4 : 4);

    a.direction = i % 2 ? "increase" : "decrease";
    a.starts = 2;
    a.steps = 20;
    a.disc_radius = 3;
    return a;
}

static void compare(const evk_model *const *of, const evk_attack *a, int base)
{
    unsigned char want[CURVED], image[CURVED];
    double source = 0;

    for (int f = 0; f < FACTORS; f++) {
        const evk_perturbation out = run(of[f], a, NULL, bases[base], f ? image : want);

        source = f ? source : out.source;
        /* Rounded weights cancel, so that two digits show that this is the scaled model. */
        assert_true(fabs(out.source / factors[f] - source) <= 0.01 * fabs(source));
        assert_same(f, want, f ? image : want);
    }
}

static void test_norms_and_methods(void **state)
{
    (void)state;
    for (int i = 0; i < 24; i++) {
        const evk_attack a = attack(i);

        compare((const evk_model *const *)models, &a, i % BASES);
    }
    assert_few("norms and methods", 0);
}

static void test_priors(void **state)
{
    static const char *const priors[] = {"band:high=5", "fourier", "gradient-blur:sigma=2",
                                         "grayscale", "aperture:radius=8"};

    (void)state;
    for (int i = 0; i < 8 * (int)COUNT(priors); i++) {
        evk_attack a = attack(i % 8);

        a.priors.text[a.priors.count++] = priors[i / 8];
        compare((const evk_model *const *)models, &a, i % BASES);
    }
    /* In mean-abs, the largest gradients decide which values move: two that are equal within rounding
       may change places, which moves a few values of an image by its last steps. */
    assert_few("priors", 1e-4);
}

static void test_ensembles(void **state)
{
    static const char *const objectives[] = {"mean",   "sd",           "min",
                                             "median", "disagreement", "mean-0.5*sd"};

    (void)state;
    for (int i = 0; i < 12 * (int)COUNT(objectives); i++) {
        evk_attack a = attack(i % 12);

        a.objective = objectives[i / 12];
        compare((const evk_model *const *)ensembles, &a, i % BASES);
    }
    assert_few("objectives", 0);
}

/* Tolerances and targets are in units of the response: they are as many times as large. */
static void test_hold(void **state)
{
    unsigned char want[CURVED], image[CURVED];

    (void)state;
    for (int i = 0; i < 12; i++) {
        evk_attack a = attack(i);
        const evk_perturbation alone = run(models[0], &a, NULL, bases[i % BASES], image);
        const double move = fabs(alone.response - alone.source);

        a.hold = "1,3";
        a.tolerance = (double)NAN;
        for (int f = 0; f < FACTORS; f++) {
            const double tolerances[2] = {0.1 * move * factors[f], 0.02 * move * factors[f]};
            const evk_perturbation out =
                run(models[f], &a, tolerances, bases[i % BASES], f ? image : want);

            assert_true(out.held <= tolerances[0]);
            assert_same(f, want, f ? image : want);
        }
    }
    assert_few("held responses", 0);
}

static void test_target(void **state)
{
    unsigned char want[CURVED], image[CURVED];

    (void)state;
    for (int i = 0; i < 12; i++) {
        evk_attack a = attack(i);
        const evk_perturbation alone = run(models[0], &a, NULL, bases[i % BASES], image);
        const double target = (alone.response + alone.source) / 2;

        a.direction = "target";
        for (int f = 0; f < FACTORS; f++) {
            evk_perturbation out;

            a.target = target * factors[f];
            out = run(models[f], &a, NULL, bases[i % BASES], f ? image : want);
            assert_true(out.reached || i >= 8); /* discs may not */
            assert_same(f, want, f ? image : want);
        }
    }
    assert_few("targets", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_norms_and_methods),
        cmocka_unit_test(test_priors),
        cmocka_unit_test(test_ensembles),
        cmocka_unit_test(test_hold),
        cmocka_unit_test(test_target),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
