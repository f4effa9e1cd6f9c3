/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_sink.c - a file that is written bit by bit: whole, or not there */
#include "base/sink.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../../harness/test.h"
#include "base/fs.h"

static void test_whole(void **state)
{
    char *folder = scratch_folder("test_sink"), hash[EVK_SHA256_TEXT], other[EVK_SHA256_TEXT];
    const char *path = path_in(folder, "x.txt");
    struct evk_bytes file;
    struct evk_sink *sink;

    (void)state;
    for (int round = 0; round < 2; round++) { /* the second time there is one already */
        assert_ok(evk_sink_open(&sink, dir_at(folder), "x.txt", err));
        for (int i = 0; i < 1000; i++)
            evk_sink_add(sink, "abc", 3);
        evk_sink_add(sink, "", 0);
        assert_true(round == 1 || !evk_fs_exists(path));
        assert_ok(evk_sink_close(sink, hash, err));
        assert_ok(evk_fs_read(&file, path, 3000, err));
        assert_int_equal(file.size, 3000);
        assert_memory_equal(file.data + 2997, "abc", 3);
        assert_ok(evk_sha256_text(file.data, file.size, other, err));
        assert_string_equal(hash, other);
        assert_ok(evk_fs_hash(path, 1 << 20, other, err));
        assert_string_equal(hash, other);
        evk_bytes_release(&file);
    }
    assert_false(evk_fs_exists(path_in(folder, "x.txt.part")));
    free(folder);
}

static void test_dropped(void **state)
{
    char *folder = scratch_folder("test_sink");
    struct evk_sink *sink;

    (void)state;
    assert_ok(evk_sink_open(&sink, dir_at(folder), "x.txt", err));
    evk_sink_add(sink, "abc", 3);
    evk_sink_drop(sink);
    evk_sink_drop(NULL);
    assert_false(evk_fs_exists(path_in(folder, "x.txt")));
    assert_false(evk_fs_exists(path_in(folder, "x.txt.part")));
    free(folder);
}

static void test_fails(void **state)
{
    char *folder = scratch_folder("test_sink"), hash[EVK_SHA256_TEXT];
    struct evk_sink *sink;

    (void)state;
    assert_fails(EVK_EIO, "No such file", evk_sink_open(&sink, dir_at(folder), "no/x", err));
    assert_fails(EVK_EIO, "No such file", evk_fs_hash(path_in(folder, "x"), 1 << 20, hash, err));
    assert_ok(evk_sink_open(&sink, dir_at(folder), "x", err));
    assert_int_equal(mkdir(path_in(folder, "x"), 0700), 0); /* where the file should go */
    assert_fails(EVK_EIO, "x: ", evk_sink_close(sink, hash, err));
    assert_false(evk_fs_exists(path_in(folder, "x.part")));
    free(folder);
}

/* No file may grow beyond 2 bytes: what was added is in a buffer until close, which has to say so. */
static void test_fails_at_close(void **state)
{
    char *folder = scratch_folder("test_sink"), hash[EVK_SHA256_TEXT];
    struct evk_sink *sink;
    struct rlimit was, least;

    (void)state;
    assert_ok(evk_sink_open(&sink, dir_at(folder), "x", err));
    evk_sink_add(sink, "abc", 3);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    least = (struct rlimit){.rlim_cur = 2, .rlim_max = was.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &least), 0);
    assert_fails(EVK_EIO, "File too large", evk_sink_close(sink, hash, err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_false(evk_fs_exists(path_in(folder, "x")));
    assert_false(evk_fs_exists(path_in(folder, "x.part")));
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_fails),
        cmocka_unit_test(test_fails_at_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
