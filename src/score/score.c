/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.c - how well models predict the recorded responses of units */
#include "score/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "recording/measures.h"
#include "score/pairing.h"
#include "score/part.h"
#include "score/seen.h"

/* A call of evk_score_models. */
struct call {
    struct evk_score *score;
    const evk_recording *r;
    const evk_model *const *models;
    size_t count;
    int64_t outputs;          /* of all models */
    struct evk_paired *pairs; /* (units); owned */
    float *responses;         /* (images, outputs); owned */
    double *means;            /* (units, images); owned */
    evk_error *err;
};

void evk_score_free(evk_score *score)
{
    if (!score)
        return;
    free(score->units);
    free(score->covered);
    free(score->predicted);
    free(score->recorded);
    evk_names_release(&score->outputs);
    evk_names_release(&score->notes);
    free(score);
}

/* ---- one unit ------------------------------------------------------------------------------- */

/* Returns the column of the responses that has a unit's output. */
static int64_t column_of(const struct call *c, const struct evk_paired *pair)
{
    int64_t column = pair->output;

    for (int64_t m = 0; m < pair->model; m++)
        column += evk_model_describe(c->models[m])->outputs;
    return column;
}

static size_t count_pairs(const double *predicted, const double *recorded, int64_t n)
{
    size_t count = 0;

    for (int64_t i = 0; i < n; i++)
        count += isfinite(predicted[i]) && isfinite(recorded[i]);
    return count;
}

/* Returns the share of responses that are within the interval of their prediction. */
static double cover(const evk_model *model, int64_t output, const double *predicted,
                    const double *recorded, int64_t n)
{
    double low, high, within = 0, count = 0;

    for (int64_t i = 0; i < n; i++)
        if (isfinite(recorded[i]) && evk_model_interval(model, output, predicted[i], &low, &high)) {
            within += recorded[i] >= low && recorded[i] <= high;
            count++;
        }
    return count > 0 ? within / count : (double)NAN;
}

/* Measures a unit whose predictions and mean responses are known. */
static evk_status measure(const struct call *c, int64_t unit, const double *predicted,
                          const double *recorded, evk_unit_score *out)
{
    const struct evk_line_fit line = evk_regression(predicted, recorded, c->r->images);
    struct evk_reliability noise;
    struct evk_interval interval;

    EVK_TRY(evk_reliability_measure(c->r, unit, &noise, c->err));
    EVK_TRY(evk_correlation_interval(predicted, recorded, c->r->images, EVK_SCORE_SAMPLES,
                                     &interval, c->err));
    out->images = count_pairs(predicted, recorded, c->r->images);
    out->r = evk_correlation(predicted, recorded, c->r->images);
    out->r_low = interval.low;
    out->r_high = interval.high;
    out->r2_er = evk_r2_er(c->r, unit, predicted, NULL, &noise);
    out->ceiling = noise.ceiling;
    out->slope = line.slope;
    out->offset = line.offset;
    out->keep = interval.low > 0;
    return EVK_OK;
}

/* Adds the score of a unit that has an output. */
static evk_status add_unit(struct call *c, int64_t unit)
{
    struct evk_score *score = c->score;
    const struct evk_paired *pair = &c->pairs[unit];
    const evk_model *model = c->models[pair->model];
    double *predicted = score->predicted + score->count * score->images;
    double *recorded = score->recorded + score->count * score->images;
    evk_unit_score *out = &score->units[score->count];
    char name[EVK_NEURON_TEXT];

    for (int64_t i = 0; i < score->images; i++)
        predicted[i] = (double)c->responses[i * c->outputs + column_of(c, pair)];
    memcpy(recorded, c->means + unit * score->images, (size_t)score->images * sizeof(*recorded));
    EVK_TRY(evk_names_add(&score->outputs, evk_model_neuron(model, pair->output, name), c->err));
    out->unit = c->r->names.names[unit];
    out->model = evk_model_describe(model)->name;
    out->path = evk_model_describe(model)->path;
    EVK_TRY(measure(c, unit, predicted, recorded, out));
    score->covered[score->count] = cover(model, pair->output, predicted, recorded, score->images);
    score->count++;
    return EVK_OK;
}

/* ---- all units ------------------------------------------------------------------------------ */

