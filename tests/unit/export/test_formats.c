/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_formats.c - files for display programs from sessions in memory: exact lines, and degrees that
 * the formula of each program turns into pixels again
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/check.h"
#include "export/format.h"
#include "export/rest.h"
#include "export/roles.h"
#include "export/where.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHA1 "0123456789abcdef0123456789abcdef01234567"

/* The centre of the images, 140 pixels to the right and 160 down, on the screen of rig(). */
#define X      4.94955205
#define Y      -5.65233578
#define CENTRE "4.94955205,-5.65233578"

enum { IMAGES = 3, ROLES = 3, TRIALS = 4 };

static struct evk_rig_image images[IMAGES] = {
    {1, "stim-000001", "stim-000001_image.png", "max", HASH, SHA1, 200, 200, 7, X, Y, false},
    {2, "stim-000002", "stim-000002_image.png", "blank", HASH, SHA1, 200, 200, 7, X, Y, true},
    {3, "stim-000003", "stim-000003_image.png", "natural", HASH, SHA1, 200, 200, 7, X, Y, false},
};
static struct evk_rig_role roles[ROLES] = {
    {1, "night/max", "stim-000004", "max", "a,b\"c", "n/a", "n/a"},
    {2, "n/a", "n/a", "blank", "n/a", "n/a", "n/a"},
    {1, "gaudy", "stim-000009", "gaudy", "it's", "n/a", "n/a"},
};
static struct evk_rig_trial shown[TRIALS] = {
    {1, 1, 1, 3, 0, 0.1, false, false},
    {1, 1, 2, 1, 0.2, 0.1, false, false},
    {1, 2, 1, 2, 2, 0.1, true, true},
    {2, 3, 1, 1, 3600.123456, 0.1, false, false},
};

/* A rig as facts of the programs have it: 1920 x 1080 pixels, 27.40 a cm, seen from 59 cm. */
static struct evk_rig_session rig(void)
{
    return (struct evk_rig_session){.image = images,
                                    .images = IMAGES,
                                    .role = roles,
                                    .role_count = ROLES,
                                    .trial = shown,
                                    .trials = TRIALS,
                                    .background = {128, 127, 0},
                                    .name = "night",
                                    .screen_width_px = 1920,
                                    .screen_height_px = 1080,
                                    .screen_width_cm = 1920 / 27.4,
                                    .distance_cm = 59,
                                    .refresh_hz = 120,
                                    .left_px = 1000,
                                    .top_px = 600,
                                    .fixation_px = {960, 540},
                                    .repeats = 10,
                                    .on_s = 0.1,
                                    .off_s = 0.1};
}

/* Returns the only file as a text, in one buffer. */
static const char *text_of(const struct evk_export_files *files)
{
    static char text[65536];

    assert_int_equal(files->count, 1);
    snprintf(text, sizeof(text), "%.*s", (int)files->file[0].bytes.size,
             (const char *)files->file[0].bytes.data);
    return text;
}

/* Returns line i, from 0, of a text, in one buffer. */
static const char *line(const char *text, int i)
{
    static char out[1024];

    while (i-- > 0)
        text = strchr(text, '\n') + 1;
    snprintf(out, sizeof(out), "%.*s", (int)strcspn(text, "\n"), text);
    return out;
}

static void test_psychopy(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};

    (void)state;
    images[2].height_px = 150; /* with the same upper edge: the centre is 25 pixels higher */
    images[2].y_deg = atan((540 - 600 - 75.0) / (59 * 27.4)) * 180 / acos(-1);
    assert_ok(evk_export_psychopy(&s, &files, err));
    images[2].height_px = 200;
    images[2].y_deg = Y;
    assert_string_equal(files.file[0].name, "display_psychopy.csv");
    assert_string_equal(
        line(text_of(&files), 1),
        "stim-000003,stimuli/stim-000003_image.png,3,natural,200,150,1,1,1,0.000000,"
        "0.100000,false,false,140.0,-135.0");
    assert_string_equal(line(text_of(&files), 3),
                        "stim-000002,stimuli/stim-000002_image.png,2,blank,200,200,1,2,1,2.000000,"
                        "0.100000,true,true,140.0,-160.0");
    assert_string_equal(line(text_of(&files), 0),
                        "stim_id,image_path,stim_code,set_type,size_px,height_px,block,trial,"
                        "position,onset_s,duration_s,is_blank,is_catch,x_px,y_px");
    assert_string_equal(line(text_of(&files), 5), "");
    evk_export_release(&files);
}

