/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_gaudy.c - evoke gaudy */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/image_set.h"
#include "cli/images.h"
#include "cli/interrupt.h"
#include "cli/models.h"
#include "cli/not_finite.h"
#include "cli/progress.h"
#include "cli/set_report.h"

struct gaudy_flags {
    const char *folder, *transform, *definition, *by;
    double smooth;
    int64_t keep, random, seed, threads;
    bool with_originals, jpeg;
};

static void print_failure(void *arg, const char *sentence)
{
    (void)arg;
    say("%s; passed over", sentence);
}

static int usage(const char *sentence)
{
    fprintf(stderr, "evoke: %s\n", sentence);
    return EXIT_USAGE;
}

/*
 * Writes the text of the transform that the options name; --definition and --smooth are parameters
 * of the transform gaudy.  Returns 0, or an exit status after a message.
 */
static int name_transform(const struct gaudy_flags *f, char text[128])
{
    const char *definition = f->definition ? f->definition : "global";

    if (!f->definition && f->smooth <= 0) {
        snprintf(text, 128, "%s", f->transform ? f->transform : "gaudy");
        if (f->transform && strlen(f->transform) >= 128)
            return usage("option --transform is longer than 127 bytes");
        return 0;
    }
    if (f->transform)
        return usage(
            "--definition and --smooth are parameters of the gaudy transform, expected them or "
            "--transform NAME");
    if (strcmp(definition, "global") != 0 && strcmp(definition, "channel") != 0)
        return usage("option --definition takes global or channel");
    if (f->smooth > 0)
        snprintf(text, 128, "gaudy:definition=%s,smooth=%.9g", definition, f->smooth);
    else
        snprintf(text, 128, "gaudy%s", strcmp(definition, "channel") ? "" : ":definition=channel");
    return 0;
}

/*
 * Returns what --by says; without it, disagreement for an ensemble, response for a single model,
 * and gaudiness where there is no model.
 */
static const char *choose_by(const struct gaudy_flags *f, const struct models *m)
{
    if (f->by)
        return f->by;
    if (m->count == 0)
        return "gaudiness";
    return evk_model_describe(m->models[0])->members > 1 ? "disagreement" : "response";
}

/*
 * Gives transform i, a name that the shell can complete --transform with (an opt_choices function).
 */
static bool transform_at(int i, evk_type_info *out)
{
    const evk_param *params;
    const void *defaults;

    return evk_transform_info(i, out, &params, &defaults);
}

static int gaudy_make_set(const struct gaudy_flags *f, const evk_gaudy_options *o,
                          const size_t *found, const struct models *m, const evk_image_list *images)
{
    struct progress bar;
    const evk_run how = {
        .threads = (int)f->threads, .progress = progress_show, .stop = interrupted, .arg = &bar};
    const int64_t n = (int64_t)evk_image_list_count(images), chosen = o->keep + o->random;
    evk_error err = {EVK_OK, ""};
    evk_made made = {0, 0, 0};
    evk_status s;
    int status;

    image_set_warn((chosen && chosen < n ? chosen : n) * (o->with_originals ? 2 : 1));
    if (o->jpeg)
        fputs(
            "evoke: warning: JPEG files are not exact; these are 4:4:4 of quality 100 (4:2:0 would "
            "leave an RMS error of 30 levels on gaudy images), and rows are measured on them\n",
            stderr);
    interrupt_catch();
    progress_begin(&bar, "images", false, 0);
    s = evk_gaudy(f->folder, images, m->count ? &m->targets[0] : NULL, o, &how, &made, &err);
    progress_end(&bar);
    (void)images_report(images, !s);
    if (s)
        return set_failed(&err);
    status = image_set_report(&made, f->folder);
    return not_finite_end(*found) ? EXIT_FAILED : status;
}

static int run_with(const struct gaudy_flags *f, const struct models *m,
                    const struct model_flags *model_flags, const struct opt_rest *rest)
{
    evk_gaudy_options o;
    evk_image_list *images;
    int64_t size[2] = {0, 0};
    char transform[128];
    size_t found = 0;
    int status = name_transform(f, transform);

    if (status)
        return status;
    if (model_flags->size && !image_set_size(model_flags->size, size))
        return EXIT_USAGE;
    evk_gaudy_default(&o);
    o.transform = transform;
    o.height = size[0];
    o.width = size[1];
    o.keep = f->keep;
    o.by = choose_by(f, m);
    o.random = f->random;
    o.seed = f->seed;
    o.with_originals = f->with_originals;
    o.jpeg = f->jpeg;
    o.failed = print_failure;
    o.not_finite = not_finite_note;
    o.arg = &found;
    status = image_set_open(&images, rest, &model_flags->framing, f->folder);
    if (status)
        return status;
    status = gaudy_make_set(f, &o, &found, m, images);
    evk_image_list_free(images);
    return status;
}

