/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_torch.c - PyTorch's archives: storages, views; what is refused; damage */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/pickle_file.h"
#include "../../harness/read_copy.h"
#include "format/torch.h"

static struct evk_tensors torch;

static void reads(struct torch_file *t)
{
    struct evk_bytes file = torch_bytes(t);

    assert_true(evk_torch_probe(file.data, file.size));
    assert_ok(torch_copy_read(&torch, file.data, file.size, err));
    evk_bytes_release(&file);
    torch_release(t);
}

static void fails(evk_status status, const char *text, struct torch_file *t)
{
    struct evk_bytes file = torch_bytes(t);

    assert_fails(status, text, torch_copy_read(&torch, file.data, file.size, err));
    evk_bytes_release(&file);
    torch_release(t);
}

static void is_tensor(int64_t i, const char *name, int axes, const int64_t *dim,
                      const float *values)
{
    const struct evk_named_tensor *a = &torch.tensors[i];

    assert_true(i < torch.count);
    assert_string_equal(a->name, name);
    assert_true(evk_tensor_is(&a->values, axes, axes ? dim : &(int64_t){0}));
    for (int64_t k = 0; k < evk_tensor_count(&a->values); k++)
        assert_true(a->values.data[k] == values[k]);
}

static const int64_t one[] = {1}, two[] = {2}, three[] = {3}, six[] = {6};

