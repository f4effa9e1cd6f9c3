/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_exchanged.c - a folder becomes a link out of the set while a call writes to it */
#define _GNU_SOURCE /* renameat2 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <evoke/evoke.h>

#include "../../../harness/test.h"
#include "../../../harness/tiny.h"
#include "base/dir.h"
#include "synth/settings.h"

enum { IMAGES = 60, TURNS = 40 };

static char *scratch; /* holds "set", "outside", and "link", which leads there */
static char set[200], aside[200], *outside;
static evk_model *model;
static struct evk_str undisturbed;

static int set_up(void **state)
{
    (void)state;
    scratch = scratch_folder("test_exchanged");
    snprintf(set, sizeof(set), "%s", path_in(scratch, "set"));
    snprintf(aside, sizeof(aside), "%s", path_in(scratch, "link"));
    model = tiny_model(path_in(scratch, "m.keras"), "ll");
    assert_int_equal(mkdir(path_in(scratch, "outside"), 0777), 0);
    outside = evk_fs_absolute(path_in(scratch, "outside"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    free(outside);
    free(scratch);
    return 0;
}

/* What has one name gets the other, at one moment. */
static int exchange(const char *a, const char *b)
{
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

static void assert_nothing_outside(void)
{
    struct evk_names n;

    assert_ok(evk_fs_list(&n, outside, err));
    assert_int_equal(n.count, 0);
    evk_names_release(&n);
}

/* The name in the set, or the set itself, that is exchanged at some image of a call. */
struct trick {
    const char *name;
    int64_t at;
    bool done;
};

static void play(void *arg, const evk_progress *progress)
{
    struct trick *t = arg;

    if (t->done || progress->done < t->at)
        return;
    t->done = true;
    assert_int_equal(exchange(t->name, aside), 0);
}

static evk_status make_leaves(struct trick *t, evk_error *err)
{
    const evk_run run = {.threads = 2, .progress = t ? play : NULL, .arg = t};
    evk_made made;

    return evk_leaves_set(set, IMAGES, 8, 8, 1, &run, &made, err);
}

static evk_status make_maxima(struct trick *t, evk_error *err)
{
    const evk_run run = {.threads = 2, .progress = t ? play : NULL, .arg = t};
    const int64_t outputs[] = {0, 1};
    const evk_target target = {model, outputs, 2};
    evk_recipe recipe = tiny_recipe();
    evk_set_report *report;
    evk_status s;

    recipe.starts = 5;
    recipe.trace = true;
    recipe.keep = 1;
    s = evk_maximize(set, &target, 1, &recipe, NULL, &run, &report, err);
    if (!s)
        evk_set_report_free(report);
    return s;
}

typedef evk_status make_fn(struct trick *t, evk_error *err);

/* Undisturbed; then with each trick, and once more without. */
static void try(make_fn *make, const char *const *names)
{
    char name[256], why[300];

    assert_ok(make(NULL, err));
    undisturbed = tiny_content(set);
    for (size_t i = 0; names[i]; i++) {
        struct trick t = {name, 3, false};

        snprintf(name, sizeof(name), "%s%s", set, names[i]);
        snprintf(why, sizeof(why), "%s: is a link, expected a folder", name);
        remove_folder(set);
        assert_int_equal(symlink(outside, aside), 0);
        if (names[i][0]) /* a folder in it */
            assert_fails(EVK_EIO, why, make(&t, err));
        else
            assert_ok(make(&t, err));
        assert_true(t.done);
        assert_nothing_outside();
        assert_int_equal(exchange(name, aside), 0);
        assert_int_equal(remove(aside), 0);
        assert_ok(make(NULL, err));
        assert_content(set, &undisturbed);
    }
    remove_folder(set);
    evk_str_release(&undisturbed);
}

static void test_at_one_moment(void **state)
{
    static const char *const all[] = {"/stimuli", "/traces", "", NULL}, *const some[] = {"/stimuli",
                                                                                         "", NULL};

    (void)state;
    try(make_leaves, some);
    try(make_maxima, all);
}

/* Exchanged at any moment, by another process. */
static pid_t start_exchanging(const char *name)
{
    const pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid)
        return pid;
    alarm(120); /* should the test not come to its end */
    for (unsigned i = 1;; i = i * 1103515245u + 12345u) {
        const struct timespec wait = {0, (long)(i >> 16 & 1023) * 500};

        exchange(name, aside);
        nanosleep(&wait, NULL);
    }
}

static void exchange_during(make_fn *make, const char *name)
{
    struct evk_dir dir;
    struct stat st;
    char path[256];
    pid_t pid;
    int met = 0;

    assert_ok(make(NULL, err));
    assert_ok(evk_dir_open(&dir, set, err));
    snprintf(path, sizeof(path), "%s/%s", set, name);
    assert_int_equal(symlink(outside, aside), 0);
    pid = start_exchanging(path);
    for (int turn = 0; turn < TURNS; turn++) {
        evk_error why;

        assert_ok(evk_dir_remove(&dir, "sheet.png", err)); /* so that there is something to do */
        met += make(NULL, &why) && strstr(why.msg, "is a link");
        assert_nothing_outside();
    }
    assert_true(met > 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(lstat(path, &st), 0);
    if (S_ISLNK(st.st_mode))
        assert_int_equal(exchange(path, aside), 0);
    assert_int_equal(remove(aside), 0);
    evk_dir_close(&dir);
    assert_ok(make(NULL, err));
    remove_folder(set);
}

static void test_at_any_moment(void **state)
{
    (void)state;
    exchange_during(make_leaves, "stimuli");
    exchange_during(make_maxima, "stimuli");
    exchange_during(make_maxima, "traces");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_one_moment),
        cmocka_unit_test(test_at_any_moment),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
