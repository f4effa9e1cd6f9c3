/* SPDX-License-Identifier: GPL-3.0-or-later */
/* select.c - choose the best images of each neuron that differ from each other */
#include "stimset/score/select.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "image/blur.h"
#include "stimset/folder/describe.h"
#include "stimset/record/neuron.h"
#include "stimset/record/set_file.h"
#include "stimset/score/diverse.h"
#include "stimset/score/judges.h"
#include "stimset/score/keep.h"
#include "synth/settings.h"

static const double BLUR = 4.0 / 112; /* SD of the blur, as a part of the image's height */

struct selection {
    const struct evk_dir *folder;
    const evk_recipe *recipe;
    struct evk_keep_rule rule;
    const evk_target *targets;
    const evk_json *description; /* NULL: recipe->keep holds for all neurons */
    struct evk_stimuli *all;
    int64_t *order; /* (all) indices of stimuli, neuron by neuron */
    int64_t *first; /* (neurons + 1) where the stimuli of each neuron begin in order */
    int64_t neurons;

    struct evk_lock *lock; /* guards the members below */
    evk_status status;     /* status of the first failure; error has its message */
    evk_error error;
};

/* ---- the order -------------------------------------------------------------------------- */

/* Sort the indices of a neuron's images, best first: by insertion, since a neuron has few. */
static void sort_by_value(const struct selection *s, int64_t *places, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        const int64_t place = places[i];
        const double value = s->all->list[place].row.keep_value;
        int64_t k = i;

        for (; k > 0 && evk_is_better(s->recipe->minimize, value,
                                      s->all->list[places[k - 1]].row.keep_value);
             k--)
            places[k] = places[k - 1];
        places[k] = place;
    }
}

/* ---- likeness --------------------------------------------------------------------------- */

/*
 * The blurred gray image that is compared: (pixels), mean 0, sum of squares 1; all 0 where the
 * image is flat.
 */
struct view {
    float *values;
    int64_t pixels;
};

static evk_status make_view(struct view *v, const struct evk_pixels *p, float *scratch,
                            evk_error *err)
{
    struct evk_blur blur;
    double sum = 0, squares = 0;

    EVK_TRY(evk_blur_init(&blur, fmin(BLUR * (double)p->height, 1000), err));
    for (int64_t i = 0; i < v->pixels; i++) {
        const unsigned char *c = p->data + i * p->channels;

        v->values[i] =
            p->channels == 3 ? (float)(299 * c[0] + 587 * c[1] + 114 * c[2]) / 1000 : (float)c[0];
    }
    evk_blur_apply(&blur, evk_kernels_at(0), p->height, p->width, 1, v->values, scratch);
    evk_blur_release(&blur);
    for (int64_t i = 0; i < v->pixels; i++)
        sum += (double)v->values[i];
    for (int64_t i = 0; i < v->pixels; i++) {
        v->values[i] = (float)((double)v->values[i] - sum / (double)v->pixels);
        squares += (double)v->values[i] * (double)v->values[i];
    }
    /* Values that only rounding makes different from the mean are no pattern. */
    for (int64_t i = 0; i < v->pixels; i++)
        v->values[i] =
            squares > 1e-6 * (double)v->pixels ? (float)((double)v->values[i] / sqrt(squares)) : 0;
    return EVK_OK;
}

static evk_status read_view(const struct selection *s, int64_t place, struct view *v,
                            evk_error *err)
{
    struct evk_pixels p;
    float *scratch = NULL;
    evk_status status;

    EVK_TRY(evk_set_file_get_image(s->folder, &s->all->list[place].row, NULL, &p, err));
    v->pixels = p.height * p.width;
    status = evk_alloc_floats(&v->values, v->pixels, "an image", err);
    if (!status)
        status = evk_alloc_floats(&scratch, v->pixels, "an image", err);
    if (!status)
        status = make_view(v, &p, scratch, err);
    free(scratch);
    evk_pixels_release(&p);
    return status;
}

static double correlation(const struct view *a, const struct view *b)
{
    double sum = 0;

    for (int64_t i = 0; i < a->pixels && a->pixels == b->pixels; i++)
        sum += (double)a->values[i] * (double)b->values[i];
    return sum;
}

/* ---- the choice ------------------------------------------------------------------------- */

/* Drop an image.  What judges said of it stays where that decides. */
static void drop(const struct selection *s, struct evk_row *row, const char *why,
                 const struct evk_row *like)
{
    row->present = false;
    if (s->rule.kind != EVK_KEEP_SELECTION)
        evk_judges_clear(row);
    if (like)
        snprintf(row->dropped, sizeof(row->dropped), "like %s", like->stimulus_id);
    else
        snprintf(row->dropped, sizeof(row->dropped), "%s", why);
}

/* Returns how many images to keep of the neuron of a row; 0: all of them. */
static int64_t number_to_keep(const struct selection *s, const struct evk_row *row)
{
    struct evk_described_model m;

    if (!evk_description_model_named(s->description, row->target_model, &m))
        return s->recipe->keep;
    return evk_described_images(m.keep, row->target_output, s->recipe->keep);
}

/*
 * Drop images that are like a better one, and images beyond the number to keep.  places: (n) best
 * first; views: (n) zeroed, which the caller frees.
 */
