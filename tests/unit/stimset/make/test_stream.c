/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_stream.c - sets of many images: the same bytes wherever and however often they are stopped */
#include "stimset/folder/writing.h"
#include "stimset/make/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "base/fs.h"
#include "base/parallel.h"
#include "evoke/set.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

enum { COUNT = 700, SEVENTH = 7 };

/* What happens to a call. */
struct trial {
    const char *folder;
    struct evk_writing writing;
    int threads;
    int64_t stop_after;      /* images that are begun; -1: never */
    evk_status breaks;       /* of image 300; 0: none */
    int64_t begun, failures; /* counted */
    int64_t last_failure;    /* rows come in order */
    struct evk_lock *lock;
};

static void begin(void *arg, int64_t i, struct evk_stream_item *item)
{
    (void)arg;
    item->stimulus.row.type = "image";
    item->stimulus.row.set_type = i % 2 ? "gaudy" : "natural";
    item->stimulus.row.method = "leaves";
    item->stimulus.row.seed = i;
}

static int picture(int64_t i)
{
    return (int)(i % 64 / 2);
}

/* Images 0 0 1 1 ... 31 31 and again; every seventh cannot be made. */
static evk_status make(void *arg, int worker, int64_t i, struct evk_stream_item *item,
                       evk_error *err)
{
    struct trial *t = arg;
    unsigned char data[12];
    const struct evk_pixels p = {2, 2, 3, data};
    struct evk_pixels there;
    struct evk_bytes file;
    evk_status s;

    (void)worker;
    evk_lock_take(t->lock);
    t->begun++;
    evk_lock_give(t->lock);
    if (t->breaks && i == 300)
        return evk_fail(err, t->breaks, "broken");
    if (i % SEVENTH == 3)
        return evk_fail(err, EVK_EFORMAT, "number %lld is nothing", (long long)i);
    for (int k = 0; k < 12; k++)
        data[k] = (unsigned char)(picture(i) + k);
    EVK_TRY(evk_png_encode(&file, &p, NULL, err));
    s = evk_set_file_put_fast(&t->writing.folder, &item->stimulus.row, &file, &there, err);
    evk_bytes_release(&file);
    if (!s)
        evk_pixels_release(&there);
    return s;
}

static void failed(void *arg, int64_t i, const char *why)
{
    struct trial *t = arg;
    char text[64];

    snprintf(text, sizeof(text), "number %lld is nothing", (long long)i);
    assert_true(!why || strcmp(why, text) == 0);
    assert_true(i % SEVENTH == 3 && i > t->last_failure);
    t->last_failure = i;
    t->failures++;
}

static bool stop(void *arg)
{
    struct trial *t = arg;
    bool enough;

    evk_lock_take(t->lock);
    enough = t->stop_after >= 0 && t->begun >= t->stop_after;
    evk_lock_give(t->lock);
    return enough;
}

/* The description of a kind of set whose rows have the two types that begin gives them. */
static void describe(struct evk_json_writer *w, int64_t count)
{
    evk_json *set = evk_describe_head(w, &evk_set_kind_gaudy);

    evk_json_put_int(w, evk_json_put_object(w, set, "Options"), "count", count);
}

static evk_status make_set(struct trial *t, int64_t count, evk_made *out, evk_error *err)
{
    struct evk_json_writer asked;
    const evk_run run = {.threads = t->threads, .stop = stop, .arg = t};
    const struct evk_stream s = {.folder = &t->writing.folder,
                                 .asked = &asked,
                                 .count = count,
                                 .begin = begin,
                                 .make = make,
                                 .failed = failed,
                                 .arg = t,
                                 .run = &run,
                                 .threads = t->threads};
    evk_status status;

    t->begun = t->failures = 0;
    t->last_failure = -1;
    describe(&asked, count);
    EVK_TRY(evk_lock_new(&t->lock, err));
    status = evk_writing_begin(&t->writing, t->folder, err);
    if (!status) {
        status = evk_stream(&s, out, err);
        evk_writing_end(&t->writing);
    }
    evk_lock_free(t->lock);
    evk_json_writer_release(&asked);
    return status;
}

static char *whole; /* a set that was made in one go */

static int set_up(void **state)
{
    char *folder = scratch_folder("test_stream");
    struct trial t = {.threads = 2, .stop_after = -1};
    evk_made made;

    (void)state;
    whole = strdup(path_in(folder, "whole"));
    t.folder = whole;
    assert_ok(make_set(&t, COUNT, &made, err));
    assert_int_equal(made.failed, COUNT / SEVENTH);
    assert_int_equal(made.images, COUNT - COUNT / SEVENTH);
    assert_int_equal(made.made, made.images);
    assert_int_equal(t.failures, COUNT / SEVENTH);
    free(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(whole);
    return 0;
}

static void assert_same(const char *folder)
{
    static const char *const names[] = {EVK_SET_MANIFEST, EVK_SET_TABLE, EVK_SET_TRACES,
                                        EVK_SET_DESCRIPTION};
    char a[EVK_SHA256_TEXT], b[EVK_SHA256_TEXT];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_ok(evk_dir_hash(dir_at(whole), names[i], 1 << 20, a, err));
        assert_ok(evk_dir_hash(dir_at(folder), names[i], 1 << 20, b, err));
        assert_string_equal(a, b);
    }
    assert_false(evk_set_file_has(dir_at(folder), "unfinished.tsv"));
}

