/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash.h - SHA-256 and SHA-1, of bytes in memory or as they come; the only door to libcrypto */
#ifndef EVK_BASE_HASH_H
#define EVK_BASE_HASH_H

#include "base/error.h"

enum { EVK_SHA256_BYTES = 32, EVK_SHA256_TEXT = 65, EVK_SHA1_TEXT = 41 };

evk_status evk_sha256(const void *data, size_t size, unsigned char digest[EVK_SHA256_BYTES],
                      evk_error *err);

/* Lower-case hexadecimal, terminated: 2 length + 1 characters. */
void evk_hex(const unsigned char *digest, size_t length, char *text);

/* The same of a hash. */
evk_status evk_sha256_text(const void *data, size_t size, char text[EVK_SHA256_TEXT],
                           evk_error *err);
evk_status evk_sha1_text(const void *data, size_t size, char text[EVK_SHA1_TEXT], evk_error *err);

/* SHA-256 of bytes that come one after the other. Ended, or freed where there is no use for it. */
struct evk_sha256;
evk_status evk_sha256_new(struct evk_sha256 **out, evk_error *err);
void evk_sha256_add(struct evk_sha256 *h, const void *data, size_t size);
evk_status evk_sha256_end(struct evk_sha256 *h, char text[EVK_SHA256_TEXT], evk_error *err);
evk_status evk_sha256_end_bytes(struct evk_sha256 *h, unsigned char out[EVK_SHA256_BYTES],
                                evk_error *err);
void evk_sha256_free(struct evk_sha256 *h);

#endif /* EVK_BASE_HASH_H */
