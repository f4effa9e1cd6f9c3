/* SPDX-License-Identifier: GPL-3.0-or-later */
/* adversarial.c - make a set of perturbed images */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "model/model.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/log.h"
#include "stimset/folder/unit_table.h"
#include "stimset/folder/writing.h"
#include "stimset/inputs/fit.h"
#include "stimset/make/build.h"
#include "stimset/record/set_file.h"
#include "stimset/record/stop.h"
#include "stimset/record/target.h"
#include "stimset/score/judges.h"
#include "stimset/score/reference.h"
#include "stimset/sets/adversarial/adversarial.h"

struct set {
    struct evk_adversarial_call call;
    struct evk_adversarial_plan plan;
    /* responses that give delta_z its scale; empty where there are fewer than two images */
    struct evk_naturals scale;
    bool scored; /* does scale come from reference images, rather than from base images? */
    struct evk_held *held;            /* (targets) tolerances where they are measured, else NULL */
    struct evk_sweep_worker *workers; /* (threads) */
};

/* Returns the shape of images, which is the same for all models. */
static const struct evk_shape *image_shape(const struct set *set)
{
    return evk_model_input(set->call.targets[0].model);
}

/* ---- one row ---------------------------------------------------------------------------- */

/* Read base image into out (n); changes may be NULL. */
static evk_status read_base(const struct set *set, int64_t base, unsigned char *out, char *changes,
                            evk_error *err)
{
    const struct evk_size size = evk_size_of(set->call.targets[0].model);
    struct evk_changes did;
    struct evk_pixels pixels;

    EVK_TRY(evk_image_list_pixels(set->call.images, (size_t)base, &size, &pixels, &did, err));
    memcpy(out, pixels.data, (size_t)(pixels.height * pixels.width * pixels.channels));
    evk_pixels_release(&pixels);
    if (changes)
        evk_image_list_changes(set->call.images, &did, changes);
    return EVK_OK;
}

/* Write the row's image file, and read it back into *file, which the caller releases. */
static evk_status put_file(const struct set *set, struct evk_row *row, const unsigned char *bytes,
                           struct evk_pixels *file, evk_error *err)
{
    const struct evk_shape *in = image_shape(set);
    struct evk_pixels pixels;
    evk_status s;

    EVK_TRY(evk_pixels_of_bytes(&pixels, in->h, in->w, in->c, bytes, err));
    s = evk_set_file_put_image(set->call.folder, row, &pixels, file, err);
    evk_pixels_release(&pixels);
    return s;
}

/* Make the sweep of a job, after reading the base images that the job needs. */
static evk_status begin_sweep(const struct set *set, struct evk_sweep_worker *a,
                              const struct evk_adversarial_job *job, evk_error *err)
{
    if (!a->tried || a->sweep.base != job->sweep.base) {
        a->tried = false;
        EVK_TRY(read_base(set, job->sweep.base, a->base, NULL, err));
    }
    if (job->onto != job->sweep.base)
        EVK_TRY(read_base(set, job->onto, a->other, NULL, err));
    return evk_sweep_run(a, &job->sweep, set->call.run, err);
}

/*
 * Make the image of a job.  *image and *source point to bytes of a: the image, and the base image
 * that it is a change of, NULL where there is none.
 */
static evk_status find_bytes(const struct set *set, struct evk_sweep_worker *a,
                             const struct evk_adversarial_job *job, const unsigned char **image,
                             const unsigned char **source, char *changes, evk_error *err)
{
    *source = NULL;
    *image = a->made;
    if (job->role == EVK_ROLE_BASE)
        return read_base(set, job->onto, a->made, changes, err);
    if (job->role == EVK_ROLE_BLANK) {
        memset(a->made, set->call.asked.blank, (size_t)a->n);
        return EVK_OK;
    }
    EVK_TRY(begin_sweep(set, a, job, err));
    *source = job->onto == job->sweep.base ? a->base : a->other;
    if (job->role == EVK_ROLE_CONTROL)
        return evk_sweep_control(a, job->control, job->budget, err);
    *image = a->images + (int64_t)job->budget * a->n;
    return EVK_OK;
}

/*
 * Fill in responses of the job's neuron to the file and, where source is not NULL, how the file
 * differs from source.
 */
