/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diverse.c - the images of a neuron in an order in which the first few differ most */
#include "stimset/score/diverse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"
#include "stimset/record/set_file.h"
#include "stimset/score/worker.h"
#include "synth/settings.h"

/* An image as a point in the space in which distances are measured. */
struct point {
    float *x; /* (size) coordinates; owned */
    int64_t size;
};

enum evk_diversity evk_recipe_diversity(const evk_recipe *recipe)
{
    if (strcmp(recipe->diverse, "none") == 0)
        return EVK_DIVERSE_NONE;
    return strcmp(recipe->diverse, "pixels") == 0 ? EVK_DIVERSE_PIXELS : EVK_DIVERSE_RESPONSES;
}

static bool is_of_responses(const evk_recipe *recipe)
{
    return evk_recipe_diversity(recipe) == EVK_DIVERSE_RESPONSES;
}

evk_status evk_diverse_check(const evk_recipe *recipe, const evk_model *model, evk_error *err)
{
    const evk_model_info *info = evk_model_describe(model);

    if (is_of_responses(recipe) && info->outputs * info->members < 2)
        return evk_fail(err, EVK_EINVAL,
                        "%s: diverse is 'responses', and the model has one output; expected "
                        "several outputs or members, or pixels",
                        info->path);
    return EVK_OK;
}

/* ---- points --------------------------------------------------------------------------------- */

static evk_status point_of_pixels(const struct evk_pixels *p, struct point *out, evk_error *err)
{
    out->size = p->height * p->width * p->channels;
    EVK_TRY(evk_alloc_floats(&out->x, out->size, "an image", err));
    for (int64_t i = 0; i < out->size; i++)
        out->x[i] = p->data[i];
    return EVK_OK;
}

static evk_status predict(evk_session *session, const float *image, struct point *out,
                          evk_error *err)
{
    const int64_t outputs = evk_session_outputs(session);
    float *mean;

    out->size = outputs * evk_model_describe(evk_session_model(session))->members;
    EVK_TRY(evk_alloc_floats(&out->x, out->size, "responses", err));
    EVK_TRY(evk_alloc_floats(&mean, outputs, "responses", err));
    evk_session_predict(session, image, mean);
    memcpy(out->x, evk_session_members(session), (size_t)out->size * sizeof(*out->x));
    free(mean);
    return EVK_OK;
}

static evk_status point_of_responses(evk_session *session, const struct evk_pixels *p,
                                     struct point *out, evk_error *err)
{
    const evk_model *model = evk_session_model(session);
    float *image;
    evk_status s;

    EVK_TRY(evk_alloc_floats(&image, evk_shape_count(evk_model_input(model)), "an image", err));
    s = evk_worker_fit(model, p, image, err);
    if (!s)
        s = predict(session, image, out, err);
    free(image);
    return s;
}

/*
 * Find the point of each image: its channel values where session is NULL, else the responses of the
 * session to it.
 */
static evk_status find_points(const struct evk_dir *folder, const struct evk_stimuli *all,
                              evk_session *session, const int64_t *places, int64_t n,
                              struct point *points, evk_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        struct evk_pixels p;
        evk_status s;

        EVK_TRY(evk_set_file_get_image(folder, &all->list[places[i]].row, NULL, &p, err));
        s = session ? point_of_responses(session, &p, &points[i], err)
                    : point_of_pixels(&p, &points[i], err);
        evk_pixels_release(&p);
        EVK_TRY(s);
    }
    return EVK_OK;
}

static double distance(const struct point *a, const struct point *b)
{
    double sum = 0;

    for (int64_t i = 0; i < a->size && a->size == b->size; i++) {
        const double d = (double)a->x[i] - (double)b->x[i];

        sum += d * d;
    }
    return sqrt(sum);
}

/* ---- the order ------------------------------------------------------------------------------ */

/* Returns how much an image drives the neuron, by what images are chosen by. */
static double driving(const evk_recipe *recipe, const struct evk_row *row)
{
    return strcmp(recipe->keep_by, "objective") == 0 || strcmp(recipe->keep_by, "auto") == 0
               ? row->objective_pred
               : row->keep_value;
}

/*
 * Count the images that drive the neuron enough (diverse.h).  places: (n) best first; counting ends
 * at the first image that does not.
 */
static int64_t count_driving(const evk_recipe *recipe, const struct evk_stimuli *all,
                             const int64_t *places, int64_t n)
{
    const double sign = recipe->minimize ? -1 : 1;
    const double best = sign * driving(recipe, &all->list[places[0]].row);
    const double least = best - (1 - recipe->diverse_floor) * fabs(best);
    int64_t count = 1;

    while (count < n && sign * driving(recipe, &all->list[places[count]].row) >= least)
        count++;
    return count;
}

/*
 * Farthest-point traversal: the first image stays; then the image farthest from those before it
 * moves to the next place, and the rest keep their order.  nearest: (n) scratch, each image's
 * distance to the nearest image that has its place.
 */
static void traverse(int64_t *places, struct point *points, double *nearest, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        nearest[i] = HUGE_VAL;
    for (int64_t done = 1; done < n; done++) {
        int64_t farthest = done;
        int64_t place;
        struct point point;
        double near;

        for (int64_t i = done; i < n; i++) {
            nearest[i] = fmin(nearest[i], distance(&points[done - 1], &points[i]));
            farthest = nearest[i] > nearest[farthest] ? i : farthest;
        }
        place = places[farthest];
        point = points[farthest];
        near = nearest[farthest];
        memmove(places + done + 1, places + done, (size_t)(farthest - done) * sizeof(*places));
        memmove(points + done + 1, points + done, (size_t)(farthest - done) * sizeof(*points));
        memmove(nearest + done + 1, nearest + done, (size_t)(farthest - done) * sizeof(*nearest));
        places[done] = place;
        points[done] = point;
        nearest[done] = near;
    }
}

static evk_status order(const struct evk_dir *folder, const struct evk_stimuli *all,
                        evk_session *session, int64_t *places, int64_t n, evk_error *err)
{
    struct point *points;
    double *nearest = NULL;
    evk_status s;

    EVK_TRY(evk_alloc(&points, n, sizeof(*points), "images", err));
    s = evk_alloc(&nearest, n, sizeof(*nearest), "images", err);
    if (!s)
        s = find_points(folder, all, session, places, n, points, err);
    if (!s)
        traverse(places, points, nearest, n);
    for (int64_t i = 0; i < n; i++)
        free(points[i].x);
    free(points);
    free(nearest);
    return s;
}

evk_status evk_diverse_order(const struct evk_dir *folder, const evk_recipe *recipe,
                             const evk_target *targets, const struct evk_stimuli *all,
                             int64_t *places, int64_t *n, evk_error *err)
{
    evk_session *session = NULL;
    evk_status s;

    if (*n < 2 || evk_recipe_diversity(recipe) == EVK_DIVERSE_NONE)
        return EVK_OK;
    *n = count_driving(recipe, all, places, *n);
    if (is_of_responses(recipe))
        EVK_TRY(
            evk_session_new(&session, evk_targets_model(targets, &all->list[places[0]].row), err));
    s = order(folder, all, session, places, *n, err);
    evk_session_free(session);
    return s;
}
