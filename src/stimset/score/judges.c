/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.c - the finished images of a set, scored by judges */
#include "stimset/score/judges.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/pairing.h"
#include "stimset/record/kind.h"
#include "stimset/record/set_file.h"
#include "stimset/record/stop.h"
#include "stimset/score/judge.h"
#include "stimset/score/keep.h"
#include "stimset/score/reference.h"
#include "stimset/score/related.h"
#include "stimset/score/worker.h"

/* Index of each number that a row has as a mean over the judges held out from its image. */
enum { Z, PERCENTILE, SELECTIVITY, DELTA, TERMS };

struct scoring {
    const evk_judges *judges;
    const struct evk_dir *folder;
    const evk_json *description;
    struct evk_stimuli *all;
    const evk_run *run;
    /*
     * (stimuli) sums over the judges that are held out from an image, and how many finite numbers
     * each sum has
     */
    double (*sum)[TERMS];
    int64_t (*terms)[TERMS];
};

/* Append an item to a list separated by semicolons, unless it does not fit any more. */
static void append_item(char *list, size_t size, const char *item)
{
    const size_t n = strlen(list);

    if (n + strlen(item) + 2 <= size)
        snprintf(list + n, size - n, "%s%s", n ? ";" : "", item);
}

static void append_number(char *list, size_t size, double value)
{
    char text[EVK_REAL_TEXT];

    append_item(list, size, evk_format_real(value, text));
}

static void add_term(struct scoring *s, int64_t i, int k, double value)
{
    if (!isfinite(value))
        return;
    s->sum[i][k] += value;
    s->terms[i][k]++;
}

static const char *const role_words[] = {[EVK_JUDGE_HELDOUT] = "heldout",
                                         [EVK_JUDGE_SELECTION] = "selection",
                                         [EVK_JUDGE_RELATED] = "related"};

static void put_score(struct scoring *s, int64_t i, const evk_model *judge, int64_t output,
                      const struct evk_score *score, double source_z, evk_judge_role role)
{
    struct evk_row *row = &s->all->list[i].row;
    char name[EVK_JUDGES_TEXT], neuron[EVK_NEURON_TEXT];

    snprintf(name, sizeof(name), "%s:%s", evk_model_describe(judge)->name,
             evk_model_neuron(judge, output, neuron));
    append_item(row->judges, sizeof(row->judges), name);
    append_item(row->judge_roles, sizeof(row->judge_roles), role_words[role]);
    append_number(row->judge_responses, sizeof(row->judge_responses), score->response);
    append_number(row->judge_z, sizeof(row->judge_z), score->z);
    append_number(row->judge_percentile, sizeof(row->judge_percentile), score->percentile);
    append_number(row->judge_selectivity, sizeof(row->judge_selectivity), score->selectivity);
    if (role != EVK_JUDGE_HELDOUT)
        return;
    add_term(s, i, Z, score->z);
    add_term(s, i, PERCENTILE, score->percentile);
    add_term(s, i, SELECTIVITY, score->selectivity);
    add_term(s, i, DELTA, score->z - source_z);
}

/* A judge that is shown the images of the set, one after the other. */
struct judging {
    const struct scoring *s;
    const struct evk_judge *stats;
    evk_session *session;
    float *image, *responses;
    const struct evk_row *source; /* row of the source image shown last; NULL: none */
    int64_t source_output;
    double source_z;
    struct evk_kin judge;
    struct evk_described_model climbed; /* model of the last image that the role was found for */
    evk_judge_role role;
    bool chooses; /* the judge chooses which images are kept */
};

