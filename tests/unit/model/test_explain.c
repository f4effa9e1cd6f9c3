/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_explain.c - the notes of a model: what was recognised, what was assumed, and how to check it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/formats.h"
#include "../../harness/onnx_file.h"
#include "../../harness/test.h"
#include "base/fs.h"

static char *folder;

static int setup(void **state)
{
    (void)state;
    folder = scratch_folder("explain");
    formats_write(folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    remove_folder(folder);
    free(folder);
    return 0;
}

/* The notes of a file begin with "recognised", end with "check", and have one "assumed", which
   must hold both texts. */
static void explains(const char *name, const evk_model_options *options, const char *text,
                     const char *and)
{
    char last[32] = "";
    evk_model_note note;
    evk_model *m;
    int assumed = 0;

    assert_ok(evk_model_open(&m, path_in(folder, name), options, err));
    for (size_t i = 0; evk_model_noted(m, i, &note); i++) {
        if (i == 0)
            assert_string_equal(note.what, "recognised");
        snprintf(last, sizeof(last), "%s", note.what);
        if (strcmp(note.what, "assumed") != 0)
            continue;
        assumed++;
        if (!strstr(note.text, text) || !strstr(note.text, and))
            fail_msg("%s: '%s', expected '%s' and '%s'", name, note.text, text, and);
    }
    assert_int_equal(assumed, 1);
    assert_string_equal(last, "check");
    evk_model_free(m);
}

static void test_formats(void **state)
{
    static const double scale[] = {255};
    const evk_model_options given = {.scale = scale, .scale_count = 1};

    (void)state;
    explains("model.keras", NULL, "nothing of the architecture", "as they are");
    explains("model.keras", &given, "nothing of the architecture",
             "mean and scale are those given");
    explains("model.h5", NULL, "nothing of the architecture", "as they are");
    explains("model.weights.h5", NULL, "the published compact architecture, from shapes",
             "batch norm epsilon 0.001; a ReLU after each; padding 'same'");
    explains("model.npz", NULL, "batch norm epsilon 0.001",
             "mean and scale are those of the published compact models");
    explains("model.pt", NULL, "batch norm epsilon 1e-05", "of the published compact models");
    explains("card.json", NULL, "nothing of the architecture", "as they are");
}

/* Writes a network whose input has these axes, with a Conv of one channel behind it. */
static void write_onnx(const int64_t dim[4], bool last)
{
    struct onnx_file f = onnx_begin();
    struct evk_str file;

    onnx_value(&f.graph, ONNX_INPUT, "x", 4, dim);
    onnx_constants(&f.graph, "w=1x2x3x3");
    if (last)
        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Transpose", "x", "t", "perm:[0,3,1,2]");
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Conv", last ? "t,w" : "x,w", "y", "");
    onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
    file = onnx_end(&f, 17);
    assert_ok(evk_fs_write(path_in(folder, "net.onnx"), file.data, file.size, err));
    evk_str_release(&file);
}

static void test_onnx(void **state)
{
    (void)state;
    write_onnx((const int64_t[]){1, 2, 8, 8}, false);
    explains("net.onnx", NULL,
             "nothing of the architecture; the input's axes are channels, rows, "
             "columns; display values",
             "as they are");
    write_onnx((const int64_t[]){1, 8, 8, 2}, true);
    explains("net.onnx", NULL, "the input's axes are rows, columns, channels", "as they are");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_onnx),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
