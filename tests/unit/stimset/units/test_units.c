/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_units.c - a table of units: which neurons, images and judges it says, and what it cannot say */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "../../../harness/test.h"

static char *folder;
static struct linear one, pair, wide;

static void write_text(const char *name, const char *text)
{
    assert_ok(evk_fs_write(path_in(folder, name), text, strlen(text), err));
}

/* Writes a card of an ensemble that has one network many times. */
static void write_card(const char *name, int members)
{
    struct evk_str text = EVK_STR_INIT;

    evk_str_puts(&text, "{\"card\": 1, \"members\": [");
    for (int i = 0; i < members; i++)
        evk_str_printf(&text, "%s{\"weights\": \"wide.keras\"}", i ? ", " : "");
    evk_str_puts(&text, "]}");
    write_text(name, text.data);
    evk_str_release(&text);
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("units");
    linear_random(&one, path_in(folder, "one.keras"), 1, 1);
    linear_random(&pair, path_in(folder, "pair.keras"), 2, 2);
    linear_random(&wide, path_in(folder, "wide.keras"), 7, 3);
    linear_save(&one);
    linear_save(&pair);
    linear_save(&wide);
    write_text("named.json",
               "{\"card\": 1, \"weights\": \"pair.keras\", \"neurons\": [\"left\", \"right\"]}");
    write_text("judge.json", "{\"card\": 1, \"weights\": \"wide.keras\", \"neurons\": "
                             "[\"a\", \"b\", \"right\", \"d\", \"e\", \"left\", \"g\"]}");
    write_text("both.json",
               "{\"card\": 1, \"members\": [{\"weights\": \"pair.keras\"}, {\"weights\": "
               "\"pair.keras\", \"outputs\": [1, 0]}], \"neurons\": [\"left\", \"right\"]}");
    write_card("many.json", 33);
    write_text("other.json",
               "{\"card\": 1, \"weights\": \"one.keras\", \"neurons\": [\"elsewhere\"]}");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    linear_release(&one);
    linear_release(&pair);
    linear_release(&wide);
    free(folder);
    return 0;
}

static evk_status open_text(evk_units **u, const char *text, evk_error *why)
{
    write_text("units.tsv", text);
    return evk_units_open(u, path_in(folder, "units.tsv"), NULL, 0, NULL, why);
}

static evk_units *open_well(const char *text)
{
    evk_units *u;

    assert_ok(open_text(&u, text, err));
    return u;
}

static void is_unit(const evk_units *u, size_t i, const char *name, const char *model,
                    int64_t output, int64_t images)
{
    evk_unit unit;

    assert_true(evk_units_at(u, i, &unit));
    assert_string_equal(unit.name, name);
    assert_string_equal(evk_model_describe(unit.model)->name, model);
    assert_int_equal(unit.output, output);
    assert_int_equal(unit.images, images);
}

/* ---- what a table says ----------------------------------------------------------------------- */

/* Units come by model; columns in any order; rows that are left out need no file. */
static void test_targets(void **state)
{
    evk_units *u = open_well("keep,images,output,unit,model,note\n"
                             "TRUE,4,1,u1,pair.keras,x\n"
                             "yes,,right,u2,named.json,\n"
                             "1,2.0,n/a,u3,one.keras,\n"
                             "True,NA,0.0,u4,pair.keras,\n"
                             "FALSE,1,9,u5,nowhere.keras,\n"
                             "no,1,0,u5,nowhere.keras,\n"
                             "1,0,0,u6,nowhere.keras,\n");
    const evk_target *t;
    evk_unit past;
    size_t count;

    (void)state;
    t = evk_units_targets(u, &count);
    assert_int_equal(count, 3);
    assert_int_equal(t[0].count, 2);
    assert_int_equal(t[0].outputs[0], 1);
    assert_int_equal(t[0].outputs[1], 0);
    assert_int_equal(t[1].outputs[0], 1);
    is_unit(u, 0, "u1", "pair", 1, 4);
    is_unit(u, 1, "u4", "pair", 0, -1);
    is_unit(u, 2, "u2", "named", 1, -1);
    is_unit(u, 3, "u3", "one", 0, 2);
    assert_false(evk_units_at(u, 4, &past));
    assert_non_null(evk_units_model(u, 2));
    assert_null(evk_units_model(u, 3));
    assert_null(evk_units_judges(u, &count));
    assert_int_equal(count, 0);
    evk_units_free(u);
}

