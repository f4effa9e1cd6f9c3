/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stimulus.c - stimuli of a set in memory: rows and response traces */
#include "stimset/record/stimulus.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

evk_status evk_stimuli_grow(struct evk_stimuli *s, int64_t more, evk_error *err)
{
    struct evk_stimulus *list;

    EVK_TRY(evk_alloc(&list, s->count + more, sizeof(*list), "stimuli", err));
    if (s->count)
        memcpy(list, s->list, (size_t)s->count * sizeof(*list));
    free(s->list);
    s->list = list;
    s->count += more;
    return EVK_OK;
}

void evk_stimuli_release(struct evk_stimuli *s)
{
    free(s->list);
    free(s->text);
    *s = (struct evk_stimuli){NULL, 0, NULL};
}

const struct evk_row *evk_stimuli_find(const struct evk_stimuli *all, const char *id)
{
    const char *digits = id;
    int64_t code;

    for (const char *c = id; c && *c; c++)
        if (*c < '0' || *c > '9')
            digits = c + 1;
    if (!id || !evk_parse_int(digits, &code) || code < 1 || code > all->count ||
        strcmp(all->list[code - 1].row.stimulus_id, id) != 0)
        return NULL;
    return &all->list[code - 1].row;
}

evk_status evk_stimuli_check_codes(const struct evk_stimuli *all, const char *from, evk_error *err)
{
    int64_t i = 0, found = -1;

    while (i < all->count && all->list[i].row.stim_code == i + 1)
        i++;
    for (int64_t j = all->count - 1; j > i; j--)
        if (all->list[j].row.stim_code == i + 1)
            found = j;
    return i < all->count ? evk_row_fail_code(i, found, from, err) : EVK_OK;
}
