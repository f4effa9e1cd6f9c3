/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * again.c - make an image of a set of perturbed images again, from its row and the options of the
 * set
 */
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "model/model.h"
#include "stimset/finished/remaking.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/model_files.h"
#include "stimset/inputs/fit.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/adversarial/adversarial.h"
#include "stimset/sets/adversarial/verify.h"

/* ---- base images, from the images that the user gives ---------------------------------------- */

/* Read image i at the size of the row; *out is NULL where its pixels are not those of the row. */
static evk_status base_if_wanted(const evk_image_list *images, size_t i, const struct evk_row *row,
                                 evk_image **out, evk_error *err)
{
    char hash[EVK_SHA256_TEXT];
    const struct evk_size size = {row->height_px, row->width_px, 0};
    struct evk_pixels pixels;
    evk_status s;

    EVK_TRY(evk_image_list_pixels(images, i, &size, &pixels, NULL, err));
    s = evk_image_of_pixels(out, &pixels, err);
    evk_pixels_release(&pixels);
    EVK_TRY(s);
    s = evk_fit_hash(*out, hash, err);
    if (!s && strcmp(hash, row->pixel_sha256) == 0)
        return EVK_OK;
    evk_image_free(*out);
    *out = NULL;
    return s;
}

static evk_status find_base(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    const size_t n = r->images ? evk_image_list_count(r->images) : 0;
    evk_image *image = NULL;
    evk_status s;

    for (size_t i = 0; i < n && !image; i++)
        if (strcmp(evk_image_list_name(r->images, i), r->row->source_file) == 0)
            EVK_TRY(base_if_wanted(r->images, i, r->row, &image, err));
    for (size_t i = 0; i < n && !image; i++)
        EVK_TRY(base_if_wanted(r->images, i, r->row, &image, err));
    if (!image)
        return evk_fail(err, EVK_ENOTFOUND,
                        "image %s is not among the %zu that are given, expected --reference PATH "
                        "with it",
                        r->row->source_file, n);
    s = evk_image_quantise(out, image->height, image->width, image->channels, image->values, err);
    evk_image_free(image);
    return s;
}

/* ---- other images, from base images of the set ----------------------------------------------- */

/* What the image of a row is made from. */
struct recipe {
    struct evk_asked asked;
    const struct evk_row *attacked; /* row of an image of the sweep that has to be made again */
    const struct evk_control_type *control;
    evk_model *other;       /* model of attacked, where it is not the row's; owned */
    struct evk_held held;   /* tolerances where they were measured */
    const evk_model *model; /* the model that the sweep is for: that of the row, or other */
    enum evk_aim aim;       /* direction of the sweep: raise, lower or reach a target */
    size_t budget;          /* index of the row's budget among those of the set */
};

static const struct evk_row *find_row(const evk_set *set, const char *id)
{
    return evk_stimuli_find(&set->all, id);
}

/*
 * A control "neuron" is the image of another neuron.  Find the row of that image by its pixels;
 * NULL: it is not in the set.
 */
static const struct evk_row *find_repeated(const struct evk_remaking *r)
{
    for (int64_t i = 0; i < r->set->all.count; i++) {
        const struct evk_row *row = &r->set->all.list[i].row;

        if (evk_row_is(row, "adversarial") && strcmp(row->pixel_sha256, r->row->pixel_sha256) == 0)
            return row;
    }
    return NULL;
}

static enum evk_aim aim_of(const struct evk_row *row, bool opposite)
{
    const enum evk_aim aim = evk_row_aim(row);

    return opposite && aim != EVK_AIM_REACH ? evk_aim_opposite(aim) : aim;
}

static void find_control(struct recipe *p, const struct evk_row *row)
{
    for (size_t i = 0; i < p->asked.controls.count && row->control; i++)
        if (strcmp(p->asked.controls.type[i]->name, row->control) == 0)
            p->control = p->asked.controls.type[i];
}

/* Find out from the row which sweep, and which of its images, the row is made from. */
static evk_status read_row(struct recipe *p, const struct evk_remaking *r, evk_error *err)
{
    const bool is_control = evk_row_is(r->row, "control");

    p->attacked = is_control ? find_row(r->set, r->row->control_of) : r->row;
    if (is_control)
        find_control(p, r->row);
    if (p->control && p->control->other_neuron)
        p->attacked = find_repeated(r);
    while (p->budget < p->asked.budget_count && p->asked.budgets[p->budget] != r->row->budget)
        p->budget++;
    if (!p->attacked || !p->attacked->model_sha256 || (is_control && !p->control) ||
        p->budget == p->asked.budget_count)
        return evk_fail(err, EVK_EFORMAT,
                        "%s: the options and rows of the set do not say how %s was made",
                        r->set->folder.path, r->row->stimulus_id);
    p->aim = aim_of(p->attacked, p->control && p->control->opposite);
    p->asked.budget_count = p->budget + 1; /* larger budgets do not change the image */
    p->model = r->model;
    if (strcmp(p->attacked->model_sha256, r->row->model_sha256) == 0)
        return EVK_OK;
    EVK_TRY(evk_model_file_open(r->set->folder.path, r->set->description, p->attacked->model_sha256,
                                r->models, r->count, &p->other, err));
    p->model = p->other;
    return EVK_OK;
}

