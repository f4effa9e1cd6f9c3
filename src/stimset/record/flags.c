/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flags.c - warnings about images that ascents made */
#include "stimset/record/flags.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- when each flag holds: never because of a missing cell -------------------------------- */

static bool natural_is_better(const struct evk_row *row)
{
    return row->beats_natural && strcmp(row->beats_natural, "false") == 0;
}

static bool is_flat(const struct evk_row *row)
{
    return evk_row_seen_sd(row) < EVK_FLAT_SD;
}

/*
 * How far a is beyond b: above b where the ascent raised the response, below b where it lowered it.
 */
static double beyond(const struct evk_row *row, double a, double b)
{
    return evk_row_is(row, "min") ? b - a : a - b;
}

/* Even where an ascent moves nothing, rounding makes the response differ from that of the start. */
static bool has_no_gain(const struct evk_row *row)
{
    const double rounding = fabs(row->response_pred - row->response_pred_prequant);

    return row->n_steps > 0 && beyond(row, row->objective_pred, row->response_start) <= rounding;
}

/* The distance is in SDs: as a percentile it would depend on the number of reference images. */
static bool extrapolates(const struct evk_row *row)
{
    return beyond(row, row->own_z, row->natural_z) > EVK_EXTRAPOLATES;
}

static bool is_saturated(const struct evk_row *row)
{
    return row->saturated;
}

/* ---- all of them -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool (*is_raised)(const struct evk_row *row);
} flags[] = {
#define EVK_FLAG(id, name, is) {name, is},
#include "stimset/record/flags.def"
#undef EVK_FLAG
};

/* Did an ascent make an image for the row, even if the image was dropped later? */
static bool is_of_ascent(const struct evk_row *row)
{
    return (evk_row_is(row, "max") || evk_row_is(row, "min")) && !row->control && row->sha256[0];
}

bool evk_flag_is_raised(enum evk_flag flag, const struct evk_row *row)
{
    return is_of_ascent(row) && flags[flag].is_raised(row);
}

void evk_flags_set(struct evk_row *row)
{
    size_t at = 0;

    row->flags[0] = '\0';
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (evk_flag_is_raised((enum evk_flag)i, row))
            at += (size_t)snprintf(row->flags + at, sizeof(row->flags) - at, "%s%s", at ? "," : "",
                                   flags[i].name);
    if (at == 0 && is_of_ascent(row))
        snprintf(row->flags, sizeof(row->flags), "ok");
}

void evk_flags_set_all(const struct evk_stimuli *all)
{
    for (int64_t i = 0; i < all->count; i++)
        evk_flags_set(&all->list[i].row);
}
