/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_info.c - evoke info */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/models.h"
#include "cli/wrap.h"

static void print_numbers(const double *v, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        printf("%s%.9g", i ? ", " : "", v[i]);
}

static void print_preprocessing(const evk_model_info *info)
{
    static const char *const source[] = {
        [EVK_PREPROCESSING_UNKNOWN] = "unknown; display values go in unchanged",
        [EVK_PREPROCESSING_GIVEN] = "given",
        [EVK_PREPROCESSING_PUBLISHED] = "recognised: published compact architecture",
        [EVK_PREPROCESSING_FILE] = "in the file; display values go in unchanged",
    };

    printf("  preprocessing  (display value - mean) / scale; %s\n", source[info->preprocessing]);
    printf("                 mean ");
    print_numbers(info->mean, info->channels);
    printf("; scale ");
    print_numbers(info->scale, info->channels);
    puts("");
}

/* Prints what the network itself does to the image, and how it responds to noise and gray. */
static evk_status print_range(const evk_model *m, evk_error *err)
{
    char layer[SHOWN], path[SHOWN];
    evk_range r;
    evk_status s = evk_model_range(m, &r, err);

    if (s)
        return s;
    printf("  responses      %.4g to %.4g on noise of 0 to 255, %.4g to %.4g on mid-gray\n",
           r.noise_lowest, r.noise_highest, r.gray_lowest, r.gray_highest);
    if (r.layer)
        printf("  first layer    %s: mean %.3g, SD %.3g on noise\n", shown(r.layer, layer),
               r.layer_mean, r.layer_sd);
    if (r.doubt)
        say("warning: %s: %s", shown(evk_model_describe(m)->path, path), r.doubt);
    return EVK_OK;
}

/* Prints the data keys of a core with readouts, each of which has neurons of its own. */
static void print_populations(const evk_model *m)
{
    enum { KEYS_SHOWN = 3 };
    int64_t neurons = 0;
    char key[SHOWN];
    evk_data_key k;
    size_t n = 0;

    for (; evk_model_data_key(m, n, &k); n++)
        neurons += k.count;
    if (n == 0)
        return;
    printf("  readouts       %zu data key%s, %lld neurons: ", n, n == 1 ? "" : "s",
           (long long)neurons);
    for (size_t i = 0; i < KEYS_SHOWN && evk_model_data_key(m, i, &k); i++)
        printf("%s%s:0-%lld", i ? ", " : "", shown(k.key, key), (long long)k.count - 1);
    puts(n > KEYS_SHOWN ? ", ..." : "");
}

static void print_layers(const evk_model *m)
{
    evk_layer_summary l;

    printf("  %-28s %-22s %-14s %s\n", "layer", "type", "output", "parameters");
    for (size_t i = 0; evk_model_layer(m, i, &l); i++) {
        char shape[64], name[SHOWN], type[SHOWN];

        if (l.height)
            snprintf(shape, sizeof(shape), "%lldx%lldx%lld", (long long)l.height,
                     (long long)l.width, (long long)l.channels);
        else
            snprintf(shape, sizeof(shape), "%lld", (long long)l.channels);
        printf("  %-28s %-22s %-14s %lld\n", shown(l.name, name), shown(l.type, type), shape,
               (long long)l.parameters);
    }
}

/* Has the model a fitted readout?  Its neurons have the names of recorded units. */
static bool is_fitted(const evk_model *m)
{
    evk_model_note n;
    bool found = false;

    for (size_t i = 0; !found && evk_model_noted(m, i, &n); i++)
        found = strcmp(n.what, "readout") == 0;
    return found;
}

/* named: neurons have names in place of numbers. */
static evk_status print_neuron(const evk_target *t, size_t i, const evk_receptive_field *f,
                               bool named, evk_error *err)
{
    char name[EVK_NEURON_TEXT];
    evk_extent e;
    evk_status s = evk_model_extent(t->model, t->outputs[i], &e, err);

    if (s)
        return s;
    snprintf(name, sizeof(name), "%lld", (long long)t->outputs[i]);
    printf("  %-7s %lld-%-7lld %lld-%-7lld ",
           named ? evk_model_neuron(t->model, t->outputs[i], name) : name, (long long)e.row_first,
           (long long)e.row_last, (long long)e.column_first, (long long)e.column_last);
    if (isnan(f->height))
        puts("none: no gradient at noise images");
    else
        printf("centre row %.1f, column %.1f; size %.1f x %.1f\n", f->centre_row, f->centre_column,
               f->height, f->width);
    return EVK_OK;
}

static evk_status print_neurons(const evk_target *t, bool named, evk_error *err)
{
    evk_receptive_field *fields = calloc(t->count + 1, sizeof(*fields));
    evk_status s = EVK_ENOMEM;

    puts("  pixels that can influence a neuron at all, and its effective receptive field: centre "
         "and "
         "size\n"
         "  (height x width, 4 SD) of the energy of its gradient\n"
         "  neuron  rows      columns   effective receptive field");
    if (!fields)
        snprintf(err->msg, sizeof(err->msg), "out of memory for receptive fields");
    else
        s = evk_model_receptive_fields(t->model, t->outputs, t->count, fields, err);
    for (size_t i = 0; i < t->count && !s; i++)
        s = print_neuron(t, i, &fields[i], named, err);
    free(fields);
    return s;
}

