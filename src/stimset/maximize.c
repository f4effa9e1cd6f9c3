/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maximize.c - a set of maximizing or minimizing stimuli: jobs, rows, report */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "model/model.h"
#include "stimset/folder.h"

enum { CODE_MAX = 32767 }; /* strobes are 16-bit, the upper half is taken */

/* One (neuron, start). */
struct job {
    int64_t neuron, start; /* neuron: over all targets */
    const evk_model *model;
    int64_t output, restarts;
    struct evk_row row;
    evk_status status;
    evk_error error;
};

struct evk_set_report {
    evk_neuron_report *neurons;
    size_t count;
    struct job *jobs;      /* (neurons, starts) */
    struct evk_str *paths; /* (neurons) best_file */
};

/* Memory of one thread, kept from job to job while the model stays the same. */
struct worker {
    evk_session *session;
    float *image, *responses; /* (h, w, c), (outputs) */
};

struct set {
    const char *folder;
    const evk_recipe *recipe;
    const evk_run *run;
    struct job *jobs;
    int64_t count;
    struct worker *workers; /* (threads) */
    struct evk_lock *lock;  /* guards what follows */
    evk_progress progress;
    bool broken; /* the folder cannot be written: no job after this one can succeed */
};

/* Everything of a row that is known before its image is. */
static void begin_row(struct job *j, const evk_recipe *recipe, int64_t code)
{
    const char *kind = recipe->minimize ? "min" : "max";
    struct evk_row *r = &j->row;

    *r = (struct evk_row){
        .type = "image",
        .stim_code = code,
        .set_type = kind,
        .target_model = j->model->name,
        .target_output = j->output,
        .objective = kind,
        .method = recipe->method,
        .seed = recipe->seed,
        .start = j->start,
        .n_steps = recipe->steps,
        .response_source = (double)NAN,
        .model_sha256 = j->model->sha256,
    };
    snprintf(r->stimulus_id, sizeof(r->stimulus_id), "stim-%s%06lld", kind, (long long)code);
    snprintf(r->filename, sizeof(r->filename), "%s_image.png", r->stimulus_id);
    snprintf(r->description, sizeof(r->description),
             "%s the response of output %lld of %s, start %lld",
             recipe->minimize ? "minimizes" : "maximizes", (long long)j->output, j->model->name,
             (long long)j->start);
}

/* The response to the file: its own pixels, in the model's channels, through the model. */
static double response_to(evk_session *session, const struct evk_pixels *p, int64_t output,
                          float *image, float *responses)
{
    const struct evk_shape *in = evk_model_input(session->model);

    for (int64_t i = 0; i < in->h * in->w; i++)
        for (int64_t c = 0; c < in->c; c++)
            image[i * in->c + c] = p->data[i * p->channels + (in->c == p->channels ? c : 0)];
    evk_session_predict(session, image, responses);
    return (double)responses[output];
}

static void worker_release(struct worker *w)
{
    evk_session_free(w->session);
    free(w->image);
    free(w->responses);
    *w = (struct worker){0};
}

static evk_status worker_turn_to(struct worker *w, const evk_model *m, evk_error *err)
{
    evk_status s;

    if (w->session && evk_session_model(w->session) == m)
        return EVK_OK;
    worker_release(w);
    s = evk_session_new(&w->session, m, err);
    if (!s)
        s = evk_alloc_floats(&w->image, evk_shape_count(evk_model_input(m)), "an image", err);
    if (!s)
        s = evk_alloc_floats(&w->responses, m->outputs, "responses", err);
    if (s)
        worker_release(w);
    return s;
}

