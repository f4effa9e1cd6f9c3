/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_hdf5_plain.c - what is read of plain files without libhdf5 is what libhdf5 reads of them, of
 * whole files and of damaged ones
 */
#include "format/hdf5_plain.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/legacy_file.h"
#include "../../harness/test.h"
#include "format/hdf5.h"
#include "format/hdf5_library.h"

enum {
    MANY = 200, /* datasets: their B-tree has several levels */
    STEP = 89   /* libhdf5 reads one of so many damaged files that are plain */
};

static bool count_object(void *arg, const struct evk_hdf5_plain *object)
{
    const bool dataset = object->members < 0;

    for (int64_t i = 0; dataset && i < object->count; i++)
        (void)evk_hdf5_plain_value(object, i); /* AddressSanitizer sees whether it is in the file */
    ++*(int64_t *)arg;
    return true;
}

/* Returns how many objects a file has that is plain, else -1. */
static int64_t count_plain(const void *data, size_t size)
{
    int64_t n = 0;

    return evk_hdf5_plain_read(data, size, count_object, &n) ? n : -1;
}

static bool same_values(const struct evk_hdf5 *a, const struct evk_hdf5 *b, const char *path)
{
    struct evk_tensor x, y;
    bool same;

    assert_ok(evk_hdf5_read(a, path, &x, err));
    assert_ok(evk_hdf5_read(b, path, &y, err));
    same = x.axes == y.axes && evk_tensor_is(&y, x.axes, x.dim) &&
           memcmp(x.data, y.data, (size_t)evk_tensor_count(&x) * sizeof(*x.data)) == 0;
    evk_tensor_release(&x);
    evk_tensor_release(&y);
    return same;
}

/* Have both files the same objects, the same values, and no attribute? */
static bool same_files(const struct evk_hdf5 *a, const struct evk_hdf5 *b)
{
    bool is_dataset, other;
    const char *path;
    size_t i;

    for (i = 0; (path = evk_hdf5_path(a, i, &is_dataset)); i++) {
        const char *twin = evk_hdf5_path(b, i, &other);

        if (!twin || strcmp(path, twin) != 0 || is_dataset != other ||
            evk_hdf5_members(a, path) != evk_hdf5_members(b, path) ||
            evk_hdf5_has_texts(b, path, "weight_names") || (is_dataset && !same_values(a, b, path)))
            return false;
    }
    return evk_hdf5_path(b, i, &other) == NULL;
}

/* Read a plain file both ways.  Returns false where libhdf5 finds it damaged. */
static bool check_both(const void *data, size_t size)
{
    struct evk_hdf5 *plain, *child;
    evk_error why = {EVK_OK, ""};
    bool same;

    assert_ok(evk_hdf5_open(&plain, data, size, err));
    if (evk_hdf5_open_in_child(&child, data, size, &why)) {
        evk_hdf5_close(plain);
        return false;
    }
    same = same_files(plain, child);
    evk_hdf5_close(plain);
    evk_hdf5_close(child);
    assert_true(same);
    return true;
}

/* Returns a file with a few arrays, as evoke writes them. */
static struct evk_bytes sample(void)
{
    const int64_t dim[] = {3, 2, 1, 4}, line[] = {5};
    struct evk_tensor kernel, bias, scalar;
    struct evk_bytes b;

    assert_ok(evk_tensor_new(&kernel, 4, dim, err));
    assert_ok(evk_tensor_new(&bias, 1, line, err));
    assert_ok(evk_tensor_new(&scalar, 0, NULL, err));
    for (int64_t i = 0; i < 24; i++)
        kernel.data[i] = 0.37f * (float)i - 1;
    for (int64_t i = 0; i < 5; i++)
        bias.data[i] = -1e30f * (float)i;
    {
        const struct evk_hdf5_dataset list[] = {
            {"/layers/conv/vars/0", &kernel}, {"/layers/conv/vars/1", &bias}, {"/vars/0", &scalar}};

        assert_ok(evk_hdf5_write(&b, list, 3, err));
    }
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    evk_tensor_release(&scalar);
    return b;
}

static void test_whole(void **state)
{
    struct evk_bytes b = sample();

    (void)state;
    /* /, /layers, /layers/conv, /layers/conv/vars, /vars, and three arrays */
    assert_int_equal(count_plain(b.data, b.size), 8);
    assert_true(check_both(b.data, b.size));
    evk_bytes_release(&b);
}

static struct evk_bytes many_datasets(void)
{
    static float values[MANY];
    struct evk_tensor tensors[MANY];
    struct evk_hdf5_dataset list[MANY];
    char paths[MANY][16];
    struct evk_bytes b;

    for (int i = 0; i < MANY; i++) {
        values[i] = (float)i;
        tensors[i] = (struct evk_tensor){.data = &values[i], .axes = 1, .dim = {1}};
        snprintf(paths[i], sizeof(paths[i]), "/g/%d", i * 7919 % 10007);
        list[i] = (struct evk_hdf5_dataset){paths[i], &tensors[i]};
    }
    assert_ok(evk_hdf5_write(&b, list, MANY, err));
    return b;
}

