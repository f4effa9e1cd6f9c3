/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash.c - SHA-256 and SHA-1 */
#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static evk_status digest_of(const EVP_MD *type, const void *data, size_t size,
                            unsigned char *digest, unsigned *length, evk_error *err)
{
    if (EVP_Digest(data, size, digest, length, type, NULL) != 1)
        return evk_fail(err, EVK_ENOMEM, "libcrypto has no %s", EVP_MD_get0_name(type));
    return EVK_OK;
}

/* Where this fails, the first hash fails too, and says so. */
void evk_hash_without_settings(void)
{
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
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

struct evk_sha256 {
    EVP_MD_CTX *context;
    bool failed;
};

evk_status evk_sha256_new(struct evk_sha256 **out, evk_error *err)
{
    struct evk_sha256 *h;

    EVK_TRY(evk_alloc(&h, 1, sizeof(*h), "a hash", err));
    h->context = EVP_MD_CTX_new();
    if (!h->context || EVP_DigestInit_ex(h->context, EVP_sha256(), NULL) != 1) {
        evk_sha256_free(h);
        return evk_fail(err, EVK_ENOMEM, "libcrypto has no SHA-256");
    }
    *out = h;
    return EVK_OK;
}

void evk_sha256_add(struct evk_sha256 *h, const void *data, size_t size)
{
    h->failed |= EVP_DigestUpdate(h->context, data, size) != 1;
}

evk_status evk_sha256_end_bytes(struct evk_sha256 *h, unsigned char out[EVK_SHA256_BYTES],
                                evk_error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const bool failed = h->failed || EVP_DigestFinal_ex(h->context, digest, &length) != 1;

    evk_sha256_free(h);
    if (failed)
        return evk_fail(err, EVK_ENOMEM, "libcrypto has no SHA-256");
    memcpy(out, digest, EVK_SHA256_BYTES);
    return EVK_OK;
}

evk_status evk_sha256_end(struct evk_sha256 *h, char text[EVK_SHA256_TEXT], evk_error *err)
{
    unsigned char digest[EVK_SHA256_BYTES];

    EVK_TRY(evk_sha256_end_bytes(h, digest, err));
    evk_hex(digest, EVK_SHA256_BYTES, text);
    return EVK_OK;
}

void evk_sha256_free(struct evk_sha256 *h)
{
    if (h)
        EVP_MD_CTX_free(h->context);
    free(h);
}
