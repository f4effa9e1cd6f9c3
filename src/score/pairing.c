/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairing.c - which output of which model stands for which unit? */
#include "score/pairing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

/* Units that are being paired with outputs. */
struct pairing {
    const struct evk_names *units;
    const evk_model *const *models;
    size_t count;
    struct evk_paired *pairs; /* (units) */
    evk_error *err;
};

int64_t evk_number_behind(const char *name)
{
    const char *digits = name + strlen(name);
    int64_t number;

    while (digits > name && digits[-1] >= '0' && digits[-1] <= '9')
        digits--;
    return evk_parse_int(digits, &number) ? number : -1;
}

static const char *name_of(const struct pairing *p, size_t model)
{
    return evk_model_describe(p->models[model])->name;
}

static int64_t outputs_of(const struct pairing *p, size_t model)
{
    return evk_model_describe(p->models[model])->outputs;
}

/* Has output o of a model a number in place of a name? */
static bool is_numbered(const struct pairing *p, size_t model, int64_t o)
{
    char name[EVK_NEURON_TEXT];
    int64_t number;

    return evk_parse_int(evk_model_neuron(p->models[model], o, name), &number);
}

static void clear(struct pairing *p)
{
    for (size_t u = 0; u < p->units->count; u++)
        p->pairs[u] = (struct evk_paired){-1, 0};
}

/* ---- by names ------------------------------------------------------------------------------- */