/* Read the tolerances of held responses, where they were measured. */
static evk_status read_held(struct recipe *p, const struct evk_remaking *r, evk_error *err)
{
    if (!evk_held_is_measured(&p->asked.attack))
        return EVK_OK;
    p->asked.held = &p->held;
    p->asked.held_count = 1;
    return evk_held_read(&p->held, r->set->description, p->model, &p->asked.attack, err);
}

/* Read a base image of the set into out (h, w, c). */
static evk_status read_source(const struct evk_remaking *r, const char *id,
                              const struct evk_shape *in, unsigned char *out, evk_error *err)
{
    const struct evk_row *source = find_row(r->set, id);
    struct evk_pixels p;
    evk_status s = EVK_OK;

    if (!source || !source->present)
        return evk_fail(err, EVK_EFORMAT, "%s: the base image %s of %s is not there",
                        r->set->folder.path, id ? id : "n/a", r->row->stimulus_id);
    EVK_TRY(evk_set_file_get_image(&r->set->folder, source, NULL, &p, err));
    if (p.height != in->h || p.width != in->w || p.channels < in->c)
        s = evk_fail(err, EVK_EFORMAT, "%s: %s has not the size of the model", r->set->folder.path,
                     id);
    for (int64_t i = 0; i < in->h * in->w && !s; i++)
        for (int64_t c = 0; c < in->c; c++)
            out[i * in->c + c] = p.data[i * p.channels + c];
    evk_pixels_release(&p);
    return s;
}

static evk_status sweep_again(struct evk_sweep_worker *a, const struct recipe *p,
                              const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(r->model);
    struct evk_sweep sweep = {.model = p->model, .aim = p->aim};

    EVK_TRY(read_source(r, p->attacked->source_id, in, a->base, err));
    EVK_TRY(read_source(r, r->row->source_id, in, a->other, err));
    EVK_TRY(evk_model_find_neuron(p->model, p->attacked->target_output, &sweep.output, err));
    EVK_TRY(evk_sweep_run(a, &sweep, NULL, err));
    if (p->control)
        EVK_TRY(evk_sweep_control(a, p->control, p->budget, err));
    return evk_pixels_of_bytes(out, in->h, in->w, in->c,
                               p->control ? a->made : a->images + (int64_t)p->budget * a->n, err);
}

static evk_status blank_again(const struct evk_remaking *r, const struct recipe *p,
                              struct evk_pixels *out, evk_error *err)
{
    if (!p->control || !p->control->blank)
        return evk_fail(err, EVK_EFORMAT, "%s: the options do not say how %s was made",
                        r->set->folder.path, r->row->stimulus_id);
    EVK_TRY(evk_pixels_new(out, r->row->height_px, r->row->width_px, 3, err));
    memset(out->data, p->asked.blank, (size_t)(out->height * out->width * out->channels));
    return EVK_OK;
}

static evk_status perturb(const struct evk_remaking *r, struct recipe *p, struct evk_pixels *out,
                          evk_error *err)
{
    struct evk_sweep_worker a;
    evk_status s = read_row(p, r, err);

    if (!s)
        s = read_held(p, r, err);
    if (!s) {
        s = evk_sweep_worker_open(&a, &p->asked, evk_shape_count(evk_model_input(r->model)), 1,
                                  err);
        if (!s)
            s = sweep_again(&a, p, r, out, err);
        evk_sweep_worker_close(&a);
    }
    evk_held_release(&p->held);
    evk_model_free(p->other);
    return s;
}

evk_status evk_adversarial_again(const struct evk_remaking *r, struct evk_pixels *out,
                                 evk_error *err)
{
    evk_adversarial_options options;
    struct recipe p = {.budget = 0};

    if (!r->model)
        return find_base(r, out, err);
    EVK_TRY(evk_description_adversarial(r->set->description, &options, err));
    EVK_TRY(evk_adversarial_resolve(&p.asked, &options, err));
    if (!evk_row_is(r->row, "blank"))
        return perturb(r, &p, out, err);
    find_control(&p, r->row);
    return blank_again(r, &p, out, err);
}
