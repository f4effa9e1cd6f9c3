/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choices.c - tables of vetoes and of units, as lists of what takes part */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/gather.h"
#include "stimset/record/set_names.h"

/* The sets of which vetoes are. */
struct sets {
    evk_set **set; /* (count) owned */
    size_t count;
};

/* For evk_vetoes_check: has set i a stimulus with this stimulus_id? */
static bool has_stimulus(void *arg, size_t set, const char *stimulus_id)
{
    const struct sets *s = arg;

    if (set >= s->count)
        return true; /* another set, which is not open */
    return evk_set_find(s->set[set], stimulus_id) >= 0;
}

static evk_status open_sets(struct sets *s, const char *const *folders, size_t count,
                            evk_error *err)
{
    EVK_TRY(evk_alloc(&s->set, (int64_t)count, sizeof(evk_set *), "sets", err));
    for (; s->count < count; s->count++)
        EVK_TRY(evk_set_open(&s->set[s->count], folders[s->count], err));
    return EVK_OK;
}

static void close_sets(struct sets *s)
{
    for (size_t i = 0; i < s->count; i++)
        evk_set_free(s->set[i]);
    free(s->set);
}

static evk_status check(const struct evk_vetoes *v, const char *const *folders, size_t count,
                        const struct evk_names *others, evk_error *err)
{
    struct sets sets = {NULL, 0};
    struct evk_names names = {NULL, 0};
    evk_status s = evk_set_names(&names, folders, count, err);

    for (size_t i = 0; others && i < others->count && !s; i++)
        s = evk_names_add(&names, others->names[i], err);
    if (!s)
        s = open_sets(&sets, folders, count, err);
    if (!s)
        s = evk_vetoes_check(v, (const char *const *)names.names, names.count, has_stimulus, &sets,
                             err);
    close_sets(&sets);
    evk_names_release(&names);
    return s;
}

static evk_status add_veto(struct evk_names *out, const struct evk_vetoes *v, size_t i,
                           evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%s\t%s\t%s", evk_table_cell(&v->table, i, v->set),
                   evk_table_cell(&v->table, i, v->stimulus_id), evk_vetoes_reason(v, (int64_t)i));
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_names_add(out, text.data, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_gather_vetoes(struct evk_names *out, const char *path, const char *const *sets,
                             size_t count, const struct evk_names *others, evk_error *err)
{
    struct evk_vetoes v;
    evk_status s;

    EVK_TRY(evk_vetoes_read(&v, path, err));
    s = check(&v, sets, count, others, err);
    for (size_t i = 0; i < v.table.rows && !s; i++)
        s = add_veto(out, &v, i, err);
    evk_vetoes_release(&v);
    return s;
}

evk_status evk_gather_units(struct evk_names *out, const evk_units *units, evk_error *err)
{
    char neuron[EVK_NEURON_TEXT];
    evk_unit u;

    for (size_t i = 0; evk_units_at(units, i, &u); i++)
        EVK_TRY(evk_names_printf(out, err, "%s:%s\t%s", evk_model_describe(u.model)->name,
                                 evk_model_neuron(u.model, u.output, neuron), u.name));
    return EVK_OK;
}
