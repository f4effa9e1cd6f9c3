/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c - texts of a session that go into files of other programs: are they what they should be? */
#include "export/check.h"

#include <string.h>

#include "base/hash.h"
#include "export/rest.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Is the text a word that begins with a letter?  more: characters that it may also have. */
static bool is_word(const char *text, const char *more)
{
    if (!is_letter(text[0]))
        return false;
    for (const char *c = text; *c; c++)
        if (!is_letter(*c) && !(*c >= '0' && *c <= '9') && !strchr(more, *c))
            return false;
    return true;
}

static evk_status check_word(const char *column, const char *text, const char *more, int64_t code,
                             evk_error *err)
{
    if (is_word(text, more))
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "the image with stim_code %lld has the %s '%s', expected ASCII letters, digits "
                    "and any of '%s', beginning with a letter",
                    (long long)code, column, text, more);
}

static evk_status check_hash(const char *column, const char *text, size_t length, int64_t code,
                             evk_error *err)
{
    if (strlen(text) == length && !text[strspn(text, "0123456789abcdef")])
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "the image with stim_code %lld has the %s '%s', expected %zu hexadecimal "
                    "digits",
                    (long long)code, column, text, length);
}

evk_status evk_export_check(const struct evk_rig_session *s, evk_error *err)
{
    if (s->images == 0 || s->trials == 0)
        return evk_fail(err, EVK_EFORMAT, "the session has no image, or no presentation");
    if (evk_rest_first(s) == s->trials)
        return evk_fail(err, EVK_EFORMAT,
                        "the session has no presentation after the trial of its last change");
    for (int64_t i = 0; i < s->images; i++) {
        const struct evk_rig_image *image = &s->image[i];

        EVK_TRY(check_word("stimulus_id", image->stimulus_id, "-", image->code, err));
        EVK_TRY(check_word("filename", image->filename, "-_.", image->code, err));
        EVK_TRY(check_word("role", image->role, "-_", image->code, err));
        EVK_TRY(check_hash("sha256", image->sha256, EVK_SHA256_TEXT - 1, image->code, err));
        EVK_TRY(check_hash("sha1", image->sha1, EVK_SHA1_TEXT - 1, image->code, err));
    }
    return EVK_OK;
}
