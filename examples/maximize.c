/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maximize.c - make preferred stimuli of a model's neurons with progress: maximize SET MODEL */
#include <stdio.h>

#include <evoke/evoke.h>

static void show(void *arg, const evk_progress *now)
{
    fprintf(arg, "%lld of %lld images, best response %.4g\n", (long long)now->done,
            (long long)now->total, now->best);
}

/* Writes a set of the neurons of a target, with options of evoke maximize. */
static evk_status make(const char *folder, const evk_target *target, evk_error *err)
{
    const evk_run run = {.progress = show, .arg = stderr};
    evk_set_report *report = NULL;
    evk_recipe *recipe;
    evk_status s = evk_recipe_new(&recipe, NULL, target->model, err);

    if (s)
        return s;
    if (!(s = evk_recipe_set(recipe, "starts", "2", err)) &&
        !(s = evk_recipe_set(recipe, "keep", "0", err)) && /* both, even if they are alike */
        !(s = evk_recipe_set(recipe, "steps", "30", err)))
        s = evk_maximize(folder, target, 1, recipe, NULL, &run, &report, err);
    for (size_t i = 0; !s && i < evk_set_report_count(report); i++) {
        const evk_neuron_report *n = evk_set_report_neuron(report, i);

        printf("%s:%s\t%.9g\t%s/%s\n", n->model, n->neuron, n->best_response, folder,
               n->best_file ? n->best_file : "no image");
    }
    evk_set_report_free(report);
    evk_recipe_free(recipe);
    return s;
}

int main(int argc, char **argv)
{
    evk_error err = {EVK_OK, ""};
    evk_target target = {0};
    evk_model *model = NULL;
    int64_t *outputs = NULL;

    if (argc != 3)
        return fputs("usage: maximize SET MODEL\n", stderr), 2;
    if (!evk_model_open(&model, argv[2], NULL, &err) &&
        !evk_model_outputs(model, NULL, &outputs, &target.count, &err)) {
        target.model = model;
        target.outputs = outputs;
        (void)make(argv[1], &target, &err);
    }
    if (err.code)
        fprintf(stderr, "%s\n", err.msg);
    evk_free(outputs);
    evk_model_free(model);
    return err.code ? 1 : 0;
}
