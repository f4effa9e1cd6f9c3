/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron.c - the stimuli of a set, grouped by neuron */
#include "stimset/record/neuron.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A row and its place in the list of stimuli. */
struct place {
    const struct evk_row *row;
    int64_t index; /* the place of the row */
    int64_t first; /* the place of the first row of the same neuron */
};

static const char *model_of(const struct evk_row *row)
{
    return row->target_model ? row->target_model : "";
}

static int compare_neurons(const struct evk_row *a, const struct evk_row *b)
{
    const int model = strcmp(model_of(a), model_of(b));
    const int output = model ? model : strcmp(a->target_output, b->target_output);

    return output ? output : strcmp(a->objective, b->objective);
}

bool evk_is_same_neuron(const struct evk_row *a, const struct evk_row *b)
{
    return compare_neurons(a, b) == 0;
}

void evk_neuron_key(const struct evk_row *row, struct evk_str *key)
{
    evk_str_printf(key, "%s\t%s\t%s", model_of(row), row->target_output, row->objective);
}

static int by_neuron(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int neuron = compare_neurons(x->row, y->row);

    return neuron ? neuron : x->index < y->index ? -1 : x->index > y->index;
}

static int by_first(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

evk_status evk_order_by_neuron(const struct evk_stimuli *all, int64_t *order, evk_error *err)
{
    const int64_t n = all->count;
    struct place *p;

    EVK_TRY(evk_alloc(&p, n, sizeof(*p), "neurons", err));
    for (int64_t i = 0; i < n; i++)
        p[i] = (struct place){&all->list[i].row, i, i};
    if (n)
        qsort(p, (size_t)n, sizeof(*p), by_neuron);
    for (int64_t i = 1; i < n; i++)
        if (evk_is_same_neuron(p[i].row, p[i - 1].row))
            p[i].first = p[i - 1].first;
    if (n)
        qsort(p, (size_t)n, sizeof(*p), by_first);
    for (int64_t i = 0; i < n; i++)
        order[i] = p[i].index;
    free(p);
    return EVK_OK;
}
