/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_pickle.c - pickles: what is read, and that hostile ones do no harm */
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/pickle_file.h"
#include "../../harness/read_copy.h"

static struct pickle_copy last; /* the last pickle that was read */

static void reads(struct evk_str *p)
{
    put(p, ".");
    assert_ok(pickle_copy_read(&last, p->data, p->size, err));
    evk_str_release(p);
}

static void fails(evk_status status, const char *text, struct evk_str *p)
{
    assert_fails(status, text, pickle_copy_read(&last, p->data, p->size, err));
    evk_str_release(p);
}

static struct evk_str begin(int protocol)
{
    struct evk_str p = EVK_STR_INIT;

    put_begin(&p, protocol);
    return p;
}

static void test_numbers(void **state)
{
    static const int64_t list[] = {
        0,         1,        255, 256, 65535, 65536, -1, -2, INT32_MAX, INT32_MIN, (int64_t)1 << 40,
        INT64_MAX, INT64_MIN};
    const size_t n = sizeof(list) / sizeof(list[0]);

    (void)state;
    for (int protocol = 2; protocol <= 4; protocol++) {
        struct evk_str p = begin(protocol);

        put(&p, "](");
        for (size_t i = 0; i < n; i++)
            put_int(&p, list[i]);
        put(&p, "N\x88\x89G\xc0\x09\x21\xfb\x54\x44\x2d\x18\x8a");
        put_little(&p, 0, 1);
        put_bytes(&p, "\x8a\x02\x00\xff", 4);
        put(&p, "e");
        reads(&p);
        assert_true(evk_pickle_is(last.root, EVK_PICKLE_LIST));
        assert_int_equal(last.root->count, n + 6);
        for (size_t i = 0; i < n; i++) {
            int64_t v;

            assert_true(evk_pickle_int(evk_pickle_at(last.root, i), &v));
            assert_true(v == list[i]);
        }
        assert_true(evk_pickle_is(evk_pickle_at(last.root, n), EVK_PICKLE_NONE));
        assert_int_equal(evk_pickle_at(last.root, n + 1)->is.i, 1);
        assert_int_equal(evk_pickle_at(last.root, n + 2)->is.i, 0);
        assert_true(evk_pickle_at(last.root, n + 3)->is.real == -3.141592653589793);
        assert_int_equal(evk_pickle_at(last.root, n + 4)->is.i, 0);
        assert_int_equal(evk_pickle_at(last.root, n + 5)->is.i, -256);
        assert_null(evk_pickle_at(last.root, n + 6));
    }
}

static void test_texts(void **state)
{
    struct evk_str p = begin(4);

    (void)state;
    put(&p, "(");
    put_text(&p, "\xc3\xa9t\xc3\xa9");
    put_short(&p, "");
    put(&p, "C\x02"
            "\xff\x01"
            "U\x02<ft");
    reads(&p);
    assert_int_equal(last.root->count, 4);
    assert_true(evk_pickle_says(evk_pickle_at(last.root, 0), "\xc3\xa9t\xc3\xa9"));
    assert_true(evk_pickle_says(evk_pickle_at(last.root, 1), ""));
    assert_int_equal(evk_pickle_at(last.root, 2)->count, 2);
    assert_memory_equal(evk_pickle_at(last.root, 2)->is.bytes, "\xff\x01", 2);
    assert_true(evk_pickle_says(evk_pickle_at(last.root, 3), "<f"));
    p = begin(2);
    put_text(&p, "\xc3(");
    fails(EVK_EFORMAT, "is not UTF-8", &p);
    p = begin(2); /* a text may hold a zero byte */
    put(&p, "X\x04");
    put_little(&p, 0, 3);
    put_bytes(&p, "a\0\xc3\xa9", 4);
    reads(&p);
    assert_int_equal(last.root->count, 4);
    assert_memory_equal(last.root->is.text, "a\0\xc3\xa9", 5);
    assert_false(evk_pickle_says(last.root, "a"));
    p = begin(2);
    put(&p, "X\x03");
    put_little(&p, 0, 3);
    put_bytes(&p, "a\0\xff", 3);
    fails(EVK_EFORMAT, "is not UTF-8", &p);
}

