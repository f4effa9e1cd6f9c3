/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash.c - SHA-256 and SHA-1 of bytes in memory */
#include "base/hash.h"

#include <openssl/evp.h>

static evk_status digest_of(const EVP_MD *type, const void *data, size_t size,
                            unsigned char *digest, unsigned *length, evk_error *err)
{
    if (EVP_Digest(data, size, digest, length, type, NULL) != 1)
        return evk_fail(err, EVK_ENOMEM, "libcrypto has no %s", EVP_MD_get0_name(type));
    return EVK_OK;
}

void evk_hex(const unsigned char *digest, size_t length, char *text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[2 * length] = '\0';
}

evk_status evk_sha256(const void *data, size_t size, unsigned char digest[EVK_SHA256_BYTES],
                      evk_error *err)
{
    unsigned length;

    return digest_of(EVP_sha256(), data, size, digest, &length, err);
}

evk_status evk_sha256_text(const void *data, size_t size, char text[EVK_SHA256_TEXT],
                           evk_error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;

    EVK_TRY(digest_of(EVP_sha256(), data, size, digest, &length, err));
    evk_hex(digest, length, text);
    return EVK_OK;
}

evk_status evk_sha1_text(const void *data, size_t size, char text[EVK_SHA1_TEXT], evk_error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;

    EVK_TRY(digest_of(EVP_sha1(), data, size, digest, &length, err));
    evk_hex(digest, length, text);
    return EVK_OK;
}