static void test_csv(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};

    (void)state;
    assert_ok(evk_export_csv(&s, &files, err));
    assert_string_equal(line(text_of(&files), 4),
                        "2,3,1,3600.123456,0.100000,false,false,1,stim-000001,"
                        "stimuli/stim-000001_image.png," HASH ",max,night/max;gaudy,"
                        "stim-000004;stim-000009,max;gaudy,\"a,b\"\"c;it's\",7," CENTRE
                        ",1000,600,200,"
                        "200");
    assert_string_equal(line(text_of(&files), 1),
                        "1,1,1,0.000000,0.100000,false,false,3,stim-000003,"
                        "stimuli/stim-000003_image.png," HASH ",natural,n/a,n/a,n/a,n/a,7," CENTRE
                        ","
                        "1000,600,200,200");
    evk_export_release(&files);
}

/* 8 degrees are 257.1 and 250.1 pixels on this screen. */
static void test_degrees(void **state)
{
    const struct evk_rig_session s = rig();
    const double pi = acos(-1), half_cm = 1920 / 27.4 / 2;
    const double diagonal = hypot(1920, 1080);

    (void)state;
    assert_true(fabs(8 * evk_degree_monkeylogic(&s) - 257.1) < 0.05);
    assert_true(fabs(8 * evk_degree_mworks(&s) - 250.1) < 0.05);
    assert_true(fabs(evk_degree_mworks(&s) - 960 / (atan(half_cm / 59) * 180 / pi)) < 1e-9);
    assert_true(fabs(evk_degree_monkeylogic(&s) -
                     diagonal / (2 * atan(diagonal / 27.4 / 2 / 59) * 180 / pi)) < 1e-9);
}

/* An image of another size has edges of its own; one of the whole screen has the screen's. */
static void test_edges(void **state)
{
    struct evk_rig_session s = rig();
    int64_t left, top;

    (void)state;
    images[2].height_px = 101;
    images[2].y_deg = atan((540 - 650 - 50.5) / (59 * 27.4)) * 180 / acos(-1);
    evk_edges(&s, &images[2], &left, &top);
    assert_true(left == 1000 && top == 650);
    images[2].height_px = 200;
    images[2].y_deg = Y;
    s.fixation_px[0] += 7;
    evk_edges(&s, &images[2], &left, &top);
    assert_true(left == 1007 && top == 600);
    s.full = true;
    evk_edges(&s, &images[2], &left, &top);
    assert_true(left == 0 && top == 0);
}

static void test_monkeylogic(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};
    const double pixels = evk_degree_monkeylogic(&s);
    double x, y;
    int w, h;

    (void)state;
    s.fixation_px[0] = 900;
    assert_ok(evk_export_monkeylogic(&s, &files, err));
    assert_string_equal(line(text_of(&files), 0), "Condition\tInfo\tFrequency\tBlock\tTiming File\t"
                                                  "TaskObject#1\tTaskObject#2");
    assert_non_null(strstr(line(text_of(&files), 1),
                           "1\t'stimulus_id','stim-000001','stim_code',1,'event_code',1001,'role',"
                           "'max','unit','a,b\"c;it''s'\t1\t1\tshow_image\tfix("));
    assert_int_equal(sscanf(strstr(line(text_of(&files), 1), "pic("),
                            "pic(stimuli/stim-000001_image.png,%lf,%lf,%d,%d)", &x, &y, &w, &h),
                     4);
    assert_true(fabs(x * pixels - 80) < 1e-4 && fabs(y * pixels + 160) < 1e-4);
    assert_true(w == 200 && h == 200);
    assert_int_equal(sscanf(strstr(line(text_of(&files), 2), "fix("), "fix(%lf,%lf)", &x, &y), 2);
    assert_true(fabs(x * pixels + 60) < 1e-4 && y == 0);
    evk_export_release(&files);

    s.screen_width_px = s.screen_height_px = 0;
    assert_ok(evk_export_monkeylogic(&s, &files, err));
    assert_non_null(strstr(line(text_of(&files), 3),
                           "\tfix(0.000000,0.000000)\tpic(stimuli/stim-000003_image.png,0.000000,"
                           "0.000000,200,200)"));
    evk_export_release(&files);
}

