/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controls.c - the controls of a set of synthesized images: their rows, and how one is made */
#include "stimset/sets/maximize/controls.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/model.h"
#include "stimset/controls/control.h"
#include "stimset/controls/series.h"
#include "stimset/controls/windowed.h"
#include "stimset/inputs/fit.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/record/target.h"
#include "stimset/score/judges.h"
#include "stimset/score/worker.h"
#include "stimset/sets/maximize/series.h"
#include "synth/recipe.h"

/* How a control is made. */
struct job {
    const struct evk_control_type *type;
    /* row of the image that it controls; row of an image of another neuron, or NULL */
    const struct evk_row *of, *other;
    int64_t source;  /* index of its reference image, -1: none */
    double contrast; /* of an image of a series, else NaN */
    int64_t natural; /* of a series of a control natural, the job of that control, else -1 */
};

struct controlling {
    const struct evk_maximizing *m;
    struct evk_controls kinds;
    struct evk_contrasts contrasts;
    struct evk_row *wanted; /* (count) */
    struct job *jobs;       /* (count) how each is made */
    int64_t count;
    int64_t *job_of;            /* (rows of the set) by stim_code - 1: index into jobs */
    struct evk_worker *workers; /* (threads) */
};

bool evk_is_control(const struct evk_row *row)
{
    return row->control != NULL;
}

evk_status evk_maximize_check_controls(const struct evk_maximizing *m, evk_error *err)
{
    const int64_t neurons = evk_targets_neurons(m->targets, m->count);
    struct evk_contrasts contrasts;
    struct evk_controls kinds;

    EVK_TRY(evk_contrasts_parse(&contrasts, m->recipe->contrasts, err));
    EVK_TRY(evk_controls_parse(&kinds, m->recipe->controls, err));
    for (size_t i = 0; i < kinds.count; i++) {
        const struct evk_control_type *c = kinds.type[i];

        if (!c->maximized && !c->blank)
            return evk_fail(
                err, EVK_EINVAL,
                "control %s is for perturbed images, but the images of this set are synthesized",
                c->name);
        if ((c->best_natural || c->any_natural) && !m->naturals->images)
            return evk_fail(err, EVK_EINVAL,
                            "control %s is made from a reference image, expected --reference",
                            c->name);
        if (c->other_neuron && neurons < 2)
            return evk_fail(err, EVK_EINVAL, "control %s needs at least two neurons, found %lld",
                            c->name, (long long)neurons);
    }
    return EVK_OK;
}

/* ---- rows ---------------------------------------------------------------------------------- */

/*
 * The row of the image of a start, NULL where it is not kept.  neuron: its index among the neurons
 * of the call.
 */
static const struct evk_row *image_at(const struct controlling *c, const struct evk_built *b,
                                      int64_t neuron, int64_t start)
{
    const struct evk_row *row = &b->all.list[b->place[neuron * c->m->recipe->starts + start]].row;

    return row->present ? row : NULL;
}

/* Returns the image of the next neuron that has any: that of the same start, or else the first. */
static const struct evk_row *other_of(const struct controlling *c, const struct evk_built *b,
                                      int64_t neuron, int64_t start)
{
    const int64_t neurons = evk_targets_neurons(c->m->targets, c->m->count);

    for (int64_t k = 1; k < neurons; k++) {
        const int64_t other = (neuron + k) % neurons;
        const struct evk_row *row = image_at(c, b, other, start);

        for (int64_t s = 0; !row && s < c->m->recipe->starts; s++)
            row = image_at(c, b, other, s);
        if (row)
            return row;
    }
    return NULL;
}

/*
 * Choose the reference image that a control is made from by the pixel hash of the image that it
 * controls, so that the choice is always the same.
 */
static int64_t pick_reference(const struct controlling *c, const struct evk_row *of)
{
    char digits[9];

    snprintf(digits, sizeof(digits), "%.8s", of->pixel_sha256);
    return (int64_t)(strtoull(digits, NULL, 16) % evk_image_list_count(c->m->naturals->images));
}

static int64_t source_of(const struct controlling *c, const struct evk_control_type *type,
                         const struct evk_row *of)
{
    const struct evk_model *model = evk_targets_model(c->m->targets, of);

    if (type->any_natural)
        return pick_reference(c, of);
    if (type->best_natural)
        return evk_naturals_find(c->m->naturals, model, of->target_output)->best[0];
    return -1;
}

