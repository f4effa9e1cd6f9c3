/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts.c - a fit that is divided into parts: one core, and the units of one pattern */
#include "fit/parts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fit/result.h"
#include "linalg/lapack.h"

typedef evk_status fit_part(const struct evk_fit_part *part, evk_error *err);

static evk_status fit_core(struct evk_fit_part *part, const struct evk_pattern *patterns,
                           int64_t count, fit_part *fit, evk_error *err)
{
    const int64_t images = part->d->images;
    evk_status status;
    double *gram;

    EVK_TRY(evk_alloc(&gram, images * images, sizeof(*gram), "products of features", err));
    part->gram = gram;
    status = evk_fit_features_gram(part->features, gram, err);
    for (int64_t i = 0; !status && i < count; i++) {
        part->pattern = &patterns[i];
        status = fit(part, err);
    }
    free(gram);
    return status;
}

static evk_status fit_cores(struct evk_fit_result *out, const struct evk_fit_data *d,
                            const struct evk_pattern *patterns, int64_t count, fit_part *fit,
                            evk_error *err)
{
    evk_status status = EVK_OK;

    for (int64_t c = 0; !status && c < d->core_count; c++) {
        struct evk_fit_features features;
        struct evk_fit_part part = {.d = d, .features = &features, .member = c, .out = out};

        EVK_TRY(evk_fit_features_init(&features, &d->cores[c], d->images, d->threads, err));
        status = fit_core(&part, patterns, count, fit, err);
        evk_fit_features_release(&features);
    }
    return status;
}

evk_status evk_fit_parts(struct evk_fit_result *out, const struct evk_fit_data *d, fit_part *fit,
                         evk_error *err)
{
    struct evk_pattern *patterns;
    evk_status status;
    int64_t count;

    EVK_TRY(evk_lapack_load(err));
    EVK_TRY(evk_fit_result_init(out, d, "linear", err));
    status = evk_patterns_find(&patterns, &count, d, err);
    if (!status) {
        status = fit_cores(out, d, patterns, count, fit, err);
        evk_patterns_release(patterns, count);
    }
    if (status)
        evk_fit_result_release(out, d->core_count);
    return status;
}
