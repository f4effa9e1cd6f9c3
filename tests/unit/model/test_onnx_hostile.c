/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_onnx_hostile.c - ONNX files that are damaged, or made to do harm: each is refused in one
 * sentence, soon, and without much memory
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/onnx_file.h"
#include "../../harness/onnx_samples.h"
#include "../../harness/test.h"
#include "base/fs.h"
#include "base/shown.h"
#include "model/load.h"

static char *folder;

/* Opens the bytes as a model; fails where the message is no plain sentence about the file. */
static evk_status open_bytes(const void *data, size_t size, evk_error *err)
{
    const struct evk_bytes file = {(unsigned char *)(uintptr_t)data, size};
    const struct evk_load_options none = {0};
    const char *path = path_in(folder, "m.onnx");
    evk_model *m;
    evk_status s = evk_model_load(&m, path, &file, &none, err);

    if (!s) {
        evk_model_free(m);
        return s;
    }
    assert_ptr_equal(strstr(err->msg, path), err->msg);
    assert_true(evk_is_plain(err->msg));
    return s;
}

/* The file of a graph must fail so; releases it. */
static void expect(struct onnx_file *f, int64_t opset, evk_status status, const char *text)
{
    struct evk_str file = onnx_end(f, opset);
    evk_error err = {EVK_OK, ""};
    const evk_status s = open_bytes(file.data, file.size, &err);

    if (s != status || !strstr(err.msg, text))
        fail_msg("%s, '%s', expected %s, '%s'", evk_status_str(s), err.msg, evk_status_str(status),
                 text);
    evk_str_release(&file);
}

static struct onnx_file begin(void)
{
    struct onnx_file f = onnx_begin();

    onnx_value(&f.graph, ONNX_INPUT, "x", 4, (const int64_t[]){1, 4, 6, 6});
    onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
    return f;
}

static int setup(void **state)
{
    (void)state;
    folder = scratch_folder("onnx_hostile");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    remove_folder(folder);
    free(folder);
    return 0;
}

/* ---- damaged files ------------------------------------------------------------------------------- */

static void test_cut(void **state)
{
    char name[32];
    struct evk_str file = onnx_whole_sample(0, name);

    (void)state;
    for (size_t n = 0; n < file.size; n++) {
        evk_error err = {EVK_OK, ""};
        unsigned char *part = malloc(n ? n : 1); /* so that a sanitizer sees its end */

        assert_non_null(part);
        memcpy(part, file.data, n);
        assert_int_not_equal(open_bytes(part, n, &err), EVK_OK);
        assert_true(strstr(err.msg, "is not a model file") || !strstr(err.msg, "Keras"));
        if (n > 16 && n < file.size - 20)
            /* the functions stand behind the graph: a file that ends between them lacks some */
            if (!strstr(err.msg, "ONNX") && !strstr(err.msg, "own."))
                fail_msg("cut at %zu: %s", n, err.msg);
        free(part);
    }
    evk_str_release(&file);
}

static void test_flipped(void **state)
{
    char name[32];

    (void)state;
    for (int sample = 0; sample < 4; sample++) {
        struct evk_str file = onnx_whole_sample(sample, name);

        for (size_t bit = 0; bit < 8 * file.size; bit++) {
            evk_error err = {EVK_OK, ""};

            file.data[bit / 8] = (char)(file.data[bit / 8] ^ 1 << bit % 8);
            (void)open_bytes(file.data, file.size, &err);
            file.data[bit / 8] = (char)(file.data[bit / 8] ^ 1 << bit % 8);
        }
        evk_str_release(&file);
    }
}

/* ---- files of other kinds that begin alike ----------------------------------------------------------- */

static void test_others(void **state)
{
    static const char *const others[] = {"\x08\x01\x12\x04\x0a\x02\x08\x01:\x02\x0a\x00",
                                         "\x08\x01:\x03"
                                         "abc",
                                         "\x08\x07\x10\x01:\x01", "\x08\x01\x12\x02hi",
                                         "8 neurons"};

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        evk_error err = {EVK_OK, ""};

        assert_int_equal(open_bytes(others[i], strlen(others[i]), &err), EVK_EFORMAT);
        if (!strstr(err.msg, "is not a model file"))
            fail_msg("other %zu: %s", i, err.msg);
    }
}

/* ---- graphs ------------------------------------------------------------------------------------------ */

