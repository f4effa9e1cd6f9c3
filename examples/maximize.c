/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * maximize.c - make preferred stimuli of a model's neurons, and show progress: maximize SET MODEL
 */
#include <stdio.h>
#include <stdlib.h>

#include <evoke/evoke.h>

static void show(void *arg, const evk_progress *now)
{
    FILE *out = arg;

    fprintf(out, "%lld of %lld images, best response %.4g\n", (long long)now->done,
            (long long)now->total, now->best);
}

int main(int argc, char **argv)
{
    const evk_run run = {.progress = show, .arg = stderr};
    evk_recipe recipe = evk_recipe_default();
    evk_error err = {EVK_OK, ""};
    evk_set_report *report;
    evk_target target = {0};
    evk_model *model;
    int64_t *outputs;

    if (argc != 3) {
        fputs("usage: maximize SET MODEL\n", stderr);
        return 2;
    }
    recipe.starts = 2;
    recipe.keep = 0; /* keep both images, even if they resemble each other */
    recipe.steps = 30;
    if (evk_model_open(&model, argv[2], NULL, &err) ||
        evk_model_outputs(model, NULL, &outputs, &target.count, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    target.model = model;
    target.outputs = outputs;
    if (evk_maximize(argv[1], &target, 1, &recipe, NULL, &run, &report, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    for (size_t i = 0; i < evk_set_report_count(report); i++) {
        const evk_neuron_report n = evk_set_report_neuron(report, i);

        printf("%s:%s\t%.9g\t%s/%s\n", n.model, n.neuron, n.best_response, argv[1],
               n.best_file ? n.best_file : "no image");
    }
    evk_set_report_free(report);
    free(outputs);
    evk_model_free(model);
    return 0;
}
