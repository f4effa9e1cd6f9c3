/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fitted_refused.c - cards with readouts, their archives and lineages that are refused */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <evoke/evoke.h>

#include "../../harness/fitted.h"
#include "base/fs.h"
#include "format/npz_write.h"

static struct fitted f;

static int set_up(void **state)
{
    (void)state;
    fitted_init(&f, "fitted_refused");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fitted_release(&f);
    return 0;
}

/* Open a card whose readout has this JSON. */
static evk_status open_readout(const char *readout, const char *rest, evk_error *err)
{
    struct evk_str card = EVK_STR_INIT;
    evk_model *m = NULL;
    evk_status s;

    evk_str_printf(&card,
                   "{\"card\": 1, \"members\": [{\"weights\": \"core.keras\", \"readout\": %s}]%s}",
                   readout, rest);
    fitted_put(&f, "bad.json", card.data);
    evk_str_release(&card);
    s = evk_model_open(&m, fitted_in(&f, "bad.json"), NULL, err);
    evk_model_free(s ? NULL : m);
    return s;
}

/* Open a card with a sound readout, but for one key and its value. */
static evk_status open_with(const char *key, const char *value, evk_error *err)
{
    static const char *const keys[] = {"file", "sha256", "member", "layers", "grid", "output"};
    struct evk_str json = EVK_STR_INIT;
    char hash[EVK_SHA256_TEXT + 2];
    evk_status s;

    snprintf(hash, sizeof(hash), "\"%s\"", f.npz_sha256);
    {
        const char *const values[] = {"\"fit.npz\"",           hash, "0",
                                      "[\"conv\", \"dense\"]", "2",  "\"linear\""};

        for (size_t i = 0; i < 6; i++)
            if (strcmp(keys[i], key) != 0)
                evk_str_printf(&json, "%s\"%s\": %s", json.size ? ", " : "{", keys[i], values[i]);
    }
    if (value)
        evk_str_printf(&json, ", \"%s\": %s", key, value);
    evk_str_puts(&json, "}");
    s = open_readout(json.data, "", err);
    evk_str_release(&json);
    return s;
}

