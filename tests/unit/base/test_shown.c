/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_shown.c - what of a stranger's text is plain, and how the rest is shown */
#include "../../harness/test.h"

#include <string.h>

#include "base/shown.h"

static void check(const char *text, const char *want, bool plain)
{
    char out[128];

    assert_string_equal(evk_show(text, out, sizeof(out)), want);
    assert_int_equal(evk_is_plain(text), plain);
    assert_true(evk_is_plain(out));
}

static void test_show(void **state)
{
    (void)state;
    check("", "", true);
    check("na\xc3\xafve ~ \\ \xf0\x9f\x90\x92", "na\xc3\xafve ~ \\ \xf0\x9f\x90\x92", true);
    check("a\nb\t\x1b[31m\x7f", "a\\u{a}b\\u{9}\\u{1b}[31m\\u{7f}", false);
    check("\xc2\x80\xc2\x9f|\xc2\xa0", "\\u{80}\\u{9f}|\xc2\xa0", false);
    check("\xe2\x80\xae"
          "gnp.exe",
          "\\u{202e}gnp.exe", false);
    check("\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf\xd8\x9c", "\\u{2066}\\u{200b}\\u{feff}\\u{61c}",
          false);
    check("\xe2\x80\xa8\xe2\x80\xa9\xc2\xad", "\\u{2028}\\u{2029}\\u{ad}", false);
    check("\xf3\xa0\x81\x81\xf4\x8f\xbf\xbf", "\\u{e0041}\\u{10ffff}", false);
}

/* Bytes that form no character are escaped one by one, and the text after them is not. */
static void test_bytes(void **state)
{
    (void)state;
    check("\xff"
          "a\xc3",
          "\\xffa\\xc3", false);
    check("\xe2\x80z", "\\xe2\\x80z", false);        /* cut off */
    check("\xc0\xaf", "\\xc0\\xaf", false);          /* overlong */
    check("\xed\xa0\x80", "\\xed\\xa0\\x80", false); /* a surrogate */
    check("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", false);
}

/* Text is never cut within a character or an escape. */
static void test_cut(void **state)
{
    char out[8] = "unused";

    (void)state;
    assert_string_equal(evk_show("ab\x1b", out, 8), "ab");
    assert_string_equal(evk_show("a\x1b", out, 8), "a\\u{1b}");
    assert_string_equal(evk_show("abcdef\xc3\xaf", out, 8), "abcdef");
    assert_string_equal(evk_show("abcde\xc3\xaf", out, 8), "abcde\xc3\xaf");
    assert_string_equal(evk_show("abc", out, 1), "");
    memset(out, 'x', sizeof(out));
    assert_int_equal(evk_show("abc", out, 0)[0], 'x');
}

/* Each range of escaped characters, with the plain characters right before and after it. */
static void test_ranges(void **state)
{
    static const struct {
        uint32_t first, last;
    } odd[] = {{0x0, 0x1F},         {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},
               {0x600, 0x605},      {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},
               {0x890, 0x891},      {0x8E2, 0x8E2},     {0x115F, 0x1160},   {0x17B4, 0x17B5},
               {0x180B, 0x180F},    {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
               {0x2800, 0x2800},    {0x3164, 0x3164},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},
               {0xFEFF, 0xFEFF},    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},
               {0x110BD, 0x110BD},  {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
               {0x1D173, 0x1D17A},  {0x1FFFE, 0x1FFFF}, {0xDFFFE, 0xE0FFF}, {0xEFFFE, 0xEFFFF},
               {0x10FFFE, 0x10FFFF}};
    const size_t n = sizeof(odd) / sizeof(odd[0]);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (uint32_t c = odd[i].first; c <= odd[i].last; c++)
            assert_false(evk_is_plain_character(c));
        assert_true(evk_is_plain_character(odd[i].last + 1) || odd[i].last == 0x10FFFF);
        assert_true(i == 0 || evk_is_plain_character(odd[i].first - 1));
    }
    check("a\xef\xb8\x8f\xe3\x85\xa4", "a\\u{fe0f}\\u{3164}", false);
}

static void test_table(void **state)
{
    (void)state;
    assert_true(evk_fits_table("a \"b\" c, d"));
    assert_false(evk_fits_table("\"a\""));
    assert_false(evk_fits_table("a\tb"));
    assert_false(evk_fits_table("\xc2\x9b"
                                "31m"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_show),   cmocka_unit_test(test_bytes), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_ranges), cmocka_unit_test(test_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
