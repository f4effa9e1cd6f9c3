/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.c - make a set of transformed images */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/room.h"
#include "base/shown.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/log.h"
#include "stimset/folder/writing.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/record/target.h"
#include "stimset/sets/gaudy/gaudy.h"
#include "synth/settings.h"

/*
 * Returns the index of the image that a row is of.  A set with originals has two rows for each
 * image, the original first.
 */
static size_t image_of(const struct evk_gaudy_set *set, int64_t row)
{
    const int64_t i = set->options->with_originals ? row / 2 : row;

    return (size_t)(set->choice.list ? set->choice.list[i].image : i);
}

static bool is_original(const struct evk_gaudy_set *set, int64_t row)
{
    return set->options->with_originals && row % 2 == 0;
}

static void gaudy_begin(void *arg, int64_t i, struct evk_stream_item *item)
{
    const struct evk_gaudy_set *set = arg;
    const bool original = is_original(set, i);
    const char *name = evk_image_list_name(set->source.images, image_of(set, i));
    struct evk_row *row = &item->stimulus.row;

    row->type = "image";
    row->set_type = original ? "natural" : "gaudy";
    row->method = original ? "original" : set->options->transform;
    row->n_steps = 0;
    if (evk_transform_is_random(set->source.transform) && !original)
        row->seed = set->options->seed;
    row->source_file = evk_fits_table(name) ? name : NULL;
    if (set->choice.list)
        row->rank = set->choice.list[set->options->with_originals ? i / 2 : i].rank;
    if (set->options->jpeg)
        snprintf(row->filename, sizeof(row->filename), ".jpg");
    if (set->target) {
        const evk_model_info *info = evk_model_describe(set->target->model);

        row->target_model = info->name;
        row->model_sha256 = info->sha256;
        if (set->target->count == 1)
            evk_model_neuron(set->target->model, set->target->outputs[0], row->target_output);
    }
    evk_caption_transformed(row, set->options->transform, original);
    if (set->options->with_originals && !original) {
        snprintf(item->source_id, sizeof(item->source_id), "stim-natural%06lld", (long long)i);
        row->source_id = item->source_id;
    }
}

static evk_status gaudy_respond(const struct evk_gaudy_set *set, int worker,
                                const struct evk_pixels *file, struct evk_row *row, evk_error *err)
{
    struct evk_gaudy_worker *w = &set->workers[worker];
    struct evk_neuron_group_response answer;

    if (!set->target)
        return EVK_OK;
    if (set->target->count == 1)
        return evk_worker_respond(&w->neuron, set->target->model, &set->recipe, file, row, err);
    EVK_TRY(evk_neuron_group_open(&w->group, set->target, err));
    EVK_TRY(evk_neuron_group_show(&w->group, file, &answer, NULL, err));
    row->response_pred = answer.mean;
    row->response_disagreement = answer.disagreement;
    return EVK_OK;
}

static evk_status gaudy_put_file(const struct evk_gaudy_set *set, struct evk_row *row,
                                 const struct evk_pixels *image, struct evk_pixels *there,
                                 evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(set->options->jpeg ? evk_jpeg_encode(&file, image, err)
                               : evk_set_file_encode(row, image, &file, err));
    s = evk_set_file_put_fast(set->folder, row, &file, there, err);
    evk_bytes_release(&file);
    return s;
}

/* Replace x by its transform, unless the row is of the original. */
static evk_status transform_image(const struct evk_gaudy_set *set, bool original, const char *name,
                                  struct evk_pixels *x, evk_error *err)
{
    struct evk_pixels y;

    if (original)
        return EVK_OK;
    EVK_TRY(evk_source_transform(&set->source, name, x, &y, err));
    evk_pixels_release(x);
    *x = y;
    return EVK_OK;
}

/* Transform x, write its file, and finish its row.  Releases x. */
static evk_status finish_row(const struct evk_gaudy_set *set, int worker, struct evk_pixels *x,
                             bool original, struct evk_row *row, evk_error *err)
{
    struct evk_pixels there;
    evk_status s;

    row->gaudiness = evk_gaudiness(x);
    s = transform_image(set, original, row->source_file, x, err);
    if (!s)
        s = gaudy_put_file(set, row, x, &there, err);
    evk_pixels_release(x);
    EVK_TRY(s);
    s = gaudy_respond(set, worker, &there, row, err);
    evk_pixels_release(&there);
    return s;
}

