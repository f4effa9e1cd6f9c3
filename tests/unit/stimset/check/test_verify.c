/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_verify.c - whatever is changed in a set is found, and the finding names it */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/tiny.h"
#include "base/hash.h"
#include "synth/settings.h"

static char *folder;
static char first_path[256], second_path[256];
static evk_model *first, *second; /* live and dead; live */
static char **names;              /* (name_count) files of the set */
static size_t name_count;
static struct evk_str table; /* stimuli.tsv */
static int64_t columns;

enum { ROWS = 6, IMAGES = 4 };

static void list(const char *inside, struct evk_names *out)
{
    char path[512], name[512];
    struct evk_names n;

    snprintf(path, sizeof(path), "%.250s/%s", path_in(folder, "set"), inside);
    assert_ok(evk_fs_list(&n, path, err));
    for (size_t i = 0; i < n.count; i++) {
        snprintf(name, sizeof(name), "%s%s%s", inside, inside[0] ? "/" : "", n.names[i]);
        snprintf(path, sizeof(path), "%.250s/%.250s", path_in(folder, "set"), name);
        if (evk_fs_is_folder(path))
            list(name, out);
        else
            assert_ok(evk_names_add(out, name, err));
    }
    evk_names_release(&n);
}

static struct evk_names files;

static int set_up(void **state)
{
    static const int64_t outputs[] = {0, 1};
    const evk_run run = {.threads = 2};
    const evk_recipe r = tiny_recipe();
    evk_set_report *report;

    (void)state;
    folder = scratch_folder("test_verify");
    snprintf(first_path, sizeof(first_path), "%s", path_in(folder, "first.keras"));
    snprintf(second_path, sizeof(second_path), "%s", path_in(folder, "second.keras"));
    first = tiny_model(first_path, "ld");
    second = tiny_model(second_path, "l");
    {
        const evk_target targets[] = {{first, outputs, 2}, {second, outputs, 1}};

        assert_ok(evk_maximize(path_in(folder, "set"), targets, 2, &r, NULL, &run, &report, err));
    }
    evk_set_report_free(report);
    list("", &files);
    names = files.names;
    name_count = files.count;
    table = tiny_read(path_in(folder, "set/stimuli/stimuli.tsv"));
    columns = 1;
    for (const char *c = table.data; *c != '\n'; c++)
        columns += *c == '\t';
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_names_release(&files);
    evk_str_release(&table);
    evk_model_free(first);
    evk_model_free(second);
    free(folder);
    return 0;
}

/* ---- findings ------------------------------------------------------------------------------------ */

static struct evk_str said; /* a line a finding */

static void note(void *arg, const char *sentence)
{
    (void)arg;
    evk_str_printf(&said, "%s\n", sentence);
}

static evk_verified verify(const char *const *models, size_t count)
{
    const evk_verify how = {note, NULL, 2, NULL, NULL, NULL};
    evk_verified v;
    int64_t lines = 0;

    said.size = 0;
    if (said.room)
        said.data[0] = '\0';
    else
        said = (struct evk_str)EVK_STR_INIT;
    assert_ok(evk_set_verify(path_in(folder, "copy"), models, count, &how, &v, err));
    for (size_t i = 0; i < said.size; i++)
        lines += said.data[i] == '\n';
    assert_int_equal(v.findings, lines);
    return v;
}

/* One finding has all of these words. */
static void assert_found(const char *a, const char *b)
{
    const char *line = said.data, *end;

    for (; (end = strchr(line, '\n')); line = end + 1) {
        char text[1200];

        snprintf(text, sizeof(text), "%.*s", (int)(end - line), line);
        if (strstr(text, a) && strstr(text, b))
            return;
    }
    fail_msg("no finding speaks of '%s' and '%s': %s", a, b, said.data);
}

static const char *in_copy(const char *name)
{
    static char path[512];

    snprintf(path, sizeof(path), "%.250s/%s", path_in(folder, "copy"), name);
    return path;
}

static void fresh(void)
{
    tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
}

/* ---- files --------------------------------------------------------------------------------------- */

static void test_whole(void **state)
{
    const char *const models[] = {first_path, second_path};
    evk_verified v;

    (void)state;
    fresh();
    v = verify(NULL, 0);
    assert_string_equal(said.data, "");
    assert_int_equal(v.files, name_count - 1); /* all but the manifest */
    assert_int_equal(v.images, IMAGES);
    assert_true(v.responses == 0 && v.not_recomputed == 0 && v.findings == 0);
    v = verify(models, 2);
    assert_string_equal(said.data, "");
    assert_true(v.responses == IMAGES && v.not_recomputed == 0);
    v = verify(models + 1, 1);
    assert_string_equal(said.data, "");
    assert_true(v.responses == 2 && v.not_recomputed == 2);
}

