/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_pairing.c - which output of a judge is which neuron: said, named, recorded, and refused */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "model/model.h"
#include "stimset/folder/pairing.h"
#include "stimset/record/row.h"
#include "synth/settings.h"

enum { NEURONS = 3 };

static char *folder;
static struct linear one, pair, wide, broad;
static evk_model *single, *two, *judge, *twin, *named, *keyed, *keyed_judge, *named_judge;

static evk_model *open_judge(const char *text)
{
    int64_t *outputs;
    size_t count;
    evk_model *m;

    assert_ok(evk_model_open_judge(&m, text, NULL, &outputs, &count, err));
    free(outputs);
    return m;
}

static evk_model *open_card(const char *name, const char *text)
{
    const char *path = path_in(folder, name);
    evk_model *m;

    assert_ok(evk_fs_write(path, text, strlen(text), err));
    assert_ok(evk_model_open(&m, path, NULL, err));
    return m;
}

/* The first outputs are of key, the others of one that is called other. */
static evk_model *open_keyed(const struct linear *l, const char *key, int64_t count)
{
    evk_model *m = linear_open(l);

    assert_ok(evk_network_population(&m->network, key, count, err));
    assert_ok(evk_network_population(&m->network, "other", l->outputs - count, err));
    return m;
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("pairing");
    linear_random(&one, path_in(folder, "one.keras"), 1, 1);
    linear_random(&pair, path_in(folder, "pair.keras"), 2, 2);
    linear_random(&wide, path_in(folder, "wide.keras"), 7, 3);
    linear_random(&broad, path_in(folder, "broad.keras"), 7, 4);
    linear_save(&one);
    linear_save(&pair);
    linear_save(&wide);
    linear_save(&broad);
    single = linear_open(&one);
    two = linear_open(&pair);
    judge = linear_open(&wide);
    twin = linear_open(&broad);
    named = open_card("named.json", "{\"card\": 1, \"weights\": \"pair.keras\", \"neurons\": "
                                    "[\"left\", \"right\"]}");
    named_judge =
        open_card("bench.json", "{\"card\": 1, \"weights\": \"wide.keras\", \"neurons\": "
                                "[\"a\", \"b\", \"right\", \"d\", \"e\", \"left\", \"g\"]}");
    keyed = open_keyed(&pair, "k", 1);
    keyed_judge = open_keyed(&wide, "k", 4);
    return 0;
}

static int tear_down(void **state)
{
    evk_model *const all[] = {single, two, judge, twin, named, keyed, keyed_judge, named_judge};

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        evk_model_free(all[i]);
    linear_release(&one);
    linear_release(&pair);
    linear_release(&wide);
    linear_release(&broad);
    free(folder);
    return 0;
}

/* ---- the decision ----------------------------------------------------------------------- */

static const int64_t first[] = {0, 1}, reversed[] = {1, 0};

/* Neurons 1 and 0 of one model, then the one of another, with these outputs of the judge. */
static evk_status decide(const int64_t *outputs, size_t count, int64_t **decided, evk_error *why)
{
    const evk_target targets[] = {{two, reversed, 2}, {single, first, 1}};
    const evk_judge_model j = {judge, outputs, count};

    return evk_pairing_decide(&j, targets, 2, decided, why);
}

/* The order is that of the call; two models may be of one neuron. */
static void test_order(void **state)
{
    static const int64_t asked[NEURONS] = {6, 2, 6};
    int64_t *decided;

    (void)state;
    assert_ok(decide(asked, NEURONS, &decided, err));
    assert_memory_equal(decided, asked, sizeof(asked));
    free(decided);
}

static void test_numbers(void **state)
{
    static const int64_t asked[] = {6, 2, 7, 1}, below[NEURONS] = {0, -2, 0};
    static const int64_t part[NEURONS] = {-1, 2, -1}, none[NEURONS] = {-1, -1, -1};
    int64_t *decided;

    (void)state;
    assert_fails(EVK_EINVAL, "found 1 output of this judge for 3 neurons, expected an output for",
                 decide(asked, 1, &decided, err));
    assert_fails(EVK_EINVAL, "found 2 outputs of this judge for 3 neurons",
                 decide(asked, 2, &decided, err));
    assert_fails(EVK_EINVAL, "found 4 outputs of this judge for 3 neurons",
                 decide(asked, 4, &decided, err));
    assert_fails(EVK_EINVAL, "wide.keras: output 7 of this judge is out of range, expected 0 to 6",
                 decide(asked, 3, &decided, err));
    assert_fails(EVK_EINVAL, "output -2 of this judge is out of range",
                 decide(below, 3, &decided, err));
    assert_ok(decide(part, 3, &decided, err));
    assert_memory_equal(decided, part, sizeof(part));
    free(decided);
    assert_fails(EVK_EINVAL, "this judge scores none of the neurons",
                 decide(none, 3, &decided, err));
}