/* A unit without output is the neuron of its name; a model that is open is not opened again. */
static void test_given(void **state)
{
    evk_model *model;
    const evk_model *given[2];
    evk_units *u;

    (void)state;
    assert_ok(evk_model_open(&model, path_in(folder, "named.json"), NULL, err));
    given[0] = given[1] = model;
    write_text("units.tsv", "unit\nright\nleft\n");
    assert_ok(evk_units_open(&u, path_in(folder, "units.tsv"), given, 1, NULL, err));
    is_unit(u, 0, "right", "named", 1, -1);
    is_unit(u, 1, "left", "named", 0, -1);
    assert_null(evk_units_model(u, 0));
    evk_units_free(u);
    write_text("units.tsv", "unit,model\nright,./named.json\n");
    assert_ok(evk_units_open(&u, path_in(folder, "units.tsv"), given, 1, NULL, err));
    assert_null(evk_units_model(u, 0));
    evk_units_free(u);
    write_text("units.tsv", "unit\nright\n");
    assert_fails(EVK_EINVAL, "line 2: unit 'right' has no model, and 2 are given beside the table",
                 evk_units_open(&u, path_in(folder, "units.tsv"), given, 2, NULL, err));
    evk_model_free(model);
}

/* Judges score the units that their rows say, by name where no output is given. */
static void test_judges(void **state)
{
    evk_units *u = open_well("unit\tmodel\tjudge\tjudge_output\n"
                             "left\tnamed.json\tjudge.json; wide.keras\t;6\n"
                             "x\tone.keras\twide.keras\t3.0\n"
                             "right\tnamed.json\tjudge.json\t\n");
    const evk_judge_model *j;
    size_t count;

    (void)state;
    assert_fails(EVK_EINVAL, "wide.keras has 7 outputs, and none is called 'y'",
                 open_text(&u, "unit\tmodel\ny\twide.keras\n", err));
    j = evk_units_judges(u, &count);
    assert_int_equal(count, 2);
    assert_string_equal(evk_model_describe(j[0].model)->name, "judge");
    assert_int_equal(j[0].count, 3);
    assert_int_equal(j[0].outputs[0], 5);
    assert_int_equal(j[0].outputs[1], 2);
    assert_int_equal(j[0].outputs[2], -1);
    assert_int_equal(j[1].outputs[0], 6);
    assert_int_equal(j[1].outputs[1], -1);
    assert_int_equal(j[1].outputs[2], 3);
    evk_units_free(u);
}

/* Spaces around a path are none of it, also behind the name that a judge gets. */
static void test_selection(void **state)
{
    evk_units *u = open_well("unit,model,judge,judge_output\n"
                             "left,named.json,selection= judge.json ; wide.keras,;6\n"
                             "w,one.keras,selection=wide.keras,3\n");
    const evk_judge_model *j;
    size_t count;

    (void)state;
    j = evk_units_judges(u, &count);
    assert_int_equal(count, 3);
    assert_string_equal(evk_model_describe(j[0].model)->name, "selection");
    assert_string_equal(evk_model_describe(j[1].model)->name, "wide");
    assert_string_equal(evk_model_describe(j[2].model)->name, "selection");
    assert_int_equal(j[2].outputs[0], -1);
    assert_int_equal(j[2].outputs[1], 3);
    evk_units_free(u);
}

/* Ensembles that differ in an output, or in a model, are two neurons. */
static void test_other_ensembles(void **state)
{
    evk_units *u = open_well("unit,model,output\n"
                             "a,one.keras;wide.keras,0;3\nb,wide.keras;one.keras,4;0\n"
                             "c,one.keras;wide.keras;wide.keras,0;3;4\n");
    size_t count;

    (void)state;
    evk_units_targets(u, &count);
    assert_int_equal(count, 3);
    evk_units_free(u);
}

