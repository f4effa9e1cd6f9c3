/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_predict.c - evoke predict */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "cli/cmd.h"
#include "cli/images.h"
#include "cli/models.h"
#include "cli/not_finite.h"
#include "cli/progress.h"

struct predict_flags {
    bool resize, intervals;
    int64_t threads;
};

/* Prints a name, escaped by evk_show, as a field of CSV (RFC 4180). */
static void print_field(const char *name)
{
    char field[1 << 16];
    const char *text = evk_show(name, field, sizeof(field));

    if (!strpbrk(text, ",\"")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

/* Prints numbers as fields of CSV, each with a comma before it. */
static void print_numbers(const float *values, size_t count)
{
    char text[4096], *at = text;

    for (size_t i = 0; i < count; i++) {
        if (at + 1 + EVK_FLOAT_TEXT > text + sizeof(text)) {
            fwrite(text, 1, (size_t)(at - text), stdout);
            at = text;
        }
        *at++ = ',';
        at += evk_float_text(values[i], at);
    }
    fwrite(text, 1, (size_t)(at - text), stdout);
}

/* Prints the response of an output and the ends of its interval, n/a where the model has none. */
static void print_interval(const evk_model *model, int64_t output, float response)
{
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];
    double low, high;

    print_numbers(&response, 1);
    if (evk_model_interval(model, output, (double)response, &low, &high))
        printf(",%s,%s", evk_format_real(low, a), evk_format_real(high, b));
    else
        fputs(",n/a,n/a", stdout);
}

/* Prints the responses to one image, with intervals if these are asked for. */
static void print_responses(const struct models *m, bool intervals, size_t outputs,
                            const float *responses)
{
    if (!intervals) {
        print_numbers(responses, outputs);
        return;
    }
    for (size_t i = 0; i < m->count; i++)
        for (int64_t o = 0; o < evk_model_describe(m->models[i])->outputs; o++)
            print_interval(m->models[i], o, *responses++);
}

/* Prints the name of a column: model, neuron where there are several, and what of it. */
static void print_column(const evk_model *model, int64_t output, const char *what)
{
    const evk_model_info *info = evk_model_describe(model);
    char neuron[EVK_NEURON_TEXT], text[SHOWN];

    printf(",%s", shown(info->name, text));
    if (info->outputs > 1)
        printf(":%s", shown(evk_model_neuron(model, output, neuron), text));
    fputs(what, stdout);
}

static void print_header(const struct models *m, bool intervals)
{
    fputs("image", stdout);
    for (size_t i = 0; i < m->count; i++)
        for (int64_t o = 0; o < evk_model_describe(m->models[i])->outputs; o++) {
            print_column(m->models[i], o, "");
            if (intervals) {
                print_column(m->models[i], o, " low");
                print_column(m->models[i], o, " high");
            }
        }
}

/*
 * Prints the table: a column for each output of each model, or three with intervals; a row for each
 * image that is not left out.
 *   responses  (images, outputs)
 *   left_out   (images)
 */
static void print_csv(const struct models *m, bool intervals, const evk_image_list *images,
                      size_t outputs, const float *responses, const bool *left_out)
{
    print_header(m, intervals);
    for (size_t n = 0; n < evk_image_list_count(images); n++) {
        if (left_out[n])
            continue;
        putchar('\n');
        print_field(evk_image_list_name(images, n));
        print_responses(m, intervals, outputs, responses + n * outputs);
    }
    putchar('\n');
}

/* Names the models that have no interval of any neuron. */
static void say_without_intervals(const struct models *m)
{
    for (size_t i = 0; i < m->count; i++) {
        const evk_model_info *info = evk_model_describe(m->models[i]);
        double low, high;
        bool any = false;
        char text[SHOWN];

        for (int64_t o = 0; o < info->outputs && !any; o++)
            any = evk_model_interval(m->models[i], o, 0, &low, &high);
        if (!any)
            say("%s does not know how sure its predictions are: low and high are n/a; expected a "
                "card that 'evoke fit --responses' of version 0.9.0 or later wrote, alone and "
                "without --size, --mean or --scale",
                shown(info->path, text));
    }
}

/* Tells the user which responses are not finite, and how many.  Returns the exit status. */
static int say_not_finite(const struct models *m, const evk_image_list *images, size_t outputs,
                          const float *responses, const bool *left_out)
{
    size_t found = 0, column = 0;

    for (size_t i = 0; i < m->count; i++) {
        const size_t own = (size_t)evk_model_describe(m->models[i])->outputs;

        for (size_t n = 0; n < evk_image_list_count(images); n++)
            found += left_out[n] ? 0
                                 : not_finite_say(found, evk_image_list_path(images, n),
                                                  evk_model_describe(m->models[i])->path,
                                                  responses + n * outputs + column, own);
        column += own;
    }
    return not_finite_end(found);
}

static int predict(const struct models *m, evk_image_list *images,
                   const struct predict_flags *flags)
{
    struct progress bar;
    const evk_run run = {.threads = (int)flags->threads, .progress = progress_show, .arg = &bar};
    evk_error err = {EVK_OK, ""};
    size_t outputs = 0, n;
    float *responses;
    bool *left_out;
    evk_status s;
    int status, read;

    for (size_t i = 0; i < m->count; i++)
        outputs += (size_t)evk_model_describe(m->models[i])->outputs;
    n = evk_image_list_count(images) * outputs;
    responses = calloc(n ? n : 1, sizeof(*responses));
    left_out = calloc(evk_image_list_count(images) + 1, sizeof(*left_out));
    if (!responses || !left_out) {
        free(responses);
        free(left_out);
        fputs("evoke: out of memory for responses\n", stderr);
        return EXIT_FAILED;
    }
    progress_begin(&bar, m->count > 1 ? "images x models" : "images", false, 0);
    s = evk_predict_list((const evk_model *const *)m->models, m->count, images, flags->resize, &run,
                         responses, left_out, &err);
    progress_end(&bar);
    read = images_report(images, !s);
    if (s) {
        status = complain(&err);
    } else {
        print_csv(m, flags->intervals, images, outputs, responses, left_out);
        if (flags->intervals)
            say_without_intervals(m);
        status = say_not_finite(m, images, outputs, responses, left_out) | read;
    }
    free(responses);
    free(left_out);
    return status;
}

static int predict_run(const struct opt_rest *rest, const struct model_flags *model_flags,
                       const struct predict_flags *flags)
{
    evk_image_list *images = NULL;
    struct models m;
    int status;

    if (!opt_has_images(rest))
        return EXIT_USAGE;
    status = models_open(&m, rest, model_flags);
    if (!status)
        status = images_open(&images, rest->list, rest->list_count, &model_flags->framing);
    if (!status)
        status = predict(&m, images, flags);
    evk_image_list_free(images);
    models_close(&m);
    return finish_output(status);
}

int cmd_predict(int argc, char **argv)
{
    static const evk_param params[] = {
        {"resize", NULL, RESIZE_HELP, EVK_PARAM_FLAG, offsetof(struct predict_flags, resize), 0, 0},
        {"intervals", NULL,
         "print behind each response the columns low and high: the interval in which the recorded "
         "mean response is expected with a probability of 90 %; models that 'evoke fit' made of a "
         "recording know this interval, and both columns are n/a for other models",
         EVK_PARAM_FLAG, offsetof(struct predict_flags, intervals), 0, 0},
        {"threads", "N", THREADS_HELP, EVK_PARAM_INT, offsetof(struct predict_flags, threads), 0,
         256},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct predict_flags flags = {.resize = false};
    struct model_flags model_flags = model_flags_none();
    const struct opt_spec spec = {
        .command = "predict",
        .usage = "--images PATH... [options] MODEL...",
        .about =
            "Prints predicted responses to images as CSV on standard output: a row for each image, "
            "a column for each neuron, in the model's units.\nPaths keep their order; within a "
            "folder or zip archive, images come in bytewise order of their names. Recorded "
            "responses may have another order, so that the two have to be joined by name.",
        .fails = "an image could not be read, or a response was not finite",
        .see = "info naturals maximize",
        .groups = {{"What to predict", "images intervals resize"},
                   {"Ensembles", "ensemble"},
                   UNIT_GROUP,
                   MODEL_GROUP,
                   SHAPE_GROUP,
                   {"Speed", "threads"}},
        .tables = {{params, &flags}, {model_params, &model_flags}, {framing_params, &model_flags}},
        .list_name = "images",
        .list_value = IMAGES_VALUE,
        .list_help = IMAGES_HELP,
        .list_takes = models_is_images,
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = predict_run(&rest, &model_flags, &flags);
    opt_release(&rest);
    return status;
}