/* Synthesize, write, read back, predict. */
static evk_status make(const struct set *set, struct job *j, struct worker *w, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(j->model);
    struct evk_pixels rounded = {0}, file = {0};
    evk_ascent ascent;
    evk_status s;

    EVK_TRY(worker_turn_to(w, j->model, err));
    EVK_TRY(evk_synthesize(w->session, set->recipe, j->output, j->start, w->image, &ascent, err));
    j->restarts = ascent.restarts;
    j->row.response_pred_prequant = ascent.response;
    EVK_TRY(evk_image_quantise(&rounded, in->h, in->w, in->c, w->image, err));
    s = evk_folder_put_image(set->folder, &j->row, &rounded, &file, err);
    evk_pixels_release(&rounded);
    EVK_TRY(s);
    j->row.response_pred = response_to(w->session, &file, j->output, w->image, w->responses);
    j->row.present = true;
    evk_pixels_release(&file);
    return EVK_OK;
}

static bool is_better(const evk_recipe *recipe, double a, double b)
{
    return isnan(b) || (recipe->minimize ? a < b : a > b);
}

static void run_job(void *arg, int worker, int64_t i)
{
    struct set *set = arg;
    struct job *j = &set->jobs[i];
    bool broken;

    evk_lock_take(set->lock);
    broken = set->broken;
    evk_lock_give(set->lock);
    if (broken)
        return;
    j->status = make(set, j, &set->workers[worker], &j->error);
    evk_lock_take(set->lock);
    set->broken = set->broken || j->status == EVK_EIO;
    set->progress.done++;
    if (j->row.present && is_better(set->recipe, j->row.response_pred, set->progress.best))
        set->progress.best = j->row.response_pred;
    if (set->run->progress)
        set->run->progress(set->run->arg, &set->progress);
    evk_lock_give(set->lock);
}

static evk_status plan(evk_set_report *r, const evk_target *targets, size_t count,
                       const evk_recipe *recipe, evk_error *err)
{
    int64_t neurons = 0, jobs, at = 0;

    for (size_t t = 0; t < count; t++)
        neurons += (int64_t)targets[t].count;
    if (!evk_size_mul(neurons, recipe->starts, &jobs) || jobs > CODE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "%lld neurons x %lld starts are more stimuli than stim_code can number, "
                        "expected at most %d",
                        (long long)neurons, (long long)recipe->starts, CODE_MAX);
    if (jobs == 0)
        return evk_fail(err, EVK_EINVAL, "there is no neuron to make images for");
    EVK_TRY(evk_alloc(&r->neurons, neurons, sizeof(*r->neurons), "a report", err));
    EVK_TRY(evk_alloc(&r->paths, neurons, sizeof(*r->paths), "a report", err));
    EVK_TRY(evk_alloc(&r->jobs, jobs, sizeof(*r->jobs), "jobs", err));
    r->count = (size_t)neurons;
    for (int64_t n = 0; n < neurons; n++)
        r->paths[n] = (struct evk_str)EVK_STR_INIT;
    neurons = 0;
    for (size_t t = 0; t < count; t++)
        for (size_t o = 0; o < targets[t].count; o++, neurons++)
            for (int64_t s = 0; s < recipe->starts; s++, at++) {
                struct job *j = &r->jobs[at];

                j->neuron = neurons;
                j->start = s;
                j->model = targets[t].model;
                j->output = targets[t].outputs[o];
                begin_row(j, recipe, at + 1);
            }
    return EVK_OK;
}

static evk_status summarise(evk_set_report *r, const evk_recipe *recipe, int64_t jobs,
                            evk_error *err)
{
    for (int64_t i = 0; i < jobs; i++) {
        const struct job *j = &r->jobs[i];
        evk_neuron_report *n = &r->neurons[j->neuron];

        if (j->start == 0)
            *n = (evk_neuron_report){.model = j->model->name,
                                     .output = j->output,
                                     .best_start = -1,
                                     .best_response = (double)NAN};
        n->restarts += j->restarts;
        if (!j->row.present) {
            n->failed++;
            if (!n->failure)
                n->failure = j->error.msg;
            continue;
        }
        n->images++;
        if (!is_better(recipe, j->row.response_pred, n->best_response))
            continue;
        n->best_start = j->start;
        n->best_response = j->row.response_pred;
        evk_str_release(&r->paths[j->neuron]);
        evk_str_printf(&r->paths[j->neuron], "stimuli/%s", j->row.filename);
        EVK_TRY(evk_str_check(&r->paths[j->neuron], err));
        n->best_file = r->paths[j->neuron].data;
    }
    return EVK_OK;
}

