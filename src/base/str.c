/* SPDX-License-Identifier: GPL-3.0-or-later */
/* str.c - a growing string of bytes */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/shown.h"

char evk_str_empty[1] = "";

void evk_str_release(struct evk_str *s)
{
    if (s->data != evk_str_empty)
        free(s->data);
    *s = (struct evk_str)EVK_STR_INIT;
}

/* Make room for `more` bytes and the final zero; false: the string has failed, or fails now. */
static bool grow(struct evk_str *s, size_t more)
{
    size_t want = s->size + more + 1, room = s->room ? s->room : 64;
    char *p;

    if (s->failed)
        return false;
    if (want > s->size && want <= s->room)
        return true;
    while (room < want)
        room = room > SIZE_MAX / 2 ? want : room * 2;
    p = want > s->size ? realloc(s->data == evk_str_empty ? NULL : s->data, room) : NULL;
    if (!p) { /* no memory, or want has overflowed */
        s->failed = true;
        return false;
    }
    s->data = p;
    s->room = room;
    return true;
}

void evk_str_add(struct evk_str *s, const void *bytes, size_t size)
{
    if (!grow(s, size))
        return;
    memcpy(s->data + s->size, bytes, size);
    s->size += size;
    s->data[s->size] = '\0';
}

void evk_str_puts(struct evk_str *s, const char *text)
{
    evk_str_add(s, text, strlen(text));
}

void evk_str_printf(struct evk_str *s, const char *fmt, ...)
{
    va_list ap, again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0 && grow(s, (size_t)n)) {
        vsnprintf(s->data + s->size, (size_t)n + 1, fmt, again);
        s->size += (size_t)n;
    }
    va_end(again);
}

void evk_str_cell(struct evk_str *s, double value)
{
    char number[EVK_REAL_TEXT];

    evk_str_printf(s, "\t%s", evk_format_real(value, number));
}

evk_status evk_str_check(const struct evk_str *s, evk_error *err)
{
    return s->failed ? evk_fail(err, EVK_ENOMEM, "out of memory for text: over %zu bytes", s->size)
                     : EVK_OK;
}

const char *evk_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool evk_is_utf8(const char *s)
{
    uint32_t code;
    size_t n;

    while ((n = evk_utf8_step(s, &code)) > 0)
        s += n;
    return *s == '\0';
}

const char *evk_utf8_tail(const char *s, size_t most)
{
    const size_t n = strlen(s);

    if (n <= most)
        return s;
    for (s += n - most; ((unsigned char)*s & 0xC0) == 0x80; s++)
        ;
    return s;
}

bool evk_ends_in(const char *s, const char *const *endings)
{
    size_t n = strlen(s);

    for (; *endings; endings++) {
        size_t e = strlen(*endings);

        if (n >= e && strcasecmp(s + n - e, *endings) == 0)
            return true;
    }
    return false;
}