/* Each storage class, in both byte orders. */
static void test_classes(void **state)
{
    static const struct {
        const char *class;
        int size;
        uint64_t bits[2];
        float values[2];
    } list[] = {
        {"FloatStorage", 4, {0x3f800000, 0xc0490fdb}, {1, -3.14159274101257324f}},
        {"DoubleStorage", 8, {0x3fb999999999999a, 0xbff8000000000000}, {0.1f, -1.5f}},
        {"HalfStorage", 2, {0x3555, 0x8001}, {0.333251953125f, -5.9604644775390625e-8f}},
        {"BFloat16Storage", 2, {0x3eab, 0xff80}, {0.333984375f, -INFINITY}},
        {"LongStorage", 8, {0xffffffffffffffff, 5}, {-1, 5}},
        {"IntStorage", 4, {0x80000000, 6}, {-2147483648.0f, 6}},
        {"ShortStorage", 2, {0x8000, 7}, {-32768, 7}},
        {"CharStorage", 1, {0x80, 8}, {-128, 8}},
        {"ByteStorage", 1, {0x80, 9}, {128, 9}},
        {"BoolStorage", 1, {0, 1}, {0, 1}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        for (int protocol = 2; protocol <= 4; protocol++) {
            const bool big = protocol == 3;
            unsigned char bytes[16];
            struct torch_file t;

            for (int k = 0; k < 2 * list[i].size; k++) {
                const int at = k % list[i].size;

                bytes[k] = (unsigned char)(list[i].bits[k / list[i].size] >>
                                           8 * (big ? list[i].size - 1 - at : at));
            }
            torch_begin(&t, protocol == 4 ? "a b/" : "archive/", protocol);
            torch_tensor(&t, &(struct torch_view){"w", list[i].class, "0", 2, 0, 1, two, one});
            torch_end(&t);
            torch_entry(&t, "data/0", bytes, 2 * (size_t)list[i].size);
            if (protocol > 2)
                torch_entry(&t, "byteorder", big ? "big" : "little", big ? 3 : 6);
            reads(&t);
            assert_int_equal(torch.count, 1);
            is_tensor(0, "w", 1, two, list[i].values);
        }
}

static const float numbers[] = {0, 1, 2, 3, 4, 5};

/* Views of one storage: whole, transposed, of a part, repeated, a scalar, and of no element. */
static void test_views(void **state)
{
    static const int64_t d23[] = {2, 3}, s31[] = {3, 1}, d32[] = {3, 2}, s13[] = {1, 3};
    static const int64_t d222[] = {2, 2, 2}, s102[] = {1, 0, 2}, d04[] = {0, 4}, s41[] = {4, 1};
    const struct torch_view list[] = {
        {"a", "FloatStorage", "s", 6, 0, 2, d23, s31},
        {"b", "FloatStorage", "s", 6, 0, 2, d32, s13},
        {"c", "FloatStorage", "s", 6, 4, 1, two, one},
        {"d", "FloatStorage", "s", 6, 1, 3, d222, s102},
        {"e", "FloatStorage", "s", 6, 5, 0, NULL, NULL},
        {"f", "FloatStorage", "s", 6, 6, 2, d04, s41},
        {"g", "FloatStorage", "t", 0, 0, 2, d04, s41},
    };
    struct torch_file t;

    (void)state;
    torch_begin(&t, "", 2);
    for (size_t i = sizeof(list) / sizeof(list[0]); i-- > 0;)
        torch_tensor(&t, &list[i]);
    torch_end(&t);
    torch_entry(&t, "data/s", numbers, sizeof(numbers));
    torch_entry(&t, "data/t", "", 0);
    reads(&t);
    assert_int_equal(torch.count, 7);
    is_tensor(0, "a", 2, d23, numbers);
    is_tensor(1, "b", 2, d32, (const float[]){0, 3, 1, 4, 2, 5});
    is_tensor(2, "c", 1, two, (const float[]){4, 5});
    is_tensor(3, "d", 3, d222, (const float[]){1, 3, 1, 3, 2, 4, 2, 4});
    is_tensor(4, "e", 0, NULL, (const float[]){5});
    is_tensor(5, "f", 2, d04, NULL);
    is_tensor(6, "g", 2, d04, NULL);
}

static void test_bounds(void **state)
{
    static const int64_t huge[] = {(int64_t)1 << 62, (int64_t)1 << 62};
    static const int64_t wide[] = {2, 2}, far[] = {(int64_t)1 << 62, 1}, farther[] = {INT64_MAX, 1};
    static const int64_t minus[] = {-1}, zero[] = {0}, many[] = {(int64_t)1 << 40};
    static const int64_t nine[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, most[] = {INT64_MAX};
    static const struct {
        evk_status status;
        struct torch_view view;
        const char *text;
    } list[] = {
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 1, 1, six, one}, "w: is a view of 6 beyond"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 0, 1, three, three}, "beyond its storage of 6"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 6, 0, NULL, NULL}, "beyond"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, -1, 1, one, one}, "beyond"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, INT64_MAX, 1, two, most}, "beyond"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 0, 2, wide, far}, "beyond"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 1, 2, wide, farther}, "beyond"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 0, 2, huge, wide}, "or too large"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 0, 1, minus, one}, "is negative"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 3, 1, two, minus}, "is negative"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 6, 0, 1, many, zero}, "has tensors of over"},
        {EVK_EUNSUPPORTED, {"w", "FloatStorage", "s", 6, 0, 9, nine, nine}, "has 9 axes"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 7, 0, 1, six, one}, "has 24 bytes, expected 7"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", 5, 0, 1, one, one}, "has 24 bytes, expected 5"},
        {EVK_EFORMAT, {"w", "DoubleStorage", "s", 6, 0, 1, one, one}, "expected 6 numbers of 8"},
        {EVK_EFORMAT, {"w", "FloatStorage", "s", -1, 0, 1, one, one}, "is not a storage"},
        {EVK_EFORMAT, {"w", "FloatStorage", "x", 6, 0, 1, one, one}, "has no archive/data/x in it"},
        {EVK_EFORMAT, {"w", "Size", "s", 6, 0, 1, one, one}, "is not a storage"},
        {EVK_EUNSUPPORTED, {"w", "QInt8Storage", "s", 6, 0, 1, one, one}, "quantised numbers"},
        {EVK_EUNSUPPORTED, {"w", "ComplexFloatStorage", "s", 3, 0, 1, one, one}, "has complex"},
        {EVK_EFORMAT, {"\x1b[2J", "FloatStorage", "s", 6, 0, 1, one, one}, "control characters"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct torch_file t;

        torch_begin(&t, "archive/", 2);
        torch_tensor(&t, &list[i].view);
        torch_end(&t);
        torch_entry(&t, "data/s", numbers, sizeof(numbers));
        fails(list[i].status, list[i].text, &t);
    }
}