/* Says which units have no model. */
static evk_status note_unpaired(const struct call *c)
{
    const char *first = NULL;
    int64_t n = 0;

    for (int64_t u = 0; u < c->r->units; u++)
        if (c->pairs[u].model < 0) {
            first = first ? first : c->r->names.names[u];
            n++;
        }
    if (n == 0)
        return EVK_OK;
    return evk_names_printf(&c->score->notes, c->err,
                            n > 1 ? "%s and %lld more units have no model, and are left out"
                                  : "%s has no model, and is left out",
                            first, (long long)n - 1);
}

static evk_status add_units(struct call *c)
{
    EVK_TRY(note_unpaired(c));
    for (int64_t u = 0; u < c->r->units; u++) {
        const char *why = evk_recording_unusable(c->r, u);

        if (c->pairs[u].model < 0)
            continue;
        if (why)
            EVK_TRY(evk_names_printf(&c->score->notes, c->err, "%s %s%s; left out",
                                     c->r->names.names[u], strchr(why, ' ') ? "" : "is ", why));
        else
            EVK_TRY(add_unit(c, u));
    }
    for (int64_t k = 0; k < c->score->count; k++)
        c->score->units[k].output = c->score->outputs.names[k];
    if (c->score->count == 0)
        return evk_fail(c->err, EVK_EINVAL,
                        "no unit of %s is left to be scored: all are silent or constant, or have "
                        "no response",
                        c->r->path);
    return EVK_OK;
}

static evk_status allocate(struct call *c)
{
    const int64_t units = c->r->units, images = c->r->images;
    struct evk_score *s = c->score;

    s->images = images;
    EVK_TRY(evk_alloc(&s->units, units, sizeof(*s->units), "scores", c->err));
    EVK_TRY(evk_alloc(&s->predicted, units * images, sizeof(double), "predictions", c->err));
    EVK_TRY(evk_alloc(&s->recorded, units * images, sizeof(double), "responses", c->err));
    EVK_TRY(evk_alloc(&s->covered, units, sizeof(*s->covered), "scores", c->err));
    EVK_TRY(evk_alloc(&c->pairs, units, sizeof(*c->pairs), "units", c->err));
    EVK_TRY(evk_alloc(&c->means, units * images, sizeof(double), "responses", c->err));
    for (size_t m = 0; m < c->count; m++)
        c->outputs += evk_model_describe(c->models[m])->outputs;
    return evk_alloc(&c->responses, c->outputs * images, sizeof(float), "predictions", c->err);
}

static evk_status score_call(struct call *c, bool resize, const evk_run *run)
{
    if (!c->r->list || c->count == 0)
        return evk_fail(c->err, EVK_EINVAL,
                        "the recording comes without images, or without models to score");
    EVK_TRY(allocate(c));
    EVK_TRY(evk_pair_units(&c->r->names, c->models, c->count, c->pairs, &c->score->notes, c->err));
    EVK_TRY(evk_note_seen(c->r, c->models, c->count, &c->score->notes, c->err));
    EVK_TRY(evk_predict_part(c->r, c->models, c->count, resize, run, c->responses, &c->score->notes,
                             c->err));
    evk_recording_means(c->r, c->means, NULL);
    return add_units(c);
}

evk_status evk_score_models(evk_score **out, const evk_recording *recording,
                            const evk_model *const *models, size_t count, bool resize,
                            const evk_run *run, evk_error *err)
{
    EVK_ENTER();
    struct call c = {.r = recording, .models = models, .count = count, .err = err};
    evk_status s;

    EVK_TRY(evk_alloc(&c.score, 1, sizeof(*c.score), "scores", err));
    s = score_call(&c, resize, run);
    free(c.pairs);
    free(c.responses);
    free(c.means);
    if (s)
        evk_score_free(c.score);
    else
        *out = c.score;
    return s;
}

const evk_unit_score *evk_score_unit(const evk_score *score, size_t i)
{
    return (int64_t)i < score->count ? &score->units[i] : NULL;
}

double evk_score_covered(const evk_score *score, size_t i)
{
    return (int64_t)i < score->count ? score->covered[i] : (double)NAN;
}

const char *evk_score_note(const evk_score *score, size_t i)
{
    return i < score->notes.count ? score->notes.names[i] : NULL;
}
