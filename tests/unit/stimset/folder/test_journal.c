/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_journal.c - what a torn, damaged or shuffled journal still says */
#include "stimset/folder/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "../../../harness/tiny.h"
#include "stimset/make/plan.h"

enum { COUNT = 5 };

static char *folder;
static char journal[256];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_journal");
    snprintf(journal, sizeof(journal), "%s", path_in(folder, evk_journal_name));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* COUNT stimuli that are planned. */
static struct evk_stimuli plan(void)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_row wanted[COUNT];
    int64_t place[COUNT];

    for (int i = 0; i < COUNT; i++) {
        wanted[i] = evk_row_new();
        wanted[i].set_type = "max";
        wanted[i].target_model = "a model";
        snprintf(wanted[i].target_output, EVK_NEURON_TEXT, "%d", i);
    }
    assert_ok(evk_plan(&all, wanted, COUNT, place, err));
    return all;
}

/* As it is once tried; number 4 is dead, number 5 has failed. */
static void make(struct evk_stimulus *s)
{
    s->row.present = s->row.stim_code < 4;
    s->row.dead = s->row.stim_code == 4;
    s->failed = s->row.stim_code == 5;
    s->row.response_pred = s->row.present ? 1.0 / (double)s->row.stim_code : s->row.response_pred;
    for (int64_t i = 0; i < s->row.stim_code; i++)
        evk_response_trace_note(&s->trace, COUNT, i, (float)i / 3);
}

/* All that the journal holds of a stimulus. */
static struct evk_str text_of(const struct evk_stimulus *s)
{
    struct evk_str text = EVK_STR_INIT;

    assert_ok(evk_row_write(&s->row, &text, err));
    evk_response_trace_write(&s->trace, s->trace.count, ' ', &text);
    evk_str_puts(&text, s->failed ? "failed" : "");
    return text;
}

static void assert_stimulus(const struct evk_stimulus *got, const struct evk_stimulus *want)
{
    struct evk_str a = text_of(got), b = text_of(want);

    assert_string_equal(a.data, b.data);
    evk_str_release(&a);
    evk_str_release(&b);
}

/* What is read are these stimuli, and no others. */
static void assert_journal(const struct evk_stimuli *want)
{
    struct evk_stimuli got;

    assert_ok(evk_journal_read(dir_at(folder), &got, err));
    assert_int_equal(got.count, want->count);
    for (int64_t i = 0; i < got.count; i++)
        assert_stimulus(&got.list[i], &want->list[i]);
    evk_stimuli_release(&got);
}

