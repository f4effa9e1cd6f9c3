/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_judge_text.c - models from a text: a judge with its name and outputs, a file with a neuron */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/tiny.h"
#include "base/fs.h"

static char *folder;

static int set_up(void **state)
{
    static const char card[] = "{\"card\": 1, \"weights\": \"wide.keras\", \"neurons\": "
                               "[\"a\", \"b\", \"right\", \"d\", \"e\", \"left\", \"g\"]}";

    (void)state;
    folder = scratch_folder("judge_text");
    evk_model_free(tiny_model(path_in(folder, "wide.keras"), "lllllll"));
    evk_model_free(tiny_model(path_in(folder, "x=y.keras"), "ll"));
    assert_ok(evk_fs_write(path_in(folder, "bench.json"), card, strlen(card), err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

struct spelling {
    const char *before, *file, *list, *name;
    size_t count;
    int64_t outputs[8];
};

/* before, the path of the file, and the list: one text. */
static evk_status open_text(const struct spelling *k, evk_model **m, int64_t **outputs,
                            size_t *count, evk_error *why)
{
    char text[1024];

    snprintf(text, sizeof(text), "%s%s%s", k->before, path_in(folder, k->file), k->list);
    return evk_model_open_judge(m, text, NULL, outputs, count, why);
}

static void test_text(void **state)
{
    static const struct spelling known[] = {
        {"", "wide.keras", "", "wide", 0, {0}},
        {"", "wide.keras", ":3", "wide", 1, {3}},
        {"", "wide.keras", ":5,0-2,5", "wide", 5, {5, 0, 1, 2, 5}},
        {"w=", "wide.keras", ":6", "w", 1, {6}},
        {"a name=", "wide.keras", "", "a name", 0, {0}},
        {"", "x=y.keras", ":1", "x=y", 1, {1}},
        {"z=", "x=y.keras", ":1", "z", 1, {1}},
        {"", "bench.json", ":left,b", "bench", 2, {5, 1}},
        {"b=", "bench.json", ":left,0,left", "b", 3, {5, 0, 5}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        int64_t *outputs;
        size_t count;
        evk_model *m;

        assert_ok(open_text(&known[i], &m, &outputs, &count, err));
        assert_string_equal(evk_model_describe(m)->name, known[i].name);
        assert_int_equal(count, known[i].count);
        assert_true(count ? outputs != NULL : outputs == NULL);
        for (size_t o = 0; o < count; o++)
            assert_int_equal(outputs[o], known[i].outputs[o]);
        free(outputs);
        evk_model_free(m);
    }
}

static void test_text_refused(void **state)
{
    static const struct {
        struct spelling k;
        evk_status status;
        const char *text;
    } bad[] = {
        {{"=", "wide.keras", "", "", 0, {0}}, EVK_EINVAL, "its name is empty"},
        {{"", "none.keras", "", "", 0, {0}}, EVK_ENOTFOUND, "is no file"},
        {{"n=", "none.keras", ":1", "", 0, {0}}, EVK_ENOTFOUND, "is no file"},
        {{"", "wide.keras", ":7", "", 0, {0}}, EVK_EINVAL, "neuron 7 is out of range"},
        {{"", "wide.keras", ":1,", "", 0, {0}}, EVK_EINVAL, "neurons is '1,'"},
        {{"", "wide.keras", ":", "", 0, {0}}, EVK_EINVAL, "neurons is ''"},
        {{"", "wide.keras", ":3-1", "", 0, {0}}, EVK_EINVAL, "neurons is '3-1'"},
        {{"", "bench.json", ":up", "", 0, {0}}, EVK_EINVAL, "has no neuron 'up'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int64_t *outputs;
        size_t count;
        evk_model *m;

        assert_fails(bad[i].status, bad[i].text, open_text(&bad[i].k, &m, &outputs, &count, err));
    }
}

/* A text of a file and one neuron, which stays as it is. */
static void test_neuron(void **state)
{
    char text[1024], before[1024];
    int64_t output;
    evk_model *m;

    (void)state;
    snprintf(text, sizeof(text), "%s:left", path_in(folder, "bench.json"));
    memcpy(before, text, sizeof(text));
    assert_ok(evk_model_open_neuron(&m, text, NULL, &output, err));
    assert_int_equal(output, 5);
    assert_string_equal(text, before);
    evk_model_free(m);
    assert_fails(EVK_ENOTFOUND, "'none:1' is no file",
                 evk_model_open_neuron(&m, "none:1", NULL, &output, err));
    assert_ok(evk_model_open_neuron(&m, path_in(folder, "bench.json"), NULL, &output, err));
    assert_int_equal(output, -1);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text),
                                       cmocka_unit_test(test_text_refused),
                                       cmocka_unit_test(test_neuron)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
