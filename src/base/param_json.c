/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param_json.c - the fields of a parameter table as members of a JSON object */
#include "base/param_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/param.h"

static void put_texts(struct evk_json_writer *w, evk_json *array, const evk_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        evk_json_put_text(w, array, NULL, texts->text[i]);
}

void evk_params_put(struct evk_json_writer *w, evk_json *object, const evk_param *params,
                    const void *base)
{
    for (const evk_param *p = params; p->name; p++) {
        const char *field = (const char *)base + p->offset, *text;
        int64_t i;
        double r;
        bool b;

        switch (p->kind) {
        case EVK_PARAM_FLAG:
            memcpy(&b, field, sizeof(b));
            evk_json_put_bool(w, object, p->name, b);
            break;
        case EVK_PARAM_INT:
            memcpy(&i, field, sizeof(i));
            evk_json_put_int(w, object, p->name, i);
            break;
        case EVK_PARAM_REAL:
            memcpy(&r, field, sizeof(r));
            evk_json_put_real(w, object, p->name, r);
            break;
        case EVK_PARAM_OPTIONAL:
            memcpy(&r, field, sizeof(r));
            if (isnan(r))
                evk_json_put_text(w, object, p->name, "none");
            else
                evk_json_put_real(w, object, p->name, r);
            break;
        case EVK_PARAM_TEXT:
            memcpy(&text, field, sizeof(text));
            evk_json_put_text(w, object, p->name, text ? text : "");
            break;
        case EVK_PARAM_TEXTS:
            put_texts(w, evk_json_put_array(w, object, p->name),
                      (const evk_texts *)(const void *)field);
            break;
        }
    }
}

/*
 * Set a number without losing a digit.  A number that is out of range goes through evk_param_set,
 * which refuses it with a message; there nine digits are enough.
 */
static evk_status set_real(const evk_param *p, void *base, double r, evk_error *err)
{
    char text[32];

    if (r < p->min || r > p->max) {
        snprintf(text, sizeof(text), "%.9g", r);
        return evk_param_set(p, base, text, err);
    }
    memcpy((char *)base + p->offset, &r, sizeof(r));
    return EVK_OK;
}

/* Replace a list of texts by those of a JSON array; they point into the JSON. */
static evk_status read_texts(const evk_param *p, evk_texts *out, const evk_json *array,
                             evk_error *err)
{
    evk_texts all = {.count = 0};

    for (size_t i = 0; i < evk_json_count(array); i++) {
        const char *text = evk_json_text(evk_json_at(array, i));

        if (!text)
            return evk_fail(err, EVK_EFORMAT, "%s has a value that is no text", p->name);
        if (all.count == EVK_TEXTS_MAX)
            return evk_fail(err, EVK_EINVAL, "%s has %zu values, expected at most %d", p->name,
                            evk_json_count(array), EVK_TEXTS_MAX);
        all.text[all.count++] = text;
    }
    *out = all;
    return EVK_OK;
}

evk_status evk_param_read(const evk_param *p, void *base, const evk_json *value, evk_error *err)
{
    const char *text = evk_json_text(value);
    char number[32], found[EVK_JSON_BRIEF];
    int64_t i;
    double r = (double)NAN;
    bool b;

    if (p->kind == EVK_PARAM_FLAG && evk_json_is_bool(value)) {
        b = evk_json_bool(value, false);
        memcpy((char *)base + p->offset, &b, sizeof(b));
        return EVK_OK;
    }
    if (p->kind == EVK_PARAM_TEXTS && evk_json_is_array(value))
        return read_texts(p, (evk_texts *)(void *)((char *)base + p->offset), value, err);
    if (p->kind == EVK_PARAM_TEXT && text) {
        memcpy((char *)base + p->offset, &text, sizeof(text));
        return EVK_OK;
    }
    if (p->kind == EVK_PARAM_INT && evk_json_int(value, &i)) {
        snprintf(number, sizeof(number), "%lld", (long long)i);
        return evk_param_set(p, base, number, err);
    }
    if ((p->kind == EVK_PARAM_REAL || p->kind == EVK_PARAM_OPTIONAL) && evk_json_real(value, &r))
        return set_real(p, base, r, err);
    if (p->kind == EVK_PARAM_OPTIONAL && text && strcmp(text, "none") == 0) {
        memcpy((char *)base + p->offset, &r, sizeof(r));
        return EVK_OK;
    }
    return evk_fail(err, EVK_EFORMAT, "%s is %s, expected %s", p->name,
                    evk_json_brief(value, found),
                    p->kind == EVK_PARAM_FLAG    ? "true or false"
                    : p->kind == EVK_PARAM_TEXT  ? "a text"
                    : p->kind == EVK_PARAM_TEXTS ? "a list of texts"
                    : p->kind == EVK_PARAM_INT   ? "a whole number"
                                                 : "a number");
}

static evk_status unknown(const evk_param *params, const char *key, evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_status s;

    for (const evk_param *p = params; p->name; p++)
        evk_str_printf(&known, "%s%s", p > params ? ", " : "", p->name);
    s = evk_str_check(&known, err);
    if (!s)
        s = evk_fail(err, EVK_EFORMAT, "there is no parameter '%.64s', expected one of: %s", key,
                     known.data);
    evk_str_release(&known);
    return s;
}

evk_status evk_params_read(const evk_param *params, void *base, const evk_json *object,
                           evk_error *err)
{
    const char *key = NULL;

    while ((key = evk_json_key_after(object, key)) != NULL) {
        const evk_param *p = params;

        while (p->name && strcmp(p->name, key) != 0)
            p++;
        if (!p->name)
            return unknown(params, key, err);
        EVK_TRY(evk_param_read(p, base, evk_json_get(object, key), err));
    }
    return EVK_OK;
}
