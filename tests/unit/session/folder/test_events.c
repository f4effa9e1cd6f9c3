/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_events.c - the template of events and its sidecar, which describes each of its columns */
#include "../../../harness/test.h"

#include <string.h>

#include "base/json.h"
#include "session/folder/events.h"
#include "session/folder/verifier.h"

static void test_table(void **state)
{
    const struct evk_rig_image images[] = {
        {.code = 1, .filename = "a.png", .role = "max"},
        {.code = 2, .filename = "b.png", .role = "blank"},
    };
    const struct evk_rig_trial trials[] = {
        {1, 1, 1, 2, 0, 0.1, true, false},
        {1, 2, 1, 1, 1.25, 0.1, false, true},
    };
    struct evk_str text = EVK_STR_INIT;

    (void)state;
    assert_ok(evk_events_put(&text, trials, 2, images, err));
    assert_string_equal(text.data, "onset\tduration\ttrial_type\tstim_file\tstim_code\tblock\ttrial"
                                   "\tposition\tis_catch\n"
                                   "0.000000\t0.100000\tblank\tb.png\t2\t1\t1\t1\tfalse\n"
                                   "1.250000\t0.100000\tmax\ta.png\t1\t1\t2\t1\ttrue\n");
    evk_str_release(&text);
}

static void test_sidecar(void **state)
{
    const struct evk_events_screen screen = {1920, 1080, 48, 57, 120}, none = {0, 0, 0, 0, 0};
    struct evk_str text = EVK_STR_INIT, table = EVK_STR_INIT;
    const evk_json *shown;
    evk_json *json;
    double metres = 0, height = 0;
    int64_t pixels = 0;

    (void)state;
    assert_ok(evk_events_put_json(&text, &screen, err));
    assert_ok(evk_json_parse(&json, text.data, text.size, err));
    shown = evk_json_get(json, "StimulusPresentation");
    assert_true(evk_json_real(evk_json_get(shown, "ScreenDistance"), &metres) && metres == 0.57);
    assert_true(evk_json_int(evk_json_at(evk_json_get(shown, "ScreenResolution"), 1), &pixels));
    assert_int_equal(pixels, 1080);
    assert_true(evk_json_real(evk_json_at(evk_json_get(shown, "ScreenSize"), 1), &height));
    assert_true(height == 0.27);
    assert_ok(evk_events_put(&table, NULL, 0, NULL, err));
    for (char *name = strtok(table.data, "\t\n"); name; name = strtok(NULL, "\t\n"))
        assert_non_null(evk_json_text(evk_json_get(evk_json_get(json, name), "Description")));
    evk_json_free(json);
    evk_str_release(&table);

    evk_str_release(&text);
    assert_ok(evk_events_put_json(&text, &none, err));
    assert_non_null(strstr(text.data, "\"StimulusPresentation\": {},"));
    evk_str_release(&text);
}

static void test_verifiers(void **state)
{
    (void)state;
    assert_string_equal(evk_copy_verifier_name(0), "verify_copy.py");
    assert_string_equal(evk_copy_verifier_name(1), "verify_copy.m");
    assert_null(evk_copy_verifier_name(2));
    assert_null(evk_copy_verifier_name(-1));
    assert_null(evk_copy_verifier("verify_copy.sh"));
    assert_memory_equal(evk_copy_verifier("verify_copy.py"), "#!/usr/bin/env python3\n", 23);
    assert_memory_equal(evk_copy_verifier("verify_copy.m"), "function ok = verify_copy(folder)\n",
                        34);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_sidecar),
        cmocka_unit_test(test_verifiers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
