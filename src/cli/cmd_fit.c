/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_fit.c - evoke fit */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cell.h"
#include "cli/cmd.h"
#include "cli/images.h"
#include "cli/interrupt.h"
#include "cli/models.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/recording.h"

struct fit_flags {
    struct opt_texts cores, teachers;
    const char *name, *responses, *rows, *names;
    bool resize;
    int64_t threads;
};

/* ---- what was found ------------------------------------------------------------------------- */

static void print_unit(const evk_fit_unit *u)
{
    char text[SHOWN];

    if (u->left_out) {
        say("%s is left out: %s", shown(u->name, text), u->left_out);
        return;
    }
    printf("%s\t%lld", shown(u->name, text), (long long)u->images);
    cell_print(u->r);
    cell_print(u->low);
    cell_print(u->high);
    cell_print(u->r2_er);
    cell_print(u->ceiling);
    printf("\t%s\n", u->keep ? "true" : "false");
}

static void print_medians(const evk_fit_report *r, bool of_recording)
{
    size_t fitted = 0, kept = 0;
    double median, r2_er;

    for (size_t i = 0; i < evk_fit_report_count(r); i++) {
        fitted += !evk_fit_report_unit(r, i)->left_out;
        kept += evk_fit_report_unit(r, i)->keep;
    }
    evk_fit_report_medians(r, &median, &r2_er);
    fprintf(stderr, "%zu unit%s: median r %.3f", fitted, fitted == 1 ? "" : "s", median);
    if (isfinite(r2_er))
        fprintf(stderr, ", median r2_er %.3f", r2_er);
    fprintf(stderr, ", cross-validated on these images; keep is true for %zu\n", kept);
    if (of_recording)
        fputs("r on other days may be lower: r was lower by up to 0.09 in published recordings\n",
              stderr);
}

static void print_report(const evk_fit_report *r, const char *name, bool of_recording)
{
    const int64_t twins = evk_fit_report_twins(r);
    char text[SHOWN];

    puts("unit\tn\tr_cv\tr_low\tr_high\tr2_er\tceiling\tkeep");
    for (size_t i = 0; i < evk_fit_report_count(r); i++)
        print_unit(evk_fit_report_unit(r, i));
    if (twins)
        say("%lld image%s nearly equal to an earlier image; images that are nearly equal are in "
            "one part of the cross-validation",
            (long long)twins, twins == 1 ? " is" : "s are");
    print_medians(r, of_recording);
    shown(name, text);
    fprintf(stderr, "written: %s.json, %s.npz, %s.tsv\n", text, text, text);
}

/* ---- the call ------------------------------------------------------------------------------- */

/* The teachers of a call: models that are open. */
struct teachers {
    evk_model **list; /* (count); owned */
    size_t count;
};

static int fit_models(const evk_fit_source *source, const struct teachers *teachers,
                      const struct fit_flags *f, const evk_fitting *fitting,
                      const evk_model_options *options)
{
    struct progress bar;
    const evk_run run = {
        .threads = (int)f->threads, .progress = progress_show, .stop = interrupted, .arg = &bar};
    evk_error err = {EVK_OK, ""};
    evk_fit_report *report;
    evk_status s;

    interrupt_catch();
    progress_begin(&bar, "images", false, 0);
    if (teachers->count)
        s = evk_fit_teachers(f->name, f->cores.text, f->cores.count,
                             (const evk_model *const *)teachers->list, teachers->count, source,
                             fitting, options, &run, &report, &err);
    else
        s = evk_fit(f->name, f->cores.text, f->cores.count, source, fitting, options, &run, &report,
                    &err);
    progress_end(&bar);
    (void)images_report(source->images, !s);
    if (s)
        return complain(&err);
    print_report(report, f->name, teachers->count == 0);
    evk_fit_report_free(report);
    return EXIT_DONE;
}

static evk_status open_teachers(struct teachers *out, const struct opt_texts *paths,
                                const evk_model_options *options, evk_error *err)
{
    evk_status s = EVK_OK;

    out->list = calloc(paths->count + 1, sizeof(*out->list));
    if (!out->list) {
        *err = (evk_error){EVK_ENOMEM, "out of memory for teachers"};
        return EVK_ENOMEM;
    }
    for (; out->count < paths->count && !s; out->count += !s)
        s = evk_model_open(&out->list[out->count], paths->text[out->count], options, err);
    return s;
}

static void close_teachers(struct teachers *t)
{
    for (size_t i = 0; i < t->count; i++)
        evk_model_free(t->list[i]);
    free(t->list);
}

/* Opens the recording, or the teachers, and fits. */
static int fit_source(evk_image_list *images, const struct fit_flags *f, const evk_fitting *fitting,
                      const struct model_settings *settings)
{
    struct teachers teachers = {NULL, 0};
    evk_error err = {EVK_OK, ""};
    evk_recording *recording = NULL;
    evk_status s;
    int status;

    if (f->teachers.count)
        s = open_teachers(&teachers, &f->teachers, &settings->options, &err);
    else
        s = evk_recording_open(&recording, f->responses, images, f->rows, f->names, &err);
    for (size_t i = 0; recording && evk_recording_note(recording, i); i++)
        say("%s", evk_recording_note(recording, i));
    if (s) {
        status = complain(&err);
    } else {
        const evk_fit_source source = {.images = images,
                                       .recording = recording,
                                       .rows = recording ? NULL : f->rows,
                                       .resize = f->resize};

        status = fit_models(&source, &teachers, f, fitting, &settings->options);
    }
    evk_recording_free(recording);
    close_teachers(&teachers);
    return status;
}