struct graph_case {
    const char *op, *in, *constants, *attributes;
    evk_status status;
    const char *text;
};

static const struct graph_case graph_cases[] = {
    {"Loop", "x", "", "", EVK_EUNSUPPORTED, "the operator Loop is not supported"},
    {"Relu", "x,x", "", "", EVK_EFORMAT, "it has 2 inputs, expected 1 to 1"},
    {"Relu", "nowhere", "", "", EVK_EFORMAT, "which nothing makes"},
    {"Relu", "y", "", "", EVK_EFORMAT, "part of a loop of nodes"},
    {"Add", ",x", "", "", EVK_EFORMAT, "its input 0 is left out"},
    {"Max", "x,,x", "", "", EVK_EFORMAT, "its input 1 is left out"},
    {"Einsum", "x,,x", "", "equation:'abcd,e->abcd'", EVK_EFORMAT, "its input 1 is left out"},
    {"Conv", "x,w", "w=4x4x9x9", "", EVK_EFORMAT, "does not fit"},
    {"Conv", "x,w", "w=4x4x3x3", "strides:[1099511627776,1]", EVK_EUNSUPPORTED, "expected 1 to"},
    {"Conv", "x,w", "w=4x4x3x3", "pads:[0,0,4611686018427387904,0]", EVK_EUNSUPPORTED,
     "expected 0 to"},
    {"Conv", "x,w", "w=4x4x3x3", "group:0", EVK_EFORMAT, "groups"},
    {"ConvTranspose", "x,w", "w=4x1x1x1", "strides:[1048576,1048576]", EVK_EFORMAT,
     "its output has over"},
    {"Gather", "x,i", "i=[4]", "axis:1", EVK_EFORMAT, "index 4 is out of range"},
    {"Gather", "x,i", "i=[0]", "axis:-5", EVK_EFORMAT, "its axis is -5"},
    {"Reshape", "x,s", "s=[-1,-1]", "", EVK_EFORMAT, "its shape has an axis of -1"},
    {"Reshape", "x,s", "s=[7,-1]", "", EVK_EFORMAT, "cannot have the shape"},
    {"Reshape", "x,s", "s=[268435456,268435456,268435456]", "", EVK_EFORMAT, "its shape"},
    {"Slice", "x,a,b,c,d", "a=[0] b=[9] c=[1] d=[-9223372036854775808]", "", EVK_EFORMAT,
     "its step is"},
    {"Expand", "x,s", "s=[1048576,4,6,6]", "", EVK_EUNSUPPORTED, "MiB of memory"},
    {"Expand", "x,s", "s=[-1,4,6,6]", "", EVK_EFORMAT, "values"},
    {"Tile", "x,r", "r=[1048576,1,1,1]", "", EVK_EUNSUPPORTED, "MiB of memory"},
    {"Tile", "x,r", "r=[268435456,268435456,268435456,268435456]", "", EVK_EUNSUPPORTED, ""},
    {"Pad", "x,p", "p=[0,0,0,0,0,0,9999999,0]", "mode:'edge'", EVK_EUNSUPPORTED, "MiB of memory"},
    {"Resize", "x,,z", "z=(1,1,1000000,1)", "mode:'linear'", EVK_EUNSUPPORTED, "MiB of memory"},
    {"Resize", "x,,z", "z=(1,1,10000000,1)", "mode:'linear'", EVK_EUNSUPPORTED, "has over"},
    {"Upsample", "x,z", "z=(1,1,1000000,1)", "", EVK_EUNSUPPORTED, "MiB of memory"},
    {"GroupNormalization", "x,s,s", "s=3", "num_groups:2", EVK_EFORMAT, "3 values, expected 4"},
    {"MatMul", "x,w", "w=5x3", "", EVK_EFORMAT, "do not fit"},
    {"BatchNormalization", "x,s,s,s,s", "s=3", "", EVK_EUNSUPPORTED, "expected 4 constants"},
    {"PRelu", "s,x", "s=4x6x6", "", EVK_OK, ""},
    {"LayerNormalization", "w,x", "w=1x4x6x6", "axis:1", EVK_OK, ""},
    {"Slice", "x,a,b", "a=[-9223372036854775807] b=[9223372036854775807]", "", EVK_OK, ""},
};

