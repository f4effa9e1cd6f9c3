/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_pairing.c - which output of which model stands for which unit, by each rule */
#include "score/pairing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/list_files.h"
#include "../../harness/test.h"
#include "../../harness/tiny.h"
#include "base/str.h"

enum { MODELS = 4 };

static char *folder;
static struct evk_names units, notes;
static evk_model *models[MODELS];
static size_t count;
static struct evk_paired pairs[8];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_pairing");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* Begins a trial with the names of units, with spaces between. */
static void begin(const char *names)
{
    char copy[256];

    snprintf(copy, sizeof(copy), "%s", names);
    for (char *name = strtok(copy, " "); name; name = strtok(NULL, " "))
        assert_ok(evk_names_add(&units, name, err));
}

static void end(void)
{
    evk_names_release(&units);
    evk_names_release(&notes);
    while (count)
        evk_model_free(models[--count]);
}

/* Adds a model with outputs that have no names. */
static void add(const char *file, const char *outputs)
{
    models[count++] = tiny_model(path_in(folder, file), outputs);
}

/* Adds a model of two outputs with names, which a card has. */
static void add_named(const char *card, const char *first, const char *second)
{
    char text[256];
    const int n = snprintf(
        text, sizeof(text),
        "{\"card\": 1, \"weights\": \"two.keras\", \"neurons\": [\"%s\", \"%s\"]}", first, second);

    evk_model_free(tiny_model(path_in(folder, "two.keras"), "ll"));
    list_put(folder, card, text, (size_t)n);
    assert_ok(evk_model_open(&models[count++], path_in(folder, card), NULL, err));
}

static evk_status pair(evk_error *err)
{
    return evk_pair_units(&units, (const evk_model *const *)models, count, pairs, &notes, err);
}

/* Checks the pairs: "MODEL:OUTPUT" of each unit, or "-", and a space. */
static void are(const char *expected)
{
    struct evk_str found = EVK_STR_INIT;

    assert_ok(pair(err));
    for (size_t u = 0; u < units.count; u++)
        if (pairs[u].model < 0)
            evk_str_puts(&found, "- ");
        else
            evk_str_printf(&found, "%d:%d ", (int)pairs[u].model, (int)pairs[u].output);
    assert_string_equal(found.data, expected);
    evk_str_release(&found);
}

static void test_names(void **state)
{
    (void)state;
    begin("c a b d");
    add_named("one.json", "a", "x"); /* no unit is called x, which is no fault */
    add_named("other.json", "b", "c");
    are("1:1 0:0 1:0 - ");
    assert_int_equal(notes.count, 0);
    end();
    begin("v4 v2");
    add("v2.keras", "l");
    add("v4.keras", "l");
    are("1:0 0:0 ");
    end();
}

static void test_order(void **state)
{
    (void)state;
    begin("c a b");
    add("all.keras", "lll");
    are("0:0 0:1 0:2 ");
    assert_string_equal(notes.names[0], "units and outputs were paired in their order, since the "
                                        "outputs of all have no names");
    end();
    begin("unit7");
    add("all.keras", "l");
    are("0:0 ");
    assert_int_equal(notes.count, 0);
    end();
}

/* A shell sorts neuron10 before neuron2. */
static void test_numbers(void **state)
{
    (void)state;
    begin("unit1 unit2 unit3 unit10");
    add("neuron1.keras", "l");
    add("neuron10.keras", "l");
    add("neuron2.keras", "l");
    are("0:0 2:0 - 1:0 ");
    assert_string_equal(notes.names[0], "units and models were paired by the numbers at the ends "
                                        "of their names, such as unit1 and neuron1");
    end();
    assert_int_equal(evk_number_behind("a12"), 12);
    assert_int_equal(evk_number_behind("007"), 7);
    assert_int_equal(evk_number_behind("12a"), -1);
    assert_int_equal(evk_number_behind("a99999999999999999999"), -1);
}

static void refused(const char *text)
{
    assert_fails(EVK_EINVAL, text, pair(err));
    end();
}

static void test_refused(void **state)
{
    (void)state;
    begin("a b c"); /* two outputs for three units */
    add("all.keras", "ll");
    refused("stands for: it has 2 outputs, called 0 to 1, and the 3 units are called a to c");
    begin("unit0 unit1"); /* numbers from 1 for units from 0 */
    add("neuron1.keras", "l");
    add("neuron2.keras", "l");
    refused("cannot tell which unit neuron2 stands for");
    begin("unit1 other1");
    add("neuron1.keras", "l");
    add("neuron2.keras", "l");
    refused("cannot tell which unit neuron1 stands for");
    begin("a b"); /* names that are in no order */
    add("x.keras", "l");
    add("y.keras", "l");
    refused("cannot tell which unit x stands for");
    begin("unit1 unit2"); /* one model of one output is no series */
    add("neuron1.keras", "l");
    refused("cannot tell which unit neuron1 stands for");
    begin("a b"); /* one model has names of units, the other has not */
    add_named("one.json", "a", "b");
    add("z.keras", "l");
    refused("cannot tell which unit z stands for");
    begin("a b");
    add_named("one.json", "a", "b");
    add_named("other.json", "c", "b");
    refused("the unit b is a neuron of one and of other");
    begin("a b"); /* names, but other ones: not in their order */
    add_named("one.json", "c", "d");
    refused("called c to d, and the 2 units are called a to b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