static evk_status respond_to_change(const struct set *set, struct evk_worker *memory,
                                    const struct evk_adversarial_job *job,
                                    const struct evk_pixels *source, const struct evk_pixels *file,
                                    struct evk_row *row, evk_error *err)
{
    const bool image = job->role == EVK_ROLE_IMAGE;
    const struct evk_natural *n = evk_naturals_find(&set->scale, job->model, row->target_output);
    struct evk_row from = evk_row_new();

    EVK_TRY(evk_worker_respond(memory, job->model, &set->call.asked.recipe, file, row, err));
    if (n && set->scored)
        evk_natural_score(&set->scale, n, false, row);
    if (!source)
        return EVK_OK;
    memcpy(from.target_output, row->target_output, sizeof(from.target_output));
    EVK_TRY(evk_worker_respond(memory, job->model, &set->call.asked.recipe, source, &from, err));
    evk_row_compare_source(row, &from, image ? set->call.asked.attack.target : (double)NAN,
                           n ? n->sd : (double)NAN);
    evk_row_measure_delta(row, source, file, image_shape(set)->c);
    return EVK_OK;
}

/* Fill in the columns of a row that depend on its neuron. */
static evk_status fill_responses(const struct set *set, struct evk_sweep_worker *a,
                                 const struct evk_adversarial_job *job, const unsigned char *source,
                                 const struct evk_pixels *file, struct evk_row *row, evk_error *err)
{
    const struct evk_shape *in = image_shape(set);
    const bool moved = job->model == job->sweep.model && job->output == job->sweep.output;
    struct evk_pixels pixels = {0, 0, 0, NULL};
    evk_status s = EVK_OK;

    if (source)
        s = evk_pixels_of_bytes(&pixels, in->h, in->w, in->c, source, err);
    if (!s)
        s = respond_to_change(set, moved ? &a->attacked : &a->other_neuron, job,
                              source ? &pixels : NULL, file, row, err);
    if (!s && job->role == EVK_ROLE_IMAGE && set->call.asked.attack.hold[0])
        row->held_delta = a->results[job->budget].held;
    evk_pixels_release(&pixels);
    return s;
}

static evk_status adversarial_make(void *arg, int worker, struct evk_stimulus *s, evk_error *err)
{
    const struct set *set = arg;
    const struct evk_adversarial_job *job = &set->plan.jobs[set->plan.job_of[s->row.stim_code - 1]];
    struct evk_sweep_worker *a = &set->workers[worker];
    const unsigned char *image, *source;
    struct evk_pixels file;
    evk_status status;

    EVK_TRY(find_bytes(set, a, job, &image, &source, s->row.source_changes, err));
    EVK_TRY(put_file(set, &s->row, image, &file, err));
    status = job->model ? fill_responses(set, a, job, source, &file, &s->row, err) : EVK_OK;
    evk_pixels_release(&file);
    return status;
}

/* ---- the set ------------------------------------------------------------------------------ */

static evk_status link_rows(void *arg, const int64_t *place, struct evk_stimuli *all,
                            evk_error *err)
{
    struct set *set = arg;

    return evk_adversarial_link(&set->plan, place, all, err);
}

static bool is_same_sweep(const struct evk_sweep *a, const struct evk_sweep *b)
{
    return a->model && a->model == b->model && a->output == b->output && a->base == b->base &&
           a->aim == b->aim;
}

/*
 * Are two rows made from one sweep, so that one thread had best make both?  The hook together of
 * evk_build.
 */
static bool is_of_same_sweep(void *arg, const struct evk_row *a, const struct evk_row *b)
{
    const struct set *set = arg;
    const int64_t *job_of = set->plan.job_of;

    return is_same_sweep(&set->plan.jobs[job_of[a->stim_code - 1]].sweep,
                         &set->plan.jobs[job_of[b->stim_code - 1]].sweep);
}

static evk_status adversarial_complete(void *arg, const evk_json *description,
                                       struct evk_stimuli *all, evk_error *err)
{
    const struct set *set = arg;

    return evk_judges_score(set->call.judges, set->call.folder, description, all, set->call.run,
                            err);
}

