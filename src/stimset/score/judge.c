/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge.c - z, percentile and selectivity over reference images
 *
 * The responses of all outputs to all reference images are freed once evk_judge_init has taken from
 * them what the outputs to be scored need.
 */
#include "stimset/score/judge.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stimset/score/reference.h"

/* Outputs whose signal correlation is smaller in magnitude carry different signals. */
static const double UNCORRELATED = 0.5;

void evk_judge_release(struct evk_judge *j)
{
    free(j->mean);
    free(j->sd);
    free(j->place);
    free(j->sorted);
    free(j->uncorrelated);
    *j = (struct evk_judge){0};
}

static int64_t bytes_of_bits(int64_t n)
{
    return (n + 7) / 8;
}

/* Order responses for qsort, ascending and NaN last, so that any two floats have an order. */
static int compare_responses(const void *pa, const void *pb)
{
    const float a = *(const float *)pa, b = *(const float *)pb;

    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

struct look_up {
    struct evk_judge *judge;
    const struct evk_reference *reference;
    int64_t *scored;     /* (scored) output of each place */
    double *correlation; /* (threads, outputs) scratch */
};

/*
 * Sort the responses of the output at place i, and mark the outputs that are uncorrelated with it.
 */
static void look_up(void *arg, int worker, int64_t i)
{
    const struct look_up *l = arg;
    const struct evk_reference *r = l->reference;
    const int64_t output = l->scored[i];
    float *sorted = l->judge->sorted + i * r->images;
    unsigned char *uncorrelated = l->judge->uncorrelated + i * bytes_of_bits(r->outputs);
    double *correlation = l->correlation + worker * r->outputs;

    for (int64_t k = 0; k < r->images; k++)
        sorted[k] = r->responses[k * r->outputs + output];
    qsort(sorted, (size_t)r->images, sizeof(*sorted), compare_responses);
    evk_reference_correlation(r, output, correlation);
    for (int64_t o = 0; o < r->outputs; o++)
        /* the output itself has a correlation of 1; NaN counts as correlated */
        if (fabs(correlation[o]) < UNCORRELATED)
            uncorrelated[o / 8] |= (unsigned char)(1 << o % 8);
}

/*
 * Give each output that will be scored a place, once where it is listed twice; returns how many
 * places there are.
 */
static int64_t assign_places(struct look_up *l, const int64_t *outputs, size_t count)
{
    int64_t n = 0;

    for (int64_t o = 0; o < l->judge->outputs; o++)
        l->judge->place[o] = -1;
    for (size_t i = 0; i < count; i++)
        if (l->judge->place[outputs[i]] < 0) {
            l->judge->place[outputs[i]] = n;
            l->scored[n++] = outputs[i];
        }
    return n;
}

static evk_status look_up_all(struct look_up *l, const int64_t *outputs, size_t count, int wanted,
                              evk_error *err)
{
    struct evk_judge *j = l->judge;
    const char *what = "a judge";
    int64_t n, sorted, uncorrelated, scratch;
    int threads;

    EVK_TRY(evk_alloc(&j->place, j->outputs, sizeof(*j->place), what, err));
    EVK_TRY(evk_alloc(&l->scored, (int64_t)count, sizeof(*l->scored), what, err));
    n = assign_places(l, outputs, count);
    threads = evk_thread_count(wanted, n);
    if (!evk_size_mul(n, j->images, &sorted) ||
        !evk_size_mul(n, bytes_of_bits(j->outputs), &uncorrelated) ||
        !evk_size_mul(threads, j->outputs, &scratch))
        return evk_fail(err, EVK_ENOMEM, "%lld outputs of a judge are too many", (long long)n);
    EVK_TRY(evk_alloc_floats(&j->sorted, sorted, what, err));
    EVK_TRY(evk_alloc(&j->uncorrelated, uncorrelated, 1, what, err));
    EVK_TRY(evk_alloc(&l->correlation, scratch, sizeof(*l->correlation), what, err));
    evk_parallel_for(threads, n, look_up, l);
    return EVK_OK;
}

static evk_status check_outputs(const struct evk_judge *j, const int64_t *outputs, size_t count,
                                evk_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (outputs[i] < 0 || outputs[i] >= j->outputs)
            return evk_fail(err, EVK_EINVAL, "judge %s: found output %lld, expected 0 to %lld",
                            evk_model_describe(j->model)->path, (long long)outputs[i],
                            (long long)(j->outputs - 1));
    return EVK_OK;
}

evk_status evk_judge_init(struct evk_judge *out, const evk_model *model, const int64_t *outputs,
                          size_t count, const evk_image_list *reference, const evk_run *run,
                          evk_error *err)
{
    struct evk_judge j = {.model = model, .outputs = evk_model_describe(model)->outputs};
    struct evk_reference r;
    struct look_up l = {.judge = &j, .reference = &r};
    evk_status s;

    EVK_TRY(check_outputs(&j, outputs, count, err));
    if (!reference) {
        *out = j;
        return EVK_OK;
    }
    EVK_TRY(evk_reference_read(&r, model, reference, run, err));
    j.images = r.images;
    s = look_up_all(&l, outputs, count, run->threads, err);
    free(l.scored);
    free(l.correlation);
    j.mean = r.mean;
    j.sd = r.sd;
    r.mean = r.sd = NULL;
    evk_reference_release(&r);
    if (s) {
        evk_judge_release(&j);
        return s;
    }
    *out = j;
    return EVK_OK;
}

static double z_of(const struct evk_judge *j, const float *responses, int64_t output)
{
    return evk_reference_z(j->mean[output], j->sd[output], (double)responses[output]);
}

static double selectivity(const struct evk_judge *j, int64_t place, const float *responses,
                          double z)
{
    const unsigned char *uncorrelated = j->uncorrelated + place * bytes_of_bits(j->outputs);
    double sum = 0;
    int64_t n = 0;

    for (int64_t o = 0; o < j->outputs; o++)
        if (uncorrelated[o / 8] >> o % 8 & 1) {
            sum += z_of(j, responses, o);
            n++;
        }
    return n ? z - sum / (double)n : (double)NAN;
}

void evk_judge_score(const struct evk_judge *j, const float *responses, int64_t output,
                     struct evk_score *out)
{
    const double missing = (double)NAN;

    *out = (struct evk_score){(double)responses[output], missing, missing, missing};
    if (!j->images)
        return;
    out->z = z_of(j, responses, output);
    if (j->place[output] < 0)
        return;
    out->percentile = evk_reference_percentile(j->sorted + j->place[output] * j->images, j->images,
                                               responses[output]);
    out->selectivity = selectivity(j, j->place[output], responses, out->z);
}
