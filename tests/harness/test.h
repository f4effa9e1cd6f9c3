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

/* Check that expr, a call with the argument err, succeeds; else fail with the library's message. */
#define assert_ok(expr)                                       \
    do {                                                      \
        evk_error err_ = {EVK_OK, ""}, *err = &err_;          \
        evk_status s_ = (expr);                               \
        if (s_)                                               \
            fail_msg("%s: %s", evk_status_str(s_), err->msg); \
    } while (0)

/* Check that expr fails with this status, and that its message contains text. */
#define assert_fails(status, text, expr)                                             \
    do {                                                                             \
        evk_error err_ = {EVK_OK, ""}, *err = &err_;                                 \
        assert_int_equal((expr), (status));                                          \
        if (!strstr(err->msg, (text)))                                               \
            fail_msg("message is '%s', expected it to hold '%s'", err->msg, (text)); \
    } while (0)

/* Allocate n floats that end right before an unmapped page, so that reading too far crashes. */
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

/*
 * Returns a bound on the error of a sum of n products in float whose magnitudes sum to magnitude.
 */
double sum_bound(int64_t n, double magnitude);

/* Make an empty folder for a test's files, and return its path; free() it. */
char *scratch_folder(const char *name);

/* Remove a folder with all that is in it; a missing folder is no error. */
void remove_folder(const char *path);

/* Returns folder/name, in one of four static buffers in turn. */
const char *path_in(const char *folder, const char *name);

/* Opens a folder; the result is one of four in turn, and is closed when it is used again. */
const struct evk_dir *dir_at(const char *path);

/*
 * Returns the folder of the published models, $EVOKE_PUBLISHED or ../shared/published.  A program
 * that needs it calls this first: where there is none, it prints that and exits with 77, a skip.
 */
const char *published(void);

#endif /* EVK_TESTS_TEST_H */
