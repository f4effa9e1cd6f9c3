/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.c - what each neuron of a set of perturbed images has: images, failures, changes of
 * response
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/make/build.h"
#include "stimset/sets/adversarial/adversarial.h"

struct evk_adversarial_report {
    evk_adversarial_neuron *neurons; /* (count) */
    struct evk_str *texts;           /* (count, TEXTS) what model, neuron and failure point to */
    size_t count;
    evk_made made;
};

enum { MODEL, NEURON, FAILURE, TEXTS };

/* Aims as bits, so that several can be asked for. */
enum { RAISE = 1 << EVK_AIM_RAISE, LOWER = 1 << EVK_AIM_LOWER, REACH = 1 << EVK_AIM_REACH };

struct summing {
    const struct evk_built *built;
    const struct evk_adversarial_plan *plan;
    const struct evk_asked *asked;
    double *values; /* (plan->count) scratch */
};

static int ascending(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;

    return (a > b) - (a < b);
}

static double median(double *x, int64_t n)
{
    if (n == 0)
        return (double)NAN;
    qsort(x, (size_t)n, sizeof(*x), ascending);
    return (x[(n - 1) / 2] + x[n / 2]) / 2;
}

static double change_of(const struct evk_row *row)
{
    return row->response_pred - row->response_source;
}

static double change_z_of(const struct evk_row *row)
{
    return row->delta_z;
}

/* Returns the part of the budget that the image uses, in the norm of the budget. */
static double use_of(const struct evk_row *row)
{
    const char *norm = row->budget_norm;
    const double size = strcmp(norm, "linf") == 0       ? (double)row->linf_delta
                        : strcmp(norm, "mean-abs") == 0 ? row->mean_abs_delta
                        : strcmp(norm, "l2") == 0       ? row->l2_delta
                                                        : row->rms_delta;

    return size / row->budget;
}

/* Is job i an image of the neuron, with one of these aims (a bit each), at the largest budget? */
static bool counts(const struct summing *s, int64_t i, int64_t neuron, unsigned aims)
{
    const struct evk_adversarial_job *job = &s->plan->jobs[i];

    return job->role == EVK_ROLE_IMAGE && job->neuron == neuron &&
           job->budget + 1 == s->asked->budget_count && aims >> job->sweep.aim & 1;
}

static double median_of(const struct summing *s, int64_t neuron, unsigned aims,
                        double (*value)(const struct evk_row *row))
{
    int64_t n = 0;

    for (int64_t i = 0; i < s->plan->count; i++) {
        const struct evk_row *row = &s->built->all.list[s->built->place[i]].row;

        if (counts(s, i, neuron, aims) && row->present && !isnan(value(row)))
            s->values[n++] = value(row);
    }
    return median(s->values, n);
}

/* Count the images and failures of a neuron, controls among them, and fill in its texts. */
static void count_rows(const struct summing *s, int64_t neuron, evk_adversarial_neuron *n,
                       struct evk_str texts[TEXTS])
{
    for (int64_t i = 0; i < s->plan->count; i++) {
        const int64_t at = s->built->place[i];
        const struct evk_row *row = &s->built->all.list[at].row;
        const char *why = s->built->failure[at];

        if (s->plan->jobs[i].neuron != neuron)
            continue;
        if (texts[MODEL].size == 0) {
            evk_str_puts(&texts[MODEL], row->target_model);
            evk_str_puts(&texts[NEURON], row->target_output);
        }
        if (!row->present && texts[FAILURE].size == 0)
            evk_str_puts(&texts[FAILURE], why ? why : "an earlier call said why");
        n->failed += !row->present;
        n->images += row->present;
        n->reached += row->present && row->reached && strcmp(row->reached, "true") == 0;
    }
}

static evk_status summarise(const struct summing *s, int64_t neuron, evk_adversarial_neuron *n,
                            struct evk_str texts[TEXTS], evk_error *err)
{
    *n = (evk_adversarial_neuron){
        .rise = median_of(s, neuron, RAISE, change_of),
        .rise_z = median_of(s, neuron, RAISE, change_z_of),
        .fall = median_of(s, neuron, LOWER, change_of),
        .fall_z = median_of(s, neuron, LOWER, change_z_of),
        .change = median_of(s, neuron, REACH, change_of),
        .change_z = median_of(s, neuron, REACH, change_z_of),
        .use = median_of(s, neuron, RAISE | LOWER | REACH, use_of),
    };
    count_rows(s, neuron, n, texts);
    for (int t = 0; t < TEXTS; t++)
        EVK_TRY(evk_str_check(&texts[t], err));
    n->model = texts[MODEL].data;
    n->neuron = texts[NEURON].data;
    n->failure = texts[FAILURE].size ? texts[FAILURE].data : NULL;
    return EVK_OK;
}

static void count_all(evk_adversarial_report *r, const struct summing *s)
{
    r->made.made = s->built->made;
    for (int64_t i = 0; i < s->plan->count; i++) {
        const bool present = s->built->all.list[s->built->place[i]].row.present;

        r->made.images += present;
        r->made.failed += !present;
    }
}

static evk_status report_fill(evk_adversarial_report *r, struct summing *s, int64_t neurons,
                              evk_error *err)
{
    EVK_TRY(evk_alloc(&r->neurons, neurons, sizeof(*r->neurons), "a report", err));
    EVK_TRY(evk_alloc(&r->texts, neurons * TEXTS, sizeof(*r->texts), "a report", err));
    r->count = (size_t)neurons;
    for (int64_t i = 0; i < neurons * TEXTS; i++)
        r->texts[i] = (struct evk_str)EVK_STR_INIT;
    EVK_TRY(evk_alloc(&s->values, s->plan->count, sizeof(*s->values), "a report", err));
    for (int64_t i = 0; i < neurons; i++)
        EVK_TRY(summarise(s, i, &r->neurons[i], &r->texts[i * TEXTS], err));
    count_all(r, s);
    return EVK_OK;
}

evk_status evk_adversarial_report_new(evk_adversarial_report **out, const struct evk_built *built,
                                      const struct evk_adversarial_plan *plan,
                                      const struct evk_asked *asked, int64_t neurons,
                                      evk_error *err)
{
    struct summing sum = {built, plan, asked, NULL};
    evk_adversarial_report *r;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "a report", err));
    s = report_fill(r, &sum, neurons, err);
    free(sum.values);
    if (s)
        evk_adversarial_report_free(r);
    else
        *out = r;
    return s;
}

size_t evk_adversarial_count(const evk_adversarial_report *report)
{
    return report->count;
}

const evk_adversarial_neuron *evk_adversarial_at(const evk_adversarial_report *report, size_t i)
{
    return &report->neurons[i];
}

const evk_made *evk_adversarial_made(const evk_adversarial_report *report)
{
    return &report->made;
}

void evk_adversarial_report_free(evk_adversarial_report *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count * TEXTS; i++)
        evk_str_release(&r->texts[i]);
    free(r->texts);
    free(r->neurons);
    free(r);
}
