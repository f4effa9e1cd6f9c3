/* SPDX-License-Identifier: GPL-3.0-or-later */
/* adversarial.c - a set of perturbed images: checks, and how each of its rows is made */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "model/model.h"
#include "stimset/adversarial.h"
#include "stimset/build.h"
#include "stimset/describe.h"
#include "stimset/fit.h"
#include "stimset/folder.h"
#include "stimset/judging.h"
#include "stimset/log.h"
#include "stimset/reference.h"
#include "stimset/stop.h"
#include "stimset/target.h"

struct set {
    const char *folder;
    const evk_target *targets;
    size_t target_count;
    const evk_image_list *images; /* base images */
    const evk_adversarial_options *options;
    const evk_judges *judges; /* may be NULL */
    const evk_run *run;
    struct evk_asked asked;
    struct evk_adversarial_plan plan;
    struct evk_naturals scale; /* of delta_z; without images there is none */
    bool scored;               /* are these reference images? */
    struct evk_adversary *workers; /* (threads) */
};

/* All models see images of this size. */
static const struct evk_shape *shape(const struct set *set)
{
    return evk_model_input(set->targets[0].model);
}

/* ---- one row ---------------------------------------------------------------------------- */

/* The bytes of a base image. */
static evk_status read_base(const struct set *set, int64_t base, unsigned char *out, evk_error *err)
{
    evk_image *image;

    EVK_TRY(evk_fit_listed(set->images, (size_t)base, set->targets[0].model, false, &image, err));
    evk_bytes_of_image(image, out);
    evk_image_free(image);
    return EVK_OK;
}

/* The row's file; *file is what was read back. */
static evk_status put_file(const struct set *set, struct evk_row *row, const unsigned char *bytes,
                           struct evk_pixels *file, evk_error *err)
{
    const struct evk_shape *in = shape(set);
    struct evk_pixels pixels;
    evk_status s;

    EVK_TRY(evk_pixels_of_bytes(&pixels, in->h, in->w, in->c, bytes, err));
    s = evk_folder_put_image(set->folder, row, &pixels, file, err);
    evk_pixels_release(&pixels);
    return s;
}

/* The sweep of a job, with its base images. */
static evk_status begin(const struct set *set, struct evk_adversary *a,
                        const struct evk_adversarial_job *job, evk_error *err)
{
    if (!a->there || a->sweep.base != job->sweep.base) {
        a->there = false;
        EVK_TRY(read_base(set, job->sweep.base, a->base, err));
    }
    if (job->onto != job->sweep.base)
        EVK_TRY(read_base(set, job->onto, a->other, err));
    return evk_adversary_sweep(a, &job->sweep, set->run, err);
}

/* Bytes of a job's image, and of the base that it is a change of; NULL: of none. */
static evk_status find_bytes(const struct set *set, struct evk_adversary *a,
                             const struct evk_adversarial_job *job, const unsigned char **image,
                             const unsigned char **source, evk_error *err)
{
    *source = NULL;
    *image = a->made;
    if (job->role == EVK_ROLE_BASE)
        return read_base(set, job->onto, a->made, err);
    if (job->role == EVK_ROLE_BLANK) {
        job->control->blank(a->n, a->made);
        return EVK_OK;
    }
    EVK_TRY(begin(set, a, job, err));
    *source = job->onto == job->sweep.base ? a->base : a->other;
    if (job->role == EVK_ROLE_CONTROL)
        return evk_adversary_control(a, job->control, job->budget, err);
    *image = a->images + (int64_t)job->budget * a->n;
    return EVK_OK;
}