static evk_status choose(struct selection *s, const int64_t *places, int64_t n, int64_t keep,
                         struct view *views, evk_error *err)
{
    int64_t kept = 0;

    for (int64_t i = 0; i < n; i++) {
        struct evk_row *row = &s->all->list[places[i]].row;
        const struct evk_row *like = NULL;

        if (kept < keep)
            EVK_TRY(read_view(s, places[i], &views[i], err));
        for (int64_t k = 0; k < i && views[i].values && !like; k++)
            if (s->all->list[places[k]].row.present &&
                correlation(&views[k], &views[i]) > EVK_ALIKE)
                like = &s->all->list[places[k]].row;
        if (like || kept == keep)
            drop(s, row, "rank", like);
        else
            kept++;
    }
    return EVK_OK;
}

static evk_status choose_of(struct selection *s, int64_t neuron, evk_error *err)
{
    int64_t *const places = s->order + s->first[neuron];
    const int64_t count = s->first[neuron + 1] - s->first[neuron];
    const int64_t keep = number_to_keep(s, &s->all->list[places[0]].row);
    struct view *views;
    int64_t n = 0, driving;
    evk_status status;

    for (int64_t i = 0; i < count; i++) {
        struct evk_row *row = &s->all->list[places[i]].row;

        if (!row->present || row->control)
            continue;
        row->keep_value = evk_keep_value(&s->rule, s->recipe, row);
        places[n++] = places[i];
    }
    if (keep == 0)
        return EVK_OK;
    sort_by_value(s, places, n);
    driving = n;
    EVK_TRY(evk_diverse_order(s->folder, s->recipe, s->targets, s->all, places, &driving, err));
    for (; n > driving; n--)
        drop(s, &s->all->list[places[n - 1]].row, "weak", NULL);
    EVK_TRY(evk_alloc(&views, n, sizeof(*views), "images", err));
    status = choose(s, places, n, keep, views, err);
    for (int64_t i = 0; i < n; i++)
        free(views[i].values);
    free(views);
    return status;
}

static void select_job(void *arg, int worker, int64_t neuron)
{
    struct selection *s = arg;
    evk_error err = {EVK_OK, ""};
    const evk_status status = choose_of(s, neuron, &err);

    (void)worker;
    if (!status)
        return;
    evk_lock_take(s->lock);
    if (!s->status) {
        s->status = status;
        s->error = err;
    }
    evk_lock_give(s->lock);
}

static evk_status choose_all(struct selection *s, int threads, evk_error *err)
{
    const int64_t n = s->all->count;

    EVK_TRY(evk_alloc(&s->order, n, sizeof(*s->order), "neurons", err));
    EVK_TRY(evk_alloc(&s->first, n + 1, sizeof(*s->first), "neurons", err));
    EVK_TRY(evk_order_by_neuron(s->all, s->order, err));
    for (int64_t i = 0; i < n; i++)
        if (i == 0 ||
            !evk_is_same_neuron(&s->all->list[s->order[i - 1]].row, &s->all->list[s->order[i]].row))
            s->first[s->neurons++] = i;
    s->first[s->neurons] = n;
    EVK_TRY(evk_lock_new(&s->lock, err));
    evk_parallel_for(evk_thread_count(threads, s->neurons), s->neurons, select_job, s);
    return s->status ? evk_fail(err, s->status, "%s", s->error.msg) : EVK_OK;
}

/* Drop the images of series whose source is dropped, for the reason for which that one is. */
static void drop_series(const struct evk_stimuli *all)
{
    for (int64_t i = 0; i < all->count; i++) {
        struct evk_row *row = &all->list[i].row;
        const struct evk_row *of =
            evk_row_is_series(row) ? evk_stimuli_find(all, row->source_id) : NULL;

        if (!of || !of->dropped[0] || row->dropped[0])
            continue;
        row->present = false;
        evk_judges_clear(row);
        memcpy(row->dropped, of->dropped, sizeof(row->dropped));
    }
}

evk_status evk_select(const struct evk_dir *folder, const evk_target *targets,
                      const evk_recipe *recipe, const evk_json *description,
                      struct evk_stimuli *all, int threads, evk_error *err)
{
    struct selection s = {.folder = folder,
                          .recipe = recipe,
                          .targets = targets,
                          .description = description,
                          .all = all};
    evk_status status;

    EVK_TRY(evk_keep_rule_parse(&s.rule, recipe->keep_by, err));
    status = choose_all(&s, threads, err);
    if (!status)
        drop_series(all);
    evk_lock_free(s.lock);
    free(s.order);
    free(s.first);
    return status;
}

evk_status evk_select_remove(const struct evk_dir *folder, const struct evk_stimuli *all,
                             evk_error *err)
{
    char name[EVK_IMAGE_NAME];

    for (int64_t i = 0; i < all->count; i++) {
        if (!all->list[i].row.dropped[0])
            continue;
        evk_set_file_image_name(&all->list[i].row, name);
        if (evk_set_file_has(folder, name))
            EVK_TRY(evk_dir_remove(folder, name, err));
        evk_set_file_trace_name(&all->list[i].row, name);
        if (evk_set_file_has(folder, name))
            EVK_TRY(evk_dir_remove(folder, name, err));
    }
    return EVK_OK;
}

bool evk_is_better(bool minimize, double a, double b)
{
    return isnan(b) || (minimize ? a < b : a > b);
}
