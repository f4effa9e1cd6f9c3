/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash.h - SHA-256 and SHA-1 of bytes in memory or of a stream; only hash.c uses libcrypto
 *
 * The only failure is EVK_ENOMEM: libcrypto is out of memory, or was built
 * without the hash.
 */
#ifndef EVK_BASE_HASH_H
#define EVK_BASE_HASH_H

#include "base/error.h"

/* Bytes of a digest, and, for _TEXT, of its text in hexadecimal with a final zero. */
enum { EVK_SHA256_BYTES = 32, EVK_SHA256_TEXT = 65, EVK_SHA1_TEXT = 41 };

/* Compute the SHA-256 of size bytes. */
evk_status evk_sha256(const void *data, size_t size, unsigned char digest[EVK_SHA256_BYTES],
                      evk_error *err);

/* Write a digest as lower-case hexadecimal: text gets 2 * length characters and a final zero. */
void evk_hex(const unsigned char *digest, size_t length, char *text);

/*
 * For programs, before anything is hashed: libcrypto then does not read the system's file of
 * settings, which takes longer than to hash a model.  A library leaves this to its host, whose
 * encryption may depend on the settings.
 */
void evk_hash_without_settings(void);

/* Compute the SHA-256, or the SHA-1, of size bytes, as lower-case hexadecimal. */
evk_status evk_sha256_text(const void *data, size_t size, char text[EVK_SHA256_TEXT],
                           evk_error *err);
evk_status evk_sha1_text(const void *data, size_t size, char text[EVK_SHA1_TEXT], evk_error *err);

/*
 * The SHA-256 of bytes that come piece by piece: evk_sha256_new, evk_sha256_add for each piece,
 * then one of evk_sha256_end (hexadecimal) or evk_sha256_end_bytes, which also frees the hash.  A
 * hash that is not wanted any more is freed by evk_sha256_free, which accepts NULL.
 */
struct evk_sha256;
evk_status evk_sha256_new(struct evk_sha256 **out, evk_error *err);
void evk_sha256_add(struct evk_sha256 *h, const void *data, size_t size);
evk_status evk_sha256_end(struct evk_sha256 *h, char text[EVK_SHA256_TEXT], evk_error *err);
evk_status evk_sha256_end_bytes(struct evk_sha256 *h, unsigned char out[EVK_SHA256_BYTES],
                                evk_error *err);
void evk_sha256_free(struct evk_sha256 *h);

#endif /* EVK_BASE_HASH_H */