/* A folder that cannot be written fails the set, not a neuron. */
static evk_status first_io_failure(const struct set *set, evk_error *err)
{
    for (int64_t i = 0; i < set->count; i++)
        if (set->jobs[i].status == EVK_EIO)
            return evk_fail(err, EVK_EIO, "%s", set->jobs[i].error.msg);
    return EVK_OK;
}

static evk_status run_jobs(struct set *set, evk_error *err)
{
    const int threads = evk_thread_count(set->run->threads, set->count);
    evk_status s;

    EVK_TRY(evk_alloc(&set->workers, threads, sizeof(*set->workers), "threads", err));
    s = evk_lock_new(&set->lock, err);
    if (!s)
        evk_parallel_for(threads, set->count, run_job, set);
    for (int t = 0; t < threads; t++)
        worker_release(&set->workers[t]);
    free(set->workers);
    evk_lock_free(set->lock);
    return s ? s : first_io_failure(set, err);
}

static evk_status make_all(struct set *set, const struct evk_str *description, evk_error *err)
{
    struct evk_row *rows;
    evk_status s;

    EVK_TRY(evk_folder_open(set->folder, description, err));
    EVK_TRY(run_jobs(set, err));
    EVK_TRY(evk_alloc(&rows, set->count, sizeof(*rows), "rows", err));
    for (int64_t i = 0; i < set->count; i++)
        rows[i] = set->jobs[i].row;
    s = evk_folder_close(set->folder, rows, set->count, description, err);
    free(rows);
    return s;
}

static evk_status check(const evk_target *targets, size_t count, const evk_recipe *recipe,
                        evk_error *err)
{
    const evk_model **models;
    evk_status s;

    EVK_TRY(evk_recipe_check(recipe, err));
    EVK_TRY(evk_alloc(&models, (int64_t)count, sizeof(*models), "models", err));
    for (size_t i = 0; i < count; i++)
        models[i] = targets[i].model;
    s = evk_models_check_names(models, count, err);
    free(models);
    for (size_t i = 0; i < count && !s; i++) {
        const struct evk_shape *in = evk_model_input(targets[i].model);

        if (in->c != 1 && in->c != 3)
            s = evk_fail(err, EVK_EUNSUPPORTED, "%s: its image has %lld channels, expected 1 or 3",
                         targets[i].model->path, (long long)in->c);
    }
    return s;
}

evk_status evk_maximize(const char *folder, const evk_target *targets, size_t count,
                        const evk_recipe *recipe, const evk_run *run, evk_set_report **out,
                        evk_error *err)
{
    struct set set = {.folder = folder, .recipe = recipe, .run = run};
    struct evk_str description = EVK_STR_INIT;
    evk_set_report *r;
    evk_status s;

    EVK_TRY(check(targets, count, recipe, err));
    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "a report", err));
    s = plan(r, targets, count, recipe, err);
    set.jobs = r->jobs;
    set.count = (int64_t)r->count * recipe->starts;
    set.progress = (evk_progress){0, set.count, (double)NAN};
    if (!s)
        s = evk_folder_describe(&description, targets, count, recipe, err);
    if (!s)
        s = make_all(&set, &description, err);
    if (!s)
        s = summarise(r, recipe, set.count, err);
    evk_str_release(&description);
    if (s)
        evk_set_report_free(r);
    else
        *out = r;
    return s;
}

size_t evk_set_report_count(const evk_set_report *report)
{
    return report->count;
}

evk_neuron_report evk_set_report_neuron(const evk_set_report *report, size_t i)
{
    return report->neurons[i];
}

void evk_set_report_free(evk_set_report *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        evk_str_release(&r->paths[i]);
    free(r->paths);
    free(r->neurons);
    free(r->jobs);
    free(r);
}
