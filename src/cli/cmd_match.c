/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_match.c - evoke match */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/image_set.h"
#include "cli/images.h"
#include "cli/interrupt.h"
#include "cli/models.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/set_report.h"

struct match_flags {
    const char *folder, *size;
    int64_t threads;
};

/*
 * Prints the least and the largest value of each matched statistic over the images, before and
 * after matching.
 */
static void print_change(const evk_match_report *r)
{
    const evk_match_range *a = &r->before, *b = &r->after;

    if (r->made.made == 0)
        return;
    fprintf(stderr, "                  before            after\n");
    fprintf(stderr, "  gray mean       %-17.2f %.2f   least\n", a->mean[0], b->mean[0]);
    fprintf(stderr, "                  %-17.2f %.2f   largest\n", a->mean[1], b->mean[1]);
    fprintf(stderr, "  gray SD         %-17.2f %.2f   least\n", a->sd[0], b->sd[0]);
    fprintf(stderr, "                  %-17.2f %.2f   largest\n", a->sd[1], b->sd[1]);
    fprintf(stderr,
            "  histogram       %-17.4g %.4g   RMS difference from the target, %% of pixels\n",
            a->histogram, b->histogram);
    fprintf(stderr,
            "  spectrum        %-17.4g %.4g   the same of amplitudes, %% of RMS amplitude\n",
            a->spectrum, b->spectrum);
}

static int match_make_set(const struct match_flags *f, const evk_match_options *o,
                          const evk_image_list *images)
{
    struct progress bar;
    const evk_run how = {
        .threads = (int)f->threads, .progress = progress_show, .stop = interrupted, .arg = &bar};
    evk_error err = {EVK_OK, ""};
    evk_match_report report;
    evk_status s;

    image_set_warn((int64_t)evk_image_list_count(images));
    interrupt_catch();
    progress_begin(&bar, "images", false, 0);
    s = evk_match(f->folder, images, o, &how, &report, &err);
    progress_end(&bar);
    (void)images_report(images, !s);
    if (s)
        return set_failed(&err);
    print_change(&report);
    return image_set_report(&report.made, f->folder);
}

static int match_run(const struct opt_rest *rest, const struct match_flags *f,
                     const struct model_flags *models, evk_match_options *o)
{
    evk_image_list *images;
    int64_t size[2] = {0, 0};
    int status;

    if (rest->operand_count) {
        say("match takes no operand, found %s", rest->operands[0]);
        return EXIT_USAGE;
    }
    if (!opt_has_set(f->folder))
        return EXIT_USAGE;
    if (!opt_has_images(rest))
        return EXIT_USAGE;
    if (f->size && !image_set_size(f->size, size))
        return EXIT_USAGE;
    o->height = size[0];
    o->width = size[1];
    status = image_set_open(&images, rest, &models->framing, f->folder);
    if (status)
        return status;
    status = match_make_set(f, o, images);
    evk_image_list_free(images);
    return status;
}

int cmd_match(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "SET", "folder of the stimulus set: new, empty, or of a set to continue",
         EVK_PARAM_TEXT, offsetof(struct match_flags, folder), 0, 0},
        {"size", "HxW",
         "size of the images in pixels, rows x columns; without it, they stay as they are",
         EVK_PARAM_TEXT, offsetof(struct match_flags, size), 0, 0},
        {"threads", "N",
         "number of threads, on which no image depends; 0: OMP_NUM_THREADS, else one per core",
         EVK_PARAM_INT, offsetof(struct match_flags, threads), 0, 256},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct match_flags flags = {0};
    struct model_flags models = model_flags_none();
    evk_match_options options;
    const struct opt_spec spec = {
        .command = "match",
        .usage = "--images PATH... -o SET [options]",
        .about =
            "Makes images alike, as the SHINE toolbox does (Willenbockel et al. 2010): each image "
            "gets the\n"
            "mean and SD, the histogram or the amplitude spectrum that all images have on average. "
            "SHINE's\n"
            "default is --what spectrum,histogram. Memory does not grow with the number of images, "
            "which are\n"
            "read twice.",
        .tables = {{params, &flags}, {evk_match_params(), &options}, {framing_params, &models}},
        .choices = {{"what", evk_match_step_info}},
        .list_name = "images",
        .list_value = IMAGES_VALUE,
        .list_help = IMAGES_HELP,
        .list_takes = models_is_images,
    };
    struct opt_rest rest;
    int status;

    evk_match_default(&options);
    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = finish_output(match_run(&rest, &flags, &models, &options));
    opt_release(&rest);
    return status;
}
