/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_controls.c - controls: norms as they should be, spectra kept, and what they may not touch */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/attack.h"
#include "../../harness/spectrum.h"
#include "attack/controls.h"
#include "attack/settings.h"
#include "image/blur.h"

static const char *const norms[] = {"rms", "linf", "mean-abs", "l2"};

static char *folder;
static evk_model *model;
static evk_session *session;
static unsigned char base[CURVED], image[CURVED], out[CURVED];

static int set_up(void **state)
{
    uint64_t seed = 8;

    (void)state;
    folder = scratch_folder("controls");
    model = curved_model(path_in(folder, "m.keras"), 1);
    assert_ok(evk_session_new_for(&session, model, 0, err));
    fill_bytes(&seed, CURVED, 40, base);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_session_free(session);
    evk_model_free(model);
    free(folder);
    return 0;
}

/* An attack on the base, whose search stays open. */
static evk_perturbation begin(struct evk_search *p, const evk_attack *a)
{
    evk_perturbation result;

    assert_ok(evk_search_open(p, session, a, NULL, err));
    assert_ok(evk_perturb_one(p, base, NULL, NULL, image, &result, err));
    return result;
}

/* In whole numbers no more, and in the norm's unit within one part in a hundred. */
static void assert_norm(const char *name, const unsigned char *x)
{
    const struct evk_delta of_image = evk_delta_measure(CURVED, base, image);
    const struct evk_delta of_x = evk_delta_measure(CURVED, base, x);
    const struct evk_norm_type *norm;

    assert_ok(evk_norm_find(&norm, name, err));
    assert_true(norm->measure(&of_x) <= norm->measure(&of_image));
    assert_true(norm->size(&of_x) >= 0.99 * norm->size(&of_image));
}

static void delta_of(const unsigned char *x, float *d)
{
    for (int i = 0; i < CURVED; i++)
        d[i] = (float)(x[i] - base[i]);
}

/* Of all amplitudes: RMS of the differences to factor times those of the perturbation, over their RMS. */
static double spectrum_apart(double *factor)
{
    const int64_t size[3] = {CURVED_H, CURVED_W, CURVED_C};
    float a[CURVED], b[CURVED];
    double aa = 0, ab = 0, bb = 0;

    delta_of(image, a);
    delta_of(out, b);
    for (int64_t j = 0; j < CURVED_C; j++)
        for (int64_t u = 0; u < CURVED_H; u++)
            for (int64_t v = 0; v < CURVED_W; v++) {
                double za[2], zb[2], la, lb;

                naive_coefficient(size, a, u, v, j, za);
                naive_coefficient(size, b, u, v, j, zb);
                la = hypot(za[0], za[1]);
                lb = hypot(zb[0], zb[1]);
                aa += la * la;
                ab += la * lb;
                bb += lb * lb;
            }
    *factor = ab / aa;
    return sqrt(fmax(bb - ab * ab / aa, 0) / bb);
}

/*
 * Rounding adds noise of variance 1/12, which is 3 in a hundred of 10 levels; in a Euclidean norm
 * the factor is 1 up to that.  In the linf ball phases are only sought.
 */
static void test_scrambled(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        const evk_attack a = attack_of("pgd", norms[i], i == 3 ? 1.6 : 10);
        struct evk_search p;
        double factor, apart;

        begin(&p, &a);
        assert_ok(evk_control_scrambled(&p, image, 0, out, err));
        assert_norm(norms[i], out);
        apart = spectrum_apart(&factor);
        printf("%s: spectrum apart by %.4f, factor %.4f\n", norms[i], apart, factor);
        assert_true(apart <= (i == 1 ? 0.25 : 0.06));
        if (i == 0 || i == 3)
            assert_true(fabs(factor - 1) <= 0.01);
        assert_true(i != 1 || factor >= 0.7); /* with any phases it is 0.3 */
        assert_memory_not_equal(out, image, sizeof(out));
        evk_search_close(&p);
    }
}

/* Gray perturbations have gray controls, also where the bounds of the channels differ. */
static void test_scrambled_gray(void **state)
{
    unsigned char kept[CURVED];
    uint64_t seed = 5;

    (void)state;
    memcpy(kept, base, sizeof(base));
    fill_bytes(&seed, CURVED, 0, base);
    for (int i = 0; i < 4; i++) {
        evk_attack a = attack_of("pgd", norms[i], i == 3 ? 1.6 : 10);
        struct evk_search p;

        a.priors.text[a.priors.count++] = "grayscale";
        begin(&p, &a);
        assert_ok(evk_control_scrambled(&p, image, 0, out, err));
        assert_norm(norms[i], out);
        for (int j = 0; j < CURVED; j++)
            assert_int_equal(out[j] - base[j], out[j - j % CURVED_C] - base[j - j % CURVED_C]);
        assert_memory_not_equal(out, image, sizeof(out));
        evk_search_close(&p);
    }
    memcpy(base, kept, sizeof(base));
}