/* One byte of every file, at its beginning, middle and end. */
static void test_each_altered(void **state)
{
    (void)state;
    for (size_t i = 0; i < name_count; i++)
        for (size_t at = 0; at < 3; at++) {
            struct evk_str file;

            fresh();
            file = tiny_read(in_copy(names[i]));
            file.data[at * (file.size - 1) / 2] ^= 4;
            assert_ok(evk_fs_write(in_copy(names[i]), file.data, file.size, err));
            evk_str_release(&file);
            assert_true(verify(NULL, 0).findings > 0);
            if (strcmp(names[i], "manifest-sha256.txt") != 0)
                assert_found(names[i], "");
        }
}

static void test_each_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < name_count; i++) {
        fresh();
        assert_int_equal(remove(in_copy(names[i])), 0);
        assert_true(verify(NULL, 0).findings > 0);
        assert_found(names[i], "is missing");
    }
}

static void test_extra(void **state)
{
    static const char *const extra[] = {"notes.txt",
                                        "stimuli/notes.txt",
                                        "new/notes.txt",
                                        "stimuli/a/b/c",
                                        ".hidden",
                                        "README.part",
                                        "stimuli/stim-max000007_image.png"};

    (void)state;
    for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]); i++) {
        char path[512];

        fresh();
        snprintf(path, sizeof(path), "%s", in_copy(extra[i]));
        *strrchr(path, '/') = '\0';
        assert_ok(evk_fs_make_folder(path, err));
        assert_ok(evk_fs_write(in_copy(extra[i]), "", 0, err));
        assert_int_equal(verify(NULL, 0).findings, 1);
        assert_found(extra[i], "is extra");
    }
}

/* Files of a set that is being written: one sentence says that it is. */
static void test_unfinished(void **state)
{
    (void)state;
    fresh();
    assert_ok(evk_fs_write(in_copy("writing.lock"), "", 0, err));
    assert_int_equal(verify(NULL, 0).findings, 1);
    assert_found("writing.lock", "was killed");
    assert_ok(evk_fs_write(in_copy("unfinished.tsv"), "", 0, err));
    assert_int_equal(verify(NULL, 0).findings, 1);
    assert_found("unfinished.tsv", "the set is unfinished");
}

static void test_refused(void **state)
{
    const evk_verify how = {note, NULL, 0, NULL, NULL, NULL};
    const char *const wrong[] = {path_in(folder, "other.keras")};
    const char *const none[] = {"nowhere.keras"};
    evk_verified v;

    (void)state;
    evk_model_free(tiny_model(wrong[0], "llll"));
    assert_fails(EVK_EINVAL, "is not a folder, expected a stimulus set",
                 evk_set_verify(first_path, NULL, 0, &how, &v, err));
    assert_fails(EVK_EINVAL, "is not a stimulus set",
                 evk_set_verify(folder, NULL, 0, &how, &v, err));
    fresh();
    assert_fails(EVK_EINVAL, "is none of the models of ",
                 evk_set_verify(in_copy(""), wrong, 1, &how, &v, err));
    assert_fails(EVK_EIO, "nowhere.keras: No such file",
                 evk_set_verify(in_copy(""), none, 1, &how, &v, err));
}

/* ---- rows ---------------------------------------------------------------------------------------- */

/* Cell of a line of the table, 0 the names: where it begins, and its length. */
static const char *cell(int64_t line, int64_t column, size_t *length)
{
    const char *at = table.data;

    for (; line > 0; line--)
        at = strchr(at, '\n') + 1;
    for (; column > 0; column--)
        at = strchr(at, '\t') + 1;
    *length = strcspn(at, "\t\n");
    return at;
}

/* Write the table with another text in one cell. */
static void edit(int64_t line, int64_t column, const char *text)
{
    struct evk_str s = EVK_STR_INIT;
    size_t length;
    const char *at = cell(line, column, &length);

    evk_str_add(&s, table.data, (size_t)(at - table.data));
    evk_str_puts(&s, text);
    evk_str_puts(&s, at + length);
    assert_ok(evk_fs_write(in_copy("stimuli/stimuli.tsv"), s.data, s.size, err));
    evk_str_release(&s);
}