/* What a judge that says nothing makes of the neurons of a model: outputs, or a sentence. */
static void by_name(const evk_model *climbed, const evk_model *who, const int64_t *expected,
                    const char *sentence)
{
    const evk_target target = {climbed, first, (size_t)evk_model_describe(climbed)->outputs};
    const evk_judge_model j = {who, NULL, 0};
    int64_t *decided;

    if (sentence) {
        assert_fails(EVK_EINVAL, sentence, evk_pairing_decide(&j, &target, 1, &decided, err));
        return;
    }
    assert_ok(evk_pairing_decide(&j, &target, 1, &decided, err));
    for (size_t i = 0; i < target.count; i++)
        assert_int_equal(decided[i], expected[i]);
    free(decided);
}

/* Names are what two models can have in common; numbers are not, of one output neither. */
static void test_names(void **state)
{
    static const int64_t of_names[] = {5, 2}, of_keys[] = {0, 4};

    (void)state;
    by_name(named, named_judge, of_names, NULL);
    by_name(keyed, keyed_judge, of_keys, NULL);
    by_name(single, single, NULL,
            "one.keras: no output of this judge is known to be neuron 0 of one, since every model "
            "counts its own outputs from 0; expected ");
    by_name(single, judge, NULL, "wide.keras:OUTPUT");
    by_name(two, judge, NULL,
            "wide.keras:OUTPUT,OUTPUT,.. with an output for each of the 2 neurons in their order");
    by_name(two, named_judge, NULL, "known to be neuron 0 of pair, since every model counts");
    by_name(named, judge, NULL, "known to be neuron left of named, since no output has that name");
    by_name(keyed, named_judge, NULL, "known to be neuron k:0 of pair, since no output");
    by_name(named, keyed_judge, NULL, "known to be neuron left of named, since no output");
}

/* ---- sets ------------------------------------------------------------------------------- */

/* Neurons 1 and 0 of one model, then the one of another: so many from the first on, judged so. */
static evk_status make(const char *name, size_t begin, size_t end, const evk_judges *judges,
                       evk_error *why)
{
    const evk_target targets[] = {{two, reversed, end < 2 ? end : 2}, {single, first, 1}};
    const evk_run run = {.threads = 1};
    evk_recipe r = tiny_recipe();
    evk_set_report *report = NULL;
    evk_status s;

    r.starts = 1;
    s = evk_maximize(path_in(folder, name), targets + begin, (end > 2 ? 2 : 1) - begin, &r, judges,
                     &run, &report, why);
    evk_set_report_free(report);
    return s;
}

static evk_status make_judged(const char *name, size_t begin, size_t end, const int64_t *outputs,
                              size_t count, evk_error *why)
{
    const evk_judge_model j = {judge, outputs, count};
    const evk_judges judges = {&j, 1, NULL};

    return make(name, begin, end, &judges, why);
}

static void refuse(const char *sentence, const evk_judge_model *list, size_t count)
{
    const evk_judges judges = {list, count, NULL};

    assert_fails(EVK_EINVAL, sentence, make("refused", 0, 3, &judges, err));
    assert_false(evk_fs_exists(path_in(folder, "refused")));
}

/* Each image is scored by the output that its own neuron is paired with. */
static void check_rows(const char *name, const char *const *judges, const int64_t *outputs,
                       int64_t count)
{
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    assert_int_equal(evk_set_count(set), count);
    for (int64_t row = 0; row < count; row++) {
        double want, found;
        evk_image *image;

        assert_ok(evk_set_image(set, row, &image, err));
        want = linear_response(&wide, image->values, outputs[row]);
        found = strtod(evk_set_cell(set, row, "judge_responses"), NULL);
        evk_image_free(image);
        assert_string_equal(evk_set_cell(set, row, "judges"), judges[row]);
        if (found < want - 6e-9 * (want < 0 ? -want : want) ||
            found > want + 6e-9 * (want < 0 ? -want : want))
            fail_msg("row %d: found %.12g, expected %.12g", (int)row, found, want);
    }
    evk_set_free(set);
}

static void note(void *arg, const char *sentence)
{
    (void)sentence;
    ++*(int *)arg;
}

static char remarked[512]; /* the last remark of a verification; "": there was none */

static void keep_remark(void *arg, const char *phrase)
{
    (void)arg;
    snprintf(remarked, sizeof(remarked), "%s", phrase);
}

