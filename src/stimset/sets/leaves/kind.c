/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind.c - the kind of set of dead leaves: its description, and its hooks (record/kind.h) */
#include "stimset/check/verify.h"
#include "stimset/finished/remaking.h"
#include "stimset/folder/describe.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/leaves/leaves.h"
#include "stimset/sheet/gallery.h"

void evk_describe_leaves(struct evk_json_writer *w, int64_t count, int64_t height, int64_t width,
                         int64_t seed)
{
    evk_json *set = evk_describe_head(w, &evk_set_kind_leaves),
             *options = evk_json_put_object(w, set, "Options");
    evk_json_put_int(w, options, "count", count);
    evk_json_put_int(w, options, "height", height);
    evk_json_put_int(w, options, "width", width);
    evk_json_put_int(w, options, "seed", seed);
    evk_describe_encoding(w, set);
}

static void leaves_verify_options(struct evk_verification *v, const evk_json *set)
{
    static const char *const names[] = {"count", "height", "width", "seed", NULL};
    static const struct evk_member types[] = {{"count", EVK_MEMBER_SIZE, NULL},
                                              {"height", EVK_MEMBER_SIZE, NULL},
                                              {"width", EVK_MEMBER_SIZE, NULL},
                                              {"seed", EVK_MEMBER_WHOLE, NULL},
                                              EVK_MEMBER_END};
    const evk_json *options = evk_json_get(set, "Options");

    evk_verify_options(v, options, NULL, names);
    evk_verify_members(v, "Options", options, types);
}

static evk_status check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                            evk_error *err)
{
    struct evk_row truth = *row;

    (void)arg;
    truth.set_type = "natural";
    truth.method = "leaves";
    truth.seed = EVK_INT_MISSING;
    (void)evk_description_int(v->description, "seed", &truth.seed);
    evk_caption_leaves(&truth, row->stim_code);
    return evk_verify_stream_cells(v, row, &truth, err);
}

static evk_status leaves_verify_rows(struct evk_verification *v, evk_error *err)
{
    evk_verify_total(v, evk_verify_option(v, "count", -1));
    EVK_TRY(evk_verify_each(v, check_row, NULL, err));
    return evk_verify_repeats(v, err);
}

static evk_status leaves_again(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    const evk_json *d = r->set->description;
    int64_t height, width, seed;

    if (!evk_description_int(d, "height", &height) || !evk_description_int(d, "width", &width) ||
        !evk_description_int(d, "seed", &seed))
        return evk_fail(err, EVK_EFORMAT, "%s/%s: has no height, width and seed",
                        r->set->folder.path, EVK_SET_DESCRIPTION);
    return evk_leaves_pixels(out, height, width, seed, r->row->stim_code - 1, err);
}

static void leaves_name(const struct evk_row *row, struct evk_str *out)
{
    (void)row;
    evk_str_puts(out, "dead leaves");
}

static evk_status leaves_draw(struct evk_gallery *g, evk_error *err)
{
    const struct evk_gallery_words words = {.name = leaves_name};

    return evk_gallery_first(g, &words, err);
}

const struct evk_set_kind evk_set_kind_leaves = {
    .set_type = "natural",
    .method = "leaves",
    .title = "Dead leaves",
    .summary = "Paints images with some statistics of natural ones",
    .member = "Options",
    .row_types = (const char *const[]){"natural", NULL},
    .cells = EVK_CELLS_SEEDED,
    .streamed = true,
    .verify_options = leaves_verify_options,
    .verify_rows = leaves_verify_rows,
    .again = leaves_again,
    .draw = leaves_draw,
};
