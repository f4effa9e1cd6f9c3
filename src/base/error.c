/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.c - status strings and error messages */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    evk_status code;
    const char *text;
} status_text[] = {
    {EVK_OK, "success"},
    {EVK_ENOMEM, "out of memory"},
    {EVK_EIO, "input/output error"},
    {EVK_EFORMAT, "malformed file"},
    {EVK_EUNSUPPORTED, "unsupported feature"},
    {EVK_EINVAL, "invalid parameter"},
    {EVK_ENOTFOUND, "not found"},
    {EVK_EDEAD, "dead neuron"},
    {EVK_ESTOPPED, "stopped"},
    {EVK_EBUSY, "in use by another process"},
};

const char *evk_version(void)
{
    return EVK_VERSION;
}

const char *evk_status_str(evk_status s)
{
    for (size_t i = 0; i < sizeof(status_text) / sizeof(status_text[0]); i++)
        if (status_text[i].code == s)
            return status_text[i].text;
    return "unknown status";
}

void evk_error_set(evk_error *err, evk_status code, const char *fmt, ...)
{
    va_list ap;

    if (!err)
        return;
    err->code = code;
    va_start(ap, fmt);
    vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
    va_end(ap);
}

void evk_error_prepend(evk_error *err, const char *fmt, ...)
{
    char inner[sizeof(err->msg)];
    va_list ap;
    int n;

    if (!err)
        return;
    memcpy(inner, err->msg, sizeof(inner));
    va_start(ap, fmt);
    n = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof(err->msg)) {
        int room = (int)sizeof(err->msg) - n;

        snprintf(err->msg + n, (size_t)room, ": %.*s", room > 3 ? room - 3 : 0, inner);
    }
}
