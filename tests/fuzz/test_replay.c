/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_replay.c - runs every file of corpus/ and crashes/ through its target
 *
 * With the arguments TARGET FILE..., it runs only these files, to look at a new crash.
 */
#include "../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "fuzz.h"

enum { INPUT_MAX = 1 << 24 };

static void replay(const struct fuzz_target *t, const char *path)
{
    struct evk_bytes file;

    assert_ok(evk_fs_read(&file, path, INPUT_MAX, err));
    if (file.size == 0) /* with NULL, a sanitizer notices any read of an empty input */
        t->run(NULL, 0);
    else
        t->run(file.data, file.size);
    evk_bytes_release(&file);
}

static size_t replay_folder(const struct fuzz_target *t, const char *folder)
{
    struct evk_names n = {NULL, 0};
    size_t count;

    if (!evk_fs_is_folder(folder))
        return 0;
    assert_ok(evk_fs_list(&n, folder, err));
    count = n.count;
    for (size_t i = 0; i < n.count; i++) {
        char *path;

        assert_ok(evk_path_join(&path, folder, n.names[i], err));
        printf("%s\n", path); /* where the target crashes, the last path is that of the input */
        fflush(stdout);
        replay(t, path);
        free(path);
    }
    evk_names_release(&n);
    return count;
}

static void test_target(void **state)
{
    const struct fuzz_target *t = *state;

    assert_true(replay_folder(t, path_in("tests/fuzz/corpus", t->name)) > 0);
    replay_folder(t, path_in("tests/fuzz/crashes", t->name));
}

/* Every folder of corpus/ and crashes/ belongs to a target; others would never be replayed. */
static void test_folders(void **state)
{
    static const char *const folders[] = {"tests/fuzz/corpus", "tests/fuzz/crashes"};

    (void)state;
    for (size_t f = 0; f < 2; f++) {
        struct evk_names n = {NULL, 0};

        if (!evk_fs_is_folder(folders[f]))
            continue;
        assert_ok(evk_fs_list(&n, folders[f], err));
        for (size_t i = 0; i < n.count; i++)
            if (!fuzz_target_find(n.names[i]))
                fail_msg("%s/%s: there is no such target", folders[f], n.names[i]);
        evk_names_release(&n);
    }
}

int main(int argc, char **argv)
{
    enum { TESTS_MAX = 32 };
    struct CMUnitTest tests[TESTS_MAX] = {cmocka_unit_test(test_folders)};
    const struct fuzz_target *t;
    size_t n = 1;

    if (argc > 1) {
        t = fuzz_target_find(argv[1]);
        if (!t) {
            printf("%s: there is no such target\n", argv[1]);
            return 2;
        }
        for (int i = 2; i < argc; i++)
            replay(t, argv[i]);
        return 0;
    }
    for (; n < TESTS_MAX && (t = fuzz_target_at(n - 1)); n++) {
        void *state;

        memcpy(&state, &t, sizeof(state));
        tests[n] = (struct CMUnitTest){t->name, test_target, NULL, NULL, state};
    }
    return _cmocka_run_group_tests("replay", tests, n, NULL, NULL);
}