/* What might stand there instead: of the same kind, another, or nothing. */
static void other_text(const char *was, size_t length, int way, char out[512])
{
    snprintf(out, 512, "%.*s", (int)length, was);
    if (way == 0)
        snprintf(out, 512, "%s",
                 strcmp(out, "true") == 0    ? "false"
                 : strcmp(out, "false") == 0 ? "true"
                 : strcmp(out, "n/a") == 0   ? "1"
                                             : "2");
    else if (way == 1)
        snprintf(out, 512, "%s", length && out[0] != 'n' ? "n/a" : "x");
    else
        out[length - 1] ^= 1;
}

/* Every cell of a row with an image and of one without: the file is named, and the stimulus. */
static void test_each_cell(void **state)
{
    (void)state;
    fresh();
    for (int64_t line = 1; line <= 4; line += 3) /* present; dead */
        for (int64_t c = 0; c < columns; c++)
            for (int way = 0; way < 3; way++) {
                char id[512], text[512];
                size_t length;
                const char *at;

                snprintf(id, sizeof(id), "stim-max%06d", (int)line);
                at = cell(line, c, &length);
                other_text(at, length, way, text);
                if (strlen(text) == length && strncmp(text, at, length) == 0)
                    fail_msg("column %d is not changed", (int)c);
                if (c == 0) /* then it goes by its new name */
                    snprintf(id, sizeof(id), "%s", text);
                edit(line, c, text);
                assert_true(verify(NULL, 0).findings > 1);
                assert_found("stimuli/stimuli.tsv: the row of ", id);
                assert_found("stimuli/stimuli.tsv: is altered", "");
            }
}

static void test_each_name(void **state)
{
    (void)state;
    fresh();
    for (int64_t c = 0; c < columns; c++) {
        edit(0, c, "nonesuch");
        assert_true(verify(NULL, 0).findings > 1);
        assert_found("stimuli/stimuli.tsv: is altered", "");
        assert_found("stimuli/stimuli.json", "nonesuch");
    }
}

/* The hash of a file in the manifest, as if it had always been this. */
static void forge_manifest(const char *name)
{
    struct evk_str file = tiny_read(in_copy(name));
    struct evk_str manifest = tiny_read(in_copy("manifest-sha256.txt"));
    char hash[EVK_SHA256_TEXT], key[256];
    char *at;

    snprintf(key, sizeof(key), "  %.200s\n", name);
    at = strstr(manifest.data, key);
    assert_non_null(at);
    assert_ok(evk_sha256_text(file.data, file.size, hash, err));
    memcpy(at - 64, hash, 64);
    assert_ok(evk_fs_write(in_copy("manifest-sha256.txt"), manifest.data, manifest.size, err));
    evk_str_release(&file);
    evk_str_release(&manifest);
}

/* Edit a cell of the first row, and forge the hashes of the row and of the table. */
static void forge(const char *column, const char *text)
{
    struct evk_str was = table, now;
    int64_t c = -1;
    char hash[EVK_SHA256_TEXT];
    size_t length;
    const char *at;

    for (int64_t i = 0; i < columns; i++) {
        at = cell(0, i, &length);
        if (strlen(column) == length && strncmp(at, column, length) == 0)
            c = i;
    }
    assert_true(c >= 0);
    fresh();
    edit(1, c, text);
    now = tiny_read(in_copy("stimuli/stimuli.tsv"));
    table = now;
    at = cell(1, 0, &length);
    assert_ok(evk_sha256_text(at, (size_t)(cell(1, columns - 1, &length) - 1 - at), hash, err));
    edit(1, columns - 1, hash);
    table = was;
    evk_str_release(&now);
    forge_manifest("stimuli/stimuli.tsv");
}

