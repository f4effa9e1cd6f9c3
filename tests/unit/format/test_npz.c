/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_npz.c - archives of NumPy's arrays: written, and read array by array */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "format/npy.h"
#include "format/npz.h"
#include "format/npz_write.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("npz");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static const float numbers[6] = {1, -2.5f, 3e-30f, 4, 5, 6};

static const struct evk_npz_array arrays[] = {
    {"weights_0_0", 4, {1, 1, 2, 3}, numbers},
    {"bias_0", 1, {3}, numbers + 1},
};

/* Write the arrays, and read the bytes of the archive. */
static struct evk_bytes written(const char *name)
{
    struct evk_bytes file;

    assert_ok(evk_npz_write(path_in(folder, name), arrays, 2, err));
    assert_ok(evk_fs_read(&file, path_in(folder, name), 1 << 20, err));
    return file;
}

/* Equal arrays give equal bytes. */
static void test_bytes(void **state)
{
    struct evk_bytes one = written("one.npz"), two = written("two.npz");

    (void)state;
    assert_int_equal(one.size, two.size);
    assert_memory_equal(one.data, two.data, one.size);
    evk_bytes_release(&one);
    evk_bytes_release(&two);
}

static void test_read_back(void **state)
{
    static const int64_t any = -1, shape[4] = {1, 1, 2, -1};
    struct evk_bytes file = written("back.npz");
    struct evk_npy all;
    struct evk_tensor t;
    struct evk_zip *zip;

    (void)state;
    assert_ok(evk_npz_read(&all, file.data, file.size, err));
    assert_int_equal(all.count, 2);
    assert_string_equal(all.arrays[0].name, "weights_0_0.npy");
    assert_memory_equal(all.arrays[0].values.data, numbers, sizeof(numbers));
    evk_npy_release(&all);
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_ok(evk_npz_read_array(&t, zip, "weights_0_0", 4, shape, 6, err));
    assert_int_equal(t.dim[3], 3);
    assert_memory_equal(t.data, numbers, sizeof(numbers));
    evk_tensor_release(&t);
    assert_ok(evk_npz_read_array(&t, zip, "bias_0", 1, &any, 3, err));
    assert_memory_equal(t.data, numbers + 1, 3 * sizeof(float));
    evk_tensor_release(&t);
    evk_zip_close(zip);
    evk_bytes_release(&file);
}

/* The numbers of a .npy file begin at a multiple of 64 bytes, as NumPy has it. */
static void test_alignment(void **state)
{
    struct evk_bytes file = written("aligned.npz"), entry;
    struct evk_zip *zip;

    (void)state;
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    for (size_t i = 0; i < 2; i++) {
        assert_ok(evk_zip_read(zip, i, 1 << 20, &entry, err));
        assert_int_equal((entry.size - (i ? 3 : 6) * sizeof(float)) % 64, 0);
        evk_bytes_release(&entry);
    }
    evk_zip_close(zip);
    evk_bytes_release(&file);
}

static evk_status read_one(struct evk_zip *zip, const char *name, int axes, const int64_t *dim,
                           int64_t most, evk_error *err)
{
    struct evk_tensor t = {0};
    const evk_status s = evk_npz_read_array(&t, zip, name, axes, dim, most, err);

    evk_tensor_release(&t);
    return s;
}

static void test_refused(void **state)
{
    static const int64_t any = -1, four = 4, shape[4] = {2, 1, 1, -1};
    struct evk_bytes file = written("refused.npz");
    struct evk_zip *zip;

    (void)state;
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_fails(EVK_EFORMAT, "has no array bias_1.npy", read_one(zip, "bias_1", 1, &any, 9, err));
    assert_fails(EVK_EFORMAT, "bias_0.npy: has the shape 3, expected 4",
                 read_one(zip, "bias_0", 1, &four, 9, err));
    assert_fails(EVK_EFORMAT, "weights_0_0.npy: has the shape 1x1x2x3, expected 2x1x1x?",
                 read_one(zip, "weights_0_0", 4, shape, 9, err));
    assert_fails(EVK_EFORMAT, "bias_0.npy: has the shape 3, expected at most 2 numbers",
                 read_one(zip, "bias_0", 1, &any, 2, err));
    evk_zip_close(zip);
    evk_bytes_release(&file);
}

/* Put one entry, a .npy file of these header fields and bytes, into an archive and read it. */
static evk_status read_forged(const char *header, const void *bytes, size_t size, evk_error *err)
{
    static const int64_t shape[2] = {2, -1};
    unsigned char data[256] = "\x93NUMPY\1";
    struct evk_zip_entry entry = {"a.npy", data, 10 + 100 + size};
    struct evk_bytes file;
    struct evk_zip *zip;
    evk_status s;

    data[8] = 100;
    memset(data + 10, ' ', 100);
    memcpy(data + 10, header, strlen(header));
    memcpy(data + 110, bytes, size);
    EVK_TRY(evk_zip_write(&file, &entry, 1, err));
    EVK_TRY(evk_zip_open(&zip, file.data, file.size, err));
    s = read_one(zip, "a", 2, shape, 100, err);
    evk_zip_close(zip);
    evk_bytes_release(&file);
    return s;
}

static void test_hostile(void **state)
{
    static const float bad[2] = {1, NAN};
    static const char plain[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
    static const char huge[] =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4611686018427387904), }";
    static const char fortran[] = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1), }";
    static const char none[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0), }";

    (void)state;
    assert_ok(read_forged(plain, numbers, 8, err));
    assert_fails(EVK_EFORMAT, "a.npy: has a number that is NaN or infinite, at place 1",
                 read_forged(plain, bad, 8, err));
    assert_fails(EVK_EFORMAT, "a.npy: has 4 bytes of numbers, expected 8",
                 read_forged(plain, numbers, 4, err));
    assert_fails(EVK_EFORMAT, "has the shape 2x4611686018427387904, expected at most 100 numbers",
                 read_forged(huge, numbers, 8, err));
    assert_fails(EVK_EUNSUPPORTED, "in Fortran order", read_forged(fortran, numbers, 8, err));
    assert_fails(EVK_EFORMAT, "has the shape 2x0, expected 2x?",
                 read_forged(none, numbers, 0, err));
}

static void test_not_written(void **state)
{
    (void)state;
    assert_fails(EVK_EIO, "none/a.npz",
                 evk_npz_write(path_in(folder, "none/a.npz"), arrays, 2, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),     cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_alignment), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hostile),   cmocka_unit_test(test_not_written),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
