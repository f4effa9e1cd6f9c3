/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind.c - the kind of set of images made alike: its description, and its hooks (record/kind.h) */
#include "base/param_json.h"
#include "match/match.h"
#include "stimset/check/verify.h"
#include "stimset/finished/remaking.h"
#include "stimset/folder/describe.h"
#include "stimset/inputs/frame.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/match/matching.h"
#include "stimset/sheet/gallery.h"

#include <string.h>

void evk_describe_match(struct evk_json_writer *w, const struct evk_matching *m)
{
    evk_json *set = evk_describe_head(w, &evk_set_kind_match), *object;

    object = evk_json_put_object(w, set, "Options");
    evk_params_put(w, object, evk_match_params(), m->options);
    evk_json_put_int(w, object, "height", m->options->height);
    evk_json_put_int(w, object, "width", m->options->width);
    object = evk_json_put_object(w, set, "Images");
    evk_json_put_int(w, object, "Count", (int64_t)evk_image_list_count(m->source.images));
    evk_json_put_text(w, object, "PixelSHA256", m->pixels);
    evk_frame_describe(w, object, m->source.images);
    evk_frame_describe_changes(w, object, m->source.images, NULL);
    object = evk_json_put_object(w, set, "Target");
    evk_describe_numbers(w, object, "Mean", m->target.mean, m->target.planes);
    evk_describe_numbers(w, object, "SD", m->target.sd, m->target.planes);
    evk_describe_encoding(w, set);
}

evk_status evk_description_match(const evk_json *description, evk_match_options *out,
                                 const char **pixels, evk_error *err)
{
    evk_match_default(out);
    for (const evk_param *p = evk_match_params(); p->name; p++)
        EVK_TRY(evk_description_option(description, p, out, err));
    *pixels = evk_json_text(evk_json_get(
        evk_json_get(evk_json_get(description, "StimulusSet"), "Images"), "PixelSHA256"));
    if (!*pixels || !evk_description_int(description, "height", &out->height) ||
        !evk_description_int(description, "width", &out->width))
        return evk_fail(err, EVK_EFORMAT, "%s: has no PixelSHA256, height and width",
                        EVK_SET_DESCRIPTION);
    return EVK_OK;
}

/* Report options that cannot be read, or that name steps that do not exist. */
static void check_steps(struct evk_verification *v)
{
    evk_error why = {EVK_OK, ""};
    struct evk_match_plan plan;
    evk_match_options options;
    const char *pixels;

    if (evk_description_match(v->description, &options, &pixels, &why) ||
        evk_match_steps_parse(&plan, options.what, &why))
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
}

static void match_verify_options(struct evk_verification *v, const evk_json *set)
{
    static const char *const names[] = {"height", "width", NULL};
    static const struct evk_member types[] = {{"height", EVK_MEMBER_COUNT, NULL},
                                              {"width", EVK_MEMBER_COUNT, NULL},
                                              {"colour", EVK_MEMBER_WORD, "|luminance|channels|"},
                                              EVK_MEMBER_END};
    static const struct evk_member images[] = {
        {"Count", EVK_MEMBER_SIZE, NULL}, {"PixelSHA256", EVK_MEMBER_HASH, NULL}, EVK_MEMBER_END};
    static const struct evk_member target[] = {
        {"Mean", EVK_MEMBER_NUMBERS, NULL}, {"SD", EVK_MEMBER_NUMBERS, NULL}, EVK_MEMBER_END};
    const evk_json *options = evk_json_get(set, "Options");

    evk_verify_options(v, options, evk_match_params(), names);
    evk_verify_members(v, "Options", options, types);
    check_steps(v);
    evk_verify_images(v, set, "Images", images);
    if (evk_json_get(set, "Target"))
        evk_verify_members(v, "Target", evk_json_get(set, "Target"), target);
}

/* Compare a row.  arg: the options of the set, NULL where they cannot be read. */
static evk_status match_check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                                  evk_error *err)
{
    const evk_match_options *options = arg;
    struct evk_row truth = *row;

    truth.set_type = "control";
    truth.method = "match";
    truth.seed = EVK_INT_MISSING;
    truth.source_id = NULL;
    if (options)
        evk_caption_matched(&truth, options->what);
    return evk_verify_stream_cells(v, row, &truth, err);
}

static evk_status match_verify_rows(struct evk_verification *v, evk_error *err)
{
    evk_match_options options;
    const char *pixels;
    const bool read = !evk_description_match(v->description, &options, &pixels, NULL);

    evk_verify_total(v, evk_verify_count_images(v));
    EVK_TRY(evk_verify_each(v, match_check_row, read ? &options : NULL, err));
    return evk_verify_repeats(v, err);
}

/* Match the image of the row again, which takes all images of the set. */
static evk_status match_again(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    const evk_run run = {.threads = 0};
    struct evk_source source = {.images = r->images};
    struct evk_matching m;
    struct evk_pixels before;
    evk_match_options options;
    const char *pixels;
    size_t i;
    evk_status s;

    EVK_TRY(evk_description_match(r->set->description, &options, &pixels, err));
    EVK_TRY(evk_source_find(&source, r->row->source_file, &i, err));
    EVK_TRY(evk_matching_open(&m, r->images, &options, &run, err));
    if (strcmp(m.pixels, pixels) != 0)
        s = evk_fail(err, EVK_EINVAL,
                     "the %zu images that are given are not those of the set, expected --reference "
                     "PATH... with the same ones, in the same order",
                     evk_image_list_count(r->images));
    else
        s = evk_matching_make(&m, 0, (int64_t)i, &before, out, NULL, err);
    if (!s)
        evk_pixels_release(&before);
    evk_matching_release(&m);
    return s;
}

static evk_status match_draw(struct evk_gallery *g, evk_error *err)
{
    const struct evk_gallery_words words = {.name = evk_gallery_source_name,
                                            .made_from_photo = true};

    return evk_gallery_first(g, &words, err);
}

const struct evk_set_kind evk_set_kind_match = {
    .set_type = "control",
    .method = "match",
    .title = "Images made alike",
    .summary = "Brings images to the same luminance, histogram or spectrum",
    .member = "Images",
    .row_types = (const char *const[]){"control", NULL},
    .cells = EVK_CELLS_SOURCE | EVK_CELLS_PARENT | EVK_CELLS_SEEDED,
    .streamed = true,
    .verify_options = match_verify_options,
    .verify_rows = match_verify_rows,
    .again = match_again,
    .draw = match_draw,
};