/* Returns how many sweeps there are, at least 1; rows of one sweep follow each other. */
static int64_t count_sweeps(const struct set *set)
{
    const struct evk_adversarial_job *jobs = set->plan.jobs;
    int64_t sweeps = 0;

    for (int64_t i = 0; i < set->plan.count; i++)
        sweeps +=
            jobs[i].sweep.model && !(i > 0 && is_same_sweep(&jobs[i - 1].sweep, &jobs[i].sweep));
    return sweeps ? sweeps : 1;
}

static evk_status open_workers(struct set *set, int threads, evk_error *err)
{
    const int64_t sweeps = count_sweeps(set);
    const int share = evk_team_share(set->call.run->threads, sweeps);

    EVK_TRY(evk_alloc(&set->workers, threads, sizeof(*set->workers), "threads", err));
    for (int t = 0; t < threads; t++)
        EVK_TRY(evk_sweep_worker_open(&set->workers[t], &set->call.asked,
                                      evk_shape_count(image_shape(set)), t < sweeps ? share : 1,
                                      err));
    return EVK_OK;
}

static evk_status put_set(struct set *set, const struct evk_json_writer *asked, int threads,
                          struct evk_built *out, evk_error *err)
{
    struct evk_json_writer description = *asked;
    struct evk_build b = {
        .asked = &description,
        .units = set->call.units,
        .wanted = set->plan.wanted,
        .count = set->plan.count,
        .make = adversarial_make,
        .link = link_rows,
        .together = is_of_same_sweep,
        .complete = set->call.judges && set->call.judges->count ? adversarial_complete : NULL,
        .arg = set,
        .run = set->call.run,
        .threads = threads,
    };
    struct evk_writing writing;
    evk_status s;

    EVK_TRY(evk_writing_begin(&writing, set->call.path, err));
    set->call.folder = b.folder = &writing.folder;
    s = evk_build(&b, out, err);
    if (!s || s == EVK_ESTOPPED)
        evk_log_run(set->call.path, set->call.targets, set->call.count, threads);
    evk_writing_end(&writing);
    return s;
}

static void describe_held(const struct set *set, struct evk_json_writer *w)
{
    evk_json *models = evk_json_member(evk_json_member(w->root, "StimulusSet"), "Models");

    for (size_t i = 0; i < set->call.asked.held_count; i++)
        evk_held_describe(w, evk_json_element(models, i), &set->held[i]);
}

/*
 * Write the description of the whole call.  The caller releases the writer, also after a failure.
 */
static evk_status describe_set(const struct set *set, struct evk_json_writer *w, evk_error *err)
{
    struct evk_str budgets = EVK_STR_INIT, controls = EVK_STR_INIT;
    evk_adversarial_options record = *set->call.options;
    evk_status s = evk_adversarial_spell(&set->call.asked, &budgets, &controls, err);

    record.budgets = budgets.data;
    record.controls = controls.data;
    if (s)
        evk_json_writer_init(w);
    else
        s = evk_describe_adversarial(w, set->call.targets, set->call.count, &record,
                                     set->call.images, set->call.run, err);
    evk_str_release(&budgets);
    evk_str_release(&controls);
    if (!s) {
        evk_unit_table_describe(w, set->call.units);
        describe_held(set, w);
    }
    if (!s && set->call.judges)
        s = evk_judges_describe(w, evk_json_member(w->root, "StimulusSet"), set->call.judges,
                                set->call.targets, set->call.count, set->call.run, err);
    return s;
}

static evk_status adversarial_build(struct set *set, struct evk_built *out, evk_error *err)
{
    const int threads = evk_thread_count(set->call.run->threads, set->plan.count);
    struct evk_json_writer asked;
    evk_status s = describe_set(set, &asked, err);

    if (!s)
        s = open_workers(set, threads, err);
    if (!s)
        s = put_set(set, &asked, threads, out, err);
    evk_json_writer_release(&asked);
    for (int t = 0; set->workers && t < threads; t++)
        evk_sweep_worker_close(&set->workers[t]);
    free(set->workers);
    return s;
}

/* ---- the call ------------------------------------------------------------------------------ */

