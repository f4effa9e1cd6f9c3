/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base64.h - bytes as text in HTML: RFC 4648, with padding */
#ifndef EVK_STIMSET_PAGE_BASE64_H
#define EVK_STIMSET_PAGE_BASE64_H

#include "base/str.h"

/* Append bytes as base64. */
void evk_base64_add(struct evk_str *out, const unsigned char *data, size_t size);

/* Returns how many characters evk_base64_add appends. */
static inline int64_t evk_base64_size(int64_t bytes)
{
    return (bytes + 2) / 3 * 4;
}

#endif /* EVK_STIMSET_PAGE_BASE64_H */
