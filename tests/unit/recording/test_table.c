/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_table.c - recordings in text tables: columns, images, presentations; what is refused */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/list_files.h"
#include "../../harness/recorded.h"
#include "../../harness/test.h"
#include "base/str.h"
#include "evoke/recording.h"

static char *folder;
static evk_image_list *list; /* of 11 images */

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_table");
    list = recorded_list(folder, 11);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_image_list_free(list);
    free(folder);
    return 0;
}

static evk_status open_text(evk_recording **r, const char *name, const char *text,
                            const evk_image_list *images, const char *rows, evk_error *err)
{
    list_put(folder, name, text, strlen(text));
    return evk_recording_open(r, path_in(folder, name), images, rows, NULL, err);
}

/* Check that a table is refused; with_list: it comes with the list of images. */
static void refused(evk_status status, const char *text, const char *table, bool with_list)
{
    evk_recording *r;

    assert_fails(status, text, open_text(&r, "x.csv", table, with_list ? list : NULL, NULL, err));
}

/* Names of images with their ending, without it, in a folder; repeats; cells without a response. */
static void test_images(void **state)
{
    static const char text[] = "trial,image,a,Onset_ms,b\r\n"
                               "1,photo10.png,1,9.5,0.1\r\n"
                               "2,photo1,2,x,n/a\r\n"
                               "\r\n"
                               "3,shown/photo10.png,,y,NaN\r\n"
                               "4,\"photo10\",4e0,z,-3\r\n";
    evk_recording *r;

    (void)state;
    assert_ok(open_text(&r, "x.csv", text, list, NULL, err));
    assert_int_equal(evk_recording_units(r), 2);
    assert_int_equal(evk_recording_images(r), 2);
    assert_int_equal(evk_recording_repeats(r), 3);
    assert_string_equal(evk_recording_unit(r, 0), "a");
    assert_string_equal(evk_recording_unit(r, 1), "b");
    assert_int_equal(r->image[0], 0);
    assert_int_equal(r->image[1], 9);
    assert_true(evk_recorded(r, 0, 0, 0) == 2 && isnan(evk_recorded(r, 0, 0, 1)));
    assert_true(evk_recorded(r, 0, 1, 0) == 1 && isnan(evk_recorded(r, 0, 1, 1)) &&
                evk_recorded(r, 0, 1, 2) == 4);
    assert_true(evk_recorded(r, 1, 1, 0) == 0.1 && evk_recorded(r, 1, 1, 2) == -3);
    assert_int_equal(r->line[0], 1);
    assert_int_equal(r->line[1], -1);
    assert_int_equal(r->line[3], 0);
    assert_int_equal(r->line[5], 3);
    assert_string_equal(evk_recording_note(r, 0), "columns that are no units: trial, Onset_ms");
    assert_string_equal(evk_recording_note(r, 1), "9 of 11 images are not in the table");
    assert_null(evk_recording_note(r, 2));
    evk_recording_free(r);
}

/* Codes of stimuli, in ascending order; columns that are called by a number. */
static void test_codes(void **state)
{
    static const char text[] = "\xef\xbb\xbfstim_code\t7\t12\n30\t1\t2\n4\t3\t4\n30\t5\t6\n";
    evk_recording *r;

    (void)state;
    assert_ok(open_text(&r, "x.tsv", text, NULL, NULL, err));
    assert_string_equal(evk_recording_unit(r, 0), "unit7");
    assert_string_equal(evk_recording_unit(r, 1), "unit12");
    assert_int_equal(evk_recording_images(r), 2);
    assert_int_equal(r->image[0], 4);
    assert_int_equal(r->image[1], 30);
    assert_true(evk_recorded(r, 1, 1, 1) == 6);
    evk_recording_free(r);
    assert_fails(EVK_EINVAL, "is about image 'x'", /* names come first where there are images */
                 open_text(&r, "x.csv", "stim_code;u;filename\n11;1;x\n", list, NULL, err));
    assert_ok(open_text(&r, "x.csv", "stim_code;u\n11;1\n", list, NULL, err));
    assert_int_equal(r->image[0], 10);
    evk_recording_free(r);
}

