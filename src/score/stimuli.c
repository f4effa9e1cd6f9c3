/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stimuli.c - the stimuli of a set that were shown, its neurons, and which units these are */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "score/follow.h"

/* A set that is being read. */
struct reader {
    struct evk_follow *f;
    const evk_set *set;
    int64_t row;
    evk_error *err;
};

static bool is_none(const char *cell)
{
    return strcmp(cell, "n/a") == 0;
}

/* ---- stimuli -------------------------------------------------------------------------------- */

static evk_status get_cell(const struct reader *r, const char *column, const char **out)
{
    *out = evk_set_cell(r->set, r->row, column);
    if (!*out)
        return evk_fail(r->err, EVK_EFORMAT, "row %lld of the set has no cell '%s'",
                        (long long)r->row + 1, column);
    return EVK_OK;
}

static evk_status get_number(const struct reader *r, const char *column, double *out)
{
    const char *cell;

    EVK_TRY(get_cell(r, column, &cell));
    *out = (double)NAN;
    if (!is_none(cell) && !evk_parse_real(cell, out))
        return evk_fail(r->err, EVK_EFORMAT, "row %lld of the set has '%.64s' as its %s",
                        (long long)r->row + 1, cell, column);
    return EVK_OK;
}

static int by_code(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Finds the image of the recording that has the stim_code of the row; -1: none has. */
static evk_status find_image(const struct reader *r, int64_t *image)
{
    const evk_recording *recording = r->f->r;
    const int64_t *found;
    const char *cell;
    int64_t code;

    EVK_TRY(get_cell(r, "stim_code", &cell));
    if (!evk_parse_int(cell, &code))
        return evk_fail(r->err, EVK_EFORMAT, "row %lld of the set has the stim_code '%.64s'",
                        (long long)r->row + 1, cell);
    found = bsearch(&code, recording->image, (size_t)recording->images, sizeof(code), by_code);
    *image = found ? found - recording->image : -1;
    return EVK_OK;
}

static evk_status read_stimulus(const struct reader *r, struct evk_shown *out)
{
    EVK_TRY(get_cell(r, "stimulus_id", &out->id));
    EVK_TRY(get_cell(r, "set_type", &out->set_type));
    EVK_TRY(get_cell(r, "target_model", &out->model));
    EVK_TRY(get_cell(r, "target_output", &out->output));
    EVK_TRY(get_cell(r, "objective", &out->objective));
    EVK_TRY(get_cell(r, "source_id", &out->source));
    EVK_TRY(get_cell(r, "control", &out->control));
    EVK_TRY(get_cell(r, "control_of", &out->control_of));
    EVK_TRY(get_number(r, "response_pred", &out->predicted));
    EVK_TRY(get_number(r, "response_source", &out->predicted_source));
    return get_number(r, "budget", &out->budget);
}

static evk_status note_missing(struct reader *r, int64_t present)
{
    struct evk_follow *f = r->f;

    if (f->shown_count == 0)
        return evk_fail(
            r->err, EVK_EINVAL,
            "%s: none of its %lld codes of stimuli is in the set, which has %lld images",
            f->r->path, (long long)f->r->images, (long long)present);
    if (f->shown_count < f->r->images)
        EVK_TRY(evk_names_printf(&f->notes, r->err,
                                 "%lld of %lld codes of stimuli are not in the set, and are left "
                                 "out",
                                 (long long)(f->r->images - f->shown_count),
                                 (long long)f->r->images));
    if (f->shown_count < present)
        EVK_TRY(evk_names_printf(&f->notes, r->err, "%lld of %lld images of the set were not shown",
                                 (long long)(present - f->shown_count), (long long)present));
    return EVK_OK;
}

/* Reads the stimuli that have a file and were shown. */
static evk_status read_stimuli(struct reader *r)
{
    struct evk_follow *f = r->f;
    int64_t present = 0;

    EVK_TRY(evk_alloc(&f->shown, evk_set_count(r->set), sizeof(*f->shown), "stimuli", r->err));
    for (r->row = 0; r->row < evk_set_count(r->set); r->row++) {
        struct evk_shown *s = &f->shown[f->shown_count];
        const char *there;

        EVK_TRY(get_cell(r, "present", &there));
        if (strcmp(there, "true") != 0)
            continue;
        present++;
        EVK_TRY(find_image(r, &s->image));
        EVK_TRY(read_stimulus(r, s));
        f->shown_count += s->image >= 0;
    }
    return note_missing(r, present);
}

/* ---- neurons -------------------------------------------------------------------------------- */

static bool is_neuron(const struct evk_followed *n, const struct evk_shown *s)
{
    return strcmp(n->model, s->model) == 0 && strcmp(n->output, s->output) == 0;
}

/* Lists the neurons of the stimuli. */
static evk_status list_neurons(struct reader *r)
{
    struct evk_follow *f = r->f;

    EVK_TRY(evk_alloc(&f->neurons, f->shown_count, sizeof(*f->neurons), "neurons", r->err));
    for (int64_t i = 0; i < f->shown_count; i++) {
        int64_t k = 0;

        while (k < f->neuron_count && !is_neuron(&f->neurons[k], &f->shown[i]))
            k++;
        if (k == f->neuron_count && !is_none(f->shown[i].output))
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
static evk_status no_unit(const struct reader *r)
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

static evk_status pair_neurons(struct reader *r)
{
    struct evk_follow *f = r->f;
    int64_t found = 0;

    for (int64_t k = 0; k < f->neuron_count; k++) {
        struct evk_followed *n = &f->neurons[k];

        for (int64_t u = 0; u < f->r->units && n->unit < 0; u++)
            n->unit = is_called(f, n, f->r->names.names[u]) ? u : -1;
        if (n->unit >= 0 && evk_recording_unusable(f->r, n->unit)) {
            const char *why = evk_recording_unusable(f->r, n->unit);

            EVK_TRY(evk_names_printf(&f->notes, r->err, "%s %s%s; left out",
                                     f->r->names.names[n->unit], strchr(why, ' ') ? "" : "is ",
                                     why));
            n->unit = -1;
            found++;
            continue;
        }
        found += n->unit >= 0;
        if (n->unit < 0)
            EVK_TRY(evk_names_printf(&f->notes, r->err, "%s:%s has no unit, and is left out",
                                     n->model, n->output));
    }
    return found ? EVK_OK : no_unit(r);
}

evk_status evk_follow_read(struct evk_follow *f, const evk_set *set, evk_error *err)
{
    struct reader r = {.f = f, .set = set, .err = err};

    EVK_TRY(read_stimuli(&r));
    EVK_TRY(list_neurons(&r));
    return pair_neurons(&r);
}
