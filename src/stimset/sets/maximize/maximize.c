/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maximize.c - make a set of maximizing or minimizing stimuli */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "model/session.h"
#include "stimset/controls/windowed.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/log.h"
#include "stimset/folder/unit_table.h"
#include "stimset/folder/writing.h"
#include "stimset/inputs/fit.h"
#include "stimset/make/build.h"
#include "stimset/make/earlier.h"
#include "stimset/make/plan.h"
#include "stimset/make/report.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/record/target.h"
#include "stimset/score/diverse.h"
#include "stimset/score/judges.h"
#include "stimset/score/keep.h"
#include "stimset/score/select.h"
#include "stimset/score/start_image.h"
#include "stimset/score/worker.h"
#include "stimset/sets/maximize/controls.h"
#include "stimset/sets/maximize/maximize.h"
#include "synth/recipe.h"

struct set {
    const char *path;             /* path of the folder */
    const struct evk_dir *folder; /* NULL until it is open */
    const evk_target *targets;
    const evk_recipe *recipe;
    const evk_judges *judges; /* may be NULL */
    const evk_units *units;   /* may be NULL */
    const evk_run *run;
    /* responses to the reference images; empty where there are none */
    struct evk_naturals naturals;
    struct evk_start_image start_image;
    struct evk_row *wanted; /* (count) by target, output and start */
    int64_t count;
    struct evk_worker *workers;    /* (threads) */
    const struct evk_stimuli *all; /* all stimuli of the folder */
    bool judged;                   /* judges have scored the images, since one of them chose */
};

static struct evk_maximizing maximizing(const struct set *set, size_t count)
{
    return (struct evk_maximizing){set->folder, set->targets, count,          set->recipe,
                                   set->judges, set->run,     &set->naturals, &set->start_image};
}

/* Begin a row: everything that is known before the image is made. */
static struct evk_row begin_row(const evk_model *m, int64_t output, int64_t start,
                                const evk_recipe *recipe)
{
    const evk_model_info *info = evk_model_describe(m);
    struct evk_row r = evk_row_new();

    r.type = "image";
    r.target_model = info->name;
    evk_model_neuron(m, output, r.target_output);
    evk_row_set_objective(&r, recipe, evk_model_ends_in_softmax(m));
    r.method = recipe->method;
    r.seed = recipe->seed;
    r.start = start;
    r.contrast = recipe->contrasts[0] ? 1 : (double)NAN;
    r.n_steps = recipe->steps;
    r.model_sha256 = info->sha256;
    evk_caption_ascent(&r, recipe);
    return r;
}

/*
 * Synthesize the image of a row, and write its files.  *file receives the image as it was read
 * back.
 */
static evk_status make_file(const struct set *set, struct evk_worker *memory,
                            const evk_model *model, const evk_given *given, struct evk_stimulus *s,
                            struct evk_pixels *file, evk_error *err)
{
    struct evk_pixels rounded;
    evk_status status;

    EVK_TRY(evk_worker_synthesize(memory, model, set->recipe, given, set->run, s, &rounded, err));
    status = set->recipe->trace
                 ? evk_set_file_put_trace(set->folder, &s->row, &memory->full_trace.text, err)
                 : EVK_OK;
    if (!status)
        status = evk_set_file_put_image(set->folder, &s->row, &rounded, file, err);
    evk_pixels_release(&rounded);
    return status;
}

/* Make the start image of a row: a callback of evk_earlier_source. */
static evk_status make_start_image(void *arg, const evk_model *model, struct evk_row *row,
                                   evk_image **out, evk_error *err)
{
    const struct set *set = arg;

    return evk_start_image_make(&set->start_image, model, row, out, err);
}

/*
 * Make the files of a row from its start image, NULL for noise, and the images of earlier starts.
 */
static evk_status make_from(struct set *set, struct evk_worker *memory, const evk_model *model,
                            const evk_image *from, struct evk_stimulus *s, struct evk_pixels *file,
                            evk_error *err)
{
    const struct evk_earlier_source source = {set->folder, set->all,         model,
                                              set->recipe, make_start_image, set};
    struct evk_earlier earlier;
    evk_status status = evk_earlier_find(&earlier, &source, &s->row, memory, err);

    if (!status) {
        const evk_given given = {from ? from->values : NULL, (const float *const *)earlier.image,
                                 earlier.count};

        status = make_file(set, memory, model, &given, s, file, err);
    }
    evk_earlier_release(&earlier);
    return status;
}

