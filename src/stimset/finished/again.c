/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.c - makes an image of a finished set again from its row, and says what differs */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "stimset/finished/remaking.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/model_files.h"
#include "stimset/inputs/frame.h"
#include "stimset/record/set_file.h"
#include "synth/settings.h"

/* An image that is made again. */
struct remake {
    struct evk_remaking of;
    struct evk_stimulus made; /* its new row */
    struct evk_pixels pixels; /* what the new file decodes to; owned */
    struct evk_bytes file;    /* the new file; owned */
};

/*
 * Write in how many channel values the file of the set differs from the new one, and by how much;
 * "" where the file cannot be read or has another shape.
 */
static void describe_pixels(const struct remake *r, char *text, size_t size)
{
    struct evk_pixels there;
    int64_t count = 0;
    int most = 0;

    text[0] = '\0';
    if (evk_set_file_get_image(&r->of.set->folder, r->of.row, NULL, &there, NULL))
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

/* Sets *difference to what differs from the row, which the caller frees, or to NULL. */
static evk_status compare_with_row(const struct remake *r, char **difference, evk_error *err)
{
    const struct evk_row *made = &r->made.row;
    char pixels[96], a[EVK_REAL_TEXT], b[EVK_REAL_TEXT], text[256] = "";

    if (strcmp(made->pixel_sha256, r->of.row->pixel_sha256) != 0) {
        describe_pixels(r, pixels, sizeof(pixels));
        snprintf(text, sizeof(text), "other pixels than the row's%s", pixels);
    } else if (strcmp(made->sha256, r->of.row->sha256) != 0) {
        snprintf(text, sizeof(text),
                 "the same pixels in another file: SHA-256 is %.12s..., the row has %.12s... (zlib "
                 "may be another version)",
                 made->sha256, r->of.row->sha256);
    } else if (strcmp(evk_format_real(made->response_pred, a),
                      evk_format_real(r->of.row->response_pred, b)) != 0) {
        snprintf(text, sizeof(text), "the same file, but response_pred is %s, the row has %s", a,
                 b);
    }
    *difference = NULL;
    return text[0] ? evk_strdup(difference, text, err) : EVK_OK;
}

/* Encode pixels as the file of a row: as a JPEG where its name ends in .jpg, else as a PNG. */
static evk_status encode_for(const struct evk_row *row, const struct evk_pixels *pixels,
                             struct evk_bytes *out, evk_error *err)
{
    return strstr(row->filename, ".jpg") ? evk_jpeg_encode(out, pixels, err)
                                         : evk_set_file_encode(row, pixels, out, err);
}

evk_status evk_remaking_check_model(const struct evk_remaking *r, evk_error *err)
{
    if (r->model)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "%s: %s has no model_sha256, expected one of its model",
                    r->set->folder.path, r->row->stimulus_id);
}

/*
 * Do what the command of the set does, but not in its folder: make, encode, decode, measure,
 * predict.
 */
static evk_status make_file(struct remake *r, const struct evk_set_kind *kind, evk_error *err)
{
    const struct evk_remaking *of = &r->of;
    struct evk_pixels rounded;
    evk_status s;

    EVK_TRY(kind->again(of, &rounded, err));
    s = encode_for(of->row, &rounded, &r->file, err);
    evk_pixels_release(&rounded);
    EVK_TRY(s);
    EVK_TRY(evk_decode(&r->pixels, r->file.data, r->file.size, err));
    EVK_TRY(evk_row_measure(&r->made.row, &r->file, &r->pixels, err));
    return of->model ? evk_worker_respond(of->worker, of->model, of->recipe, &r->pixels,
                                          &r->made.row, err)
                     : EVK_OK;
}

/*
 * Let images be framed as those of the set were.  EVK_EFORMAT or EVK_EINVAL: files that priors read
 * are not those that the set was made with.
 */
static evk_status check_inputs(const evk_set *set, evk_image_list *images, evk_error *err)
{
    struct evk_photograph_frame frame;
    evk_status s;

    EVK_TRY(evk_frame_of_set(&frame, set->description, err));
    if (images)
        evk_image_list_set_frame(images, &frame);
    s = evk_description_check_paths(set->description, err);
    if (s)
        return evk_wrap(err, s, "%s", set->folder.path);
    return evk_description_check_files(set->description, NULL, err);
}

static evk_status read_description(const evk_set *set, const struct evk_set_kind **kind,
                                   evk_recipe *recipe, evk_error *err)
{
    evk_status s = evk_set_kind_find(kind, set->description, err);

    if (!s)
        s = evk_description_recipe(set->description, recipe, err);
    return s ? evk_wrap(err, s, "%s/%s", set->folder.path, EVK_SET_DESCRIPTION) : EVK_OK;
}

/* Open the row's model, where it has one, make the image, compare it, and write it to path. */
static evk_status remake(struct remake *r, const struct evk_set_kind *kind, const char *path,
                         char **difference, evk_error *err)
{
    struct evk_remaking *of = &r->of;
    struct evk_worker worker = {0};
    evk_model *model = NULL;
    evk_status s;

    if (!kind->streamed && of->row->model_sha256)
        EVK_TRY(evk_model_file_open(of->set->folder.path, of->set->description,
                                    of->row->model_sha256, of->models, of->count, &model, err));
    of->model = model;
    of->worker = &worker;
    s = make_file(r, kind, err);
    if (!s && path)
        s = evk_fs_write(path, r->file.data, r->file.size, err);
    if (!s)
        s = compare_with_row(r, difference, err);
    evk_bytes_release(&r->file);
    evk_pixels_release(&r->pixels);
    evk_worker_release(&worker);
    evk_model_free(model);
    return s;
}

evk_status evk_set_again(const evk_set *set, int64_t row, const char *const *models, size_t count,
                         evk_image_list *images, const char *path, char **difference,
                         evk_error *err)
{
    struct remake r = {.of = {.set = set, .models = models, .count = count, .images = images}};
    struct evk_row_line line = {.line = {.cells = NULL}};
    const struct evk_set_kind *kind;
    evk_recipe recipe;
    evk_status s = evk_set_get_row(set, row, true, &line, err);

    r.of.row = &line.row;
    r.of.recipe = &recipe;
    r.of.made = &r.made;
    r.made.row = line.row;
    if (!s)
        s = read_description(set, &kind, &recipe, err);
    if (!s)
        s = check_inputs(set, images, err);
    if (!s)
        s = remake(&r, kind, path, difference, err);
    evk_row_line_release(&line);
    return s;
}