/* A dictionary is filled by two opcodes and has a key twice: the last value counts. */
static void test_dictionary(void **state)
{
    struct evk_str p = begin(2);
    int64_t v;

    (void)state;
    put_class(&p, "collections", "OrderedDict");
    put(&p, ")R(");
    put_text(&p, "a");
    put_int(&p, 1);
    put_text(&p, "b");
    put_int(&p, 2);
    put(&p, "u");
    put_text(&p, "a");
    put_int(&p, 3);
    put(&p, "s}b");
    reads(&p);
    assert_true(evk_pickle_is(last.root, EVK_PICKLE_DICT));
    assert_int_equal(last.root->count, 6);
    assert_true(evk_pickle_int(evk_pickle_get(last.root, "a"), &v));
    assert_int_equal(v, 3);
    assert_null(evk_pickle_get(last.root, "c"));
    assert_null(evk_pickle_get(evk_pickle_get(last.root, "a"), "a"));
    assert_null(evk_pickle_get(NULL, "a"));
    p = begin(2); /* as Python 2 wrote it */
    put_class(&p, "collections", "OrderedDict");
    put(&p, "](](");
    put_text(&p, "k");
    put_int(&p, 9);
    put(&p, "ee\x85R");
    reads(&p);
    assert_true(evk_pickle_int(evk_pickle_get(last.root, "k"), &v));
    assert_int_equal(v, 9);
}

/* Objects whose class is named in either of two ways, and a persistent id. */
static void test_objects(void **state)
{
    const struct evk_pickle_value *arguments, *has;

    (void)state;
    for (int way = 0; way < 2; way++) {
        struct evk_str p = begin(way ? 4 : 2);

        if (way) {
            put_short(&p, "lab.things");
            put(&p, "\x94");
            put_short(&p, "Box");
            put(&p, "\x93");
        } else {
            put_class(&p, "lab.things", "Box");
        }
        put_int(&p, 5);
        put(&p, way ? "\x85\x81" : "\x85R");
        put_text(&p, "id");
        put(&p, "Qb");
        reads(&p);
        assert_true(evk_pickle_object(last.root, BOX, &arguments, &has));
        assert_false(evk_pickle_object(last.root, DICT_CLASS, &arguments, &has));
        assert_int_equal(evk_pickle_at(arguments, 0)->is.i, 5);
        assert_true(evk_pickle_is(has, EVK_PICKLE_REFERENCE));
        assert_true(evk_pickle_says(has->is.items[0], "id"));
    }
}

static void test_memo(void **state)
{
    struct evk_str p = begin(4);

    (void)state;
    put(&p, "(");
    put_int(&p, 1);
    put(&p, "\x94"
            "]q\x05r\x06");
    put_little(&p, 0, 3);
    put_int(&p, 2);
    put(&p, "\x94h");
    put_little(&p, 0, 1);
    put(&p, "h\x05j\x06");
    put_little(&p, 0, 3);
    put(&p, "h\x07t");
    reads(&p);
    assert_int_equal(last.root->count, 7);
    assert_ptr_equal(evk_pickle_at(last.root, 3), evk_pickle_at(last.root, 0));
    assert_ptr_equal(evk_pickle_at(last.root, 4), evk_pickle_at(last.root, 1));
    assert_ptr_equal(evk_pickle_at(last.root, 5), evk_pickle_at(last.root, 1));
    assert_ptr_equal(evk_pickle_at(last.root, 6), evk_pickle_at(last.root, 2));
    p = begin(2);
    put(&p, "Nh\x03\x86.");
    fails(EVK_EFORMAT, "never set", &p);
    p = begin(2);
    put(&p, "Nr\xff\xff\xff\x7f.");
    fails(EVK_EFORMAT, "memo index that is too large", &p);
}

/* ---- hostile ----------------------------------------------------------------------- */

