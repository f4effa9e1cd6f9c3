/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_hdf5.c - what is written is read back, and hostile files are refused */
#include "format/hdf5.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../harness/test.h"

enum { COLUMNS = 7, ROWS = 3 };

static void fill(struct evk_tensor *t, int axes, const int64_t *dim, float first)
{
    assert_ok(evk_tensor_new(t, axes, dim, err));
    for (int64_t i = 0; i < evk_tensor_count(t); i++)
        t->data[i] = first + (float)i * 0.37f;
}

/* Three datasets in the layout of a Keras file. */
static struct evk_bytes sample(float first)
{
    const int64_t kernel_dim[] = {ROWS, COLUMNS, 2, 1}, none[] = {0, 4};
    struct evk_tensor kernel, scalar, empty;
    struct evk_bytes b;

    fill(&kernel, 4, kernel_dim, first);
    fill(&scalar, 0, NULL, first - 1);
    fill(&empty, 2, none, 0);
    {
        const struct evk_hdf5_dataset list[] = {{"/layers/conv2d/vars/0", &kernel},
                                                {"/layers/conv2d/vars/1", &scalar},
                                                {"/layers/dense/vars/0", &empty}};

        assert_ok(evk_hdf5_write(&b, list, 3, err));
    }
    evk_tensor_release(&kernel);
    evk_tensor_release(&scalar);
    evk_tensor_release(&empty);
    return b;
}

static void round_trip(void **state)
{
    const int64_t kernel_dim[] = {ROWS, COLUMNS, 2, 1}, none[] = {0, 4};
    struct evk_bytes b = sample(-2.5f);
    struct evk_tensor t;
    struct evk_hdf5 *f;

    (void)state;
    assert_ok(evk_hdf5_open(&f, b.data, b.size, err));
    evk_bytes_release(&b); /* the library has its own copy */
    assert_ok(evk_hdf5_read(f, "/layers/conv2d/vars/0", &t, err));
    assert_true(evk_tensor_is(&t, 4, kernel_dim));
    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        assert_true(t.data[i] == -2.5f + (float)i * 0.37f);
    evk_tensor_release(&t);
    assert_ok(evk_hdf5_read(f, "/layers/conv2d/vars/1", &t, err));
    assert_int_equal(t.axes, 0);
    assert_true(t.data[0] == -3.5f);
    evk_tensor_release(&t);
    assert_ok(evk_hdf5_read(f, "/layers/dense/vars/0", &t, err));
    assert_true(evk_tensor_is(&t, 2, none));
    evk_tensor_release(&t);
    evk_hdf5_close(f);
}

static void paths(void **state)
{
    static const char *const there[] = {"/", "/layers", "/layers/conv2d/vars",
                                        "/layers/conv2d/vars/1"};
    static const char *const absent[] = {"",
                                         "layers",
                                         "//layers",
                                         "/layers/",
                                         "/layers//conv2d",
                                         "/layers/x",
                                         "/layer",
                                         "/layers/conv2d/vars/0/x",
                                         "/layers/conv2d/vars/2"};
    struct evk_bytes b = sample(1);
    struct evk_tensor t;
    struct evk_hdf5 *f;

    (void)state;
    assert_ok(evk_hdf5_open(&f, b.data, b.size, err));
    for (size_t i = 0; i < sizeof(there) / sizeof(*there); i++)
        if (!evk_hdf5_has(f, there[i]))
            fail_msg("%s is missing", there[i]);
    for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
        if (evk_hdf5_has(f, absent[i]))
            fail_msg("%s should not be there", absent[i]);
    assert_int_equal(evk_hdf5_members(f, "/"), 1);
    assert_int_equal(evk_hdf5_members(f, "/layers"), 2);
    assert_int_equal(evk_hdf5_members(f, "/layers/conv2d/vars"), 2);
    assert_int_equal(evk_hdf5_members(f, "/layers/conv2d/vars/0"), 0);
    assert_int_equal(evk_hdf5_members(f, "/x"), 0);
    assert_fails(EVK_EFORMAT, "dataset '/x': there is no such dataset",
                 evk_hdf5_read(f, "/x", &t, err));
    assert_fails(EVK_EFORMAT, "there is no such dataset", evk_hdf5_read(f, "/layers", &t, err));
    evk_hdf5_close(f);
    evk_bytes_release(&b);
}