static void test_mworks(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};
    const char *text;
    double size, x, y;

    (void)state;
    images[2].height_px = 100; /* the longer side counts */
    assert_ok(evk_export_mworks(&s, &files, err));
    images[2].height_px = 200;
    text = text_of(&files);
    assert_non_null(strstr(text, "var session_on_time = 100000us\n"));
    assert_non_null(strstr(text, "var session_background_red = 0.501961\n"));
    assert_non_null(strstr(text, "var session_file_hash = [\n    '" SHA1 "',\n    '" SHA1 "',\n"));
    assert_non_null(strstr(text, "var session_order = [\n    2, 0, 1, 0\n    ]\n"));
    assert_non_null(strstr(text, "var session_trial = [\n    1, 1, 2, 3\n    ]\n"));
    assert_non_null(strstr(text, "var session_is_catch = [\n    0, 0, 1, 0\n    ]\n"));
    text = strstr(text, "session_image_3 (");
    assert_int_equal(sscanf(text,
                            "session_image_3 ( path = 'stimuli/stim-000003_image.png' x_size = %lf "
                            "x_position = %lf y_position = %lf",
                            &size, &x, &y),
                     3);
    assert_true(fabs(size * evk_degree_mworks(&s) - 200) < 1e-4);
    assert_true(fabs(x * evk_degree_mworks(&s) - 140) < 1e-4);
    assert_true(fabs(y * evk_degree_mworks(&s) + 160) < 1e-4);
    evk_export_release(&files);

    s.screen_width_px = 0;
    assert_fails(EVK_EINVAL, "make the session with --display", evk_export_mworks(&s, &files, err));
}

/* What is refused before any image is read. */
static void test_ex_refuses(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};

    (void)state;
    s.name = "my night";
    assert_fails(EVK_EINVAL, "call the copy by such a name", evk_export_ex(&s, &files, err));
    s.name = "."; /* as in: evoke export . */
    assert_fails(EVK_EINVAL, "call the copy by such a name", evk_export_ex(&s, &files, err));
    s.name = "night";
    images[1].width_px = 201;
    assert_fails(EVK_EINVAL, "stim-000002 has 201 x 200", evk_export_ex(&s, &files, err));
    for (int i = 0; i < IMAGES; i++)
        images[i].width_px = images[i].height_px = 20000;
    assert_fails(EVK_EINVAL, "use --canvas patch, or fewer images", evk_export_ex(&s, &files, err));
    for (int i = 0; i < IMAGES; i++)
        images[i].width_px = images[i].height_px = 200;
    s.screen_width_px = 0;
    assert_fails(EVK_EINVAL, "make the session with --display", evk_export_ex(&s, &files, err));
    assert_int_equal(files.count, 0);
}

/* Texts that a program would take for something else. */
static void test_check(void **state)
{
    static const char *const bad[] = {"12", "1e5", "[1]", "a b", "a,b", "a'", "", "m\xc3\xbc"};
    struct evk_rig_session s = rig();

    (void)state;
    assert_ok(evk_export_check(&s, err));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        images[1].role = bad[i];
        assert_fails(EVK_EFORMAT, "stim_code 2 has the role '", evk_export_check(&s, err));
    }
    images[1].role = "blank";
    images[1].filename = "../x.png";
    assert_int_equal(evk_export_check(&s, NULL), EVK_EFORMAT);
    images[1].filename = "stim-000002_image.png";
    images[1].sha1 = "0123456789abcdef0123456789abcdef0123456'";
    assert_fails(EVK_EFORMAT, "expected 40 hexadecimal digits", evk_export_check(&s, err));
    images[1].sha1 = SHA1;
    s.trials = 0;
    assert_int_equal(evk_export_check(&s, NULL), EVK_EFORMAT);
}