static double correlation(const float *a, const float *b)
{
    double ab = 0, aa = 0, bb = 0;

    for (int i = 0; i < CURVED; i++) {
        ab += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    return ab / sqrt(aa * bb);
}

static void test_noise(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        const evk_attack a = attack_of("pgd", norms[i], i == 3 ? 1.6 : 10);
        unsigned char second[CURVED];
        float d[CURVED], e[CURVED], f[CURVED];
        struct evk_search p;

        begin(&p, &a);
        assert_ok(evk_control_noise(&p, image, 0, out, err));
        assert_ok(evk_control_noise(&p, image, 1, second, err));
        assert_norm(norms[i], out);
        delta_of(image, d);
        delta_of(out, e);
        delta_of(second, f);
        assert_true(fabs(correlation(d, e)) <= 5 / sqrt((double)CURVED));
        assert_true(fabs(correlation(f, e)) <= 5 / sqrt((double)CURVED));
        assert_ok(evk_control_noise(&p, image, 1, out, err));
        assert_memory_equal(out, second, sizeof(out));
        evk_search_close(&p);
    }
}

/* Share of the energy of x - base above a frequency, half cycles too, cycles per image. */
static double above(const unsigned char *x, double limit)
{
    const int64_t size[3] = {CURVED_H, CURVED_W, CURVED_C};
    double all = 0, high = 0;
    float d[CURVED];

    delta_of(x, d);
    for (int64_t j = 0; j < CURVED_C; j++)
        for (int64_t u = 0; u < CURVED_H; u++)
            for (int64_t v = 0; v < CURVED_W; v++) {
                const double energy = pow(cosine_coefficient(size, d, u, v, j), 2);

                all += energy;
                high += cosine_frequency(size, u, v) > limit * (1 + 1e-6) ? energy : 0;
            }
    return high / all;
}

/* But for rounding: a share of 1/12 of the mean square. */
static void test_band(void **state)
{
    static const char *const methods[] = {"pgd", "auto-pgd"};

    (void)state;
    for (int i = 0; i < 8; i++) {
        evk_attack a = attack_of(methods[i / 4], norms[i % 4], i % 4 == 3 ? 1.6 : 10);
        struct evk_search p;
        evk_perturbation result;

        a.priors.text[a.priors.count++] = "band:high=5";
        result = begin(&p, &a);
        assert_true(result.response > result.source);
        assert_true(above(image, 5) <= 1.0 / 12 / (result.rms * result.rms) + 0.002);
        assert_ok(evk_control_noise(&p, image, 0, out, err));
        assert_norm(norms[i % 4], out);
        assert_true(above(out, 5) <= 0.02);
        evk_search_close(&p);
    }
}

/* ---- windows ------------------------------------------------------------------------------ */

/* A disc of radius 8 pixels about the middle, whose edge is hard. */
static const char window[] = "aperture:radius=8,edge=0";

static bool is_shown(int i)
{
    const double y = i / CURVED_C / CURVED_W + 0.5 - CURVED_H / 2.0;
    const double x = i / CURVED_C % CURVED_W + 0.5 - CURVED_W / 2.0;

    return y * y + x * x < 64;
}

static void assert_confined(const unsigned char *x)
{
    for (int i = 0; i < CURVED; i++)
        assert_true(is_shown(i) || x[i] == base[i]);
}

/* Outside no value of any control changes, inside all of the norm is spent. */
static void test_windows(void **state)
{
    static const char *const more[] = {NULL, "band:high=5", "grayscale"};

    (void)state;
    for (int i = 0; i < 4 * 3; i++) {
        evk_attack a = attack_of("pgd", norms[i % 4], i % 4 == 3 ? 1.6 : 6);
        struct evk_search p;

        a.priors.text[a.priors.count++] = window;
        if (more[i / 4])
            a.priors.text[a.priors.count++] = more[i / 4];
        assert_true(begin(&p, &a).rms > 0);
        assert_confined(image);
        assert_ok(evk_control_noise(&p, image, 0, out, err));
        assert_confined(out);
        assert_norm(norms[i % 4], out);
        assert_ok(evk_control_scrambled(&p, image, 0, out, err));
        assert_confined(out);
        assert_norm(norms[i % 4], out);
        assert_memory_not_equal(out, image, sizeof(out));
        evk_search_close(&p);
    }
}

