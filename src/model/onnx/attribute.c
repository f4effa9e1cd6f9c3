/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attribute.c - attributes of a node of an ONNX graph, and messages that name the node */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/named.h"
#include "base/str.h"
#include "model/onnx/value.h"

void evk_onnx_error(const struct evk_onnx_call *c, evk_status code, evk_error *err, const char *fmt,
                    ...)
{
    char text[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    evk_error_set(err, code, "%s %s: %s", c->o->part, c->label, text);
}

static const Onnx__AttributeProto *find_in(const Onnx__NodeProto *n, const char *name)
{
    for (size_t i = 0; i < n->n_attribute; i++)
        if (n->attribute[i]->name && strcmp(n->attribute[i]->name, name) == 0)
            return n->attribute[i];
    return NULL;
}

/* Returns the default value of a function's attribute, or NULL. */
static const Onnx__AttributeProto *find_default(const struct evk_onnx_frame *f, const char *name)
{
    for (int64_t i = 0; i < f->default_count; i++)
        if (f->defaults[i]->name && strcmp(f->defaults[i]->name, name) == 0)
            return f->defaults[i];
    return NULL;
}

/* An attribute in a function may refer to one of the function's call, which may itself be in a
   function. */
const Onnx__AttributeProto *evk_onnx_attribute(const struct evk_onnx_call *c, const char *name)
{
    const struct evk_onnx_frame *frame = c->node->frame;
    const Onnx__AttributeProto *a = find_in(c->node->proto, name);

    while (a && a->ref_attr_name && a->ref_attr_name[0] && frame && frame->call) {
        const char *wanted = a->ref_attr_name;

        a = find_in(frame->call, wanted);
        if (!a)
            a = find_default(frame, wanted);
        frame = frame->outer;
    }
    return a;
}

evk_status evk_onnx_all_inputs(const struct evk_onnx_call *c, evk_error *err)
{
    for (int i = 0; i < c->inputs; i++)
        if (!c->in[i])
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its input %d is left out", i);
    return EVK_OK;
}

static evk_status wrong(const struct evk_onnx_call *c, const char *name, const char *expected,
                        evk_error *err)
{
    return evk_onnx_fail(c, EVK_EFORMAT, err, "its attribute '%s' is no %s", name, expected);
}

evk_status evk_onnx_int(const struct evk_onnx_call *c, const char *name, int64_t fallback,
                        int64_t *out, evk_error *err)
{
    const Onnx__AttributeProto *a = evk_onnx_attribute(c, name);

    *out = fallback;
    if (a && !a->has_i && a->type != ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT)
        return wrong(c, name, "whole number", err);
    if (a)
        *out = a->i;
    return EVK_OK;
}

evk_status evk_onnx_real(const struct evk_onnx_call *c, const char *name, double fallback,
                         double *out, evk_error *err)
{
    const Onnx__AttributeProto *a = evk_onnx_attribute(c, name);

    *out = fallback;
    if (a && !a->has_f && a->type != ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT)
        return wrong(c, name, "real number", err);
    if (a)
        *out = (double)a->f;
    return EVK_OK;
}

evk_status evk_onnx_text(const struct evk_onnx_call *c, const char *name, const char *fallback,
                         char *out, size_t room, evk_error *err)
{
    const Onnx__AttributeProto *a = evk_onnx_attribute(c, name);

    if (a && (!a->has_s || a->s.len >= room || (a->s.len && memchr(a->s.data, 0, a->s.len))))
        return wrong(c, name, "text of this kind", err);
    if (a && a->s.len == 0)
        out[0] = '\0';
    else if (a)
        snprintf(out, room, "%.*s", (int)a->s.len, (const char *)a->s.data);
    else
        snprintf(out, room, "%s", fallback);
    return EVK_OK;
}

evk_status evk_onnx_word(const struct evk_onnx_call *c, const char *name, const char *const words[],
                         char out[EVK_ONNX_WORD], evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_status s;

    EVK_TRY(evk_onnx_text(c, name, words[0], out, EVK_ONNX_WORD, err));
    if (evk_is_word(out, words))
        return EVK_OK;
    for (int i = 0; words[i]; i++)
        evk_str_printf(&known, "%s%s", i ? ", " : "", words[i]);
    s = evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its %s is '%s', supported: %s", name, out,
                      known.data);
    evk_str_release(&known);
    return s;
}

static evk_status too_many(const struct evk_onnx_call *c, const char *name, size_t n,
                           evk_error *err)
{
    return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "'%s' has %zu numbers, supported: up to %d",
                         name, n, EVK_ONNX_INTS);
}

evk_status evk_onnx_ints(const struct evk_onnx_call *c, const char *name,
                         int64_t out[EVK_ONNX_INTS], int *count, evk_error *err)
{
    const Onnx__AttributeProto *a = evk_onnx_attribute(c, name);

    *count = 0;
    if (!a)
        return EVK_OK;
    if (a->has_i || a->has_f || a->has_s || a->t)
        return wrong(c, name, "list of whole numbers", err);
    if (a->n_ints > EVK_ONNX_INTS)
        return too_many(c, name, a->n_ints, err);
    for (size_t i = 0; i < a->n_ints; i++)
        out[i] = a->ints[i];
    *count = (int)a->n_ints;
    return EVK_OK;
}

evk_status evk_onnx_ints_in(const struct evk_onnx_call *c, int i, const char *name,
                            int64_t out[EVK_ONNX_INTS], int *count, evk_error *err)
{
    const struct evk_onnx_value *v = i < c->inputs ? c->in[i] : NULL;

    if (!v)
        return evk_onnx_ints(c, name, out, count, err);
    if (v->node >= 0 || !v->whole)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its '%s' is not a constant list of whole numbers", name);
    if (evk_onnx_count(v) > EVK_ONNX_INTS)
        return too_many(c, name, (size_t)evk_onnx_count(v), err);
    *count = (int)evk_onnx_count(v);
    for (int j = 0; j < *count; j++)
        out[j] = v->whole[j];
    return EVK_OK;
}
