/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c - recipes of callers: made, set, read and freed */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/param_json.h"
#include "base/settings.h"
#include "model/model.h"
#include "synth/settings.h"

static const char kind[] = "a recipe";

/* Returns the options of a model's card, or NULL where there is none. */
static const evk_json *card_options(const evk_model *model)
{
    return model ? evk_json_get(model->card, "options") : NULL;
}

/* Writes the settings of a method, then those of the card; the texts are those of the card. */
static evk_status read_settings(evk_recipe *recipe, const char *method, const evk_model *model,
                                evk_error *err)
{
    const evk_json *options = card_options(model);
    const char *named = evk_json_text(evk_json_get(options, "method"));
    evk_status s;

    if (!method)
        method = named ? named : evk_recipe_default().method;
    EVK_TRY(evk_recipe_of_method(recipe, method, err));
    method = recipe->method;
    s = evk_params_read(evk_recipe_params(), recipe, options, err);
    recipe->method = method;
    return s ? evk_wrap(err, s, "%s: its options", model->path) : EVK_OK;
}

evk_status evk_recipe_new(evk_recipe **out, const char *method, const evk_model *model,
                          evk_error *err)
{
    evk_recipe recipe;

    EVK_TRY(read_settings(&recipe, method, model, err));
    return evk_recipe_copy(out, &recipe, err);
}

evk_status evk_recipe_copy(evk_recipe **out, const evk_recipe *recipe, evk_error *err)
{
    evk_recipe *copy;
    evk_status s;

    EVK_TRY(evk_alloc(&copy, 1, sizeof(*copy), kind, err));
    *copy = *recipe;
    copy->owned = (struct evk_names){NULL, 0};
    s = evk_settings_own(evk_recipe_params(), copy, &copy->owned, err);
    if (s)
        evk_recipe_free(copy);
    else
        *out = copy;
    return s;
}

void evk_recipe_free(evk_recipe *recipe)
{
    if (!recipe)
        return;
    evk_names_release(&recipe->owned);
    free(recipe);
}

evk_status evk_recipe_set(evk_recipe *recipe, const char *name, const char *text, evk_error *err)
{
    if (strcmp(name, "method") == 0)
        return evk_fail(err, EVK_EINVAL,
                        "method cannot be set, expected its name where the recipe is made");
    return evk_settings_set(evk_recipe_params(), recipe, &recipe->owned, kind, name, text, err);
}

evk_status evk_recipe_get(const evk_recipe *recipe, const char *name, char **text, evk_error *err)
{
    return evk_settings_get(evk_recipe_params(), recipe, kind, name, text, err);
}