static void test_refused_cards(void **state)
{
    static const struct {
        const char *key, *value, *says;
    } bad[] = {
        {"file", NULL, "its readout's file is nothing, expected the name of a .npz file"},
        {"file", "\"../fit.npz\"", "its readout's file is \"../fit.npz\", expected the name"},
        {"file", "\"/etc/passwd\"", "expected the name of a .npz file beside the card"},
        {"file", "3", "its readout's file is 3"},
        {"sha256", NULL, "has no sha256 of its file"},
        {"sha256", "\"00\"", "has no sha256 of its file"},
        {"member", NULL, "its readout's member is nothing, expected 0 to"},
        {"member", "-1", "its readout's member is -1, expected 0 to"},
        {"member", "2", "fit.npz: has no array bias_2.npy"},
        {"layers", NULL, "its readout has 0 layers, expected 1 to 16"},
        {"layers", "[]", "its readout has 0 layers"},
        {"layers", "[3]", "its readout's layers are not all names"},
        {"layers", "[\"conv\"]", NULL},
        {"layers", "[\"dense\", \"conv\"]",
         "fit.npz: weights_0_0.npy: has the shape 2x2x4x3, expected 1x1x2x3"},
        {"layers", "[\"comv\", \"dense\"]", "'comv' is no layer of the model"},
        {"grid", "0", "its readout's grid is 0, expected 1 to 1024"},
        {"grid", "3", "fit.npz: weights_0_0.npy: has the shape 2x2x4x3, expected 3x3x4x3"},
        {"output", NULL, "its readout has no output"},
        {"output", "\"relu\"", "the readout's output is 'relu', expected linear or softplus"},
        {"extra", "1", "its readout has 'extra', expected only: file"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        evk_error err = {EVK_OK, ""};
        const evk_status s = open_with(bad[i].key, bad[i].value, &err);

        if (!bad[i].says)
            assert_int_equal(s, EVK_OK);
        else if (!s || !strstr(err.msg, bad[i].says))
            fail_msg("%s %s: message is '%s'", bad[i].key, bad[i].value ? bad[i].value : "",
                     err.msg);
    }
}

static void test_refused_files(void **state)
{
    (void)state;
    assert_fails(EVK_ENOTFOUND, "its readout weights none.npz are not beside it",
                 open_with("file", "\"none.npz\"", err));
    assert_fails(EVK_EFORMAT, "core.keras: has SHA-256", open_with("file", "\"core.keras\"", err));
    assert_int_equal(symlink("nowhere.npz", fitted_in(&f, "link.npz")), 0);
    assert_fails(EVK_EIO, "link.npz: ", open_with("file", "\"link.npz\"", err));
    assert_fails(EVK_EFORMAT, "a member has 'readouts'",
                 open_readout("{}, \"readouts\": 1", "", err));
    assert_fails(EVK_EFORMAT, "a member has channels and a readout",
                 open_readout("{}, \"channels\": [\"conv:1\"]", "", err));
}

/* Open a card whose archive has these bytes. */
static evk_status open_archive(const void *data, size_t size, evk_error *why)
{
    unsigned char digest[EVK_SHA256_BYTES];
    char sha256[EVK_SHA256_TEXT], json[512];

    assert_ok(evk_fs_write(fitted_in(&f, "bad.npz"), data, size, err));
    assert_ok(evk_sha256(data, size, digest, err));
    evk_hex(digest, sizeof(digest), sha256);
    snprintf(json, sizeof(json),
             "{\"file\": \"bad.npz\", \"sha256\": \"%s\", \"member\": 0, \"layers\": [\"conv\"], "
             "\"grid\": 2, \"output\": \"linear\"}",
             sha256);
    return open_readout(json, "", why);
}

static void test_refused_archives(void **state)
{
    struct evk_npz_array arrays[2] = {
        {.name = "bias_0", .dims = 1, .dim = {FITTED_NEURONS}, .values = f.bias[0]},
        {.name = "weights_0_0",
         .dims = 4,
         .dim = {2, 2, 4, FITTED_NEURONS},
         .values = f.weights[0]}};
    const float was = f.weights[0][5];
    struct evk_bytes file;

    (void)state;
    assert_fails(EVK_EFORMAT, "bad.npz: ZIP: does not begin like an archive",
                 open_archive("text", 4, err));
    f.weights[0][5] = NAN;
    assert_ok(evk_npz_write(fitted_in(&f, "nan.npz"), arrays, 2, err));
    f.weights[0][5] = was;
    assert_ok(evk_fs_read(&file, fitted_in(&f, "nan.npz"), 1 << 20, err));
    assert_fails(EVK_EFORMAT,
                 "bad.npz: weights_0_0.npy: has a number that is NaN or infinite, at place 5",
                 open_archive(file.data, file.size, err));
    evk_bytes_release(&file);
    arrays[0].dim[0] = 2;
    assert_ok(evk_npz_write(fitted_in(&f, "two.npz"), arrays, 2, err));
    assert_ok(evk_fs_read(&file, fitted_in(&f, "two.npz"), 1 << 20, err));
    assert_fails(EVK_EFORMAT, "weights_0_0.npy: has the shape 2x2x4x3, expected 2x2x4x2",
                 open_archive(file.data, file.size, err));
    assert_fails(EVK_EFORMAT, "bad.npz: ", open_archive(file.data, file.size - 30, err));
    evk_bytes_release(&file);
}

static evk_status open_lineage(const char *lineage, evk_error *err)
{
    struct evk_str rest = EVK_STR_INIT;
    evk_model *m = NULL;
    evk_status s;

    evk_str_printf(&rest, "{\"card\": 1, \"weights\": \"core.keras\", \"lineage\": %s}", lineage);
    fitted_put(&f, "bad.json", rest.data);
    evk_str_release(&rest);
    s = evk_model_open(&m, fitted_in(&f, "bad.json"), NULL, err);
    evk_model_free(s ? NULL : m);
    return s;
}

static void test_refused_lineages(void **state)
{
#define HASH "abababababababababababababababababababababababababababababababab"
    static const char *const bad[][2] = {
        {"3", "its lineage has no lists of recordings and teachers"},
        {"{\"recordings\": []}", "its lineage has no lists"},
        {"{\"recordings\": [], \"teachers\": [], \"x\": 1}", "its lineage has 'x'"},
        {"{\"recordings\": [{}], \"teachers\": []}", "has no SHA-256 of its responses"},
        {"{\"recordings\": [{\"responses\": \"" HASH "\", \"images\": [\"zz\"], "
         "\"rows_sha256\": []}], \"teachers\": []}",
         "the images of a recording of its lineage are not all 16 hexadecimal digits"},
        {"{\"recordings\": [{\"responses\": \"" HASH "\", \"images\": [], "
         "\"rows_sha256\": [\"0123456789abcdef\"]}], \"teachers\": []}",
         "has 0 images and 1 rows_sha256"},
        {"{\"recordings\": [{\"responses\": \"" HASH "\", \"rows\": 3, \"images\": [], "
         "\"rows_sha256\": []}], \"teachers\": []}",
         "has rows that are no text"},
        {"{\"recordings\": [], \"teachers\": [{\"name\": \"t\"}]}", "has no name or no SHA-256"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_fails(EVK_EFORMAT, bad[i][1], open_lineage(bad[i][0], err));
    assert_ok(open_lineage("{\"recordings\": [], \"teachers\": []}", err));
#undef HASH
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_cards), cmocka_unit_test(test_refused_files),
        cmocka_unit_test(test_refused_archives), cmocka_unit_test(test_refused_lineages)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
