/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_hdf5_hostile.c - files that crash libhdf5, let it loop or use ever more memory do no harm:
 * they give an error message, and leave no process and no open file behind
 */
#include "format/hdf5.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../harness/legacy_file.h"
#include "../../harness/test.h"
#include "base/str.h"
#include "format/hdf5_child.h"

static int first_free; /* the descriptor that the next open would get */

static int next_descriptor(void)
{
    const int fd = open("/dev/null", O_RDONLY);

    assert_true(fd >= 0);
    close(fd);
    return fd;
}

static int begin(void **state)
{
    (void)state;
    first_free = next_descriptor();
    return 0;
}

/* After each test, no child process and no open file is left. */
static int nothing_left(void **state)
{
    (void)state;
    errno = 0;
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD || next_descriptor() != first_free) {
        print_error("a process or a descriptor is left\n");
        return -1;
    }
    return 0;
}

/* Open, and read all that is there. */
static evk_status read_whole(const void *data, size_t size, evk_error *err)
{
    struct evk_names names;
    struct evk_hdf5 *f;
    evk_status s;
    bool is_dataset;
    const char *path;

    s = evk_hdf5_open(&f, data, size, err);
    if (s)
        return s;
    for (size_t i = 0; (path = evk_hdf5_path(f, i, &is_dataset)); i++) {
        struct evk_tensor t = {0};
        evk_error own = {EVK_OK, ""};

        assert_true(evk_hdf5_has(f, path));
        if (is_dataset && evk_hdf5_read(f, path, &t, &own))
            assert_true(own.msg[0] != '\0');
        evk_tensor_release(&t);
        if (evk_hdf5_texts(f, path, "weight_names", &names, &own))
            assert_true(own.msg[0] != '\0');
        evk_names_release(&names);
    }
    evk_hdf5_close(f);
    return EVK_OK;
}

/* A file as Keras 2 writes it: groups, lists and text of variable length, numbers. */
static struct evk_bytes sample(void)
{
    const int64_t dim[] = {3, 3, 2, 4};
    struct evk_tensor t;
    struct legacy_file f;
    struct evk_bytes b;

    assert_ok(evk_tensor_new(&t, 4, dim, err));
    legacy_init(&f, &(struct legacy_style){.split = 1});
    legacy_layer(&f, "conv");
    legacy_array(&f, "conv_1/kernel:0", &t);
    legacy_array(&f, "conv_1/bias:0", &t);
    legacy_layer(&f, "relu");
    b = legacy_end(&f, "{'class_name':'Model'}");
    evk_tensor_release(&t);
    return b;
}

struct tally {
    int tried, refused, died;
};

static void try_bytes(const void *data, size_t size, struct tally *tally)
{
    evk_error err = {EVK_OK, ""};
    const evk_status s = read_whole(data, size, &err);

    tally->tried++;
    if (!s)
        return;
    tally->refused++;
    tally->died += strncmp(err.msg, "is damaged: ", 12) == 0;
    if (s != EVK_EFORMAT || !err.msg[0])
        fail_msg("status %d, '%s'", (int)s, err.msg);
}

static void cut_short(void **state)
{
    struct evk_bytes b = sample();
    struct tally t = {0, 0, 0};

    (void)state;
    for (size_t size = 0; size < b.size; size += 97) {
        void *copy = malloc(size + 1);

        memcpy(copy, b.data, size);
        try_bytes(copy, size, &t);
        free(copy);
    }
    printf("cut: %d files, %d refused, libhdf5 died of %d\n", t.tried, t.refused, t.died);
    assert_int_equal(t.refused, t.tried);
    evk_bytes_release(&b);
}

/* Some bytes at every place become 0xff, or are flipped. */
static void overwritten(void **state)
{
    struct evk_bytes b = sample();
    struct tally t = {0, 0, 0};
    unsigned char kept[8];

    (void)state;
    for (size_t at = 0; at + sizeof(kept) <= b.size; at += 61) {
        memcpy(kept, b.data + at, sizeof(kept));
        memset(b.data + at, 0xff, sizeof(kept));
        try_bytes(b.data, b.size, &t);
        memcpy(b.data + at, kept, sizeof(kept));
    }
    for (size_t at = 0; at < b.size; at += 97) {
        b.data[at] ^= 0xff;
        try_bytes(b.data, b.size, &t);
        b.data[at] ^= 0xff;
    }
    printf("overwritten: %d files, %d refused, libhdf5 died of %d\n", t.tried, t.refused, t.died);
    assert_true(t.refused > 0 && t.refused < t.tried);
    assert_ok(read_whole(b.data, b.size, err));
    evk_bytes_release(&b);
}