/* With all hashes forged: what can be told from the image, the options and the model is told. */
static void test_forged(void **state)
{
    /* clang-format off */
    static const char *const cells[][2] = {
        {"stimulus_id", "stim-max000009"}, {"type", "video"}, {"filename", "x.png"},
        {"stim_code", "7"}, {"set_type", "min"}, {"target_model", "second"},
        {"target_output", "1"}, {"objective", "min"}, {"method", "other"}, {"seed", "1"},
        {"n_steps", "5"}, {"response_pred", "1"}, {"width_px", "9"}, {"height_px", "8"},
        {"gray_mean", "100"}, {"gray_sd", "1"}, {"rms_contrast", "1"}, {"frac_clipped", "1"},
        {"channel_sd_window", "1"}, {"frac_clipped_window", "0"}, {"gray_mean_window", "128"},
        {"rms_contrast_window", "1"},
        {"bytes", "1"}, {"sha256", "0123"}, {"pixel_sha256", "0123"}, {"sha1", "0123"},
        {"model_sha256", "01"}, {"saturated", "true"}, {"flags", "flat"},
        {"duplicate_of", "stim-max000002"},
        {"duplicate_rms", "0.5"},
    };
    /* clang-format on */
    const char *const models[] = {first_path, second_path};

    (void)state;
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        forge(cells[i][0], cells[i][1]);
        if (verify(models, 2).findings == 0)
            fail_msg("%s may be forged", cells[i][0]);
        assert_null(strstr(said.data, "is altered"));
        assert_null(strstr(said.data, "was edited"));
        assert_found("stimuli.tsv: ", i == 4   ? "expected 'stim-min000001'"
                                      : i == 6 ? "response_pred"
                                               : cells[i][0]);
    }
    forge("input_sd", "1");
    assert_int_equal(verify(NULL, 0).findings, 0); /* only its model can tell */
    assert_int_equal(verify(models + 1, 1).findings, 0);
    assert_int_equal(verify(models, 1).findings, 1);
    assert_found("input_sd of stim-max000001 is 1", "");
    forge("response_pred", "1");
    /* so low that another flag would be there, and no value by which the image was kept */
    assert_int_equal(verify(NULL, 0).findings, 2);
    assert_found("flags of stim-max000001 is ok, expected no-gain", "");
    assert_found("keep_value of stim-max000001 is ", "");
    assert_int_equal(verify(models, 1).findings, 3);
    assert_found("response_pred of stim-max000001 is 1", "");
    forge("response_start", "123456"); /* higher than the end */
    assert_int_equal(verify(NULL, 0).findings, 1);
    assert_found("flags of stim-max000001 is ok, expected no-gain", "");
}

/* An image of another size in the place of one, hashes forged. */
static void test_other_image(void **state)
{
    struct evk_str png = tiny_read("tests/data/rgb_8x8.png");

    (void)state;
    fresh();
    assert_ok(evk_fs_write(in_copy("stimuli/stim-max000001_image.png"), png.data, png.size, err));
    forge_manifest("stimuli/stim-max000001_image.png");
    evk_str_release(&png);
    verify(NULL, 0);
    assert_found("stimuli.tsv: height_px of stim-max000001 is 9, expected 8", "");
    assert_found("stimuli.tsv: sha256 of stim-max000001", "");
}

static void test_sidecar(void **state)
{
    (void)state;
    fresh();
    assert_ok(evk_fs_write(in_copy("stimuli/stimuli.json"), "{}", 2, err));
    forge_manifest("stimuli/stimuli.json");
    assert_int_equal(verify(NULL, 0).findings, columns);
    assert_found("stimuli.json: does not describe the column gray_mean of ", "");
    assert_ok(evk_fs_write(in_copy("stimuli/stimuli.json"), "{", 1, err));
    forge_manifest("stimuli/stimuli.json");
    assert_int_equal(verify(NULL, 0).findings, 1);
    assert_found("stimuli/stimuli.json: line 1", "");
}

/* A manifest that lists what is outside, twice, or not at all. */
static void test_manifest(void **state)
{
    struct evk_str m;

    (void)state;
    fresh();
    m = tiny_read(in_copy("manifest-sha256.txt"));
    evk_str_puts(&m, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  ../x\n");
    assert_ok(evk_fs_write(in_copy("manifest-sha256.txt"), m.data, m.size, err));
    assert_int_equal(verify(NULL, 0).findings, 1);
    assert_found("manifest-sha256.txt: line ", "a path inside the set");
    evk_str_release(&m);
    fresh();
    m = tiny_read(in_copy("manifest-sha256.txt"));
    m.size = (size_t)(strchr(m.data, '\n') + 1 - m.data);
    assert_ok(evk_fs_write(in_copy("manifest-sha256.txt"), m.data, m.size, err));
    assert_int_equal(verify(NULL, 0).findings, name_count - 2);
    assert_found("stimuli/stimuli.tsv: is extra", "");
    evk_str_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),        cmocka_unit_test(test_each_altered),
        cmocka_unit_test(test_each_missing), cmocka_unit_test(test_extra),
        cmocka_unit_test(test_unfinished),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_each_cell),    cmocka_unit_test(test_each_name),
        cmocka_unit_test(test_forged),       cmocka_unit_test(test_other_image),
        cmocka_unit_test(test_sidecar),      cmocka_unit_test(test_manifest),
    };
    const int failed = cmocka_run_group_tests(tests, set_up, tear_down);

    evk_str_release(&said);
    return failed;
}
