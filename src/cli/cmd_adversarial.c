/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_adversarial.c - evoke adversarial */
#include <stdio.h>

#include "cli/adversarial_report.h"
#include "cli/cmd.h"
#include "cli/images.h"
#include "cli/interrupt.h"
#include "cli/judges.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "cli/set_report.h"

struct adversarial_flags {
    const char *folder;
    int64_t threads;
    struct opt_texts judges;
};

/* The values of a command line. */
struct call {
    struct adversarial_flags flags;
    struct model_flags models;
    evk_adversarial_options *options;
    struct opt_rest rest;
};

static const evk_param params[] = {
    {"o", "SET", SET_HELP, EVK_PARAM_TEXT, offsetof(struct adversarial_flags, folder), 0, 0},
    {"threads", "N", THREADS_HELP, EVK_PARAM_INT, offsetof(struct adversarial_flags, threads), 0,
     256},
    {"judge", JUDGE_VALUE, JUDGE_HELP, EVK_PARAM_TEXTS, offsetof(struct adversarial_flags, judges),
     0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static int adversarial_make_set(const struct call *c, const struct models *m,
                                evk_image_list *images, const struct judge_models *j)
{
    const evk_judges *judges = &j->judges;
    struct progress bar;
    const evk_run how = {.threads = (int)c->flags.threads,
                         .progress = progress_show,
                         .stop = interrupted,
                         .arg = &bar};
    evk_adversarial_report *report;
    evk_error err = {EVK_OK, ""};
    evk_status s;
    int status, read;

    progress_begin(&bar, "images", false, 0);
    s = evk_adversarial_units(c->flags.folder, m->targets, m->count, images, c->options,
                              judges->count || judges->reference ? judges : NULL, m->units, &how,
                              &report, &err);
    progress_end(&bar);
    read = images_report(judges->reference, !s) | images_report(images, !s);
    if (s)
        return set_failed(&err);
    status = print_adversarial_report(report, c->flags.folder, judges->reference != NULL,
                                      judges->count > 0);
    judges_say_related(j, m);
    evk_adversarial_report_free(report);
    return status ? status : read;
}

static int adversarial_run(const struct call *c)
{
    evk_image_list *images = NULL;
    struct judge_models j = {0};
    struct models m;
    int status;

    if (!opt_has_set(c->flags.folder))
        return EXIT_USAGE;
    if (!opt_has_images(&c->rest))
        return EXIT_USAGE;
    status = models_open(&m, &c->rest, &c->models);
    interrupt_catch();
    if (!status)
        status = images_open(&images, c->rest.list, c->rest.list_count, &c->models.framing);
    if (!status)
        status = models_references(&m, &c->models);
    if (!status)
        status = judges_open(&j, &c->flags.judges, &c->models, &m);
    if (!status)
        status = adversarial_make_set(c, &m, images, &j);
    judges_close(&j);
    evk_image_list_free(images);
    models_close(&m);
    return finish_output(status);
}

static evk_status set_option(void *to, const char *name, const char *text, evk_error *err)
{
    return evk_adversarial_options_set(to, name, text, err);
}

int cmd_adversarial(int argc, char **argv)
{
    evk_error err = {EVK_OK, ""};
    evk_adversarial_options *options;
    struct call c = {.models = model_flags_none()};
    int status;

    if (evk_adversarial_options_new(&options, &err))
        return complain(&err);
    c.options = options;
    const struct opt_spec spec = {
        .command = "adversarial",
        .usage = "--images PATH... -o SET [options] MODEL...",
        .about = "Changes base images, each by no more than a budget, so that the predicted "
                 "response of a neuron rises, falls or reaches a value. The changed images, the "
                 "base images, control images and a table of them are written into one folder. "
                 "Budgets are kept, and responses predicted, for the files themselves.",
        .fails = "an image could not be made or read, or a response was not finite",
        .see = "maximize naturals verify sheet list",
        .resumes = true,
        .groups =
            {{"What to make",
              "images o neurons units increase decrease target budget norm judge controls resize"},
             {"The search", "method steps starts refine seed disc-radius disc-sigma"},
             {"What may change", "prior pixels-per-degree hold tolerance"},
             {"Ensembles", "ensemble member-scaling objective"},
             REFERENCE_GROUP,
             UNIT_GROUP,
             MODEL_GROUP,
             SHAPE_GROUP,
             {"Speed", "threads"}},
        .tables = {{params, &c.flags},
                   {neuron_params, &c.models},
                   {unit_params, &c.models},
                   {evk_adversarial_params(), options, set_option, options},
                   {model_params, &c.models},
                   {reference_params, &c.models},
                   {scaling_params, &c.models},
                   {framing_params, &c.models}},
        .choices = {{"norm", evk_norm_info},
                    {"method", evk_attack_method_info},
                    {"objective", evk_objective_info},
                    {"controls", evk_control_info}},
        .list_name = "images",
        .list_value = IMAGES_VALUE,
        .list_help = IMAGES_HELP,
        .list_takes = models_is_images,
    };

    if (opt_parse(&spec, argc, argv, &c.rest, &status) == 0)
        status = adversarial_run(&c);
    opt_release(&c.rest);
    evk_adversarial_options_free(options);
    return status;
}
