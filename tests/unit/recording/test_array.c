/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_array.c - recordings in NumPy arrays: shapes, rows, names; numbers that do not agree */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/list_files.h"
#include "../../harness/recorded.h"
#include "../../harness/test.h"
#include "evoke/recording.h"

static char *folder;
static evk_image_list *list; /* of 4 images */

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_array");
    list = recorded_list(folder, 4);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_image_list_free(list);
    free(folder);
    return 0;
}

static const double values[] = {1, 0.1, 3, (double)NAN, 5, 6, 7, 8, 9, 10, 11, 12,
                                1, 2,   3, 4,           5, 6, 7, 8, 9, 10, 11, 12};

static evk_status open_file(evk_recording **r, const char *name, const char *rows,
                            const char *names, evk_error *err)
{
    return evk_recording_open(r, path_in(folder, name), list, rows, names, err);
}

/* Check that an array of this shape is refused. */
static void refused(evk_status status, const char *text, int axes, const int64_t *dim,
                    const char *rows)
{
    evk_recording *r;

    recorded_array(folder, "x.npy", axes, dim, values);
    assert_fails(status, text, open_file(&r, "x.npy", rows, NULL, err));
}

static void test_matrix(void **state)
{
    double mean[8];
    int64_t count[8];
    evk_recording *r;

    (void)state;
    recorded_array(folder, "x.npy", 2, (int64_t[]){2, 4}, values);
    assert_ok(open_file(&r, "x.npy", NULL, NULL, err));
    assert_int_equal(evk_recording_units(r), 2);
    assert_int_equal(evk_recording_images(r), 4);
    assert_int_equal(evk_recording_repeats(r), 1);
    assert_string_equal(evk_recording_unit(r, 0), "unit0");
    assert_string_equal(evk_recording_unit(r, 1), "unit1");
    assert_null(evk_recording_note(r, 0));
    assert_null(r->line);
    assert_int_equal(strlen(r->sha256), 64);
    assert_true(evk_recorded(r, 0, 1, 0) == 0.1); /* the double, not the nearest float */
    evk_recording_means(r, mean, count);
    assert_true(isnan(mean[3]) && count[3] == 0);
    assert_true(mean[7] == 8 && count[7] == 1);
    evk_recording_free(r);
}

static void test_repeats_and_rows(void **state)
{
    double mean[2];
    int64_t count[2];
    evk_recording *r;

    (void)state;
    recorded_array(folder, "x.npy", 3, (int64_t[]){1, 4, 3}, values);
    assert_ok(open_file(&r, "x.npy", "4,2", NULL, err));
    assert_int_equal(evk_recording_images(r), 2);
    assert_int_equal(evk_recording_repeats(r), 3);
    assert_int_equal(r->image[0], 3);
    assert_int_equal(r->image[1], 1);
    assert_string_equal(r->rows, "4,2");
    assert_true(evk_recorded(r, 0, 0, 0) == 10 && evk_recorded(r, 0, 1, 2) == 6);
    evk_recording_means(r, mean, count);
    assert_true(mean[0] == 11 && count[0] == 3);
    assert_true(mean[1] == 5.5 && count[1] == 2);
    evk_recording_free(r);
}

static void test_names(void **state)
{
    char *names = list_join(folder, "names.txt");
    evk_recording *r;

    (void)state;
    recorded_array(folder, "x.npy", 2, (int64_t[]){2, 4}, values);
    list_put(folder, "names.txt", "\xef\xbb\xbfV4-3a\r\n\r\nÖ\n", 15);
    assert_ok(open_file(&r, "x.npy", NULL, names, err));
    assert_string_equal(evk_recording_unit(r, 0), "V4-3a");
    assert_string_equal(evk_recording_unit(r, 1), "Ö");
    evk_recording_free(r);
    list_put(folder, "names.txt", "a\nb\nc\n", 6);
    assert_fails(EVK_EINVAL, "x.npy: has 2 units, but --names has 3; expected the same number",
                 open_file(&r, "x.npy", NULL, names, err));
    list_put(folder, "names.txt", "a\na\n", 4);
    assert_fails(EVK_EFORMAT, "names.txt: two units are both called 'a'",
                 open_file(&r, "x.npy", NULL, names, err));
    list_put(folder, "names.txt", "a\nb,c\n", 6);
    assert_fails(EVK_EFORMAT, "'b,c' has a space, comma", open_file(&r, "x.npy", NULL, names, err));
    list_put(folder, "names.txt", "a\tb\n", 4);
    assert_fails(EVK_EFORMAT, "line 1 has 2 cells", open_file(&r, "x.npy", NULL, names, err));
    list_put(folder, "names.txt", "a\n12\n", 5);
    assert_fails(EVK_EFORMAT, "'12' is empty, a number", open_file(&r, "x.npy", NULL, names, err));
    free(names);
}

