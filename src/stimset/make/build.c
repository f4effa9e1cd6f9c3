/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.c - bring a stimulus set from what a call asks for to a finished folder */
#include "stimset/make/build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/parallel_aside.h"
#include "base/parallel_probe.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/journal.h"
#include "stimset/folder/state.h"
#include "stimset/folder/unit_table.h"
#include "stimset/make/finish.h"
#include "stimset/make/plan.h"
#include "stimset/record/set_file.h"
#include "stimset/record/stop.h"
#include "stimset/score/select.h"
#include "stimset/sheet/sheet.h"

/* One call of evk_build. */
struct work {
    const struct evk_build *b;
    struct evk_built *out;
    struct evk_state state;
    struct evk_json_writer description; /* of the set as it will be */
    int64_t *jobs; /* (job_count) places in out->all of stimuli to make; owned */
    int64_t job_count;
    const int64_t *round; /* (round_size) the part of jobs that is being done */
    int64_t round_size;
    /* (batches + 1) where each batch of the round begins; one thread does a batch in turn; owned */
    int64_t *first;
    int64_t batches;
    bool *whole; /* (out->all.count) the row has an image, and its files are unaltered; owned */

    struct evk_lock *lock; /* guards the members below, and out->made */
    evk_progress progress;
    evk_status status; /* of the first failure that ended the call */
    evk_error error;
};

/* ---- what is there ------------------------------------------------------------ */

static void check_file(void *arg, int worker, int64_t i)
{
    struct work *w = arg;
    const struct evk_row *row = &w->out->all.list[i].row;
    char name[EVK_IMAGE_NAME], hash[EVK_SHA256_TEXT];

    (void)worker;
    if (!row->present)
        return;
    evk_set_file_image_name(row, name);
    w->whole[i] =
        !evk_set_file_hash(w->b->folder, name, hash, NULL) && strcmp(hash, row->sha256) == 0;
    evk_set_file_trace_name(row, name);
    if (w->whole[i] && row->trace_sha256[0])
        w->whole[i] = !evk_set_file_hash(w->b->folder, name, hash, NULL) &&
                      strcmp(hash, row->trace_sha256) == 0;
}

/* Was the image not begun because the time of its call was over? */
static bool is_late(const struct evk_row *row)
{
    return strcmp(row->dropped, EVK_DROPPED_LATE) == 0;
}

/* Does the image of stimulus i have to be made before the set is finished? */
static bool is_missing(const struct work *w, int64_t i)
{
    const struct evk_stimulus *s = &w->out->all.list[i];

    return s->row.present ? !w->whole[i] : !s->row.dead && !s->row.dropped[0] && !s->failed;
}

static evk_status refuse_missing(const struct work *w, int64_t i, evk_error *err)
{
    const struct evk_row *row = &w->out->all.list[i].row;

    return evk_fail(err, EVK_EINVAL,
                    "%s: %s (%s, output %s, start %lld) %s, and this call does not ask for it; "
                    "expected the call that planned it",
                    w->b->folder->path, row->stimulus_id, row->target_model, row->target_output,
                    (long long)row->start,
                    row->present ? "is missing or altered" : "is planned and not made yet");
}

/* A job, for sorting. */
struct job {
    int64_t start, i;
};

static int by_start(const void *a, const void *b)
{
    const struct job *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->i < y->i ? -1 : x->i > y->i;
}

/* Sort jobs so that the first start of each neuron comes before the second start of any. */
static evk_status sort_by_start(struct work *w, evk_error *err)
{
    struct job *jobs;

    EVK_TRY(evk_alloc(&jobs, w->job_count, sizeof(*jobs), "jobs", err));
    for (int64_t j = 0; j < w->job_count; j++)
        jobs[j] = (struct job){w->out->all.list[w->jobs[j]].row.start, w->jobs[j]};
    if (w->job_count)
        qsort(jobs, (size_t)w->job_count, sizeof(*jobs), by_start);
    for (int64_t j = 0; j < w->job_count; j++)
        w->jobs[j] = jobs[j].i;
    free(jobs);
    return EVK_OK;
}

/*
 * Make the list of jobs: wanted stimuli whose files are missing or altered.  EVK_EINVAL: a stimulus
 * is missing that is not wanted.
 */
