/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neurons.c - names of neurons, lists of neurons, and the names of models */
#include "model/neurons.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/num.h"
#include "base/shown.h"
#include "base/str.h"
#include "model/model.h"

bool evk_model_data_key(const evk_model *m, size_t i, evk_data_key *out)
{
    const struct evk_network *n = &evk_model_first(m)->network;

    if (m->chosen || (int64_t)i >= n->population_count)
        return false;
    *out = (evk_data_key){n->populations[i].key, n->populations[i].first, n->populations[i].count};
    return true;
}

const char *evk_model_neuron(const evk_model *m, int64_t output, char text[EVK_NEURON_TEXT])
{
    evk_data_key k;

    for (size_t i = 0; evk_model_data_key(m, i, &k); i++)
        if (output >= k.first && output < k.first + k.count) {
            snprintf(text, EVK_NEURON_TEXT, "%s:%lld", k.key, (long long)(output - k.first));
            return text;
        }
    if (m->neurons)
        snprintf(text, EVK_NEURON_TEXT, "%s", m->neurons[output]);
    else
        snprintf(text, EVK_NEURON_TEXT, "%lld", (long long)output);
    return text;
}

/* ---- lists ---------------------------------------------------------------------------------- */

static evk_status malformed(const char *list, evk_error *err)
{
    return evk_fail(err, EVK_EINVAL, "neurons is '%s', expected numbers and ranges such as 0-32,40",
                    list);
}

/* Reads an item such as "7" or "3-5", which must lie within neurons 0 to count - 1.  list is the
   whole list, for messages. */
static evk_status parse_range(const evk_model *m, const char *list, const char *item, int64_t count,
                              int64_t *first, int64_t *last, evk_error *err)
{
    char text[64], *dash;

    if (!item[0] || strlen(item) >= sizeof(text) || strspn(item, "0123456789-") != strlen(item))
        return malformed(list, err);
    memcpy(text, item, strlen(item) + 1);
    dash = strchr(text, '-');
    if (dash)
        *dash = '\0';
    if (!evk_parse_int(text, first) || *first < 0)
        return malformed(list, err);
    *last = *first;
    if (dash && (!evk_parse_int(dash + 1, last) || *last < *first))
        return malformed(list, err);
    if (*last >= count)
        return evk_fail(err, EVK_EINVAL, "%s: neuron %lld is out of range, expected 0 to %lld",
                        m->path, (long long)*last, (long long)count - 1);
    return EVK_OK;
}

/* Fails, since none of the model's neurons has this name. */
static evk_status no_name(const evk_model *m, const char *name, evk_error *err)
{
    struct evk_near near = evk_near_begin(name, strlen(name));
    char hint[EVK_NEAR_HINT];

    for (int64_t i = 0; i < m->outputs; i++)
        evk_near_offer(&near, m->neurons[i]);
    return evk_fail(err, EVK_EINVAL, "%s: has no neuron '%s'%s", m->path, name,
                    evk_near_hint(&near, "", hint));
}

/* Fails, with a message that lists the data keys of the model. */
static evk_status no_key(const evk_model *m, const char *item, evk_error *err)
{
    const char *colon = strrchr(item, ':');
    struct evk_near near = evk_near_begin(item, colon ? (size_t)(colon - item) : strlen(item));
    struct evk_str known = EVK_STR_INIT;
    char hint[EVK_NEAR_HINT];
    evk_data_key k;
    evk_status s;
    size_t i;

    for (i = 0; evk_model_data_key(m, i, &k); i++) {
        evk_str_printf(&known, "%s%s (%lld neurons)", i ? ", " : "", k.key, (long long)k.count);
        evk_near_offer(&near, k.key);
    }
    s = evk_str_check(&known, err);
    if (!s && i == 0)
        s = evk_fail(err, EVK_EINVAL, "%s: has no data keys, so no neuron '%s'; expected a number",
                     m->path, item);
    else if (!s)
        s = evk_fail(err, EVK_EINVAL,
                     "%s: neuron '%s' has no data key of this model, expected "
                     "KEY:NUMBER with one of: %s%s",
                     m->path, item, known.data, evk_near_hint(&near, "", hint));
    evk_str_release(&known);
    return s;
}

/* Reads an item with a data key, such as "KEY:3-5".  A key may itself have colons, so the last
   colon of the item ends the key. */
static evk_status parse_keyed(const evk_model *m, const char *list, const char *item,
                              int64_t *first, int64_t *last, evk_error *err)
{
    const char *colon = strrchr(item, ':');
    evk_data_key k;

    for (size_t i = 0; evk_model_data_key(m, i, &k); i++) {
        if (strncmp(k.key, item, (size_t)(colon - item)) != 0 || k.key[colon - item] != '\0')
            continue;
        EVK_TRY(parse_range(m, list, colon + 1, k.count, first, last, err));
        *first += k.first;
        *last += k.first;
        return EVK_OK;
    }
    return no_key(m, item, err);
}

