/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_text.c - how any bytes are made drawable and shortened; ids of an SVG */
#include "../../harness/test.h"

#include <string.h>

#include "draw/svg_ids.h"
#include "draw/text.h"

static void check_clean(const char *text, const char *want)
{
    struct evk_str s = EVK_STR_INIT;

    evk_text_clean(&s, text);
    assert_string_equal(s.data, want);
    assert_true(evk_is_utf8(s.data));
    evk_str_release(&s);
}

static void test_clean(void **state)
{
    (void)state;
    check_clean("", "");
    check_clean("plain ~ text", "plain ~ text");
    check_clean("a\nb\tc\x1f\x7f", "a?b?c??");
    check_clean("na\xc3\xafve \xf0\x9f\x90\x92", "na\xc3\xafve \xf0\x9f\x90\x92");
    check_clean("na\xc3\xafve \xff", "na\xc3\xafve ?");                    /* not UTF-8 */
    check_clean("\xc2\x80\xc2\x9f|\xc2\xa0", "??|\xc2\xa0");               /* C1 controls */
    check_clean("\xe2\x80\xae|\xe2\x80\x8b|\xef\xbb\xbf", "?|?|?");        /* unseen marks */
    check_clean("\xef\xbf\xbe|\xef\xb7\x90|\xf4\x8f\xbf\xbf", "?|?|?");    /* noncharacters */
    check_clean("\xef\xbf\xbd|\xef\xb7\x8f", "\xef\xbf\xbd|\xef\xb7\x8f"); /* their neighbours */
}

/* Text is never cut inside a character, wherever the limit falls. */
static void test_limit(void **state)
{
    char text[EVK_TEXT_MAX + 100];

    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        struct evk_str s = EVK_STR_INIT;

        memset(text, 'x', sizeof(text));
        for (size_t i = (size_t)shift; i + 4 < sizeof(text); i += 4)
            memcpy(text + i, "\xf0\x9f\x90\x92", 4);
        text[sizeof(text) - 4 + (size_t)shift] = '\0';
        if (!evk_is_utf8(text))
            text[sizeof(text) - 8 + (size_t)shift] = '\0';
        assert_true(evk_is_utf8(text));
        evk_text_clean(&s, text);
        assert_true(evk_is_utf8(s.data));
        assert_in_range(s.size, EVK_TEXT_MAX - 3, EVK_TEXT_MAX + 3);
        assert_string_equal(s.data + s.size - 3, "\xe2\x80\xa6");
        evk_str_release(&s);
    }
}

static void check_short(const char *text, int64_t keep, enum evk_text_cut cut, const char *want)
{
    struct evk_str s = EVK_STR_INIT;

    evk_text_shorten(&s, text, keep, cut);
    assert_string_equal(s.data, want);
    evk_str_release(&s);
}

static void test_shorten(void **state)
{
    (void)state;
    assert_int_equal(evk_text_length("a\xc3\xaf\xf0\x9f\x90\x92z"), 4);
    check_short("abcdefghi", 9, EVK_CUT_END, "abcdefghi");
    check_short("abcdefghi", 6, EVK_CUT_END, "abcdef\xe2\x80\xa6");
    check_short("abcdefghi", 6, EVK_CUT_MIDDLE,
                "ab\xe2\x80\xa6"
                "fghi");
    check_short("abcdefghi", 0, EVK_CUT_END, "\xe2\x80\xa6");
    check_short("abcdefghi", 0, EVK_CUT_MIDDLE, "\xe2\x80\xa6");
    check_short("\xc3\xaf\xc3\xaf\xc3\xaf\xc3\xafz", 3, EVK_CUT_MIDDLE,
                "\xc3\xaf\xe2\x80\xa6\xc3\xafz");
}

static void check_ids(const char *svg, const char *want)
{
    struct evk_str s = EVK_STR_INIT;

    assert_ok(evk_svg_number_ids(&s, svg, err));
    assert_string_equal(s.data, want);
    evk_str_release(&s);
}

static void test_ids(void **state)
{
    (void)state;
    check_ids("", "");
    check_ids("<g/>", "<g/>");
    check_ids("<g id=\"image12\"/><use href=\"#image12\"/>", "<g id=\"n1\"/><use href=\"#n1\"/>");
    check_ids("<a clip=\"url(#c7)\"/><b id=\"x\"/><b id=\"c7\"/>",
              "<a clip=\"url(#n2)\"/><b id=\"n1\"/><b id=\"n2\"/>");
    /*
     * Texts that are no reference to an id stay: a colour, an unknown name, an id that does not
     * end.
     */
    check_ids("<b id=\"x\" fill=\"#ffe\"/>#y # <c id=\"",
              "<b id=\"n1\" fill=\"#ffe\"/>#y # <c id=\"");
    /* One id is the beginning of another. */
    check_ids("<b id=\"g1\"/><b id=\"g10\"/>\"#g10\"", "<b id=\"n1\"/><b id=\"n2\"/>\"#n2\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_limit),
                                       cmocka_unit_test(test_shorten), cmocka_unit_test(test_ids)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
