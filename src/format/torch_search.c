/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_search.c - the search for dictionaries of tensors among the values of a PyTorch file */
#include "format/torch_search.h"

#include <string.h>

#include "format/torch_view.h"

enum {
    VISITS = 1000, /* dictionaries that are searched at most: they may refer to each other */
    ITEMS = 16     /* items of a list that are searched at most */
};

typedef struct evk_pickle_value value;

/* The names under which checkpoints keep a state dictionary, the surest first. */
static const char *const wrappers[] = {
    "state_dict", "model_state_dict", "model_state", "model_weights", "net_state_dict", "model",
    "net",        "network",          "module",      "weights",       "params",         NULL};

static bool is_array(const value *v)
{
    const char *class = evk_pickle_is(v, EVK_PICKLE_OBJECT) ? evk_pickle_class_name(v) : "";

    return strcmp(class, "numpy.core.multiarray._reconstruct") == 0 ||
           strcmp(class, "numpy._core.multiarray._reconstruct") == 0;
}

/* Has a dictionary a value of the kind that is sought? */
static bool holds(const value *v, enum evk_torch_sought sought)
{
    for (size_t i = 0; i < v->count; i += 2) {
        const value *key = v->is.items[i], *item = v->is.items[i + 1];
        const bool text = evk_pickle_is(key, EVK_PICKLE_TEXT);

        if (sought == EVK_TORCH_ARRAYS
                ? text && is_array(item)
                : evk_torch_is_tensor(item) &&
                      (sought == EVK_TORCH_TENSORS || (text && strchr(key->is.text, '.'))))
            return true;
    }
    return false;
}

const value *evk_torch_wrapped_object(const value *v)
{
    for (int i = 0; wrappers[i]; i++) {
        const value *next = evk_pickle_get(v, wrappers[i]);

        if (evk_pickle_is(next, EVK_PICKLE_OBJECT) && !evk_torch_is_tensor(next))
            return next;
    }
    return NULL;
}

/* Returns the value at a key of a dictionary, and sets *key to the key as the file has it. */
static const value *get(const value *v, const char *name, const value **key)
{
    const value *item = evk_pickle_get(v, name);

    for (size_t i = 0; item && i < v->count; i += 2)
        if (v->is.items[i + 1] == item && evk_pickle_says(v->is.items[i], name))
            *key = v->is.items[i];
    return item;
}

/*
 * Returns true, for the dictionary that is searched just now, if it may be searched.  A dictionary of
 * many items counts more than once.
 */
static bool visit(struct evk_torch_search *s, const value *v)
{
    if (!evk_pickle_is(v, EVK_PICKLE_DICT) || s->visits >= VISITS)
        return false;
    s->visits += 1 + (int64_t)v->count / VISITS;
    return true;
}

/* Notes a dictionary that was found, unless it was found before under another key. */
static void add_found(struct evk_torch_search *s, const value *v)
{
    for (int i = 0; i < s->count; i++)
        if (s->found[i].dict == v)
            return;
    if (s->count < EVK_TORCH_FOUND)
        s->found[s->count++] = (struct evk_torch_place){v, s->way};
}

bool evk_torch_search_known(struct evk_torch_search *s, const value *v)
{
    const int level = s->way.levels;

    if (!visit(s, v))
        return false;
    for (int i = 0; level < EVK_TORCH_DEPTH && wrappers[i]; i++) {
        const value *next = get(v, wrappers[i], &s->way.key[level]);
        bool found;

        s->way.levels = level + 1;
        found = next && evk_torch_search_known(s, next);
        s->way.levels = level;
        if (found)
            return true;
    }
    if (!holds(v, s->sought) || evk_torch_wrapped_object(v))
        return false;
    add_found(s, v);
    return true;
}

/* Is it the key of what training keeps beside a network, which may have tensors of its own? */
static bool is_of_training(const char *key)
{
    static const char *const parts[] = {"optim",     "sched",   "callback", "loop",
                                        "hyper",     "hparams", "loss",     "metric",
                                        "criterion", "history", "scaler"};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strstr(key, parts[i]))
            return true;
    return strcmp(key, "amp") == 0;
}

/* Searches a value below the dictionary or list that is searched just now. */
static void search_item(struct evk_torch_search *s, const value *key, size_t item, const value *v)
{
    const int level = s->way.levels;

    if (level >= EVK_TORCH_DEPTH)
        return;
    s->way.key[level] = key;
    s->way.item[level] = item;
    s->way.levels = level + 1;
    evk_torch_search_all(s, v);
    s->way.levels = level;
}

void evk_torch_search_all(struct evk_torch_search *s, const value *v)
{
    if (evk_pickle_is(v, EVK_PICKLE_LIST) || evk_pickle_is(v, EVK_PICKLE_TUPLE))
        for (size_t i = 0; i < v->count && i < ITEMS; i++)
            search_item(s, NULL, i, v->is.items[i]);
    if (!visit(s, v))
        return;
    if (evk_torch_wrapped_object(v)) {
        if (s->sought != EVK_TORCH_PARAMETERS)
            return;
    } else if (holds(v, s->sought)) {
        add_found(s, v);
        return;
    }
    for (size_t i = 0; i < v->count; i += 2) {
        const value *key = v->is.items[i];

        if (evk_pickle_is(key, EVK_PICKLE_TEXT) && !is_of_training(key->is.text))
            search_item(s, key, 0, v->is.items[i + 1]);
    }
}