/* Rows leave presentations of other images out, and decide the order. */
static void test_rows(void **state)
{
    static const char text[] = "image,u\nphoto1,1\nphoto2,2\nphoto3,3\nphoto1,4\n";
    evk_recording *r;

    (void)state;
    assert_ok(open_text(&r, "x.csv", text, list, "3-4,2", err));
    assert_int_equal(evk_recording_images(r), 2);
    assert_int_equal(evk_recording_repeats(r), 1);
    assert_true(evk_recorded(r, 0, 0, 0) == 3 && evk_recorded(r, 0, 1, 0) == 2);
    assert_string_equal(evk_recording_note(r, 0), "1 of 3 images are not in the table");
    evk_recording_free(r);
    assert_fails(EVK_EINVAL, "has no response to an image of rows '5'",
                 open_text(&r, "x.csv", text, list, "5", err));
}

/* A file of names chooses the columns that are units. */
static void test_named_columns(void **state)
{
    static const char text[] = "stim_code,note,a,trial\n1,good,2,3\n";
    char *names = list_join(folder, "names.txt");
    evk_recording *r;

    (void)state;
    list_put(folder, "x.csv", text, strlen(text));
    list_put(folder, "names.txt", "trial\na\n", 8);
    assert_ok(evk_recording_open(&r, path_in(folder, "x.csv"), NULL, NULL, names, err));
    assert_int_equal(evk_recording_units(r), 2);
    assert_string_equal(evk_recording_unit(r, 0), "trial");
    assert_true(evk_recorded(r, 0, 0, 0) == 3 && evk_recorded(r, 1, 0, 0) == 2);
    evk_recording_free(r);
    list_put(folder, "names.txt", "b\n", 2);
    assert_fails(EVK_EINVAL, "has no column 'b', which --names has",
                 evk_recording_open(&r, path_in(folder, "x.csv"), NULL, NULL, names, err));
    free(names);
}

static void test_refused(void **state)
{
    (void)state;
    refused(EVK_EFORMAT, "x.csv: is empty", "\n\n", true);
    refused(EVK_EFORMAT, "has no line of responses", "image,u\n", true);
    refused(EVK_EFORMAT, "has no column image, filename or stim_code", "name,u\na,1\n", true);
    refused(EVK_EFORMAT, "has no column stim_code", "image,u\na,1\n", false);
    refused(EVK_EFORMAT, "has no column of a unit", "image,trial,\nphoto1,1,2\n", true);
    refused(EVK_EFORMAT, "two units are both called 'u'", "image,u,u\nphoto1,1,2\n", true);
    refused(EVK_EFORMAT, "'reaction time' has a space", "image,reaction time\nphoto1,1\n", true);
    refused(EVK_EFORMAT, "line 3 has 3 cells, expected 2", "image,u\nphoto1,1\nphoto1,1,2\n", true);
    refused(EVK_EFORMAT, "line 2 has 'natural' in the column 'kind', expected a number or n/a",
            "image,kind\nphoto1,natural\n", true);
    refused(EVK_EFORMAT, "line 2 has 'inf' in the column 'u'", "image,u\nphoto1,inf\n", true);
    refused(EVK_EFORMAT, "line 2 has '1,5'", "image;u\nphoto1;1,5\n", true);
    refused(EVK_EINVAL, "line 2 is about image 'photo12', but --images has none of this name",
            "image,u\nphoto12,1\n", true);
    refused(EVK_EINVAL, "line 2 is about image ''", "image,u\n,1\n", true);
    refused(EVK_EINVAL, "has the stim_code 12, but --images has 11", "stim_code,u\n12,1\n", true);
    refused(EVK_EFORMAT, "has the stim_code '0', expected a number from 1", "stim_code,u\n0,1\n",
            false);
}

/* One image that was shown often, beside many others, would need more memory than is allowed. */
static void test_padding(void **state)
{
    struct evk_str text = EVK_STR_INIT;
    evk_recording *r;

    (void)state;
    evk_str_puts(&text, "stim_code,u\n");
    for (int i = 0; i < 20000; i++)
        evk_str_printf(&text, "%d,1\n1,1\n", i + 1);
    assert_fails(EVK_EFORMAT, "1 units, 20000 images and up to 20001 presentations",
                 open_text(&r, "x.csv", text.data, NULL, NULL, err));
    evk_str_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_images),  cmocka_unit_test(test_codes),
        cmocka_unit_test(test_rows),    cmocka_unit_test(test_named_columns),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_padding),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
