/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_hdf5_child.c - a child process whose libhdf5 misbehaves does no harm to the process that
 * reads
 *
 * evk_hdf5_walk is defined here in place of the library's own; the byte behind the signature says
 * what goes wrong in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../harness/test.h"
#include "base/error.h"
#include "format/hdf5.h"
#include "format/hdf5_walk.h"

enum { SIZE = 4096, MODE = 8 };

static const float values[4] = {1, 2, 3, 4};

/* Tell the parent what a real walk would tell, with one thing wrong. */
static void tell(struct evk_hdf5_sink *sink, char mode)
{
    struct evk_hdf5_record group = {.kind = EVK_HDF5_GROUP, .path = 1};
    struct evk_hdf5_record data = {
        .kind = EVK_HDF5_DATASET, .path = 2, .values = 4, .axes = 1, .dim = {4}};
    struct evk_hdf5_record text = {
        .kind = EVK_HDF5_ATTRIBUTE, .path = 1, .name = 1, .text = 4, .count = 2};

    switch (mode) {
    case '1':
        group.kind = 77;
        break;
    case '2': /* longer than all that may be told */
        group.path = (uint64_t)1 << 62;
        break;
    case '3':
        group.name = 1;
        break;
    case '4':
        group.count = UINT64_MAX;
        break;
    case '5': /* not what the shape says */
        data.dim[0] = 3;
        break;
    case '6':
        data.axes = EVK_AXES_MAX + 1;
        break;
    case '7':
        data.dim[0] = -4;
        break;
    case '8':
        data.values = UINT64_MAX / 2;
        break;
    case '9': /* strings without an end */
        text.count = 3;
        break;
    case 'a':
        text.text = 3;
        break;
    case 'b':
        text.scalar = 1;
        break;
    default:
        break;
    }
    evk_hdf5_put(sink, &group, "/", "n", NULL, NULL);
    evk_hdf5_put(sink, &data, "/x", NULL, NULL, values);
    evk_hdf5_put(sink, &text, "/", "n", "a\0b", NULL);
}

evk_status evk_hdf5_walk(struct evk_hdf5_sink *sink, const void *data, size_t size, evk_error *err)
{
    const char mode = ((const char *)data)[MODE];

    (void)size;
    switch (mode) {
    case 'f':
        return evk_fail(err, EVK_EUNSUPPORTED, "is another thing");
    case 's':
        raise(SIGSEGV);
        break;
    case 'l': /* as at the end of its time */
        raise(SIGXCPU);
        break;
    case 'e':
        _exit(0);
    case 'w':
        for (;;)
            tell(sink, 'k');
    case 'o': /* no file can be opened, and those of the parent are closed */
        if (open("/dev/null", O_RDONLY) >= 0 || fcntl(0, F_GETFD) >= 0 || fcntl(2, F_GETFD) >= 0)
            return evk_fail(err, EVK_EINVAL, "a file is open");
        break;
    default:
        break;
    }
    tell(sink, mode);
    return EVK_OK;
}

static evk_status try_mode(char mode, struct evk_hdf5 **f, evk_error *err)
{
    static unsigned char bytes[SIZE] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

    bytes[MODE] = (unsigned char)mode;
    return evk_hdf5_open(f, bytes, SIZE, err);
}

static void told_whole(void **state)
{
    struct evk_names names;
    struct evk_hdf5 *f;
    struct evk_tensor t;

    (void)state;
    for (const char *mode = "ko"; *mode; mode++) {
        assert_ok(try_mode(*mode, &f, err));
        assert_ok(evk_hdf5_read(f, "/x", &t, err));
        assert_memory_equal(t.data, values, sizeof(values));
        evk_tensor_release(&t);
        assert_ok(evk_hdf5_texts(f, "/", "n", &names, err));
        assert_int_equal(names.count, 2);
        assert_string_equal(names.names[1], "b");
        evk_names_release(&names);
        evk_hdf5_close(f);
    }
}

static void failures(void **state)
{
    struct evk_hdf5 *f;

    (void)state;
    assert_fails(EVK_EUNSUPPORTED, "is another thing", try_mode('f', &f, err));
    assert_fails(EVK_EFORMAT, "is damaged: the HDF5 library could not read it",
                 try_mode('s', &f, err));
    assert_fails(EVK_EFORMAT, "is damaged: the HDF5 library could not read it",
                 try_mode('e', &f, err));
    assert_fails(EVK_EFORMAT, "is damaged: the HDF5 library took too long to read it",
                 try_mode('l', &f, err));
    assert_fails(EVK_EFORMAT, "could not read it", try_mode('w', &f, err));
}

static void broken_records(void **state)
{
    struct evk_hdf5 *f;

    (void)state;
    for (const char *mode = "123456789ab"; *mode; mode++)
        assert_fails(EVK_EFORMAT, "is damaged: the HDF5 library could not read it",
                     try_mode(*mode, &f, err));
}

/* After all other tests, no child process is left. */
static void no_process_is_left(void **state)
{
    (void)state;
    errno = 0;
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(told_whole),
        cmocka_unit_test(failures),
        cmocka_unit_test(broken_records),
        cmocka_unit_test(no_process_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
