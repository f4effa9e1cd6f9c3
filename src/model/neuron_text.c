/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_text.c - a model file and one of its neurons from the command line: "FILE:NEURON" */
#include "model/neuron_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/mem.h"

evk_status evk_model_split(char *text, const char **neuron, evk_error *err)
{
    *neuron = NULL;
    if (evk_fs_exists(text))
        return EVK_OK;
    for (char *colon = strrchr(text, ':'); colon;) {
        *colon = '\0';
        if (evk_fs_exists(text)) {
            *neuron = colon + 1;
            return EVK_OK;
        }
        *colon = ':';
        do
            colon--;
        while (colon > text && *colon != ':');
        if (colon <= text)
            break;
    }
    return evk_fail(err, EVK_ENOTFOUND, "'%s' is no file, expected FILE or FILE:NEURON", text);
}

/* Opens the model of a text, in which a zero byte takes the place of the colon behind FILE. */
static evk_status open_split(evk_model **out, char *text, const evk_model_options *options,
                             int64_t *output, evk_error *err)
{
    const char *neuron;
    evk_model *m;
    evk_status s;

    EVK_TRY(evk_model_split(text, &neuron, err));
    EVK_TRY(evk_model_open(&m, text, options, err));
    s = neuron ? evk_model_find_neuron(m, neuron, output, err) : EVK_OK;
    if (s)
        evk_model_free(m);
    else
        *out = m;
    return s;
}

evk_status evk_model_open_neuron(evk_model **out, const char *text,
                                 const evk_model_options *options, int64_t *output, evk_error *err)
{
    EVK_ENTER();
    char *copy;
    evk_status s;

    *output = -1;
    EVK_TRY(evk_strdup(&copy, text, err));
    s = open_split(out, copy, options, output, err);
    free(copy);
    return s;
}
