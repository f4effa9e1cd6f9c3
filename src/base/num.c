/* SPDX-License-Identifier: GPL-3.0-or-later */
/* num.c - text to number, strictly, and number to text, the same in every locale */
#include "base/num.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool evk_parse_int(const char *text, int64_t *out)
{
    const char *digits = text[0] == '-' || text[0] == '+' ? text + 1 : text;
    char *end;
    long long v;

    if (digits[0] < '0' || digits[0] > '9')
        return false;
    errno = 0;
    v = strtoll(text, &end, 10);
    if (errno || *end)
        return false;
    *out = v;
    return true;
}

bool evk_parse_real(const char *text, double *out)
{
    char buf[64], *end;
    const char *point = localeconv()->decimal_point;
    size_t n = strlen(text);
    double v;

    if (n == 0 || n >= sizeof(buf) || strspn(text, "0123456789+-.eE") != n)
        return false;
    memcpy(buf, text, n + 1);
    for (char *c = buf; *c; c++)
        if (*c == '.')
            *c = point[0];
    v = strtod(buf, &end);
    if (*end || !isfinite(v))
        return false;
    *out = v;
    return true;
}

const char *evk_format_real(double value, char text[EVK_REAL_TEXT])
{
    char *comma;

    if (!isfinite(value))
        return memcpy(text, "n/a", sizeof("n/a"));
    snprintf(text, EVK_REAL_TEXT, "%.9g", value);
    comma = strchr(text, ',');
    if (comma)
        *comma = '.';
    return text;
}
