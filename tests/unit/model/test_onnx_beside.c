/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_onnx_beside.c - ONNX files whose weights lie in a file beside them: which files are read,
 * and that the SHA-256 of the model is that of both
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../harness/onnx_file.h"
#include "../../harness/test.h"
#include "base/fs.h"
#include "base/hash.h"
#include "model/load.h"

static char *folder;

static void add_entry(struct evk_str *tensor, const char *key, const char *value)
{
    struct evk_str entry = EVK_STR_INIT;

    pb_text(&entry, 1, key);
    pb_text(&entry, 2, value);
    pb_message(tensor, 13, &entry);
}

/* Writes m.onnx, whose vector of four weights lies in another file; NULL: no such entry. */
static struct evk_str write_model(const char *location, const char *offset, const char *length)
{
    struct onnx_file f = onnx_begin();
    struct evk_str t = EVK_STR_INIT, file;

    pb_number(&t, 1, 4);
    pb_number(&t, 2, 1);
    pb_text(&t, 8, "w");
    if (location)
        add_entry(&t, "location", location);
    if (offset)
        add_entry(&t, "offset", offset);
    if (length)
        add_entry(&t, "length", length);
    pb_number(&t, 14, 1);
    pb_message(&f.graph, ONNX_INITIALIZER, &t);
    onnx_value(&f.graph, ONNX_INPUT, "x", 2, (const int64_t[]){1, 4});
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Add", "x,w", "y", "");
    onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
    file = onnx_end(&f, 17);
    assert_ok(evk_fs_write(path_in(folder, "m.onnx"), file.data, file.size, err));
    return file;
}

static void refuses(const char *location, const char *offset, const char *length, const char *text)
{
    struct evk_str file = write_model(location, offset, length);
    evk_error err = {EVK_OK, ""};
    evk_model *m;

    if (!evk_model_open(&m, path_in(folder, "m.onnx"), NULL, &err))
        fail_msg("%s at %s opens", location, offset ? offset : "the start");
    if (!strstr(err.msg, text))
        fail_msg("'%s', expected '%s'", err.msg, text);
    evk_str_release(&file);
}

static void write_weights(const char *name, float first)
{
    const float w[6] = {first, 2, 3, 4, 5, 6};

    assert_ok(evk_fs_write(path_in(folder, name), w, sizeof(w), err));
}

static void test_refused(void **state)
{
    char *outside;

    (void)state;
    write_weights("w.bin", 1);
    outside = realpath(path_in(folder, "w.bin"), NULL);
    assert_non_null(outside);
    assert_int_equal(symlink("w.bin", path_in(folder, "link")), 0);
    assert_int_equal(mkdir(path_in(folder, "inside"), 0777), 0);
    assert_int_equal(mkfifo(path_in(folder, "pipe"), 0666), 0);
    refuses("../w.bin", NULL, NULL, "is not the name of a file in this folder");
    refuses("inside/../../w.bin", NULL, NULL, "is not the name of a file in this folder");
    refuses(outside, NULL, NULL, "is not the name of a file in this folder");
    free(outside);
    refuses("link", NULL, NULL, "is a link");
    refuses("inside", NULL, NULL, "is a folder");
    refuses("pipe", NULL, NULL, "is not a regular file");
    refuses("missing.bin", NULL, NULL, "missing.bin");
    refuses(NULL, NULL, NULL, "which has no name");
    refuses("w.bin", "12", NULL, "has 24 bytes, expected 16 bytes of a tensor from byte 12 on");
    refuses("w.bin", "9223372036854775807", NULL, "has 24 bytes");
    refuses("w.bin", "9223372036854775808", NULL, "its offset is");
    refuses("w.bin", "-1", NULL, "its offset is '-1'");
    refuses("w.bin", NULL, "-16", "its length is '-16'");
    refuses("w.bin", "0", "24", "has 24 bytes in w.bin, expected 16");
    refuses("w.bin", "four", NULL, "its offset is 'four'");
}

/* Opens m.onnx, gives the SHA-256 that it is known by, and returns its response to an image of 0. */
static float open_model(char sha256[EVK_SHA256_TEXT])
{
    const float zeros[4] = {0, 0, 0, 0};
    float responses[4];
    evk_session *session;
    evk_model *m;

    assert_ok(evk_model_open(&m, path_in(folder, "m.onnx"), NULL, err));
    snprintf(sha256, EVK_SHA256_TEXT, "%s", evk_model_describe(m)->sha256);
    assert_ok(evk_session_new(&session, m, err));
    evk_session_predict(session, zeros, responses);
    evk_session_free(session);
    evk_model_free(m);
    return responses[0];
}

static void test_known_by_both(void **state)
{
    char first[EVK_SHA256_TEXT], second[EVK_SHA256_TEXT], lines[2][EVK_SHA256_TEXT];
    char both[2 * EVK_SHA256_TEXT + 1], expected[EVK_SHA256_TEXT];
    struct evk_str file;

    (void)state;
    write_weights("w.bin", 7);
    file = write_model("w.bin", "8", "16");
    assert_true(open_model(first) == 3);
    write_weights("w.bin", 8); /* a byte that no tensor reads */
    assert_true(open_model(second) == 3);
    assert_string_not_equal(first, second);
    assert_ok(evk_sha256_text(file.data, file.size, lines[0], err));
    assert_ok(evk_sha256_text((const float[]){8, 2, 3, 4, 5, 6}, 24, lines[1], err));
    snprintf(both, sizeof(both), "%s\n%s\n", lines[0], lines[1]);
    assert_ok(evk_sha256_text(both, strlen(both), expected, err));
    assert_string_equal(second, expected);
    evk_str_release(&file);
}

/* A model with all of its weights in it is known by the SHA-256 of its file. */
static void test_known_by_itself(void **state)
{
    char known[EVK_SHA256_TEXT], expected[EVK_SHA256_TEXT];
    struct onnx_file f = onnx_begin();
    struct evk_str file;

    (void)state;
    onnx_constants(&f.graph, "w=(5,6,7,8)");
    onnx_value(&f.graph, ONNX_INPUT, "x", 2, (const int64_t[]){1, 4});
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Add", "x,w", "y", "");
    onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
    file = onnx_end(&f, 17);
    assert_ok(evk_fs_write(path_in(folder, "m.onnx"), file.data, file.size, err));
    assert_true(open_model(known) == 5);
    assert_ok(evk_sha256_text(file.data, file.size, expected, err));
    assert_string_equal(known, expected);
    evk_str_release(&file);
}

static int setup(void **state)
{
    (void)state;
    folder = scratch_folder("onnx_beside");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    remove_folder(folder);
    free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_known_by_both),
        cmocka_unit_test(test_known_by_itself),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