static void print_notes(const evk_model *m)
{
    enum { TEXT_COLUMN = 17 };
    char what[SHOWN], text[SHOWN];
    evk_model_note n;

    for (size_t i = 0; evk_model_noted(m, i, &n); i++) {
        printf("  %-14s ", shown(n.what, what));
        wrap_print(shown(n.text, text), TEXT_COLUMN, TEXT_COLUMN);
    }
}

static evk_status print_selftest(const evk_target *t, evk_error *err)
{
    char name[SHOWN];
    evk_selftest test;
    evk_status s = evk_model_selftest(t->model, t->outputs, t->count, &test, err);

    if (!s)
        printf("%s: %lld parameters in %lld layers; response and gradient of %lld neuron%s "
               "finite; %lld differences within %.2g %% of the largest gradient value\n",
               shown(evk_model_describe(t->model)->name, name), (long long)test.parameters,
               (long long)test.layers, (long long)test.neurons, test.neurons == 1 ? "" : "s",
               (long long)test.differences, 100 * test.worst);
    return s;
}

static evk_status print_text(const evk_target *t, bool named, evk_error *err)
{
    const evk_model_info *info = evk_model_describe(t->model);
    char path[SHOWN];
    evk_status s;

    printf("%s\n", shown(info->path, path));
    printf("  format         %s\n", info->format);
    print_notes(t->model);
    printf("  sha256         %s\n", info->sha256);
    printf("  image          %lldx%lldx%lld (rows x columns x channels)\n", (long long)info->height,
           (long long)info->width, (long long)info->channels);
    print_preprocessing(info);
    printf("  outputs        %lld\n", (long long)info->outputs);
    print_populations(t->model);
    printf("  parameters     %lld\n", (long long)info->parameters);
    printf("  operations     %.1f MFLOP a forward pass\n", 1e-6 * (double)info->flops);
    print_layers(t->model);
    s = print_range(t->model, err);
    return s ? s : print_neurons(t, named, err);
}

static evk_status print_json(const evk_target *t, evk_error *err)
{
    char *json;
    evk_status s = evk_model_json(t->model, t->outputs, t->count, &json, err);

    if (s)
        return s;
    fputs(json, stdout);
    evk_free(json);
    return EVK_OK;
}

struct info_flags {
    bool json, selftest;
    bool named;  /* neurons are units of --channel */
    bool chosen; /* --neurons chooses neurons */
};

/* Describes at most this many neurons where the call chooses none: each takes passes of its own. */
enum { NEURONS_SHOWN = 10000 };

static evk_status print(const struct info_flags *flags, const evk_target *target, evk_error *err)
{
    evk_target t = *target;
    char path[SHOWN];

    if (!flags->selftest && !flags->chosen && t.count > NEURONS_SHOWN) {
        say("%s: has %zu neurons, of which the first %d are described; --neurons chooses others",
            shown(evk_model_describe(t.model)->path, path), t.count, NEURONS_SHOWN);
        t.count = NEURONS_SHOWN;
    }
    return flags->selftest ? print_selftest(&t, err)
           : flags->json   ? print_json(&t, err)
                           : print_text(&t, flags->named || is_fitted(t.model), err);
}

int cmd_info(int argc, char **argv)
{
    static const evk_param params[] = {
        {"json", NULL, "print one line of JSON for each model instead of text", EVK_PARAM_FLAG,
         offsetof(struct info_flags, json), 0, 0},
        {"selftest", NULL,
         "instead, check that responses and gradients are finite, and compare gradients with "
         "finite differences",
         EVK_PARAM_FLAG, offsetof(struct info_flags, selftest), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct info_flags flags = {false, false, false, false};
    struct model_flags model_flags = model_flags_none();
    const struct opt_spec spec = {
        .command = "info",
        .usage = "[--json | --selftest] [--neurons LIST | --units FILE] MODEL...",
        .about = "Describes models: layers, shapes, parameters, preprocessing, floating-point "
                 "operations, and for each neuron the pixels that can influence it and where its "
                 "gradient lies.",
        .fails = "a model failed --selftest",
        .see = "predict maximize list",
        .groups = {{"What to describe", "neurons units json selftest"},
                   {"Ensembles", "ensemble"},
                   UNIT_GROUP,
                   MODEL_GROUP},
        .tables = {{params, &flags},
                   {neuron_params, &model_flags},
                   {unit_params, &model_flags},
                   {model_params, &model_flags}},
    };
    evk_error err = {EVK_OK, ""};
    struct models m = {0};
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0) {
        status = models_open(&m, &rest, &model_flags);
        flags.named = model_flags.channels.count > 0;
        flags.chosen = model_flags.neurons || model_flags.units;
        for (size_t i = 0; i < m.count && !status; i++)
            if (print(&flags, &m.targets[i], &err))
                status = complain(&err);
        status = finish_output(status);
    }
    models_close(&m);
    opt_release(&rest);
    return status;
}
