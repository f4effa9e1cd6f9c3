/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_hash.c - known digests */
#include "base/hash.h"

#include <string.h>

#include "../../harness/test.h"

/* FIPS 180-4, examples of NIST. */
static void known(void **state)
{
    char sha256[EVK_SHA256_TEXT], sha1[EVK_SHA1_TEXT];

    (void)state;
    assert_ok(evk_sha256_text("abc", 3, sha256, err));
    assert_string_equal(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ok(evk_sha1_text("abc", 3, sha1, err));
    assert_string_equal(sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

static void empty(void **state)
{
    char sha256[EVK_SHA256_TEXT], sha1[EVK_SHA1_TEXT];

    (void)state;
    assert_ok(evk_sha256_text("", 0, sha256, err));
    assert_string_equal(sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_ok(evk_sha1_text("", 0, sha1, err));
    assert_string_equal(sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

/* The bytes and the text are the same digest, and nothing is written beyond it. */
static void bytes(void **state)
{
    static const unsigned char begin[] = {0xba, 0x78, 0x16, 0xbf}, end[] = {0xf2, 0x00, 0x15, 0xad};
    unsigned char digest[EVK_SHA256_BYTES + 1];

    (void)state;
    digest[EVK_SHA256_BYTES] = 0x5a;
    assert_ok(evk_sha256("abc", 3, digest, err));
    assert_memory_equal(digest, begin, 4);
    assert_memory_equal(digest + EVK_SHA256_BYTES - 4, end, 4);
    assert_int_equal(digest[EVK_SHA256_BYTES], 0x5a);
}

/* Data may be added in parts of any size. */
static void parts(void **state)
{
    static const unsigned char text[1000] = "of which the digest is";
    char whole[EVK_SHA256_TEXT], added[EVK_SHA256_TEXT];
    struct evk_sha256 *h;

    (void)state;
    assert_ok(evk_sha256_text(text, sizeof(text), whole, err));
    for (size_t part = 1; part <= sizeof(text); part = 3 * part + 1) {
        assert_ok(evk_sha256_new(&h, err));
        for (size_t at = 0; at < sizeof(text); at += part)
            evk_sha256_add(h, text + at, at + part < sizeof(text) ? part : sizeof(text) - at);
        assert_ok(evk_sha256_end(h, added, err));
        assert_string_equal(added, whole);
    }
    evk_sha256_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known),
        cmocka_unit_test(empty),
        cmocka_unit_test(bytes),
        cmocka_unit_test(parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