/* The names of units, sorted, with which unit each is of. */
struct named {
    const char *name;
    size_t unit;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static evk_status sort_units(const struct pairing *p, struct named **out)
{
    EVK_TRY(evk_alloc(out, (int64_t)p->units->count, sizeof(**out), "names", p->err));
    for (size_t u = 0; u < p->units->count; u++)
        (*out)[u] = (struct named){p->units->names[u], u};
    qsort(*out, p->units->count, sizeof(**out), by_name);
    return EVK_OK;
}

/* Gives the unit of this name, if there is one, the output; *found: there is one. */
static evk_status give(struct pairing *p, const struct named *sorted, const char *name,
                       size_t model, int64_t output, bool *found)
{
    const struct named wanted = {name, 0};
    const struct named *unit = bsearch(&wanted, sorted, p->units->count, sizeof(wanted), by_name);
    struct evk_paired *pair;

    if (!unit)
        return EVK_OK;
    *found = true;
    pair = &p->pairs[unit->unit];
    if (pair->model >= 0)
        return evk_fail(p->err, EVK_EINVAL,
                        "the unit %s is a neuron of %s and of %s, expected one model of it; score "
                        "these models one after the other",
                        name, name_of(p, (size_t)pair->model), name_of(p, model));
    *pair = (struct evk_paired){(int64_t)model, output};
    return EVK_OK;
}

/* Pairs the outputs of a model by their names, or by the name of the model if it has one output. */
static evk_status name_model(struct pairing *p, const struct named *sorted, size_t model,
                             bool *found)
{
    char name[EVK_NEURON_TEXT];

    *found = false;
    for (int64_t o = 0; o < outputs_of(p, model); o++)
        if (!is_numbered(p, model, o))
            EVK_TRY(give(p, sorted, evk_model_neuron(p->models[model], o, name), model, o, found));
    if (*found || outputs_of(p, model) != 1)
        return EVK_OK;
    return give(p, sorted, name_of(p, model), model, 0, found);
}

/* Pairs by names; *found is how many models have a unit, and *lost one that has none. */
static evk_status pair_names(struct pairing *p, size_t *found, size_t *lost)
{
    struct named *sorted;
    evk_status s = EVK_OK;

    *found = 0;
    EVK_TRY(sort_units(p, &sorted));
    for (size_t m = 0; m < p->count && !s; m++) {
        bool has;

        s = name_model(p, sorted, m, &has);
        *found += !s && has;
        if (!s && !has)
            *lost = m;
    }
    free(sorted);
    return s;
}

/* ---- by order and by number ----------------------------------------------------------------- */

/* Pairs the outputs of the only model in their order, if they have no names and are as many. */
static bool pair_order(struct pairing *p)
{
    if (p->count != 1 || outputs_of(p, 0) != (int64_t)p->units->count)
        return false;
    for (int64_t o = 0; o < outputs_of(p, 0); o++)
        if (!is_numbered(p, 0, o))
            return false;
    for (size_t u = 0; u < p->units->count; u++)
        p->pairs[u] = (struct evk_paired){0, (int64_t)u};
    return true;
}

/* Returns the only unit whose name ends in the number; -1: there is none, or several. */
static int64_t unit_of_number(const struct pairing *p, int64_t number)
{
    int64_t found = -1;

    for (size_t u = 0; u < p->units->count; u++)
        if (evk_number_behind(p->units->names[u]) == number) {
            if (found >= 0)
                return -1;
            found = (int64_t)u;
        }
    return found;
}

/* Pairs several models of one output each by the numbers at the ends of their names; false, with
   *lost a model, where one has no such unit, or two have the same one. */
static bool pair_numbers(struct pairing *p, size_t *lost)
{
    for (size_t m = 0; m < p->count; m++) {
        const int64_t number = evk_number_behind(name_of(p, m));
        const int64_t unit = number < 0 ? -1 : unit_of_number(p, number);

        *lost = m;
        if (p->count < 2 || outputs_of(p, m) != 1 || unit < 0 || p->pairs[unit].model >= 0)
            return false;
        p->pairs[unit] = (struct evk_paired){(int64_t)m, 0};
    }
    return true;
}

/* ---- all rules ------------------------------------------------------------------------------ */

/* Fails, and shows how the units and the outputs of a model are called. */
static evk_status no_rule(const struct pairing *p, size_t lost)
{
    const int64_t outputs = outputs_of(p, lost);
    char first[EVK_NEURON_TEXT], last[EVK_NEURON_TEXT];
    const size_t units = p->units->count;

    return evk_fail(
        p->err, EVK_EINVAL,
        "cannot tell which unit %.200s stands for: it has %lld output%s, called %s%s%s, "
        "and the %zu units are called %s%s%s; give the units the names of the outputs, "
        "or of the models, in a file for --names",
        name_of(p, lost), (long long)outputs, outputs == 1 ? "" : "s",
        evk_model_neuron(p->models[lost], 0, first), outputs > 1 ? " to " : "",
        outputs > 1 ? evk_model_neuron(p->models[lost], outputs - 1, last) : "", units,
        p->units->names[0], units > 1 ? " to " : "", units > 1 ? p->units->names[units - 1] : "");
}

static evk_status note_numbers(const struct pairing *p, struct evk_names *notes)
{
    size_t u = 0;

    while (p->pairs[u].model < 0)
        u++;
    return evk_names_printf(notes, p->err,
                            "units and models were paired by the numbers at the ends of their "
                            "names, such as %s and %s",
                            p->units->names[u], name_of(p, (size_t)p->pairs[u].model));
}

static evk_status note_order(const struct pairing *p, struct evk_names *notes)
{
    if (p->units->count == 1)
        return EVK_OK;
    return evk_names_printf(notes, p->err,
                            "units and outputs were paired in their order, since the outputs of "
                            "%s have no names",
                            name_of(p, 0));
}

evk_status evk_pair_units(const struct evk_names *units, const evk_model *const *models,
                          size_t count, struct evk_paired *pairs, struct evk_names *notes,
                          evk_error *err)
{
    struct pairing p = {units, models, count, pairs, err};
    size_t found, lost = 0;

    clear(&p);
    EVK_TRY(pair_names(&p, &found, &lost));
    if (found == count)
        return EVK_OK;
    if (found > 0)
        return no_rule(&p, lost);
    if (pair_order(&p))
        return note_order(&p, notes);
    return pair_numbers(&p, &lost) ? note_numbers(&p, notes) : no_rule(&p, lost);
}
