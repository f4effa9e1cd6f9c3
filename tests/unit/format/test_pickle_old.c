/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_pickle_old.c - what pickles hold beside arrays, in all protocols: lines of text, sets, large
 * numbers, and objects of classes that nobody knows
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/pickle_file.h"
#include "../../harness/read_copy.h"

static struct pickle_copy last; /* the last pickle that was read */

static void reads(const char *text)
{
    assert_ok(pickle_copy_read(&last, text, strlen(text), err));
}

static const struct evk_pickle_value *item(size_t i)
{
    return evk_pickle_at(last.root, i);
}

/* ---- protocol 0 ------------------------------------------------------------------------ */

static void test_numbers(void **state)
{
    int64_t v;

    (void)state;
    reads("(I-7\nI00\nI01\nL9223372036854775807L\nL119547037146038801333356L\nL5\nF-2.5e3\nFinf\n"
          "F-inf\nFnan\nNt.");
    assert_int_equal(last.root->count, 11);
    assert_true(evk_pickle_int(item(0), &v) && v == -7);
    assert_true(evk_pickle_is(item(1), EVK_PICKLE_BOOL) && item(1)->is.i == 0);
    assert_true(evk_pickle_is(item(2), EVK_PICKLE_BOOL) && item(2)->is.i == 1);
    assert_true(evk_pickle_int(item(3), &v) && v == INT64_MAX);
    assert_true(evk_pickle_is(item(4), EVK_PICKLE_LONG) && !evk_pickle_int(item(4), &v));
    assert_true(evk_pickle_int(item(5), &v) && v == 5);
    assert_true(item(6)->is.real == -2500);
    assert_true(isinf(item(7)->is.real) && item(7)->is.real > 0);
    assert_true(isinf(item(8)->is.real) && item(8)->is.real < 0);
    assert_true(isnan(item(9)->is.real));
}

static void test_texts(void **state)
{
    (void)state;
    reads("(V\xe9t\\u00e9\\u0000\\U0001f600\\\\u0041\nS'a\\n\\'\\x00\\377\\t\\\\'"
          "\nS\"\"\nVplain\nt.");
    assert_int_equal(item(0)->count, 2 + 1 + 2 + 1 + 4 + 7);
    assert_memory_equal(item(0)->is.text, "\xc3\xa9t\xc3\xa9\0\xf0\x9f\x98\x80\\\\u0041", 17);
    assert_true(evk_pickle_is(item(1), EVK_PICKLE_BYTES));
    assert_int_equal(item(1)->count, 7);
    assert_memory_equal(item(1)->is.bytes, "a\n'\0\xff\t\\", 7);
    assert_int_equal(item(2)->count, 0);
    assert_true(evk_pickle_says(item(3), "plain"));
}

/* Containers, the memo and the stack, as protocol 0 spells them. */
static void test_containers(void **state)
{
    const struct evk_pickle_value *dict;

    (void)state;
    reads("((lp0\nI1\naI2\na(dp1\nVk\ng0\ns(I3\nI4\nlI9\n0I5\n2(I6\n1(0(tt.");
    assert_int_equal(last.root->count, 6); /* list, dictionary, list, 5, 5, () */
    assert_int_equal(item(0)->count, 2);
    dict = item(1);
    assert_ptr_equal(evk_pickle_get(dict, "k"), item(0));
    assert_int_equal(item(2)->count, 2);
    assert_ptr_equal(item(3), item(4));
    assert_int_equal(item(3)->is.i, 5);
    assert_int_equal(item(5)->count, 0);
}