/* ---- dictionaries ---------------------------------------------------------------------- */

/* A file whose pickle the caller writes, with one storage "s". */
static void begin(struct torch_file *t)
{
    *t = (struct torch_file){.prefix = "archive/", .pickle = EVK_STR_INIT};
    put_begin(&t->pickle, 2);
    torch_entry(t, "data/s", numbers, sizeof(numbers));
}

static void add(struct torch_file *t, const char *name, int64_t offset)
{
    torch_tensor(t, &(struct torch_view){name, "FloatStorage", "s", 6, offset, 1, one, one});
}

/* Open a call of one of PyTorch's functions, whose arguments follow up to ")". */
static void call(struct torch_file *t, const char *module, const char *name)
{
    put_class(&t->pickle, module, name);
    put(&t->pickle, "(");
}

static void value(struct torch_file *t, int64_t offset)
{
    torch_value(t, &(struct torch_view){"", "FloatStorage", "s", 6, offset, 1, one, one});
}

/* Write the reference to the storage of this name, n bytes. */
static void storage(struct torch_file *t, const char *name, size_t n)
{
    put(&t->pickle, "(");
    put_text(&t->pickle, "storage");
    put_class(&t->pickle, "torch", "FloatStorage");
    put(&t->pickle, "X");
    put_little(&t->pickle, n, 4);
    put_bytes(&t->pickle, name, n);
    put_text(&t->pickle, "cpu");
    put(&t->pickle, "K\x06tQ");
}

/* Write a tensor with attributes: (function, type, the function's arguments, attributes). */
static void typed(struct torch_file *t, int64_t offset)
{
    call(t, "torch._tensor", "_rebuild_from_type_v2");
    put_class(&t->pickle, "torch._utils", "_rebuild_tensor_v2");
    put_class(&t->pickle, "torch", "Tensor");
    put(&t->pickle, "(");
    storage(t, "s", 1);
    put_int(&t->pickle, offset);
    put_ints(&t->pickle, 1, one);
    put_ints(&t->pickle, 1, one);
    put(&t->pickle, "\x89}t}tR");
}

/* Tensors that PyTorch wraps, and values of classes that nobody knows, which are skipped. */
static void test_kinds(void **state)
{
    struct torch_file t;

    (void)state;
    begin(&t);
    put_class(&t.pickle, "collections", "defaultdict");
    put_class(&t.pickle, "builtins", "list");
    put(&t.pickle, "\x85R(");
    put_text(&t.pickle, "a");
    typed(&t, 1);
    put_text(&t.pickle, "c"); /* a parameter with a state */
    call(&t, "torch._utils", "_rebuild_parameter_with_state");
    value(&t, 3);
    put(&t.pickle, "\x88}}tR");
    put_text(&t.pickle, "arguments");
    put_class(&t.pickle, "argparse", "Namespace");
    put(&t.pickle, ")R}");
    put_text(&t.pickle, "d");
    value(&t, 4); /* a tensor in an object of an unknown class is no tensor of the dictionary */
    put(&t.pickle, "sb");
    put_text(&t.pickle, "scalar");
    call(&t, "numpy.core.multiarray", "scalar");
    put_class(&t.pickle, "_codecs", "encode");
    put(&t.pickle, "X\x03");
    put_little(&t.pickle, 0, 3);
    put_bytes(&t.pickle, "\0\xc3\xbf", 3);
    put_text(&t.pickle, "latin1");
    put(&t.pickle, "\x86RtRu.");
    reads(&t);
    assert_int_equal(torch.count, 2);
    is_tensor(0, "a", 1, one, (const float[]){1});
    is_tensor(1, "c", 1, one, (const float[]){3});
}

