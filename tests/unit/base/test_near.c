/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_near.c - the name that a mistyped text means, and no name where none is near */
#include "base/near.h"

#include <stdio.h>
#include <string.h>

#include "../../harness/test.h"

/* Returns the name of a list, which NULL ends, that is nearest to text; "" where none is. */
static const char *nearest(const char *text, const char *const names[])
{
    struct evk_near near = evk_near_begin(text, strlen(text));

    for (; *names; names++)
        evk_near_offer(&near, *names);
    return near.name ? near.name : "";
}

static const char *const commands[] = {"info",  "predict", "maximize", "naturals",
                                       "gaudy", "leaves",  "match",    "verify",
                                       "sheet", "list",    NULL};
static const char *const options[] = {"step-size", "step-end",  "steps", "gradient-scale",
                                      "grayscale", "reference", "o",     "colour",
                                      "seed",      "tv",        NULL};

static void one_edit(void **state)
{
    (void)state;
    assert_string_equal(nearest("maximise", commands), "maximize"); /* replaced */
    assert_string_equal(nearest("verfy", commands), "verify");      /* left out */
    assert_string_equal(nearest("sheeet", commands), "sheet");      /* put in */
    assert_string_equal(nearest("ilst", commands), "list");         /* exchanged */
    assert_string_equal(nearest("lsit", commands), "list");
    assert_string_equal(nearest("step", options), "steps");
    assert_string_equal(nearest("step_size", options), "step-size");
    assert_string_equal(nearest("vt", options), "tv");
}

static void spellings(void **state)
{
    (void)state;
    assert_string_equal(nearest("greyscale", options), "grayscale");
    assert_string_equal(nearest("color", options), "colour");
    assert_string_equal(nearest("MAXIMIZE", commands), "maximize");
    assert_string_equal(nearest("Maximise", commands), "maximize");
}

/* A text of 3 to 5 letters may differ by one edit, of 6 to 8 by two, a longer one by three. */
static void threshold(void **state)
{
    static const char *const five[] = {"abcde", NULL}, *const six[] = {"abcdef", NULL};
    static const char *const nine[] = {"abcdefghi", NULL}, *const fifteen[] = {"abcdefghijklmno",
                                                                               NULL};

    (void)state;
    assert_string_equal(nearest("abcdx", five), "abcde");
    assert_string_equal(nearest("abcxy", five), "");
    assert_string_equal(nearest("abxcye", five), "abcde"); /* six letters, two edits */
    assert_string_equal(nearest("xycdef", six), "abcdef");
    assert_string_equal(nearest("xyzdef", six), "");
    assert_string_equal(nearest("xyzdefghi", nine), "abcdefghi");
    assert_string_equal(nearest("wxyzefghi", nine), "");
    assert_string_equal(nearest("wxyzefghijklmno", fifteen), "");
}

/* Neighbours that were exchanged are one edit; no letter is edited again after that. */
static void alignment(void **state)
{
    static const char *const names[] = {"abc", NULL}, *const longer[] = {"abcdef", NULL};

    (void)state;
    assert_string_equal(nearest("acb", names), "abc");
    assert_string_equal(nearest("cab", names), "");
    assert_string_equal(nearest("badcef", longer), "abcdef"); /* two exchanges */
    assert_string_equal(nearest("badcfe", longer), "");       /* three */
}

static void nothing(void **state)
{
    static const char *const none[] = {NULL};
    char text[200];

    (void)state;
    assert_string_equal(nearest("frobnicate", commands), "");
    assert_string_equal(nearest("", commands), "");
    assert_string_equal(nearest("x", options), ""); /* every letter of o would be replaced */
    assert_string_equal(nearest("info", none), "");
    memset(text, 'a', sizeof(text));
    text[199] = '\0';
    assert_string_equal(nearest(text, commands), "");
    {
        const char *const same[] = {text, NULL};

        assert_string_equal(nearest(text, same), "");
        assert_string_equal(nearest("aaa", same), "");
    }
}

static void longest(void **state)
{
    char text[EVK_NEAR_LONGEST + 1], name[EVK_NEAR_LONGEST + 1];
    const char *const names[] = {name, NULL};

    (void)state;
    memset(text, 'a', EVK_NEAR_LONGEST);
    memset(name, 'a', EVK_NEAR_LONGEST);
    text[EVK_NEAR_LONGEST] = name[EVK_NEAR_LONGEST] = '\0';
    text[0] = 'b';
    assert_string_equal(nearest(text, names), name);
}

static void beginnings(void **state)
{
    (void)state;
    assert_string_equal(nearest("max", commands), "maximize");
    assert_string_equal(nearest("ma", commands), "");
    assert_string_equal(nearest("reference-images", options), "reference");
    assert_string_equal(nearest("gradient", options), "gradient-scale");
    assert_string_equal(nearest("grad", options), "gradient-scale");
}

static void order(void **state)
{
    static const char *const names[] = {"bat", "cat", "hat", NULL};
    static const char *const begun[] = {"natural-sd", "natural-mean", "naturals", NULL};

    (void)state;
    assert_string_equal(nearest("rat", names), "bat");           /* all at one edit: the first */
    assert_string_equal(nearest("hatt", names), "hat");          /* the last is nearest */
    assert_string_equal(nearest("natural-", begun), "naturals"); /* an edit beats a beginning */
    assert_string_equal(nearest("natural-variance", begun), "");
    assert_string_equal(nearest("natural-sd-of-images", begun), "natural-sd");
}

static void part_of_text(void **state)
{
    static const char text[] = "apertur:radius=0.4";
    struct evk_near near = evk_near_begin(text, strcspn(text, ":"));

    (void)state;
    evk_near_offer(&near, "aperture");
    assert_string_equal(near.name, "aperture");
    assert_int_equal(near.edits, 1);
}

static void hint(void **state)
{
    char name[EVK_NEAR_LONGEST + 1], expected[EVK_NEAR_HINT], found[EVK_NEAR_HINT];
    struct evk_near near = evk_near_begin("step", 4);

    (void)state;
    assert_string_equal(evk_near_hint(&near, "--", found), "");
    evk_near_offer(&near, "steps");
    assert_string_equal(evk_near_hint(&near, "--", found), "; did you mean --steps?");
    assert_string_equal(evk_near_hint(&near, "", found), "; did you mean steps?");
    memset(name, 'a', EVK_NEAR_LONGEST);
    name[EVK_NEAR_LONGEST] = '\0';
    near = evk_near_begin(name, EVK_NEAR_LONGEST);
    evk_near_offer(&near, name);
    snprintf(expected, sizeof(expected), "; did you mean 12345678%s?", name);
    assert_string_equal(evk_near_hint(&near, "12345678", found), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_edit),   cmocka_unit_test(spellings), cmocka_unit_test(threshold),
        cmocka_unit_test(alignment),  cmocka_unit_test(nothing),   cmocka_unit_test(longest),
        cmocka_unit_test(beginnings), cmocka_unit_test(order),     cmocka_unit_test(part_of_text),
        cmocka_unit_test(hint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