/* A semicolon inside a name is not one between names. */
static void test_semicolon(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};

    (void)state;
    roles[2].unit = "a;b%";
    assert_ok(evk_export_csv(&s, &files, err));
    assert_non_null(strstr(line(text_of(&files), 4), ",\"a,b\"\"c;a%3Bb%25\",7,"));
    evk_export_release(&files);
    assert_ok(evk_export_monkeylogic(&s, &files, err));
    assert_non_null(strstr(line(text_of(&files), 1), ",'unit','a,b\"c;a%3Bb%25'\t1\t1\t"));
    evk_export_release(&files);
    roles[2].unit = "it's";
}

/* ---- a session that was changed --------------------------------------------------------------- */

/* Trial 3, which shows image 1, is what remains after the second change. */
static evk_json *changes(void)
{
    static const char text[] = "{\"Changes\": [{\"After\": 0}, {\"After\": 2}]}";
    evk_json *json;

    assert_ok(evk_json_parse(&json, text, sizeof(text) - 1, err));
    return json;
}

static void test_rest(void **state)
{
    struct evk_rig_session s = rig();
    evk_json *json = changes();
    bool *remains;

    (void)state;
    assert_true(!evk_rest_is(&s) && evk_rest_first(&s) == 0);
    assert_ok(evk_rest_images(&remains, &s, err));
    assert_true(remains[0] && remains[1] && remains[2]);
    free(remains);
    s.options = json;
    s.changes = 2;
    assert_true(evk_rest_is(&s) && evk_rest_first(&s) == 3);
    assert_ok(evk_rest_images(&remains, &s, err));
    assert_true(remains[0] && !remains[1] && !remains[2]);
    free(remains);
    assert_ok(evk_export_check(&s, err));
    s.trials = 3;
    assert_fails(EVK_EFORMAT, "no presentation after the trial", evk_export_check(&s, err));
    evk_json_free(json);
}

/* Orders are those that remain, trials keep their numbers, and csv has the whole. */
static void test_changed_order(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};
    evk_json *json = changes();

    (void)state;
    s.options = json;
    s.changes = 2;
    assert_ok(evk_export_psychopy(&s, &files, err));
    assert_non_null(strstr(line(text_of(&files), 1), ",max,200,200,2,3,1,3600.123456,"));
    assert_string_equal(line(text_of(&files), 2), "");
    evk_export_release(&files);
    assert_ok(evk_export_mworks(&s, &files, err));
    assert_non_null(strstr(text_of(&files), "var session_order = [\n    0\n    ]\n"));
    assert_non_null(strstr(text_of(&files), "var session_trial = [\n    3\n    ]\n"));
    assert_non_null(strstr(text_of(&files), "var session_is_catch = [\n    0\n    ]\n"));
    assert_non_null(strstr(text_of(&files), "session_image_3 ("));
    evk_export_release(&files);
    assert_ok(evk_export_csv(&s, &files, err));
    assert_non_null(strstr(line(text_of(&files), 1), "1,1,1,0.000000,"));
    assert_string_equal(line(text_of(&files), 5), "");
    evk_export_release(&files);
    evk_json_free(json);
}

/* Images that are not shown any more are another block. */
static void test_changed_blocks(void **state)
{
    struct evk_rig_session s = rig();
    struct evk_export_files files = {.count = 0};
    evk_json *json = changes();

    (void)state;
    s.options = json;
    s.changes = 2;
    assert_ok(evk_export_monkeylogic(&s, &files, err));
    assert_non_null(strstr(line(text_of(&files), 1), "\t1\t1\tshow_image\t"));
    assert_non_null(strstr(line(text_of(&files), 2), "\t1\t2\tshow_image\t"));
    assert_non_null(strstr(line(text_of(&files), 3), "\t1\t2\tshow_image\t"));
    evk_export_release(&files);
    evk_json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_psychopy),      cmocka_unit_test(test_csv),
        cmocka_unit_test(test_degrees),       cmocka_unit_test(test_edges),
        cmocka_unit_test(test_monkeylogic),   cmocka_unit_test(test_mworks),
        cmocka_unit_test(test_ex_refuses),    cmocka_unit_test(test_check),
        cmocka_unit_test(test_semicolon),     cmocka_unit_test(test_rest),
        cmocka_unit_test(test_changed_order), cmocka_unit_test(test_changed_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
