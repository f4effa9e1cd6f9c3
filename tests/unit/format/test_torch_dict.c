/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_torch_dict.c - which of the dictionaries in a PyTorch file is the state dictionary */
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/pickle_file.h"
#include "format/torch.h"

static struct evk_tensors torch;

static const int64_t one[] = {1}, six[] = {6};
static const float numbers[] = {0, 1, 2, 3, 4, 5};

static evk_status read_file(struct torch_file *t, evk_error *err)
{
    struct evk_bytes file = torch_bytes(t);
    evk_status s;

    evk_tensors_release(&torch);
    s = evk_torch_read(&torch, file.data, file.size, err);
    evk_bytes_release(&file);
    torch_release(t);
    return s;
}

static void reads(struct torch_file *t)
{
    assert_ok(read_file(t, err));
}

static void fails(const char *text, struct torch_file *t)
{
    assert_fails(EVK_EUNSUPPORTED, text, read_file(t, err));
    assert_null(torch.tensors);
}

/* Tensor i has this name, and one number. */
static void is_tensor(int64_t i, const char *name, float number)
{
    assert_true(i < torch.count);
    assert_string_equal(torch.tensors[i].name, name);
    assert_true(evk_tensor_is(&torch.tensors[i].values, 1, one));
    assert_true(torch.tensors[i].values.data[0] == number);
}

/* A file whose pickle the caller writes, with one storage "s". */
static void begin(struct torch_file *t)
{
    *t = (struct torch_file){.prefix = "archive/", .pickle = EVK_STR_INIT};
    put_begin(&t->pickle, 2);
    torch_entry(t, "data/s", numbers, sizeof(numbers));
}

static void value(struct torch_file *t, int64_t offset)
{
    torch_value(t, &(struct torch_view){"", "FloatStorage", "s", 6, offset, 1, one, one});
}

static void add(struct torch_file *t, const char *name, int64_t offset)
{
    put_text(&t->pickle, name);
    value(t, offset);
}

/* {'epoch': 3, 'loss': a tensor, 'model': {'state_dict': {...}}, 'arguments': [...]} */
static void test_wrappers(void **state)
{
    static const char *const outer[] = {"model", "net", "state_dict", "model"};
    static const char *const inner[] = {"state_dict", "model_state_dict", "model", NULL};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct torch_file t;

        begin(&t);
        put(&t.pickle, "}(");
        put_text(&t.pickle, "epoch");
        put_int(&t.pickle, 3);
        add(&t, "loss", 5);
        put_text(&t.pickle, outer[i]);
        if (inner[i]) {
            put(&t.pickle, "}");
            put_text(&t.pickle, inner[i]);
        }
        put(&t.pickle, "}(");
        add(&t, "module.b", 2);
        put_text(&t.pickle, "module._extra_state");
        put_class(&t.pickle, "torch", "Size");
        put_ints(&t.pickle, 1, six);
        put(&t.pickle, "\x85R");
        put_text(&t.pickle, "module.a"); /* a parameter */
        put_class(&t.pickle, "torch._utils", "_rebuild_parameter");
        put(&t.pickle, "(");
        value(&t, 1);
        put(&t.pickle, "\x88}tR");
        put_int(&t.pickle, 7);
        put_text(&t.pickle, "a number for a name");
        put(&t.pickle, inner[i] ? "us" : "u");
        put_text(&t.pickle, "arguments");
        put(&t.pickle, "](N\x88"
                       "eu.");
        reads(&t);
        assert_int_equal(torch.count, 2);
        is_tensor(0, "module.a", 1);
        is_tensor(1, "module.b", 2);
    }
}

/* Write the keys of nested dictionaries, as a list of texts that NULL ends. */
static void nest(struct torch_file *t, const char *const *keys)
{
    for (; *keys; keys++) {
        put(&t->pickle, "}");
        put_text(&t->pickle, *keys);
    }
}

