/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models.c - open the models of a command, and the options that all commands with models have */
#include "cli/models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/images.h"
#include "cli/say.h"

#define AT(field) offsetof(struct model_flags, field)

/* What a file does not say of the network itself. */
/* clang-format off */
#define CORE_PARAMS \
    {"size", "HxW", \
     "use images of this size, rows x columns in pixels, if no model has a size of its own", \
     EVK_PARAM_TEXT, AT(size), 0, 0}, \
    {"mean", "M[,M..]", \
     "subtract this mean from display values, which are 0 to 255: one number, or one for each " \
     "channel", \
     EVK_PARAM_TEXT, AT(mean), 0, 0}, \
    {"scale", "S[,S..]", "then divide by this scale: one number, or one for each channel", \
     EVK_PARAM_TEXT, AT(scale), 0, 0}, \
    {"weights", "DIR", \
     "look for the weights of model cards in the folder DIR, if they are not beside the card", \
     EVK_PARAM_TEXT, AT(weights), 0, 0}
/* clang-format on */

const evk_param core_params[] = {
    CORE_PARAMS,
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param model_params[] = {
    CORE_PARAMS,
    {"names", "FILE",
     "give the neurons the names in the text file FILE, one on each line, in the order of the "
     "model's outputs",
     EVK_PARAM_TEXT, AT(names), 0, 0},
    {"channel", "LAYER:CHANNEL",
     "make units inside the model its neurons: CHANNEL is a channel, from 0, of LAYER, a layer "
     "that "
     "'evoke info' lists. The unit is at the position where the output looks; @ROW,COLUMN behind "
     "CHANNEL names another position, and @mean takes the mean over the map. LAYER:0-31,40 and "
     "LAYER:all name several channels, and all alone names the filters of all convolutions in "
     "order of depth; may be repeated",
     EVK_PARAM_TEXTS, AT(channels), 0, 0},
    {"after-activation", NULL,
     "take the value of a unit of --channel after the activation function of its layer; without "
     "this option, before it",
     EVK_PARAM_FLAG, AT(after_activation), 0, 0},
    {"ensemble", "NAME=M,M..",
     "open one more model, the mean of members M, each FILE or FILE:NEURON, whose neurons "
     "correspond; may be repeated",
     EVK_PARAM_TEXTS, AT(ensembles), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param reference_params[] = {
    {"reference", "PATH",
     "take the images under PATH, such as photographs, as reference images: a folder, zip file, "
     "image, or @list.txt; may be repeated",
     EVK_PARAM_TEXTS, AT(references), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param scaling_params[] = {
    {"member-scaling", "raw|z|sd",
     "scale the responses of an ensemble's members: raw, not at all, is the default; z, by their "
     "mean and SD over the reference images; sd, by their SD",
     EVK_PARAM_TEXT, AT(scaling), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param framing_params[] = {
    {"shape", "NAME",
     "choose what becomes of a photograph of another shape than the wanted one: crop uses its "
     "middle, squash changes its proportions, pad shows it whole on a uniform ground",
     EVK_PARAM_TEXT, AT(framing.shape), 0, 0},
    {"pad", "V",
     "fill the ground of --shape pad with this display level; none: with the mean colour of "
     "natural images",
     EVK_PARAM_OPTIONAL, AT(framing.pad), 0, 255},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

struct model_flags model_flags_none(void)
{
    struct model_flags out = {.size = NULL};

    evk_framing_default(&out.framing);
    return out;
}

const evk_param neuron_params[] = {
    {"neurons", "LIST",
     "choose neurons by numbers from 0, such as 0-32,40, by KEY:0-3 in a model with several data "
     "keys, or by names; without this option, all neurons are used",
     EVK_PARAM_TEXT, AT(neurons), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param unit_params[] = {
    {"units", "FILE",
     "take neurons from the table FILE, CSV or TSV, with the columns unit, model, output, images, "
     "judge, judge_output and keep, of which unit alone is necessary: several models with "
     "semicolons between are an ensemble; images is how many images the unit gets, in place of "
     "--keep; rows whose keep is false, or images 0, are left out; the set gets units.tsv with all "
     "columns of the others",
     EVK_PARAM_TEXT, AT(units), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

/* Reads the n characters at text as a number of a kind; returns -1 where they are none. */
static int parse_part(const char *text, size_t n, evk_param_kind kind, void *value)
{
    const double max = kind == EVK_PARAM_INT ? 65536 : 1e30;
    const evk_param p = {"", "", "", kind, 0, kind == EVK_PARAM_INT ? 1 : -max, max};
    char part[64];

    if (n >= sizeof(part))
        return -1;
    memcpy(part, text, n);
    part[n] = '\0';
    return evk_param_set(&p, value, part, NULL) ? -1 : 0;
}

/*
 * Reads up to max numbers with commas between; returns how many there are, or -1 where malformed.
 */
static int parse_numbers(const char *text, double *out, int max)
{
    for (int count = 0; count < max; count++) {
        const size_t n = strcspn(text, ",");

        if (parse_part(text, n, EVK_PARAM_REAL, &out[count]))
            return -1;
        if (!text[n])
            return count + 1;
        text += n + 1;
    }
    return -1;
}

/* Reads "HxW"; returns -1 where the text is malformed. */
static int parse_size(const char *text, int64_t *h, int64_t *w)
{
    const size_t n = strcspn(text, "x");

    if (!text[n] || parse_part(text, n, EVK_PARAM_INT, h))
        return -1;
    return parse_part(text + n + 1, strlen(text + n + 1), EVK_PARAM_INT, w);
}

static int bad_value(const char *option, const char *value, const char *expected)
{
    say("option --%s is '%s', expected %s", option, value, expected);
    return EXIT_USAGE;
}

int models_options(const struct model_flags *f, struct model_settings *out)
{
    evk_model_options *o = &out->options;
    int n = 0;

    *o = (evk_model_options){.weights = f->weights,
                             .mean = out->mean,
                             .scale = out->scale,
                             .channel_count = f->channels.count,
                             .channels = f->channels.text,
                             .after_activation = f->after_activation,
                             .names = f->names};
    if (f->size && parse_size(f->size, &o->height, &o->width))
        return bad_value("size", f->size, "rows x columns, such as 112x112");
    if (f->mean && (n = parse_numbers(f->mean, out->mean, CHANNELS)) < 0)
        return bad_value("mean", f->mean, "numbers, such as 116.222,109.27,100.381");
    o->mean_count = f->mean ? (size_t)n : 0;
    if (f->scale && (n = parse_numbers(f->scale, out->scale, CHANNELS)) < 0)
        return bad_value("scale", f->scale, "numbers, such as 255");
    o->scale_count = f->scale ? (size_t)n : 0;
    return 0;
}

static void warn_if_unknown(const evk_model *m)
{
    const evk_model_info *info = evk_model_describe(m);

    if (info->preprocessing == EVK_PREPROCESSING_UNKNOWN)
        say("warning: %s: its preprocessing is unknown (it is not the published compact "
            "architecture); display values 0 to 255 go in unchanged; --mean and --scale say "
            "otherwise",
            info->path);
}

int references_open(const struct model_flags *f, evk_image_list **out)
{
    *out = NULL;
    if (f->references.count == 0)
        return 0;
    return images_open(out, f->references.text, f->references.count, &f->framing);
}

int models_references(struct models *m, const struct model_flags *f)
{
    return m->reference ? 0 : references_open(f, &m->reference);
}

int models_is_images(const char *arg)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".zip"};
    const size_t n = strlen(arg);
    struct stat st;

    if (arg[0] == '@' || (stat(arg, &st) == 0 && S_ISDIR(st.st_mode)))
        return 1;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        const size_t e = strlen(endings[i]);

        if (n > e && strcasecmp(arg + n - e, endings[i]) == 0)
            return 1;
    }
    return 0;
}

/* Opens the models of operands and of --ensemble. */
static evk_status open_given(struct models *out, const struct opt_rest *rest,
                             const struct model_flags *flags, const evk_model_options *o,
                             evk_error *err)
{
    evk_status s = EVK_OK;

    for (size_t i = 0; i < rest->operand_count && !s; i++) {
        s = evk_model_open(&out->opened[out->opened_count], rest->operands[i], o, err);
        out->opened_count += !s;
    }
    for (size_t i = 0; i < flags->ensembles.count && !s; i++) {
        s = evk_model_open_ensemble(&out->opened[out->opened_count], flags->ensembles.text[i], o,
                                    err);
        out->opened_count += !s;
    }
    return s;
}

/* Returns a model that the units have, or that was opened for them to use, to change it. */
static evk_model *own_model(const struct models *m, const evk_model *model)
{
    evk_model *own;

    for (size_t i = 0; i < m->opened_count; i++)
        if (m->opened[i] == model)
            return m->opened[i];
    for (size_t i = 0; (own = evk_units_model(m->units, i)) != NULL && own != model;)
        i++;
    return own;
}

/* Opens the table of --units, whose neurons are the first targets. */
static evk_status take_units(struct models *out, const char *path, const evk_model_options *o,
                             evk_error *err)
{
    const evk_target *targets;
    size_t count, all;
    evk_status s = evk_units_open(&out->units, path, (const evk_model *const *)out->opened,
                                  out->opened_count, o, err);

    if (s)
        return s;
    targets = evk_units_targets(out->units, &count);
    all = count + out->opened_count;
    free(out->targets);
    free(out->models);
    out->targets = calloc(all, sizeof(*out->targets));
    out->models = calloc(all, sizeof(*out->models));
    if (!out->targets || !out->models) {
        *err = (evk_error){EVK_ENOMEM, "out of memory for models"};
        return EVK_ENOMEM;
    }
    for (; out->count < count; out->count++) {
        out->targets[out->count] = targets[out->count];
        out->models[out->count] = own_model(out, targets[out->count].model);
    }
    return EVK_OK;
}

/* Makes each model that was opened a target with its listed outputs, unless the units use it. */
static evk_status take_given(struct models *out, const char *neurons, evk_error *err)
{
    const size_t units = out->count;

    for (size_t i = 0; i < out->opened_count; i++) {
        evk_target *t = &out->targets[out->count];
        size_t k = 0;
        evk_status s;

        while (k < units && out->models[k] != out->opened[i])
            k++;
        if (k < units)
            continue;
        s = evk_model_outputs(out->opened[i], neurons, &out->outputs[i], &t->count, err);
        if (s)
            return s;
        t->model = out->opened[i];
        t->outputs = out->outputs[i];
        out->models[out->count++] = out->opened[i];
    }
    return evk_models_check_names((const evk_model *const *)out->models, out->count, err);
}

static evk_status open_all(struct models *out, const struct opt_rest *rest,
                           const struct model_flags *flags, const evk_model_options *o,
                           evk_error *err)
{
    evk_status s = open_given(out, rest, flags, o, err);

    if (!s && flags->units)
        s = take_units(out, flags->units, o, err);
    return s ? s : take_given(out, flags->neurons, err);
}

/* Scales the members of ensembles as --member-scaling says. */
static int scale_members(struct models *m, const struct model_flags *flags)
{
    const evk_run run = {.threads = 0};
    evk_scaling scaling = EVK_SCALING_RAW;
    evk_error err = {EVK_OK, ""};
    evk_status s = EVK_OK;
    int status;

    if (flags->scaling && evk_scaling_parse(&scaling, flags->scaling, &err))
        return opt_refuse(&err);
    if (scaling == EVK_SCALING_RAW)
        return 0;
    status = models_references(m, flags);
    if (status)
        return status;
    if (!m->reference) {
        fputs("evoke: --member-scaling needs reference images, expected --reference PATH\n",
              stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < m->count && !s; i++)
        s = evk_scale_members(m->models[i], scaling, m->reference, &run, &err);
    if (s)
        (void)images_report(m->reference, false);
    return s ? complain(&err) : 0;
}

/* Makes room for count models; false after a message. */
static bool models_allocate(struct models *m, size_t count)
{
    const size_t room = count ? count : 1;

    m->models = calloc(room, sizeof(*m->models));
    m->opened = calloc(room, sizeof(*m->opened));
    m->outputs = calloc(room, sizeof(*m->outputs));
    m->targets = calloc(room, sizeof(*m->targets));
    if (m->models && m->opened && m->outputs && m->targets)
        return true;
    fputs("evoke: out of memory for models\n", stderr);
    return false;
}

int models_open(struct models *out, const struct opt_rest *rest, const struct model_flags *flags)
{
    const size_t count = rest->operand_count + flags->ensembles.count;
    evk_error err = {EVK_OK, ""};
    struct model_settings settings;
    int status = models_options(flags, &settings);

    *out = (struct models){0};
    if (status)
        return status;
    if (count == 0 && !flags->units) {
        fputs("evoke: no model is given, expected at least one MODEL file\n", stderr);
        return EXIT_USAGE;
    }
    if (flags->units && flags->neurons) {
        fputs("evoke: --units and --neurons both choose neurons, expected one of them\n", stderr);
        return EXIT_USAGE;
    }
    if (!models_allocate(out, count))
        return EXIT_FAILED;
    if (open_all(out, rest, flags, &settings.options, &err))
        return complain(&err);
    for (size_t i = 0; i < out->count; i++)
        warn_if_unknown(out->models[i]);
    return scale_members(out, flags);
}

void models_close(struct models *m)
{
    evk_units_free(m->units);
    for (size_t i = 0; i < m->opened_count; i++) {
        evk_free(m->outputs[i]);
        evk_model_free(m->opened[i]);
    }
    free(m->models);
    free(m->opened);
    free(m->outputs);
    free(m->targets);
    evk_image_list_free(m->reference);
}
