/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shown.c - is a name safe to show? */
#include "base/shown.h"

#include <stdio.h>
#include <string.h>

/*
 * Returns how many bytes follow c, the first byte of a UTF-8 character; -1 where no character
 * begins with c.  *low and *high are the range that the byte after c must be in.
 */
static int follow(unsigned char c, unsigned char *low, unsigned char *high)
{
    *low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;  /* excludes overlong forms */
    *high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF; /* no surrogates, nothing above U+10FFFF */
    return c < 0x80 ? 0 : c < 0xC2 ? -1 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : c < 0xF5 ? 3 : -1;
}

size_t evk_utf8_step(const char *s, uint32_t *code)
{
    static const unsigned char mask[] = {0x7F, 0x1F, 0x0F, 0x07};
    unsigned char low, high;
    const int more = follow((unsigned char)s[0], &low, &high);

    if (more < 0 || !s[0])
        return 0;
    *code = (unsigned char)s[0] & mask[more];
    for (int i = 1; i <= more; i++) {
        const unsigned char c = (unsigned char)s[i];

        if (c < low || c > high)
            return 0;
        *code = *code << 6 | (c & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    return (size_t)more + 1;
}

/*
 * Ranges of the characters that are not plain, in ascending order: general categories Cc, Cf, Zl
 * and Zp, the property Default_Ignorable_Code_Point (Unicode 15.1, UnicodeData.txt and
 * DerivedCoreProperties.txt), the noncharacters U+FDD0 to U+FDEF, and U+2800, which looks like a
 * space and is none.
 */
static const struct {
    uint32_t first, last;
} not_plain[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   /* control characters */
    {0x00AD, 0x00AD},   {0x034F, 0x034F},   /* soft hyphen, grapheme joiner */
    {0x0600, 0x0605},   {0x061C, 0x061C},   /* Arabic signs and mark of direction */
    {0x06DD, 0x06DD},   {0x070F, 0x070F},   /* Arabic end of verse, Syriac abbreviation */
    {0x0890, 0x0891},   {0x08E2, 0x08E2},   /* Arabic signs */
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   /* Hangul fillers, Khmer vowels without a form */
    {0x180B, 0x180F},   {0x200B, 0x200F},   /* Mongolian selectors; zero width, direction */
    {0x2028, 0x202E},   {0x2060, 0x206F},   /* separators, overrides, isolates */
    {0x2800, 0x2800},   {0x3164, 0x3164},   /* empty Braille pattern, Hangul filler */
    {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   /* noncharacters, variation selectors */
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   /* byte order mark, Hangul filler */
    {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD}, /* annotations; Kaithi number sign */
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, /* Kaithi number sign, hieroglyph controls */
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, /* controls of shorthand and of music */
    {0xE0000, 0xE0FFF},                     /* tags, variation selectors */
};

bool evk_is_plain_character(uint32_t code)
{
    size_t low = 0, high = sizeof(not_plain) / sizeof(not_plain[0]);

    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (code > not_plain[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < sizeof(not_plain) / sizeof(not_plain[0]) && code >= not_plain[low].first)
        return false;
    return (code & 0xFFFE) != 0xFFFE; /* U+FFFE, U+1FFFF, ... are no characters */
}

bool evk_is_plain(const char *text)
{
    uint32_t code = 0;

    while (*text) {
        const size_t n = evk_utf8_step(text, &code);

        if (n == 0 || !evk_is_plain_character(code))
            return false;
        text += n;
    }
    return true;
}

bool evk_fits_table(const char *text)
{
    return text[0] != '"' && evk_is_plain(text);
}

const char *evk_show(const char *text, char *out, size_t size)
{
    size_t used = 0;

    while (*text) {
        char escape[16];
        uint32_t code = 0;
        const size_t step = evk_utf8_step(text, &code);
        const bool plain = step && evk_is_plain_character(code);
        size_t n = step;

        if (!step)
            n = (size_t)snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char)*text);
        else if (!plain)
            n = (size_t)snprintf(escape, sizeof(escape), "\\u{%lx}", (unsigned long)code);
        if (used + n + 1 > size)
            break;
        memcpy(out + used, plain ? text : escape, n);
        used += n;
        text += step ? step : 1;
    }
    if (size)
        out[used] = '\0';
    return out;
}
