/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.c - the parameters of a recipe: their table, their defaults, and checks */
#include "synth/recipe.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/host.h"
#include "base/named.h"
#include "base/settings.h"
#include "image/photograph.h"
#include "model/model.h"
#include "synth/constraint.h"
#include "synth/method.h"
#include "synth/optimizer.h"

#define AT(field) offsetof(evk_recipe, field)

/* clang-format off */
static const evk_param params[] = {
    {"method", "NAME", "make images by this method, a name for values of other options; an option that is given replaces the method's value; 'evoke list methods' describes all", EVK_PARAM_TEXT, AT(method), 0, 0},
    {"starts", "N", "make N images for each neuron, each from another start image", EVK_PARAM_INT, AT(starts), 1, 32767},
    {"keep", "K", "keep K of these images, the best ones that differ; 0: all of them", EVK_PARAM_INT, AT(keep), 0, 32767},
    {"keep-by", "RULE", "choose what is kept by this: objective, the one of the ascent; min, median, mean-0.5*sd or another of 'evoke list objectives', of the responses of an ensemble's members to the file; selection, the response of the judge of that name; auto: selection where there is such a judge, else objective", EVK_PARAM_TEXT, AT(keep_by), 0, 0},
    {"diverse", "SPACE", "keep images that are far from each other in SPACE, which is pixels or responses (of all outputs); none: keep the best images", EVK_PARAM_TEXT, AT(diverse), 0, 0},
    {"diverse-floor", "F", "keep by --diverse only images whose response is at least this fraction of the best response", EVK_PARAM_REAL, AT(diverse_floor), 0, 1},
    {"controls", "LIST", "add control images to the set: names with commas between; 'evoke list controls' describes all", EVK_PARAM_TEXT, AT(controls), 0, 0},
    {"contrasts", "LIST", "add each image that is kept, and each control natural, at these contrasts, too: numbers above 0 and at most 1 with commas between, as in 0.25,0.5,1, where 1 is the image itself", EVK_PARAM_TEXT, AT(contrasts), 0, 0},
    {"steps", "N", "take N steps in the ascent of each image", EVK_PARAM_INT, AT(steps), 0, 1e9},
    {"step-end", "S", "let the step size change from --step-size to S display levels at the last step; none: it stays the same", EVK_PARAM_OPTIONAL, AT(step_end), 0, 1e12},
    {"optimizer", "NAME", "make steps out of gradients by this optimizer; 'evoke list optimizers' describes all", EVK_PARAM_TEXT, AT(optimizer), 0, 0},
    {"prior", "NAME[:P=V,..]", "add an image prior, with values V of its parameters P; NAME:off removes one of the method's; 'evoke list priors' describes all; may be repeated", EVK_PARAM_TEXTS, AT(priors), 0, 0},
    {"samples", "N", "average N gradients in each step, each under another random transformation of the image", EVK_PARAM_INT, AT(samples), 1, 1000},
    {"result", "best|last", "take the best or the last image of an ascent as its result", EVK_PARAM_TEXT, AT(result), 0, 0},
    {"step-size", "S", "make each step S display levels times the gradient over its RMS", EVK_PARAM_REAL, AT(step_size), 0, 1e12},
    {"gradient-scale", "NAME", "divide the gradient by this: rms, its RMS; published, its RMS before --grayscale makes channels equal, plus 1e-5", EVK_PARAM_TEXT, AT(gradient_scale), 0, 0},
    {"gradient-blur", "SIGMA", "blur the gradient with a Gaussian of this SD, pixels", EVK_PARAM_REAL, AT(gradient_blur), 0, 1000},
    {"image-blur", "SIGMA", "blur the image with a Gaussian of this SD, pixels, after every --image-blur-every steps", EVK_PARAM_REAL, AT(image_blur), 0, 1000},
    {"image-blur-every", "N", "blur the image after every N steps; 0: never", EVK_PARAM_INT, AT(image_blur_every), 0, 1e9},
    {"image-blur-late", NULL, "blur the image one step later, after the network has seen it, as the published script does", EVK_PARAM_FLAG, AT(image_blur_late), 0, 0},
    {"start", "WHAT", "begin each ascent at WHAT: noise; natural, the best of the --reference images; leaves, painted dead leaves; or an image file; auto: natural with --reference, else noise", EVK_PARAM_TEXT, AT(start), 0, 0},
    {"shape", "NAME", "choose what becomes of a photograph of another shape than the wanted one: crop uses its middle, squash changes its proportions, pad shows it whole on a uniform ground", EVK_PARAM_TEXT, AT(shape), 0, 0},
    {"pad", "V", "fill the ground of --shape pad with this display level; none: with the mean colour of natural images", EVK_PARAM_OPTIONAL, AT(pad), 0, 255},
    {"start-contrast", "C", "draw the noise of start images from a uniform range of C display levels", EVK_PARAM_REAL, AT(start_contrast), 0, 255},
    {"start-mean", "M", "give the noise of start images this mean, a display level; none: --natural-mean", EVK_PARAM_OPTIONAL, AT(start_mean), 0, 255},
    {"start-slope", "S", "give the noise of start images an amplitude that is proportional to frequency^-S, as that of natural images is for S about 1.3; 0: white noise", EVK_PARAM_REAL, AT(start_slope), 0, 4},
    {"seed", "S", "begin all random numbers from this seed; the same seed gives the same images", EVK_PARAM_INT, AT(seed), 0, 9007199254740992.0},
    {"minimize", NULL, "make the images that lower the response most", EVK_PARAM_FLAG, AT(minimize), 0, 0},
    {"grayscale", NULL, "make gray images, whose channels are equal", EVK_PARAM_FLAG, AT(grayscale), 0, 0},
    {"objective", "TEXT", "raise this function of the responses of an ensemble's members: mean, sd, mean-0.5*sd, ...; 'evoke list objectives' describes all", EVK_PARAM_TEXT, AT(objective), 0, 0},
    {"fix-mean", "M", "give every image this mean, in units of the model's input, which are (display value - mean) / scale; none: let it vary", EVK_PARAM_OPTIONAL, AT(fix_mean), -1e6, 1e6},
    {"fix-sd", "SD", "give every image this sample SD, in units of the model's input; none: let it vary", EVK_PARAM_OPTIONAL, AT(fix_sd), 1e-6, 1e6},
    {"fix-norm", "L2", "give every image this Euclidean norm, in units of the model's input; none: let it vary", EVK_PARAM_OPTIONAL, AT(fix_norm), 1e-6, 1e9},
    {"natural-sd", "SD", "take this as the median channel SD of natural images, display levels; with --reference, it is measured", EVK_PARAM_REAL, AT(natural_sd), 0, 255},
    {"natural-mean", "M", "take this as the median mean of natural images, a display level; with --reference, it is measured", EVK_PARAM_REAL, AT(natural_mean), 0, 255},
    {"natural-contrast", "C", "take this as the median RMS contrast of natural images; with --reference, it is measured", EVK_PARAM_REAL, AT(natural_contrast), 0, 1e6},
    {"pixels-per-degree", "P", "say how many pixels of the display make one degree of visual angle, for limits in cycles per degree; none: not known", EVK_PARAM_OPTIONAL, AT(pixels_per_degree), 1e-3, 1e6},
    {"plateau", "N", "stop an ascent after N steps in a row without a gain of the objective; 0: never", EVK_PARAM_INT, AT(plateau), 0, 1e9},
    {"plateau-gain", "G", "count a step as a gain where it exceeds the best objective so far by more than G, in units of the model's responses; below 0: let a step pass uncounted that is worse than the best by at most -G", EVK_PARAM_REAL, AT(plateau_gain), -3e38, 3e38},
    {"pixel-change", "L", "stop an ascent after 10 steps in a row that change every value by less than L display levels; 0: never", EVK_PARAM_REAL, AT(pixel_change), 0, 255},
    {"target-response", "R", "stop an ascent once the image's objective is R or beyond, in units of the model's responses, or of the values before its softmax; none: never", EVK_PARAM_OPTIONAL, AT(target_response), -3e38, 3e38},
    {"trace", NULL, "write a table of every step of each ascent, and draw it in the contact sheet", EVK_PARAM_FLAG, AT(trace), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};
/* clang-format on */

/*
 * The values of parameters that a method does not set.  The natural statistics are medians over the
 * photographs of the compact-model study.
 */
static const evk_recipe plain = {
    .method = "robust",
    .starts = 10,
    .keep = 5,
    .keep_by = "auto",
    .controls = "",
    .contrasts = "",
    .diverse = "none",
    .diverse_floor = 0.75,
    .steps = 100,
    .step_size = 10,
    .step_end = (double)NAN,
    .gradient_scale = "rms",
    .optimizer = "gradient",
    .samples = 1,
    .result = "last",
    .start = "auto",
    .shape = "crop",
    .pad = (double)NAN,
    .start_contrast = 50,
    .start_mean = (double)NAN,
    .objective = "mean",
    .fix_mean = (double)NAN,
    .fix_sd = (double)NAN,
    .fix_norm = (double)NAN,
    .natural_sd = 57,
    .natural_mean = 110,
    .natural_contrast = 0.5,
    .pixels_per_degree = (double)NAN,
    .target_response = (double)NAN,
};

evk_status evk_recipe_of_method(evk_recipe *recipe, const char *name, evk_error *err)
{
    const struct evk_method *method;
    evk_recipe out = plain;

    EVK_TRY(evk_method_find(&method, name, err));
    out.method = method->name;
    for (const struct evk_setting *s = method->settings; s->name; s++)
        EVK_TRY(evk_param_set(evk_settings_find(params, s->name), &out, s->value, err));
    *recipe = out;
    return EVK_OK;
}

evk_recipe evk_recipe_default(void)
{
    evk_recipe out = plain;

    return evk_recipe_of_method(&out, plain.method, NULL) ? plain : out;
}

const evk_param *evk_recipe_params(void)
{
    return params;
}

/* Every number is parsed anew from its own text, so that the ranges of the table hold for it. */
static evk_status check_numbers(const evk_recipe *recipe, evk_error *err)
{
    for (const evk_param *p = params; p->name; p++) {
        evk_recipe scratch = *recipe;
        char text[64];

        evk_param_get(p, recipe, text, sizeof(text));
        if (p->kind != EVK_PARAM_TEXT && p->kind != EVK_PARAM_TEXTS)
            EVK_TRY(evk_param_set(p, &scratch, text, err));
    }
    return EVK_OK;
}

/* Is the text a rule by which images can be kept? */
static evk_status check_keep_by(const char *text, evk_error *err)
{
    static const char *const words[] = {"auto", "objective", "selection", NULL};
    struct evk_objective objective;

    if (evk_is_word(text, words) || !evk_objective_parse(&objective, text, NULL))
        return EVK_OK;
    return evk_fail(err, EVK_ENOTFOUND,
                    "keep-by is '%s', expected objective, selection, auto, or an objective of an "
                    "ensemble such as min, median or mean-0.5*sd",
                    text);
}

static evk_status resolve_words(struct evk_recipe_choices *out, const evk_recipe *recipe,
                                evk_error *err)
{
    static const char *const results[] = {"best", "last", NULL};
    static const char *const scales[] = {"rms", "published", NULL};
    static const char *const spaces[] = {"none", "pixels", "responses", NULL};
    int result, scale, space;

    EVK_TRY(evk_word_find(&result, "result", recipe->result, results, err));
    EVK_TRY(evk_word_find(&scale, "gradient-scale", recipe->gradient_scale, scales, err));
    EVK_TRY(evk_word_find(&space, "diverse", recipe->diverse, spaces, err));
    out->keeps_best = result == 0;
    out->as_published = scale == 1;
    return EVK_OK;
}

evk_status evk_recipe_resolve(struct evk_recipe_choices *out, const evk_recipe *recipe,
                              evk_error *err)
{
    const struct evk_constraint constraint = evk_recipe_constraint(recipe);
    const evk_framing framing = {recipe->shape, recipe->pad};
    struct evk_photograph_frame frame;
    const struct evk_method *method;

    EVK_TRY(check_numbers(recipe, err));
    if (!recipe->start || !recipe->start[0])
        return evk_fail(err, EVK_EINVAL,
                        "start is empty, expected noise, natural, leaves or the path of an image");
    EVK_TRY(evk_frame_of(&frame, &framing, err));
    EVK_TRY(evk_constraint_check(&constraint, err));
    EVK_TRY(evk_priors_check(&recipe->priors, err));
    EVK_TRY(evk_optimizer_find(&out->optimizer, recipe->optimizer, err));
    EVK_TRY(resolve_words(out, recipe, err));
    EVK_TRY(check_keep_by(recipe->keep_by, err));
    EVK_TRY(evk_objective_parse(&out->objective, recipe->objective, err));
    return evk_method_find(&method, recipe->method, err);
}

evk_status evk_recipe_check(const evk_recipe *recipe, evk_error *err)
{
    EVK_ENTER();
    struct evk_recipe_choices choices;

    return evk_recipe_resolve(&choices, recipe, err);
}

evk_status evk_recipe_fit(const evk_recipe *recipe, const struct evk_objective *objective,
                          const evk_model *model, evk_error *err)
{
    const evk_model_info *info = evk_model_describe(model);
    const struct evk_units units = {info->channels, info->mean, info->scale};
    const struct evk_constraint constraint = evk_recipe_constraint(recipe);
    evk_status s = evk_objective_check(objective, info->members, err);

    if (!s && recipe->grayscale)
        s = evk_constraint_check_gray(&constraint, &units, err);
    return s ? evk_wrap(err, s, "%s", info->path) : EVK_OK;
}

evk_status evk_recipe_check_model(const evk_recipe *recipe, const evk_model *model, evk_error *err)
{
    struct evk_objective objective;

    EVK_TRY(evk_objective_parse(&objective, recipe->objective, err));
    return evk_recipe_fit(recipe, &objective, model, err);
}