static void test_refused(void **state)
{
    evk_recording *r;

    (void)state;
    refused(EVK_EINVAL, "x.npy: has 3 images, but --images has 4; expected the same number", 2,
            (int64_t[]){2, 3}, NULL);
    refused(EVK_EINVAL, "write the transposed array", 2, (int64_t[]){4, 3}, NULL);
    refused(EVK_EINVAL, "has 2 images, as many as rows '1-2' has, but --images has 4", 2,
            (int64_t[]){3, 2}, "1-2");
    refused(EVK_EINVAL, "counted from 1 to 4", 2, (int64_t[]){2, 4}, "1-5");
    refused(EVK_EFORMAT, "expected (units, images) or (units, images, repeats)", 1, (int64_t[]){4},
            NULL);
    refused(EVK_EFORMAT, "expected (units, images)", 2, (int64_t[]){0, 4}, NULL);
    refused(EVK_EFORMAT, "expected (units, images)", 3, (int64_t[]){2, 4, 0}, NULL);
    recorded_array(folder, "x.npy", 2, (int64_t[]){2, 4},
                   (double[]){1, 2, 3, 4, 5, 6, INFINITY, 8});
    assert_fails(EVK_EFORMAT, "an infinite response, of unit 1 to image 2",
                 open_file(&r, "x.npy", NULL, NULL, err));
    list_put(folder, "x.npy", "\x93NUMPY", 6);
    assert_fails(EVK_EFORMAT, "x.npy: does not begin", open_file(&r, "x.npy", NULL, NULL, err));
    list_put(folder, "x.mat", "MATLAB", 6);
    assert_fails(EVK_EFORMAT, "expected a NumPy array (.npy) or a table",
                 open_file(&r, "x.mat", NULL, NULL, err));
    assert_fails(EVK_EIO, "none.npy", open_file(&r, "none.npy", NULL, NULL, err));
    recorded_array(folder, "x.npy", 2, (int64_t[]){2, 4}, values);
    assert_fails(EVK_EINVAL, "expected a table with the column stim_code",
                 evk_recording_open(&r, path_in(folder, "x.npy"), NULL, NULL, NULL, err));
    assert_fails(EVK_EINVAL, "needs images",
                 evk_recording_open(&r, path_in(folder, "x.npy"), NULL, "1", NULL, err));
}

/* Opens an array of one unit and three images, and returns its first note, or "". */
static const char *note_of(const char *names, char text[512])
{
    char path[512];
    evk_image_list *images;
    evk_recording *r;

    list_put(folder, "order.txt", names, strlen(names));
    snprintf(path, sizeof(path), "@%s", path_in(folder, "order.txt"));
    images = list_open(path);
    recorded_array(folder, "x.npy", 2, (int64_t[]){1, 3}, (double[]){1, 2, 3});
    assert_ok(evk_recording_open(&r, path_in(folder, "x.npy"), images, NULL, NULL, err));
    snprintf(text, 512, "%s", evk_recording_note(r, 0) ? evk_recording_note(r, 0) : "");
    evk_recording_free(r);
    evk_image_list_free(images);
    return text;
}

/* Bytewise order puts photo10 before photo2; an order that a user wrote down is left alone. */
static void test_order_of_numbers(void **state)
{
    char text[512];

    (void)state;
    assert_non_null(strstr(note_of("a1.png\na10.png\na2.png\n", text),
                           "bytewise order, in which a10.png comes before a2.png"));
    assert_string_equal(note_of("a01.png\na02.png\na10.png\n", text), "");
    assert_string_equal(note_of("a2.png\na10.png\na1.png\n", text), "");
    assert_string_equal(note_of("a10.png\nb2.png\nc1.png\n", text), "");
    assert_string_equal(note_of("a.png\nb.png\nc.png\n", text), "");
}

static void test_unusable(void **state)
{
    evk_recording *r = recorded_new(4, 2, 2);

    (void)state;
    *recorded_at(r, 1, 0, 0) = *recorded_at(r, 1, 1, 1) = 0;
    *recorded_at(r, 2, 0, 0) = *recorded_at(r, 2, 1, 1) = 2.5;
    *recorded_at(r, 3, 0, 0) = 2.5;
    *recorded_at(r, 3, 1, 0) = 0;
    assert_string_equal(evk_recording_unusable(r, 0), "has no responses");
    assert_string_equal(evk_recording_unusable(r, 1), "silent");
    assert_string_equal(evk_recording_unusable(r, 2), "constant");
    assert_null(evk_recording_unusable(r, 3));
    evk_recording_free(r);
    evk_recording_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrix),   cmocka_unit_test(test_repeats_and_rows),
        cmocka_unit_test(test_names),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_unusable), cmocka_unit_test(test_order_of_numbers),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