/* Returns the judge's role for the image of a row.  Rows of one model follow each other. */
static evk_judge_role role_for(struct judging *w, const struct evk_row *row)
{
    const evk_json *description = w->s->description;
    char why[256];

    if (w->chooses)
        return EVK_JUDGE_SELECTION;
    if (w->climbed.sha256 && row->model_sha256 && strcmp(w->climbed.sha256, row->model_sha256) == 0)
        return w->role;
    if (!row->model_sha256 || !evk_description_model(description, row->model_sha256, &w->climbed))
        return EVK_JUDGE_HELDOUT;
    const struct evk_kin climbed = {w->climbed.sha256, w->climbed.card};

    w->role = evk_kin_role(&w->judge, &climbed, why, sizeof(why));
    return w->role;
}

/* Score the image file of a row by one output of the judge. */
static evk_status score_image(const struct judging *w, const struct evk_row *row, int64_t output,
                              struct evk_score *out, evk_error *err)
{
    struct evk_pixels pixels;
    evk_status s;

    if (evk_is_stopped(w->s->run))
        return evk_fail(err, EVK_ESTOPPED, "interrupted");
    EVK_TRY(evk_set_file_get_image(w->s->folder, row, NULL, &pixels, err));
    s = evk_worker_fit(evk_session_model(w->session), &pixels, w->image, err);
    evk_pixels_release(&pixels);
    EVK_TRY(s);
    evk_session_predict(w->session, w->image, w->responses);
    evk_judge_score(w->stats, w->responses, output, out);
    return EVK_OK;
}

/*
 * Set source_z to the z of the image that the row's image was made from, NaN where there is no such
 * image.  Rows of one source follow each other, so the last z is reused.
 */
static evk_status score_source(struct judging *w, const struct evk_row *row, int64_t output,
                               evk_error *err)
{
    const struct evk_row *source = evk_stimuli_find(w->s->all, row->source_id);
    struct evk_score score = {.z = (double)NAN};

    if (source == w->source && output == w->source_output)
        return EVK_OK;
    if (source && source->present)
        EVK_TRY(score_image(w, source, output, &score, err));
    w->source = source;
    w->source_output = output;
    w->source_z = score.z;
    return EVK_OK;
}

static evk_status score_images(struct scoring *s, struct judging *w, const int64_t *outputs,
                               evk_error *err)
{
    for (int64_t i = 0; i < s->all->count; i++) {
        const struct evk_row *row = &s->all->list[i].row;
        struct evk_score score;

        if (!row->present || outputs[i] < 0)
            continue;
        EVK_TRY(score_source(w, row, outputs[i], err));
        EVK_TRY(score_image(w, row, outputs[i], &score, err));
        put_score(s, i, evk_session_model(w->session), outputs[i], &score, w->source_z,
                  role_for(w, row));
    }
    return EVK_OK;
}

/* Score the images of the set by one judge, which the description knows as `judge`. */
static evk_status score_set(struct scoring *s, const evk_model *model,
                            const struct evk_described_model *judge, const struct evk_judge *stats,
                            const int64_t *outputs, evk_error *err)
{
    const evk_model_info *info = evk_model_describe(model);
    const struct evk_set_kind *kind = evk_set_kind_of(s->description);
    struct judging w = {.s = s,
                        .stats = stats,
                        .source_z = (double)NAN,
                        .judge = {judge->sha256, judge->card},
                        .chooses = kind && kind->ascends && strcmp(info->name, evk_selection) == 0};
    evk_status status = evk_session_new(&w.session, model, err);

    if (!status)
        status =
            evk_alloc_floats(&w.image, info->height * info->width * info->channels, "images", err);
    if (!status)
        status = evk_alloc_floats(&w.responses, info->outputs, "responses", err);
    if (!status)
        status = score_images(s, &w, outputs, err);
    evk_session_free(w.session);
    free(w.image);
    free(w.responses);
    return status;
}

/*
 * Find the output of judge i for the neuron of each row: -1 where the row is of no neuron, or the
 * judge does not score it.  scored gets the *count outputs that are none of these.
 */
