/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reference.c - statistics of a model's responses to reference images */
#include "stimset/score/reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

void evk_reference_release(struct evk_reference *r)
{
    free(r->responses);
    free(r->mean);
    free(r->squares);
    free(r->sd);
    *r = (struct evk_reference){0};
}

static evk_status allocate(struct evk_reference *r, evk_error *err)
{
    const char *what = "responses to reference images";
    int64_t n;

    if (!evk_size_mul(r->images, r->outputs, &n))
        return evk_fail(err, EVK_ENOMEM, "%lld images times %lld outputs is too much",
                        (long long)r->images, (long long)r->outputs);
    EVK_TRY(evk_alloc_floats(&r->responses, n, what, err));
    EVK_TRY(evk_alloc(&r->mean, r->outputs, sizeof(*r->mean), what, err));
    EVK_TRY(evk_alloc(&r->squares, r->outputs, sizeof(*r->squares), what, err));
    return evk_alloc(&r->sd, r->outputs, sizeof(*r->sd), what, err);
}

evk_status evk_reference_new(struct evk_reference *out, int64_t images, int64_t outputs,
                             evk_error *err)
{
    evk_status s;

    *out = (struct evk_reference){.images = images, .outputs = outputs};
    s = allocate(out, err);
    if (s)
        evk_reference_release(out);
    return s;
}

/*
 * Sums go row by row, as responses lie in memory.  There are two passes because a sum of squares
 * less a squared mean loses its digits where the mean is large.
 */
void evk_reference_summarise(struct evk_reference *r)
{
    const float *row = r->responses;

    for (int64_t i = 0; i < r->images; i++, row += r->outputs)
        for (int64_t o = 0; o < r->outputs; o++)
            r->mean[o] += (double)row[o];
    for (int64_t o = 0; o < r->outputs; o++)
        r->mean[o] /= (double)r->images;
    row = r->responses;
    for (int64_t i = 0; i < r->images; i++, row += r->outputs)
        for (int64_t o = 0; o < r->outputs; o++) {
            const double d = (double)row[o] - r->mean[o];

            r->squares[o] += d * d;
        }
    for (int64_t o = 0; o < r->outputs; o++)
        r->sd[o] = sqrt(r->squares[o] / (double)(r->images - 1));
}

evk_status evk_reference_check(const evk_image_list *images, evk_error *err)
{
    const size_t n = evk_image_list_count(images);

    if (n >= EVK_REFERENCE_MIN)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "found %zu reference image%s, expected at least %d: their SD is the unit of z",
                    n, n == 1 ? "" : "s", EVK_REFERENCE_MIN);
}

evk_status evk_reference_read(struct evk_reference *out, const evk_model *model,
                              const evk_image_list *images, const evk_run *run, evk_error *err)
{
    struct evk_reference r;
    evk_status s;

    EVK_TRY(evk_reference_check(images, err));
    EVK_TRY(evk_reference_new(&r, (int64_t)evk_image_list_count(images),
                              evk_model_describe(model)->outputs, err));
    s = evk_respond_list(&model, 1, images, true, run, r.responses, NULL, NULL, err);
    if (s) {
        evk_reference_release(&r);
        return s;
    }
    evk_reference_summarise(&r);
    *out = r;
    return EVK_OK;
}

void evk_reference_correlation(const struct evk_reference *r, int64_t output, double *correlation)
{
    const float *row = r->responses;

    for (int64_t o = 0; o < r->outputs; o++)
        correlation[o] = 0;
    for (int64_t i = 0; i < r->images; i++, row += r->outputs) {
        const double d = (double)row[output] - r->mean[output];

        for (int64_t o = 0; o < r->outputs; o++)
            correlation[o] += d * ((double)row[o] - r->mean[o]);
    }
    for (int64_t o = 0; o < r->outputs; o++)
        /* NaN where one of them does not vary: 0 / 0 */
        correlation[o] /= sqrt(r->squares[output] * r->squares[o]);
}

evk_status evk_reference_check_output(const struct evk_reference *r, int64_t output,
                                      const evk_model *model, const evk_image_list *images,
                                      evk_error *err)
{
    char neuron[EVK_NEURON_TEXT];

    for (int64_t i = 0; i < r->images; i++) {
        const float response = r->responses[i * r->outputs + output];

        if (!isfinite(response))
            return evk_fail(err, EVK_EFORMAT,
                            "%s: the response of neuron %s to %s is %g, expected a finite number: "
                            "ranks and z need the responses to all images",
                            evk_model_describe(model)->path,
                            evk_model_neuron(model, output, neuron),
                            evk_image_list_name(images, (size_t)i), (double)response);
    }
    return EVK_OK;
}

double evk_reference_z(double mean, double sd, double response)
{
    return sd > 0 && isfinite(sd) ? (response - mean) / sd : (double)NAN;
}

/* Count the numbers below x among n ascending numbers; with or_same, those equal to x as well. */
static int64_t count_below(const float *sorted, int64_t n, float x, bool or_same)
{
    int64_t low = 0, high = n;

    while (low < high) {
        const int64_t middle = low + (high - low) / 2;

        if (sorted[middle] < x || (or_same && sorted[middle] == x))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double evk_reference_percentile(const float *sorted, int64_t n, float x)
{
    const int64_t twice = count_below(sorted, n, x, false) + count_below(sorted, n, x, true);

    if (!isfinite(x) || !isfinite(sorted[0]) || !isfinite(sorted[n - 1]))
        return (double)NAN;
    return 50 * (double)twice / (double)n;
}
