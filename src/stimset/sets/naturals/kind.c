/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind.c - the kind of set of natural images: its description, and its hooks (record/kind.h) */
#include <string.h>

#include "image/image.h"
#include "stimset/check/verify.h"
#include "stimset/finished/remaking.h"
#include "stimset/folder/describe.h"
#include "stimset/inputs/fit.h"
#include "stimset/record/aim.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/naturals/naturals.h"
#include "stimset/sheet/gallery.h"

void evk_describe_natural(struct evk_json_writer *w, const evk_target *targets, size_t count,
                          int64_t keep, int64_t least)
{
    evk_json *set = evk_describe_head(w, &evk_set_kind_naturals), *options;

    options = evk_json_put_object(w, set, "Options");
    evk_json_put_int(w, options, "keep", keep);
    evk_json_put_int(w, options, "least", least);
    evk_describe_targets(w, set, targets, count);
}

static void naturals_verify_options(struct evk_verification *v, const evk_json *set)
{
    static const char *const names[] = {"keep", "least", NULL};
    static const struct evk_member types[] = {
        {"keep", EVK_MEMBER_COUNT, NULL}, {"least", EVK_MEMBER_COUNT, NULL}, EVK_MEMBER_END};
    const evk_json *options = evk_json_get(set, "Options");

    evk_verify_options(v, options, NULL, names);
    evk_verify_members(v, "Options", options, types);
}

static evk_status naturals_check_row(struct evk_verification *v, const struct evk_row *row,
                                     evk_error *err)
{
    static const char *const known[] = {"set_type",     "stimulus_id", "filename", "type",
                                        "target_model", "method",      "n_steps",  NULL};
    struct evk_row truth = *row;

    truth.set_type = truth.method = "natural";
    truth.n_steps = 0;
    evk_caption_natural(&truth);
    EVK_TRY(evk_verify_caption(v, row, &truth, err));
    return evk_verify_known(v, row, &truth, known, err);
}

/* How many images a neuron has that drive it most, and least. */
struct numbers {
    int64_t keep, least;
};

static struct numbers numbers_of(const struct evk_verification *v,
                                 const struct evk_described_model *m, const char *neuron)
{
    const int64_t keep = evk_verify_option(v, "keep", 0);
    const int64_t least = evk_verify_option(v, "least", keep);

    return (struct numbers){evk_described_images(m->keep, neuron, keep),
                            evk_described_images(m->least, neuron, least)};
}

/* Returns how many rows the set should have. */
static int64_t count_wanted(const struct evk_verification *v)
{
    struct evk_described_model m;
    char neuron[EVK_NEURON_TEXT];
    int64_t count = 0;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        for (size_t k = 0; k < evk_json_count(m.outputs) && count <= EVK_CODE_MAX; k++) {
            struct numbers n;

            evk_described_neuron(&m, k, neuron);
            n = numbers_of(v, &m, neuron);
            count += n.keep + n.least;
        }
    return count;
}

/* Report an image whose rank is beyond the number of images that its neuron has. */
static void check_rank(struct evk_verification *v, const struct evk_row *row)
{
    struct evk_described_model m;
    struct numbers n;

    if (!evk_description_model_named(v->description, row->target_model, &m))
        return; /* evk_verify_neurons reports that */
    n = numbers_of(v, &m, row->target_output);
    if (row->rank > (evk_row_aim(row) == EVK_AIM_LOWER ? n.least : n.keep))
        evk_report_finding(v, "%s: rank of %s is %lld, but its neuron has fewer images",
                           EVK_SET_TABLE, row->stimulus_id, (long long)row->rank);
}

static evk_status naturals_verify_rows(struct evk_verification *v, evk_error *err)
{
    evk_verify_total(v, count_wanted(v));
    EVK_TRY(evk_verify_jobs(v, err));
    for (int64_t i = 0; i < v->all.count; i++) {
        check_rank(v, &v->all.list[i].row);
        EVK_TRY(naturals_check_row(v, &v->all.list[i].row, err));
    }
    return evk_verify_duplicates(v, err);
}

/* Find the image of the row among the images that the user gives. */
static evk_status naturals_again(const struct evk_remaking *r, struct evk_pixels *out,
                                 evk_error *err)
{
    const struct evk_wanted_image wanted = {r->row->source_file, r->row->pixel_sha256};
    evk_image *image;
    evk_status s;

    EVK_TRY(evk_remaking_check_model(r, err));
    EVK_TRY(evk_fit_find(r->images, &wanted, r->model, false, &image, err));
    s = evk_image_quantise(out, image->height, image->width, image->channels, image->values, err);
    evk_image_free(image);
    return s;
}

static void naturals_name(const struct evk_row *row, struct evk_str *out)
{
    evk_gallery_neuron_name(row, out);
    evk_str_printf(out, " %s", evk_row_aim(row) == EVK_AIM_LOWER ? "least" : "most");
}

static evk_status naturals_draw(struct evk_gallery *g, evk_error *err)
{
    const struct evk_gallery_words words = {.name = naturals_name};

    return evk_gallery_neurons(g, &words, err);
}

const struct evk_set_kind evk_set_kind_naturals = {
    .set_type = "natural",
    .title = "Natural stimuli",
    .summary = "Finds the images that models of visual-cortex neurons respond to most and least",
    .member = "Reference",
    .row_types = (const char *const[]){"natural", NULL},
    .cells = EVK_CELLS_SOURCE | EVK_CELLS_RANKED | EVK_CELLS_AIM,
    .verify_options = naturals_verify_options,
    .verify_rows = naturals_verify_rows,
    .again = naturals_again,
    .draw = naturals_draw,
};