/* ---- files made with the library itself ---- */

static hid_t hostile_new(void)
{
    hid_t fapl = H5Pcreate(H5P_FILE_ACCESS), file;

    H5Pset_fapl_core(fapl, 1 << 16, 0);
    file = H5Fcreate("evoke, hostile", H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    H5Pclose(fapl);
    assert_true(file >= 0);
    return file;
}

static hid_t group(hid_t at, const char *name)
{
    hid_t id = H5Gcreate2(at, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    assert_true(id >= 0);
    return id;
}

static void dataset(hid_t file, const char *name, int axes, const hsize_t *dim, hid_t dcpl)
{
    hid_t space = H5Screate_simple(axes, dim, NULL);
    hid_t id = H5Dcreate2(file, name, H5T_IEEE_F32LE, space, H5P_DEFAULT, dcpl, H5P_DEFAULT);

    assert_true(id >= 0);
    H5Dclose(id);
    H5Sclose(space);
}

static struct evk_bytes hostile_bytes(hid_t file)
{
    struct evk_bytes b;

    H5Fflush(file, H5F_SCOPE_GLOBAL);
    b.size = (size_t)H5Fget_file_image(file, NULL, 0);
    b.data = malloc(b.size);
    assert_int_equal(H5Fget_file_image(file, b.data, b.size), (ssize_t)b.size);
    H5Fclose(file);
    return b;
}

static void loops_of_links(void **state)
{
    hid_t file = hostile_new(), a = group(file, "/a"), b = group(file, "/a/b");
    struct evk_bytes bytes;
    struct evk_hdf5 *f;

    (void)state;
    H5Lcreate_hard(file, "/a", file, "/a/b/up", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "/", file, "/a/root", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/two", file, "/one", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/one", file, "/two", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/three", file, "/three", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/", file, "/external", H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(a);
    H5Gclose(b);
    bytes = hostile_bytes(file);
    assert_ok(evk_hdf5_open(&f, bytes.data, bytes.size, err));
    assert_true(evk_hdf5_has(f, "/a/b/up"));
    assert_int_equal(evk_hdf5_members(f, "/a/b"), 1);
    assert_int_equal(evk_hdf5_members(f, "/a/b/up"), 0);
    assert_false(evk_hdf5_has(f, "/a/b/up/b"));
    assert_false(evk_hdf5_has(f, "/a/root/a"));
    assert_false(evk_hdf5_has(f, "/one"));
    assert_false(evk_hdf5_has(f, "/three"));
    assert_false(evk_hdf5_has(f, "/external"));
    evk_hdf5_close(f);
    evk_bytes_release(&bytes);
}

static void huge_shapes(void **state)
{
    const hsize_t huge[] = {(hsize_t)1 << 62}, both[] = {(hsize_t)1 << 31, (hsize_t)1 << 31};
    hid_t file = hostile_new(), dcpl = H5Pcreate(H5P_DATASET_CREATE);
    struct evk_bytes bytes;
    struct evk_tensor t;
    struct evk_hdf5 *f;

    (void)state;
    H5Pset_chunk(dcpl, 1, (const hsize_t[]){64});
    dataset(file, "/huge", 1, huge, dcpl);
    H5Pset_chunk(dcpl, 2, (const hsize_t[]){8, 8});
    dataset(file, "/both", 2, both, dcpl);
    H5Pclose(dcpl);
    bytes = hostile_bytes(file);
    assert_ok(evk_hdf5_open(&f, bytes.data, bytes.size, err));
    assert_fails(EVK_EFORMAT, "4611686018427387904, more values than the file has bytes",
                 evk_hdf5_read(f, "/huge", &t, err));
    assert_fails(EVK_EFORMAT, "more values than", evk_hdf5_read(f, "/both", &t, err));
    evk_hdf5_close(f);
    evk_bytes_release(&bytes);
}

/*
 * One dataset of the largest size under many names: reading stops with an error after some of them.
 */
static void many_names(void **state)
{
    enum { NAMES = 100, VALUES = 20000 };
    hid_t file = hostile_new(), dcpl = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t dim = VALUES;
    struct evk_bytes bytes;
    struct evk_hdf5 *f;
    int read = 0;

    (void)state;
    dataset(file, "/x", 1, &dim, dcpl);
    H5Pclose(dcpl);
    for (int i = 0; i < NAMES; i++) {
        char name[16];

        snprintf(name, sizeof(name), "/y%d", i);
        H5Lcreate_hard(file, "/x", file, name, H5P_DEFAULT, H5P_DEFAULT);
    }
    {
        hid_t id = H5Dopen2(file, "/x", H5P_DEFAULT);
        float *zeros = calloc(VALUES, sizeof(*zeros));

        H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros);
        free(zeros);
        H5Dclose(id);
    }
    bytes = hostile_bytes(file);
    assert_ok(evk_hdf5_open(&f, bytes.data, bytes.size, err));
    for (int i = 0; i < NAMES; i++) {
        evk_error why = {EVK_OK, ""};
        struct evk_tensor t = {0};
        char name[16];

        snprintf(name, sizeof(name), "/y%d", i);
        if (!evk_hdf5_read(f, name, &t, &why))
            read++;
        else
            assert_non_null(strstr(why.msg, "is beyond what a file of "));
        evk_tensor_release(&t);
    }
    assert_in_range(read, 1, 8 * bytes.size / (VALUES * sizeof(float)));
    evk_hdf5_close(f);
    evk_bytes_release(&bytes);
}

/* The root group has attributes, and many names lead to it. */
static void much_text(void **state)
{
    enum { ELEMENTS = 8, LENGTH = 60000, GROUPS = 40 };
    hid_t file = hostile_new(), type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    struct evk_bytes bytes;
    evk_error err;
    char *text = calloc(LENGTH + 1, 1);

    (void)state;
    H5Tset_size(type, LENGTH);
    memset(text, 'x', LENGTH);
    for (int i = 0; i < ELEMENTS; i++) {
        char name[16];
        hid_t id;

        snprintf(name, sizeof(name), "text%d", i);
        id = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(id, type, text);
        H5Aclose(id);
    }
    dataset(file, "/x", 1, (const hsize_t[]){1}, H5P_DEFAULT);
    for (int i = 0; i < GROUPS; i++) {
        char name[16];

        snprintf(name, sizeof(name), "/g%d", i);
        H5Lcreate_hard(file, "/", file, name, H5P_DEFAULT, H5P_DEFAULT);
    }
    free(text);
    H5Sclose(space);
    H5Tclose(type);
    bytes = hostile_bytes(file);
    assert_int_equal(read_whole(bytes.data, bytes.size, &err), EVK_EFORMAT);
    if (!strstr(err.msg, "has names and attributes of over "))
        fail_msg("%s", err.msg);
    evk_bytes_release(&bytes);
}

static void deep_groups(void **state)
{
    hid_t file = hostile_new();
    struct evk_str path = EVK_STR_INIT;
    struct evk_bytes bytes;

    (void)state;
    for (int i = 0; i < 40; i++) {
        evk_str_puts(&path, "/g");
        H5Gclose(group(file, path.data));
    }
    bytes = hostile_bytes(file);
    assert_fails(EVK_EFORMAT, "groups in groups, over 32 deep",
                 read_whole(bytes.data, bytes.size, err));
    evk_bytes_release(&bytes);
    evk_str_release(&path);
}

/* The child process dies before it has told all. */
static void killed(void **state)
{
    struct evk_hdf5_child child;
    struct evk_bytes b = sample();

    (void)state;
    assert_ok(evk_hdf5_start(&child, b.data, b.size, err));
    assert_int_equal(kill(child.pid, SIGKILL), 0);
    assert_false(evk_hdf5_finish(&child, false));
    assert_ok(evk_hdf5_start(&child, b.data, b.size, err));
    assert_int_equal(kill(child.pid, SIGXCPU), 0);
    (void)evk_hdf5_finish(&child, true);
    assert_ok(evk_hdf5_start(&child, b.data, b.size, err)); /* nobody reads */
    assert_false(evk_hdf5_finish(&child, false));
    evk_bytes_release(&b);
}

/* The program that opens may ignore its children, or handle signals in its own way. */
static void other_signals(void **state)
{
    struct evk_bytes b = sample();
    void (*old)(int) = signal(SIGCHLD, SIG_IGN);

    (void)state;
    assert_ok(read_whole(b.data, b.size, err));
    signal(SIGCHLD, old);
    old = signal(SIGSEGV, SIG_IGN);
    assert_ok(read_whole(b.data, b.size, err));
    signal(SIGSEGV, old);
    evk_bytes_release(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, nothing_left)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cut_short),   TEST(overwritten), TEST(loops_of_links),
        TEST(huge_shapes), TEST(many_names),  TEST(much_text),
        TEST(deep_groups), TEST(killed),      TEST(other_signals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