static int fit_run(const struct opt_rest *rest, const struct fit_flags *f,
                   const evk_fitting *fitting, const struct model_flags *models)
{
    struct model_settings settings;
    evk_image_list *images;
    int status;

    if (rest->operand_count) {
        say("fit takes no operand, found %s; a core is given by --core", rest->operands[0]);
        return EXIT_USAGE;
    }
    if (f->cores.count == 0 || !f->name || !f->responses == !f->teachers.count) {
        say("fit needs --core MODEL, -o NAME, and either --responses FILE or --teacher MODEL");
        return EXIT_USAGE;
    }
    if (f->teachers.count && f->names) {
        say("fit takes --names with --responses; neurons of a --teacher keep their names");
        return EXIT_USAGE;
    }
    if (!opt_has_images(rest))
        return EXIT_USAGE;
    status = models_options(models, &settings);
    if (!status)
        status = images_open(&images, rest->list, rest->list_count, &models->framing);
    if (status)
        return status;
    status = fit_source(images, f, fitting, &settings);
    evk_image_list_free(images);
    return status;
}

#define AT(field) offsetof(struct fit_flags, field)

static const evk_param params[] = {
    {"o", "NAME",
     "write the model as NAME.json, its weights as NAME.npz, and a table of units as NAME.tsv; "
     "these files must not exist",
     EVK_PARAM_TEXT, AT(name), 0, 0},
    {"core", "MODEL[@LAYER]",
     "fit readouts on the features of MODEL: on LAYER, several with commas between, or on the last "
     "map before the model's own readout; may be repeated, and each core is then a member of an "
     "ensemble",
     EVK_PARAM_TEXTS, AT(cores), 0, 0},
    {"responses", "FILE", RESPONSES_HELP, EVK_PARAM_TEXT, AT(responses), 0, 0},
    {"teacher", "MODEL",
     "take the responses that MODEL predicts, in place of recorded ones; may be repeated: the "
     "units are all neurons of all of these models, and NAME.tsv has each neuron together with its "
     "MODEL",
     EVK_PARAM_TEXTS, AT(teachers), 0, 0},
    {"rows", "LIST", ROWS_HELP, EVK_PARAM_TEXT, AT(rows), 0, 0},
    {"names", "FILE", UNIT_NAMES_HELP, EVK_PARAM_TEXT, AT(names), 0, 0},
    {"resize", NULL, RESIZE_HELP, EVK_PARAM_FLAG, AT(resize), 0, 0},
    {"threads", "N", THREADS_HELP, EVK_PARAM_INT, AT(threads), 0, 256},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static evk_status set_fitting(void *to, const char *name, const char *text, evk_error *err)
{
    return evk_fitting_set(to, name, text, err);
}

static evk_status get_fitting(const void *base, const char *name, char **text, evk_error *err)
{
    return evk_fitting_get(base, name, text, err);
}

int cmd_fit(int argc, char **argv)
{
    struct fit_flags flags = {.name = NULL};
    struct model_flags models = model_flags_none();
    evk_error err = {EVK_OK, ""};
    evk_fitting *fitting;
    struct opt_rest rest;
    int status;

    if (evk_fitting_new(&fitting, &err))
        return complain(&err);
    const struct opt_spec spec = {
        .command = "fit",
        .usage = "--core MODEL --images PATH... --responses FILE -o NAME [options]",
        .about =
            "Fits models of neurons to a recording: a readout for each unit on the features of a "
            "network, its core, whose layers stay as they are. The fitted model is the card "
            "NAME.json, which every command takes as a MODEL; NAME.tsv is a table of its units, "
            "which --units takes.\nPrints for each unit the correlation of recorded responses with "
            "cross-validated predictions (r_cv) and its interval of 95 % (r_low, r_high), the "
            "noise-corrected r squared (r2_er) and the largest correlation that any model can have "
            "(ceiling); both are n/a without repeats. keep is true where r_low is above 0.",
        .see = "score predict maximize info",
        .groups = {{"What to fit", "core images responses rows names teacher o"},
                   {"How to fit", "readout grid folds"},
                   {"Cores whose files do not say everything", "size mean scale weights"},
                   {"Images of another size", "resize shape pad"},
                   {"Speed", "threads"}},
        .tables = {{params, &flags},
                   {evk_fitting_params(), fitting, set_fitting, fitting, get_fitting},
                   {core_params, &models},
                   {framing_params, &models}},
        .choices = {{"readout", evk_readout_info}},
        .list_name = "images",
        .list_value = IMAGES_VALUE,
        .list_help = IMAGES_HELP,
        .list_takes = models_is_images,
    };

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = finish_output(fit_run(&rest, &flags, fitting, &models));
    opt_release(&rest);
    evk_fitting_free(fitting);
    return status;
}
