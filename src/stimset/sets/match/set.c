/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.c - make a set of images that are made alike */
#include <math.h>
#include <stdio.h>

#include "base/parallel.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/writing.h"
#include "stimset/make/stream.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/match/matching.h"

/*
 * Statistics of all images before matching, or after it.  mean and sd are ranges over images:
 * smallest, largest.  Squared distances are summed as whole numbers, so that their order does not
 * matter.
 */
struct sums {
    double mean[2], sd[2];
    int64_t images, histogram, spectrum;
};

struct set {
    const struct evk_dir *folder;
    struct evk_matching matching;
    struct evk_lock *lock; /* guards the members below */
    struct sums before, after;
};

/* ---- options ------------------------------------------------------------------------------- */

void evk_match_default(evk_match_options *out)
{
    *out = (evk_match_options){.what = "luminance",
                               .colour = "luminance",
                               .iterations = 1,
                               .mean = (double)NAN,
                               .sd = (double)NAN};
}

const evk_param *evk_match_params(void)
{
    static const evk_param params[] = {
        {"what", "STEP[,STEP..]",
         "in this order: luminance (mean and SD), histogram, sf (spectrum averaged over "
         "directions), spectrum",
         EVK_PARAM_TEXT, offsetof(evk_match_options, what), 0, 0},
        {"colour", "OF",
         "luminance: match the luminance, and keep differences of colour; channels: match each "
         "channel by itself",
         EVK_PARAM_TEXT, offsetof(evk_match_options, colour), 0, 0},
        {"iterations", "N", "times that the steps are taken", EVK_PARAM_INT,
         offsetof(evk_match_options, iterations), 1, 1000},
        {"mean", "M", "mean in display levels; none: the average of the images", EVK_PARAM_OPTIONAL,
         offsetof(evk_match_options, mean), 0, 255},
        {"sd", "S", "SD in display levels (over N - 1); none: the average of the images",
         EVK_PARAM_OPTIONAL, offsetof(evk_match_options, sd), 0, 128},
        {"rescale", NULL,
         "in the end scale all images by the same factor, so that their values go from 0 to 255 "
         "and none is clipped",
         EVK_PARAM_FLAG, offsetof(evk_match_options, rescale), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };

    return params;
}

/* ---- how far images are from what they should be ------------------------------------------- */

static const double histogram_unit = 0x1p46, spectrum_unit = 0x1p30;

static void widen(double range[2], double x, bool first)
{
    range[0] = first ? x : fmin(range[0], x);
    range[1] = first ? x : fmax(range[1], x);
}

static void sums_add(struct sums *s, const struct evk_match_measure *m)
{
    widen(s->mean, m->mean, s->images == 0);
    widen(s->sd, m->sd, s->images == 0);
    s->histogram += (int64_t)llround(m->histogram * m->histogram * histogram_unit);
    s->spectrum += (int64_t)llround(fmin(m->spectrum * m->spectrum, 4096) * spectrum_unit);
    s->images++;
}

static evk_match_range conclude(const struct sums *s)
{
    const double n = (double)s->images;
    evk_match_range r = {{s->mean[0], s->mean[1]}, {s->sd[0], s->sd[1]}, 0, 0};

    r.histogram = n > 0 ? 100 * sqrt((double)s->histogram / histogram_unit / n) : 0;
    r.spectrum = n > 0 ? 100 * sqrt((double)s->spectrum / spectrum_unit / n) : 0;
    return r;
}

static void match_measure(struct set *set, int worker, const struct evk_pixels *before,
                          const struct evk_pixels *after)
{
    const struct evk_matching *m = &set->matching;
    struct evk_match_measure a, b;

    evk_match_measure(&m->matchers[worker], &m->target, before, 1, &a);
    evk_match_measure(&m->matchers[worker], &m->target, after, evk_match_scale(&m->target), &b);
    evk_lock_take(set->lock);
    sums_add(&set->before, &a);
    sums_add(&set->after, &b);
    evk_lock_give(set->lock);
}

/* ---- a set --------------------------------------------------------------------------------- */

static void match_begin(void *arg, int64_t i, struct evk_stream_item *item)
{
    const struct set *set = arg;
    struct evk_row *row = &item->stimulus.row;

    row->type = "image";
    row->set_type = "control";
    row->method = "match";
    row->n_steps = 0;
    row->source_file = evk_image_list_name(set->matching.source.images, (size_t)i);
    evk_caption_matched(row, set->matching.options->what);
}

static evk_status match_put_file(const struct set *set, struct evk_row *row,
                                 const struct evk_pixels *image, struct evk_pixels *there,
                                 evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_set_file_encode(row, image, &file, err));
    s = evk_set_file_put_fast(set->folder, row, &file, there, err);
    evk_bytes_release(&file);
    return s;
}

static evk_status match_make(void *arg, int worker, int64_t i, struct evk_stream_item *item,
                             evk_error *err)
{
    struct set *set = arg;
    struct evk_pixels before, after, there;
    evk_status s;

    EVK_TRY(evk_matching_make(&set->matching, worker, i, &before, &after,
                              item->stimulus.row.source_changes, err));
    s = match_put_file(set, &item->stimulus.row, &after, &there, err);
    if (!s) {
        match_measure(set, worker, &before, &there);
        evk_pixels_release(&there);
    }
    evk_pixels_release(&before);
    evk_pixels_release(&after);
    return s;
}

static evk_status match_build(struct set *set, evk_made *made, evk_error *err)
{
    struct evk_json_writer asked;
    const struct evk_stream stream = {
        .folder = set->folder,
        .asked = &asked,
        .count = (int64_t)evk_image_list_count(set->matching.source.images),
        .begin = match_begin,
        .make = match_make,
        .arg = set,
        .run = set->matching.run,
        .originals = set->matching.source.images,
        .threads = set->matching.threads,
    };
    evk_status s;

    EVK_TRY(evk_lock_new(&set->lock, err));
    evk_describe_match(&asked, &set->matching);
    s = evk_stream(&stream, made, err);
    evk_json_writer_release(&asked);
    evk_lock_free(set->lock);
    return s;
}

evk_status evk_match(const char *folder, const evk_image_list *images,
                     const evk_match_options *options, const evk_run *run, evk_match_report *out,
                     evk_error *err)
{
    struct evk_writing writing;
    struct set set = {.folder = &writing.folder};
    evk_match_report report = {{0, 0, 0}, {{0}, {0}, 0, 0}, {{0}, {0}, 0, 0}};
    evk_status s;

    EVK_TRY(evk_matching_open(&set.matching, images, options, run, err));
    s = evk_writing_begin(&writing, folder, err);
    if (!s) {
        s = match_build(&set, &report.made, err);
        evk_writing_end(&writing);
    }
    evk_matching_release(&set.matching);
    report.before = conclude(&set.before);
    report.after = conclude(&set.after);
    if (!s)
        *out = report;
    return s;
}
