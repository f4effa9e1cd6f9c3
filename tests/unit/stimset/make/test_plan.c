/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plan.c - codes: the next ones for what is new, the old ones for what is there */
#include "stimset/make/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"

static struct evk_row row(const char *model, int64_t output, int64_t start)
{
    struct evk_row r = evk_row_new();

    r.set_type = "max";
    r.target_model = model;
    r.model_sha256 = "0123";
    snprintf(r.target_output, sizeof(r.target_output), "%lld", (long long)output);
    snprintf(r.objective, sizeof(r.objective), "max");
    r.method = "published";
    r.seed = 0;
    r.start = start;
    r.n_steps = 4;
    return r;
}

/* (count) rows of outputs o and starts s of a model, output by output. */
static void fill(struct evk_row *out, const char *model, int64_t outputs, int64_t starts)
{
    for (int64_t o = 0; o < outputs; o++)
        for (int64_t s = 0; s < starts; s++)
            *out++ = row(model, o, s);
}

static void test_new(void **state)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_row wanted[6];
    int64_t place[6];

    (void)state;
    fill(wanted, "m", 2, 3);
    assert_ok(evk_plan(&all, wanted, 6, place, err));
    assert_int_equal(all.count, 6);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(place[i], i);
        assert_int_equal(all.list[i].row.stim_code, i + 1);
        assert_int_equal(all.list[i].row.start, i % 3);
        assert_false(all.list[i].row.present);
        assert_int_equal(all.list[i].trace.count, 0);
    }
    assert_string_equal(all.list[0].row.stimulus_id, "stim-max000001");
    assert_string_equal(all.list[5].row.filename, "stim-max000006_image.png");
    evk_stimuli_release(&all);
}

/* More starts, then more models: what is there keeps its row, to the byte. */
static void test_more(void **state)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_stimulus before[4];
    struct evk_row wanted[12];
    int64_t place[12];

    (void)state;
    fill(wanted, "m", 2, 2);
    assert_ok(evk_plan(&all, wanted, 4, place, err));
    for (int i = 0; i < 4; i++)
        all.list[i].row.response_pred = i;
    memcpy(before, all.list, sizeof(before));
    fill(wanted, "m", 2, 3);
    assert_ok(evk_plan(&all, wanted, 6, place, err));
    assert_int_equal(all.count, 6);
    assert_memory_equal(before, all.list, sizeof(before));
    {
        static const int64_t want[] = {0, 1, 4, 2, 3, 5};

        for (int i = 0; i < 6; i++)
            assert_int_equal(place[i], want[i]);
    }
    assert_true(all.list[4].row.target_output[0] == '0' && all.list[4].row.start == 2);
    assert_true(all.list[5].row.target_output[0] == '1' && all.list[5].row.stim_code == 6);

    fill(wanted, "a model before it", 2, 3);
    fill(wanted + 6, "m", 2, 3);
    assert_ok(evk_plan(&all, wanted, 12, place, err));
    assert_int_equal(all.count, 12);
    assert_memory_equal(before, all.list, sizeof(before));
    assert_int_equal(place[0], 6);
    assert_int_equal(place[6], 0);
    assert_string_equal(all.list[6].row.target_model, "a model before it");
    /* All of it again: nothing is new. */
    assert_ok(evk_plan(&all, wanted, 12, place, err));
    assert_int_equal(all.count, 12);
    evk_stimuli_release(&all);
}

/* Whatever tells two jobs apart tells their stimuli apart. */
static void test_keys(void **state)
{
    struct evk_row wanted[11];
    struct evk_stimuli all = {NULL, 0, NULL};
    int64_t place[11];

    (void)state;
    for (int i = 0; i < 11; i++)
        wanted[i] = row("m", 1, 1);
    wanted[1].set_type = "min";
    wanted[2].target_model = "n";
    wanted[3].model_sha256 = "0124";
    snprintf(wanted[4].target_output, EVK_NEURON_TEXT, "2");
    snprintf(wanted[5].objective, sizeof(wanted[5].objective), "min");
    wanted[6].method = "other";
    wanted[7].seed = 1;
    wanted[8].start = 2;
    snprintf(wanted[9].target_output, EVK_NEURON_TEXT, "3");
    wanted[10].source_file = "a.png";
    assert_ok(evk_plan(&all, wanted, 11, place, err));
    assert_int_equal(all.count, 11);
    assert_string_equal(all.list[1].row.stimulus_id, "stim-min000002");
    /* What is measured later does not. */
    for (int i = 0; i < 11; i++) {
        wanted[i].response_pred = 1;
        wanted[i].present = true;
    }
    assert_ok(evk_plan(&all, wanted, 11, place, err));
    assert_int_equal(all.count, 11);
    for (int i = 0; i < 11; i++)
        assert_int_equal(place[i], i);
    evk_stimuli_release(&all);
}

static void test_no_more_codes(void **state)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_row *wanted = calloc(EVK_CODE_MAX + 1, sizeof(*wanted));
    int64_t *place = calloc(EVK_CODE_MAX + 1, sizeof(*place));

    (void)state;
    assert_non_null(wanted);
    assert_non_null(place);
    fill(wanted, "m", 1, EVK_CODE_MAX + 1);
    assert_fails(EVK_EINVAL, "32768 stimuli are more than stim_code can number",
                 evk_plan(&all, wanted, EVK_CODE_MAX + 1, place, err));
    assert_int_equal(all.count, 0);
    assert_ok(evk_plan(&all, wanted, EVK_CODE_MAX, place, err));
    assert_int_equal(all.count, EVK_CODE_MAX);
    assert_string_equal(all.list[EVK_CODE_MAX - 1].row.stimulus_id, "stim-max032767");
    assert_fails(EVK_EINVAL, "expected at most 32767",
                 evk_plan(&all, wanted, EVK_CODE_MAX + 1, place, err));
    assert_int_equal(all.count, EVK_CODE_MAX);
    evk_stimuli_release(&all);
    free(wanted);
    free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_no_more_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
