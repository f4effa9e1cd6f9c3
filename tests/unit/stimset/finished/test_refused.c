/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_refused.c - calls that a folder does not take, damage that is mended, and damage that is not */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <evoke/evoke.h>

#include "../../../harness/tiny.h"
#include "base/lock_file.h"
#include "stimset/folder/journal.h"
#include "stimset/record/tables.h"
#include "synth/settings.h"

static char *folder;
static evk_model *model, *other; /* of three neurons, of two */
static struct evk_str made;      /* the content of "set", of neurons 0 and 1 of model */

static const int64_t outputs[] = {0, 1, 2};

static evk_status ask(const char *name, const evk_model *m, size_t neurons, const evk_recipe *r,
                      evk_set_report **report, evk_error *err)
{
    const evk_target target = {m, outputs, neurons};
    const evk_run run = {.threads = 2};

    return evk_maximize(path_in(folder, name), &target, 1, r, NULL, &run, report, err);
}

/* The images that were made. */
static int64_t make(const char *name, const evk_model *m, size_t neurons)
{
    const evk_recipe r = tiny_recipe();
    evk_set_report *report;
    int64_t n;

    assert_ok(ask(name, m, neurons, &r, &report, err));
    n = evk_set_report_made(report);
    evk_set_report_free(report);
    return n;
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_refused");
    model = tiny_model(path_in(folder, "model.keras"), "lll");
    other = tiny_model(path_in(folder, "other.keras"), "ll");
    make("set", model, 2);
    made = tiny_content(path_in(folder, "set"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    evk_model_free(other);
    evk_str_release(&made);
    free(folder);
    return 0;
}

static void refuse(const char *name, const evk_model *m, size_t neurons, const evk_recipe *r,
                   evk_status status, const char *why)
{
    struct evk_str before = tiny_content(path_in(folder, name));
    evk_set_report *report = NULL;

    assert_fails(status, why, ask(name, m, neurons, r, &report, err));
    assert_fails(status, name, ask(name, m, neurons, r, &report, err));
    assert_null(report);
    assert_content(path_in(folder, name), &before);
    evk_str_release(&before);
}

/* ---- other calls --------------------------------------------------------------------------- */

/* Give the option another value. False for one with which a set may grow, or with few values. */
static bool change(const evk_param *p, evk_recipe *r, char *said, size_t size)
{
    char was[64], is[64], *field = (char *)r + p->offset;
    const bool is_real = p->kind == EVK_PARAM_REAL || p->kind == EVK_PARAM_OPTIONAL;
    int64_t i;
    double d;
    bool b, none;

    if (p->kind == EVK_PARAM_TEXT || p->kind == EVK_PARAM_TEXTS || strcmp(p->name, "starts") == 0)
        return false;
    evk_param_get(p, r, was, sizeof(was));
    none = strcmp(was, "none") == 0;
    if (p->kind == EVK_PARAM_FLAG) {
        memcpy(&b, field, sizeof(b));
        b = !b;
        memcpy(field, &b, sizeof(b));
    } else if (p->kind == EVK_PARAM_INT) {
        memcpy(&i, field, sizeof(i));
        i++;
        memcpy(field, &i, sizeof(i));
    } else {
        memcpy(&d, field, sizeof(d));
        d = isnan(d) ? 0.5 : d + 0.5 > p->max ? d - 0.5 : d + 0.5;
        memcpy(field, &d, sizeof(d));
    }
    evk_param_get(p, r, is, sizeof(is));
    snprintf(said, size, "holds another stimulus set: option %s is %s%s%s there, %s%s here",
             p->name, none ? "\"" : "", was,
             none                           ? "\""
             : is_real && !strchr(was, '.') ? ".0"
                                            : "",
             is, p->kind == EVK_PARAM_REAL && !strchr(is, '.') ? ".0" : "");
    return true;
}

/* Each option of the ascent, by itself. */
static void test_options(void **state)
{
    int options = 0;

    (void)state;
    for (const evk_param *p = evk_recipe_params(); p->name; p++) {
        evk_recipe r = tiny_recipe();
        char said[256];

        /* A ground is of another shape, which is an option too. */
        if (strcmp(p->name, "pad") == 0 || !change(p, &r, said, sizeof(said)))
            continue;
        options++;
        refuse("set", model, 2, &r, EVK_EINVAL, said);
        refuse("set", model, 3, &r, EVK_EINVAL, said); /* as an extension too */
    }
    assert_true(options >= 8);
    assert_content(path_in(folder, "set"), &made);
}

/* The first of two, in the order of the options. */
static void test_first_difference(void **state)
{
    evk_recipe r = tiny_recipe();

    (void)state;
    r.seed = 7;
    r.steps = 5;
    refuse("set", model, 2, &r, EVK_EINVAL, "option steps is 4 there, 5 here");
}

/* A model of that name which is another file, or is given another size or mean. */
static void test_models(void **state)
{
    const evk_recipe r = tiny_recipe();
    const evk_model_options mean = {.mean_count = 1, .mean = (const double[]){111}};
    char path[256];
    struct evk_str file;
    evk_model *m;

    (void)state;
    assert_ok(evk_model_open(&m, path_in(folder, "model.keras"), &mean, err));
    refuse("set", m, 2, &r, EVK_EINVAL, "of model model, its Mean is [110.0,110.0,110.0] there");
    evk_model_free(m);

    assert_ok(evk_fs_make_folder(path_in(folder, "elsewhere"), err));
    snprintf(path, sizeof(path), "%s", path_in(folder, "elsewhere/model.keras"));
    evk_model_free(tiny_model(path, "llll"));
    assert_ok(evk_model_open(
        &m, path, &(evk_model_options){.mean_count = 1, .mean = (const double[]){110}}, err));
    refuse("set", m, 2, &r, EVK_EINVAL, "of model model, its SHA256 is \"");
    evk_model_free(m);

    /* The same file from elsewhere is the same model. */
    file = tiny_read(path_in(folder, "model.keras"));
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    evk_str_release(&file);
    assert_ok(evk_model_open(
        &m, path, &(evk_model_options){.mean_count = 1, .mean = (const double[]){110}}, err));
    assert_int_equal(make("set", m, 2), 0);
    evk_model_free(m);
    assert_content(path_in(folder, "set"), &made);
}

/* A number of more digits than are shown: the same call is the same set. */
static void test_digits(void **state)
{
    evk_recipe r = tiny_recipe();
    evk_set_report *report;
    struct evk_str before;
    char *again;
    evk_set *set;

    (void)state;
    r.step_size = 10 + 1.0 / 3;
    r.gradient_blur = 0.1;
    assert_ok(ask("digits", model, 1, &r, &report, err));
    evk_set_report_free(report);
    before = tiny_content(path_in(folder, "digits"));
    assert_ok(ask("digits", model, 1, &r, &report, err));
    assert_int_equal(evk_set_report_made(report), 0);
    evk_set_report_free(report);
    assert_content(path_in(folder, "digits"), &before);
    evk_str_release(&before);
    assert_ok(evk_set_open(&set, path_in(folder, "digits"), err));
    assert_ok(evk_set_again(set, 0, NULL, 0, NULL, NULL, &again, err));
    assert_null(again);
    evk_set_free(set);
    r.step_size += 1e-12;
    refuse("digits", model, 1, &r, EVK_EINVAL, "option step-size is 10.3333333");
}

static void test_locked(void **state)
{
    const evk_recipe r = tiny_recipe();
    struct evk_lock_file claim;

    (void)state;
    assert_ok(evk_lock_file_take(&claim, dir_at(path_in(folder, "set")), "writing.lock", err));
    refuse("set", model, 2, &r, EVK_EBUSY, "set: process ");
    refuse("set", model, 3, &r, EVK_EBUSY, " is writing to it (its lock is ");
    evk_lock_file_give(&claim);
    assert_content(path_in(folder, "set"), &made);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static const char *in_set(const char *name)
{
    static char path[512];

    snprintf(path, sizeof(path), "%.250s/%s", path_in(folder, "broken"), name);
    return path;
}

static void damage(const char *name)
{
    struct evk_str file;

    tiny_copy(path_in(folder, "set"), path_in(folder, "broken"));
    file = tiny_read(in_set(name));
    file.data[file.size / 2] ^= 1;
    assert_ok(evk_fs_write(in_set(name), file.data, file.size, err));
    evk_str_release(&file);
}

static void lose(const char *name)
{
    tiny_copy(path_in(folder, "set"), path_in(folder, "broken"));
    assert_int_equal(remove(in_set(name)), 0);
}

static void test_images(void **state)
{
    const evk_recipe r = tiny_recipe();
    struct stat before, after;

    (void)state;
    for (int i = 1; i <= 4; i++) {
        char name[64];

        snprintf(name, sizeof(name), "stimuli/stim-max%06d_image.png", i);
        damage(name);
        assert_int_equal(stat(in_set("stimuli/stim-max000002_image.png"), &before), 0);
        assert_int_equal(make("broken", model, 2), 1);
        assert_content(path_in(folder, "broken"), &made);
        assert_int_equal(stat(in_set("stimuli/stim-max000002_image.png"), &after), 0);
        assert_true((before.st_ino == after.st_ino) == (i != 2));
        lose(name);
        assert_int_equal(make("broken", model, 2), 1);
        assert_content(path_in(folder, "broken"), &made);
    }
    /* Of a neuron that the call does not ask for. */
    damage("stimuli/stim-max000004_image.png");
    refuse(
        "broken", model, 1, &r, EVK_EINVAL,
        "stim-max000004 (model, output 1, start 1) is missing or altered, and this call does not "
        "ask for it");
}

/* A row is what the image was when it was made; where that cannot be made again, both stay. */
static void test_not_again(void **state)
{
    static const char *const tables[] = {"stimuli/stimuli.tsv", "traces.tsv"};
    const evk_recipe r = tiny_recipe();
    char why[128];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(why, sizeof(why),
                 "broken/%s: is missing or was altered after the set was finished", tables[i]);
        damage(tables[i]);
        refuse("broken", model, 2, &r, EVK_EFORMAT, why);
        refuse("broken", model, 3, &r, EVK_EFORMAT, why);
        lose(tables[i]);
        refuse("broken", model, 2, &r, EVK_EFORMAT, why);
    }
    tiny_copy(path_in(folder, "set"), path_in(folder, "broken"));
    assert_ok(evk_fs_write(in_set("manifest-sha256.txt"), "torn", 4, err));
    refuse("broken", model, 2, &r, EVK_EFORMAT, "broken/manifest-sha256.txt: is not a manifest");
    lose("manifest-sha256.txt");
    refuse("broken", model, 2, &r, EVK_EFORMAT, "has a table, but neither manifest-sha256.txt");
    damage("dataset_description.json");
    assert_ok(evk_fs_write(in_set("dataset_description.json"), "{", 1, err));
    refuse("broken", model, 2, &r, EVK_EFORMAT, "broken/dataset_description.json: line 1");
    lose("dataset_description.json");
    refuse("broken", model, 2, &r, EVK_EINVAL, "is not empty and not a stimulus set");
}

/* An image that was lost and comes out as another one (another zlib): it does not take its place. */
static void test_another_file(void **state)
{
    static const char name[] = "stimuli/stim-max000002_image.png";
    const evk_recipe r = tiny_recipe();
    struct evk_stimuli all;

    (void)state;
    lose(name);
    assert_ok(evk_stimuli_read(dir_at(path_in(folder, "broken")), EVK_CODE_MAX, &all, err));
    all.list[1].row.sha256[0] = all.list[1].row.sha256[0] == '0' ? '1' : '0';
    assert_ok(evk_journal_write(dir_at(path_in(folder, "broken")), &all, err));
    evk_stimuli_release(&all);
    for (int i = 0; i < 2; i++) {
        evk_set_report *report;

        assert_fails(EVK_EFORMAT,
                     "stim-max000002_image.png: is missing or altered, and made again "
                     "it is another file (SHA-256 ",
                     ask("broken", model, 2, &r, &report, err));
        assert_false(evk_fs_exists(in_set(name)));
    }
}

/* Texts that follow from the rest are written again; what is not ours stays. */
static void test_texts(void **state)
{
    static const char *const texts[] = {"README", ".bidsignore", "stimuli/stimuli.json",
                                        "sheet.png"};
    struct evk_str all;
    char *at;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        damage(texts[i]);
        assert_int_equal(make("broken", model, 2), 0);
        assert_content(path_in(folder, "broken"), &made);
        lose(texts[i]);
        assert_int_equal(make("broken", model, 2), 0);
        assert_content(path_in(folder, "broken"), &made);
    }
    /* A manifest with another hash for an image than its row has. */
    tiny_copy(path_in(folder, "set"), path_in(folder, "broken"));
    all = tiny_read(in_set("manifest-sha256.txt"));
    at = strstr(all.data, "  stimuli/stim-max000003") - 1;
    *at = *at == '0' ? '1' : '0';
    assert_ok(evk_fs_write(in_set("manifest-sha256.txt"), all.data, all.size, err));
    evk_str_release(&all);
    assert_int_equal(make("broken", model, 2), 0);
    assert_content(path_in(folder, "broken"), &made);

    assert_ok(evk_fs_write(in_set("stimuli/notes.txt"), "mine", 4, err));
    assert_ok(evk_fs_write(in_set("notes.txt"), "mine", 4, err));
    assert_int_equal(make("broken", model, 3), 2);
    all = tiny_content(path_in(folder, "broken"));
    assert_non_null(strstr(all.data, "[/notes.txt]mine"));
    evk_str_release(&all);
}

/* Of another version: not even its texts are touched. */
static void test_version(void **state)
{
    const evk_recipe r = tiny_recipe();
    struct evk_str text;
    char *at;

    (void)state;
    tiny_copy(path_in(folder, "set"), path_in(folder, "broken"));
    text = tiny_read(in_set("dataset_description.json"));
    at = strstr(text.data, evk_version());
    assert_non_null(at);
    *at = '9';
    assert_ok(evk_fs_write(in_set("dataset_description.json"), text.data, text.size, err));
    evk_str_release(&text);
    refuse("broken", model, 2, &r, EVK_EINVAL, "was made by evoke 9");
    assert_ok(evk_fs_write(in_set("dataset_description.json"), "{\"Name\":\"x\"}", 12, err));
    refuse("broken", model, 2, &r, EVK_EINVAL, "holds a data set that evoke did not make");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),   cmocka_unit_test(test_first_difference),
        cmocka_unit_test(test_models),    cmocka_unit_test(test_digits),
        cmocka_unit_test(test_locked),    cmocka_unit_test(test_images),
        cmocka_unit_test(test_not_again), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_version),   cmocka_unit_test(test_another_file),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
