/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_related.c - which judges learned from what the climbed model learned from, by their cards */
#include "stimset/score/related.h"

#include <stdio.h>
#include <string.h>

#include "../../../harness/test.h"

/* A model of one member with a readout, and its lineage. */
#define FIT(core, npz, lineage)                                                               \
    "{\"card\": 1, \"members\": [{\"sha256\": \"" core "\", \"readout\": {\"sha256\": \"" npz \
    "\", \"member\": 0, \"layers\": [\"l\"], \"grid\": 7}}], \"lineage\": " lineage "}"
#define NETWORK(core) "{\"card\": 1, \"members\": [{\"sha256\": \"" core "\"}]}"
#define RECORDED(file, rows, images, hashes)                                                       \
    "{\"recordings\": [{\"responses\": \"" file "\", \"rows\": \"" rows "\", \"images\": [" images \
    "], \"rows_sha256\": [" hashes "]}], \"teachers\": []}"
#define UNITS(file, units)                                                              \
    "{\"recordings\": [{\"responses\": \"" file "\", \"rows\": \"1\", \"images\": [], " \
    "\"rows_sha256\": [], \"units_sha256\": [" units "]}], \"teachers\": []}"
#define TAUGHT(sha256) \
    "{\"recordings\": [], \"teachers\": [{\"name\": \"T\", \"sha256\": \"" sha256 "\"}]}"
#define NOTHING "{\"recordings\": [], \"teachers\": []}"

static const char day1[] = FIT("c1", "r1", RECORDED("f", "1-600,901-1200", "\"i1\"", "\"h1\""));

static evk_judge_role compare(const char *a, const char *a_sha, const char *b, const char *b_sha,
                              char why[256])
{
    evk_json *x = NULL, *y = NULL;
    evk_judge_role role;

    if (a)
        assert_ok(evk_json_parse(&x, a, strlen(a), err));
    if (b)
        assert_ok(evk_json_parse(&y, b, strlen(b), err));
    const struct evk_kin judge = {a_sha, x}, climbed = {b_sha, y};

    role = evk_kin_role(&judge, &climbed, why, 256);
    evk_json_free(x);
    evk_json_free(y);
    return role;
}

/* The role of a card as a judge of day1, and of day1 as its judge, are one, for one reason. */
static void is(evk_judge_role role, const char *phrase, const char *card)
{
    char why[256], back[256];

    assert_int_equal(compare(card, "x", day1, "day1", why), role);
    assert_int_equal(compare(day1, "day1", card, "x", back), role);
    if (!strstr(why, phrase) || (!phrase[0] && why[0]))
        fail_msg("why is '%s', expected '%s'", why, phrase);
}

/* Of two files, a unit has the same responses: one was sorted again, or has another unit. */
static void units(void **state)
{
    char why[256];

    (void)state;
    assert_int_equal(compare(FIT("c1", "r1", UNITS("f", "\"a\", \"b\"")), "x",
                             FIT("c2", "r2", UNITS("g", "\"c\", \"b\"")), "y", why),
                     EVK_JUDGE_RELATED);
    assert_non_null(strstr(why, "of which a unit has the same responses"));
    assert_int_equal(compare(FIT("c1", "r1", UNITS("f", "\"a\", \"b\"")), "x",
                             FIT("c2", "r2", UNITS("g", "\"c\", \"d\"")), "y", why),
                     EVK_JUDGE_HELDOUT);
}

static void recordings(void **state)
{
    (void)state;
    is(EVK_JUDGE_RELATED, "was fitted to the same responses, rows 500-600,1200",
       FIT("c2", "r2", RECORDED("f", "500-800,1200-1300", "", "")));
    is(EVK_JUDGE_RELATED, "rows 7", FIT("c2", "r2", RECORDED("f", "7", "", "")));
    is(EVK_JUDGE_HELDOUT, "", FIT("c2", "r2", RECORDED("f", "601-900", "\"i2\"", "\"h2\"")));
    is(EVK_JUDGE_HELDOUT, "", FIT("c2", "r2", RECORDED("g", "1-600", "\"i1\"", "\"h2\"")));
    is(EVK_JUDGE_RELATED, "the same images, in the same file",
       FIT("c2", "r2", RECORDED("f", "601-900", "\"i2\", \"i1\"", "\"h2\", \"h3\"")));
    is(EVK_JUDGE_RELATED, "in another file",
       FIT("c2", "r2", RECORDED("g", "1-9", "\"i2\", \"i1\"", "\"h2\", \"h1\"")));
}

static void teachers(void **state)
{
    char why[256];

    (void)state;
    is(EVK_JUDGE_HELDOUT, "", FIT("c2", "r2", TAUGHT("t")));
    is(EVK_JUDGE_RELATED, "day1",
       FIT("c2", "r2",
           "{\"teachers\": [{\"name\": \"day1\", "
           "\"sha256\": \"day1\"}]}"));
    is(EVK_JUDGE_RELATED, "T", FIT("c2", "r2", TAUGHT("c1")));
    assert_int_equal(
        compare(FIT("c2", "r2", TAUGHT("t")), "x", FIT("c3", "r3", TAUGHT("t")), "y", why),
        EVK_JUDGE_RELATED);
    assert_string_equal(why, "has the same teacher, T");
    /* a network without a card can be a teacher */
    assert_int_equal(compare(NULL, "t", FIT("c3", "r3", TAUGHT("t")), "y", why), EVK_JUDGE_RELATED);
    assert_string_equal(why, "is the teacher of the climbed model, T");
    assert_int_equal(compare(FIT("c3", "r3", TAUGHT("t")), "y", NULL, "t", why), EVK_JUDGE_RELATED);
}

/* One core with two readouts is related; the very same network is climbed. */
static void networks(void **state)
{
    char why[256];

    (void)state;
    is(EVK_JUDGE_RELATED, "has the same core, SHA-256 c1", FIT("c1", "r2", NOTHING));
    is(EVK_JUDGE_RELATED, "has the same core", NETWORK("c1"));
    is(EVK_JUDGE_HELDOUT, "", NETWORK("c2"));
    is(EVK_JUDGE_SELECTION, "is climbed itself", FIT("c1", "r1", NOTHING));
    assert_int_equal(compare(NULL, "c1", day1, "day1", why), EVK_JUDGE_RELATED);
    assert_int_equal(compare(NULL, "c1", NETWORK("c1"), "n", why), EVK_JUDGE_SELECTION);
    assert_int_equal(compare(NULL, "c1", NULL, "c1", why), EVK_JUDGE_SELECTION);
    assert_int_equal(compare(NULL, "c1", NULL, "c2", why), EVK_JUDGE_HELDOUT);
    assert_int_equal(compare(day1, "day1", day1, "day1", why), EVK_JUDGE_SELECTION);
    assert_string_equal(why, "is the model that is climbed");
}

/* Of ensembles any pair of members counts, by what the members' own cards say, too. */
static void ensembles(void **state)
{
    static const char both[] =
        "{\"members\": [{\"sha256\": \"c8\"}, {\"sha256\": \"c9\", \"lineage\": " RECORDED(
            "f", "1-2", "", "") "}]}";

    (void)state;
    is(EVK_JUDGE_RELATED, "rows 1-2", both);
    is(EVK_JUDGE_RELATED, "has the same core",
       "{\"members\": [{\"sha256\": \"c8\"}, {\"sha256\": \"c1\"}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recordings), cmocka_unit_test(units),     cmocka_unit_test(teachers),
        cmocka_unit_test(networks),   cmocka_unit_test(ensembles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
