/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.c - an image from its own row: the same bytes, or what differs */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "image/image.h"
#include "stimset/finished/set.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/model_files.h"
#include "stimset/inputs/fit.h"
#include "stimset/inputs/frame.h"
#include "stimset/inputs/source.h"
#include "stimset/make/earlier.h"
#include "stimset/record/set_file.h"
#include "stimset/score/start_image.h"
#include "stimset/score/worker.h"
#include "stimset/sets/adversarial/again.h"
#include "stimset/sets/leaves/leaves.h"

struct remake {
    const evk_set *set;
    const struct evk_row *row; /* as it is written */
    const evk_image_list *images;
    const char *const *models; /* (model_count) files */
    size_t model_count;
    struct evk_stimulus made;
    struct evk_pixels pixels;
    struct evk_bytes file;
};

/* In how many values the file of the set differs, and by how much; "" where it cannot be read. */
static void describe_pixels(const struct remake *r, char *text, size_t size)
{
    struct evk_pixels there;
    int64_t count = 0;
    int most = 0;

    text[0] = '\0';
    if (evk_set_file_get_image(&r->set->folder, r->row, NULL, &there, NULL))
        return;
    if (there.height == r->pixels.height && there.width == r->pixels.width &&
        there.channels == r->pixels.channels) {
        for (int64_t i = 0; i < there.height * there.width * there.channels; i++) {
            const int d = there.data[i] - r->pixels.data[i];

            count += d != 0;
            most = d > most ? d : -d > most ? -d : most;
        }
        snprintf(text, size, ": %lld values differ from the set's file, by up to %d levels",
                 (long long)count, most);
    }
    evk_pixels_release(&there);
}

static void compare(const struct remake *r, evk_again *out)
{
    const struct evk_row *made = &r->made.row;
    char pixels[96], a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];

    *out = (evk_again){.same = strcmp(made->sha256, r->row->sha256) == 0};
    if (strcmp(made->pixel_sha256, r->row->pixel_sha256) != 0) {
        describe_pixels(r, pixels, sizeof(pixels));
        snprintf(out->difference, sizeof(out->difference), "other pixels than the row's%s", pixels);
    } else if (!out->same) {
        snprintf(out->difference, sizeof(out->difference),
                 "the same pixels in another file: SHA-256 is %.12s..., the row has %.12s... (zlib "
                 "may be another version)",
                 made->sha256, r->row->sha256);
    } else if (strcmp(evk_format_real(made->response_pred, a),
                      evk_format_real(r->row->response_pred, b)) != 0) {
        out->same = false;
        snprintf(out->difference, sizeof(out->difference),
                 "the same file, but response_pred is %s, the row has %s", a, b);
    }
}

/* What start images are found with. */
struct with {
    const evk_image_list *images;
    const evk_recipe *recipe;
};

/* An evk_earlier_source's. */
static evk_status origin_of(void *arg, const evk_model *model, struct evk_row *row, evk_image **out,
                            evk_error *err)
{
    const struct with *w = arg;

    return evk_start_image_find(w->recipe, w->images, model, row, out, err);
}

/* The pixels that maximize would have rounded. */
static evk_status synthesize(struct remake *r, struct evk_worker *maker, const evk_model *model,
                             const evk_recipe *recipe, struct evk_pixels *out, evk_error *err)
{
    struct with with = {r->images, recipe};
    const struct evk_earlier_source source = {&r->set->folder, &r->set->all, model,
                                              recipe,          origin_of,    &with};
    struct evk_earlier earlier;
    evk_image *from;
    evk_status s;

    EVK_TRY(evk_start_image_find(recipe, r->images, model, r->row, &from, err));
    s = evk_earlier_find(&earlier, &source, r->row, maker, err);
    if (!s) {
        const evk_given given = {from ? from->values : NULL, (const float *const *)earlier.image,
                                 earlier.count};

        s = evk_worker_synthesize(maker, model, recipe, &given, NULL, &r->made, out, err);
    }
    evk_earlier_release(&earlier);
    evk_image_free(from);
    return s;
}

/* The natural image that the row is of. */
static evk_status find_natural(const struct remake *r, const evk_model *model,
                               struct evk_pixels *out, evk_error *err)
{
    const struct evk_wanted_image wanted = {r->row->source_file, r->row->pixel_sha256};
    evk_image *image;
    evk_status s;

    EVK_TRY(evk_fit_find(r->images, &wanted, model, false, &image, err));
    s = evk_image_quantise(out, image->height, image->width, image->channels, image->values, err);
    evk_image_free(image);
    return s;
}

/* The image that the row is of, as it is or transformed. */
static evk_status transform(struct remake *r, struct evk_pixels *out, evk_error *err)
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