/* Reads one item of a list of neurons: a name, a number, a range, or a number or range of a data
   key.  The outputs that the item names are *first to *last. */
static evk_status parse_item(const evk_model *m, const char *list, const char *item, int64_t *first,
                             int64_t *last, evk_error *err)
{
    evk_data_key k;

    for (int64_t i = 0; m->neurons && i < m->outputs; i++)
        if (strcmp(m->neurons[i], item) == 0) {
            *first = *last = i;
            return EVK_OK;
        }
    if (m->channels.count && strspn(item, "0123456789-") != strlen(item))
        return no_name(m, item, err);
    if (strchr(item, ':'))
        return parse_keyed(m, list, item, first, last, err);
    if (item[0] && strspn(item, "0123456789-") == strlen(item) && evk_model_data_key(m, 1, &k))
        return no_key(m, item, err); /* with several keys, a number alone is ambiguous */
    if (m->neurons && item[0] && strspn(item, "0123456789-") != strlen(item))
        return no_name(m, item, err);
    return parse_range(m, list, item, m->outputs, first, last, err);
}

/* The outputs that a list names, in the order of the list. */
struct listing {
    bool *seen;       /* (the model's outputs) is an output in the listing, so that it is not added
                         again?  NULL: an output may be added several times */
    int64_t *outputs; /* (count); NULL: outputs are only counted */
    int64_t count;
};

/* Adds outputs first to last to a listing. */
static void listing_take(struct listing *l, int64_t first, int64_t last)
{
    if (!l->seen && !l->outputs) {
        l->count += last - first + 1;
        return;
    }
    for (int64_t o = first; o <= last; o++) {
        if (l->seen && l->seen[o])
            continue;
        if (l->seen)
            l->seen[o] = true;
        l->outputs[l->count++] = o;
    }
}

static evk_status parse_list(const evk_model *m, const char *list, struct listing *l,
                             evk_error *err)
{
    evk_status s = EVK_OK;
    char *text;

    EVK_TRY(evk_strdup(&text, list, err));
    for (char *item = text, *next; item && !s; item = next) {
        int64_t first, last;

        next = strchr(item, ',');
        if (next)
            *next++ = '\0';
        s = parse_item(m, list, item, &first, &last, err);
        if (!s)
            listing_take(l, first, last);
    }
    free(text);
    return s;
}

evk_status evk_model_outputs(const evk_model *m, const char *list, int64_t **outputs, size_t *count,
                             evk_error *err)
{
    struct listing l = {NULL, NULL, 0};
    evk_status s = evk_alloc(&l.outputs, m->outputs, sizeof(*l.outputs), "outputs", err);

    if (!s)
        s = evk_alloc(&l.seen, m->outputs, sizeof(*l.seen), "outputs", err);
    if (!s && list)
        s = parse_list(m, list, &l, err);
    else if (!s)
        listing_take(&l, 0, m->outputs - 1);
    free(l.seen);
    if (s) {
        free(l.outputs);
        return s;
    }
    *outputs = l.outputs;
    *count = (size_t)l.count;
    return EVK_OK;
}

evk_status evk_model_list(const evk_model *m, const char *list, int64_t **outputs, size_t *count,
                          evk_error *err)
{
    struct listing length = {NULL, NULL, 0}, l = {NULL, NULL, 0};
    evk_status s;

    EVK_TRY(parse_list(m, list, &length, err));
    EVK_TRY(evk_alloc(&l.outputs, length.count, sizeof(*l.outputs), "outputs", err));
    s = parse_list(m, list, &l, err);
    if (s) {
        free(l.outputs);
        return s;
    }
    *outputs = l.outputs;
    *count = (size_t)l.count;
    return EVK_OK;
}

evk_status evk_model_find_neuron(const evk_model *m, const char *name, int64_t *output,
                                 evk_error *err)
{
    int64_t last = -1;

    EVK_TRY(parse_item(m, name, name, output, &last, err));
    return *output == last ? EVK_OK : malformed(name, err);
}

/* ---- names of models ------------------------------------------------------------------------ */

static evk_status check_name(const evk_model *m, evk_error *err)
{
    if (!evk_is_utf8(m->name))
        return evk_fail(err, EVK_EINVAL, "%s: its name is not UTF-8, which tables must be",
                        m->path);
    if (strpbrk(m->name, "\",:") || !evk_is_plain(m->name))
        return evk_fail(err, EVK_EINVAL,
                        "%s: its name '%s' has a comma, colon, quote, control or invisible "
                        "character, which tables cannot hold",
                        m->path, m->name);
    return EVK_OK;
}

evk_status evk_models_check_names(const evk_model *const *models, size_t count, evk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        EVK_TRY(check_name(models[i], err));
        for (size_t j = 0; j < i; j++)
            if (strcmp(models[i]->name, models[j]->name) == 0)
                return evk_fail(err, EVK_EINVAL, "%s and %s have one name, '%s': rename one",
                                models[j]->path, models[i]->path, models[i]->name);
    }
    return EVK_OK;
}
