/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test.h - what cmocka lacks: guarded buffers, random input, bounds, where published files are */
#ifndef EVK_TESTS_TEST_H
#define EVK_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "evoke/base.h"

struct evk_dir;

/* Fail with the library's own sentence. */
#define assert_ok(expr)                                       \
    do {                                                      \
        evk_error err_ = {EVK_OK, ""}, *err = &err_;          \
        evk_status s_ = (expr);                               \
        if (s_)                                               \
            fail_msg("%s: %s", evk_status_str(s_), err->msg); \
    } while (0)

/* The expression fails with this status, and its sentence contains this text. */
#define assert_fails(status, text, expr)                                             \
    do {                                                                             \
        evk_error err_ = {EVK_OK, ""}, *err = &err_;                                 \
        assert_int_equal((expr), (status));                                          \
        if (!strstr(err->msg, (text)))                                               \
            fail_msg("message is '%s', expected it to hold '%s'", err->msg, (text)); \
    } while (0)

/* n floats that end flush against an unmapped page: one read too far crashes. */
float *guarded_floats(int64_t n);
void guarded_free(float *p, int64_t n);

float random_float(uint64_t *state); /* uniform in [-1, 1) */

/*
 * How many random trials of one kind a test makes: n, or a fifth of n where the test is compiled
 * with a sanitizer, under which each trial takes ten times as long.  A sanitizer looks at how
 * memory is used on each path, and few trials take every path; rare values are what many trials
 * are for.  A fifth of n has to reach all that a test enumerates by the number of the trial.
 */
int trials(int n);

/* Forward error bound of an n-term float sum of products whose magnitudes add up to magnitude. */
double sum_bound(int64_t n, double magnitude);

/* Folder for a test's own files, removed and made anew; free() it. */
char *scratch_folder(const char *name);

/* Remove a folder with all that is in it; one that is not there is fine. */
void remove_folder(const char *path);

/* folder/name; one of four buffers in turn. */
const char *path_in(const char *folder, const char *name);

/* A folder, opened anew; one of four in turn, which are closed at the end. */
const struct evk_dir *dir_at(const char *path);

/*
 * $EVOKE_PUBLISHED or ../shared/published; a program that needs it calls this
 * first, and where there is none it says so and exits 77, which counts as a skip.
 */
const char *published(void);

#endif /* EVK_TESTS_TEST_H */
