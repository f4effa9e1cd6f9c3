/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind.c - the kind of set whose images are perturbed: its description, and its hooks
 * (record/kind.h)
 */
#include "base/param_json.h"
#include "stimset/check/verify.h"
#include "stimset/finished/remaking.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/adversarial/adversarial.h"
#include "stimset/sets/adversarial/verify.h"

#include <string.h>

evk_status evk_describe_adversarial(struct evk_json_writer *w, const evk_target *targets,
                                    size_t count, const evk_adversarial_options *options,
                                    const evk_image_list *images, const evk_run *run,
                                    evk_error *err)
{
    evk_json *set = evk_describe_head(w, &evk_set_kind_adversarial);

    evk_params_put(w, evk_json_put_object(w, set, "Options"), evk_adversarial_params(), options);
    evk_describe_targets(w, set, targets, count);
    EVK_TRY(evk_describe_files(w, &options->attack.priors, err));
    return evk_describe_images(w, set, "Bases", images, targets[0].model, run, err);
}

evk_status evk_description_adversarial(const evk_json *description, evk_adversarial_options *out,
                                       evk_error *err)
{
    *out = evk_adversarial_default();
    for (const evk_param *p = evk_adversarial_params(); p->name; p++)
        EVK_TRY(evk_description_option(description, p, out, err));
    return EVK_OK;
}

/*
 * Of a recipe, only the objective, by which the members of an ensemble are combined, matters for
 * responses to perturbed images.
 */
static evk_status adversarial_recipe(const evk_json *description, evk_recipe *out, evk_error *err)
{
    evk_adversarial_options options;

    EVK_TRY(evk_description_adversarial(description, &options, err));
    out->objective = options.attack.objective;
    return evk_recipe_check(out, err);
}

static evk_status adversarial_priors(const evk_json *description, evk_texts *out, evk_error *err)
{
    evk_adversarial_options options;

    EVK_TRY(evk_description_adversarial(description, &options, err));
    *out = options.attack.priors;
    return EVK_OK;
}

/* A base image was shown to no model, and has the cells of its file only. */
static unsigned adversarial_row_cells(const struct evk_row *row, unsigned cells)
{
    return evk_row_is(row, "natural") ? EVK_CELLS_SOURCE : cells;
}

static void adversarial_verify_options(struct evk_verification *v, const evk_json *set)
{
    static const char *const none[] = {NULL};

    evk_verify_options(v, evk_json_get(set, "Options"), evk_adversarial_params(), none);
}

const struct evk_set_kind evk_set_kind_adversarial = {
    .set_type = "adversarial",
    .title = "Adversarial stimuli",
    .summary = "Changes images within a budget so that responses which models of visual-cortex "
               "neurons predict rise or fall",
    .member = "Bases",
    .row_types = (const char *const[]){"adversarial", "blank", "control", "natural", NULL},
    .cells = EVK_CELLS_PERTURBED | EVK_CELLS_SOURCE | EVK_CELLS_PARENT | EVK_CELLS_SEEDED |
             EVK_CELLS_AIM,
    .unasked = "natural",
    .row_cells = adversarial_row_cells,
    .recipe = adversarial_recipe,
    .priors = adversarial_priors,
    .verify_options = adversarial_verify_options,
    .verify_rows = evk_adversarial_verify_rows,
    .verify_models = evk_adversarial_verify_models,
    .again = evk_adversarial_again,
    .draw = evk_adversarial_draw,
};