/* Checks that unit i is an ensemble, and that member k is an output of a file of a linear model. */
static void is_member(const evk_units *u, size_t i, int64_t k, const struct linear *l,
                      int64_t output)
{
    const evk_model *member;
    evk_unit unit;

    assert_true(evk_units_at(u, i, &unit));
    member = evk_model_member(unit.model, k);
    assert_non_null(member);
    assert_string_equal(evk_model_describe(member)->path, l->path);
    assert_int_equal(evk_model_member_output(unit.model, k, 0), output);
}

/*
 * Several models of a unit are one ensemble, which --ensemble would open, too.  A card of several
 * networks counts as its networks.  Ensembles share the networks of a file.
 */
static void test_ensembles(void **state)
{
    evk_units *u = open_well("unit\tmodel\toutput\n"
                             "left\tone.keras; both.json;wide.keras\t;;6\n"
                             "right\tone.keras;both.json\t\n"
                             "w\twide.keras\t2\n");
    char text[1024], name[EVK_NEURON_TEXT];
    const evk_target *t;
    evk_model *same;
    evk_unit left, right;
    size_t count;

    (void)state;
    t = evk_units_targets(u, &count);
    assert_int_equal(count, 3);
    assert_int_equal(t[0].count, 1);
    is_unit(u, 0, "left", "left", 0, -1);
    is_unit(u, 1, "right", "right", 0, -1);
    is_unit(u, 2, "w", "wide", 2, -1);
    assert_true(evk_units_at(u, 0, &left) && evk_units_at(u, 1, &right));
    assert_int_equal(evk_model_describe(left.model)->members, 4);
    assert_int_equal(evk_model_describe(right.model)->members, 3);
    is_member(u, 0, 0, &one, 0);
    is_member(u, 0, 1, &pair, 0);
    is_member(u, 0, 2, &pair, 1);
    is_member(u, 0, 3, &wide, 6);
    is_member(u, 1, 1, &pair, 1);
    assert_ptr_equal(evk_model_member(left.model, 1), evk_model_member(right.model, 1));
    assert_string_equal(evk_model_describe(left.model)->path,
                        "left=one.keras,both.json:left,wide.keras:6");
    assert_string_equal(evk_model_neuron(left.model, 0, name), "0");
    snprintf(text, sizeof(text), "left=%s,%s/both.json:left,%s:6", one.path, folder, wide.path);
    assert_ok(evk_model_open_ensemble(&same, text, NULL, err));
    assert_string_equal(evk_model_describe(left.model)->sha256, evk_model_describe(same)->sha256);
    evk_model_free(same);
    /* two ensembles and a file; one.keras and both.json are members only */
    assert_ptr_equal(evk_units_model(u, 0), t[2].model);
    assert_non_null(evk_units_model(u, 2));
    assert_null(evk_units_model(u, 3));
    evk_units_free(u);
}

/* A file that is open, or has the name of the unit, can be a member; so can two of one name. */
static void test_members(void **state)
{
    evk_model *model;
    const evk_model *given[1];
    evk_unit unit;
    evk_units *u;

    (void)state;
    assert_ok(evk_fs_make_folder(path_in(folder, "day3"), err));
    snprintf(one.path, sizeof(one.path), "%s", path_in(folder, "day3/one.keras"));
    linear_save(&one);
    snprintf(one.path, sizeof(one.path), "%s", path_in(folder, "one.keras"));
    u = open_well("unit,model,output\none,one.keras;day3/one.keras;wide.keras,0;n/a;1\n");
    is_unit(u, 0, "one", "one", 0, -1);
    evk_units_free(u);
    assert_ok(evk_model_open(&model, path_in(folder, "wide.keras"), NULL, err));
    given[0] = model;
    write_text("units.tsv", "unit,model,output\na,wide.keras;one.keras,3;0\n");
    assert_ok(evk_units_open(&u, path_in(folder, "units.tsv"), given, 1, NULL, err));
    assert_true(evk_units_at(u, 0, &unit));
    assert_ptr_equal(evk_model_member(unit.model, 0), model);
    evk_units_free(u);
    evk_model_free(model);
}