static evk_status choose_jobs(struct work *w, evk_error *err)
{
    const int64_t n = w->out->all.count;
    evk_status s = EVK_OK;
    bool *wanted;

    EVK_TRY(evk_alloc(&w->whole, n, sizeof(*w->whole), "files", err));
    EVK_TRY(evk_alloc(&w->jobs, n, sizeof(*w->jobs), "jobs", err));
    EVK_TRY(evk_alloc(&wanted, n, sizeof(*wanted), "jobs", err));
    evk_parallel_for(w->b->threads, n, check_file, w);
    for (int64_t i = 0; i < w->b->count; i++)
        wanted[w->out->place[i]] = true;
    for (int64_t i = 0; i < n && !s; i++) {
        const struct evk_row *row = &w->out->all.list[i].row;

        if (wanted[i] && !w->whole[i] && !row->dead && (!row->dropped[0] || is_late(row)))
            w->jobs[w->job_count++] = i;
        else if (!wanted[i] && is_missing(w, i) && !(w->b->is_later && w->b->is_later(row)))
            s = refuse_missing(w, i, err);
    }
    free(wanted);
    return s || !(w->b->run->enough || w->b->in_rounds) ? s : sort_by_start(w, err);
}

/* ---- the images --------------------------------------------------------------- */

/* Is it a failure after which no other job is begun? */
static bool ends_run(evk_status s)
{
    return s == EVK_EIO || s == EVK_ENOMEM || s == EVK_ESTOPPED;
}

static evk_status make_stimulus(struct work *w, int worker, int64_t i, evk_error *err)
{
    struct evk_stimulus *stimulus = &w->out->all.list[i];
    const bool was_present = stimulus->row.present;
    evk_status s;

    stimulus->row.dropped[0] = '\0';
    s = w->b->make(w->b->arg, worker, stimulus, err);
    if (s && was_present)
        return evk_wrap(err, s, "%s", w->b->folder->path);
    if (ends_run(s))
        return s;
    stimulus->row.present = s == EVK_OK;
    stimulus->row.dead = s == EVK_EDEAD;
    stimulus->failed = s && s != EVK_EDEAD;
    if (s && evk_strdup(&w->out->failure[i], err->msg, err))
        return EVK_ENOMEM;
    return EVK_OK;
}

/*
 * Add a stimulus that was tried to the journal, and report progress.  Its row is rounded, so that
 * later steps see what a call that reads it from the journal would see.
 */
static void note_stimulus(struct work *w, int64_t i)
{
    struct evk_stimulus *stimulus = &w->out->all.list[i];
    const evk_run *run = w->b->run;
    evk_error err = {EVK_OK, ""};
    evk_status s;

    evk_row_round(&stimulus->row);
    s = evk_journal_add(w->b->folder, stimulus, &err);
    if (s && !w->status) {
        w->status = s;
        w->error = err;
    }
    w->out->made += stimulus->row.present;
    w->progress.done++;
    if (stimulus->row.present &&
        evk_is_better(w->b->minimize, stimulus->row.objective_pred, w->progress.best))
        w->progress.best = stimulus->row.objective_pred;
    if (run->progress)
        run->progress(run->arg, &w->progress);
}

static void run_job(struct work *w, int worker, int64_t j)
{
    const evk_run *run = w->b->run;
    struct evk_row *row = &w->out->all.list[w->round[j]].row;
    evk_error err = {EVK_OK, ""};
    evk_status s;

    evk_lock_take(w->lock);
    if (!w->status && evk_is_stopped(run))
        w->status = evk_fail(&w->error, EVK_ESTOPPED, "stopped");
    s = w->status;
    evk_lock_give(w->lock);
    if (s)
        return;
    if (!row->present && run->enough && run->enough(run->arg)) {
        snprintf(row->dropped, sizeof(row->dropped), "%s", EVK_DROPPED_LATE);
        return;
    }
    s = make_stimulus(w, worker, w->round[j], &err);
    evk_lock_take(w->lock);
    if (!s)
        note_stimulus(w, w->round[j]);
    else if (!w->status) {
        w->status = s;
        w->error = err;
    }
    evk_lock_give(w->lock);
}

