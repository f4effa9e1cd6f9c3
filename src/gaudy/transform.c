/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transform.c - the table of image transforms; opening one by its text, and applying it */
#include "gaudy/transform.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/param_call.h"
#include "base/str.h"

#define EVK_TRANSFORM(name) extern const struct evk_transform_type evk_transform_##name;
#include "gaudy/transforms.def"
#undef EVK_TRANSFORM

static const struct evk_transform_type *const table[] = {
#define EVK_TRANSFORM(name) &evk_transform_##name,
#include "gaudy/transforms.def"
#undef EVK_TRANSFORM
};

enum { TRANSFORMS = sizeof(table) / sizeof(table[0]) };

struct evk_transform {
    const struct evk_transform_type *type;
    char *text;    /* as it was given; owned */
    char *pieces;  /* a copy that was cut at ',' and '='; texts in self point into it; owned */
    void *self;    /* the parameters and tables of the transform, type->size bytes; owned */
    bool prepared; /* type->prepare was called, so that type->release must be */
};

static bool info_at(int row, evk_type_info *out)
{
    const evk_param *params;
    const void *defaults;

    return evk_transform_info(row, out, &params, &defaults);
}

static const struct evk_call_table names = {"transform", info_at};

bool evk_transform_info(int i, evk_type_info *out, const evk_param **params, const void **defaults)
{
    if (i < 0 || i >= TRANSFORMS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, table[i]->reference};
    *params = table[i]->params;
    *defaults = table[i]->defaults;
    return true;
}

static evk_status set_param(void *arg, int which, const evk_param *param, char *value,
                            evk_error *err)
{
    (void)which;
    return evk_param_set(param, arg, value, err);
}

/* Fill in a zeroed t whose type is set.  The caller closes t, also after a failure. */
static evk_status transform_make(struct evk_transform *t, const char *text, evk_error *err)
{
    evk_status s = EVK_OK;

    EVK_TRY(evk_strdup(&t->text, text, err));
    EVK_TRY(evk_strdup(&t->pieces, text, err));
    EVK_TRY(evk_alloc(&t->self, 1, t->type->size, "a transform", err));
    if (t->type->size)
        memcpy(t->self, t->type->defaults, t->type->size);
    EVK_TRY(evk_call_read(
        &(struct evk_call){names.kind, t->type->name, {t->type->params, NULL}, set_param, t->self},
        t->pieces, err));
    t->prepared = true;
    if (t->type->prepare)
        s = t->type->prepare(t->self, err);
    return s ? evk_wrap(err, s, "transform %s", t->type->name) : EVK_OK;
}

evk_status evk_transform_open(struct evk_transform **out, const char *text, evk_error *err)
{
    struct evk_transform *t;
    evk_status s;
    int row;

    EVK_TRY(evk_call_find(&names, text, &row, err));
    EVK_TRY(evk_alloc(&t, 1, sizeof(*t), "a transform", err));
    t->type = table[row];
    s = transform_make(t, text, err);
    if (s)
        evk_transform_close(t);
    else
        *out = t;
    return s;
}

void evk_transform_close(struct evk_transform *t)
{
    if (!t)
        return;
    if (t->prepared && t->type->release)
        t->type->release(t->self);
    free(t->self);
    free(t->pieces);
    free(t->text);
    free(t);
}

const char *evk_transform_text(const struct evk_transform *t)
{
    return t->text;
}

bool evk_transform_is_random(const struct evk_transform *t)
{
    return t->type->is_random;
}

evk_status evk_transform_key(struct evk_rng_key *out, int64_t seed, const char *name,
                             evk_error *err)
{
    unsigned char hash[EVK_SHA256_BYTES];
    struct evk_str s = EVK_STR_INIT;
    evk_status status;

    evk_str_printf(&s, "evoke transform %lld %s", (long long)seed, name);
    status = evk_str_check(&s, err);
    if (!status)
        status = evk_sha256(s.data, s.size, hash, err);
    evk_str_release(&s);
    if (!status)
        *out = evk_rng_key(hash);
    return status;
}

evk_status evk_transform_apply(const struct evk_transform *t, const struct evk_pixels *x,
                               const struct evk_rng_key *key, struct evk_pixels *out,
                               evk_error *err)
{
    struct evk_pixels y;
    evk_status s;

    assert(key || !t->type->is_random);
    if (t->type->needs_colour && x->channels != 3)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "image has %lld channel for transform %s, expected 3",
                        (long long)x->channels, t->type->name);
    EVK_TRY(evk_pixels_new(&y, x->height, x->width, x->channels, err));
    s = t->type->apply(t->self, x, key, y.data, err);
    if (s)
        evk_pixels_release(&y);
    else
        *out = y;
    return s;
}
