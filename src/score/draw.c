/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.c - the figure of scores: a panel for each unit */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"
#include "score/figure.h"
#include "score/score.h"

/* Fills the panel of unit i. */
static void fill_panel(const evk_score *score, int64_t i, struct evk_panel *out)
{
    const evk_unit_score *u = &score->units[i];

    *out = (struct evk_panel){.title = u->unit,
                              .x = score->predicted + i * score->images,
                              .y = score->recorded + i * score->images,
                              .n = score->images,
                              .slope = u->slope,
                              .offset = u->offset};
    if (isfinite(u->r))
        snprintf(out->subtitle, sizeof(out->subtitle), "r %.2f  (%.2f to %.2f)", u->r, u->r_low,
                 u->r_high);
}

evk_status evk_score_draw(const evk_score *score, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_panel *panels;
    evk_status s;

    EVK_TRY(evk_alloc(&panels, score->count, sizeof(*panels), "panels", err));
    for (int64_t i = 0; i < score->count; i++)
        fill_panel(score, i, &panels[i]);
    s = evk_figure_draw(panels, score->count,
                        "Recorded responses (up) against predicted ones (across), by image", path,
                        err);
    free(panels);
    return s;
}
