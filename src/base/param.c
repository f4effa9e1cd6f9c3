/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param.c - the fields of a parameter table, set from text and shown as text */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/host.h"
#include "base/num.h"
#include "base/param.h"

static evk_status out_of_range(const evk_param *p, const char *text, const char *kind,
                               evk_error *err)
{
    char lo[EVK_REAL_TEXT], hi[EVK_REAL_TEXT];

    if (p->kind == EVK_PARAM_INT) { /* a limit such as 2^53 has more digits than %.9g shows */
        snprintf(lo, sizeof(lo), "%lld", (long long)p->min);
        snprintf(hi, sizeof(hi), "%lld", (long long)p->max);
    } else {
        evk_format_real(p->min, lo);
        evk_format_real(p->max, hi);
    }
    return evk_fail(err, EVK_EINVAL, "%s is '%s', expected a %s from %s to %s%s", p->name, text,
                    kind, lo, hi, p->kind == EVK_PARAM_OPTIONAL ? ", or none" : "");
}

static evk_status add_text(const evk_param *p, evk_texts *all, const char *text, evk_error *err)
{
    if (all->count == EVK_TEXTS_MAX)
        return evk_fail(err, EVK_EINVAL, "%s is given more than %d times", p->name, EVK_TEXTS_MAX);
    all->text[all->count++] = text;
    return EVK_OK;
}

evk_status evk_param_set(const evk_param *p, void *base, const char *text, evk_error *err)
{
    EVK_ENTER();
    char *field = (char *)base + p->offset;
    bool flag;
    int64_t i;
    double r;

    switch (p->kind) {
    case EVK_PARAM_FLAG:
        flag = strcmp(text, "true") == 0;
        if (!flag && strcmp(text, "false") != 0)
            return evk_fail(err, EVK_EINVAL, "%s is '%s', expected true or false", p->name, text);
        memcpy(field, &flag, sizeof(flag));
        break;
    case EVK_PARAM_INT:
        /* Whole numbers are compared as such: as a double, 2^53 + 1 would be 2^53. */
        if (!evk_parse_int(text, &i) || i < (int64_t)p->min || i > (int64_t)p->max)
            return out_of_range(p, text, "whole number", err);
        memcpy(field, &i, sizeof(i));
        break;
    case EVK_PARAM_OPTIONAL:
        if (strcmp(text, "none") == 0) {
            r = NAN;
            memcpy(field, &r, sizeof(r));
            break;
        }
        /* fall through */
    case EVK_PARAM_REAL:
        if (!evk_parse_real(text, &r) || r < p->min || r > p->max)
            return out_of_range(p, text, "number", err);
        memcpy(field, &r, sizeof(r));
        break;
    case EVK_PARAM_TEXT:
        memcpy(field, &text, sizeof(text));
        break;
    case EVK_PARAM_TEXTS:
        return add_text(p, (evk_texts *)(void *)field, text, err);
    }
    return EVK_OK;
}

/* Write the texts of a list one after the other, with a space between, cut off at size. */
static void get_texts(const evk_texts *all, char *text, size_t size)
{
    size_t at = 0;

    text[0] = '\0';
    for (size_t i = 0; i < all->count && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i ? " " : "", all->text[i]);
}

void evk_param_get(const evk_param *p, const void *base, char *text, size_t size)
{
    EVK_ENTER();
    const char *field = (const char *)base + p->offset, *s;
    char number[EVK_REAL_TEXT];
    bool flag;
    int64_t i;
    double r;

    switch (p->kind) {
    case EVK_PARAM_FLAG:
        memcpy(&flag, field, sizeof(flag));
        snprintf(text, size, "%s", flag ? "true" : "false");
        break;
    case EVK_PARAM_INT:
        memcpy(&i, field, sizeof(i));
        snprintf(text, size, "%lld", (long long)i);
        break;
    case EVK_PARAM_REAL:
    case EVK_PARAM_OPTIONAL:
        memcpy(&r, field, sizeof(r));
        snprintf(text, size, "%s",
                 p->kind == EVK_PARAM_OPTIONAL && isnan(r) ? "none" : evk_format_real(r, number));
        break;
    case EVK_PARAM_TEXT:
        memcpy(&s, field, sizeof(s));
        snprintf(text, size, "%s", s ? s : "");
        break;
    case EVK_PARAM_TEXTS:
        get_texts((const evk_texts *)(const void *)field, text, size);
        break;
    }
}