static evk_status make_within(const struct evk_gaudy_set *set, int worker, int64_t i,
                              struct evk_row *row, evk_error *err)
{
    struct evk_pixels x;

    EVK_TRY(evk_source_read(&set->source, image_of(set, i), &x, row->source_changes, err));
    return finish_row(set, worker, &x, is_original(set, i), row, err);
}

/* Make a row: the hook of evk_stream.  It holds two images at a time, for which it takes room. */
static evk_status gaudy_make(void *arg, int worker, int64_t i, struct evk_stream_item *item,
                             evk_error *err)
{
    const struct evk_gaudy_set *set = arg;
    const int64_t room = evk_source_room(&set->source, image_of(set, i), 2);
    evk_status s;

    evk_room_take(room);
    s = make_within(set, worker, i, &item->stimulus.row, err);
    evk_room_give(room);
    return s;
}

/*
 * Count and report an image that has no row: the hook of evk_stream.  An image with two rows counts
 * once.
 */
static void gaudy_failed(void *arg, int64_t i, const char *why)
{
    struct evk_gaudy_set *set = arg;
    struct evk_str text = EVK_STR_INIT;

    if (set->options->with_originals && !is_original(set, i))
        return;
    set->failed++;
    evk_str_printf(&text, "%s: could not be read when the set was made",
                   evk_image_list_path(set->source.images, image_of(set, i)));
    if (set->options->failed)
        set->options->failed(set->options->arg, why ? why : text.data);
    evk_str_release(&text);
}

/* Report a response that is not finite, which a table has as n/a: the hook of evk_stream. */
static void gaudy_noted(void *arg, const struct evk_row *row)
{
    const struct evk_gaudy_set *set = arg;
    struct evk_str text = EVK_STR_INIT;

    if (!set->options->not_finite || !set->target || isfinite(row->response_pred))
        return;
    evk_str_printf(
        &text, "%s/stimuli/%s: the response of %s to it is not a finite number; its cell is n/a",
        set->folder->path, row->filename, row->target_model);
    if (text.data)
        set->options->not_finite(set->options->arg, text.data);
    evk_str_release(&text);
}

/* ---- what a call asks for ------------------------------------------------------------------ */

void evk_gaudy_default(evk_gaudy_options *out)
{
    *out = (evk_gaudy_options){.transform = "gaudy"};
}

/* Hash the names of the images in their order, each with the zero byte at its end. */
static evk_status hash_names(const evk_image_list *images, char sha256[EVK_SHA256_TEXT],
                             evk_error *err)
{
    struct evk_sha256 *h;

    EVK_TRY(evk_sha256_new(&h, err));
    for (size_t i = 0; i < evk_image_list_count(images); i++) {
        const char *name = evk_image_list_name(images, i);

        evk_sha256_add(h, name, strlen(name) + 1);
    }
    return evk_sha256_end(h, sha256, err);
}

static evk_status check_by(const struct evk_gaudy_set *set, evk_error *err)
{
    const evk_gaudy_options *o = set->options;
    const int64_t members = set->target ? evk_model_describe(set->target->model)->members : 0;

    if (o->keep < 0 || o->random < 0)
        return evk_fail(err, EVK_EINVAL,
                        "found %lld images to keep and %lld to draw, expected 0 or more",
                        (long long)o->keep, (long long)o->random);
    if (o->keep == 0 || strcmp(o->by, "gaudiness") == 0)
        return EVK_OK;
    if (strcmp(o->by, "response") != 0 && strcmp(o->by, "disagreement") != 0)
        return evk_fail(err, EVK_EINVAL, "by is '%s', expected disagreement, response or gaudiness",
                        o->by);
    if (!set->target)
        return evk_fail(err, EVK_EINVAL, "keeping images by %s needs a model", o->by);
    if (strcmp(o->by, "disagreement") == 0 && members < 2)
        return evk_fail(err, EVK_EINVAL,
                        "keeping images by disagreement needs an ensemble, found a single model");
    return EVK_OK;
}