/* The table, as every other reader sees it; repeated images name the first. */
static void test_rows(void **state)
{
    evk_set *set;

    (void)state;
    assert_ok(evk_set_open(&set, whole, err));
    assert_int_equal(evk_set_count(set), COUNT);
    for (int64_t i = 0; i < COUNT; i++) {
        const bool there = i % SEVENTH != 3;
        const char *duplicate = evk_set_cell(set, i, "duplicate_of");
        int64_t first = i;
        char id[32];

        for (int64_t k = i; k >= 0; k--)
            first = k % SEVENTH != 3 && picture(k) == picture(i) ? k : first;
        snprintf(id, sizeof(id), "stim-%s%06d", i % 2 ? "gaudy" : "natural", (int)i + 1);
        assert_string_equal(evk_set_cell(set, i, "stimulus_id"), id);
        assert_string_equal(evk_set_cell(set, i, "present"), there ? "true" : "false");
        snprintf(id, sizeof(id), "stim-%s%06d", first % 2 ? "gaudy" : "natural", (int)first + 1);
        assert_string_equal(duplicate, there && first != i ? id : "n/a");
    }
    evk_set_free(set);
}

/* Stopped again and again, on any number of threads; what is begun anew is what was in hand. */
static void test_stopped(void **state)
{
    char *folder = scratch_folder("test_stream_part");
    struct trial t = {.folder = folder, .stop_after = 150};
    evk_made made = {0, 0, 0};
    evk_status s = EVK_ESTOPPED;
    int calls = 0;

    (void)state;
    for (; s == EVK_ESTOPPED && calls < 20; calls++) {
        evk_error err = {EVK_OK, ""};

        t.threads = 1 + calls % 3;
        s = make_set(&t, COUNT, &made, &err);
    }
    assert_int_equal(s, EVK_OK);
    assert_true(calls >= 5);
    assert_same(folder);
    /* Once more: nothing is made, and what failed is still named. */
    t.stop_after = -1;
    assert_ok(make_set(&t, COUNT, &made, err));
    assert_int_equal(made.made, 0);
    assert_int_equal(t.begun, 0);
    assert_int_equal(t.failures, COUNT / SEVENTH);
    free(folder);
}

/* A disk that fails ends the call; lines and files that were torn are made again. */
static void test_damaged(void **state)
{
    char *folder = scratch_folder("test_stream_part");
    struct trial t = {.folder = folder, .threads = 2, .stop_after = -1, .breaks = EVK_EIO};
    struct evk_bytes journal;
    evk_made made;
    char *line;
    size_t at;

    (void)state;
    assert_fails(EVK_EIO, "broken", make_set(&t, COUNT, &made, err));
    t.breaks = EVK_OK;
    assert_ok(evk_set_file_get(dir_at(folder), "unfinished.tsv", &journal, err));
    line = strchr((char *)journal.data, '\n') + 1; /* there is one: it is a text */
    at = (size_t)(line - (char *)journal.data);
    assert_ok(evk_dir_write(dir_at(folder), "unfinished.tsv", line, journal.size - at, err));
    t.stop_after = 0;
    assert_fails(EVK_ESTOPPED, "interrupted", make_set(&t, COUNT, &made, err));
    t.stop_after = -1;
    assert_ok(evk_dir_write(dir_at(folder), "unfinished.tsv", line, journal.size - at, err));
    assert_ok(make_set(&t, COUNT, &made, err));
    assert_int_equal(t.begun, COUNT); /* of rows that do not begin with the first, none stays */
    assert_same(folder);
    assert_ok(evk_dir_remove(dir_at(folder), EVK_SET_MANIFEST, err));
    assert_ok(
        evk_dir_write(dir_at(folder), "unfinished.tsv", journal.data, journal.size - 20, err));
    evk_bytes_release(&journal);
    assert_ok(evk_dir_write(dir_at(folder), "stimuli/stim-natural000101_image.png", "x", 1, err));
    assert_ok(make_set(&t, COUNT, &made, err));
    assert_int_equal(t.begun, COUNT - 100);
    assert_same(folder);
    assert_ok(evk_dir_remove(dir_at(folder), "stimuli/stim-natural000101_image.png", err));
    assert_ok(make_set(&t, COUNT, &made, err));
    assert_same(folder);
    free(folder);
}

static void test_refused(void **state)
{
    char *folder = scratch_folder("test_stream_part");
    struct trial t = {.folder = folder, .threads = 1, .stop_after = -1};
    evk_made made;

    (void)state;
    assert_fails(EVK_EINVAL, "found 0 images, expected 1 to 999999", make_set(&t, 0, &made, err));
    assert_fails(EVK_EINVAL, "found 1000000 images", make_set(&t, 1000000, &made, err));
    assert_ok(make_set(&t, 3, &made, err));
    assert_fails(EVK_EINVAL, "option count is 3 there, 4 here", make_set(&t, 4, &made, err));
    assert_ok(evk_dir_write(dir_at(folder), EVK_SET_TABLE, "x", 1, err));
    assert_fails(EVK_EFORMAT, "was altered after the set was finished",
                 make_set(&t, 3, &made, err));
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