/*
 * In a window the spectrum is sought: it is at least twice as near as that of noise, whose amplitudes
 * are anything, and of another image: less than a quarter of its energy is the perturbation's.
 */
static void test_scrambled_in_window(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        evk_attack a = attack_of("pgd", norms[i], i == 3 ? 1.6 : 6);
        float d[CURVED], e[CURVED];
        struct evk_search p;
        double factor, apart, of_noise;

        a.priors.text[a.priors.count++] = window;
        begin(&p, &a);
        assert_ok(evk_control_noise(&p, image, 0, out, err));
        of_noise = spectrum_apart(&factor);
        assert_ok(evk_control_scrambled(&p, image, 0, out, err));
        apart = spectrum_apart(&factor);
        delta_of(image, d);
        delta_of(out, e);
        printf("%s: spectrum apart by %.4f, of noise by %.4f, factor %.4f; correlation %.3f\n",
               norms[i], apart, of_noise, factor, correlation(d, e));
        assert_true(apart <= of_noise / 2);
        assert_true(fabs(correlation(d, e)) < 0.5);
        evk_search_close(&p);
    }
}

/* Where little is shown, discs are where it is. */
static void test_discs_in_window(void **state)
{
    evk_attack a = attack_of("smoothing", "rms", 25);
    evk_perturbation result;
    struct evk_search p;
    int64_t painted;

    (void)state;
    a.steps = 6;
    a.disc_radius = 3;
    a.disc_sigma = 1.5;
    a.priors.text[a.priors.count++] = "aperture:radius=4,edge=0";
    result = begin(&p, &a);
    assert_true(result.discs >= 1);
    assert_confined(image);
    for (int64_t number = 0; number < 20; number++) {
        assert_ok(evk_control_discs(&p, 1, number, out, &painted, err));
        assert_int_equal(painted, 1);
        assert_confined(out);
        assert_memory_not_equal(out, base, sizeof(out));
    }
    evk_search_close(&p);
}

/* Of the base alone, whatever the response; those of the attack are as many, and no more of them fit. */
static void test_discs(void **state)
{
    evk_attack a = attack_of("smoothing", "rms", 25);
    struct evk_blur blur;
    float soft[CURVED], scratch[CURVED];
    evk_perturbation result;
    struct evk_search p;
    int64_t painted;

    (void)state;
    a.steps = 6;
    a.disc_radius = 3;
    a.disc_sigma = 1.5;
    result = begin(&p, &a);
    assert_true(result.discs >= 1 && result.discs <= 6);
    assert_true(result.response > result.source && result.rms <= 25);
    for (int i = 0; i < CURVED; i++)
        soft[i] = (float)base[i];
    assert_ok(evk_blur_init(&blur, 1.5, err));
    evk_blur_apply(&blur, p.climb.k, CURVED_H, CURVED_W, CURVED_C, soft, scratch);
    evk_blur_release(&blur);
    assert_ok(evk_control_discs(&p, result.discs, 0, out, &painted, err));
    assert_int_equal(painted, result.discs);
    for (int i = 0; i < CURVED; i++) {
        assert_true(image[i] == base[i] || image[i] == (int)floorf(soft[i] + 0.5F));
        assert_true(out[i] == base[i] || out[i] == (int)floorf(soft[i] + 0.5F));
    }
    assert_memory_not_equal(out, image, sizeof(out));
    evk_search_close(&p);
}

static void test_transfer(void **state)
{
    const unsigned char from[4] = {10, 20, 250, 7}, to[4] = {30, 0, 255, 7};
    const unsigned char other[4] = {250, 5, 128, 0};
    unsigned char moved[4];

    (void)state;
    evk_control_transfer(4, from, to, other, moved);
    assert_memory_equal(moved, ((const unsigned char[4]){255, 0, 133, 0}), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scrambled),       cmocka_unit_test(test_scrambled_gray),
        cmocka_unit_test(test_noise),           cmocka_unit_test(test_band),
        cmocka_unit_test(test_discs),           cmocka_unit_test(test_transfer),
        cmocka_unit_test(test_windows),         cmocka_unit_test(test_scrambled_in_window),
        cmocka_unit_test(test_discs_in_window),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