/* Measure the tolerances of held responses, where the options do not give one. */
static evk_status find_tolerances(struct set *set, const evk_image_list *images, evk_error *err)
{
    struct evk_adversarial_call *c = &set->call;

    if (!evk_held_is_measured(&c->asked.attack))
        return EVK_OK;
    EVK_TRY(evk_alloc(&set->held, (int64_t)c->count, sizeof(*set->held), "held responses", err));
    for (size_t i = 0; i < c->count; i++)
        EVK_TRY(evk_held_measure(&set->held[i], c->targets[i].model, &c->asked.attack, images,
                                 c->run, err));
    c->asked.held = set->held;
    c->asked.held_count = c->count;
    return EVK_OK;
}

/*
 * Find what gives delta_z its unit: responses to the reference images or, without any, to the base
 * images if there are at least two.
 */
static evk_status find_scale(struct set *set, evk_error *err)
{
    evk_image_list *images = set->call.judges ? set->call.judges->reference : NULL;

    set->scored = images != NULL;
    if (!images && evk_image_list_count(set->call.images) >= EVK_REFERENCE_MIN)
        images = set->call.images;
    EVK_TRY(
        evk_prepare_for(set->call.images, set->call.targets, set->call.count, set->call.run, err));
    if (images)
        EVK_TRY(evk_prepare_for(images, set->call.targets, set->call.count, set->call.run, err));
    EVK_TRY(find_tolerances(set, images, err));
    if (!images)
        return EVK_OK;
    return evk_naturals_read(&set->scale, set->call.targets, set->call.count, images, 1, false,
                             set->call.run, err);
}

/*
 * Without --resize, a base image must have the size of the models.  A header that cannot be read is
 * left to the reading of the image, which says why.
 */
static evk_status check_size(const struct evk_adversarial_call *c, size_t i, evk_error *err)
{
    const evk_model_info *m = evk_model_describe(c->targets[0].model);
    int64_t height, width;

    if (evk_image_list_header(c->images, i, &height, &width, NULL) ||
        (height == m->height && width == m->width))
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "%s: is %lldx%lld (height x width), but %s expects %lldx%lld; --resize makes "
                    "it so",
                    evk_image_list_path(c->images, i), (long long)height, (long long)width, m->path,
                    (long long)m->height, (long long)m->width);
}

static evk_status prepare_bases(const struct evk_adversarial_call *c, evk_error *err)
{
    for (size_t i = 0; !c->options->resize && i < evk_image_list_count(c->images); i++)
        EVK_TRY(check_size(c, i, err));
    return evk_prepare_for(c->images, c->targets, c->count, c->run, err);
}

evk_status evk_adversarial_units(const char *folder, const evk_target *targets, size_t count,
                                 evk_image_list *images, const evk_adversarial_options *options,
                                 const evk_judges *judges, const evk_units *units,
                                 const evk_run *run, evk_adversarial_report **out, evk_error *err)
{
    EVK_ENTER();
    struct set set = {.call = {.path = folder,
                               .targets = targets,
                               .count = count,
                               .images = images,
                               .options = options,
                               .judges = judges,
                               .units = units,
                               .run = run}};
    const struct evk_asked *asked = &set.call.asked;
    struct evk_built built;
    evk_status s;

    EVK_TRY(evk_adversarial_resolve(&set.call.asked, options, err));
    EVK_TRY(evk_targets_check(targets, count, err));
    EVK_TRY(prepare_bases(&set.call, err));
    EVK_TRY(evk_adversarial_plan(&set.plan, asked, targets, count, images, err));
    s = evk_adversarial_check(&set.call, err);
    if (!s)
        s = find_scale(&set, err);
    if (!s)
        s = adversarial_build(&set, &built, err);
    if (!s) {
        s = evk_adversarial_report_new(out, &built, &set.plan, asked,
                                       evk_targets_neurons(targets, count), err);
        evk_built_release(&built);
    }
    evk_adversarial_plan_release(&set.plan);
    evk_naturals_release(&set.scale);
    for (size_t i = 0; set.held && i < count; i++)
        evk_held_release(&set.held[i]);
    free(set.held);
    return s;
}

evk_status evk_adversarial(const char *folder, const evk_target *targets, size_t count,
                           evk_image_list *images, const evk_adversarial_options *options,
                           const evk_judges *judges, const evk_run *run,
                           evk_adversarial_report **out, evk_error *err)
{
    return evk_adversarial_units(folder, targets, count, images, options, judges, NULL, run, out,
                                 err);
}
