/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - decides which wanted stimuli are in the set already, and gives codes to the others */
#include "stimset/make/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The key of a stimulus. */
struct key {
    const char *text;
    int64_t stimulus; /* its place in the list of stimuli */
};

struct keys {
    struct key *list; /* (count) in bytewise order of text; owned */
    int64_t count;
    struct evk_str texts; /* the texts of all keys, each ended by a zero; owned */
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct key *)a)->text, ((const struct key *)b)->text);
}

static evk_status keys_init(struct keys *k, const struct evk_stimuli *all, evk_error *err)
{
    const char *at;

    *k = (struct keys){.count = all->count, .texts = EVK_STR_INIT};
    EVK_TRY(evk_alloc(&k->list, k->count, sizeof(*k->list), "keys", err));
    for (int64_t i = 0; i < k->count; i++) {
        evk_row_key(&all->list[i].row, &k->texts);
        evk_str_add(&k->texts, "", 1);
    }
    EVK_TRY(evk_str_check(&k->texts, err));
    at = k->texts.data;
    for (int64_t i = 0; i < k->count; i++, at += strlen(at) + 1)
        k->list[i] = (struct key){at, i};
    if (k->count)
        qsort(k->list, (size_t)k->count, sizeof(*k->list), by_text);
    return EVK_OK;
}

static void keys_release(struct keys *k)
{
    free(k->list);
    evk_str_release(&k->texts);
}

/*
 * Write the place of each wanted row, -1 where it is not among the keys; *missing: how many are
 * not.
 */
static evk_status find_wanted(const struct keys *k, const struct evk_row *wanted, int64_t count,
                              int64_t *place, int64_t *missing, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s = EVK_OK;

    *missing = 0;
    for (int64_t i = 0; i < count && !s; i++) {
        const struct key *found;
        struct key key;

        text.size = 0;
        evk_row_key(&wanted[i], &text);
        s = evk_str_check(&text, err);
        key.text = text.data;
        found = k->count ? bsearch(&key, k->list, (size_t)k->count, sizeof(key), by_text) : NULL;
        place[i] = found ? found->stimulus : -1;
        *missing += !found;
    }
    evk_str_release(&text);
    return s;
}

evk_status evk_plan(struct evk_stimuli *all, const struct evk_row *wanted, int64_t count,
                    int64_t *place, evk_error *err)
{
    int64_t missing = 0, next = all->count;
    struct keys keys;
    evk_status s = keys_init(&keys, all, err);

    if (!s)
        s = find_wanted(&keys, wanted, count, place, &missing, err);
    keys_release(&keys);
    EVK_TRY(s);
    if (next + missing > EVK_CODE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "%lld stimuli are more than stim_code can number, expected at most %d",
                        (long long)(next + missing), EVK_CODE_MAX);
    EVK_TRY(evk_stimuli_grow(all, missing, err));
    for (int64_t i = 0; i < count; i++) {
        if (place[i] >= 0)
            continue;
        place[i] = next++;
        all->list[place[i]].row = wanted[i];
        evk_row_give_code(&all->list[place[i]].row, place[i] + 1);
    }
    return EVK_OK;
}
