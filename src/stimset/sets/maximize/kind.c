/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind.c - the kinds of set whose images raise a response, or lower it: description, and hooks
 * (record/kind.h)
 */
#include "base/param_json.h"
#include "stimset/folder/describe.h"
#include "stimset/score/start_image.h"
#include "stimset/sets/maximize/again.h"
#include "stimset/sets/maximize/maximize.h"
#include "stimset/sets/maximize/verify.h"
#include "stimset/sheet/gallery.h"
#include "synth/settings.h"

void evk_describe_maximize(struct evk_json_writer *w, const evk_target *targets, size_t count,
                           const evk_recipe *recipe)
{
    evk_recipe record = *recipe;
    evk_json *set =
        evk_describe_head(w, recipe->minimize ? &evk_set_kind_minimize : &evk_set_kind_maximize);

    record.start = evk_start_image_name(recipe);
    evk_params_put(w, evk_json_put_object(w, set, "Options"), evk_recipe_params(), &record);
    evk_describe_targets(w, set, targets, count);
}

static evk_status maximize_recipe(const evk_json *description, evk_recipe *out, evk_error *err)
{
    for (const evk_param *p = evk_recipe_params(); p->name; p++)
        EVK_TRY(evk_description_option(description, p, out, err));
    return evk_recipe_check(out, err);
}

static evk_status maximize_priors(const evk_json *description, evk_texts *out, evk_error *err)
{
    evk_recipe recipe = evk_recipe_default();

    EVK_TRY(maximize_recipe(description, &recipe, err));
    *out = recipe.priors;
    return EVK_OK;
}

static unsigned maximize_row_cells(const struct evk_row *row, unsigned cells)
{
    if (evk_row_is_series(row))
        return cells | EVK_CELLS_CONTROL | EVK_CELLS_SERIES;
    return cells | (row->control ? EVK_CELLS_CONTROL : EVK_CELLS_ASCENT);
}

static evk_status maximize_draw(struct evk_gallery *g, evk_error *err)
{
    const struct evk_gallery_words words = {.name = evk_gallery_neuron_name};

    return evk_gallery_neurons(g, &words, err);
}

#define ASCENTS                                                                           \
    .summary = "Synthesizes images that models of visual-cortex neurons respond to most", \
    .member = "Models", .cells = EVK_CELLS_SEEDED | EVK_CELLS_AIM | EVK_CELLS_COMPARED,   \
    .ascends = true, .row_cells = maximize_row_cells, .recipe = maximize_recipe,          \
    .priors = maximize_priors, .verify_options = evk_maximize_verify_options,             \
    .verify_rows = evk_maximize_verify_rows, .again = evk_maximize_again, .draw = maximize_draw

const struct evk_set_kind evk_set_kind_maximize = {
    .title = "Maximizing stimuli",
    .row_types = (const char *const[]){"blank", "control", "max", NULL},
    ASCENTS,
};

const struct evk_set_kind evk_set_kind_minimize = {
    .title = "Minimizing stimuli",
    .minimizes = true,
    .row_types = (const char *const[]){"blank", "control", "min", NULL},
    ASCENTS,
};
