/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind.c - the kind of set of transformed images: its description, and its hooks (record/kind.h) */
#include "stimset/check/verify.h"
#include "stimset/finished/remaking.h"
#include "stimset/folder/describe.h"
#include "stimset/inputs/frame.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/gaudy/gaudy.h"
#include "stimset/sheet/gallery.h"

#include <string.h>

void evk_describe_gaudy(struct evk_json_writer *w, const evk_gaudy_options *o,
                        const struct evk_source *source, const char *names,
                        const evk_target *target)
{
    evk_json *set = evk_describe_head(w, &evk_set_kind_gaudy), *options, *images;

    options = evk_json_put_object(w, set, "Options");
    evk_json_put_text(w, options, "transform", o->transform);
    evk_json_put_int(w, options, "height", source->height);
    evk_json_put_int(w, options, "width", source->width);
    evk_json_put_int(w, options, "keep", o->keep);
    if (o->keep)
        evk_json_put_text(w, options, "by", o->by);
    evk_json_put_int(w, options, "random", o->random);
    evk_json_put_int(w, options, "seed", o->seed);
    evk_json_put_bool(w, options, "with-originals", o->with_originals);
    evk_json_put_bool(w, options, "jpeg", o->jpeg);
    images = evk_json_put_object(w, set, "Images");
    evk_json_put_int(w, images, "Count", (int64_t)evk_image_list_count(source->images));
    evk_json_put_text(w, images, "NamesSHA256", names);
    evk_frame_describe(w, images, source->images);
    if (target)
        evk_describe_targets(w, set, target, 1);
    else
        evk_describe_encoding(w, set);
}

evk_status evk_description_gaudy(const evk_json *description, struct evk_source *out,
                                 const char **transform, evk_error *err)
{
    *transform = evk_json_text(evk_json_get(
        evk_json_get(evk_json_get(description, "StimulusSet"), "Options"), "transform"));
    if (!*transform || !evk_description_int(description, "height", &out->height) ||
        !evk_description_int(description, "width", &out->width) ||
        !evk_description_int(description, "seed", &out->seed))
        return evk_fail(err, EVK_EFORMAT, "%s: has no transform, height, width and seed",
                        EVK_SET_DESCRIPTION);
    if (evk_description_channels(description) == 1)
        out->channels = 1;
    return EVK_OK;
}

static void gaudy_verify_options(struct evk_verification *v, const evk_json *set)
{
    static const char *const names[] = {"transform", "height", "width",          "keep", "random",
                                        "by",        "seed",   "with-originals", "jpeg", NULL};
    static const struct evk_member types[] = {{"transform", EVK_MEMBER_ANY_TEXT, NULL},
                                              {"height", EVK_MEMBER_COUNT, NULL},
                                              {"width", EVK_MEMBER_COUNT, NULL},
                                              {"keep", EVK_MEMBER_COUNT, NULL},
                                              {"random", EVK_MEMBER_COUNT, NULL},
                                              {"seed", EVK_MEMBER_WHOLE, NULL},
                                              {"with-originals", EVK_MEMBER_FLAG, NULL},
                                              {"jpeg", EVK_MEMBER_FLAG, NULL},
                                              EVK_MEMBER_END};
    static const struct evk_member by[] = {
        {"by", EVK_MEMBER_WORD, "|gaudiness|response|disagreement|"}, EVK_MEMBER_END};
    static const struct evk_member images[] = {
        {"Count", EVK_MEMBER_SIZE, NULL}, {"NamesSHA256", EVK_MEMBER_HASH, NULL}, EVK_MEMBER_END};
    const evk_json *options = evk_json_get(set, "Options");
    int64_t keep = 0;

    evk_verify_options(v, options, NULL, names);
    evk_verify_members(v, "Options", options, types);
    if (evk_json_int(evk_json_get(options, "keep"), &keep) && keep)
        evk_verify_members(v, "Options", options, by);
    else if (evk_json_get(options, "by"))
        evk_report_finding(v, "%s: has the option by, but keep is 0", EVK_SET_DESCRIPTION);
    evk_verify_images(v, set, "Images", images);
}

/* Read the original image of the row again, and transform it unless the row is of the original. */
static evk_status gaudy_again(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    struct evk_source source = {.images = r->images, .channels = 3};
    struct evk_transform *t;
    struct evk_pixels x;
    const char *text;
    size_t i;
    evk_status s;

    EVK_TRY(evk_description_gaudy(r->set->description, &source, &text, err));
    EVK_TRY(evk_source_find(&source, r->row->source_file, &i, err));
    EVK_TRY(evk_source_read(&source, i, &x, NULL, err));
    if (r->row->method && strcmp(r->row->method, "original") == 0) {
        *out = x;
        return EVK_OK;
    }
    s = evk_transform_open(&t, text, err);
    if (!s) {
        source.transform = t;
        s = evk_source_transform(&source, r->row->source_file, &x, out, err);
        evk_transform_close(t);
    }
    evk_pixels_release(&x);
    return s;
}

static evk_status gaudy_draw(struct evk_gallery *g, evk_error *err)
{
    const struct evk_gallery_words words = {.name = evk_gallery_source_name,
                                            .made_from_photo = true};

    return evk_gallery_first(g, &words, err);
}

const struct evk_set_kind evk_set_kind_gaudy = {
    .set_type = "gaudy",
    .method = "transform",
    .title = "Transformed images",
    .summary = "Transforms images, such as photographs, into stimuli",
    .member = "Images",
    .row_types = (const char *const[]){"gaudy", "natural", NULL},
    .cells = EVK_CELLS_SOURCE | EVK_CELLS_PARENT | EVK_CELLS_RANKED | EVK_CELLS_TRANSFORMED |
             EVK_CELLS_SEEDED,
    .streamed = true,
    .verify_options = gaudy_verify_options,
    .verify_rows = evk_gaudy_verify_rows,
    .again = gaudy_again,
    .draw = gaudy_draw,
};