/* Does each neuron, and not each image, have one control of this kind? */
static bool is_once(const struct evk_control_type *type)
{
    return type->best_natural || type->blank;
}

static struct evk_row begin_row(const struct controlling *c, const struct job *job)
{
    const struct evk_row *of = job->of;
    struct evk_row r = evk_row_new();

    r.type = "image";
    r.set_type = job->type->blank ? "blank" : "control";
    r.target_model = of->target_model;
    memcpy(r.target_output, of->target_output, sizeof(r.target_output));
    memcpy(r.objective, of->objective, sizeof(r.objective));
    r.model_sha256 = of->model_sha256;
    r.seed = c->m->recipe->seed;
    r.start = is_once(job->type) ? EVK_INT_MISSING : of->start;
    r.control = job->type->name;
    r.control_of = of->stimulus_id;
    if (job->type->other_neuron)
        r.source_id = job->other ? job->other->stimulus_id : NULL;
    else if (job->source < 0 && !job->type->blank)
        r.source_id = of->stimulus_id;
    if (job->source >= 0)
        r.source_file = evk_image_list_name(c->m->naturals->images, (size_t)job->source);
    evk_caption_control(&r);
    return r;
}

/* Begin the row of an image at another contrast: it is of the same kind as the image itself. */
static struct evk_row begin_series(const struct controlling *c, const struct job *job)
{
    struct evk_row r = begin_row(c, job);

    r.contrast = job->contrast;
    if (job->natural >= 0) {
        r.start = EVK_INT_MISSING;
        return r; /* link_rows knows its source */
    }
    r.set_type = job->of->set_type;
    r.response_source = job->of->response_pred;
    evk_caption_series(&r);
    return r;
}

/*
 * Add an image at all contrasts but its own: the kept image or, with source, the reference image of
 * the job natural.
 */
static void series_add(struct controlling *c, const struct evk_row *of, int64_t source,
                       int64_t natural)
{
    for (size_t i = 0; i < c->contrasts.count; i++) {
        const struct job job = {&evk_series_type, of, NULL, source, c->contrasts.level[i], natural};

        c->wanted[c->count] = begin_series(c, &job);
        c->jobs[c->count++] = job;
    }
}

/* Add a control of a kept image. */
static void control_add(struct controlling *c, const struct evk_built *b,
                        const struct evk_control_type *t, int64_t neuron, const struct evk_row *of)
{
    const struct job job = {t,
                            of,
                            t->other_neuron ? other_of(c, b, neuron, of->start) : NULL,
                            source_of(c, t, of),
                            (double)NAN,
                            -1};
    const int64_t natural = c->count;

    c->wanted[c->count] = begin_row(c, &job);
    c->jobs[c->count++] = job;
    if (!t->best_natural)
        return;
    if (c->contrasts.asked)
        c->wanted[natural].contrast = 1;
    series_add(c, of, job.source, natural);
}

/*
 * List all controls, and the images at other contrasts.  Each kept image has one of each kind,
 * except that of a kind with is_once only the first kept image of a neuron has one.
 */
static evk_status list_rows(struct controlling *c, const struct evk_built *b, evk_error *err)
{
    const int64_t neurons = evk_targets_neurons(c->m->targets, c->m->count);
    const int64_t of_image = (int64_t)(c->kinds.count + 2 * c->contrasts.count);
    const int64_t most = neurons * c->m->recipe->starts * of_image;

    EVK_TRY(evk_alloc(&c->wanted, most, sizeof(*c->wanted), "controls", err));
    EVK_TRY(evk_alloc(&c->jobs, most, sizeof(*c->jobs), "controls", err));
    for (int64_t k = 0; k < neurons; k++) {
        bool first = true;

        for (int64_t s = 0; s < c->m->recipe->starts; s++) {
            const struct evk_row *of = image_at(c, b, k, s);

            if (!of)
                continue;
            for (size_t i = 0; i < c->kinds.count; i++)
                if (first || !is_once(c->kinds.type[i]))
                    control_add(c, b, c->kinds.type[i], k, of);
            series_add(c, of, -1, -1);
            first = false;
        }
    }
    return EVK_OK;
}

/* ---- one control ----------------------------------------------------------------------------- */

