/* SPDX-License-Identifier: GPL-3.0-or-later */
/* natural.c - responses of a set's neurons to the reference images */
#include "stimset/score/natural.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "model/model.h"
#include "stimset/inputs/fit.h"
#include "stimset/inputs/source.h"
#include "stimset/record/target.h"
#include "stimset/score/reference.h"
#include "stimset/score/shared.h"

/* A reference image, and the response to it. */
struct ranked {
    float response;
    int64_t image;
};

struct ranking {
    struct evk_naturals *all;
    const struct evk_reference *reference;
    const evk_target *target;
    struct evk_shared *shared;
    int64_t first;       /* index of its first neuron among those of all targets */
    struct ranked *rows; /* (threads, images) scratch */
};

/*
 * Order images for qsort: ascending in response, NaN last; of equal responses the earlier image
 * first.
 */
static int ascending(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;

    if (isnan(a->response) != isnan(b->response))
        return isnan(a->response) - isnan(b->response);
    if (a->response < b->response || a->response > b->response)
        return a->response < b->response ? -1 : 1;
    return a->image < b->image ? -1 : a->image > b->image;
}

static int descending(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;

    if (a->response < b->response || a->response > b->response)
        return a->response > b->response ? -1 : 1;
    return ascending(pa, pb);
}

/*
 * Returns the number that a table has in place of value, which is written with nine digits; NaN
 * where value is not finite.
 */
static double nine_digits(double value)
{
    char text[EVK_REAL_TEXT];

    return isfinite(value) && evk_parse_real(evk_format_real(value, text), &value) ? value
                                                                                   : (double)NAN;
}

static void rank_neuron(void *arg, int worker, int64_t i)
{
    const struct ranking *r = arg;
    const struct evk_reference *ref = r->reference;
    const int64_t output = r->target->outputs[i], at = r->first + i;
    struct ranked *rows = r->rows + worker * ref->images;
    float *sorted = r->all->sorted + at * ref->images;
    int64_t *low = r->all->ends + (2 * at + !r->all->lowest) * r->all->depth;
    int64_t *high = r->all->ends + (2 * at + r->all->lowest) * r->all->depth;

    for (int64_t k = 0; k < ref->images; k++)
        rows[k] = (struct ranked){ref->responses[k * ref->outputs + output], k};
    qsort(rows, (size_t)ref->images, sizeof(*rows), ascending);
    for (int64_t k = 0; k < ref->images; k++)
        sorted[k] = rows[k].response;
    for (int64_t k = 0; k < r->all->depth; k++)
        low[k] = rows[k].image;
    qsort(rows, (size_t)ref->images, sizeof(*rows), descending);
    for (int64_t k = 0; k < r->all->depth; k++)
        high[k] = rows[k].image;
    r->all->neurons[at] = (struct evk_natural){
        .mean = ref->mean[output],
        .sd = ref->sd[output],
        .sorted = sorted,
        .best = r->all->lowest ? low : high,
        .worst = r->all->lowest ? high : low,
        .response = nine_digits((double)(r->all->lowest ? sorted[0] : rows[0].response)),
        .calibration = evk_model_calibration(r->target->model, output),
    };
}

static evk_status rank_target(struct ranking *r, const evk_run *run, evk_error *err)
{
    const evk_run quiet = {.threads = run->threads, .stop = run->stop, .arg = run->arg};
    const int64_t n = (int64_t)r->target->count;
    const int threads = evk_thread_count(run->threads, n);
    struct evk_reference reference;
    int64_t rows;
    evk_status s;

    EVK_TRY(evk_shared_read(r->shared, &reference, r->target->model, r->all->images, &quiet, err));
    r->reference = &reference;
    s = evk_size_mul(threads, reference.images, &rows)
            ? EVK_OK
            : evk_fail(err, EVK_ENOMEM, "out of memory for %lld reference images",
                       (long long)reference.images);
    for (int64_t i = 0; i < n && !s; i++)
        s = evk_reference_check_output(&reference, r->target->outputs[i], r->target->model,
                                       r->all->images, err);
    if (!s)
        s = evk_alloc(&r->rows, rows, sizeof(*r->rows), "reference images", err);
    if (!s)
        evk_parallel_for(threads, n, rank_neuron, r);
    free(r->rows);
    r->rows = NULL;
    r->reference = NULL;
    evk_reference_release(&reference);
    return s;
}