static evk_status paint(struct remake *r, struct evk_pixels *out, evk_error *err)
{
    const evk_json *d = r->set->description;
    int64_t height, width, seed;

    if (!evk_description_int(d, "height", &height) || !evk_description_int(d, "width", &width) ||
        !evk_description_int(d, "seed", &seed))
        return evk_fail(err, EVK_EFORMAT, "%s/%s: has no height, width and seed",
                        r->set->folder.path, EVK_SET_DESCRIPTION);
    return evk_leaves_pixels(out, height, width, seed, r->row->stim_code - 1, err);
}

/* The image with all the others that it is made alike with. */
static evk_status match(struct remake *r, struct evk_pixels *out, evk_error *err)
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

/* What no model has a part in. */
static evk_status make_plain(struct remake *r, struct evk_pixels *out, evk_error *err)
{
    const char *method = evk_description_method(r->set->description);

    if (strcmp(method, "match") == 0)
        return match(r, out, err);
    return strcmp(method, "transform") == 0 ? transform(r, out, err) : paint(r, out, err);
}

/* As the row's file is. */
static evk_status encode(const struct evk_row *row, const struct evk_pixels *pixels,
                         struct evk_bytes *out, evk_error *err)
{
    return strstr(row->filename, ".jpg") ? evk_jpeg_encode(out, pixels, err)
                                         : evk_set_file_encode(row, pixels, out, err);
}

static evk_status make_pixels(struct remake *r, struct evk_worker *maker, const evk_model *model,
                              const evk_recipe *recipe, struct evk_pixels *out, evk_error *err)
{
    const evk_json *d = r->set->description;
    const struct evk_remaking remaking = {r->set,    r->row,         model,
                                          r->models, r->model_count, r->images};

    if (evk_description_is_adversarial(d))
        return evk_adversarial_again(&remaking, out, err);
    if (!model)
        return make_plain(r, out, err);
    if (r->row->control)
        return evk_control_again(&remaking, recipe, out, err);
    return evk_description_is_natural(d) ? find_natural(r, model, out, err)
                                         : synthesize(r, maker, model, recipe, out, err);
}

/* Make, encode, decode, measure, predict: what the set's command does, without the folder. */
static evk_status make(struct remake *r, const evk_model *model, const evk_recipe *recipe,
                       evk_error *err)
{
    struct evk_worker maker = {0};
    struct evk_pixels rounded;
    evk_status s = make_pixels(r, &maker, model, recipe, &rounded, err);

    if (!s) {
        s = encode(r->row, &rounded, &r->file, err);
        evk_pixels_release(&rounded);
    }
    if (!s)
        s = evk_decode(&r->pixels, r->file.data, r->file.size, err);
    if (!s)
        s = evk_row_measure(&r->made.row, &r->file, &r->pixels, err);
    if (!s && model)
        s = evk_worker_respond(&maker, model, recipe, &r->pixels, &r->made.row, err);
    evk_worker_release(&maker);
    return s;
}

/* Open what the set says it was made with, and make the image again. */
static evk_status remake(struct remake *r, evk_image_list *images, evk_error *err)
{
    const evk_json *d = r->set->description;
    struct evk_photograph_frame frame;
    evk_model *model = NULL;
    evk_recipe recipe;
    evk_status s;

    EVK_TRY(evk_frame_of_set(&frame, d, err));
    if (images)
        evk_image_list_set_frame(images, &frame);
    s = evk_description_recipe(d, &recipe, err);
    if (s)
        return evk_wrap(err, s, "%s/%s", r->set->folder.path, EVK_SET_DESCRIPTION);
    s = evk_description_check_paths(d, err);
    if (s)
        return evk_wrap(err, s, "%s", r->set->folder.path);
    EVK_TRY(evk_description_check_files(d, NULL, err));
    if (!evk_description_method(d) && (r->row->model_sha256 || !evk_description_is_adversarial(d)))
        EVK_TRY(evk_model_file_open(r->set->folder.path, d, r->row->model_sha256, r->models,
                                    r->model_count, &model, err));
    s = make(r, model, &recipe, err);
    evk_model_free(model);
    return s;
}

evk_status evk_set_again(const evk_set *set, int64_t row, const char *const *models, size_t count,
                         evk_image_list *images, const char *path, evk_again *out, evk_error *err)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    struct remake r = {
        .set = set, .row = &line.row, .images = images, .models = models, .model_count = count};
    evk_status s = evk_set_get_row(set, row, true, &line, err);

    if (!s) {
        r.made.row = line.row;
        s = remake(&r, images, err);
    }
    if (!s)
        compare(&r, out);
    if (!s && path)
        s = evk_fs_write(path, r.file.data, r.file.size, err);
    evk_bytes_release(&r.file);
    evk_pixels_release(&r.pixels);
    evk_row_line_release(&line);
    return s;
}