static evk_status make_blank(const struct evk_control_type *type, const struct evk_maximized *of,
                             struct evk_pixels *out, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(of->model);
    const int64_t n = in->h * in->w * 3;

    EVK_TRY(evk_pixels_new(out, in->h, in->w, 3, err));
    if (of->window)
        memset(out->data, evk_windowed_background(of->window), (size_t)n);
    else
        type->blank(n, out->data);
    return EVK_OK;
}

/*
 * Read the files of the image and of the image of the other neuron, and make the control of them.
 */
static evk_status make_of_files(const struct evk_dir *folder, const struct evk_control_type *type,
                                struct evk_maximized of, const struct evk_row *other_row,
                                struct evk_pixels *out, evk_error *err)
{
    struct evk_pixels image = {0, 0, 0, NULL}, other = {0, 0, 0, NULL};
    evk_status s;

    if (type->other_neuron && !other_row)
        return evk_fail(err, EVK_ENOTFOUND, "no other neuron has an image");
    s = evk_set_file_get_image(folder, of.row, NULL, &image, err);
    if (!s && other_row)
        s = evk_set_file_get_image(folder, other_row, NULL, &other, err);
    of.image = &image;
    of.other = &other;
    if (!s)
        s = type->maximized(&of, out, err);
    evk_pixels_release(&image);
    evk_pixels_release(&other);
    return s;
}

evk_status evk_maximized_make(const struct evk_dir *folder, const struct evk_control_type *type,
                              const struct evk_maximized *from, const struct evk_row *other_row,
                              struct evk_pixels *out, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(from->model);
    struct evk_maximized of = *from;
    struct evk_image_window window;
    evk_status s = evk_recipe_window(&window, of.recipe, in->h, in->w, of.row->n_steps, err);

    of.window = window.weight ? &window : NULL;
    if (!s)
        s = type->blank ? make_blank(type, &of, out, err)
                        : make_of_files(folder, type, of, other_row, out, err);
    evk_image_window_release(&window);
    return s;
}

/*
 * Make the pixels of a control, with the start image and the reference image where there are such.
 */
static evk_status make_pixels(const struct controlling *c, const struct job *job,
                              const evk_model *model, struct evk_pixels *out, evk_error *err)
{
    struct evk_maximized of = {
        .row = job->of, .model = model, .recipe = c->m->recipe, .contrast = job->contrast};
    struct evk_row begun = *job->of;
    evk_image *start = NULL, *source = NULL;
    evk_status s = evk_model_find_neuron(model, begun.target_output, &of.output, err);

    if (!s)
        s = evk_start_image_make(c->m->start_image, model, &begun, &start, err);
    if (!s && job->source >= 0)
        s = evk_fit_listed(c->m->naturals->images, (size_t)job->source, model, false, &source, NULL,
                           err);
    of.start = start ? start->values : NULL;
    of.source = source;
    if (!s)
        s = evk_maximized_make(c->m->folder, job->type, &of, job->other, out, err);
    evk_image_free(start);
    evk_image_free(source);
    return s;
}

static evk_status control_make(void *arg, int worker, struct evk_stimulus *s, evk_error *err)
{
    const struct controlling *c = arg;
    const struct job *job = &c->jobs[c->job_of[s->row.stim_code - 1]];
    const evk_model *model = evk_targets_model(c->m->targets, &s->row);
    const struct evk_natural *natural;
    struct evk_pixels made, file;
    evk_status status;

    EVK_TRY(make_pixels(c, job, model, &made, err));
    status = evk_set_file_put_image(c->m->folder, &s->row, &made, &file, err);
    evk_pixels_release(&made);
    EVK_TRY(status);
    status = evk_windowed_measure(c->m->recipe, job->of, &file, &s->row, err);
    if (!status)
        status = evk_worker_respond(&c->workers[worker], model, c->m->recipe, &file, &s->row, err);
    evk_pixels_release(&file);
    natural = c->m->naturals->images
                  ? evk_naturals_find(c->m->naturals, model, s->row.target_output)
                  : NULL;
    if (!status && natural)
        evk_natural_score(c->m->naturals, natural, true, &s->row);
    return status;
}

/* ---- the set --------------------------------------------------------------------------------- */

