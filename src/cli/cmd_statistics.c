/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_statistics.c - evoke statistics */
#include <math.h>
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/images.h"
#include "cli/opt.h"
#include "cli/progress.h"

struct statistics_flags {
    const char *path;
    int64_t threads;
};

static void print_summary(const evk_statistics_info *i, const char *path)
{
    char name[SHOWN];

    printf("%s: %lld image%s\n", shown(path, name), (long long)i->images,
           i->images == 1 ? "" : "s");
    printf("  colour mean    %.1f, %.1f, %.1f; SD %.1f, %.1f, %.1f\n", i->mean[0], i->mean[1],
           i->mean[2], i->sd[0], i->sd[1], i->sd[2]);
    printf("  medians        channel SD %.1f, RMS contrast %.2f, mean %.1f\n", i->channel_sd,
           i->rms_contrast, i->level);
    if (isnan(i->slope))
        puts("  spectrum       unknown: the images are too small");
    else
        printf("  spectrum       amplitude falls as frequency^%.2f\n", i->slope);
    printf("  patches        %lldx%lld pixels; %lld components have %.1f %% of the variance\n",
           (long long)i->patch, (long long)i->patch, (long long)i->components, 100 * i->explained);
}

static int learn(evk_image_list *images, const struct statistics_flags *flags)
{
    struct progress progress;
    const evk_run run = {
        .threads = (int)flags->threads, .progress = progress_show, .arg = &progress};
    evk_error err = {EVK_OK, ""};
    evk_statistics_info info;
    evk_statistics *s;
    evk_status status;
    int read;

    progress_begin(&progress, "images", false, 0);
    status = evk_statistics_learn(&s, images, &run, &err);
    progress_end(&progress);
    read = images_report(images, !status);
    if (status)
        return complain(&err);
    evk_statistics_describe(s, &info);
    status = evk_statistics_write(s, flags->path, &err);
    evk_statistics_free(s);
    if (status)
        return complain(&err);
    print_summary(&info, flags->path);
    return read;
}

static int statistics_run(const struct opt_rest *rest, const struct statistics_flags *flags)
{
    evk_image_list *images;
    int status;

    if (rest->operand_count < 1 || !flags->path) {
        fprintf(stderr, "evoke: statistics takes FOLDER... and -o FILE, found no %s\n",
                flags->path ? "FOLDER" : "-o");
        return EXIT_USAGE;
    }
    status = images_open(&images, rest->operands, rest->operand_count, NULL);
    if (status)
        return status;
    status = learn(images, flags);
    evk_image_list_free(images);
    return status;
}

int cmd_statistics(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "FILE", "file to write the statistics to, as JSON", EVK_PARAM_TEXT,
         offsetof(struct statistics_flags, path), 0, 0},
        {"threads", "N", "number of threads; 0: OMP_NUM_THREADS, else one per core", EVK_PARAM_INT,
         offsetof(struct statistics_flags, threads), 0, 256},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct statistics_flags flags = {NULL, 0};
    const struct opt_spec spec = {
        .command = "statistics",
        .usage = "FOLDER... -o FILE",
        .about = "Learns statistics of natural images from images of any sizes, in folders, zip "
                 "archives or files:\n"
                 "colours, contrast, amplitude spectrum, and a Gaussian model of patches of 8x8 "
                 "pixels. Priors\n"
                 "that have a parameter file take FILE. It does not depend on the number of "
                 "threads.",
        .tables = {{params, &flags}},
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = finish_output(statistics_run(&rest, &flags));
    opt_release(&rest);
    return status;
}
