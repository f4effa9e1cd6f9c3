/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_maximize.c - evoke maximize */
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/interrupt.h"
#include "cli/models.h"
#include "cli/progress.h"

struct maximize_flags {
    const char *folder;
    int64_t threads;
};

/* Counts over all neurons. */
struct total {
    int64_t images, failed, dead, saturated, duplicates;
};

static void print_neuron(const evk_neuron_report *n, const char *folder, int length)
{
    if (n->best_file)
        printf("%s:%lld\tbest start %lld\tresponse %.6g\t%.*s/%s\n", n->model, (long long)n->output,
               (long long)n->best_start, n->best_response, length, folder, n->best_file);
    if (n->restarts)
        fprintf(stderr, "evoke: %s:%lld: %lld dead starts (zero gradient) were replaced\n",
                n->model, (long long)n->output, (long long)n->restarts);
    if (n->failed)
        fprintf(stderr, "evoke: %s:%lld: %lld of %lld starts gave no image: %s\n", n->model,
                (long long)n->output, (long long)n->failed,
                (long long)n->failed + (long long)n->images, n->failure);
}

static void print_total(const struct total *t, int64_t made, const char *folder, int length)
{
    fprintf(stderr, "%lld image%s", (long long)t->images, t->images == 1 ? "" : "s");
    if (made < t->images)
        fprintf(stderr, " (%lld there already)", ((long long)t->images - (long long)made));
    fprintf(stderr, "; %lld dead, %lld failed otherwise, %lld saturated, %lld duplicates\n",
            (long long)t->dead, (long long)t->failed - (long long)t->dead, (long long)t->saturated,
            (long long)t->duplicates);
    if (t->images)
        fprintf(stderr,
                "look at %.*s/sheet.png; stimuli/stimuli.tsv has a row for each image, and 'evoke "
                "verify' checks a copy\n",
                length, folder);
}

/* One line a neuron; exit status 1 when one of them lacks an image. */
static int print_report(const evk_set_report *report, const char *folder)
{
    struct total t = {0, 0, 0, 0, 0};
    int length = (int)strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    for (size_t i = 0; i < evk_set_report_count(report); i++) {
        const evk_neuron_report n = evk_set_report_neuron(report, i);

        t.images += n.images;
        t.failed += n.failed;
        t.dead += n.dead;
        t.saturated += n.saturated;
        t.duplicates += n.duplicates;
        print_neuron(&n, folder, length);
    }
    print_total(&t, evk_set_report_made(report), folder, length);
    return t.failed ? EXIT_FAILED : EXIT_DONE;
}

/* What is finished stays; say how to go on. */
static int fail(const evk_error *err)
{
    const int status = complain(err);

    if (status == EXIT_INTERRUPTED)
        fputs("the same command goes on from there\n", stderr);
    return status;
}

static int run(const struct opt_rest *rest, const struct model_flags *model_flags,
               const struct maximize_flags *flags, const evk_recipe *recipe)
{
    struct progress bar;
    const evk_run how = {(int)flags->threads, progress_show, interrupted, &bar};
    evk_error err = {EVK_OK, ""};
    evk_set_report *report;
    struct models m;
    evk_status s;
    int status;

    if (!flags->folder || !flags->folder[0]) {
        fputs("evoke: no folder is given for the stimulus set, expected -o SET\n", stderr);
        return EXIT_USAGE;
    }
    status = models_open(&m, rest, model_flags);
    if (!status) {
        interrupt_catch();
        progress_begin(&bar, "images", true);
        s = evk_maximize(flags->folder, m.targets, m.count, recipe, &how, &report, &err);
        progress_end(&bar);
        if (s) {
            status = fail(&err);
        } else {
            status = print_report(report, flags->folder);
            evk_set_report_free(report);
        }
    }
    models_close(&m);
    return finish_output(status);
}

int cmd_maximize(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "SET", "folder of the stimulus set: new, empty, or one to go on with", EVK_PARAM_TEXT,
         offsetof(struct maximize_flags, folder), 0, 0},
        {"threads", "N", "0: one per core; the images do not depend on it", EVK_PARAM_INT,
         offsetof(struct maximize_flags, threads), 0, 256},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct maximize_flags flags = {NULL, 0};
    struct model_flags model_flags = {0};
    evk_recipe recipe = evk_recipe_default();
    const struct opt_spec spec = {
        .command = "maximize",
        .usage = "-o SET [options] MODEL...",
        .about = "Climbs the predicted response of every neuron from several starts and writes the "
                 "images\n"
                 "with their table as one folder. Predicted responses are of the files themselves.",
        .tables = {{params, &flags},
                   {neuron_params, &model_flags},
                   {evk_recipe_params(), &recipe},
                   {model_params, &model_flags}},
        .choices = {{"method", evk_method_info}, {"objective", evk_objective_info}},
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = run(&rest, &model_flags, &flags, &recipe);
    opt_release(&rest);
    return status;
}