/* What the neuron makes of the source, and of the file. */
static evk_status compare(const struct set *set, struct evk_maker *maker,
                          const struct evk_adversarial_job *job, const struct evk_pixels *source,
                          const struct evk_pixels *file, struct evk_row *row, evk_error *err)
{
    const bool image = job->role == EVK_ROLE_IMAGE;
    const struct evk_natural *n =
        evk_naturals_find(&set->scale, job->model, row->target_output);
    struct evk_row from = evk_row_new();

    EVK_TRY(evk_maker_respond(maker, job->model, &set->asked.recipe, file, row, err));
    if (n && set->scored)
        evk_natural_score(&set->scale, n, false, row);
    if (!source)
        return EVK_OK;
    memcpy(from.target_output, row->target_output, sizeof(from.target_output));
    EVK_TRY(evk_maker_respond(maker, job->model, &set->asked.recipe, source, &from, err));
    evk_row_compare_source(row, &from, image ? set->asked.attack.target : (double)NAN,
                           n ? n->sd : (double)NAN);
    evk_row_measure_delta(row, source, file, shape(set)->c);
    return EVK_OK;
}

/* Everything of a row that is a neuron's. */
static evk_status describe(const struct set *set, struct evk_adversary *a,
                           const struct evk_adversarial_job *job, const unsigned char *source,
                           const struct evk_pixels *file, struct evk_row *row, evk_error *err)
{
    const struct evk_shape *in = shape(set);
    const bool moved = job->model == job->sweep.model && job->output == job->sweep.output;
    struct evk_pixels pixels = {0, 0, 0, NULL};
    evk_status s = EVK_OK;

    if (source)
        s = evk_pixels_of_bytes(&pixels, in->h, in->w, in->c, source, err);
    if (!s)
        s = compare(set, moved ? &a->mover : &a->asker, job, source ? &pixels : NULL, file, row,
                    err);
    if (!s && job->role == EVK_ROLE_IMAGE && set->asked.attack.hold[0])
        row->held_delta = a->results[job->budget].held;
    evk_pixels_release(&pixels);
    return s;
}

