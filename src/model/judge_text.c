/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge_text.c - a judge, a model that only rates images, from the command line:
   "[NAME=]FILE[:OUTPUTS]" */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"
#include "model/neuron_text.h"
#include "model/neurons.h"

/* The parts of "NAME=FILE:OUTPUTS"; they point into the text, which is cut between them. */
struct parts {
    const char *name, *file, *outputs; /* name and outputs may be NULL: the text has none */
};

/* Splits the text.  NAME ends at the first '=', except where an existing file is the whole text, or
   all of it before a colon and outputs: then '=' is part of the file's name. */
static evk_status split_judge(char *text, struct parts *out, evk_error *err)
{
    char *equals = strchr(text, '=');

    *out = (struct parts){NULL, text, NULL};
    if (!equals)
        return evk_model_split(text, &out->outputs, err);
    if (!evk_model_split(text, &out->outputs, NULL))
        return EVK_OK;
    if (equals == text)
        return evk_fail(err, EVK_EINVAL, "its name is empty, expected NAME=MODEL");
    *equals = '\0';
    out->name = text;
    out->file = equals + 1;
    return evk_model_split(equals + 1, &out->outputs, err);
}

static evk_status give_name(evk_model *m, const char *name, evk_error *err)
{
    char *copy;

    EVK_TRY(evk_strdup(&copy, name, err));
    evk_model_rename(m, copy);
    return EVK_OK;
}

static evk_status open_parts(evk_model **out, const struct parts *parts,
                             const evk_model_options *options, int64_t **outputs, size_t *count,
                             evk_error *err)
{
    evk_status s = EVK_OK;
    evk_model *m;

    *outputs = NULL;
    *count = 0;
    EVK_TRY(evk_model_open(&m, parts->file, options, err));
    if (parts->name)
        s = give_name(m, parts->name, err);
    if (!s && parts->outputs)
        s = evk_model_list(m, parts->outputs, outputs, count, err);
    if (s)
        evk_model_free(m);
    else
        *out = m;
    return s;
}

evk_status evk_model_open_judge(evk_model **out, const char *text, const evk_model_options *options,
                                int64_t **outputs, size_t *count, evk_error *err)
{
    struct parts parts;
    evk_status s;
    char *copy;

    EVK_TRY(evk_strdup(&copy, text, err));
    s = split_judge(copy, &parts, err);
    if (!s)
        s = open_parts(out, &parts, options, outputs, count, err);
    free(copy);
    return s ? evk_wrap(err, s, "judge %s", text) : EVK_OK;
}
