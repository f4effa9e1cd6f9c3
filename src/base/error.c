/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.c - status strings and error messages */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

void evk_free(void *memory)
{
    free(memory);
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
    char raw[sizeof(err->msg)];
    va_list ap;

    if (!err)
        return;
    err->code = code;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    evk_show(raw, err->msg, sizeof(err->msg));
}

void evk_error_prepend(evk_error *err, const char *fmt, ...)
{
    char context[sizeof(err->msg)], whole[2 * sizeof(err->msg) + 2];
    va_list ap;

    if (!err)
        return;
    va_start(ap, fmt);
    vsnprintf(context, sizeof(context), fmt, ap);
    va_end(ap);
    snprintf(whole, sizeof(whole), "%s: %s", context, err->msg);
    evk_show(whole, err->msg, sizeof(err->msg));
}