static void test_wrong_text(void **state)
{
    static const struct {
        const char *pickle, *text;
    } list[] = {
        {"I\n.", "whole number that is none"},
        {"I1x\n.", "whole number that is none"},
        {"I-\n.", "whole number that is none"},
        {"LL\n.", "whole number that is none"},
        {"I1", "line that does not end"},
        {"I", "line that does not end"},
        {"Fone\n.", "number that is none"},
        {"F1e\n.", "number that is none"},
        {"V\\u12\n.", "wrong escape"},
        {"V\\U00110000\n.", "wrong escape"},
        {"V\\ud800\n.", "not UTF-8"},
        {"Sa\n.", "without quotes"},
        {"S'\n.", "without quotes"},
        {"S'a\"\n.", "without quotes"},
        {"S'\\'\n.", "wrong escape"},
        {"S'\\x1'\n.", "wrong escape"},
        {"S'\\777'\n.", "wrong escape"},
        {"g7\n.", "never set"},
        {"gx\n.", "memo number that is none"},
        {"Np-1\n.", "memo number that is none"},
        {"Np999\n.", "memo index that is too large"},
        {"(ios\nsystem\n.", "would run 'os.system'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        assert_fails(EVK_EFORMAT, list[i].text,
                     pickle_copy_read(&last, list[i].pickle, strlen(list[i].pickle), err));
}

/* ---- protocols 4 and 5, and large numbers ------------------------------------------------ */

static void test_newer(void **state)
{
    struct evk_str p = EVK_STR_INIT;
    int64_t v;

    (void)state;
    put_begin(&p, 5);
    put(&p, "(\x8f(");
    put_int(&p, 1);
    put_int(&p, 2);
    put(&p, "\x90(");
    put_int(&p, 3);
    put(&p, "\x91\x8d");
    put_little(&p, 2, 8);
    put(&p, "ab\x8e");
    put_little(&p, 2, 8);
    put_bytes(&p, "\0\xff", 2);
    put(&p, "\x96");
    put_little(&p, 1, 8);
    put(&p, "z\x98\x8b");
    put_little(&p, 10, 4);
    put(&p, "0123456789\x8b");
    put_little(&p, 2, 4);
    put_bytes(&p, "\x00\xff", 2);
    put(&p, "t.");
    assert_ok(pickle_copy_read(&last, p.data, p.size, err));
    assert_true(evk_pickle_is(item(0), EVK_PICKLE_SET) && item(0)->count == 2);
    assert_true(evk_pickle_is(item(1), EVK_PICKLE_SET) && item(1)->count == 1);
    assert_true(evk_pickle_says(item(2), "ab"));
    assert_memory_equal(item(3)->is.bytes, "\0\xff", 2);
    assert_true(evk_pickle_says(item(4), "z"));
    assert_true(evk_pickle_is(item(5), EVK_PICKLE_LONG));
    assert_true(evk_pickle_int(item(6), &v) && v == -256);
    evk_str_release(&p);
    assert_fails(EVK_EFORMAT, "ends after 9 bytes",
                 pickle_copy_read(&last, "\x8e\xff\xff\xff\xff\xff\xff\xff\xff", 9, err));
}

/* ---- objects ---------------------------------------------------------------------------- */

static void is_object(const char *text, const char *name)
{
    const struct evk_pickle_value *arguments, *has;

    reads(text);
    assert_true(evk_pickle_is(last.root, EVK_PICKLE_OBJECT));
    assert_string_equal(evk_pickle_class_name(last.root), name);
    assert_false(evk_pickle_object(last.root, BOX, &arguments, &has));
    assert_false(evk_pickle_object(last.root, EVK_PICKLE_UNKNOWN, &arguments, &has));
}

/* Objects of unknown classes, by every opcode that makes one; what they hold is dropped. */
static void test_unknown(void **state)
{
    (void)state;
    is_object("clab\nNet\n)R.", "lab.Net");
    is_object("ccode.models\nNet\n)R.", "code.models.Net");
    is_object("clab\nNet\n)\x81}b.", "lab.Net");
    is_object("clab\nNet\n)}\x92.", "lab.Net");
    is_object("(I1\nilab\nNet\n.", "lab.Net");
    is_object("(clab\nNet\nI1\no.", "lab.Net");
    is_object("ccopy_reg\n_reconstructor\n(clab\nNet\nc__builtin__\nobject\nNtR.", "lab.Net");
    is_object("ccopyreg\n__newobj__\n(clab\nNet\ntR.", "lab.Net");
    is_object("cargparse\nNamespace\n)R}(Vloss\nI1\nub.", "argparse.Namespace");
    is_object("clab\nAttributes\n)R(VK\nI1\nuVa\nI1\ns.", "lab.Attributes");
    is_object("clab\nList\n)RI1\na(I2\ne(I3\n\x90.", "lab.List");
    is_object("cbuiltins\ngetattr\n(clab\nKind\nVA\ntR.", "builtins.getattr");
    is_object("c__builtin__\nset\n((lI1\natR.", "__builtin__.set");
    is_object("cfunctools\npartial\n)R)R.", "functools.partial");
    is_object("(Vmodule\nclab\nNet\nVa.py\nVsource\ntQ)\x81.", "lab.Net"); /* PyTorch 1.5 */
    reads("clab\nNet\n.");
    assert_string_equal(evk_pickle_class_name(last.root), "lab.Net");
    reads("ccollections\nOrderedDict\n(clab\nNet\ntR."); /* as a defaultdict has a class */
    assert_true(evk_pickle_is(last.root, EVK_PICKLE_DICT) && last.root->count == 0);
    assert_null(evk_pickle_class_name(last.root));
    assert_null(evk_pickle_class_name(NULL));
}

/* All references are listed, and other bytes may follow the pickle. */
static void test_first(void **state)
{
    static const char text[] = "(Pone\nVtwo\nQt.(rest";
    const struct evk_pickle_value *const *list;
    size_t count, used;

    (void)state;
    pickle_copy_release(&last);
    assert_ok(evk_pickle_read_first(&last.pickle, &last.root, text, strlen(text), &used,
                                    pickle_known, err));
    assert_int_equal(used, strlen(text) - 5);
    list = evk_pickle_references(last.pickle, &count);
    assert_int_equal(count, 2);
    assert_true(evk_pickle_says(list[0]->is.items[0], "one"));
    assert_true(evk_pickle_says(list[1]->is.items[0], "two"));
    assert_ptr_equal(list[1], item(1));
    assert_fails(EVK_EFORMAT, "expected at 19", pickle_copy_read(&last, text, strlen(text), err));
}

/* A damaged pickle of protocol 0 gives an error or another value, and nothing worse. */
static void test_damage(void **state)
{
    static const char text[] =
        "(lp0\nI1\naL2L\naF1.5\naS'a\\x41'\naV\\u00e9\xe9\na(dp1\nVk\ng0\ns0(I1\nilab.things\nBox\n"
        "(db0(clab\nNet\nI1\no0Pid\n20a.";
    char bytes[sizeof(text)];

    (void)state;
    for (size_t n = 0; n < sizeof(text) - 1; n++)
        assert_true(pickle_copy_read(&last, text, n, NULL) != EVK_OK);
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        for (int mask = 1; mask < 256; mask++) {
            evk_status s;

            memcpy(bytes, text, sizeof(text));
            bytes[i] = (char)(bytes[i] ^ mask);
            s = pickle_copy_read(&last, bytes, sizeof(text) - 1, NULL);
            assert_true(s == EVK_OK || s == EVK_EFORMAT || s == EVK_EUNSUPPORTED);
        }
    assert_ok(pickle_copy_read(&last, text, sizeof(text) - 1, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),    cmocka_unit_test(test_texts),
        cmocka_unit_test(test_containers), cmocka_unit_test(test_wrong_text),
        cmocka_unit_test(test_newer),      cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_first),      cmocka_unit_test(test_damage),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    pickle_copy_release(&last);
    return failed;
}