static void test_classes(void **state)
{
    static const struct {
        const char *module, *name, *text;
    } list[] = {
        {"os", "system", "would run 'os.system' where Python loads it"},
        {"posix", "system", "'posix.system'"},
        {"os.path", "join", "'os.path.join'"},
        {"builtins", "eval", "'builtins.eval'"},
        {"__builtin__", "__import__", "'__builtin__.__import__'"},
        {"subprocess", "Popen", "'subprocess.Popen'"},
        {"lab.things", "\x1b[2J", "without a valid name"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        for (int way = 0; way < 2; way++) {
            struct evk_str p = begin(way ? 4 : 2);

            if (way) {
                put_short(&p, list[i].module);
                put_short(&p, list[i].name);
                put(&p, "\x93");
            } else {
                put_class(&p, list[i].module, list[i].name);
            }
            put_text(&p, "rm -rf .");
            put(&p, "\x85R.");
            fails(EVK_EFORMAT, list[i].text, &p);
        }
}

static void test_wrong_use(void **state)
{
    static const struct {
        const char *opcodes, *text;
    } list[] = {
        {"N", "ends after 3 bytes, expected 1 more"},
        {".", "ends with other than one value"},
        {"NN.", "ends with other than one value"},
        {"(N.", "ends with other than one value"},
        {"N.N", "ends at byte 4, expected at 5"},
        {"\x85.", "takes more values than there are"},
        {"N\x86.", "takes more values than there are"},
        {"N(\x85.", "takes more values than there are"},
        {"t.", "has no mark"},
        {"Ne.", "has no mark"},
        {"Na.", "looks at an empty stack"},
        {"a.", "takes more values than there are"},
        {"N(N\x90.", "adds to what is not a set"},
        {"](N\x90.", "adds to what is not a set"},
        {"\x8f(Ne.", "appends to what is not a list"},
        {"(Nd.", "key without a value"},
        {"(o.", "makes an instance of no class"},
        {"(No.", "not a class and its arguments"},
        {"NNN\x92.", "named arguments that are not a dictionary"},
        {"0.", "takes a value from an empty stack"},
        {"2.", "looks at an empty stack"},
        {"1.", "has no mark"},
        {"NNa.", "appends to what is not a list"},
        {"N(Ne.", "appends to what is not a list"},
        {"NNNs.", "what is not a dictionary"},
        {"}s.", "takes more values than there are"},
        {"](NNu.", "what is not a dictionary"},
        {"}(Nu.", "key without a value"},
        {"}(]Nu.", "with a list or a dictionary as a key"},
        {"}}Ns.", "with a list or a dictionary as a key"},
        {"N)R.", "not a class and its arguments"},
        {"R.", "takes a value from an empty stack"},
        {"NNb.", "gives a state to a value that cannot have one"},
        {"q\x01.", "looks at an empty stack"},
        {"(q\x01.", "looks at an empty stack"},
        {"Q.", "takes a value from an empty stack"},
        {"X\xff\xff\xff\xff.", "ends after 8 bytes, expected 4294967294 more"},
        {"B\xff\xff\xff\x7f.", "ends after"},
        {"\x95\xff\xff\xff\xff\xff\xff\xff\xff.", "has a frame beyond its end"},
        {"clab\nBox", "line that does not end"},
        {"clab", "line that does not end"},
        {"ccollections\nOrderedDict\n]]\x86R.", "not a list of pairs"},
        {"ccollections\nOrderedDict\n]N\x86R.", "not a list of pairs"},
        {"ccollections\nOrderedDict\n](NNe\x85R.", "not a list of pairs"},
        {"ccollections\nOrderedDict\n](N\x85"
         "e\x85R.",
         "not a list of pairs"},
    };
    static const char *const opcodes[] = {"\x82\x01", "\x84", "\x97", "?", "\x99"};

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct evk_str p = begin(2);

        put(&p, list[i].opcodes);
        fails(EVK_EFORMAT, list[i].text, &p);
    }
    for (size_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++) {
        struct evk_str p = begin(2);

        put(&p, opcodes[i]);
        fails(EVK_EUNSUPPORTED, "at byte 2, which stands for something outside the file", &p);
    }
    assert_fails(EVK_EFORMAT, "ends after 0 bytes", pickle_copy_read(&last, "", 0, err));
    assert_fails(EVK_EUNSUPPORTED, "protocol 6", pickle_copy_read(&last, "\x80\x06N.", 4, err));
}

/* Lists and dictionaries that hold themselves are read, looked at and freed. */
static void test_cycles(void **state)
{
    struct evk_str p = begin(2);

    (void)state;
    put(&p, "]q\x01h\x01"
            "a");
    reads(&p);
    assert_ptr_equal(evk_pickle_at(last.root, 0), last.root);
    p = begin(2);
    put(&p, "}q\x01");
    put_text(&p, "a");
    put(&p, "h\x01s");
    reads(&p);
    assert_ptr_equal(evk_pickle_get(last.root, "a"), last.root);
}

/* Each level refers to the level before ten times: as a tree it would have 10^1000 leaves. */
static void test_laughs(void **state)
{
    struct evk_str p = begin(2);

    (void)state;
    put(&p, "]q\x01");
    for (int level = 0; level < 1000; level++) {
        put(&p, "](");
        for (int i = 0; i < 10; i++)
            put(&p, "h\x01");
        put(&p, "eq\x01\x86");
    }
    reads(&p);
    assert_int_equal(evk_pickle_at(last.root, 1)->count, 10);
}

static void test_depth(void **state)
{
    struct evk_str p = begin(2);

    (void)state;
    put(&p, ")");
    for (int i = 0; i < 200000; i++)
        put(&p, "\x85");
    reads(&p); /* tuples in tuples: nobody recurses */
    p = begin(2);
    for (int i = 0; i < 1001; i++)
        put(&p, "(");
    fails(EVK_EFORMAT, "nested too deeply", &p);
}

/* A list of 3,000 pairs is made into 3,000 dictionaries, by six bytes each: memory is bounded. */
static void test_memory(void **state)
{
    struct evk_str p = begin(2);

    (void)state;
    put_class(&p, "collections", "OrderedDict");
    put(&p, "q\x01(](NN\x86q\x02");
    for (int i = 1; i < 3000; i++)
        put(&p, "h\x02");
    put(&p, "e\x85q\x03");
    for (int i = 0; i < 3000; i++)
        put(&p, "h\x01h\x03R");
    put(&p, "t.");
    fails(EVK_EFORMAT, "128 for each of its own", &p);
    p = begin(2); /* the worst that bytes can do one by one */
    put(&p, "(");
    for (int i = 0; i < 300000; i++)
        put(&p, "]");
    put(&p, "t");
    reads(&p);
    assert_int_equal(last.root->count, 300000);
}

/* A damaged pickle gives an error or another value, and nothing worse. */
static void test_damage(void **state)
{
    static const unsigned char masks[] = {1, 2, 0x10, 0x80, 0xff};
    struct evk_str p = begin(4);
    unsigned char *bytes;

    (void)state;
    put_class(&p, "collections", "OrderedDict");
    put(&p, ")R(");
    for (int i = 0; i < 6; i++) {
        put_short(&p, "name");
        put(&p, "\x94");
        put_class(&p, "lab.things", "Box");
        put_ints(&p, 3, (const int64_t[]){1, 300, 70000});
        put(&p, "R\x94");
    }
    put(&p, "u.");
    bytes = (unsigned char *)p.data;
    assert_ok(pickle_copy_read(&last, bytes, p.size, err));
    for (size_t n = 0; n < p.size; n++)
        assert_true(pickle_copy_read(&last, bytes, n, NULL) != EVK_OK);
    for (size_t i = 0; i < p.size; i++)
        for (size_t m = 0; m < sizeof(masks); m++) {
            evk_status s;

            bytes[i] ^= masks[m];
            s = pickle_copy_read(&last, bytes, p.size, NULL);
            assert_true(s == EVK_OK || s == EVK_EFORMAT || s == EVK_EUNSUPPORTED);
            bytes[i] ^= masks[m];
        }
    pickle_copy_release(&last);
    evk_str_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),    cmocka_unit_test(test_texts),
        cmocka_unit_test(test_dictionary), cmocka_unit_test(test_objects),
        cmocka_unit_test(test_memo),       cmocka_unit_test(test_classes),
        cmocka_unit_test(test_wrong_use),  cmocka_unit_test(test_cycles),
        cmocka_unit_test(test_laughs),     cmocka_unit_test(test_depth),
        cmocka_unit_test(test_memory),     cmocka_unit_test(test_damage),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    pickle_copy_release(&last);
    return failed;
}