static void run_batch(void *arg, int worker, int64_t i)
{
    struct work *w = arg;

    for (int64_t j = w->first[i]; j < w->first[i + 1]; j++)
        run_job(w, worker, j);
}

static void form_batches(struct work *w)
{
    const struct evk_build *b = w->b;
    const struct evk_stimulus *list = w->out->all.list;

    w->batches = 0;
    for (int64_t j = 0; j < w->round_size; j++)
        if (j == 0 || !b->together ||
            !b->together(b->arg, &list[w->round[j - 1]].row, &list[w->round[j]].row))
            w->first[w->batches++] = j;
    w->first[w->batches] = w->round_size;
}

/* Returns how many jobs from first on are one round: those of one start, or all. */
static int64_t round_size(const struct work *w, int64_t first)
{
    const struct evk_stimulus *list = w->out->all.list;
    int64_t end = w->b->in_rounds ? first : w->job_count;

    while (end < w->job_count && list[w->jobs[end]].row.start == list[w->jobs[first]].row.start)
        end++;
    return end - first;
}

static evk_status run_jobs(struct work *w, evk_error *err)
{
    if (w->b->begin)
        w->b->begin(w->b->arg, &w->out->all);
    w->progress = (evk_progress){0, w->job_count, (double)NAN};
    EVK_TRY(evk_alloc(&w->first, w->job_count + 1, sizeof(*w->first), "jobs", err));
    EVK_TRY(evk_lock_new(&w->lock, err));
    for (int64_t done = 0; done < w->job_count; done += w->round_size) {
        w->round = w->jobs + done;
        w->round_size = round_size(w, done);
        form_batches(w);
        evk_parallel_for(evk_thread_count(w->b->threads, w->batches), w->batches, run_batch, w);
    }
    evk_lock_free(w->lock);
    if (w->status == EVK_ESTOPPED) {
        const long long left = (long long)(w->job_count - w->progress.done);

        return evk_fail(err, EVK_ESTOPPED, "interrupted: %lld of %lld stimuli are done in %s",
                        (long long)w->out->all.count - left, (long long)w->out->all.count,
                        w->b->folder->path);
    }
    return w->status ? evk_fail(err, w->status, "%s", w->error.msg) : EVK_OK;
}

/* Fail since the call was interrupted while judges scored the images. */
static evk_status not_judged(const struct work *w, evk_error *err)
{
    return evk_fail(err, EVK_ESTOPPED,
                    "interrupted: all %lld stimuli are in %s, but not yet judged",
                    (long long)w->out->all.count, w->b->folder->path);
}

/* Drop images.  A file is removed only after the journal says that the image is dropped. */
static evk_status choose_images(struct work *w, evk_error *err)
{
    evk_status s;

    if (!w->b->choose)
        return EVK_OK;
    s = w->b->choose(w->b->arg, w->description.root, &w->out->all, err);
    if (s)
        return s == EVK_ESTOPPED ? not_judged(w, err) : s;
    EVK_TRY(evk_journal_write(w->b->folder, &w->out->all, err));
    return evk_select_remove(w->b->folder, &w->out->all, err);
}

/* Fill in cells that depend on the whole set, such as those of judges. */
static evk_status complete_set(struct work *w, evk_error *err)
{
    evk_status s = EVK_OK;

    if (w->b->complete)
        s = w->b->complete(w->b->arg, w->description.root, &w->out->all, err);
    return s == EVK_ESTOPPED ? not_judged(w, err) : s;
}

/* ---- the steps of build.h ------------------------------------------------------- */

