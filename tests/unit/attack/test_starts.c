/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_starts.c - what a search begins with: noise, and the image of a smaller budget */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/attack.h"
#include "../../harness/kernels.h"
#include "attack/perturb.h"
#include "attack/settings.h"

static const char *const norms[] = {"rms", "linf", "mean-abs", "l2"};
static const char *const methods[] = {"pgd", "auto-pgd"};

static char *folder;
static evk_model *curved;
static uint64_t seed = 1;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("starts");
    curved = curved_model(path_in(folder, "m.keras"), 3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(curved);
    free(folder);
    return 0;
}

/* Within a larger budget, what reaches a target within a smaller one: it is as small as was found. */
static void test_target_sweep(void **state)
{
    const double budgets[] = {1, 3, 6, 9};
    unsigned char base[CURVED], images[COUNT(budgets)][CURVED];

    (void)state;
    for (int i = 0; i < 12; i++) {
        evk_attack a = attack_of(methods[i % 2], norms[i % 3], 2);
        evk_perturbation out[COUNT(budgets)];
        struct evk_search p;
        evk_session *s;

        fill_bytes(&seed, CURVED, 20, base);
        a.target = perturb(curved, 0, &a, base, images[0]).response;
        a.direction = "target";
        assert_ok(evk_session_new_for(&s, curved, 0, err));
        assert_ok(evk_search_open(&p, s, &a, NULL, err));
        assert_ok(evk_perturb_sweep(&p, base, budgets, COUNT(budgets), NULL, images[0], out, err));
        assert_false(out[0].reached);
        for (size_t j = 1; j < COUNT(budgets); j++) {
            assert_true(out[j].reached && out[j].budget == out[1].budget);
            assert_memory_equal(images[j], images[1], CURVED);
        }
        evk_search_close(&p);
        evk_session_free(s);
    }
}

static bool is_finite(void *arg, const evk_step *now)
{
    (void)arg;
    for (int i = 0; i < CURVED; i++)
        assert_true(isfinite(now->image[i]));
    return true;
}

/* Noise is off what is held: no image that is looked at is made from a best one that is not there. */
static void test_hold_noise(void **state)
{
    const evk_watch watch = {.step = is_finite};
    unsigned char base[CURVED], image[CURVED];

    (void)state;
    for (int i = 0; i < 8; i++) {
        evk_attack a = attack_of(methods[i / 4], norms[i % 4], i % 4 == 3 ? 0.5 : 4);
        evk_perturbation out;
        evk_session *s;

        fill_bytes(&seed, CURVED, 0, base);
        a.hold = "1,2";
        a.tolerance = 1e-4;
        a.starts = 3;
        assert_ok(evk_session_new_for(&s, curved, 0, err));
        assert_ok(evk_perturb(s, &a, base, &watch, image, &out, err));
        assert_true(out.held <= a.tolerance);
        evk_session_free(s);
    }
}

/* A base at the target is as it was, whatever was made of another one before. */
static void test_no_discs(void **state)
{
    evk_attack a = attack_of("smoothing", "rms", 25);
    unsigned char base[CURVED], image[CURVED];
    struct evk_search p;
    evk_perturbation out;
    evk_session *s;

    (void)state;
    fill_bytes(&seed, CURVED, 40, base);
    a.direction = "target";
    a.target = 1e6;
    a.disc_radius = 3;
    assert_ok(evk_session_new_for(&s, curved, 0, err));
    assert_ok(evk_search_open(&p, s, &a, NULL, err));
    assert_ok(evk_perturb_one(&p, base, NULL, NULL, image, &out, err));
    assert_true(out.discs > 0 && !out.reached);
    a.target = out.source;
    assert_ok(evk_perturb_one(&p, base, NULL, NULL, image, &out, err));
    assert_true(out.discs == 0 && out.reached);
    assert_memory_equal(image, base, CURVED);
    evk_search_close(&p);
    evk_session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target_sweep),
        cmocka_unit_test(test_hold_noise),
        cmocka_unit_test(test_no_discs),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
