/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.c - memory for what a fit writes */
#include "fit/result.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static evk_status check(const struct evk_fit_data *d, evk_error *err)
{
    if (d->images < 3 || d->folds < 3 || d->units < 1 || d->core_count < 1)
        return evk_fail(err, EVK_EINVAL,
                        "%lld units and %lld images in %lld folds cannot be fitted: at least 3 "
                        "images and 3 folds are needed",
                        (long long)d->units, (long long)d->images, (long long)d->folds);
    for (int64_t i = 0; i < d->images; i++)
        if (d->fold[i] < 0 || d->fold[i] >= d->folds)
            return evk_fail(err, EVK_EINVAL, "image %lld is in fold %lld, of %lld folds",
                            (long long)i, (long long)d->fold[i], (long long)d->folds);
    return EVK_OK;
}

static evk_status allocate(struct evk_fit_result *r, const struct evk_fit_data *d, evk_error *err)
{
    static const char what[] = "readouts";

    EVK_TRY(evk_alloc(&r->weights, d->core_count, sizeof(*r->weights), what, err));
    EVK_TRY(evk_alloc(&r->bias, d->core_count, sizeof(*r->bias), what, err));
    EVK_TRY(evk_alloc(&r->penalty, d->core_count * d->units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&r->predicted, d->units * d->images, sizeof(double), what, err));
    for (int64_t c = 0; c < d->core_count; c++) {
        EVK_TRY(evk_alloc_floats(&r->weights[c], d->cores[c].features * d->units, what, err));
        EVK_TRY(evk_alloc_floats(&r->bias[c], d->units, what, err));
    }
    return EVK_OK;
}

/* A prediction is a sum over cores, which begins at 0 where there is a response. */
static void begin_predictions(struct evk_fit_result *r, const struct evk_fit_data *d)
{
    for (int64_t i = 0; i < d->units * d->images; i++)
        r->predicted[i] = isfinite(d->y[i]) && d->count[i] > 0 ? 0 : (double)NAN;
}

evk_status evk_fit_result_init(struct evk_fit_result *r, const struct evk_fit_data *d,
                               const char *output, evk_error *err)
{
    evk_status status;

    *r = (struct evk_fit_result){.output = output};
    EVK_TRY(check(d, err));
    status = allocate(r, d, err);
    if (status)
        evk_fit_result_release(r, d->core_count);
    else
        begin_predictions(r, d);
    return status;
}

void evk_fit_result_release(struct evk_fit_result *r, int64_t core_count)
{
    for (int64_t c = 0; c < core_count; c++) {
        if (r->weights)
            free(r->weights[c]);
        if (r->bias)
            free(r->bias[c]);
    }
    free(r->weights);
    free(r->bias);
    free(r->penalty);
    free(r->predicted);
    *r = (struct evk_fit_result){0};
}
