/* SPDX-License-Identifier: GPL-3.0-or-later */
/* made_data.c - made-up features and responses */
#include "made_data.h"

#include <stdlib.h>

#include "test.h"

/* About normal, with an SD of 1. */
static double normal(uint64_t *seed)
{
    double sum = 0;

    for (int i = 0; i < 12; i++)
        sum += (double)random_float(seed) / 2;
    return sum;
}

void made_data_new(struct made_data *r, uint64_t seed, int64_t images, int64_t units,
                   const int64_t shape[3], double noise, int64_t folds)
{
    const int64_t features = shape[0] * shape[1] * shape[2];
    double *w = calloc((size_t)(features * units), sizeof(*w));

    *r = (struct made_data){.rows = shape[0], .columns = shape[1], .channels = shape[2]};
    r->x = calloc((size_t)(images * features), sizeof(*r->x));
    r->y = calloc((size_t)(images * units), sizeof(*r->y));
    r->count = calloc((size_t)(images * units), sizeof(*r->count));
    r->fold = calloc((size_t)images, sizeof(*r->fold));
    for (int64_t i = 0; i < features * units; i++)
        w[i] = normal(&seed);
    for (int64_t i = 0; i < images * features; i++)
        r->x[i] = (float)(normal(&seed) * (double)(1 + i % features % 3) + (double)(i % features));
    for (int64_t u = 0; u < units; u++)
        for (int64_t i = 0; i < images; i++) {
            r->y[u * images + i] = 3 + noise * normal(&seed);
            r->count[u * images + i] = 1;
            r->fold[i] = i * folds / images;
            for (int64_t e = 0; e < features; e++)
                r->y[u * images + i] += w[e * units + u] * (double)r->x[i * features + e];
        }
    free(w);
    r->core = (struct evk_fit_core){r->x, features, 1, &r->rows, &r->columns, &r->channels};
    r->data = (struct evk_fit_data){.cores = &r->core,
                                    .core_count = 1,
                                    .images = images,
                                    .units = units,
                                    .y = r->y,
                                    .count = r->count,
                                    .fold = r->fold,
                                    .folds = folds,
                                    .threads = 1};
}

void made_data_free(struct made_data *r)
{
    free(r->x);
    free(r->y);
    free(r->count);
    free(r->fold);
}

double made_data_response(const struct made_data *r, const struct evk_fit_result *result,
                          int64_t unit, int64_t image)
{
    double sum = (double)result->bias[0][unit];

    for (int64_t e = 0; e < r->core.features; e++)
        sum += (double)result->weights[0][e * r->data.units + unit] *
               (double)r->x[image * r->core.features + e];
    return sum;
}
