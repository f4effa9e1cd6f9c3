/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_display.c - the description of a screen: members, tables beside it, and what is refused */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../harness/list_files.h"
#include "../../../harness/test.h"
#include "base/str.h"
#include "session/screen/display.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_display");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    remove_folder(folder);
    free(folder);
    return 0;
}

/* Writes a description, with ' in place of ", and reads it. */
static evk_status read_text(struct evk_display *d, const char *text, evk_error *err)
{
    char *json = strdup(text);

    assert_non_null(json);
    for (char *c = json; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    list_put(folder, "rig.json", json, strlen(json));
    free(json);
    return evk_display_read(d, path_in(folder, "rig.json"), err);
}

#define GEOMETRY                                                                                 \
    "'width_px': 1920, 'height_px': 1080.0, 'width_cm': 53.1, 'distance_cm': 60, 'refresh_hz': " \
    "119.98"

static void members(void **state)
{
    struct evk_display d, again;

    (void)state;
    assert_ok(read_text(&d,
                        "{'name': 'rig A', " GEOMETRY ", 'background': [1, 2, 3], 'shown_as': "
                        "'gamma', 'gamma': 2.2, 'comment': ['any', {'thing': 1}]}",
                        err));
    assert_string_equal(d.name, "rig A");
    assert_int_equal(d.width_px, 1920);
    assert_int_equal(d.height_px, 1080);
    assert_true(d.width_cm == 53.1 && d.distance_cm == 60 && d.refresh_hz == 119.98);
    assert_memory_equal(d.background, "\1\2\3", 3);
    assert_string_equal(d.transfer.name, "gamma 2.2");
    assert_ok(evk_display_parse(&again, d.json, "x", err));
    assert_memory_equal(&again.transfer, &d.transfer, sizeof(d.transfer));
    assert_true(evk_json_equal(again.json, d.json));
    evk_display_release(&again);
    evk_display_release(&d);
    assert_ok(read_text(&d, "{" GEOMETRY "}", err));
    assert_string_equal(d.name, "unnamed");
    assert_memory_equal(d.background, "\x80\x80\x80", 3);
    assert_true(d.transfer.is_linear);
    evk_display_release(&d);
    assert_ok(read_text(&d, "{" GEOMETRY ", 'background': 255}", err));
    assert_memory_equal(d.background, "\xff\xff\xff", 3);
    evk_display_release(&d);
}

/* What a description says of a screen is the same once it was written with 9 digits. */
static void digits(void **state)
{
    static const char table[] = "level,luminance\n0,0.123456789012345\n33.3333333333333,0.7\n"
                                "255,80.1234567890123\n";
    struct evk_display d, again;
    struct evk_json_writer w;
    struct evk_str text = EVK_STR_INIT;
    evk_json *read;

    (void)state;
    list_put(folder, "long.csv", table, sizeof(table) - 1);
    assert_ok(read_text(&d,
                        "{'width_px': 1920, 'height_px': 1080, 'width_cm': 53.1234567890123, "
                        "'distance_cm': 57, 'refresh_hz': 59.9412345678901, 'shown_as': "
                        "'long.csv'}",
                        err));
    assert_true(d.width_cm == 53.1234568 && d.refresh_hz == 59.9412346);
    w = (struct evk_json_writer){.root = d.json};
    assert_ok(evk_json_write(&w, &text, err));
    assert_ok(evk_json_parse(&read, text.data, text.size, err));
    assert_ok(evk_display_parse(&again, read, "x", err));
    assert_true(again.width_cm == d.width_cm && again.refresh_hz == d.refresh_hz);
    assert_memory_equal(&again.transfer, &d.transfer, sizeof(d.transfer));
    evk_json_free(read);
    evk_str_release(&text);
    evk_display_release(&d);
    evk_display_release(&again);
}

/* A table in a file becomes a part of the description, which then needs no file. */
static void files(void **state)
{
    static const char one[] = "Level;note;Luminance\r\n0;a;0.5\r\n51;;2.5\r\n255;c;50.5\r\n";
    static const char guns[] =
        "level\tred\tgreen\tblue\n0\t0\t0\t1\n127.5\t1\t2\t2\n255\t9\t4\t3\n";
    struct evk_display d, again;

    (void)state;
    list_put(folder, "one.csv", one, sizeof(one) - 1);
    list_put(folder, "guns.tsv", guns, sizeof(guns) - 1);
    assert_ok(read_text(&d, "{" GEOMETRY ", 'shown_as': 'one.csv'}", err));
    assert_string_equal(d.transfer.name, "a measured table");
    assert_true(fabs(d.transfer.luminance[0][51] - 0.04) < 1e-12);
    assert_ok(evk_display_parse(&again, d.json, "x", err));
    assert_memory_equal(&again.transfer, &d.transfer, sizeof(d.transfer));
    evk_display_release(&again);
    evk_display_release(&d);
    assert_ok(read_text(&d, "{" GEOMETRY ", 'shown_as': 'guns.tsv'}", err));
    assert_string_equal(d.transfer.name, "a measured table for each gun");
    assert_true(d.transfer.luminance[0][127] < 0.12 && d.transfer.luminance[2][127] > 0.49);
    assert_true(fabs(d.transfer.luminance[1][51] - 0.2) < 1e-12);
    evk_display_release(&d);
}

/* Check that a table is refused. */
static void bad_table(const char *text, const char *sentence)
{
    struct evk_display d;

    list_put(folder, "bad.csv", text, strlen(text));
    assert_fails(EVK_EFORMAT, sentence,
                 read_text(&d, "{" GEOMETRY ", 'shown_as': 'bad.csv'}", err));
}

static void bad_files(void **state)
{
    struct evk_display d;
    char path[600];

    (void)state;
    bad_table("level,lum\n0,1\n", "bad.csv: line 1: expected columns level and luminance, or");
    bad_table("level,luminance\n0,1\n255,x\n", "bad.csv: line 3: luminance is 'x', expected a num");
    bad_table("level,luminance\n0,1\n255,nan\n", "luminance is 'nan', expected a number");
    bad_table("level,luminance\n0,2\n255,1\n", "rig.json: shown_as falls at level 255, from 2");
    bad_table("level,luminance\n0,2\n", "shown_as has 1 levels");
    bad_table("level,luminance\n", "bad.csv: has no row");
    bad_table("level,luminance\n0,2,3\n", "bad.csv: line 2: has 3 cells, expected 2");
    assert_fails(EVK_EIO, "none.csv", read_text(&d, "{" GEOMETRY ", 'shown_as': 'none.csv'}", err));
    assert_fails(EVK_EFORMAT, "expected the name of a file in the same folder",
                 read_text(&d, "{" GEOMETRY ", 'shown_as': '../one.csv'}", err));
    assert_fails(EVK_EFORMAT, "expected the name of a file in the same folder",
                 read_text(&d, "{" GEOMETRY ", 'shown_as': '/one.csv'}", err));
    (void)snprintf(path, sizeof(path), "%s", path_in(folder, "link.csv"));
    assert_int_equal(symlink("one.csv", path), 0);
    assert_fails(EVK_EIO, "link.csv: is a link",
                 read_text(&d, "{" GEOMETRY ", 'shown_as': 'link.csv'}", err));
    /* a description inside a session names no file */
    assert_fails(EVK_EIO, "none.json", evk_display_read(&d, path_in(folder, "none.json"), err));
}

static void refused(void **state)
{
    static const struct {
        const char *text, *sentence;
    } bad[] = {
        {"", "rig.json: line"},
        {"[1]", "rig.json: is no description of a screen, expected an object of JSON"},
        {"{}", "is no description of a screen"},
        {"{'width_px': NaN}", "rig.json: line 1"},
        {"{'width_px': 1e999}", "rig.json: line 1: real number overflow"},
        {"{'width_px': 1, 'width_px': 2}", "duplicate object key"},
        {"{'a\\u0000b': 1}", "rig.json: line 1"},
        {"{'refresh': 60}", "has a member 'refresh', expected name, width_px, height_px, width_cm, "
                            "distance_cm, refresh_hz, background, shown_as, gamma, comment or "
                            "notes; did you mean refresh_hz?"},
        {"{'a\\u001b[2Jb': 1}", "has a member 'a\\u{1b}[2Jb'"},
        {"{'width_px': 1}",
         "rig.json: height_px is missing, expected a whole number from 1 to 327"},
        {"{'width_px': 0}", "width_px is 0, expected a whole number from 1 to 32768"},
        {"{'width_px': 1.5}", "width_px is 1.5, expected a whole number"},
        {"{'width_px': '1920'}", "width_px is \"1920\", expected a whole number"},
        {"{'width_px': 99999999999999999999}", "rig.json: line 1: too big integer"},
        {"{'width_px': 9, 'height_px': 9, 'width_cm': -1}", "width_cm is -1, expected a number"},
        {"{'width_px': 9, 'height_px': 9, 'width_cm': 1, 'distance_cm': [60]}",
         "distance_cm is [60], expected a number from 0.1 to 100000"},
        {"{'width_px': 9, 'height_px': 9, 'width_cm': 1, 'distance_cm': 60, 'refresh_hz': 0}",
         "refresh_hz is 0, expected a number from 1 to 2000"},
        {"{" GEOMETRY ", 'background': 127.5}", "background is 127.5, expected a whole number from "
                                                "0 to 255"},
        {"{" GEOMETRY ", 'background': [1, 2]}",
         "background is [1,2], expected a number, or three"},
        {"{" GEOMETRY ", 'background': [1, 2, 256]}", "background is 256, expected"},
        {"{" GEOMETRY ", 'background': 'gray'}", "background is \"gray\", expected"},
        {"{" GEOMETRY ", 'name': 5}", "name is 5, expected a text"},
        {"{" GEOMETRY ", 'name': ''}", "name is \"\", expected a text"},
        {"{" GEOMETRY ", 'name': 'a\\u202eb'}", "name is \"a\\u202Eb\", expected a text"},
        {"{" GEOMETRY ", 'shown_as': 'linaer'}", "shown_as is \"linaer\", expected linear, srgb"},
    };
    struct evk_display d;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_fails(EVK_EFORMAT, bad[i].sentence, read_text(&d, bad[i].text, err));
    assert_fails(EVK_EFORMAT, "a description: is no description",
                 evk_display_parse(&d, NULL, "a description", err));
}

/* Nesting as deep as any parser follows, and beyond. */
static void deep(void **state)
{
    static const int depths[] = {1000, 2040, 100000};
    struct evk_display d;

    (void)state;
    for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
        struct evk_str text = EVK_STR_INIT;

        evk_str_puts(&text, "{" GEOMETRY ", 'shown_as': ");
        for (int k = 0; k < depths[i]; k++)
            evk_str_puts(&text, k % 2 ? "{'red': " : "[");
        evk_str_puts(&text, "1");
        for (int k = depths[i] - 1; k >= 0; k--)
            evk_str_puts(&text, k % 2 ? "}" : "]");
        evk_str_puts(&text, "}");
        assert_fails(EVK_EFORMAT, "rig.json", read_text(&d, text.data, err));
        evk_str_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members),   cmocka_unit_test(digits),  cmocka_unit_test(files),
        cmocka_unit_test(bad_files), cmocka_unit_test(refused), cmocka_unit_test(deep),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