/* A tensor of a kind that is not read must not be skipped, since a bias may be missing. */
static void test_strange(void **state)
{
    static const char *const functions[] = {"_rebuild_qtensor", "_rebuild_sparse_tensor"};
    struct torch_file t;

    (void)state;
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        begin(&t);
        put(&t.pickle, "}(");
        add(&t, "a", 1);
        put_text(&t.pickle, "b");
        call(&t, "torch._utils", functions[i]);
        put(&t.pickle, "tRu.");
        fails(EVK_EUNSUPPORTED, functions[i], &t);
    }
    begin(&t); /* parameters within parameters */
    put(&t.pickle, "}(");
    add(&t, "a", 1);
    put_text(&t.pickle, "b");
    for (int i = 0; i < 5; i++)
        call(&t, "torch._utils", "_rebuild_parameter");
    value(&t, 1);
    for (int i = 0; i < 5; i++)
        put(&t.pickle, "\x88}tR");
    put(&t.pickle, "u.");
    fails(EVK_EUNSUPPORTED, "b: is made by 'torch._utils._rebuild_parameter'", &t);
    begin(&t); /* negated when it is read */
    put(&t.pickle, "}(");
    put_text(&t.pickle, "a");
    call(&t, "torch._utils", "_rebuild_tensor_v2");
    storage(&t, "s", 1);
    put(&t.pickle, "K\x01(K\x01t(K\x01t\x89}}");
    put_text(&t.pickle, "neg");
    put(&t.pickle, "\x88stRu.");
    fails(EVK_EUNSUPPORTED, "a: has complex or quantised numbers", &t);
}

static void test_refused(void **state)
{
    struct torch_file t;

    (void)state;
    begin(&t);
    put(&t.pickle, "}(");
    add(&t, "a", 1);
    add(&t, "a", 2);
    put(&t.pickle, "u.");
    fails(EVK_EFORMAT, "has the tensor 'a' twice", &t);
    begin(&t);
    torch_value(&t, &(struct torch_view){"", "FloatStorage", "s", 6, 1, 1, one, one});
    put(&t.pickle, ".");
    fails(EVK_EUNSUPPORTED, "holds one tensor and nothing else", &t);
    begin(&t);
    put(&t.pickle, "].");
    fails(EVK_EUNSUPPORTED,
          "holds a list, in which no state dictionary was found under keys that are texts; save",
          &t);
    begin(&t); /* a dictionary that is its own wrapper */
    put(&t.pickle, "}q\x01");
    put_text(&t.pickle, "state_dict");
    put(&t.pickle, "h\x01s.");
    fails(EVK_EUNSUPPORTED, "holds a dictionary, in which no state dictionary was found", &t);
    begin(&t);
    put_class(&t.pickle, "torch.nn.modules.container", "Sequential");
    put(&t.pickle, ")\x81}b.");
    fails(EVK_EUNSUPPORTED, "or another object, of class 'torch.nn.modules.container.Sequential'",
          &t);
    begin(&t); /* a module within a dictionary */
    put(&t.pickle, "}(");
    put_text(&t.pickle, "model");
    put_class(&t.pickle, "lab.nets", "Net");
    put(&t.pickle, ")R}");
    put_text(&t.pickle, "weight");
    value(&t, 1);
    put(&t.pickle, "sbu.");
    fails(EVK_EUNSUPPORTED, "of class 'lab.nets.Net'", &t);
    begin(&t); /* a key that could be taken for another one */
    put(&t.pickle, "}(");
    put_text(&t.pickle, "a");
    call(&t, "torch._utils", "_rebuild_tensor_v2");
    storage(&t, "s\0x", 3);
    put(&t.pickle, "K\x01(K\x01t(K\x01t\x89}tRu.");
    fails(EVK_EFORMAT, "a: is a view of something that is not a storage", &t);
    begin(&t);
    put(&t.pickle, "}(");
    add(&t, "a", 1);
    put(&t.pickle, "u.");
    torch_entry(&t, "byteorder", "middle", 6);
    fails(EVK_EFORMAT, "neither little nor big", &t);
    begin(&t);
    put(&t.pickle, "}.");
    torch_entry(&t, "more/data.pkl", "}.", 2);
    fails(EVK_EFORMAT, "has both archive/data.pkl and archive/more/data.pkl", &t);
    assert_fails(EVK_EFORMAT, "ZIP", torch_copy_read(&torch, "hello", 5, err));
}

