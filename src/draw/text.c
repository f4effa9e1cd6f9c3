/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - bytes made drawable as text, and text shortened */
#include "draw/text.h"

#include <string.h>

#include "base/shown.h"

static const char ellipsis[] = "\xE2\x80\xA6"; /* U+2026 in UTF-8 */

/*
 * Returns the number of bytes of a character, from the first of them; the text is well-formed
 * UTF-8.
 */
static size_t character_bytes(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

void evk_text_clean(struct evk_str *out, const char *text)
{
    size_t left = EVK_TEXT_MAX;

    while (*text) {
        uint32_t code = 0;
        const size_t step = evk_utf8_step(text, &code), n = step ? step : 1;
        const bool plain = step && evk_is_plain_character(code);

        if (n > left) {
            evk_str_puts(out, ellipsis);
            return;
        }
        evk_str_add(out, plain ? text : "?", plain ? n : 1);
        text += n;
        left -= n;
    }
}

int64_t evk_text_length(const char *text)
{
    int64_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Returns a pointer to character number i of a text. */
static const char *character(const char *text, int64_t i)
{
    for (; i > 0; i--)
        text += character_bytes((unsigned char)*text);
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
