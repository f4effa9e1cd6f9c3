/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shown.c - one stimulus of a session: read, shown, encoded, and its model asked */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/image.h"
#include "session/images.h"
#include "stimset/finished/set.h"
#include "stimset/record/kind.h"
#include "stimset/record/set_file.h"
#include "stimset/score/worker.h"
#include "synth/recipe.h"

/* ---- the file -------------------------------------------------------------------------------- */

/* Copies what is measured on the file. */
static void take_row(struct evk_rig_made *m, const struct evk_row *row)
{
    memcpy(m->sha256, row->sha256, sizeof(m->sha256));
    memcpy(m->pixel_sha256, row->pixel_sha256, sizeof(m->pixel_sha256));
    memcpy(m->sha1, row->sha1, sizeof(m->sha1));
    m->width_px = row->width_px;
    m->height_px = row->height_px;
    m->bytes = row->bytes;
    m->gray_mean = row->gray_mean;
    m->gray_sd = row->gray_sd;
    m->rms_contrast = row->rms_contrast;
}

/* Encodes pixels, decodes the file, and measures what it decodes to. */
static evk_status encode_file(struct evk_rig_shown *out, const struct evk_pixels *pixels,
                              const char *description, evk_error *err)
{
    struct evk_row row = evk_row_new();
    struct evk_pixels there;
    evk_status s;

    snprintf(row.description, sizeof(row.description), "%s", description);
    EVK_TRY(evk_set_file_encode(&row, pixels, &out->file, err));
    EVK_TRY(evk_decode(&there, out->file.data, out->file.size, err));
    s = evk_row_measure(&row, &out->file, &there, err);
    evk_pixels_release(&there);
    if (!s)
        take_row(&out->made, &row);
    return s;
}

/* Finishes an image whose pixels are known. */
static evk_status finish(struct evk_rig_shown *out, const struct evk_pixels *pixels,
                         const char *description, bool encode, evk_error *err)
{
    snprintf(out->made.description, sizeof(out->made.description), "%s", description);
    out->made.width_px = pixels->width;
    out->made.height_px = pixels->height;
    EVK_TRY(evk_pixels_hash(pixels, out->key, err));
    return encode ? encode_file(out, pixels, description, err) : EVK_OK;
}

static void note_place(struct evk_rig_shown *out, const struct evk_rig_plan *plan)
{
    out->made.size_deg = plan->has_display ? out->place.size_deg : (double)NAN;
    out->made.x_deg = plan->has_display ? out->place.x_deg : (double)NAN;
    out->made.y_deg = plan->has_display ? out->place.y_deg : (double)NAN;
}

/* Shows pixels; seen: what the models are asked about, NULL: nothing is asked. */
static evk_status show(struct evk_rig_shown *out, const struct evk_pixels *pixels,
                       const struct evk_shown_window *window, const char *description,
                       const struct evk_rig_plan *plan, bool encode, struct evk_pixels *seen,
                       evk_error *err)
{
    struct evk_pixels file;
    evk_status s;

    out->height = pixels->height;
    out->width = pixels->width;
    out->response_shown = (double)NAN;
    if (plan->has_display)
        EVK_TRY(evk_place_find(&out->place, &plan->display, &plan->place, pixels->height,
                               pixels->width, err));
    note_place(out, plan);
    EVK_TRY(evk_show_image(&plan->show, &out->place, pixels, window, &file, seen, err));
    s = finish(out, &file, description, encode, err);
    evk_pixels_release(&file);
    if (s && seen)
        evk_pixels_release(seen);
    return s;
}

evk_status evk_rig_show_pixels(struct evk_rig_shown *out, const struct evk_pixels *pixels,
                               const char *description, const struct evk_rig_plan *plan,
                               bool encode, evk_error *err)
{
    *out = (struct evk_rig_shown){.response_shown = (double)NAN};
    return show(out, pixels, NULL, description, plan, encode, NULL, err);
}

evk_status evk_rig_show_blank(struct evk_rig_shown *out, const struct evk_rig_shown *like,
                              const struct evk_rig_plan *plan, bool encode, evk_error *err)
{
    struct evk_pixels file;
    evk_status s;

    *out = (struct evk_rig_shown){.place = like->place, .response_shown = (double)NAN};
    note_place(out, plan);
    EVK_TRY(evk_show_blank(&plan->show, &like->place, like->height, like->width, &file, err));
    s = finish(out, &file, EVK_RIG_BLANK_TEXT, encode, err);
    evk_pixels_release(&file);
    return s;
}

/* ---- the window of a set --------------------------------------------------------------------- */

/* Returns the steps of the ascent whose window an image is seen through: of a control, that of the
   stimulus that it controls. */
static int64_t steps_of(const struct evk_rig_set *set, const struct evk_row *row)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    const int64_t of = evk_set_rows_find(&set->set->rows, row->control_of);
    int64_t steps = row->n_steps;

    if (steps == EVK_INT_MISSING && of >= 0 && !evk_set_rows_get(&set->set->rows, of, &line, NULL))
        steps = line.row.n_steps;
    evk_row_line_release(&line);
    return steps == EVK_INT_MISSING ? set->recipe.steps : steps;
}

/* Finds the window of an image; *window stays empty where the set has none. */
static evk_status find_window(const struct evk_rig_set *set, const struct evk_row *row,
                              const struct evk_pixels *pixels, struct evk_image_window *window,
                              struct evk_shown_window *out, evk_error *err)
{
    int64_t least = 0;

