/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naturals.c - make a set of the natural images that drive each neuron most, and least */
#include <stdio.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/log.h"
#include "stimset/folder/unit_table.h"
#include "stimset/folder/writing.h"
#include "stimset/inputs/fit.h"
#include "stimset/make/build.h"
#include "stimset/make/plan.h"
#include "stimset/make/report.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/record/target.h"
#include "stimset/score/natural.h"
#include "stimset/score/worker.h"
#include "stimset/sets/naturals/naturals.h"
#include "synth/settings.h"

struct set {
    const char *path;             /* path of the folder */
    const struct evk_dir *folder; /* NULL until it is open */
    const evk_target *targets;
    size_t target_count;
    const evk_units *units; /* may be NULL */
    /* numbers of images that drive a neuron most, and least, where units do not say others */
    int64_t keep, least;
    bool as_many; /* a unit has as many images that drive it least as that drive it most */
    const evk_run *run;
    evk_recipe recipe; /* recipe whose objective combines the responses of an ensemble's members */
    struct evk_naturals naturals;
    struct evk_row *wanted; /* (count) by target, output, and the best before the worst images */
    int64_t count;
    struct evk_worker *workers; /* (threads) */
};

/*
 * Begin the row of the image at a rank, from 0 on, among the best or, with lowest, the worst
 * images.
 */
static struct evk_row begin_row(const struct set *set, const evk_model *m, int64_t output,
                                bool lowest, int64_t rank)
{
    const evk_model_info *info = evk_model_describe(m);
    const struct evk_natural *n;
    struct evk_row r = evk_row_new();

    r.type = "image";
    r.set_type = "natural";
    r.target_model = info->name;
    evk_model_neuron(m, output, r.target_output);
    snprintf(r.objective, sizeof(r.objective), "%s", lowest ? "min" : "max");
    r.method = "natural";
    r.n_steps = 0;
    r.rank = rank + 1;
    r.model_sha256 = info->sha256;
    n = evk_naturals_find(&set->naturals, m, r.target_output);
    r.source_file =
        evk_image_list_name(set->naturals.images, (size_t)(lowest ? n->worst : n->best)[rank]);
    evk_caption_natural(&r);
    return r;
}

/* How many images a neuron gets that drive it most, and least. */
struct numbers {
    int64_t keep, least;
};

static struct numbers numbers_of(const struct set *set, const evk_model *m, int64_t output)
{
    return (struct numbers){evk_unit_images(set->units, m, output, set->keep),
                            set->as_many ? evk_unit_images(set->units, m, output, set->least)
                                         : set->least};
}

/* Count the rows, and find the largest number of images of one kind that a neuron gets. */
static evk_status count_wanted(struct set *set, int64_t *most, evk_error *err)
{
    *most = 0;
    for (size_t t = 0; t < set->target_count; t++)
        for (size_t o = 0; o < set->targets[t].count; o++) {
            const struct numbers n =
                numbers_of(set, set->targets[t].model, set->targets[t].outputs[o]);

            *most = n.keep > *most ? n.keep : *most;
            *most = n.least > *most ? n.least : *most;
            set->count += n.keep + n.least;
            if (set->count > EVK_CODE_MAX)
                return evk_fail(err, EVK_EINVAL,
                                "the images of %lld neurons are more stimuli than stim_code can "
                                "number, expected at most %d",
                                (long long)evk_targets_neurons(set->targets, set->target_count),
                                EVK_CODE_MAX);
        }
    if (set->count == 0)
        return evk_fail(err, EVK_EINVAL, "there is no neuron to find images for");
    return EVK_OK;
}

static evk_status list_wanted(struct set *set, evk_error *err)
{
    int64_t w = 0;

    EVK_TRY(evk_alloc(&set->wanted, set->count, sizeof(*set->wanted), "jobs", err));
    for (size_t t = 0; t < set->target_count; t++)
        for (size_t o = 0; o < set->targets[t].count; o++) {
            const evk_target *of = &set->targets[t];
            const struct numbers n = numbers_of(set, of->model, of->outputs[o]);

            for (int64_t i = 0; i < n.keep + n.least; i++)
                set->wanted[w++] = begin_row(set, of->model, of->outputs[o], i >= n.keep,
                                             i < n.keep ? i : i - n.keep);
        }
    return EVK_OK;
}

/* Returns the index of the row's image in the list of images. */
static size_t place_of(const struct evk_natural *n, const struct evk_row *row)
{
    /* the objective is "min", not "max" */
    const int64_t *end = row->objective[1] == 'i' ? n->worst : n->best;

    return (size_t)end[row->rank - 1];
}

static evk_status put_file(const struct set *set, const evk_model *model,
                           const struct evk_natural *n, struct evk_row *row,
                           struct evk_pixels *file, evk_error *err)
{
    struct evk_pixels rounded;
    evk_image *image;
    evk_status s;

