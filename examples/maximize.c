/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * maximize.c - make preferred stimuli of a model's neurons, and show progress: maximize SET MODEL
 */
#include <stdio.h>

#include <evoke/evoke.h>

static void show(void *arg, const evk_progress *now)
{
    FILE *out = arg;

    fprintf(out, "%lld of %lld images, best response %.4g\n", (long long)now->done,
            (long long)now->total, now->best);
}

/* Sets options of evoke maximize; with "keep" 0 both images stay, even if they are alike. */
static evk_status settings(evk_recipe *recipe, evk_error *err)
{
    evk_status s = evk_recipe_set(recipe, "starts", "2", err);

    if (!s)
        s = evk_recipe_set(recipe, "keep", "0", err);
    return s ? s : evk_recipe_set(recipe, "steps", "30", err);
}

int main(int argc, char **argv)
{
    const evk_run run = {.progress = show, .arg = stderr};
    evk_recipe *recipe = NULL;
    evk_error err = {EVK_OK, ""};
    evk_set_report *report;
    evk_target target = {0};
    evk_model *model;
    int64_t *outputs;

    if (argc != 3) {
        fputs("usage: maximize SET MODEL\n", stderr);
        return 2;
    }
    if (evk_model_open(&model, argv[2], NULL, &err) ||
        evk_model_outputs(model, NULL, &outputs, &target.count, &err) ||
        evk_recipe_new(&recipe, NULL, model, &err) || settings(recipe, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    target.model = model;
    target.outputs = outputs;
    if (evk_maximize(argv[1], &target, 1, recipe, NULL, &run, &report, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    for (size_t i = 0; i < evk_set_report_count(report); i++) {
        const evk_neuron_report *n = evk_set_report_neuron(report, i);

        printf("%s:%s\t%.9g\t%s/%s\n", n->model, n->neuron, n->best_response, argv[1],
               n->best_file ? n->best_file : "no image");
    }
    evk_set_report_free(report);
    evk_free(outputs);
    evk_recipe_free(recipe);
    evk_model_free(model);
    return 0;
}