static void test_many(void **state)
{
    struct evk_bytes b = many_datasets();

    (void)state;
    assert_int_equal(count_plain(b.data, b.size), MANY + 2);
    assert_true(check_both(b.data, b.size));
    evk_bytes_release(&b);
}

/* Returns a file of one dataset of a type, in the memory of libhdf5's core driver. */
static struct evk_bytes one_dataset(hid_t type, hid_t memory, const void *values, hsize_t count,
                                    hid_t plist)
{
    const hid_t fapl = evk_hdf5_memory_access(NULL, 0);
    const hid_t file = H5Fcreate("one", H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    const hid_t space = H5Screate_simple(1, &count, NULL);
    const hid_t id = H5Dcreate2(file, "x", type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    struct evk_bytes b;
    ssize_t size;

    assert_true(H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(id);
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    size = H5Fget_file_image(file, NULL, 0);
    b = (struct evk_bytes){malloc((size_t)size), (size_t)size};
    assert_true(H5Fget_file_image(file, b.data, b.size) == size);
    H5Sclose(space);
    H5Fclose(file);
    H5Pclose(fapl);
    return b;
}

/* Integers become the nearest floats, as in libhdf5. */
static void test_integers(void **state)
{
    const int64_t values[] = {0,         -1,        16777217,      -16777219,
                              INT64_MAX, INT64_MIN, 1234567890123, 33554435};
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    struct evk_bytes b;

    (void)state;
    H5Pset_obj_track_times(plist, false);
    b = one_dataset(H5T_STD_I64LE, H5T_NATIVE_INT64, values, 8, plist);
    assert_int_equal(count_plain(b.data, b.size), 2);
    assert_true(check_both(b.data, b.size));
    evk_bytes_release(&b);
    H5Pclose(plist);
}

/* Other types and layouts, and files with attributes, are left to libhdf5. */
static void test_not_plain(void **state)
{
    const float values[] = {1, 2, 3, 4};
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE), chunked = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t types[] = {H5T_IEEE_F32BE, H5T_IEEE_F64LE, H5T_STD_I32LE, H5T_STD_U64LE,
                           H5T_STD_I64BE};
    struct legacy_file f;
    struct evk_bytes b;

    (void)state;
    H5Pset_obj_track_times(plist, false);
    H5Pset_obj_track_times(chunked, false);
    H5Pset_chunk(chunked, 1, &(hsize_t){2});
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        b = one_dataset(types[i], H5T_NATIVE_FLOAT, values, 4, plist);
        assert_int_equal(count_plain(b.data, b.size), -1);
        evk_bytes_release(&b);
    }
    b = one_dataset(H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values, 4, chunked);
    assert_int_equal(count_plain(b.data, b.size), -1);
    evk_bytes_release(&b);
    b = one_dataset(H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values, 4, plist);
    assert_int_equal(count_plain(b.data, b.size), 2);
    evk_bytes_release(&b);
    legacy_init(&f, NULL);
    legacy_layer(&f, "conv");
    b = legacy_end(&f, "{}");
    assert_int_equal(count_plain(b.data, b.size), -1);
    evk_bytes_release(&b);
    H5Pclose(plist);
    H5Pclose(chunked);
}

/* A file that is cut short is not plain, wherever it ends. */
static void test_cut_short(void **state)
{
    struct evk_bytes b = sample();

    (void)state;
    for (size_t size = 0; size < b.size; size += size % 64 == 0 ? 1 : 7) {
        unsigned char *copy = malloc(size + 1);

        memcpy(copy, b.data, size);
        assert_int_equal(count_plain(copy, size), -1);
        free(copy);
    }
    evk_bytes_release(&b);
}

/*
 * Damages bytes of a file, `step` bytes apart.  A file that is plain in spite of that is what
 * libhdf5 makes of it.  Returns how many were plain; libhdf5 reads one of STEP of these.
 */
static int damage(struct evk_bytes *b, size_t step)
{
    static const unsigned char changes[] = {0x01, 0x80, 0xff, 0x08};
    int plain = 0;

    for (size_t at = 0; at < b->size; at += step)
        for (size_t i = 0; i < sizeof(changes); i++) {
            b->data[at] ^= changes[i];
            if (count_plain(b->data, b->size) >= 0 && ++plain % STEP == 0)
                assert_true(check_both(b->data, b->size));
            b->data[at] ^= changes[i];
        }
    return plain;
}

static void test_damaged(void **state)
{
    struct evk_bytes few = sample(), many = many_datasets();

    (void)state;
    printf("%d and %d damaged files are plain\n", damage(&few, 1), damage(&many, 97));
    evk_bytes_release(&few);
    evk_bytes_release(&many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),     cmocka_unit_test(test_many),
        cmocka_unit_test(test_integers),  cmocka_unit_test(test_not_plain),
        cmocka_unit_test(test_cut_short), cmocka_unit_test(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
