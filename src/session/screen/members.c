/* SPDX-License-Identifier: GPL-3.0-or-later */
/* members.c - members of a description of a screen, read strictly */
#include "session/screen/members.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/named.h"
#include "base/near.h"
#include "base/num.h"

evk_status evk_member_fail(const evk_json *value, const char *name, const char *expected,
                           evk_error *err)
{
    char brief[EVK_JSON_BRIEF], real[EVK_REAL_TEXT];
    const char *found = evk_json_brief(value, brief);
    double number;
    int64_t whole;

    if (!value)
        return evk_fail(err, EVK_EFORMAT, "%s is missing, expected %s", name, expected);
    if (evk_json_real(value, &number) && !evk_json_int(value, &whole))
        found = evk_format_real(number, real); /* JSON would have 17 digits */
    return evk_fail(err, EVK_EFORMAT, "%s is %s, expected %s", name, found, expected);
}

static evk_status unknown(const char *key, const char *const names[], const char *of,
                          evk_error *err)
{
    struct evk_near near = evk_near_begin(key, strlen(key));
    char hint[EVK_NEAR_HINT], list[256] = "";
    size_t used = 0;

    for (size_t i = 0; names[i]; i++) {
        evk_near_offer(&near, names[i]);
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "", names[i]);
    }
    return evk_fail(err, EVK_EFORMAT, "%s%shas a member '%.64s', expected %s, comment or notes%s",
                    of ? of : "", of ? " " : "", key, list, evk_near_hint(&near, "", hint));
}

evk_status evk_members_known(const evk_json *object, const char *const names[], const char *of,
                             evk_error *err)
{
    static const char *const always[] = {"comment", "notes", NULL};

    for (const char *key = NULL; (key = evk_json_key_after(object, key));)
        if (!evk_is_word(key, names) && !evk_is_word(key, always))
            return unknown(key, names, of, err);
    return EVK_OK;
}

evk_status evk_member_number(double *out, const evk_json *value, const char *name, double least,
                             double most, evk_error *err)
{
    char text[96], a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];
    double number;

    if (evk_json_real(value, &number) && number >= least && number <= most) {
        *out = number;
        return EVK_OK;
    }
    (void)snprintf(text, sizeof(text), "a number from %s to %s", evk_format_real(least, a),
                   evk_format_real(most, b));
    return evk_member_fail(value, name, text, err);
}

evk_status evk_member_whole(int64_t *out, const evk_json *value, const char *name, int64_t least,
                            int64_t most, evk_error *err)
{
    char text[96];
    double number;

    if (evk_json_real(value, &number) && number >= (double)least && number <= (double)most &&
        floor(number) == number) {
        *out = (int64_t)number;
        return EVK_OK;
    }
    (void)snprintf(text, sizeof(text), "a whole number from %lld to %lld", (long long)least,
                   (long long)most);
    return evk_member_fail(value, name, text, err);
}
