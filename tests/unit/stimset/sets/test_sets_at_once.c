/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_sets_at_once.c - sets made and drawn by several threads of one process: not two in one
 * folder; and HDF5 files read meanwhile, by child processes of a process that has threads
 */
#include "../../../harness/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/formats.h"
#include "../../../harness/tiny.h"

static char *folder;
static evk_model *model;
static evk_recipe recipe;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("sets-at-once");
    formats_write(folder);
    model = tiny_model(path_in(folder, "tiny.keras"), "lll");
    recipe = tiny_recipe();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    free(folder);
    return 0;
}

/* Makes the images of the first two neurons; safe from several threads at once. */
static evk_status make(const char *name, const evk_run *run, evk_error *err)
{
    static const int64_t outputs[] = {0, 1};
    const evk_target target = {model, outputs, 2};
    evk_set_report *report = NULL;
    char path[512];
    evk_status s;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    s = evk_maximize(path, &target, 1, &recipe, NULL, run, &report, err);
    evk_set_report_free(report);
    return s;
}

/* ---- two calls for one folder ------------------------------------------------------------ */

struct second {
    int calls;
    evk_status status; /* of the last call */
    evk_error err;
};

static void *make_second(void *arg)
{
    struct second *second = arg;

    second->status = make("shared", &(const evk_run){.threads = 1}, &second->err);
    return NULL;
}

/* While the first call is under way, another thread calls for the same folder. */
static void call_again(void *arg, const evk_progress *progress)
{
    struct second *second = arg;
    pthread_t thread;

    (void)progress;
    if (pthread_create(&thread, NULL, make_second, second) == 0 && pthread_join(thread, NULL) == 0)
        second->calls++;
}

static void test_one_folder(void **state)
{
    struct second second = {.status = EVK_OK};
    const evk_run plain = {.threads = 2};
    const evk_run run = {.threads = 2, .progress = call_again, .arg = &second};
    struct evk_str alone;

    (void)state;
    assert_ok(make("alone", &plain, err));
    assert_ok(make("shared", &run, err));
    assert_true(second.calls > 0);
    assert_int_equal(second.status, EVK_EBUSY);
    assert_non_null(strstr(second.err.msg, "is writing to it"));
    alone = tiny_content(path_in(folder, "alone"));
    assert_content(path_in(folder, "shared"), &alone);
    evk_str_release(&alone);
    make_second(&second); /* now that the first call is over */
    assert_int_equal(second.status, EVK_OK);
}

/* ---- HDF5 files beside a loop on several threads ------------------------------------------- */

/* With a sanitizer, a format that needs no child process (formats.h). */
enum { FORMAT = FORMATS_AT_ONCE > FORMAT_H5 ? FORMAT_H5 : 0 };

struct reader {
    pthread_t thread;
    float *image; /* (FORMAT_VALUES) */
    struct format_answer expected, answer;
    atomic_bool over;
    int opened;
    char failure[1200]; /* empty where all answers were as expected */
};

/* Opens an HDF5 file again and again, once at least. */
static void *read_hdf5(void *arg)
{
    struct reader *r = arg;
    evk_error err;

    do {
        if (format_ask(&r->answer, folder, FORMAT, r->image, &err))
            snprintf(r->failure, sizeof(r->failure), "%s", err.msg);
        else if (memcmp(&r->answer, &r->expected, sizeof(r->answer)) != 0)
            snprintf(r->failure, sizeof(r->failure), "another answer");
        r->opened++;
    } while (!atomic_load(&r->over) && !r->failure[0]);
    return NULL;
}

static void test_hdf5_beside_loop(void **state)
{
    static struct reader reader;
    const evk_run run = {.threads = 2};
    struct evk_str alone;

    (void)state;
    reader.image = calloc(FORMAT_VALUES, sizeof(float));
    assert_non_null(reader.image);
    assert_ok(format_ask(&reader.expected, folder, FORMAT, reader.image, err));
    remove_folder(path_in(folder, "alone"));
    assert_ok(make("alone", &run, err));
    alone = tiny_content(path_in(folder, "alone"));
    assert_int_equal(pthread_create(&reader.thread, NULL, read_hdf5, &reader), 0);
    for (int i = 0; i < trials(25); i++) {
        remove_folder(path_in(folder, "beside"));
        assert_ok(make("beside", &run, err));
        assert_content(path_in(folder, "beside"), &alone);
    }
    atomic_store(&reader.over, true);
    assert_int_equal(pthread_join(reader.thread, NULL), 0);
    assert_string_equal(reader.failure, "");
    assert_true(reader.opened > 1);
    evk_str_release(&alone);
    free(reader.image);
}

/* ---- contact sheets of one set ------------------------------------------------------------- */

struct drawer {
    pthread_t thread;
    const evk_set *set;
    char path[512];
    evk_status status;
};

static void *draw(void *arg)
{
    struct drawer *d = arg;

    for (int i = 0; !d->status && i < trials(5); i++)
        d->status = evk_set_sheet(d->set, NULL, d->path, NULL);
    return NULL;
}

static void test_sheets(void **state)
{
    struct drawer drawers[2] = {{.status = EVK_OK}, {.status = EVK_OK}};
    struct evk_str sheet[2];
    evk_set *set;

    (void)state;
    assert_ok(make("drawn", &(const evk_run){.threads = 2}, err));
    assert_ok(evk_set_open(&set, path_in(folder, "drawn"), err));
    for (int i = 0; i < 2; i++) {
        drawers[i].set = set;
        snprintf(drawers[i].path, sizeof(drawers[i].path), "%s/sheet%d.png", folder, i);
        assert_int_equal(pthread_create(&drawers[i].thread, NULL, draw, &drawers[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(drawers[i].thread, NULL), 0);
        assert_int_equal(drawers[i].status, EVK_OK);
        sheet[i] = tiny_read(drawers[i].path);
    }
    assert_same_content(&sheet[0], &sheet[1]);
    evk_str_release(&sheet[0]);
    evk_str_release(&sheet[1]);
    evk_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_folder),
        cmocka_unit_test(test_hdf5_beside_loop),
        cmocka_unit_test(test_sheets),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
