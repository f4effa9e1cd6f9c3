/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups.c - two groups of stimuli, compared by the recorded responses of a unit */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "recording/bootstrap.h"
#include "score/follow.h"

enum { SAMPLES = 1000 };

static bool counts(enum evk_presented presented, int64_t repeat)
{
    return presented == EVK_ALL || (repeat % 2 == 0) == (presented == EVK_ODD);
}

/* Returns the number of responses of a unit to the presentations of an image that count. */
static int64_t count_responses(const evk_recording *r, int64_t unit, int64_t image,
                               enum evk_presented presented)
{
    int64_t n = 0;

    for (int64_t k = 0; k < r->repeats; k++)
        n += counts(presented, k) && !isnan(evk_recorded(r, unit, image, k));
    return n;
}

/* Returns response `wanted` of those that count. */
static double response_at(const evk_recording *r, int64_t unit, int64_t image,
                          enum evk_presented presented, int64_t wanted)
{
    int64_t k = 0;

    for (;; k++)
        if (counts(presented, k) && !isnan(evk_recorded(r, unit, image, k)) && wanted-- == 0)
            return evk_recorded(r, unit, image, k);
}

/* Returns the mean response to an image: of the responses that count or, from sample 0 on, of a
   bootstrap sample of them.  An image has the same sample wherever it is in a group. */
static double mean_response(const evk_recording *r, int64_t unit, int64_t image,
                            enum evk_presented presented, int64_t sample)
{
    const int64_t n = count_responses(r, unit, image, presented);
    double sum = 0;

    for (int64_t k = 0; k < n; k++) {
        const int64_t at = sample < 0 ? k : evk_bootstrap_draw(sample, image * r->repeats + k, n);

        sum += response_at(r, unit, image, presented, at);
    }
    return n ? sum / (double)n : (double)NAN;
}

/* ---- means of groups ------------------------------------------------------------------------ */

static double group_mean(const struct evk_follow *f, int64_t unit, const int64_t *members,
                         int64_t n, enum evk_presented presented, int64_t sample)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += mean_response(f->r, unit, f->shown[members[i]].image, presented, sample);
    return sum / (double)n;
}

static double difference_of(const struct evk_follow *f, const struct evk_groups *g,
                            enum evk_presented presented, int64_t sample)
{
    return group_mean(f, g->unit, g->a, g->n, presented, sample) -
           group_mean(f, g->unit, g->b, g->n_against, presented, sample);
}

/* Sets the mean predictions of both groups; NaN where one of their images has no prediction. */
static void predict(const struct evk_follow *f, const struct evk_groups *g, evk_contrast *out)
{
    out->predicted = out->predicted_against = 0;
    for (int64_t i = 0; i < g->n; i++)
        out->predicted += f->shown[g->a[i]].predicted / (double)g->n;
    for (int64_t i = 0; i < g->n_against; i++)
        out->predicted_against +=
            (g->sources ? f->shown[g->a[i]].predicted_source : f->shown[g->b[i]].predicted) /
            (double)g->n_against;
}

/* ---- images without a response -------------------------------------------------------------- */

static bool responds(const struct evk_follow *f, const struct evk_groups *g, int64_t member,
                     enum evk_presented presented)
{
    return count_responses(f->r, g->unit, f->shown[member].image, presented) > 0;
}

static int64_t drop(const struct evk_follow *f, const struct evk_groups *g, int64_t *members,
                    int64_t n, enum evk_presented presented)
{
    int64_t kept = 0;

    for (int64_t i = 0; i < n; i++)
        if (responds(f, g, members[i], presented))
            members[kept++] = members[i];
    return kept;
}

static void drop_pairs(const struct evk_follow *f, struct evk_groups *g,
                       enum evk_presented presented)
{
    int64_t kept = 0;

    for (int64_t i = 0; i < g->n; i++)
        if (responds(f, g, g->a[i], presented) && responds(f, g, g->b[i], presented)) {
            g->a[kept] = g->a[i];
            g->b[kept++] = g->b[i];
        }
    g->n = g->n_against = kept;
}

static void drop_silent(const struct evk_follow *f, struct evk_groups *g,
                        enum evk_presented presented)
{
    if (g->paired) {
        drop_pairs(f, g, presented);
        return;
    }
    g->n = drop(f, g, g->a, g->n, presented);
    g->n_against = drop(f, g, g->b, g->n_against, presented);
}

static int64_t fewest(const struct evk_follow *f, const struct evk_groups *g,
                      enum evk_presented presented)
{
    int64_t least = f->r->repeats;

    for (int64_t i = 0; i < g->n + g->n_against; i++) {
        const int64_t member = i < g->n ? g->a[i] : g->b[i - g->n];
        const int64_t n = count_responses(f->r, g->unit, f->shown[member].image, presented);

        least = n < least ? n : least;
    }
    return least;
}

/* ---- both groups ---------------------------------------------------------------------------- */

static evk_status bootstrap(const struct evk_follow *f, const struct evk_groups *g,
                            enum evk_presented presented, struct evk_interval *out, evk_error *err)
{
    double *values;

    EVK_TRY(evk_alloc(&values, SAMPLES, sizeof(*values), "bootstrap samples", err));
    for (int64_t i = 0; i < SAMPLES; i++)
        values[i] = difference_of(f, g, presented, i);
    *out = evk_bootstrap_interval(values, SAMPLES);
    free(values);
    return EVK_OK;
}

evk_status evk_groups_measure(const struct evk_follow *f, struct evk_groups *g,
                              enum evk_presented presented, evk_contrast *out, evk_error *err)
{
    struct evk_interval interval = {(double)NAN, (double)NAN};

    drop_silent(f, g, presented);
    out->n = (size_t)g->n;
    out->n_against = (size_t)g->n_against;
    if (g->n == 0 || g->n_against == 0)
        return EVK_OK;
    out->presentations = (size_t)fewest(f, g, presented);
    out->recorded = group_mean(f, g->unit, g->a, g->n, presented, -1);
    out->recorded_against = group_mean(f, g->unit, g->b, g->n_against, presented, -1);
    out->difference = out->recorded - out->recorded_against;
    if (out->presentations >= 2)
        EVK_TRY(bootstrap(f, g, presented, &interval, err));
    out->low = interval.low;
    out->high = interval.high;
    predict(f, g, out);
    out->followed = (out->predicted > out->predicted_against && interval.low > 0) ||
                    (out->predicted < out->predicted_against && interval.high < 0);
    return EVK_OK;
}

/* Returns the place in a group of the image with the best mean response. */
static int64_t best_of(const struct evk_follow *f, const struct evk_groups *g,
                       const int64_t *members, int64_t n, enum evk_presented presented, bool low)
{
    int64_t best = 0;
    double most = (double)NAN;

    for (int64_t i = 0; i < n; i++) {
        const double mean = mean_response(f->r, g->unit, f->shown[members[i]].image, presented, -1);

        if (isnan(most) || (low ? mean < most : mean > most)) {
            best = i;
            most = mean;
        }
    }
    return best;
}

void evk_groups_best(const struct evk_follow *f, struct evk_groups *g, enum evk_presented presented,
                     bool low)
{
    const int64_t a = best_of(f, g, g->a, g->n, presented, low);
    const int64_t b = g->paired ? a : best_of(f, g, g->b, g->n_against, presented, low);

    g->a[0] = g->a[a];
    g->b[0] = g->b[b];
    g->n = g->n_against = 1;
}