static void same_bytes_each_time(void **state)
{
    const time_t start = time(NULL);
    struct evk_bytes a = sample(1), b;

    (void)state;
    while (time(NULL) == start) /* so that a date in the file would show */
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    for (int i = 0; i < 3; i++) {
        void *noise = malloc(4096u << i); /* another heap */

        memset(noise, 0xA5, 4096u << i);
        b = sample(1);
        free(noise);
        assert_int_equal(a.size, b.size);
        assert_memory_equal(a.data, b.data, a.size);
        evk_bytes_release(&b);
    }
    evk_bytes_release(&a);
}

static void two_files_at_once(void **state)
{
    struct evk_bytes a = sample(1), b = sample(100);
    struct evk_hdf5 *fa, *fb;
    struct evk_tensor t;

    (void)state;
    assert_ok(evk_hdf5_open(&fa, a.data, a.size, err));
    assert_ok(evk_hdf5_open(&fb, b.data, b.size, err));
    assert_ok(evk_hdf5_read(fb, "/layers/conv2d/vars/0", &t, err));
    assert_true(t.data[0] == 100);
    evk_tensor_release(&t);
    evk_hdf5_close(fb);
    assert_ok(evk_hdf5_read(fa, "/layers/conv2d/vars/0", &t, err));
    assert_true(t.data[0] == 1);
    evk_tensor_release(&t);
    evk_hdf5_close(fa);
    evk_bytes_release(&a);
    evk_bytes_release(&b);
}

static void unwritable_paths(void **state)
{
    struct evk_bytes b = {NULL, 0};
    struct evk_tensor t;

    (void)state;
    fill(&t, 0, NULL, 1);
    {
        const struct evk_hdf5_dataset twice[] = {{"/a/b", &t}, {"/a/b", &t}};
        const struct evk_hdf5_dataset under[] = {{"/a", &t}, {"/a/b", &t}};
        const struct evk_hdf5_dataset relative[] = {{"a", &t}};

        assert_fails(EVK_EINVAL, "'/a/b'", evk_hdf5_write(&b, twice, 2, err));
        assert_fails(EVK_EINVAL, "'/a/b'", evk_hdf5_write(&b, under, 2, err));
        assert_fails(EVK_EINVAL, "'a'", evk_hdf5_write(&b, relative, 1, err));
    }
    assert_null(b.data);
    evk_tensor_release(&t);
}

/* ---- hostile files, made with the library itself ---- */

