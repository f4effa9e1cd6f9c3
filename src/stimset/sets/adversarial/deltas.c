/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deltas.c - columns of a row that compare its image and response with those of the source */
#include <math.h>
#include <stdlib.h>

#include "attack/delta.h"
#include "stimset/score/reference.h"
#include "stimset/sets/adversarial/adversarial.h"

/*
 * Returns the difference of two images of one size, over their first channels: a model that sees
 * gray has one channel, and the file three equal ones.
 */
static struct evk_delta delta_between(const struct evk_pixels *a, const struct evk_pixels *b,
                                      int64_t channels)
{
    struct evk_delta d = {.n = a->height * a->width * channels};

    for (int64_t i = 0; i < a->height * a->width; i++)
        for (int64_t c = 0; c < channels; c++) {
            const int64_t v = abs(a->data[i * a->channels + c] - b->data[i * b->channels + c]);

            d.largest = v > d.largest ? v : d.largest;
            d.sum += v;
            d.squares += v * v;
        }
    return d;
}

void evk_row_measure_delta(struct evk_row *row, const struct evk_pixels *source,
                           const struct evk_pixels *pixels, int64_t channels)
{
    const struct evk_delta d = delta_between(source, pixels, channels);

    row->linf_delta = d.largest;
    row->rms_delta = evk_delta_rms(&d);
    row->mean_abs_delta = evk_delta_mean_abs(&d);
    row->l2_delta = evk_delta_l2(&d);
}

evk_status evk_row_keeps_budget(const struct evk_row *row, const struct evk_pixels *source,
                                const struct evk_pixels *pixels, int64_t channels, bool *keeps,
                                evk_error *err)
{
    const struct evk_delta d = delta_between(source, pixels, channels);
    const struct evk_norm_type *norm;

    EVK_TRY(evk_norm_find(&norm, row->budget_norm ? row->budget_norm : "n/a", err));
    EVK_TRY(evk_norm_check(norm, row->budget, err));
    *keeps = norm->measure(&d) <= norm->bound(row->budget, d.n);
    return EVK_OK;
}

void evk_row_compare_source(struct evk_row *row, const struct evk_row *source, double target,
                            double sd)
{
    const double from = source->objective_pred, to = row->objective_pred;

    row->response_source = source->response_pred;
    row->delta_z = evk_reference_z(source->response_pred, sd, row->response_pred);
    if (!isnan(target))
        row->reached = (target >= from ? to >= target : to <= target) ? "true" : "false";
}
