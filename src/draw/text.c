/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - any bytes as text that can be drawn, and shorter forms of it */
#include "draw/text.h"

#include <string.h>

static const char ellipsis[] = "\xE2\x80\xA6";

/* Bytes of a character of well-formed UTF-8, from its first byte. */
static size_t width(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static uint32_t code_point(const char *s, size_t n)
{
    static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)s[0] & mask[n];

    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)s[i] & 0x3F);
    return c;
}

/* Noncharacters (U+FDD0.., U+xxFFFE, U+xxFFFF) are UTF-8, but cairo refuses them. */
static bool is_drawable(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        return false;
    if ((c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
        (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF)
        return false;
    return !(c >= 0xFDD0 && c <= 0xFDEF) && (c & 0xFFFE) != 0xFFFE;
}

void evk_text_clean(struct evk_str *out, const char *text)
{
    const bool utf8 = evk_is_utf8(text);
    const char *s = text;

    while (*s) {
        const size_t n = utf8 ? width((unsigned char)*s) : 1;
        const bool good = utf8 ? is_drawable(code_point(s, n))
                               : (unsigned char)*s < 0x80 && is_drawable((unsigned char)*s);

        if ((size_t)(s - text) + n > EVK_TEXT_MAX) {
            evk_str_puts(out, ellipsis);
            return;
        }
        evk_str_add(out, good ? s : "?", good ? n : 1);
        s += n;
    }
}

int64_t evk_text_length(const char *text)
{
    int64_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Where character i begins. */
static const char *character(const char *text, int64_t i)
{
    for (; i > 0; i--)
        text += width((unsigned char)*text);
    return text;
}

void evk_text_shorten(struct evk_str *out, const char *text, int64_t keep, enum evk_text_cut cut)
{
    const int64_t n = evk_text_length(text), head = cut == EVK_CUT_MIDDLE ? keep / 3 : keep;

    if (keep >= n) {
        evk_str_puts(out, text);
        return;
    }
    evk_str_add(out, text, (size_t)(character(text, head) - text));
    evk_str_puts(out, ellipsis);
    evk_str_puts(out, character(text, n - (keep - head)));
}
