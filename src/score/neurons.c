/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neurons.c - the neurons of a set, and which units they are */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "score/follow.h"
#include "score/pairing.h"

/* A set whose neurons are being found. */
struct finder {
    struct evk_follow *f;
    const evk_set *set;
    evk_error *err;
};

/* Lists the neurons of the stimuli. */
static evk_status list_neurons(struct finder *r)
{
    struct evk_follow *f = r->f;

    EVK_TRY(evk_alloc(&f->neurons, f->shown_count, sizeof(*f->neurons), "neurons", r->err));
    for (int64_t i = 0; i < f->shown_count; i++) {
        int64_t k = 0;

        while (k < f->neuron_count && !evk_is_for(&f->shown[i], &f->neurons[k]))
            k++;
        if (k == f->neuron_count && strcmp(f->shown[i].output, "n/a") != 0)
            f->neurons[f->neuron_count++] = (struct evk_followed){
                f->shown[i].model, f->shown[i].output,
                evk_set_unit(r->set, f->shown[i].model, f->shown[i].output), -1};
    }
    return EVK_OK;
}

/* How many neurons of the set have this model? */
static int64_t neurons_of(const struct evk_follow *f, const char *model)
{
    int64_t n = 0;

    for (int64_t k = 0; k < f->neuron_count; k++)
        n += strcmp(f->neurons[k].model, model) == 0;
    return n;
}

/* How many neurons of the set have this output? */
static int64_t neurons_with(const struct evk_follow *f, const char *output)
{
    int64_t n = 0;

    for (int64_t k = 0; k < f->neuron_count; k++)
        n += strcmp(f->neurons[k].output, output) == 0;
    return n;
}

/* Is the unit called as the neuron is? */
static bool is_called(const struct evk_follow *f, const struct evk_followed *n, const char *unit)
{
    char text[1024];
    int64_t number;

    snprintf(text, sizeof(text), "%s:%s", n->model, n->output);
    if (strcmp(unit, text) == 0)
        return true;
    if (n->name)
        return strcmp(unit, n->name) == 0;
    if (strcmp(unit, n->output) == 0)
        return neurons_with(f, n->output) == 1;
    if (strcmp(unit, n->model) == 0)
        return neurons_of(f, n->model) == 1;
    snprintf(text, sizeof(text), "unit%s", n->output);
    return neurons_of(f, n->model) == f->neuron_count && evk_parse_int(n->output, &number) &&
           strcmp(unit, text) == 0;
}

/* Fails because no unit is a neuron of the set, and shows what both are called. */
static evk_status no_unit(const struct finder *r)
{
    const struct evk_follow *f = r->f;

    if (f->neuron_count == 0)
        return evk_fail(r->err, EVK_EINVAL,
                        "no stimulus of the set that was shown is made for a neuron");
    return evk_fail(
        r->err, EVK_EINVAL,
        "%s: no unit has the name of a neuron of the set: its first unit is %s, and the "
        "first neuron is %s:%s; name the column of a unit as the neuron",
        f->r->path, f->r->names.names[0], f->neurons[0].model, f->neurons[0].output);
}

/* Finds units by names, and returns how many neurons have one. */
static int64_t find_by_name(struct evk_follow *f)
{
    int64_t found = 0;

    for (int64_t k = 0; k < f->neuron_count; k++) {
        struct evk_followed *n = &f->neurons[k];

        for (int64_t u = 0; u < f->r->units && n->unit < 0; u++)
            n->unit = is_called(f, n, f->r->names.names[u]) ? u : -1;
        found += n->unit >= 0;
    }
    return found;
}

/* Returns the only unit whose name ends in the number at the end of the neuron's model; -1: there
   is none, or another neuron has it. */
static int64_t unit_of_number(const struct evk_follow *f, const struct evk_followed *n)
{
    const int64_t number = evk_number_behind(n->model);
    int64_t found = -1;

    for (int64_t u = 0; u < f->r->units && number >= 0; u++)
        if (evk_number_behind(f->r->names.names[u]) == number) {
            if (found >= 0)
                return -1;
            found = u;
        }
    for (int64_t k = 0; k < f->neuron_count; k++)
        if (found >= 0 && f->neurons[k].unit == found)
            return -1;
    return found;
}

static void forget_units(struct evk_follow *f)
{
    for (int64_t k = 0; k < f->neuron_count; k++)
        f->neurons[k].unit = -1;
}

/* Finds units by the numbers at the ends of the names of models, where there are several models and
   all have a unit; *found: so it is. */
static evk_status find_by_number(struct finder *r, bool *found)
{
    struct evk_follow *f = r->f;

    *found = f->neuron_count > 1;
    for (int64_t k = 0; k < f->neuron_count && *found; k++) {
        f->neurons[k].unit = unit_of_number(f, &f->neurons[k]);
        *found = f->neurons[k].unit >= 0;
    }
    if (!*found) {
        forget_units(f);
        return EVK_OK;
    }
    return evk_names_printf(&f->notes, r->err,
                            "units and models were paired by the numbers at the ends of their "
                            "names, such as %s and %s",
                            f->r->names.names[f->neurons[0].unit], f->neurons[0].model);
}

/* Says which neurons have no unit, and takes units away that have nothing to say. */
static evk_status note_neurons(struct finder *r)
{
    struct evk_follow *f = r->f;

    for (int64_t k = 0; k < f->neuron_count; k++) {
        struct evk_followed *n = &f->neurons[k];
        const char *why = n->unit < 0 ? NULL : evk_recording_unusable(f->r, n->unit);

        if (n->unit < 0)
            EVK_TRY(evk_names_printf(&f->notes, r->err, "%s:%s has no unit, and is left out",
                                     n->model, n->output));
        if (!why)
            continue;
        EVK_TRY(evk_names_printf(&f->notes, r->err, "%s %s%s; left out", f->r->names.names[n->unit],
                                 strchr(why, ' ') ? "" : "is ", why));
        n->unit = -1;
    }
    return EVK_OK;
}

evk_status evk_follow_find_neurons(struct evk_follow *f, const evk_set *set, evk_error *err)
{
    struct finder r = {.f = f, .set = set, .err = err};
    bool found;

    EVK_TRY(list_neurons(&r));
    found = find_by_name(f) > 0;
    if (!found)
        EVK_TRY(find_by_number(&r, &found));
    return found ? note_neurons(&r) : no_unit(&r);
}
