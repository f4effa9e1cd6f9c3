/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.c - make an image of a set of ascents, or a control, again */
#include "stimset/sets/maximize/again.h"

#include "stimset/make/earlier.h"
#include "stimset/score/start_image.h"

/* The arguments that start_image_of gets by its pointer arg. */
struct with {
    const evk_image_list *images;
    const evk_recipe *recipe;
};

/* Find the start image of a row: a callback of evk_earlier_source. */
static evk_status start_image_of(void *arg, const evk_model *model, struct evk_row *row,
                                 evk_image **out, evk_error *err)
{
    const struct with *w = arg;

    return evk_start_image_find(w->recipe, w->images, model, row, out, err);
}

/* Repeat the ascent of the row, and round its result as the set did. */
static evk_status synthesize(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    const evk_recipe *recipe = r->recipe;
    struct with with = {r->images, recipe};
    const struct evk_earlier_source source = {&r->set->folder, &r->set->all,   r->model,
                                              recipe,          start_image_of, &with};
    struct evk_earlier earlier;
    evk_image *from;
    evk_status s;

    EVK_TRY(evk_start_image_find(recipe, r->images, r->model, r->row, &from, err));
    s = evk_earlier_find(&earlier, &source, r->row, r->worker, err);
    if (!s) {
        const evk_given given = {from ? from->values : NULL, (const float *const *)earlier.image,
                                 earlier.count};

        s = evk_worker_synthesize(r->worker, r->model, recipe, &given, NULL, r->made, out, err);
    }
    evk_earlier_release(&earlier);
    evk_image_free(from);
    return s;
}

evk_status evk_maximize_again(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    EVK_TRY(evk_remaking_check_model(r, err));
    return r->row->control ? evk_control_again(r, out, err) : synthesize(r, out, err);
}
