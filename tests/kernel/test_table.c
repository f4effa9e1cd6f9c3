/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_table.c - the tables are whole, every kernel has a test, and $EVOKE_ISA is obeyed */
#include "../harness/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "../harness/kernels.h"

/*
 * The program that tests each kernel; a row of kernels.def that has no line here does not compile.
 */
#define TESTED_axpy                  "test_blas1"
#define TESTED_dot_blend             "test_blas1"
#define TESTED_dot                   "test_blas1"
#define TESTED_panels                "test_panel"
#define TESTED_conv_row              "test_conv"
#define TESTED_conv_rows             "test_conv"
#define TESTED_conv_row_gradient     "test_conv"
#define TESTED_conv3x3_input         "test_conv3x3"
#define TESTED_conv3x3_output        "test_conv3x3"
#define TESTED_taps                  "test_taps"
#define TESTED_windows               "test_windows"
#define TESTED_windows_gradient      "test_windows"
#define TESTED_winograd_input        "test_winograd"
#define TESTED_winograd_row          "test_winograd"
#define TESTED_winograd_gradient_row "test_winograd"
#define TESTED_pool_largest          "test_pool"
#define TESTED_pool_gradient         "test_pool"
#define TESTED_product               "test_product"
#define TESTED_sum_squares           "test_ascent"
#define TESTED_scale                 "test_ascent"
#define TESTED_step                  "test_ascent"
#define TESTED_moments               "test_ascent"
#define TESTED_moments_seen          "test_seen"
#define TESTED_channel_sums_seen     "test_seen"
#define TESTED_gray_sums_seen        "test_seen"
#define TESTED_stretch               "test_ascent"
#define TESTED_blur                  "test_ascent"
#define TESTED_channel_sums          "test_limits"
#define TESTED_gray_sums             "test_limits"
#define TESTED_outside               "test_limits"
#define TESTED_mix_channels          "test_limits"
#define TESTED_reach                 "test_limits"
#define TESTED_bend                  "test_limits"
#define TESTED_hold                  "test_limits"
#define TESTED_affine                "test_limits"
#define TESTED_normalise             "test_pointwise"
#define TESTED_signs                 "test_pointwise"
#define TESTED_rectify_gradient      "test_pointwise"
#define TESTED_rectify_signed        "test_pointwise"
#define TESTED_sum                   "test_pointwise"
#define TESTED_relu                  "test_pointwise"
#define TESTED_relu_gradient         "test_pointwise"
#define TESTED_elu                   "test_elu"
#define TESTED_elu_gradient          "test_elu"
#define TESTED_multiply              "test_pointwise"
#define TESTED_butterfly             "test_pointwise"
#define TESTED_warp_points           "test_warp"
#define TESTED_warp                  "test_warp"
#define TESTED_warp_gradient         "test_warp"
#define TESTED_variation             "test_penalty"
#define TESTED_powers                "test_penalty"
#define TESTED_philox                "test_philox"
#define TESTED_sign                  "test_attack"
#define TESTED_nudge                 "test_attack"
#define TESTED_apply_scaled          "test_attack"
#define TESTED_apply_clamped         "test_attack"
#define TESTED_apply_soft            "test_attack"
#define TESTED_scaled_sums           "test_attack"
#define TESTED_soft_sums             "test_attack"
#define TESTED_round_in_box          "test_attack"
#define TESTED_magnitudes            "test_attack"
#define TESTED_momentum              "test_attack"
#define TESTED_widen                 "test_pointwise"

static void test_whole(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = evk_kernels_at(i)); i++) {
        printf("%s: %s\n", k->isa, evk_kernels_usable(k) ? "tested" : "not usable here");
#define EVK_KERNEL(ret, name, args) \
    if (!k->name)                   \
        fail_msg("%s has no " #name ", which " TESTED_##name " tests", k->isa);
#include "kernel/kernels.def"
#undef EVK_KERNEL
    }
}

static void test_choice(void **state)
{
    const struct evk_kernels *k, *best = NULL;
    const char *wanted = "";

    (void)state;
    for (int i = 0; (k = evk_kernels_at(i)); i++) {
        setenv("EVOKE_ISA", k->isa, 1);
        assert_ptr_equal(evk_kernels_best(&wanted), evk_kernels_usable(k) ? k : NULL);
        assert_string_equal(wanted, k->isa);
        if (evk_kernels_usable(k))
            best = k;
    }
    setenv("EVOKE_ISA", "avx3", 1);
    assert_null(evk_kernels_best(&wanted));
    assert_string_equal(wanted, "avx3");
    setenv("EVOKE_ISA", "", 1);
    assert_null(evk_kernels_best(&wanted));
    unsetenv("EVOKE_ISA");
    assert_ptr_equal(evk_kernels_best(&wanted), best);
    assert_null(wanted);
    assert_null(evk_kernels_at(-1));
    assert_false(evk_kernels_usable(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole), cmocka_unit_test(test_choice)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
