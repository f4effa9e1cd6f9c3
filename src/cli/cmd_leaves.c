/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_leaves.c - evoke leaves */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/image_set.h"
#include "cli/interrupt.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/set_report.h"

struct leaves_flags {
    const char *folder, *size;
    int64_t count, seed, threads;
};

static int leaves_run(const struct leaves_flags *flags)
{
    struct progress bar;
    const evk_run how = {.threads = (int)flags->threads,
                         .progress = progress_show,
                         .stop = interrupted,
                         .arg = &bar};
    evk_error err = {EVK_OK, ""};
    int64_t size[2];
    evk_made made;
    evk_status s;

    if (!opt_has_set(flags->folder))
        return EXIT_USAGE;
    if (flags->count < 1) {
        fputs("evoke: no number of images is given, expected --count N\n", stderr);
        return EXIT_USAGE;
    }
    if (!image_set_size(flags->size, size))
        return EXIT_USAGE;
    image_set_warn(flags->count);
    interrupt_catch();
    progress_begin(&bar, "images", false, 0);
    s = evk_leaves_set(flags->folder, flags->count, size[0], size[1], flags->seed, &how, &made,
                       &err);
    progress_end(&bar);
    return s ? set_failed(&err) : image_set_report(&made, flags->folder);
}

int cmd_leaves(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "SET", SET_HELP, EVK_PARAM_TEXT, offsetof(struct leaves_flags, folder), 0, 0},
        {"count", "N", "paint N images; this option must be given", EVK_PARAM_INT,
         offsetof(struct leaves_flags, count), 1, 999999},
        {"size", "HxW",
         "paint images of this size, rows x columns in pixels; one number means a square",
         EVK_PARAM_TEXT, offsetof(struct leaves_flags, size), 0, 0},
        {"seed", "N", "begin all random numbers from this seed; another seed gives other images",
         EVK_PARAM_INT, offsetof(struct leaves_flags, seed), 0, 0x1p53},
        {"threads", "N", THREADS_HELP, EVK_PARAM_INT, offsetof(struct leaves_flags, threads), 0,
         256},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct leaves_flags flags = {NULL, "112", 0, 1, 0};
    const struct opt_spec spec = {
        .command = "leaves",
        .usage = "--count N -o SET [options]",
        .about = "Paints images of dead leaves: opaque ellipses of all sizes that cover each "
                 "other. Their colours and spectra are like those of photographs. They are for "
                 "users who have no photographs.",
        .fails = "an image could not be made",
        .see = "gaudy match statistics verify",
        .resumes = true,
        .tables = {{params, &flags}},
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0) {
        if (rest.operand_count) {
            say("leaves takes no operand, found %s", rest.operands[0]);
            status = EXIT_USAGE;
        } else {
            status = finish_output(leaves_run(&flags));
        }
    }
    opt_release(&rest);
    return status;
}