static evk_status make(void *arg, int worker, struct evk_stimulus *s, evk_error *err)
{
    const struct set *set = arg;
    const struct evk_adversarial_job *job =
        &set->plan.jobs[set->plan.job_of[s->row.stim_code - 1]];
    struct evk_adversary *a = &set->workers[worker];
    const unsigned char *image, *source;
    struct evk_pixels file;
    evk_status status;

    EVK_TRY(find_bytes(set, a, job, &image, &source, err));
    EVK_TRY(put_file(set, &s->row, image, &file, err));
    status = job->model ? describe(set, a, job, source, &file, &s->row, err) : EVK_OK;
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

/* Are both made from one sweep? */
static bool together(void *arg, const struct evk_row *a, const struct evk_row *b)
{
    const struct set *set = arg;
    const struct evk_adversarial_job *x = &set->plan.jobs[set->plan.job_of[a->stim_code - 1]];
    const struct evk_adversarial_job *y = &set->plan.jobs[set->plan.job_of[b->stim_code - 1]];

    return x->sweep.model && x->sweep.model == y->sweep.model &&
           x->sweep.output == y->sweep.output && x->sweep.base == y->sweep.base &&
           strcmp(x->sweep.direction, y->sweep.direction) == 0;
}

static evk_status complete(void *arg, const evk_json *description, struct evk_stimuli *all,
                           evk_error *err)
{
    const struct set *set = arg;

    return evk_judging_score(set->judges, set->folder, description, all, set->run, err);
}

static evk_status open_workers(struct set *set, int threads, evk_error *err)
{
    EVK_TRY(evk_alloc(&set->workers, threads, sizeof(*set->workers), "threads", err));
    for (int t = 0; t < threads; t++)
        EVK_TRY(
            evk_adversary_open(&set->workers[t], &set->asked, evk_shape_count(shape(set)), err));
    return EVK_OK;
}

static evk_status put_set(struct set *set, const struct evk_json_writer *asked, int threads,
                          struct evk_built *out, evk_error *err)
{
    struct evk_json_writer description = *asked;
    const struct evk_build b = {
        .folder = set->folder,
        .asked = &description,
        .wanted = set->plan.wanted,
        .count = set->plan.count,
        .make = make,
        .link = link_rows,
        .together = together,
        .complete = set->judges && set->judges->count ? complete : NULL,
        .arg = set,
        .run = set->run,
        .threads = threads,
    };
    const evk_status s = evk_build(&b, out, err);

    if (!s || s == EVK_ESTOPPED)
        evk_log_run(set->folder, set->targets, set->target_count, threads);
    return s;
}

/* What is asked for. Release the writer, after a failure too. */
static evk_status describe_set(const struct set *set, struct evk_json_writer *w, evk_error *err)
{
    struct evk_str budgets = EVK_STR_INIT, controls = EVK_STR_INIT;
    evk_adversarial_options record = *set->options;
    evk_status s = evk_adversarial_spell(&set->asked, &budgets, &controls, err);

    record.budgets = budgets.data;
    record.controls = controls.data;
    if (s)
        evk_json_writer_init(w);
    else
        s = evk_describe_adversarial(w, set->targets, set->target_count, &record, set->images,
                                     set->run, err);
    evk_str_release(&budgets);
    evk_str_release(&controls);
    if (!s && set->judges)
        s = evk_judging_describe(w, evk_json_member(w->root, "StimulusSet"), set->judges, set->run,
                                 err);
    return s;
}

static evk_status build(struct set *set, struct evk_built *out, evk_error *err)
{
    const int threads = evk_thread_count(set->run->threads, set->plan.count);
    struct evk_json_writer asked;
    evk_status s = describe_set(set, &asked, err);

    if (!s)
        s = open_workers(set, threads, err);
    if (!s)
        s = put_set(set, &asked, threads, out, err);
    evk_json_writer_release(&asked);
    for (int t = 0; set->workers && t < threads; t++)
        evk_adversary_close(&set->workers[t]);
    free(set->workers);
    return s;
}

/* ---- checks -------------------------------------------------------------------------------- */

static evk_status check_shapes(const struct set *set, evk_error *err)
{
    const evk_model_info first = evk_model_describe(set->targets[0].model);

    for (size_t i = 1; i < set->target_count; i++) {
        const evk_model_info m = evk_model_describe(set->targets[i].model);

        if (m.height != first.height || m.width != first.width || m.channels != first.channels)
            return evk_fail(err, EVK_EINVAL,
                            "%s takes images of %lldx%lldx%lld, and %s of %lldx%lldx%lld, expected "
                            "models of one size, or a set for each",
                            first.path, (long long)first.height, (long long)first.width,
                            (long long)first.channels, m.path, (long long)m.height,
                            (long long)m.width, (long long)m.channels);
    }
    return EVK_OK;
}

/* Each neuron with all that is held. */
static evk_status check_held(const struct set *set, evk_error *err)
{
    const evk_attack *a = &set->asked.attack;

    for (size_t t = 0; t < set->target_count && a->hold[0]; t++)
        for (size_t o = 0; o < set->targets[t].count; o++) {
            const evk_model *m = set->targets[t].model;
            struct evk_hold hold;
            const evk_status s =
                evk_hold_open(&hold, m, a->hold, a->tolerance, set->targets[t].outputs[o], err);

            evk_hold_close(&hold);
            EVK_TRY(s);
        }
    return EVK_OK;
}

/* Whatever else the model and the attack do not agree in. */
static evk_status check_pursuits(const struct set *set, evk_error *err)
{
    for (size_t t = 0; t < set->target_count; t++) {
        struct evk_pursuit p;
        evk_session *session;
        evk_status s;

        EVK_TRY(evk_session_new_for(&session, set->targets[t].model, set->targets[t].outputs[0],
                                    err));
        s = evk_pursuit_open(&p, session, &set->asked.attack, err);
        evk_pursuit_close(&p);
        evk_session_free(session);
        EVK_TRY(s);
    }
    return EVK_OK;
}

static evk_status check_image(const struct set *set, size_t i, evk_error *err)
{
    const struct evk_shape *in = shape(set);
    evk_image *image;
    evk_status s = EVK_OK;

    EVK_TRY(evk_image_list_read(set->images, i, &image, err));
    if (image->channels != in->c)
        s = evk_fail(err, EVK_EINVAL, "%s: has %lld channel%s, but the model expects %lld",
                     evk_image_list_path(set->images, i), (long long)image->channels,
                     image->channels == 1 ? "" : "s", (long long)in->c);
    else if (!set->options->resize && (image->height != in->h || image->width != in->w))
        s = evk_fail(err, EVK_EINVAL,
                     "%s: is %lldx%lld, but %s expects %lldx%lld; expected --resize, or images of "
                     "that size",
                     evk_image_list_path(set->images, i), (long long)image->height,
                     (long long)image->width, set->targets[0].model->path, (long long)in->h,
                     (long long)in->w);
    evk_image_free(image);
    return s;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names tell base images apart. */
static evk_status check_names(const evk_image_list *images, evk_error *err)
{
    const size_t n = evk_image_list_count(images);
    evk_status s = EVK_OK;
    const char **names;

    EVK_TRY(evk_alloc(&names, (int64_t)n, sizeof(*names), "names of images", err));
    for (size_t i = 0; i < n; i++)
        names[i] = evk_image_list_name(images, i);
    qsort(names, n, sizeof(*names), by_name);
    for (size_t i = 1; i < n && !s; i++)
        if (strcmp(names[i], names[i - 1]) == 0)
            s = evk_fail(err, EVK_EINVAL, "%s: is given twice", names[i]);
    free(names);
    return s;
}

static evk_status check_images(const struct set *set, evk_error *err)
{
    EVK_TRY(check_names(set->images, err));
    for (size_t i = 0; i < evk_image_list_count(set->images); i++) {
        if (evk_is_stopped(set->run))
            return evk_fail(err, EVK_ESTOPPED, "interrupted");
        if (strpbrk(evk_image_list_name(set->images, i), "\t\r\n"))
            return evk_fail(err, EVK_EINVAL,
                            "%s: has a tab or a line feed in its name, which a table cannot hold",
                            evk_image_list_path(set->images, i));
        EVK_TRY(check_image(set, i, err));
    }
    return EVK_OK;
}

static evk_status check(const struct set *set, evk_error *err)
{
    EVK_TRY(evk_targets_check(set->targets, set->target_count, err));
    EVK_TRY(check_shapes(set, err));
    if (set->judges)
        EVK_TRY(evk_judging_check(set->judges, set->targets, set->target_count, err));
    EVK_TRY(check_held(set, err));
    EVK_TRY(check_pursuits(set, err));
    return check_images(set, err);
}

/* What a response varies by: over the reference images, or, if there are some, the base images. */
static evk_status find_scale(struct set *set, evk_error *err)
{
    const evk_image_list *images = set->judges ? set->judges->reference : NULL;

    set->scored = images != NULL;
    if (!images && evk_image_list_count(set->images) >= EVK_REFERENCE_MIN)
        images = set->images;
    if (!images)
        return EVK_OK;
    return evk_naturals_read(&set->scale, set->targets, set->target_count, images, 1, false,
                             set->run, err);
}

evk_status evk_adversarial(const char *folder, const evk_target *targets, size_t count,
                           const evk_image_list *images, const evk_adversarial_options *options,
                           const evk_judges *judges, const evk_run *run,
                           evk_adversarial_report **out, evk_error *err)
{
    struct set set = {.folder = folder,
                      .targets = targets,
                      .target_count = count,
                      .images = images,
                      .options = options,
                      .judges = judges,
                      .run = run};
    struct evk_built built;
    evk_status s;

    EVK_TRY(evk_adversarial_resolve(&set.asked, options, err));
    EVK_TRY(evk_adversarial_plan(&set.plan, &set.asked, targets, count, images, err));
    s = check(&set, err);
    if (!s)
        s = find_scale(&set, err);
    if (!s)
        s = build(&set, &built, err);
    if (!s) {
        s = evk_adversarial_report_new(out, &built, &set.plan, &set.asked,
                                       evk_targets_neurons(targets, count), err);
        evk_built_release(&built);
    }
    evk_adversarial_plan_release(&set.plan);
    evk_naturals_release(&set.scale);
    return s;
}