static evk_status check_images(const struct evk_naturals *n, evk_error *err)
{
    const int64_t images = (int64_t)evk_image_list_count(n->images);

    if (images < n->depth)
        return evk_fail(err, EVK_EINVAL, "found %lld reference images, expected at least %lld",
                        (long long)images, (long long)n->depth);
    for (size_t i = 0; i < (size_t)images; i++)
        EVK_TRY(evk_source_check_name(n->images, i, err));
    return EVK_OK;
}

static evk_status allocate(struct evk_naturals *n, int64_t neurons, evk_error *err)
{
    const char *what = "responses to reference images";
    int64_t sorted, ends;

    if (!evk_size_mul(neurons, (int64_t)evk_image_list_count(n->images), &sorted) ||
        !evk_size_mul(2 * neurons, n->depth, &ends))
        return evk_fail(err, EVK_ENOMEM,
                        "out of memory for the responses of %lld neurons to reference images",
                        (long long)neurons);
    EVK_TRY(evk_alloc(&n->neurons, neurons, sizeof(*n->neurons), what, err));
    EVK_TRY(evk_alloc_floats(&n->sorted, sorted, what, err));
    return evk_alloc(&n->ends, ends, sizeof(*n->ends), what, err);
}

static evk_status rank_all(struct ranking *r, const evk_run *run, evk_error *err)
{
    const struct evk_naturals *n = r->all;
    struct evk_shared shared;
    evk_status s = evk_shared_find(&shared, n->targets, n->count, err);

    r->shared = &shared;
    for (size_t t = 0; t < n->count && !s; t++) {
        r->target = &n->targets[t];
        s = rank_target(r, run, err);
        r->first += (int64_t)n->targets[t].count;
    }
    evk_shared_release(&shared);
    return s;
}

evk_status evk_naturals_read(struct evk_naturals *out, const evk_target *targets, size_t count,
                             evk_image_list *images, int64_t depth, bool lowest, const evk_run *run,
                             evk_error *err)
{
    struct ranking r = {.all = out};
    const int64_t neurons = evk_targets_neurons(targets, count);

    *out = (struct evk_naturals){
        .images = images, .targets = targets, .count = count, .depth = depth, .lowest = lowest};
    EVK_TRY(evk_prepare_for(images, targets, count, run, err));
    EVK_TRY(check_images(out, err));
    EVK_TRY(allocate(out, neurons, err));
    return rank_all(&r, run, err);
}

void evk_naturals_release(struct evk_naturals *n)
{
    free(n->neurons);
    free(n->sorted);
    free(n->ends);
    *n = (struct evk_naturals){.images = NULL};
}

const struct evk_natural *evk_naturals_find(const struct evk_naturals *n, const evk_model *model,
                                            const char *neuron)
{
    const struct evk_natural *at = n->neurons;
    int64_t output;

    if (evk_model_find_neuron(model, neuron, &output, NULL))
        return NULL;
    for (size_t t = 0; t < n->count; at += n->targets[t++].count)
        for (size_t o = 0; n->targets[t].model == model && o < n->targets[t].count; o++)
            if (n->targets[t].outputs[o] == output)
                return at + o;
    return NULL;
}

/*
 * Is the row's image the best reference image itself, or one that is as good?  Names do not tell:
 * the same images may have other names when the set is verified.
 */
static bool is_best(const struct evk_natural *n, const struct evk_row *row)
{
    const bool natural =
        evk_row_is(row, "natural") || (row->control && strcmp(row->control, "natural") == 0);

    return natural && nine_digits(row->response_pred) == n->response;
}

/* Returns the probability that the image of the row beats the best reference image. */
static double beating(const struct evk_naturals *all, const struct evk_natural *n,
                      const struct evk_row *row)
{
    const double response = nine_digits(row->response_pred);

    if (!n->calibration || is_best(n, row))
        return (double)NAN;
    return all->lowest ? evk_calibration_above(n->calibration, n->response, response)
                       : evk_calibration_above(n->calibration, response, n->response);
}

void evk_natural_score(const struct evk_naturals *all, const struct evk_natural *n, bool best,
                       struct evk_row *row)
{
    const double response = nine_digits(row->response_pred);

    row->own_z = evk_reference_z(n->mean, n->sd, response);
    row->own_percentile = evk_reference_percentile(
        n->sorted, (int64_t)evk_image_list_count(all->images), (float)row->response_pred);
    row->p_beats_natural = beating(all, n, row);
    if (!best || isnan(n->response))
        return;
    row->natural_z = evk_reference_z(n->mean, n->sd, n->response);
    row->natural_file = evk_image_list_name(all->images, (size_t)n->best[0]);
    row->beats_natural =
        (all->lowest ? response < n->response : response > n->response) ? "true" : "false";
}