static hid_t hostile_new(void)
{
    hid_t fapl = H5Pcreate(H5P_FILE_ACCESS), file;

    H5Pset_fapl_core(fapl, 1 << 16, 0);
    file = H5Fcreate("evoke, hostile", H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    H5Pclose(fapl);
    assert_true(file >= 0);
    return file;
}

/* A dataset of a type, shape and layout, without values. */
static void hostile_add(hid_t file, const char *name, hid_t type, int axes, const hsize_t *dim,
                        hid_t dcpl)
{
    hid_t space = H5Screate_simple(axes, dim, NULL);
    hid_t id = H5Dcreate2(file, name, type, space, H5P_DEFAULT, dcpl, H5P_DEFAULT);

    if (id < 0)
        fail_msg("no dataset %s", name);
    H5Dclose(id);
    H5Sclose(space);
}

static struct evk_hdf5 *hostile_open(hid_t file)
{
    struct evk_hdf5 *f;
    ssize_t size;
    void *image;

    H5Fflush(file, H5F_SCOPE_GLOBAL);
    size = H5Fget_file_image(file, NULL, 0);
    assert_true(size > 0);
    image = malloc((size_t)size);
    assert_int_equal(H5Fget_file_image(file, image, (size_t)size), size);
    H5Fclose(file);
    assert_ok(evk_hdf5_open(&f, image, (size_t)size, err));
    free(image);
    return f;
}

static void links_that_lead_elsewhere(void **state)
{
    const hsize_t three[] = {3};
    hid_t file = hostile_new(), group;
    struct evk_tensor t;
    struct evk_hdf5 *f;

    (void)state;
    group = H5Gcreate2(file, "/real", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(group);
    hostile_add(file, "/real/data", H5T_IEEE_F32LE, 1, three, H5P_DEFAULT);
    H5Lcreate_soft("/real", file, "/soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/real/data", file, "/real/soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/data", file, "/external", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "/real/data", file, "/hard", H5P_DEFAULT, H5P_DEFAULT);
    f = hostile_open(file);
    assert_true(evk_hdf5_has(f, "/hard"));
    assert_false(evk_hdf5_has(f, "/soft"));
    assert_false(evk_hdf5_has(f, "/soft/data"));
    assert_false(evk_hdf5_has(f, "/real/soft"));
    assert_false(evk_hdf5_has(f, "/external"));
    assert_int_equal(evk_hdf5_members(f, "/real"), 2);
    assert_int_equal(evk_hdf5_members(f, "/soft"), 0);
    assert_ok(evk_hdf5_read(f, "/hard", &t, err));
    evk_tensor_release(&t);
    assert_fails(EVK_EFORMAT, "no such dataset", evk_hdf5_read(f, "/soft/data", &t, err));
    assert_fails(EVK_EFORMAT, "no such dataset", evk_hdf5_read(f, "/real/soft", &t, err));
    assert_fails(EVK_EFORMAT, "no such dataset", evk_hdf5_read(f, "/external", &t, err));
    evk_hdf5_close(f);
}

static void shapes_out_of_bounds(void **state)
{
    const hsize_t huge[] = {1u << 20, 1u << 20}, overflow[] = {1ull << 32, 1ull << 31, 2};
    const hsize_t many[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    hid_t file = hostile_new(), dcpl = H5Pcreate(H5P_DATASET_CREATE);
    struct evk_tensor t;
    struct evk_hdf5 *f;

    (void)state;
    H5Pset_chunk(dcpl, 2, (const hsize_t[]){8, 8});
    hostile_add(file, "/huge", H5T_IEEE_F32LE, 2, huge, dcpl);
    H5Pset_chunk(dcpl, 3, (const hsize_t[]){8, 8, 1});
    hostile_add(file, "/overflow", H5T_STD_I8LE, 3, overflow, dcpl);
    hostile_add(file, "/many", H5T_IEEE_F32LE, 9, many, H5P_DEFAULT);
    H5Pset_chunk(dcpl, 2, (const hsize_t[]){1u << 14, 1u << 13});
    hostile_add(file, "/chunk", H5T_IEEE_F64LE, 2, huge, dcpl);
    H5Pclose(dcpl);
    f = hostile_open(file);
    assert_fails(EVK_EFORMAT, "1048576x1048576, more values than the file has bytes",
                 evk_hdf5_read(f, "/huge", &t, err));
    assert_fails(EVK_EFORMAT, "4294967296x2147483648x2, more values",
                 evk_hdf5_read(f, "/overflow", &t, err));
    assert_fails(EVK_EFORMAT, "9 axes, expected at most 8", evk_hdf5_read(f, "/many", &t, err));
    assert_fails(EVK_EFORMAT, "chunks of over", evk_hdf5_read(f, "/chunk", &t, err));
    evk_hdf5_close(f);
}

static void layouts_and_types(void **state)
{
    const hsize_t shape[] = {16, 16};
    hid_t file = hostile_new(), dcpl = H5Pcreate(H5P_DATASET_CREATE), space, null;
    struct evk_tensor t;
    struct evk_hdf5 *f;

    (void)state;
    H5Pset_external(dcpl, "elsewhere.bin", 0, H5F_UNLIMITED);
    hostile_add(file, "/external", H5T_IEEE_F32LE, 2, shape, dcpl);
    H5Pclose(dcpl);
    dcpl = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(dcpl, 2, shape);
    H5Pset_fletcher32(dcpl);
    hostile_add(file, "/fletcher", H5T_IEEE_F32LE, 2, shape, dcpl);
    H5Pclose(dcpl);
    hostile_add(file, "/text", H5T_C_S1, 2, shape, H5P_DEFAULT);
    null = H5Screate(H5S_NULL);
    H5Dclose(
        H5Dcreate2(file, "/null", H5T_IEEE_F32LE, null, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(null);
    dcpl = H5Pcreate(H5P_DATASET_CREATE);
    space = H5Screate_simple(2, shape, NULL);
    H5Pset_virtual(dcpl, space, "elsewhere.h5", "/data", space);
    H5Sclose(space);
    hostile_add(file, "/virtual", H5T_IEEE_F32LE, 2, shape, dcpl);
    H5Pclose(dcpl);
    f = hostile_open(file);
    assert_fails(EVK_EUNSUPPORTED, "other files", evk_hdf5_read(f, "/external", &t, err));
    assert_fails(EVK_EUNSUPPORTED, "other files", evk_hdf5_read(f, "/virtual", &t, err));
    assert_fails(EVK_EUNSUPPORTED, "HDF5 filter 3", evk_hdf5_read(f, "/fletcher", &t, err));
    assert_fails(EVK_EFORMAT, "'/text': does not hold numbers", evk_hdf5_read(f, "/text", &t, err));
    assert_fails(EVK_EFORMAT, "has no shape", evk_hdf5_read(f, "/null", &t, err));
    evk_hdf5_close(f);
}

static void compressed_integers(void **state)
{
    enum { N = 1000 };
    static int64_t values[N];
    const hsize_t shape[] = {N}, chunk[] = {64};
    hid_t file = hostile_new(), dcpl = H5Pcreate(H5P_DATASET_CREATE), space, id;
    struct evk_tensor t;
    struct evk_hdf5 *f;

    (void)state;
    for (int64_t i = 0; i < N; i++)
        values[i] = i * i - 1000;
    H5Pset_chunk(dcpl, 1, chunk);
    H5Pset_shuffle(dcpl);
    H5Pset_deflate(dcpl, 6);
    space = H5Screate_simple(1, shape, NULL);
    id = H5Dcreate2(file, "/x", H5T_STD_I64BE, space, H5P_DEFAULT, dcpl, H5P_DEFAULT);
    H5Dwrite(id, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(id);
    H5Sclose(space);
    H5Pclose(dcpl);
    f = hostile_open(file);
    assert_ok(evk_hdf5_read(f, "/x", &t, err));
    for (int64_t i = 0; i < N; i++)
        assert_true(t.data[i] == (float)values[i]);
    evk_tensor_release(&t);
    evk_hdf5_close(f);
}

static void add_text(hid_t file, const char *name, H5T_str_t pad, int count, const void *values)
{
    hid_t type = H5Tcopy(H5T_C_S1), id, space;
    const hsize_t dim = (hsize_t)count;

    H5Tset_size(type, pad == H5T_STR_NULLTERM ? H5T_VARIABLE : 4);
    H5Tset_strpad(type, pad);
    H5Tset_cset(type, H5T_CSET_UTF8);
    space = count ? H5Screate_simple(1, &dim, NULL) : H5Screate(H5S_SCALAR);
    id = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(id, type, values) >= 0);
    H5Aclose(id);
    H5Sclose(space);
    H5Tclose(type);
}

static void attributes(void **state)
{
    const char *const one = "\303\244 and more", *const two[] = {"x", NULL};
    hid_t file = hostile_new(), space = H5Screate(H5S_SCALAR);
    struct evk_names names;
    struct evk_hdf5 *f;

    (void)state;
    add_text(file, "variable", H5T_STR_NULLTERM, 0, &one);
    add_text(file, "spaces", H5T_STR_SPACEPAD, 0, "ab  ");
    add_text(file, "zeros", H5T_STR_NULLPAD, 0, "a \0\0");
    add_text(file, "full", H5T_STR_NULLPAD, 0, "abcd");
    add_text(file, "list0", H5T_STR_NULLTERM, 2, two);
    add_text(file, "list1", H5T_STR_NULLPAD, 2, "a\0\0\0bcde");
    H5Aclose(H5Acreate2(file, "number", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    space = H5Screate_simple(1, (const hsize_t[]){0}, NULL);
    H5Aclose(H5Acreate2(file, "empty", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    f = hostile_open(file);
    assert_string_equal(evk_hdf5_text(f, "/", "variable"), one);
    assert_string_equal(evk_hdf5_text(f, "/", "spaces"), "ab");
    assert_string_equal(evk_hdf5_text(f, "/", "zeros"), "a ");
    assert_string_equal(evk_hdf5_text(f, "/", "full"), "abcd");
    assert_null(evk_hdf5_text(f, "/", "number"));
    assert_null(evk_hdf5_text(f, "/", "list0"));
    assert_null(evk_hdf5_text(f, "/x", "full"));
    assert_ok(evk_hdf5_texts(f, "/", "list", &names, err));
    assert_int_equal(names.count, 4);
    assert_string_equal(names.names[0], "x");
    assert_string_equal(names.names[1], "");
    assert_string_equal(names.names[2], "a");
    assert_string_equal(names.names[3], "bcde");
    evk_names_release(&names);
    assert_ok(evk_hdf5_texts(f, "/", "empty", &names, err));
    assert_int_equal(names.count, 0);
    assert_fails(EVK_EFORMAT, "'/' has no attribute number",
                 evk_hdf5_texts(f, "/", "number", &names, err));
    evk_hdf5_close(f);
}

/* A file that is cut off is refused, when it is opened or when the dataset is read. */
static void cut_short(void **state)
{
    struct evk_bytes b = sample(3);
    size_t refused = 0, tried = 0;

    (void)state;
    for (size_t size = 0; size < b.size; size += 97, tried++) {
        struct evk_hdf5 *f = NULL;
        struct evk_tensor t = {0};
        char *copy = malloc(size + 1); /* of this very size, for the sanitizer */
        evk_error err;
        evk_status s;

        memcpy(copy, b.data, size);
        s = evk_hdf5_open(&f, copy, size, &err);
        if (!s)
            s = evk_hdf5_read(f, "/layers/conv2d/vars/0", &t, &err);
        if (s) {
            assert_int_equal(s, EVK_EFORMAT);
            refused++;
        }
        evk_tensor_release(&t);
        evk_hdf5_close(f);
        free(copy);
    }
    assert_int_equal(refused, tried);
    evk_bytes_release(&b);
}

static void not_hdf5(void **state)
{
    static char text[2048] = "PK this is something else";
    struct evk_bytes b = sample(3);
    struct evk_hdf5 *f = NULL;

    (void)state;
    assert_fails(EVK_EFORMAT, "is not an HDF5 file", evk_hdf5_open(&f, text, sizeof(text), err));
    assert_fails(EVK_EFORMAT, "is not an HDF5 file", evk_hdf5_open(&f, text, 0, err));
    memcpy(text + 512, b.data, 8); /* a user block before the signature */
    assert_fails(EVK_EFORMAT, "is not an HDF5 file", evk_hdf5_open(&f, text, sizeof(text), err));
    memset(b.data + 8, 0xFF, 40);
    assert_fails(EVK_EFORMAT, "cannot open it", evk_hdf5_open(&f, b.data, b.size, err));
    assert_null(f);
    evk_hdf5_close(NULL);
    evk_bytes_release(&b);
}

/* libhdf5 numbers ids upwards: all ids between two of the test's own must have been closed. */
static hid_t before[3], after[3];

static void take_ids(hid_t ids[3])
{
    ids[0] = H5Screate(H5S_SCALAR);
    ids[1] = H5Tcopy(H5T_NATIVE_INT);
    ids[2] = H5Pcreate(H5P_DATASET_CREATE);
    H5Sclose(ids[0]);
    H5Tclose(ids[1]);
    H5Pclose(ids[2]);
}

static int take_first_ids(void **state)
{
    (void)state;
    take_ids(before);
    return 0;
}

static void nothing_stays_open(void **state)
{
    (void)state;
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    take_ids(after);
    for (int kind = 0; kind < 3; kind++) {
        assert_true(after[kind] > before[kind]);
        for (hid_t id = before[kind]; id < after[kind]; id++)
            if (H5Iis_valid(id) > 0)
                fail_msg("id %lld of kind %d is open", (long long)(id - before[kind]), kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(paths),
        cmocka_unit_test(same_bytes_each_time),
        cmocka_unit_test(two_files_at_once),
        cmocka_unit_test(unwritable_paths),
        cmocka_unit_test(links_that_lead_elsewhere),
        cmocka_unit_test(shapes_out_of_bounds),
        cmocka_unit_test(layouts_and_types),
        cmocka_unit_test(compressed_integers),
        cmocka_unit_test(attributes),
        cmocka_unit_test(cut_short),
        cmocka_unit_test(not_hdf5),
        cmocka_unit_test(nothing_stays_open),
    };

    return cmocka_run_group_tests(tests, take_first_ids, NULL);
}
