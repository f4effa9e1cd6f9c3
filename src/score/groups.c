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

/* Returns the mean of the responses to an image that count; NaN: there is none. */
static double mean_response(const evk_recording *r, int64_t unit, int64_t image,
                            enum evk_presented presented)
{
    double sum = 0;
    int64_t n = 0;

    for (int64_t k = 0; k < r->repeats; k++)
        if (counts(presented, k) && !isnan(evk_recorded(r, unit, image, k))) {
            sum += evk_recorded(r, unit, image, k);
            n++;
        }
    return n ? sum / (double)n : (double)NAN;
}

/* ---- means of groups ------------------------------------------------------------------------ */

static double group_mean(const struct evk_follow *f, int64_t unit, const int64_t *members,
                         int64_t n, enum evk_presented presented)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += mean_response(f->r, unit, f->shown[members[i]].image, presented);
    return sum / (double)n;
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

/* The responses to an image that count. */
struct responses {
    int64_t image, n;
    double *values; /* (n) borrowed */
    double mean;
};

/* Collects the responses to the images of the first group, then to those of the second one.
   values: (images of both groups, repeats), written. */
static void collect(const struct evk_follow *f, const struct evk_groups *g,
                    enum evk_presented presented, double *values, struct responses *out)
{
    const int64_t repeats = f->r->repeats;

    for (int64_t i = 0; i < g->n + g->n_against; i++) {
        const int64_t image = f->shown[i < g->n ? g->a[i] : g->b[i - g->n]].image;

        out[i] = (struct responses){image, 0, values + i * repeats,
                                    mean_response(f->r, g->unit, image, presented)};
        for (int64_t k = 0; k < repeats; k++)
            if (counts(presented, k) && !isnan(evk_recorded(f->r, g->unit, image, k)))
                out[i].values[out[i].n++] = evk_recorded(f->r, g->unit, image, k);
    }
}

/*
 * Returns the mean of a bootstrap sample of n responses to an image, n at least 2.  Such means vary
 * about the mean response by (n - 1) / n of the variance that it has itself; hence they are moved
 * away from it.  An image has the same sample wherever it is in a group.
 */
static double sample_mean(const struct responses *of, int64_t repeats, int64_t sample)
{
    const double n = (double)of->n;
    double sum = 0;

    for (int64_t k = 0; k < of->n; k++)
        sum += of->values[evk_bootstrap_draw(sample, of->image * repeats + k, of->n)];
    return of->mean + sqrt(n / (n - 1)) * (sum / n - of->mean);
}

/* Returns the difference of the means of both groups in a bootstrap sample. */
static double sample_difference(const struct evk_groups *g, const struct responses *of,
                                int64_t repeats, int64_t sample)
{
    double difference = 0;

    for (int64_t i = 0; i < g->n; i++)
        difference += sample_mean(&of[i], repeats, sample) / (double)g->n;
    for (int64_t i = 0; i < g->n_against; i++)
        difference -= sample_mean(&of[g->n + i], repeats, sample) / (double)g->n_against;
    return difference;
}

static evk_status bootstrap(const struct evk_follow *f, const struct evk_groups *g,
                            enum evk_presented presented, struct evk_interval *out, evk_error *err)
{
    const int64_t images = g->n + g->n_against, repeats = f->r->repeats;
    struct responses *of = NULL;
    double *values = NULL, differences[SAMPLES];
    evk_status s = evk_alloc(&of, images, sizeof(*of), "bootstrap samples", err);

    if (!s)
        s = evk_alloc(&values, images * repeats, sizeof(*values), "bootstrap samples", err);
    if (!s) {
        collect(f, g, presented, values, of);
        for (int64_t i = 0; i < SAMPLES; i++)
            differences[i] = sample_difference(g, of, repeats, i);
        *out = evk_bootstrap_interval(differences, SAMPLES);
    }
    free(of);
    free(values);
    return s;
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
    out->recorded = group_mean(f, g->unit, g->a, g->n, presented);
    out->recorded_against = group_mean(f, g->unit, g->b, g->n_against, presented);
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
        const double mean = mean_response(f->r, g->unit, f->shown[members[i]].image, presented);

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