static evk_status find_outputs(const struct scoring *s, size_t i, struct evk_described_model *judge,
                               int64_t *outputs, int64_t *scored, size_t *count, evk_error *err)
{
    const evk_json *pairing;

    if (!evk_description_judge_at(s->description, i, judge, &pairing))
        return evk_fail(err, EVK_EFORMAT, "%s: has no judge %zu", EVK_SET_DESCRIPTION, i);
    *count = 0;
    for (int64_t k = 0; k < s->all->count; k++) {
        const struct evk_row *row = &s->all->list[k].row;

        outputs[k] = -1;
        if (row->target_output[0])
            EVK_TRY(evk_pairing_get(pairing, s->judges->list[i].model, row, &outputs[k], err));
        if (outputs[k] >= 0)
            scored[(*count)++] = outputs[k];
    }
    return EVK_OK;
}

/* Show judge i the reference images, and score by it. */
static evk_status show_and_score(struct scoring *s, size_t i, int64_t *outputs, int64_t *scored,
                                 evk_error *err)
{
    const evk_judges *j = s->judges;
    const evk_model *model = j->list[i].model;
    const evk_run quiet = {.threads = s->run->threads, .stop = s->run->stop, .arg = s->run->arg};
    struct evk_described_model judge;
    struct evk_judge stats;
    size_t count;
    evk_status status;

    EVK_TRY(find_outputs(s, i, &judge, outputs, scored, &count, err));
    EVK_TRY(evk_judge_init(&stats, model, scored, count, j->reference, &quiet, err));
    status = score_set(s, model, &judge, &stats, outputs, err);
    evk_judge_release(&stats);
    return status;
}

static evk_status score_by_judge(struct scoring *s, size_t i, evk_error *err)
{
    int64_t *outputs, *scored = NULL;
    evk_status status;

    EVK_TRY(evk_alloc(&outputs, s->all->count, sizeof(*outputs), "judges", err));
    status = evk_alloc(&scored, s->all->count, sizeof(*scored), "judges", err);
    if (!status)
        status = show_and_score(s, i, outputs, scored, err);
    free(outputs);
    free(scored);
    return status;
}

static double heldout_mean(const struct scoring *s, int64_t i, int k)
{
    return s->terms[i][k] ? s->sum[i][k] / (double)s->terms[i][k] : (double)NAN;
}

void evk_judges_clear(struct evk_row *row)
{
    row->heldout_z = row->percentile_natural = (double)NAN;
    row->selectivity = row->heldout_delta_z = (double)NAN;

    row->judges[0] = row->judge_roles[0] = row->judge_responses[0] = '\0';
    row->judge_z[0] = row->judge_percentile[0] = row->judge_selectivity[0] = '\0';
}

evk_status evk_judges_score(const evk_judges *judges, const struct evk_dir *folder,
                            const evk_json *description, struct evk_stimuli *all,
                            const evk_run *run, evk_error *err)
{
    struct scoring s = {judges, folder, description, all, run, NULL, NULL};
    evk_status status = evk_alloc(&s.sum, all->count, sizeof(*s.sum), "judges", err);

    if (!status)
        status = evk_alloc(&s.terms, all->count, sizeof(*s.terms), "judges", err);
    for (int64_t i = 0; i < all->count; i++)
        if (all->list[i].row.present)
            evk_judges_clear(&all->list[i].row);
    for (size_t i = 0; i < judges->count && !status; i++)
        status = score_by_judge(&s, i, err);
    for (int64_t i = 0; i < all->count && !status; i++) {
        struct evk_row *row = &all->list[i].row;

        if (!row->present)
            continue;
        row->heldout_z = heldout_mean(&s, i, Z);
        row->percentile_natural = heldout_mean(&s, i, PERCENTILE);
        row->selectivity = heldout_mean(&s, i, SELECTIVITY);
        row->heldout_delta_z = heldout_mean(&s, i, DELTA);
        evk_row_round(row);
    }
    free(s.sum);
    free(s.terms);
    return status;
}