static evk_status put_description(struct work *w, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s = evk_json_write_exactly(&w->description, &text, err);

    if (!s)
        s = evk_dir_write(w->b->folder, EVK_SET_DESCRIPTION, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

/*
 * Steps 3 to 5.  In a new folder the description is written first, since a folder without a
 * description is taken for one that is no set.
 */
static evk_status begin_set(struct work *w, evk_error *err)
{
    const struct evk_dir *folder = w->b->folder;
    const bool is_new = w->state.stage == EVK_STAGE_NEW;

    if (is_new)
        EVK_TRY(put_description(w, err));
    EVK_TRY(evk_journal_write(folder, &w->out->all, err));
    EVK_TRY(evk_dir_remove(folder, EVK_SET_MANIFEST, err));
    if (!is_new)
        EVK_TRY(put_description(w, err));
    if (w->b->traces)
        EVK_TRY(evk_dir_make_folder(folder, "traces", err));
    return evk_dir_make_folder(folder, "stimuli", err);
}

/* Steps 1 and 2. */
static evk_status plan_set(struct work *w, evk_error *err)
{
    const struct evk_build *b = w->b;

    EVK_TRY(evk_state_read(b->folder, &w->state, err));
    if (w->state.description) {
        const evk_status s = evk_description_check(w->state.description, b->asked->root, err);

        if (s)
            return evk_wrap(err, s, "%s", b->folder->path);
        EVK_TRY(evk_unit_table_check(b->folder, w->state.description, b->units, err));
    }
    if (w->state.all.count)
        evk_description_merge(&w->description, w->state.description, b->asked->root);
    else
        evk_description_merge(&w->description, b->asked->root, b->asked->root);
    w->out->all = w->state.all;
    w->state.all = (struct evk_stimuli){NULL, 0, NULL};
    EVK_TRY(evk_alloc(&w->out->place, b->count, sizeof(*w->out->place), "jobs", err));
    EVK_TRY(evk_plan(&w->out->all, b->wanted, b->count, w->out->place, err));
    if (b->link)
        EVK_TRY(b->link(b->arg, w->out->place, &w->out->all, err));
    EVK_TRY(evk_alloc(&w->out->failure, w->out->all.count, sizeof(*w->out->failure), "jobs", err));
    return choose_jobs(w, err);
}

/* Write the last files of the set, and remove the journal. */
static evk_status finish_set(struct work *w, evk_error *err)
{
    const struct evk_build *b = w->b;
    const struct evk_set_kind *kind;

    EVK_TRY(evk_set_kind_find(&kind, w->description.root, err));
    if (b->units)
        EVK_TRY(evk_unit_table_write(b->folder, b->units, err));
    EVK_TRY(evk_finish(b->folder, kind, evk_description_has_units(w->description.root),
                       &w->out->all, b->steps, b->reference,
                       evk_thread_count(b->run->threads, EVK_THREADS_MAX), err));
    return evk_dir_remove(b->folder, evk_journal_name, err);
}

/* Is the set finished already, with all that the call asks for? */
static bool is_finished(const struct work *w)
{
    return w->job_count == 0 && w->state.stage == EVK_STAGE_FINISHED &&
           w->state.texts_are_as_listed &&
           (!w->b->units || evk_description_has_units(w->state.description));
}

static evk_status make_images(struct work *w, evk_error *err)
{
    EVK_TRY(begin_set(w, err));
    return run_jobs(w, err);
}

static evk_status build_set(struct work *w, evk_error *err)
{
    struct evk_aside *fonts = NULL;
    evk_status s;

    EVK_TRY(plan_set(w, err));
    if (is_finished(w))
        return EVK_OK;
    EVK_TRY(evk_sheet_check(err));
    if (evk_thread_count(w->b->run->threads, EVK_THREADS_MAX) > 1)
        fonts = evk_aside_begin(evk_sheet_prepare);
    s = make_images(w, err);
    evk_aside_end(fonts);
    EVK_TRY(s);
    EVK_TRY(choose_images(w, err));
    EVK_TRY(complete_set(w, err));
    return finish_set(w, err);
}

static void work_release(struct work *w)
{
    evk_state_release(&w->state);
    evk_json_writer_release(&w->description);
    free(w->jobs);
    free(w->first);
    free(w->whole);
}

evk_status evk_build(const struct evk_build *b, struct evk_built *out, evk_error *err)
{
    struct evk_built built = {0};
    struct work w = {.b = b, .out = &built};
    const evk_status s = build_set(&w, err);

    work_release(&w);
    if (s)
        evk_built_release(&built);
    else
        *out = built;
    return s;
}

void evk_built_release(struct evk_built *b)
{
    for (int64_t i = 0; b->failure && i < b->all.count; i++)
        free(b->failure[i]);
    free(b->failure);
    free(b->place);
    evk_stimuli_release(&b->all);
}