    EVK_TRY(evk_fit_listed(set->naturals.images, place_of(n, row), model, false, &image,
                           row->source_changes, err));
    s = evk_image_quantise(&rounded, image->height, image->width, image->channels, image->values,
                           err);
    evk_image_free(image);
    EVK_TRY(s);
    s = evk_set_file_put_image(set->folder, row, &rounded, file, err);
    evk_pixels_release(&rounded);
    return s;
}

static evk_status naturals_make(void *arg, int worker, struct evk_stimulus *s, evk_error *err)
{
    const struct set *set = arg;
    const evk_model *model = evk_targets_model(set->targets, &s->row);
    const struct evk_natural *n = evk_naturals_find(&set->naturals, model, s->row.target_output);
    struct evk_pixels file;
    evk_status status;

    EVK_TRY(put_file(set, model, n, &s->row, &file, err));
    status = evk_worker_respond(&set->workers[worker], model, &set->recipe, &file, &s->row, err);
    evk_pixels_release(&file);
    if (!status)
        evk_natural_score(&set->naturals, n, false, &s->row);
    return status;
}

static evk_status put_set(struct set *set, struct evk_build *b, struct evk_built *out,
                          evk_error *err)
{
    struct evk_writing writing;
    evk_status s;

    EVK_TRY(evk_writing_begin(&writing, set->path, err));
    set->folder = b->folder = &writing.folder;
    s = evk_build(b, out, err);
    if (!s || s == EVK_ESTOPPED)
        evk_log_run(set->path, set->targets, set->target_count, b->threads);
    evk_writing_end(&writing);
    return s;
}

static evk_status naturals_build(struct set *set, struct evk_built *out, evk_error *err)
{
    struct evk_json_writer asked;
    struct evk_build b = {
        .asked = &asked,
        .units = set->units,
        .wanted = set->wanted,
        .count = set->count,
        .make = naturals_make,
        .arg = set,
        .run = set->run,
        .threads = evk_thread_count(set->run->threads, set->count),
    };
    evk_status s;

    EVK_TRY(evk_alloc(&set->workers, b.threads, sizeof(*set->workers), "threads", err));
    evk_describe_natural(&asked, set->targets, set->target_count, set->keep, set->least);
    evk_unit_table_describe(&asked, set->units);
    evk_unit_table_describe_images(&asked, set->targets, set->target_count, set->units,
                                   set->as_many);
    s = evk_describe_reference(&asked, evk_json_member(asked.root, "StimulusSet"),
                               set->naturals.images, set->targets[0].model, set->run, err);
    if (!s)
        s = put_set(set, &b, out, err);
    evk_json_writer_release(&asked);
    for (int t = 0; t < b.threads; t++)
        evk_worker_release(&set->workers[t]);
    free(set->workers);
    return s;
}

static evk_status check_numbers(int64_t keep, int64_t least, evk_error *err)
{
    if (keep >= 0 && least >= 0 && keep + least >= 1)
        return EVK_OK;
    return evk_fail(
        err, EVK_EINVAL,
        "found %lld images with the largest responses and %lld with the smallest, expected "
        "at least 1 in all",
        (long long)keep, (long long)least);
}

evk_status evk_naturals_units(const char *folder, const evk_target *targets, size_t count,
                              evk_image_list *images, int64_t keep, int64_t least,
                              const evk_units *units, const evk_run *run, evk_set_report **out,
                              evk_error *err)
{
    EVK_ENTER();
    struct set set = {.path = folder,
                      .targets = targets,
                      .target_count = count,
                      .units = units,
                      .keep = keep,
                      .least = least == -1 ? keep : least,
                      .as_many = least == -1,
                      .run = run,
                      .recipe = evk_recipe_default()};
    struct evk_built built;
    int64_t most = 0;
    evk_status s;

    EVK_TRY(check_numbers(keep, set.least, err));
    EVK_TRY(evk_targets_check(targets, count, err));
    EVK_TRY(count_wanted(&set, &most, err));
    s = evk_naturals_read(&set.naturals, targets, count, images, most, false, run, err);
    if (!s)
        s = list_wanted(&set, err);
    if (!s)
        s = naturals_build(&set, &built, err);
    if (!s) {
        s = evk_set_report_new(out, &built, evk_targets_neurons(targets, count), set.count, false,
                               err);
        evk_built_release(&built);
    }
    free(set.wanted);
    evk_naturals_release(&set.naturals);
    return s;
}

evk_status evk_naturals(const char *folder, const evk_target *targets, size_t count,
                        evk_image_list *images, int64_t keep, int64_t least, const evk_run *run,
                        evk_set_report **out, evk_error *err)
{
    EVK_TRY(check_numbers(keep, least, err));
    return evk_naturals_units(folder, targets, count, images, keep, least, NULL, run, out, err);
}
