/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stimuli.c - the stimuli of a set that were shown */
#include <math.h>
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
    EVK_TRY(get_number(r, "contrast", &out->contrast));
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

evk_status evk_follow_read_stimuli(struct evk_follow *f, const evk_set *set, evk_error *err)
{
    struct reader r = {.f = f, .set = set, .err = err};

    return read_stimuli(&r);
}