    *window = (struct evk_image_window){.weight = NULL};
    if (!set->has_recipe || !set->kind->ascends)
        return EVK_OK;
    EVK_TRY(evk_recipe_window(window, &set->recipe, pixels->height, pixels->width,
                              steps_of(set, row), err));
    if (!window->weight)
        return EVK_OK;
    for (int64_t i = 1; i < window->pixels; i++)
        if (window->weight[i] < window->weight[least])
            least = i;
    if (window->weight[least] >= 1)
        return EVK_OK;
    out->weight = window->weight;
    for (int c = 0; c < 3; c++)
        out->ground[c] = (unsigned char)floor(
            fmin(fmax((double)window->offset[least] / (1 - (double)window->weight[least]), 0),
                 255) +
            0.5);
    return EVK_OK;
}

/* ---- a stimulus ------------------------------------------------------------------------------ */

static const evk_model *model_of(const struct evk_rig_set *set, const char *sha256)
{
    for (size_t i = 0; sha256 && i < set->sha256.count; i++)
        if (strcmp(set->sha256.names[i], sha256) == 0)
            return set->model[i];
    return NULL;
}

static evk_status ask(struct evk_rig_shown *out, const struct evk_rig_set *set,
                      const struct evk_row *row, const struct evk_rig_plan *plan,
                      const struct evk_pixels *seen, struct evk_worker *worker, evk_error *err)
{
    const evk_model *model = model_of(set, row->model_sha256);
    struct evk_row copy = *row;
    struct evk_pixels back;
    evk_status s;

    if (!model || !row->target_output[0] || !set->has_recipe)
        return EVK_OK;
    EVK_TRY(evk_show_back(&plan->show, seen, out->height, out->width, 3, &back, err));
    s = evk_worker_respond(worker, model, &set->recipe, &back, &copy, err);
    evk_pixels_release(&back);
    if (!s)
        out->response_shown = copy.response_pred;
    return s;
}

void evk_rig_describe_stimulus(const char *role, const char *id, const char *set, char text[160])
{
    snprintf(text, 160, "%s: %s of set %s", role, id, set);
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

static evk_status show_row(struct evk_rig_shown *out, const struct evk_rig_set *set,
                           const struct evk_rig_stimulus *s, const struct evk_rig_plan *plan,
                           bool encode, const struct evk_pixels *pixels, const struct evk_row *row,
                           struct evk_worker *worker, evk_error *err)
{
    struct evk_shown_window window = {.weight = NULL};
    struct evk_image_window own;
    struct evk_pixels seen;
    char description[160];
    evk_status status = find_window(set, row, pixels, &own, &window, err);

    evk_rig_describe_stimulus(s->role, s->id, set->name, description);
    out->has_window = window.weight != NULL;
    if (strcmp(s->role, "blank") == 0)
        window.weight = NULL; /* there is nothing to be seen through it */
    if (!status)
        status = show(out, pixels, window.weight ? &window : NULL, description, plan, encode, &seen,
                      err);
    evk_image_window_release(&own);
    EVK_TRY(status);
    status = ask(out, set, row, plan, &seen, worker, err);
    evk_pixels_release(&seen);
    return status;
}

/* Reads the image of a row, whose file has to be the one that the row describes. */
static evk_status read_image(const struct evk_rig_set *set, const struct evk_row *row,
                             struct evk_pixels *out, evk_error *err)
{
    struct evk_bytes file;
    char hash[EVK_SHA256_TEXT];
    evk_status s;

    EVK_TRY(evk_set_file_get_image(&set->set->folder, row, &file, out, err));
    s = evk_sha256_text(file.data, file.size, hash, err);
    evk_bytes_release(&file);
    if (!s && strcmp(hash, row->sha256) != 0)
        s = evk_fail(err, EVK_EFORMAT,
                     "%s/stimuli/%s: was altered after the set was finished; 'evoke verify' says "
                     "what else was",
                     set->set->folder.path, row->filename);
    if (s)
        evk_pixels_release(out);
    return s;
}

/*
 * The blank of a set becomes that of the screen: the background alone, whatever the set's own ground
 * is.
 */
static evk_status fill_background(struct evk_pixels *pixels, const struct evk_rig_plan *plan,
                                  evk_error *err)
{
    struct evk_pixels blank;
    const struct evk_show plain = {.background = {plan->show.background[0],
                                                  plan->show.background[1],
                                                  plan->show.background[2]}};

    EVK_TRY(evk_show_blank(&plain, NULL, pixels->height, pixels->width, &blank, err));
    evk_pixels_release(pixels);
    *pixels = blank;
    return EVK_OK;
}

static bool is_blank(const struct evk_rig_stimulus *s, const struct evk_rig_plan *plan)
{
    return plan->has_display && strcmp(s->role, "blank") == 0;
}

evk_status evk_rig_show(struct evk_rig_shown *out, const struct evk_rig_set *set,
                        const struct evk_rig_stimulus *s, const struct evk_rig_plan *plan,
                        bool encode, struct evk_worker *worker, struct evk_row_line *line,
                        evk_error *err)
{
    struct evk_pixels pixels;
    evk_status status;

    *out = (struct evk_rig_shown){.response_shown = (double)NAN};
    EVK_TRY(evk_set_get_row(set->set, s->row, false, line, err));
    EVK_TRY(read_image(set, &line->row, &pixels, err));
    status = is_blank(s, plan) ? fill_background(&pixels, plan, err) : EVK_OK;
    if (!status)
        status = show_row(out, set, s, plan, encode, &pixels, &line->row, worker, err);
    evk_pixels_release(&pixels);
    if (!status)
        return EVK_OK;
    evk_bytes_release(&out->file);
    return evk_wrap(err, status, "%s: %s", set->set->folder.path, s->id);
}
