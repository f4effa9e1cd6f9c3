/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models.c - the MODEL arguments of every command */
#include "cli/models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"

#define AT(field) offsetof(struct model_flags, field)

const evk_param model_params[] = {
    {"size", "HxW", "image size in pixels, for a model that leaves it open", EVK_PARAM_TEXT,
     AT(size), 0, 0},
    {"mean", "M[,M..]", "subtracted from display values, one or one a channel", EVK_PARAM_TEXT,
     AT(mean), 0, 0},
    {"scale", "S[,S..]", "then divided by, one or one a channel", EVK_PARAM_TEXT, AT(scale), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param neuron_params[] = {
    {"neurons", "LIST", "zero-based outputs such as 0-32,40; without it, all", EVK_PARAM_TEXT,
     AT(neurons), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

/* The n characters at text as a parameter's value; -1 when they are none. */
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

/* Comma-separated numbers: how many, -1 when malformed. */
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

static int parse_size(const char *text, int64_t *h, int64_t *w)
{
    const size_t n = strcspn(text, "x");

    if (!text[n] || parse_part(text, n, EVK_PARAM_INT, h))
        return -1;
    return parse_part(text + n + 1, strlen(text + n + 1), EVK_PARAM_INT, w);
}

static int bad_value(const char *option, const char *value, const char *expected)
{
    fprintf(stderr, "evoke: option --%s is '%s', expected %s\n", option, value, expected);
    return EXIT_USAGE;
}

static int parse_flags(const struct model_flags *f, evk_model_options *o)
{
    *o = (evk_model_options){0};
    if (f->size && parse_size(f->size, &o->height, &o->width))
        return bad_value("size", f->size, "rows x columns, such as 112x112");
    if (f->mean && (o->mean_count = parse_numbers(f->mean, o->mean, EVK_CHANNELS_MAX)) < 0)
        return bad_value("mean", f->mean, "numbers, such as 116.222,109.27,100.381");
    if (f->scale && (o->scale_count = parse_numbers(f->scale, o->scale, EVK_CHANNELS_MAX)) < 0)
        return bad_value("scale", f->scale, "numbers, such as 255");
    return 0;
}

static void warn_if_unknown(const evk_model *m)
{
    const evk_model_info info = evk_model_describe(m);
    char path[SHOWN];

    if (info.preprocessing == EVK_PREPROCESSING_UNKNOWN)
        fprintf(stderr,
                "evoke: warning: %s: its preprocessing is unknown (it is not the published compact "
                "architecture); display values 0 to 255 go in unchanged; --mean and --scale say "
                "otherwise\n",
                shown(info.path, path));
}

static evk_status open_one(struct models *out, const char *path, const evk_model_options *o,
                           const char *neurons, evk_error *err)
{
    const size_t i = out->count;
    evk_status s = evk_model_open(&out->models[i], path, o, err);

    if (s)
        return s;
    out->count++;
    warn_if_unknown(out->models[i]);
    s = evk_model_outputs(out->models[i], neurons, &out->outputs[i], &out->targets[i].count, err);
    if (s)
        return s;
    out->targets[i].model = out->models[i];
    out->targets[i].outputs = out->outputs[i];
    return EVK_OK;
}

int models_open(struct models *out, const struct opt_rest *rest, const struct model_flags *flags)
{
    evk_error err = {EVK_OK, ""};
    evk_model_options o;
    int status = parse_flags(flags, &o);

    *out = (struct models){0};
    if (status)
        return status;
    if (rest->operand_count == 0) {
        fputs("evoke: no model is given, expected at least one MODEL file\n", stderr);
        return EXIT_USAGE;
    }
    out->models = calloc(rest->operand_count, sizeof(*out->models));
    out->outputs = calloc(rest->operand_count, sizeof(*out->outputs));
    out->targets = calloc(rest->operand_count, sizeof(*out->targets));
    if (!out->models || !out->outputs || !out->targets) {
        fputs("evoke: out of memory for models\n", stderr);
        return EXIT_FAILED;
    }
    for (size_t i = 0; i < rest->operand_count; i++)
        if (open_one(out, rest->operands[i], &o, flags->neurons, &err))
            return complain(&err);
    if (evk_models_check_names((const evk_model *const *)out->models, out->count, &err))
        return complain(&err);
    return 0;
}

void models_close(struct models *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->outputs[i]);
        evk_model_free(m->models[i]);
    }
    free(m->models);
    free(m->outputs);
    free(m->targets);
}
