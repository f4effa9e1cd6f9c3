/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_naturals.c - evoke naturals */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/images.h"
#include "cli/interrupt.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "cli/set_report.h"

struct naturals_flags {
    const char *folder;
    int64_t keep, least, threads;
};

static int naturals_make_set(const struct naturals_flags *flags, const struct models *m,
                             evk_image_list *images)
{
    const struct set_call call = {flags->folder, true, false, true};
    struct progress bar;
    const evk_run how = {.threads = (int)flags->threads,
                         .progress = progress_show,
                         .stop = interrupted,
                         .arg = &bar};
    evk_error err = {EVK_OK, ""};
    evk_set_report *report;
    evk_status s;
    int status, read;

    interrupt_catch();
    progress_begin(&bar, "images", true, 0);
    s = evk_naturals_units(flags->folder, m->targets, m->count, images, flags->keep, flags->least,
                           m->units, &how, &report, &err);
    progress_end(&bar);
    read = images_report(images, !s);
    if (s)
        return set_failed(&err);
    status = print_set_report(report, &call);
    evk_set_report_free(report);
    return status ? status : read;
}

static int naturals_run(const struct opt_rest *rest, const struct model_flags *model_flags,
                        const struct naturals_flags *flags)
{
    evk_image_list *images = NULL;
    struct models m;
    int status;

    if (!opt_has_set(flags->folder))
        return EXIT_USAGE;
    if (!opt_has_images(rest))
        return EXIT_USAGE;
    status = models_open(&m, rest, model_flags);
    if (!status)
        status = images_open(&images, rest->list, rest->list_count, &model_flags->framing);
    if (!status)
        status = naturals_make_set(flags, &m, images);
    evk_image_list_free(images);
    models_close(&m);
    return finish_output(status);
}

int cmd_naturals(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "SET", SET_HELP, EVK_PARAM_TEXT, offsetof(struct naturals_flags, folder), 0, 0},
        {"keep", "K", "choose the K images with the highest responses of each neuron",
         EVK_PARAM_INT, offsetof(struct naturals_flags, keep), 0, 16383},
        {"least", "K",
         "choose the K images with the lowest responses of each neuron; -1: as many as --keep",
         EVK_PARAM_INT, offsetof(struct naturals_flags, least), -1, 16383},
        {"threads", "N", THREADS_HELP, EVK_PARAM_INT, offsetof(struct naturals_flags, threads), 0,
         256},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct naturals_flags flags = {NULL, 5, -1, 0};
    struct model_flags model_flags = model_flags_none();
    const struct opt_spec spec = {
        .command = "naturals",
        .usage = "--images PATH... -o SET [options] MODEL...",
        .about = "Predicts the responses of every neuron to the images, and writes the images with "
                 "the highest and those with the lowest responses, at the model's size. The table "
                 "of them stands in the same folder.",
        .fails = "a neuron has no image, an image could not be read or has the flag flat (a "
                 "channel SD below 3 display levels), or a response was not finite",
        .see = "maximize predict verify sheet",
        .resumes = true,
        .groups = {{"What to make", "images o neurons units keep least"},
                   {"Ensembles", "ensemble"},
                   UNIT_GROUP,
                   MODEL_GROUP,
                   SHAPE_GROUP,
                   {"Speed", "threads"}},
        .tables = {{params, &flags},
                   {neuron_params, &model_flags},
                   {unit_params, &model_flags},
                   {model_params, &model_flags},
                   {framing_params, &model_flags}},
        .list_name = "images",
        .list_value = IMAGES_VALUE,
        .list_help = IMAGES_HELP,
        .list_takes = models_is_images,
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = naturals_run(&rest, &model_flags, &flags);
    opt_release(&rest);
    return status;
}