static evk_status maximize_make(void *arg, int worker, struct evk_stimulus *s, evk_error *err)
{
    struct set *set = arg;
    struct evk_worker *memory = &set->workers[worker];
    const evk_model *model = evk_targets_model(set->targets, &s->row);
    const struct evk_natural *natural;
    struct evk_pixels file;
    evk_image *from;
    evk_status status;

    EVK_TRY(evk_start_image_make(&set->start_image, model, &s->row, &from, err));
    status = make_from(set, memory, model, from, s, &file, err);
    evk_image_free(from);
    EVK_TRY(status);
    status = evk_windowed_measure(set->recipe, &s->row, &file, &s->row, err);
    if (!status)
        status = evk_worker_respond(memory, model, set->recipe, &file, &s->row, err);
    evk_pixels_release(&file);
    natural = evk_naturals_find(&set->naturals, model, s->row.target_output);
    if (!status && natural)
        evk_natural_score(&set->naturals, natural, true, &s->row);
    return status;
}

static void maximize_begin(void *arg, const struct evk_stimuli *all)
{
    struct set *set = arg;

    set->all = all;
}

static evk_status maximize_choose(void *arg, const evk_json *description, struct evk_stimuli *all,
                                  evk_error *err)
{
    struct set *set = arg;

    if (strcmp(set->recipe->keep_by, evk_selection) == 0) {
        EVK_TRY(evk_judges_score(set->judges, set->folder, description, all, set->run, err));
        set->judged = true;
    }
    return evk_select(set->folder, set->targets, set->recipe, description, all, set->run->threads,
                      err);
}

static evk_status maximize_complete(void *arg, const evk_json *description, struct evk_stimuli *all,
                                    evk_error *err)
{
    const struct set *set = arg;

    if (set->judged)
        return EVK_OK;
    return evk_judges_score(set->judges, set->folder, description, all, set->run, err);
}

static evk_status list_wanted(struct set *set, size_t count, int64_t *neurons, evk_error *err)
{
    int64_t n = 0;

    *neurons = evk_targets_neurons(set->targets, count);
    if (!evk_size_mul(*neurons, set->recipe->starts, &set->count) || set->count > EVK_CODE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "%lld neurons x %lld starts are more stimuli than stim_code can number, "
                        "expected at most %d",
                        (long long)*neurons, (long long)set->recipe->starts, EVK_CODE_MAX);
    if (set->count == 0)
        return evk_fail(err, EVK_EINVAL, "there is no neuron to make images for");
    EVK_TRY(evk_alloc(&set->wanted, set->count, sizeof(*set->wanted), "jobs", err));
    for (size_t t = 0; t < count; t++)
        for (size_t o = 0; o < set->targets[t].count; o++)
            for (int64_t s = 0; s < set->recipe->starts; s++)
                set->wanted[n++] =
                    begin_row(set->targets[t].model, set->targets[t].outputs[o], s, set->recipe);
    return EVK_OK;
}

static evk_status maximize_check(const evk_target *targets, size_t count, const evk_recipe *recipe,
                                 evk_error *err)
{
    EVK_TRY(evk_recipe_check(recipe, err));
    EVK_TRY(evk_targets_check(targets, count, err));
    for (size_t i = 0; i < count; i++) {
        EVK_TRY(evk_recipe_check_model(recipe, targets[i].model, err));
        EVK_TRY(evk_ascent_check(recipe, targets[i].model, err));
        EVK_TRY(evk_diverse_check(recipe, targets[i].model, err));
    }
    return EVK_OK;
}

/* Add the controls of the images; where that fails, the images are released. */
static evk_status add_controls(const struct set *set, size_t count, struct evk_json_writer *asked,
                               struct evk_built *images, evk_error *err)
{
    const struct evk_maximizing m = maximizing(set, count);
    const evk_status s = evk_maximize_add_controls(&m, asked, images, err);

    if (s)
        evk_built_release(images);
    return s;
}

/* Make the images, and then their controls, in a folder that stays open. */
static evk_status put_set(struct set *set, size_t count, struct evk_json_writer *asked,
                          struct evk_build *b, struct evk_built *out, evk_error *err)
{
    struct evk_writing writing;
    evk_status s;

    EVK_TRY(evk_writing_begin(&writing, set->path, err));
    set->folder = b->folder = &writing.folder;
    s = evk_build(b, out, err);
    if (!s && (set->recipe->controls[0] || set->recipe->contrasts[0]))
        s = add_controls(set, count, asked, out, err);
    if (!s || s == EVK_ESTOPPED)
        evk_log_run(set->path, set->targets, count, b->threads);
    evk_writing_end(&writing);
    return s;
}

