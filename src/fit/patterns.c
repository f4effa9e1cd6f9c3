/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patterns.c - units that were recorded with the same presentations */
#include "fit/patterns.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static int64_t presentations(const struct evk_fit_data *d, int64_t unit, int64_t image)
{
    const int64_t at = unit * d->images + image;

    return isfinite(d->y[at]) && d->count[at] > 0 ? d->count[at] : 0;
}

static bool alike(const struct evk_fit_data *d, int64_t a, int64_t b)
{
    for (int64_t i = 0; i < d->images; i++)
        if (presentations(d, a, i) != presentations(d, b, i))
            return false;
    return true;
}

static bool has_responses(const struct evk_fit_data *d, int64_t unit)
{
    for (int64_t i = 0; i < d->images; i++)
        if (presentations(d, unit, i) > 0)
            return true;
    return false;
}

static void weigh(const struct evk_fit_data *d, int64_t unit, struct evk_pattern *p)
{
    int64_t images = 0;
    double sum = 0;

    for (int64_t i = 0; i < d->images; i++) {
        const int64_t n = presentations(d, unit, i);

        images += n > 0;
        sum += (double)n;
    }
    for (int64_t i = 0; i < d->images; i++) {
        const double n = (double)presentations(d, unit, i);

        p->weight[i] = n * (double)images / sum;
        p->share[i] = n / sum;
    }
}

/* From the first response on, so that the mean of equal responses is exactly these. */
static double mean_response(const struct evk_fit_data *d, int64_t unit, const double *share)
{
    const double *y = d->y + unit * d->images;
    double first = 0, sum = 0;
    bool found = false;

    for (int64_t i = 0; i < d->images; i++) {
        if (!(share[i] > 0))
            continue;
        first = found ? first : y[i];
        found = true;
        sum += share[i] * (y[i] - first);
    }
    return first + sum;
}

static evk_status begin(struct evk_pattern *p, const struct evk_fit_data *d, int64_t unit,
                        evk_error *err)
{
    EVK_TRY(evk_alloc(&p->unit, d->units, sizeof(*p->unit), "units", err));
    EVK_TRY(evk_alloc(&p->level, d->units, sizeof(double), "units", err));
    EVK_TRY(evk_alloc(&p->weight, d->images, sizeof(double), "weights of images", err));
    EVK_TRY(evk_alloc(&p->share, d->images, sizeof(double), "weights of images", err));
    weigh(d, unit, p);
    return EVK_OK;
}

/* Adds a unit to the pattern of a unit like it, or to a new one. */
static evk_status add(struct evk_pattern *p, int64_t *count, const struct evk_fit_data *d,
                      int64_t unit, evk_error *err)
{
    int64_t i = 0;

    while (i < *count && !alike(d, p[i].unit[0], unit))
        i++;
    if (i == *count) {
        (*count)++;
        EVK_TRY(begin(&p[i], d, unit, err));
    }
    p[i].unit[p[i].units] = unit;
    p[i].level[p[i].units++] = mean_response(d, unit, p[i].share);
    return EVK_OK;
}

evk_status evk_patterns_find(struct evk_pattern **out, int64_t *count, const struct evk_fit_data *d,
                             evk_error *err)
{
    evk_status status = EVK_OK;

    *count = 0;
    EVK_TRY(evk_alloc(out, d->units, sizeof(**out), "units", err));
    for (int64_t u = 0; !status && u < d->units; u++)
        if (has_responses(d, u))
            status = add(*out, count, d, u, err);
    if (status)
        evk_patterns_release(*out, *count);
    return status;
}

void evk_patterns_release(struct evk_pattern *p, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        free(p[i].unit);
        free(p[i].level);
        free(p[i].weight);
        free(p[i].share);
    }
    free(p);
}