/* A dictionary of one tensor under nested keys, which are known here or not; it is the only one. */
static void test_nested(void **state)
{
    static const struct {
        const char *keys[4], *key;
    } list[] = {
        {{"model", NULL}, "model"},
        {{"best_state_dict", NULL}, "best_state_dict"},
        {{"checkpoint", "model", "state_dict", NULL}, "checkpoint.model.state_dict"},
        {{"a'b\"", NULL}, "a?b?"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct torch_file t;

        begin(&t);
        nest(&t, list[i].keys);
        put(&t.pickle, "}(");
        add(&t, "layer.weight", 2);
        put(&t.pickle, "u");
        for (int k = 0; list[i].keys[k]; k++)
            put(&t.pickle, "s");
        put(&t.pickle, ".");
        reads(&t);
        assert_int_equal(torch.count, 1);
        is_tensor(0, "layer.weight", 2);
        assert_string_equal(torch.key, list[i].key);
        assert_null(torch.beside);
    }
}

/* Write the key, and below it a dictionary of one tensor. */
static void add_dictionary(struct torch_file *t, const char *key, const char *name, int64_t offset)
{
    put_text(&t->pickle, key);
    put(&t->pickle, "}(");
    add(t, name, offset);
    put(&t->pickle, "u");
}

/* What training keeps beside the network is not searched; a lone measure is no state dictionary. */
static void test_training(void **state)
{
    static const char *const keys[] = {"optimizer", "optim_G",  "lr_scheduler",     "callbacks",
                                       "loops",     "amp",      "hyper_parameters", "scaler",
                                       "hparams",   "criterion"};
    struct torch_file t;

    (void)state;
    begin(&t);
    put(&t.pickle, "}(");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        add_dictionary(&t, keys[i], "a.b", 1);
    add(&t, "best_acc1", 5);
    put_text(&t.pickle, "state"); /* that of an optimizer without a key for itself */
    put(&t.pickle, "}(");
    put_int(&t.pickle, 0);
    put(&t.pickle, "}(");
    add(&t, "exp.avg", 1);
    put(&t.pickle, "uu");
    add_dictionary(&t, "fold0", "a.weight", 3);
    put(&t.pickle, "u.");
    reads(&t);
    assert_int_equal(torch.count, 1);
    is_tensor(0, "a.weight", 3);
    assert_string_equal(torch.key, "fold0");
    assert_null(torch.beside);
}

/* A tuple or a list of dictionaries, of which one has tensors. */
static void test_listed(void **state)
{
    struct torch_file t;

    (void)state;
    for (int tuple = 0; tuple < 2; tuple++) {
        begin(&t);
        put(&t.pickle, tuple ? "(}}(" : "](}}(");
        add(&t, "a.weight", 4);
        put(&t.pickle, tuple ? "ut." : "ue.");
        reads(&t);
        is_tensor(0, "a.weight", 4);
        assert_string_equal(torch.key, "[1]");
    }
}

/* Of several, one under a known key is taken, and the others are named; otherwise none is taken. */
static void test_several(void **state)
{
    struct torch_file t;

    (void)state;
    begin(&t);
    put(&t.pickle, "}(");
    add_dictionary(&t, "ema", "a.weight", 1);
    add_dictionary(&t, "model", "a.weight", 2);
    add_dictionary(&t, "net", "a.weight", 3);
    put_text(&t.pickle, "best");
    put(&t.pickle, "]");
    put(&t.pickle, "}(");
    add(&t, "a.weight", 4);
    put(&t.pickle, "uau.");
    reads(&t);
    is_tensor(0, "a.weight", 2);
    assert_string_equal(torch.key, "model");
    assert_string_equal(torch.beside, "'ema', 'net' and 'best[0]'");
    begin(&t);
    put(&t.pickle, "}(");
    put_text(&t.pickle, "nets");
    put(&t.pickle, "}(");
    add_dictionary(&t, "best", "a.weight", 1);
    add_dictionary(&t, "last", "a.weight", 2);
    put(&t.pickle, "uu.");
    fails(
        "holds several state dictionaries, under 'nets.best' and 'nets.last'; save one of them in "
        "Python: torch.save(torch.load(\"FILE\")[\"nets\"][\"best\"], \"one.pt\")",
        &t);
    begin(&t); /* one dictionary under two keys is one */
    put(&t.pickle, "}(");
    put_text(&t.pickle, "last");
    put(&t.pickle, "}q\x07(");
    add(&t, "a.weight", 1);
    put(&t.pickle, "u");
    put_text(&t.pickle, "best");
    put(&t.pickle, "h\x07u.");
    reads(&t);
    assert_string_equal(torch.key, "last");
    assert_null(torch.beside);
}

/* A search ends, however many dictionaries there are, and however they refer to each other. */
static void test_bounds(void **state)
{
    struct torch_file t;

    (void)state;
    begin(&t); /* a dictionary with 40 references to itself, through lists */
    put(&t.pickle, "}q\x01(");
    for (int i = 0; i < 40; i++) {
        char key[16] = {(char)('a' + i % 20), (char)('a' + i / 20), '\0'};

        put_text(&t.pickle, key);
        put(&t.pickle, "](h\x01h\x01h\x01"
                       "e");
    }
    put(&t.pickle, "u.");
    fails("holds a dictionary, in which no state dictionary was found", &t);
    begin(&t); /* deeper than is searched */
    nest(&t, (const char *const[]){"a", "b", "c", "d", "e", NULL});
    put(&t.pickle, "}(");
    add(&t, "layer.weight", 2);
    put(&t.pickle, "usssss.");
    fails("holds a dictionary, in which no state dictionary was found", &t);
}

static void test_arrays(void **state)
{
    struct torch_file t;

    (void)state;
    for (int wrapped = 0; wrapped < 2; wrapped++) {
        begin(&t);
        put(&t.pickle, "}");
        if (wrapped) {
            put_text(&t.pickle, "model");
            put(&t.pickle, "}");
        }
        put_text(&t.pickle, "a.weight");
        npy_pickled(&t.pickle, "<", "f4", 1, one, numbers, 4);
        put(&t.pickle, wrapped ? "ss." : "s.");
        fails(wrapped ? "torch.load(\"FILE\", weights_only=False)[\"model\"].items()}"
                      : "holds NumPy arrays and no tensors, expected a state dictionary; make them "
                        "tensors in Python: torch.save({k: torch.from_numpy(v) for k, v in "
                        "torch.load(\"FILE\", weights_only=False).items()}, \"tensors.pt\")",
              &t);
    }
}

/* A tensor whose key is no text must not be skipped, since a bias may be missing. */
static void test_keys(void **state)
{
    static const struct {
        const char *put, *text;
    } list[] = {
        {"K\x07", "has a tensor under the key 7, expected a text"},
        {"C\x03"
         "a.b",
         "has a tensor under the bytes 'a.b', expected a text"},
        {"C\x01\x1b", "has a tensor under the bytes '?', expected a text"},
        {"N", "has a tensor under None, expected a text"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct torch_file t;

        begin(&t);
        put(&t.pickle, "}(");
        add(&t, "a.weight", 1);
        put(&t.pickle, list[i].put);
        value(&t, 2);
        put(&t.pickle, "u.");
        fails(list[i].text, &t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrappers), cmocka_unit_test(test_nested),
        cmocka_unit_test(test_training), cmocka_unit_test(test_listed),
        cmocka_unit_test(test_several),  cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_arrays),   cmocka_unit_test(test_keys),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    evk_tensors_release(&torch);
    return failed;
}