/* Write the description, and make the set. */
static evk_status maximize_build(struct set *set, size_t count, struct evk_built *out,
                                 evk_error *err)
{
    struct evk_json_writer asked;
    struct evk_build b = {
        .asked = &asked,
        .units = set->units,
        .wanted = set->wanted,
        .count = set->count,
        .is_later = evk_is_control,
        .begin = maximize_begin,
        .in_rounds = evk_recipe_diversity(set->recipe) != EVK_DIVERSE_NONE,
        .make = maximize_make,
        .choose = maximize_choose,
        .complete = set->judges && set->judges->count ? maximize_complete : NULL,
        .reference = set->naturals.images,
        .steps = set->recipe->steps,
        .traces = set->recipe->trace,
        .arg = set,
        .run = set->run,
        .threads = evk_thread_count(set->run->threads, set->count),
        .minimize = set->recipe->minimize,
    };
    evk_status s;

    EVK_TRY(evk_workers_new(&set->workers, set->run->threads, set->count,
                            b.in_rounds ? set->count / set->recipe->starts : set->count, err));
    evk_describe_maximize(&asked, set->targets, count, set->recipe);
    evk_unit_table_describe(&asked, set->units);
    evk_unit_table_describe_images(&asked, set->targets, count, set->units, false);
    s = evk_describe_files(&asked, &set->recipe->priors, err);
    if (!s && set->judges)
        s = evk_judges_describe(&asked, evk_json_member(asked.root, "StimulusSet"), set->judges,
                                set->targets, count, set->run, err);
    if (!s)
        s = put_set(set, count, &asked, &b, out, err);
    evk_json_writer_release(&asked);
    evk_workers_free(set->workers, b.threads);
    return s;
}

/* Fails where a unit is to get more images than are made of it. */
static evk_status check_units(const evk_units *units, const evk_recipe *recipe, evk_error *err)
{
    evk_unit unit;

    for (size_t i = 0; units && evk_units_at(units, i, &unit); i++)
        if (unit.images > recipe->starts)
            return evk_fail(err, EVK_EINVAL,
                            "unit '%s' is to get %lld images, but of each neuron %lld are made, of "
                            "which the best that differ are kept; expected fewer images, or more "
                            "than %lld starts",
                            unit.name, (long long)unit.images, (long long)recipe->starts,
                            (long long)unit.images);
    return EVK_OK;
}

/*
 * Read the start file once, as the first model sees it, so that a damaged file ends the call before
 * anything is made.
 */
static evk_status read_start_file(const struct set *set, evk_error *err)
{
    struct evk_size size = evk_size_of(set->targets[0].model);

    if (!set->start_image.file)
        return EVK_OK;
    size.channels = set->recipe->grayscale ? 1 : size.channels;
    return evk_image_list_prepare(set->start_image.file, &size, set->run, err);
}

/*
 * Read the reference images and the start file, and check that the controls can be made, before the
 * folder is touched.
 */
static evk_status read_reference_images(struct set *set, size_t count, evk_error *err)
{
    struct evk_maximizing m;
    const bool any = set->judges && set->judges->reference;
    const bool starts = evk_start_image_kind(set->recipe) == EVK_START_NATURAL;

    if (any)
        EVK_TRY(evk_naturals_read(&set->naturals, set->targets, count, set->judges->reference,
                                  starts ? set->recipe->starts : 1, set->recipe->minimize, set->run,
                                  err));
    EVK_TRY(evk_start_image_open(&set->start_image, set->recipe, any ? &set->naturals : NULL, err));
    EVK_TRY(read_start_file(set, err));
    m = maximizing(set, count);
    return evk_maximize_check_controls(&m, err);
}

evk_status evk_maximize_units(const char *folder, const evk_target *targets, size_t count,
                              const evk_recipe *recipe, const evk_judges *judges,
                              const evk_units *units, const evk_run *run, evk_set_report **out,
                              evk_error *err)
{
    EVK_ENTER();
    evk_recipe resolved = *recipe;
    struct set set = {.path = folder,
                      .targets = targets,
                      .judges = judges,
                      .units = units,
                      .recipe = &resolved,
                      .run = run};
    struct evk_built built;
    int64_t neurons;
    evk_status s;

    EVK_TRY(maximize_check(targets, count, recipe, err));
    EVK_TRY(check_units(units, recipe, err));
    if (judges)
        EVK_TRY(evk_judges_check(judges, targets, count, err));
    resolved.keep_by = evk_keep_by(recipe, judges);
    EVK_TRY(evk_keep_check(resolved.keep_by, targets, count, judges, err));
    s = list_wanted(&set, count, &neurons, err);
    if (!s)
        s = read_reference_images(&set, count, err);
    if (!s) {
        s = maximize_build(&set, count, &built, err);
        if (!s) {
            s = evk_set_report_new(out, &built, neurons, set.count, recipe->minimize, err);
            if (!s) {
                evk_set_report_take_start(*out, set.start_image.file);
                set.start_image.file = NULL;
            }
            evk_built_release(&built);
        }
    }
    evk_start_image_release(&set.start_image);
    evk_naturals_release(&set.naturals);
    free(set.wanted);
    return s;
}

evk_status evk_maximize(const char *folder, const evk_target *targets, size_t count,
                        const evk_recipe *recipe, const evk_judges *judges, const evk_run *run,
                        evk_set_report **out, evk_error *err)
{
    return evk_maximize_units(folder, targets, count, recipe, judges, NULL, run, out, err);
}