static void test_graphs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(graph_cases) / sizeof(graph_cases[0]); i++) {
        const struct graph_case *g = &graph_cases[i];
        struct onnx_file f = begin();

        print_message("%s %s\n", g->op, g->text);
        onnx_constants(&f.graph, g->constants);
        onnx_node(&f.graph, ONNX_GRAPH_NODE, g->op, g->in, "y", g->attributes);
        expect(&f, 17, g->status, g->text);
    }
}

static void test_versions(void **state)
{
    static const int64_t opsets[] = {0, 5, 22, -1};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct onnx_file f = begin();

        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", "x", "y", "");
        expect(&f, opsets[i], EVK_EUNSUPPORTED, "supported: 6 to 21");
    }
}

static void test_two_makers(void **state)
{
    struct onnx_file f = begin();

    (void)state;
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", "x", "y", "");
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Abs", "x", "y", "");
    expect(&f, 17, EVK_EFORMAT, "two nodes make the tensor 'y'");
}

static void test_inputs(void **state)
{
    static const struct {
        int axes;
        int64_t dim[6];
        const char *text;
    } cases[] = {{0, {0}, "0 axes, supported: 1 to 4"},
                 {5, {1, 1, 1, 4, 4}, "5 axes, supported: 1 to 4"},
                 {4, {2, 4, 6, 6}, "takes 2 images at a time"},
                 {4, {1, 17, 40, 40}, "its image has 17 channels"},
                 {4, {1, 4, 1LL << 40, 6}, "over"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct onnx_file f = onnx_begin();
        const evk_status s = i == 4 ? EVK_EFORMAT : EVK_EUNSUPPORTED;

        onnx_value(&f.graph, ONNX_INPUT, "x", cases[i].axes, cases[i].dim);
        onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", "x", "y", "");
        expect(&f, 17, s, cases[i].text);
    }
}

/* ---- tensors ------------------------------------------------------------------------------------------- */

static void test_tensors(void **state)
{
    static const float nan[4] = {1, 2, 0.0f / 0.0f, 3};
    static const struct {
        int type, axes;
        int64_t dim[9];
        size_t bytes;
        const char *text;
    } cases[] = {{1, 1, {4}, 12, "has 12 bytes, expected 16"},
                 {1, 1, {-4}, 16, "expected positive sizes"},
                 {1, 4, {1LL << 62, 4, 4, 4}, 16, "expected positive sizes"},
                 {1, 2, {0, 1LL << 62}, 0, "expected positive sizes"},
                 {1, 9, {1, 1, 1, 1, 1, 1, 1, 1, 4}, 16, "has 9 axes"},
                 {1, 1, {4}, 16, "has a NaN"},
                 {8, 1, {1}, 16, "type 8"},
                 {14, 1, {2}, 16, "type 14"},
                 {17, 1, {16}, 16, "type 17"},
                 {20, 1, {16}, 16, "type 20"},
                 {-1, 1, {16}, 16, "type -1"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct onnx_file f = begin();
        struct evk_str t =
            onnx_tensor("w", cases[i].type, cases[i].axes, cases[i].dim, nan, cases[i].bytes);

        pb_message(&f.graph, ONNX_INITIALIZER, &t);
        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Add", "x,w", "y", "");
        expect(&f, 17, cases[i].type == 1 && cases[i].axes < 9 ? EVK_EFORMAT : EVK_EUNSUPPORTED,
               cases[i].text);
    }
}

/* ---- many, deep, long ------------------------------------------------------------------------------------ */

static void test_calls(void **state)
{
    struct onnx_file f = begin();
    struct evk_str a = onnx_function("a", "x", "y", 17), b = onnx_function("b", "x", "y", 17);
    char inner[16], name[16], out[16];

    (void)state;
    onnx_call(&a, ONNX_FUNCTION_NODE, "own", "b", "x", "y", "");
    onnx_call(&b, ONNX_FUNCTION_NODE, "own", "a", "x", "y", "");
    onnx_add_function(&f, &a);
    onnx_add_function(&f, &b);
    onnx_call(&f.graph, ONNX_GRAPH_NODE, "own", "a", "x", "y", "");
    expect(&f, 17, EVK_EUNSUPPORTED, "functions call each other over 16 levels deep");

    f = begin(); /* 12 levels, each of which calls the next 30 times */
    for (int level = 0; level < 12; level++) {
        snprintf(name, sizeof(name), "f%d", level);
        snprintf(inner, sizeof(inner), "f%d", level + 1);
        a = onnx_function(name, "x", "y", 17);
        for (int i = 0; i < 30; i++) {
            snprintf(out, sizeof(out), i ? "t%d" : "y", i);
            onnx_call(&a, ONNX_FUNCTION_NODE, level < 11 ? "own" : "", level < 11 ? inner : "Relu",
                      "x", out, "");
        }
        onnx_add_function(&f, &a);
    }
    onnx_call(&f.graph, ONNX_GRAPH_NODE, "own", "f0", "x", "y", "");
    expect(&f, 17, EVK_EUNSUPPORTED, "its graph has over 20000");
}

static void test_many(void **state)
{
    static const int counts[] = {30000, 1000000};
    char out[16];

    (void)state;
    for (int k = 0; k < 2; k++) {
        struct onnx_file f = begin();

        for (int i = 0; i < counts[k]; i++) {
            snprintf(out, sizeof(out), "t%d", i);
            onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", "x", out, "");
        }
        expect(&f, 17, EVK_EUNSUPPORTED, k ? "too many nodes" : "30000 nodes");
    }
}

/* Types of sequences of sequences: field 4 of a type, field 1 of a sequence. */
static void test_deep(void **state)
{
    struct evk_str type = EVK_STR_INIT, value = EVK_STR_INIT;
    struct onnx_file f = begin();

    (void)state;
    for (int i = 0; i < 5000; i++) {
        struct evk_str outer = EVK_STR_INIT;

        pb_message(&outer, i % 2 ? 4 : 1, &type);
        type = outer;
    }
    pb_text(&value, 1, "z");
    pb_message(&value, 2, &type);
    pb_message(&f.graph, ONNX_INPUT, &value);
    expect(&f, 17, EVK_EFORMAT, "nested over 32 levels deep");
}

static void test_twice(void **state)
{
    struct onnx_file f = begin(), g = begin();
    struct evk_str graph = EVK_STR_INIT;

    (void)state;
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", "x", "y", "");
    evk_str_add(&graph, f.graph.data, f.graph.size);
    pb_message(&f.functions, 7, &graph);
    expect(&f, 17, EVK_EFORMAT, "'graph' is there twice");
    onnx_node(&g.graph, ONNX_GRAPH_NODE, "Relu", "x", "y", "");
    expect(&g, 17, EVK_OK, "");
}

static void test_names(void **state)
{
    static const char *const names[] = {"\x1b[2J", "a\tb\nc", "\xff\xfe", "\xe2\x80\xae", "\x7f"};
    char *longest = malloc((1 << 20) + 1);
    struct onnx_file f;

    (void)state;
    assert_non_null(longest);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        evk_layer_summary layer;
        struct evk_str file;
        evk_error err;
        evk_model *m;

        f = begin();
        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Loop", names[i], names[i], "");
        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", names[i], "y", "");
        expect(&f, 17, EVK_EFORMAT, "loop");
        f = begin();
        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", "x", names[i], "");
        onnx_node(&f.graph, ONNX_GRAPH_NODE, "Abs", names[i], "y", "");
        file = onnx_end(&f, 17);
        assert_int_equal(evk_model_load(&m, "m", &(struct evk_bytes){(void *)file.data, file.size},
                                        &(struct evk_load_options){0}, &err),
                         EVK_OK);
        for (size_t l = 0; evk_model_layer(m, l, &layer); l++)
            assert_true(evk_is_plain(layer.name));
        evk_model_free(m);
        evk_str_release(&file);
    }
    memset(longest, 'n', 1 << 20);
    longest[1 << 20] = '\0';
    f = begin();
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", "x", longest, "");
    onnx_node(&f.graph, ONNX_GRAPH_NODE, "Relu", longest, "y", "");
    expect(&f, 17, EVK_EUNSUPPORTED, "has over 4096 bytes");
    free(longest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),      cmocka_unit_test(test_flipped),
        cmocka_unit_test(test_others),   cmocka_unit_test(test_graphs),
        cmocka_unit_test(test_versions), cmocka_unit_test(test_two_makers),
        cmocka_unit_test(test_inputs),   cmocka_unit_test(test_tensors),
        cmocka_unit_test(test_calls),    cmocka_unit_test(test_many),
        cmocka_unit_test(test_deep),     cmocka_unit_test(test_twice),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