static evk_verified verify(const char *name, int *findings)
{
    const char *const files[] = {one.path, pair.path, wide.path};
    const evk_verify how = {note, findings, 1, NULL, NULL, keep_remark};
    evk_verified v;

    *findings = 0;
    remarked[0] = '\0';
    assert_ok(evk_set_verify(path_in(folder, name), files, 3, &how, &v, err));
    return v;
}

/* A set grows with its pairs; those that there are stay, whoever asks. */
static void test_growth(void **state)
{
    static const char *const judges[] = {"wide:6", "wide:2", "wide:6"};
    static const int64_t pairs[] = {6, 2, 6}, other[] = {5, 2, 6};
    evk_verified v;
    int findings;

    (void)state;
    assert_ok(make_judged("grown", 0, 1, pairs, 1, err));
    check_rows("grown", judges, pairs, 1);
    assert_ok(make_judged("grown", 0, 3, pairs, 3, err));
    check_rows("grown", judges, pairs, 3);
    assert_ok(make_judged("grown", 1, 3, pairs + 2, 1, err)); /* the last neuron alone */
    check_rows("grown", judges, pairs, 3);
    assert_fails(EVK_EINVAL,
                 "judge wide scores neuron pair:1 by its output 6 there, 5 here; expected the same",
                 make_judged("grown", 0, 3, other, 3, err));
    assert_fails(EVK_EINVAL, "judge wide scores neuron one:0 by its output 6 there, 5 here",
                 make_judged("grown", 1, 3, other, 1, err));
    check_rows("grown", judges, pairs, 3);
    v = verify("grown", &findings);
    assert_int_equal(findings, 0);
    assert_int_equal(v.judged, 3);
    assert_string_equal(remarked, "");
}

/* Fewer judges, more of them, and none are other judges. */
static void test_other_judges(void **state)
{
    static const int64_t pairs[] = {6, 2, 6};
    const evk_judge_model list[] = {{judge, pairs, 3}, {twin, pairs, 3}};
    const evk_judges both = {list, 2, NULL}, lone = {list, 1, NULL}, second = {list + 1, 1, NULL};

    (void)state;
    assert_ok(make("both", 0, 3, &both, err));
    assert_ok(make("lone", 0, 3, &lone, err));
    assert_fails(EVK_EINVAL, "its judges are wide, broad there, wide here",
                 make("both", 0, 3, &lone, err));
    assert_fails(EVK_EINVAL, "its judges are wide, broad there, none here",
                 make("both", 0, 3, NULL, err));
    assert_fails(EVK_EINVAL, "its judges are wide there, wide, broad here",
                 make("lone", 0, 3, &both, err));
    assert_fails(EVK_EINVAL, "its judges are wide there, broad here",
                 make("lone", 0, 3, &second, err));
}

/* Put another text into the description, once, in the place of the first. */
static void alter(const char *name, const char *from, const char *to)
{
    char path[512];
    struct evk_str text, out = EVK_STR_INIT;
    const char *at;

    snprintf(path, sizeof(path), "%s/%s/dataset_description.json", folder, name);
    text = tiny_read(path);
    at = strstr(text.data, from);
    assert_non_null(at);
    evk_str_add(&out, text.data, (size_t)(at - text.data));
    evk_str_puts(&out, to);
    evk_str_puts(&out, at + strlen(from));
    assert_ok(evk_fs_write(path, out.data, out.size, err));
    evk_str_release(&text);
    evk_str_release(&out);
}

/* verify asks by the pairs that are recorded: other ones show, and so does one that is not there. */
static void test_verify(void **state)
{
    static const int64_t pairs[] = {6, 2, 4};
    evk_verified v;
    int findings;

    (void)state;
    assert_ok(make_judged("verified", 0, 3, pairs, 3, err));
    alter("verified", "\"pair:0\": \"2\"", "\"pair:0\": \"3\"");
    v = verify("verified", &findings);
    assert_int_equal(v.judged, 3);
    assert_int_equal(findings, 3); /* the description's hash, judges, judge_responses */
    alter("verified", "\"pair:0\": \"3\"", "\"pair:0 \": \"2\"");
    v = verify("verified", &findings);
    assert_int_equal(v.judged, 2);
    /* the description's hash, no such neuron; judges, judge_roles and judge_responses of a row */
    assert_int_equal(findings, 5);
    alter("verified",
          ",\n        \"Outputs\": {\n          \"pair:1\": \"6\",\n          \"pair:0 \": \"2\",\n"
          "          \"one:0\": \"4\"\n        }",
          "");
    assert_fails(EVK_EINVAL, "its judges are wide there, wide here, of other contents or options",
                 make_judged("verified", 0, 3, pairs, 3, err));
    v = verify("verified", &findings);
    assert_int_equal(findings, 1);
    assert_string_equal(remarked,
                        "columns of judges checked by hash only (the set does not say which "
                        "outputs of judge wide are its neurons)");
}