static void put(const void *data, size_t size)
{
    FILE *f = fopen(journal, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static void test_planned_and_made(void **state)
{
    struct evk_stimuli all = plan();

    (void)state;
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    assert_journal(&all);
    for (int i = COUNT - 1; i >= 0; i--) { /* in any order */
        make(&all.list[i]);
        assert_ok(evk_journal_add(dir_at(folder), &all.list[i], err));
        assert_journal(&all);
    }
    /* Written anew, it says the same in fewer lines. */
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    assert_journal(&all);
    evk_stimuli_release(&all);
}

/* A journal of which the last line, that of stimulus 1, is torn after each byte. */
static void test_torn(void **state)
{
    struct evk_stimuli all = plan();
    struct evk_stimulus planned;
    struct evk_str before, after;

    (void)state;
    make(&all.list[0]);
    make(&all.list[3]);
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    make(&all.list[4]);
    assert_ok(evk_journal_add(dir_at(folder), &all.list[4], err));
    before = tiny_read(journal);
    planned = all.list[1];
    make(&all.list[1]);
    assert_ok(evk_journal_add(dir_at(folder), &all.list[1], err));
    assert_journal(&all);
    after = tiny_read(journal);
    assert_memory_equal(after.data, before.data, before.size);
    for (size_t size = before.size; size < after.size; size++) {
        const struct evk_stimulus made = all.list[1];

        put(after.data, size);
        all.list[1] = planned;
        assert_journal(&all);
        all.list[1] = made;
    }
    /* What is added after a torn line is lost with it, at most; the next is not. */
    put(after.data, before.size + 50);
    assert_ok(evk_journal_add(dir_at(folder), &all.list[1], err));
    assert_ok(evk_journal_add(dir_at(folder), &all.list[1], err));
    assert_journal(&all);
    evk_str_release(&before);
    evk_str_release(&after);
    evk_stimuli_release(&all);
}

/* A power cut may leave zeros where a line was going to be. */
static void test_zeros(void **state)
{
    struct evk_stimuli all = plan();
    struct evk_str text;
    char *more;

    (void)state;
    make(&all.list[2]);
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    text = tiny_read(journal);
    more = calloc(1, text.size + 4096);
    assert_non_null(more);
    memcpy(more, text.data, text.size);
    for (size_t zeros = 1; zeros <= 4096; zeros *= 8) {
        put(more, text.size + zeros);
        assert_journal(&all);
    }
    free(more);
    evk_str_release(&text);
    evk_stimuli_release(&all);
}

/* Any one byte of the line that says "made" changed: then it is planned, and all others stay. */
static void test_each_byte(void **state)
{
    struct evk_stimuli all = plan();
    struct evk_stimulus planned = all.list[1];
    struct evk_str text;
    size_t begin;

    (void)state;
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    text = tiny_read(journal);
    begin = text.size;
    evk_str_release(&text);
    make(&all.list[1]);
    assert_ok(evk_journal_add(dir_at(folder), &all.list[1], err));
    text = tiny_read(journal);
    evk_stimuli_release(&all);
    all = plan();
    all.list[1] = planned;
    for (size_t i = begin; i < text.size; i++) {
        text.data[i] ^= 1;
        put(text.data, text.size);
        assert_journal(&all);
        text.data[i] ^= 1;
    }
    evk_str_release(&text);
    evk_stimuli_release(&all);
}

static void test_garbage(void **state)
{
    static const char *const lines[] = {
        "\n", "\t\n", "x\n", "\t\t\t\n", "a\tb\tc\t0123456789abcdef\n", "\xff\xfe\n"};
    struct evk_stimuli all = plan();
    struct evk_str clean, text = EVK_STR_INIT;

    (void)state;
    make(&all.list[0]);
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    clean = tiny_read(journal);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        text.size = 0;
        evk_str_puts(&text, lines[i]); /* before, */
        evk_str_add(&text, clean.data, clean.size);
        evk_str_puts(&text, lines[i]); /* between */
        evk_str_add(&text, clean.data, clean.size);
        evk_str_puts(&text, lines[i]); /* and after */
        put(text.data, text.size);
        assert_journal(&all);
    }
    evk_str_release(&clean);
    evk_str_release(&text);
    evk_stimuli_release(&all);
}

/* Lines of two threads may come in any order; that a stimulus is made outweighs its plan. */
static void test_order(void **state)
{
    struct evk_stimuli all = plan();
    struct evk_str planned, made, text = EVK_STR_INIT;

    (void)state;
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    planned = tiny_read(journal);
    for (int i = 0; i < COUNT; i++)
        make(&all.list[i]);
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    made = tiny_read(journal);
    evk_str_add(&text, made.data, made.size);
    evk_str_add(&text, planned.data, planned.size);
    put(text.data, text.size);
    assert_journal(&all);
    evk_str_release(&planned);
    evk_str_release(&made);
    evk_str_release(&text);
    evk_stimuli_release(&all);
}

/* A line whose hash is right says what a line says, names too; whoever wrote another is told where. */
static void test_names(void **state)
{
    static const char *const names[] = {"",
                                        "../victim",
                                        "/etc/passwd",
                                        "stim-max000002_image.png",
                                        "stim-max000001_image.PNG",
                                        "stim-max000001_image.png.part",
                                        "stimuli.tsv",
                                        "."};
    struct evk_stimuli all = plan(), got;
    char id[32];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct evk_row *row = &all.list[0].row;

        snprintf(row->filename, sizeof(row->filename), "%s", names[i]);
        assert_ok(evk_journal_write(dir_at(folder), &all, err));
        assert_fails(EVK_EFORMAT, "unfinished.tsv: line 1: filename is '",
                     evk_journal_read(dir_at(folder), &got, err));
        assert_fails(EVK_EFORMAT, "', expected 'stim-max000001_image.png'",
                     evk_journal_read(dir_at(folder), &got, err));
        evk_row_give_code(row, 1);
    }
    snprintf(id, sizeof(id), "%s", all.list[2].row.stimulus_id);
    snprintf(all.list[2].row.stimulus_id, sizeof(id), "%s", "../x");
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    assert_fails(EVK_EFORMAT, "line 3: stimulus_id is '../x', expected 'stim-max000003'",
                 evk_journal_read(dir_at(folder), &got, err));
    snprintf(all.list[2].row.stimulus_id, sizeof(id), "%s", id);
    all.list[1].row.set_type = "../x"; /* and with it both names */
    evk_row_give_code(&all.list[1].row, 2);
    assert_ok(evk_journal_write(dir_at(folder), &all, err));
    assert_fails(EVK_EFORMAT, "line 2: set_type is '../x', expected one of: blank, control, max, ",
                 evk_journal_read(dir_at(folder), &got, err));
    evk_stimuli_release(&all);
}

static void test_none(void **state)
{
    struct evk_stimuli all = {NULL, 0, NULL};

    (void)state;
    remove(journal);
    assert_fails(EVK_EIO, "unfinished.tsv: No such file",
                 evk_journal_read(dir_at(folder), &all, err));
    put("", 0);
    assert_ok(evk_journal_read(dir_at(folder), &all, err));
    assert_int_equal(all.count, 0);
    evk_stimuli_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planned_and_made),
        cmocka_unit_test(test_torn),
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_each_byte),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