/* Strides of 0, and many views of one storage, make small files large in memory: up to a bound. */
static void test_repeated(void **state)
{
    static const int64_t zero[] = {0}, fine[] = {100000}, many[] = {300000};
    struct torch_file t;

    (void)state;
    begin(&t);
    put(&t.pickle, "}(");
    torch_tensor(&t, &(struct torch_view){"a", "FloatStorage", "s", 6, 3, 1, fine, zero});
    put(&t.pickle, "u.");
    reads(&t);
    assert_true(torch.tensors[0].values.data[99999] == 3);
    begin(&t);
    put(&t.pickle, "}(");
    torch_tensor(&t, &(struct torch_view){"a", "FloatStorage", "s", 6, 3, 1, many, zero});
    put(&t.pickle, "u.");
    fails(EVK_EFORMAT, "has tensors of over", &t);
}

/* ---- damage ---------------------------------------------------------------------------- */

static void test_damage(void **state)
{
    struct torch_file t;
    struct evk_bytes file;
    size_t at;

    (void)state;
    torch_begin(&t, "archive/", 2);
    torch_tensor(&t, &(struct torch_view){"w", "FloatStorage", "0", 6, 0, 1, six, one});
    torch_end(&t);
    torch_entry(&t, "data/0", numbers, sizeof(numbers));
    torch_entry(&t, "version", "3\n", 2);
    file = torch_bytes(&t);
    for (size_t n = 0; n < file.size; n++) {
        assert_false(evk_torch_probe(file.data, n));
        assert_true(torch_copy_read(&torch, file.data, n, NULL) != EVK_OK);
    }
    for (size_t i = 0; i < file.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            evk_status s;

            file.data[i] ^= (unsigned char)(1 << bit);
            s = torch_copy_read(&torch, file.data, file.size, NULL);
            assert_true(s == EVK_OK || s == EVK_EFORMAT || s == EVK_EUNSUPPORTED);
            file.data[i] ^= (unsigned char)(1 << bit);
        }
    /*
     * Damage is found by checksums in the pickle, in the storage, and in an entry that is not used.
     */
    for (int e = -1; e < 2; e++) {
        const struct evk_str *data = e < 0 ? &t.pickle : &t.entries[e].data;

        for (at = 0; memcmp(file.data + at, data->data, data->size) != 0; at++)
            ;
        for (size_t i = 0; i < data->size; i++) {
            file.data[at + i] ^= 0x20;
            assert_true(torch_copy_read(&torch, file.data, file.size, NULL) == EVK_EFORMAT);
            file.data[at + i] ^= 0x20;
        }
    }
    assert_ok(torch_copy_read(&torch, file.data, file.size, err));
    evk_bytes_release(&file);
    torch_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),  cmocka_unit_test(test_views),
        cmocka_unit_test(test_bounds),   cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_strange),  cmocka_unit_test(test_refused),
        cmocka_unit_test(test_repeated), cmocka_unit_test(test_damage),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    evk_tensors_release(&torch);
    return failed;
}
