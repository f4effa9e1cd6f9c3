/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base64.c - bytes as text in HTML */
#include "stimset/page/base64.h"

void evk_base64_add(struct evk_str *out, const unsigned char *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        const size_t n = size - i < 3 ? size - i : 3;
        const unsigned b = (unsigned)data[i] << 16 | (n > 1 ? (unsigned)data[i + 1] << 8 : 0) |
                           (n > 2 ? data[i + 2] : 0U);
        const char four[] = {digits[b >> 18], digits[b >> 12 & 63],
                             n > 1 ? digits[b >> 6 & 63] : '=', n > 2 ? digits[b & 63] : '='};

        evk_str_add(out, four, sizeof(four));
    }
}
