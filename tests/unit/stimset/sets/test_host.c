/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_host.c - what a host program has set for its thread: it changes no byte of a result, on any
 * number of threads, and is afterwards as before
 */
#include "../../../harness/test.h"

#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __SSE__
#include <immintrin.h>
#endif

#include "../../../harness/formats.h"
#include "../../../harness/tiny.h"

static char *folder;
static float image[FORMAT_VALUES];
static struct format_answer expected[FORMATS]; /* in a thread where nothing was set */

static void make(const char *name)
{
    static const int64_t outputs[] = {0, 1};
    const evk_run run = {.threads = 2};
    evk_recipe recipe = tiny_recipe();
    evk_set_report *report;
    evk_model *model;

    recipe.image_blur = 0.75; /* a fraction, which becomes text and is read again */
    assert_ok(evk_model_open(&model, path_in(folder, "model.keras"), NULL, err));
    remove_folder(path_in(folder, name));
    assert_ok(evk_maximize(path_in(folder, name), &(const evk_target){model, outputs, 2}, 1,
                           &recipe, NULL, &run, &report, err));
    evk_set_report_free(report);
    evk_model_free(model);
}

static int set_up(void **state)
{
    (void)state;
    setenv("LOCPATH", "tests/data", 1);
    folder = scratch_folder("host");
    formats_write(folder);
    for (int i = 0; i < FORMAT_VALUES; i++)
        image[i] = (float)((i * 37) % 251);
    for (int i = 0; i < FORMATS; i++)
        assert_ok(format_ask(&expected[i], folder, i, image, err));
    make("plain");
    return 0;
}

/* Each test begins in a thread where nothing is set. */
static int begin(void **state)
{
    (void)state;
    fesetenv(FE_DFL_ENV);
    setlocale(LC_NUMERIC, "C");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* Compares what is computed now with what was computed in set_up. */
static void check_bytes(void)
{
    static struct format_answer answer;
    struct evk_str plain;

    for (int i = 0; i < FORMATS; i++) {
        assert_ok(format_ask(&answer, folder, i, image, err));
        assert_memory_equal(&answer, &expected[i], sizeof(answer));
    }
    make("now");
    plain = tiny_content(path_in(folder, "plain"));
    assert_content(path_in(folder, "now"), &plain);
    evk_str_release(&plain);
}

/* Returns the smallest float that has all its digits divided by 4, which flushing makes 0. */
static float tiny_float(void)
{
    volatile float least = 1.17549435e-38f, quarter = 0.25f;

    return least * quarter;
}

static void test_rounding(void **state)
{
    (void)state;
    assert_int_equal(fesetround(FE_UPWARD), 0);
    check_bytes();
    assert_int_equal(fegetround(), FE_UPWARD);
}

/* A library that was compiled with -ffast-math does this to the thread that loads it. */
static void test_flushing(void **state)
{
    (void)state;
#ifdef __SSE__
    _mm_setcsr(_mm_getcsr() | 0x8040); /* flush to zero, and take very small numbers as 0 */
    assert_true(tiny_float() == 0);
#endif
    check_bytes();
#ifdef __SSE__
    assert_int_equal(_mm_getcsr() & 0x8040, 0x8040);
#endif
    fesetenv(FE_DFL_ENV);
    assert_true(tiny_float() > 0);
}

static void test_exceptions(void **state)
{
    (void)state;
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(FE_DIVBYZERO);
    check_bytes();
    assert_int_equal(fetestexcept(FE_ALL_EXCEPT), FE_DIVBYZERO);
}

/* tests/data/comma is a locale whose only category says that numbers have a decimal comma. */
static void test_decimal_comma(void **state)
{
    char text[16];

    (void)state;
    assert_non_null(setlocale(LC_NUMERIC, "comma"));
    check_bytes();
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "comma");
    snprintf(text, sizeof(text), "%.1f", 0.5);
    assert_string_equal(text, "0,5");
}

/* Signals that are blocked or caught, the mask of new files' permissions, the current folder. */
static void test_process(void **state)
{
    char before[512], after[512];
    sigset_t mask, now;
    mode_t permissions;

    (void)state;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGCHLD);
    assert_int_equal(sigprocmask(SIG_SETMASK, &mask, NULL), 0);
    permissions = umask(027);
    assert_non_null(getcwd(before, sizeof(before)));
    check_bytes();
    assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &now), 0);
    for (int i = 1; i < SIGRTMIN; i++)
        assert_int_equal(sigismember(&now, i), sigismember(&mask, i));
    assert_int_equal(umask(permissions), 027);
    assert_non_null(getcwd(after, sizeof(after)));
    assert_string_equal(after, before);
    sigemptyset(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_rounding, begin),
        cmocka_unit_test_setup(test_flushing, begin),
        cmocka_unit_test_setup(test_exceptions, begin),
        cmocka_unit_test_setup(test_decimal_comma, begin),
        cmocka_unit_test_setup(test_process, begin),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