/* Before anything is made. */
static void test_refused(void **state)
{
    static const int64_t pairs[] = {6, 2, 6}, others[] = {6, 2, 5};
    char text[1024];
    evk_model *same, *copy, *odd;

    (void)state;
    refuse("no output of this judge is known to be neuron 1 of pair",
           (const evk_judge_model[]){{judge, NULL, 0}}, 1);
    refuse("found 1 output of this judge for 3 neurons",
           (const evk_judge_model[]){{judge, pairs, 1}}, 1);
    snprintf(text, sizeof(text), "wide=%s", broad.path);
    same = open_judge(text);
    refuse("wide.keras and ", (const evk_judge_model[]){{judge, pairs, 3}, {same, pairs, 3}}, 2);
    refuse("broad.keras have one name, 'wide'; expected a name for each, as in --judge NAME=MODEL",
           (const evk_judge_model[]){{judge, pairs, 3}, {same, others, 3}}, 2);
    snprintf(text, sizeof(text), "copy=%s", wide.path);
    copy = open_judge(text);
    refuse("the judges wide and copy are the same outputs of the same model",
           (const evk_judge_model[]){{judge, pairs, 3}, {copy, pairs, 3}}, 2);
    snprintf(text, sizeof(text), "a;b=%s", wide.path);
    odd = open_judge(text);
    refuse("the judge's name 'a;b' has a semicolon", (const evk_judge_model[]){{odd, pairs, 3}}, 1);
    evk_model_free(same);
    evk_model_free(copy);
    evk_model_free(odd);
}

/* One model under two names may score a neuron by two outputs, and two models go by their names. */
static void test_told_apart(void **state)
{
    static const int64_t pairs[] = {6, 2, 6}, others[] = {5, 2, 6};
    evk_model *copy;
    char text[1024];
    evk_set *set;

    (void)state;
    snprintf(text, sizeof(text), "copy=%s", wide.path);
    copy = open_judge(text);
    {
        const evk_judge_model list[] = {{judge, pairs, 3}, {copy, others, 3}, {twin, pairs, 3}};
        const evk_judges judges = {list, 3, NULL};

        assert_ok(make("apart", 0, 3, &judges, err));
    }
    assert_ok(evk_set_open(&set, path_in(folder, "apart"), err));
    assert_string_equal(evk_set_cell(set, 0, "judges"), "wide:6;copy:5;broad:6");
    assert_string_equal(evk_set_cell(set, 1, "judges"), "wide:2;copy:2;broad:2");
    assert_string_equal(evk_set_cell(set, 2, "judges"), "wide:6;copy:6;broad:6");
    evk_set_free(set);
    evk_model_free(copy);
}

/* A name that fills the cell is there to its last character; one character more is refused. */
static void test_long_name(void **state)
{
    enum { FITS = EVK_JUDGES_TEXT - 1 - 3 }; /* a colon, a digit, a separator */
    static const int64_t pairs[] = {6, 2, 6};
    char text[2 * EVK_JUDGES_TEXT], cell[EVK_JUDGES_TEXT];
    evk_judge_model j = {NULL, pairs, 3};
    const evk_judges judges = {&j, 1, NULL};
    evk_model *fits, *longer;
    evk_set *set;

    (void)state;
    memset(text, 'n', FITS + 1);
    snprintf(text + FITS + 1, sizeof(text) - FITS - 1, "=%s", wide.path);
    longer = open_judge(text);
    fits = open_judge(text + 1);
    j.model = longer;
    refuse("have 1024 characters, expected at most 1023; --judge NAME=MODEL gives a judge a "
           "shorter name",
           &j, 1);
    j.model = fits;
    assert_ok(make("long", 0, 3, &judges, err));
    assert_ok(evk_set_open(&set, path_in(folder, "long"), err));
    snprintf(cell, sizeof(cell), "%.*s:6", (int)FITS, text);
    assert_string_equal(evk_set_cell(set, 0, "judges"), cell);
    evk_set_free(set);
    evk_model_free(fits);
    evk_model_free(longer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_other_judges), cmocka_unit_test(test_verify),
        cmocka_unit_test(test_refused),      cmocka_unit_test(test_told_apart),
        cmocka_unit_test(test_long_name),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