static evk_status gaudy_check(struct evk_gaudy_set *set, evk_error *err)
{
    const evk_gaudy_options *o = set->options;
    const evk_model_info *info;

    if (o->height || o->width)
        EVK_TRY(evk_source_check_size(o->height, o->width, err));
    if (set->target) {
        EVK_TRY(evk_targets_check(set->target, 1, err));
        info = evk_model_describe(set->target->model);
        if (set->target->count == 0)
            return evk_fail(err, EVK_EINVAL, "there is no neuron to show images to");
        if (o->height && (o->height != info->height || o->width != info->width))
            return evk_fail(err, EVK_EINVAL, "size is %lldx%lld, but %s expects %lldx%lld",
                            (long long)o->height, (long long)o->width, info->path,
                            (long long)info->height, (long long)info->width);
        set->source.height = info->height;
        set->source.width = info->width;
        set->source.channels = info->channels;
    }
    return check_by(set, err);
}

static evk_status none_left(const struct evk_gaudy_set *set, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "none of the %zu images is left: each was passed over",
                    evk_image_list_count(set->source.images));
}

/* Make the set in its folder, which is open for writing. */
static evk_status gaudy_build(struct evk_gaudy_set *set, evk_made *out, evk_error *err)
{
    const evk_gaudy_options *o = set->options;
    const int64_t step = o->with_originals ? 2 : 1;
    struct evk_json_writer asked;
    struct evk_stream stream = {.folder = set->folder,
                                .asked = &asked,
                                .begin = gaudy_begin,
                                .make = gaudy_make,
                                .failed = gaudy_failed,
                                .noted = gaudy_noted,
                                .arg = set,
                                .run = set->run,
                                .originals = set->source.images,
                                .threads = set->threads};
    char names[EVK_SHA256_TEXT];
    evk_status s;

    EVK_TRY(hash_names(set->source.images, names, err));
    evk_describe_gaudy(&asked, o, &set->source, names, set->target);
    s = evk_stream_check(&stream, err);
    if (!s && o->keep)
        s = evk_gaudy_rank(set, err);
    else if (!s && o->random)
        s = evk_gaudy_draw(set, NULL, err);
    stream.count = set->count * step;
    if (o->keep || o->random)
        evk_json_put_int(&asked, evk_json_member(asked.root, "StimulusSet"), "Chosen", set->count);
    if (!s && set->count == 0)
        s = none_left(set, err);
    if (!s)
        s = evk_stream(&stream, out, err);
    if (!s && out->images == 0)
        s = none_left(set, err);
    if (set->target && (!s || s == EVK_ESTOPPED))
        evk_log_run(set->folder->path, set->target, 1, set->threads);
    evk_json_writer_release(&asked);
    out->failed = set->failed;
    return s;
}

static evk_status put_set(const char *folder, struct evk_gaudy_set *set, evk_made *out,
                          evk_error *err)
{
    struct evk_writing writing;
    evk_status s;

    EVK_TRY(evk_writing_begin(&writing, folder, err));
    set->folder = &writing.folder;
    s = gaudy_build(set, out, err);
    evk_writing_end(&writing);
    return s;
}

evk_status evk_gaudy(const char *folder, const evk_image_list *images, const evk_target *target,
                     const evk_gaudy_options *options, const evk_run *run, evk_made *out,
                     evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(images);
    struct evk_gaudy_set set = {
        .options = options,
        .target = target,
        .run = run,
        .source = {.images = images,
                   .height = options->height,
                   .width = options->width,
                   .channels = 3,
                   .seed = options->seed},
        .recipe = evk_recipe_default(),
        .count = n,
        .threads = evk_thread_count(run->threads, n),
    };
    struct evk_transform *transform = NULL;
    evk_status s = gaudy_check(&set, err);

    if (!s)
        s = evk_transform_open(&transform, options->transform, err);
    set.source.transform = transform;
    if (!s)
        s = evk_alloc(&set.workers, set.threads, sizeof(*set.workers), "threads", err);
    if (!s)
        s = put_set(folder, &set, out, err);
    for (int t = 0; t < set.threads && set.workers; t++) {
        evk_worker_release(&set.workers[t].neuron);
        evk_neuron_group_release(&set.workers[t].group);
    }
    evk_transform_close(transform);
    free(set.workers);
    evk_choice_release(&set.choice);
    return s;
}