/* Names in any script, so many that each has rows of its own. */
static void test_many(void **state)
{
    enum { UNITS = 300 };
    static const char *const scripts[] = {"νευρώνας", "神经元", "خلية", "нейрон", "n"};
    struct evk_str text = EVK_STR_INIT;
    struct linear many;
    char name[EVK_NEURON_TEXT];
    evk_units *u;

    (void)state;
    linear_random(&many, path_in(folder, "many.keras"), UNITS, 5);
    linear_save(&many);
    evk_str_puts(&text, "output\tunit\timages\tmodel\n");
    for (int i = 0; i < UNITS; i++)
        evk_str_printf(&text, "%d\t%s%d\t%d\tmany.keras\n", UNITS - 1 - i, scripts[i % 5], i,
                       1 + i % 7);
    u = open_well(text.data);
    for (int i = 0; i < UNITS; i++) {
        snprintf(name, sizeof(name), "%s%d", scripts[i % 5], i);
        is_unit(u, (size_t)i, name, "many", UNITS - 1 - i, 1 + i % 7);
    }
    evk_units_free(u);
    evk_str_release(&text);
    linear_release(&many);
}

/* ---- what a table cannot say ----------------------------------------------------------------- */

static void test_refused(void **state)
{
    static const struct {
        evk_status status;
        const char *text, *sentence;
    } bad[] = {
        {EVK_EFORMAT, "model,output\none.keras,0\n", "line 1: has no column unit"},
        {EVK_EFORMAT, "units\na\n", "did you mean units?"},
        {EVK_EFORMAT, "unit,Judge\na,b\n", "line 1: column 'Judge' is written judge"},
        {EVK_EFORMAT, "unit,keep\na,maybe\n", "line 2: keep is 'maybe', expected TRUE or FALSE"},
        {EVK_EFORMAT, "unit,keep\na,\n", "line 2: keep is '', expected"},
        {EVK_EFORMAT, "unit,images\na,-1\n", "line 2: images is '-1', expected a whole number"},
        {EVK_EFORMAT, "unit,images\na,2.5\n", "line 2: images is '2.5'"},
        {EVK_EFORMAT, "unit,images\na,many\n", "line 2: images is 'many'"},
        {EVK_EFORMAT, "unit,keep\na,no\nb,0\n", "leaves out every unit"},
        {EVK_EFORMAT, "unit,model\na b,one.keras\n", "line 2: unit 'a b' cannot be a name"},
        {EVK_EFORMAT, "unit,model\n12,one.keras\n", "line 2: unit '12' cannot be a name"},
        {EVK_EFORMAT, "unit,model\n\u202ea,one.keras\n", "line 2: unit"},
        {EVK_EFORMAT, "unit,note,model\na,\"x\ty\",one.keras\n", "the cell of column 'note'"},
        {EVK_EFORMAT, "unit,model,output\na,pair.keras,0\na,pair.keras,1\n",
         "line 3: unit 'a' is on line 2, too"},
        {EVK_EFORMAT, "unit,model,output\na,pair.keras,0\nb,./pair.keras,0\n", "output 0 of"},
        {EVK_EINVAL, "unit,output\na,0\n", "line 2: unit 'a' has no model, and 0 are given"},
        {EVK_EIO, "unit,model\na,none.keras\n", "line 2: "},
        {EVK_EINVAL, "unit,model,output\na,pair.keras,2\n", "line 2: "},
        {EVK_EINVAL, "unit,model\na,pair.keras\n", "has 2 outputs, and none is called 'a'"},
        {EVK_EINVAL, "unit,model,output\nleft,named.json,right\n",
         "line 2: unit 'left' is paired with output right of"},
        {EVK_EFORMAT, "unit,model,judge,judge_output\na,one.keras,wide.keras,1;2\n",
         "line 2: judge has 1 models, but judge_output 2 outputs"},
        {EVK_EFORMAT, "unit,model,judge_output\na,one.keras,1\n", "judge has 0 models"},
        {EVK_EFORMAT, "unit,model,judge\na,one.keras,judge.json;\n", "a judge of 'a' has no name"},
        {EVK_EINVAL, "unit,model,judge,judge_output\na,one.keras,wide.keras,9\n", "line 2: "},
        {EVK_EINVAL, "unit,model,judge,judge_output\na,one.keras,judge.json,zz\n",
         "has no neuron 'zz'"},
        {EVK_EINVAL, "unit,model,judge\na,one.keras,wide.keras\n",
         "has 7 outputs, and none is called 'a'"},
        {EVK_EINVAL, "unit,model,judge\nx,one.keras,other.json\n", "none is called 'x'"},
        {EVK_EINVAL, "unit,model,judge,judge_output\nleft,named.json,judge.json,b\n",
         "line 2: unit 'left' is paired with output b of"},
        {EVK_EINVAL, "unit,model,output,judge,judge_output\nu,named.json,left,judge.json,1\n",
         "which has a neuron 'left'"},
        {EVK_EFORMAT, "unit,model,judge,judge_output\na,one.keras,wide.keras;./wide.keras,1;2\n",
         "line 2: names the judge ./wide.keras twice"},
        {EVK_EFORMAT, "unit,model,output\na,one.keras;wide.keras,1\n",
         "line 2: model has 2 models, but output 1 output; expected one for each, or none"},
        {EVK_EFORMAT, "unit,model,output\na,one.keras;wide.keras,0;1;2\n", "but output 3 outputs"},
        {EVK_EFORMAT, "unit,model,output\na,wide.keras,0;1\n",
         "line 2: model has 1 model, but output 2 outputs"},
        {EVK_EFORMAT, "unit,model\na,one.keras;\n", "line 2: a model of 'a' has no name"},
        {EVK_EFORMAT, "unit,model\na,; ;one.keras\n", "line 2: a model of 'a' has no name"},
        {EVK_EFORMAT, "unit,model,output\na,wide.keras;./wide.keras,1;1\n",
         "line 2: names the model ./wide.keras twice"},
        {EVK_EINVAL, "unit,model\na,one.keras;wide.keras\n",
         "has 7 outputs, and none is called 'a'"},
        {EVK_EINVAL, "unit,model,output\na,one.keras;wide.keras,0;7\n", "line 2: "},
        {EVK_EINVAL, "unit,model,output\nleft,one.keras;named.json,0;right\n",
         "line 2: unit 'left' is paired with output right of"},
        {EVK_EIO, "unit,model\na,one.keras;none.keras\n", "line 2: "},
        {EVK_EINVAL, "unit,model\na:b,one.keras;other.json\n", "line 2: "},
        {EVK_EINVAL, "unit,model,output\nwide,one.keras;other.json,\nb,wide.keras,1\n",
         "line 3: wide=one.keras,other.json and"},
        {EVK_EFORMAT, "unit,model\na,one.keras;other.json\nb,./one.keras; other.json\n",
         "line 3: output 0 of b=one.keras,other.json is unit 'b', and on line 2 unit 'a'"},
        {EVK_EFORMAT, "unit,model,output\na,one.keras;wide.keras,0;3\nb,wide.keras;one.keras,3;0\n",
         "line 3: output 0 of b=wide.keras:3,one.keras is unit 'b', and on line 2 unit 'a'"},
        {EVK_EUNSUPPORTED, "unit,model,output\na,many.json;./many.json,0;1\n",
         "line 2: unit 'a': has more than 64 members"},
    };
    evk_units *u;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_fails(bad[i].status, bad[i].sentence, open_text(&u, bad[i].text, err));
    assert_fails(EVK_EIO, "none.tsv",
                 evk_units_open(&u, path_in(folder, "none.tsv"), NULL, 0, NULL, err));
}

/* Two files of one name cannot be told apart in a table. */
static void test_one_name(void **state)
{
    evk_units *u;

    (void)state;
    assert_ok(evk_fs_make_folder(path_in(folder, "day2"), err));
    snprintf(one.path, sizeof(one.path), "%s", path_in(folder, "day2/one.keras"));
    linear_save(&one);
    snprintf(one.path, sizeof(one.path), "%s", path_in(folder, "one.keras"));
    assert_fails(EVK_EINVAL, "have one name, 'one'",
                 open_text(&u, "unit,model\na,one.keras\nb,day2/one.keras\n", err));
    u = open_well("unit,model,judge\na,one.keras,day2/one.keras\n");
    evk_units_free(u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),         cmocka_unit_test(test_given),
        cmocka_unit_test(test_judges),          cmocka_unit_test(test_selection),
        cmocka_unit_test(test_other_ensembles), cmocka_unit_test(test_ensembles),
        cmocka_unit_test(test_members),         cmocka_unit_test(test_many),
        cmocka_unit_test(test_refused),         cmocka_unit_test(test_one_name),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
