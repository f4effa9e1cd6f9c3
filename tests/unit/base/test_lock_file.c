/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_lock_file.c - one holder at a time, named to the others, gone when its process is */
#include "base/lock_file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../harness/test.h"
#include "base/fs.h"

static char *folder;
static char path[256];
static const struct evk_dir *dir;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_lock_file");
    dir = dir_at(folder);
    snprintf(path, sizeof(path), "%s", path_in(folder, "lock"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/*
 * A process that takes the claim, says so, and waits for the other end to close, or to be killed.
 */
struct holder {
    pid_t pid;
    int to;
};

static struct holder start_holder(void)
{
    struct holder h;
    int up[2], down[2];
    char said = 0;

    assert_int_equal(pipe(up), 0);
    assert_int_equal(pipe(down), 0);
    h.pid = fork();
    assert_true(h.pid >= 0);
    if (h.pid == 0) {
        struct evk_lock_file c;
        char byte;

        close(down[1]);
        byte = evk_lock_file_take(&c, dir, "lock", NULL) ? 'n' : 'y';
        if (write(up[1], &byte, 1) == 1 && read(down[0], &byte, 1) == 0 && byte == 'y')
            evk_lock_file_give(&c);
        _exit(0);
    }
    close(up[1]);
    close(down[0]);
    assert_int_equal(read(up[0], &said, 1), 1);
    assert_int_equal(said, 'y');
    close(up[0]);
    h.to = down[1];
    return h;
}

static void end_holder(struct holder *h)
{
    int status;

    close(h->to);
    assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
}

static void test_alone(void **state)
{
    struct evk_lock_file c, nobody = {-1, NULL, NULL};
    struct evk_bytes text;
    char expected[64];

    (void)state;
    assert_ok(evk_lock_file_take(&c, dir, "lock", err));
    assert_ok(evk_fs_read(&text, path, 1000, err));
    snprintf(expected, sizeof(expected), "process %ld on ", (long)getpid());
    assert_true(text.size > strlen(expected));
    assert_memory_equal(text.data, expected, strlen(expected));
    assert_int_equal(text.data[text.size - 1], '\n');
    evk_bytes_release(&text);
    evk_lock_file_give(&c);
    assert_false(evk_fs_exists(path));
    evk_lock_file_give(&c); /* once more does nothing */
    evk_lock_file_give(&nobody);
}

static void test_two_processes(void **state)
{
    struct holder h = start_holder();
    struct evk_lock_file c = {-1, NULL, NULL};
    char text[64];

    (void)state;
    snprintf(text, sizeof(text), "process %ld on ", (long)h.pid);
    assert_fails(EVK_EBUSY, text, evk_lock_file_take(&c, dir, "lock", err));
    assert_fails(EVK_EBUSY, path, evk_lock_file_take(&c, dir, "lock", err));
    assert_int_equal(c.fd, -1);
    assert_true(evk_fs_exists(path)); /* whoever fails takes nothing away */
    end_holder(&h);
    assert_false(evk_fs_exists(path));
    assert_ok(evk_lock_file_take(&c, dir, "lock", err));
    evk_lock_file_give(&c);
}

/* In one process too: threads, or a library that is called twice. */
static void test_twice(void **state)
{
    struct evk_lock_file a, b;

    (void)state;
    assert_ok(evk_lock_file_take(&a, dir, "lock", err));
    assert_fails(EVK_EBUSY, "is writing to it", evk_lock_file_take(&b, dir, "lock", err));
    evk_lock_file_give(&a);
    assert_ok(evk_lock_file_take(&b, dir, "lock", err));
    evk_lock_file_give(&b);
}

/* The file stays behind a kill, and keeps nobody out; its text is the new holder's alone. */
static void test_killed(void **state)
{
    struct holder h = start_holder();
    struct evk_lock_file c;
    struct evk_bytes text;
    char expected[64];

    (void)state;
    kill(h.pid, SIGKILL);
    end_holder(&h);
    assert_true(evk_fs_exists(path));
    assert_ok(evk_lock_file_take(&c, dir, "lock", err));
    assert_ok(evk_fs_read(&text, path, 1000, err));
    snprintf(expected, sizeof(expected), "process %ld on ", (long)getpid());
    assert_memory_equal(text.data, expected, strlen(expected));
    assert_true(memchr(text.data, '\n', text.size) == text.data + text.size - 1);
    evk_bytes_release(&text);
    evk_lock_file_give(&c);
    assert_false(evk_fs_exists(path));
}

/* What an earlier holder wrote may be longer than what is written now. */
static void test_stale(void **state)
{
    static char old[500];
    struct evk_lock_file c;
    struct evk_bytes text;

    (void)state;
    memset(old, 'x', sizeof(old));
    assert_ok(evk_fs_write(path, old, sizeof(old), err));
    assert_ok(evk_lock_file_take(&c, dir, "lock", err));
    assert_ok(evk_fs_read(&text, path, 1000, err));
    assert_null(memchr(text.data, 'x', text.size < 12 ? text.size : 12));
    assert_true(text.size < sizeof(old));
    evk_bytes_release(&text);
    evk_lock_file_give(&c);
}

/* A child that another program starts does not hold the claim on. */
static void test_inherited(void **state)
{
    struct evk_lock_file c;
    int flags;

    (void)state;
    assert_ok(evk_lock_file_take(&c, dir, "lock", err));
    flags = fcntl(c.fd, F_GETFD);
    assert_true(flags >= 0 && (flags & FD_CLOEXEC));
    evk_lock_file_give(&c);
}

static void test_nowhere(void **state)
{
    struct evk_lock_file c = {-1, NULL, NULL};

    (void)state;
    assert_fails(EVK_EIO, "none: No such file or directory",
                 evk_lock_file_take(&c, dir, "none/lock", err));
    assert_int_equal(c.fd, -1);
}

/*
 * Many processes, each of which takes, looks and gives again and again: never
 * two at once, though the file comes and goes under them.
 */
static void test_contest(void **state)
{
    enum { PROCESSES = 4, TURNS = 200 };
    const char *inside = path_in(folder, "inside");
    pid_t pids[PROCESSES];

    (void)state;
    for (int p = 0; p < PROCESSES; p++) {
        pids[p] = fork();
        assert_true(pids[p] >= 0);
        if (pids[p])
            continue;
        alarm(60); /* where the claim is never free, that is the end */
        for (int turn = 0; turn < TURNS;) {
            struct evk_lock_file c;
            const evk_status s = evk_lock_file_take(&c, dir, "lock", NULL);
            int fd;

            if (s == EVK_EBUSY)
                continue;
            fd = s ? -1 : open(inside, O_CREAT | O_EXCL | O_WRONLY, 0666);
            if (fd < 0)
                _exit(1); /* somebody is in there */
            close(fd);
            unlink(inside);
            evk_lock_file_give(&c);
            turn++;
        }
        _exit(0);
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status;

        assert_int_equal(waitpid(pids[p], &status, 0), pids[p]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_false(evk_fs_exists(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),   cmocka_unit_test(test_two_processes),
        cmocka_unit_test(test_twice),   cmocka_unit_test(test_killed),
        cmocka_unit_test(test_stale),   cmocka_unit_test(test_inherited),
        cmocka_unit_test(test_nowhere), cmocka_unit_test(test_contest),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