static int gaudy_run(const struct opt_rest *rest, const struct model_flags *model_flags,
                     const struct gaudy_flags *f)
{
    const size_t count = rest->operand_count + model_flags->ensembles.count;
    struct models m = {0};
    int status = 0;

    if (!opt_has_set(f->folder) || !opt_has_images(rest))
        return EXIT_USAGE;
    if (count > 1)
        return usage("gaudy takes one MODEL, or one --ensemble NAME=M,M..");
    if (f->by && !f->keep)
        return usage("--by says what to keep, expected --keep N too");
    if (count)
        status = models_open(&m, rest, model_flags);
    if (!status)
        status = run_with(f, &m, model_flags, rest);
    models_close(&m);
    return finish_output(status);
}

int cmd_gaudy(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "SET", "folder of the stimulus set: new, empty, or of a set to continue",
         EVK_PARAM_TEXT, offsetof(struct gaudy_flags, folder), 0, 0},
        {"definition", "NAME",
         "threshold of a value: global, the mean over all values of the image (NeurIPS 2020); "
         "channel, the mean of its channel (V4 models)",
         EVK_PARAM_TEXT, offsetof(struct gaudy_flags, definition), 0, 0},
        {"smooth", "S", "SD of the Gaussian that blurs the image before it is transformed, pixels",
         EVK_PARAM_REAL, offsetof(struct gaudy_flags, smooth), 0, 100},
        {"transform", "NAME[:P=V,..]", "another transform: one of 'evoke list transforms'",
         EVK_PARAM_TEXT, offsetof(struct gaudy_flags, transform), 0, 0},
        {"keep", "N", "write only the N images that are best by --by; 0: all images", EVK_PARAM_INT,
         offsetof(struct gaudy_flags, keep), 0, 499999},
        {"random", "N",
         "write N images that are drawn at random; with --keep, N more, drawn from the others",
         EVK_PARAM_INT, offsetof(struct gaudy_flags, random), 0, 499999},
        {"by", "WHAT",
         "score for --keep: disagreement of an ensemble's members, response of the neurons, or "
         "gaudiness (how near the original is to its gaudy image)",
         EVK_PARAM_TEXT, offsetof(struct gaudy_flags, by), 0, 0},
        {"with-originals", NULL,
         "put each image into the set, too, as it is before it is transformed", EVK_PARAM_FLAG,
         offsetof(struct gaudy_flags, with_originals), 0, 0},
        {"jpeg", NULL, "write JPEG (4:4:4, quality 100), which is not exact, instead of PNG",
         EVK_PARAM_FLAG, offsetof(struct gaudy_flags, jpeg), 0, 0},
        {"seed", "N", "seed of --random and of transforms that are random", EVK_PARAM_INT,
         offsetof(struct gaudy_flags, seed), 0, 0x1p53},
        {"threads", "N",
         "number of threads, on which no image depends; 0: OMP_NUM_THREADS, else one per core",
         EVK_PARAM_INT, offsetof(struct gaudy_flags, threads), 0, 256},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct gaudy_flags flags = {0};
    struct model_flags model_flags = model_flags_none();
    const struct opt_spec spec = {
        .command = "gaudy",
        .usage = "--images PATH... -o SET [options] [MODEL]",
        .about =
            "Makes high-contrast images of photographs (Cowley & Pillow 2020): each is brought "
            "to the shape\n"
            "and the size of --size or of the MODEL, then every value becomes 0 or 255. Memory "
            "does not\n"
            "grow with the number of images. With a MODEL, the table has its predicted "
            "responses, and\n"
            "--keep N takes the best 8 N images and writes N of them whose responses are far "
            "from each other.",
        .tables = {{params, &flags},
                   {neuron_params, &model_flags},
                   {model_params, &model_flags},
                   {reference_params, &model_flags},
                   {scaling_params, &model_flags},
                   {framing_params, &model_flags}},
        .choices = {{"transform", transform_at}},
        .list_name = "images",
        .list_value = IMAGES_VALUE,
        .list_help = IMAGES_HELP,
        .list_takes = models_is_images,
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = gaudy_run(&rest, &model_flags, &flags);
    opt_release(&rest);
    return status;
}