static evk_status link_rows(void *arg, const int64_t *place, struct evk_stimuli *all,
                            evk_error *err)
{
    struct controlling *c = arg;

    EVK_TRY(evk_alloc(&c->job_of, all->count, sizeof(*c->job_of), "controls", err));
    for (int64_t i = 0; i < c->count; i++)
        c->job_of[place[i]] = i;
    for (int64_t i = 0; i < c->count; i++)
        if (c->jobs[i].natural >= 0) {
            struct evk_row *row = &all->list[place[i]].row;

            row->source_id = all->list[place[c->jobs[i].natural]].row.stimulus_id;
            evk_caption_series(row);
        }
    return EVK_OK;
}

/*
 * Fill in the response to the source of each image of a series.  EVK_EFORMAT: the set, which an
 * earlier call made, does not have the source that a row names.
 */
static evk_status fill_sources(const struct evk_dir *folder, struct evk_stimuli *all,
                               evk_error *err)
{
    for (int64_t i = 0; i < all->count; i++) {
        struct evk_row *row = &all->list[i].row;
        const struct evk_row *source;

        if (!row->present || !evk_row_is_series(row))
            continue;
        source = evk_series_source(all, row);
        if (!source)
            return evk_fail(err, EVK_EFORMAT,
                            "%s: the rows of the set do not say of which image %s is a lower "
                            "contrast",
                            folder->path, row->stimulus_id);
        row->response_source = source->response_pred;
    }
    return EVK_OK;
}

static evk_status controls_complete(void *arg, const evk_json *description, struct evk_stimuli *all,
                                    evk_error *err)
{
    const struct evk_maximizing *m = ((const struct controlling *)arg)->m;

    EVK_TRY(fill_sources(m->folder, all, err));
    if (!m->judges || !m->judges->count)
        return EVK_OK;
    return evk_judges_score(m->judges, m->folder, description, all, m->run, err);
}

/*
 * EVK_EFORMAT where controls (count) could not be made: the message says how many, and why the
 * first one could not.
 */
static evk_status check_built(const struct evk_built *b, int64_t count, evk_error *err)
{
    int64_t failed = 0, first = 0;

    for (int64_t i = count; i-- > 0;)
        if (!b->all.list[b->place[i]].row.present) {
            failed++;
            first = b->place[i];
        }
    if (!failed)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "%lld of %lld controls could not be made, the first is %s: %s",
                    (long long)failed, (long long)count, b->all.list[first].row.stimulus_id,
                    b->failure[first] ? b->failure[first] : "an earlier call said why");
}

static evk_status controls_build(struct controlling *c, struct evk_json_writer *asked,
                                 evk_error *err)
{
    const struct evk_maximizing *m = c->m;
    const evk_run run = {.threads = m->run->threads,
                         .progress = m->run->progress,
                         .stop = m->run->stop,
                         /*
                          * enough stays NULL: controls take little time, so that all of them are
                          * made
                          */
                         .arg = m->run->arg};
    const struct evk_build b = {
        .folder = m->folder,
        .asked = asked,
        .wanted = c->wanted,
        .count = c->count,
        .make = control_make,
        .link = link_rows,
        .complete = controls_complete,
        .arg = c,
        .run = &run,
        .reference = m->naturals->images,
        .steps = m->recipe->steps,
        .traces = m->recipe->trace,
        .threads = evk_thread_count(m->run->threads, c->count),
        .minimize = m->recipe->minimize,
    };
    struct evk_built built;
    evk_status s;

    EVK_TRY(evk_alloc(&c->workers, b.threads, sizeof(*c->workers), "threads", err));
    s = evk_build(&b, &built, err);
    if (!s) {
        s = check_built(&built, c->count, err);
        evk_built_release(&built);
    }
    for (int t = 0; t < b.threads; t++)
        evk_worker_release(&c->workers[t]);
    return s;
}

evk_status evk_maximize_add_controls(const struct evk_maximizing *m, struct evk_json_writer *asked,
                                     const struct evk_built *images, evk_error *err)
{
    struct controlling c = {.m = m};
    evk_status s;

    EVK_TRY(evk_controls_parse(&c.kinds, m->recipe->controls, err));
    EVK_TRY(evk_contrasts_parse(&c.contrasts, m->recipe->contrasts, err));
    s = list_rows(&c, images, err);
    if (!s && c.count)
        s = controls_build(&c, asked, err);
    free(c.wanted);
    free(c.jobs);
    free(c.job_of);
    free(c.workers);
    return s;
}
