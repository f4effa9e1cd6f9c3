/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ensemble_text.c - an ensemble from the command line: "NAME=FILE,FILE:NEURON,..." */
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "model/ensemble.h"

static evk_status add_members(evk_model *ensemble, char *members, const evk_model_options *options,
                              evk_error *err)
{
    for (char *item = members, *next; item; item = next) {
        int64_t output;
        evk_model *m;

        next = strchr(item, ',');
        if (next)
            *next++ = '\0';
        EVK_TRY(evk_model_open_neuron(&m, item, options, &output, err));
        EVK_TRY(evk_ensemble_take(ensemble, m, output < 0 ? NULL : &output, 1, err));
    }
    return EVK_OK;
}

evk_status evk_model_open_ensemble(evk_model **out, const char *text,
                                   const evk_model_options *options, evk_error *err)
{
    EVK_ENTER();
    const evk_model_options none = {0};
    evk_model *ensemble = NULL;
    char *copy, *members;
    evk_status s;

    EVK_TRY(evk_strdup(&copy, text, err));
    members = strchr(copy, '=');
    if (!members || members == copy || !members[1]) {
        s = evk_fail(err, EVK_EINVAL, "ensemble is '%s', expected NAME=MEMBER,MEMBER,...", text);
    } else {
        *members++ = '\0';
        s = evk_ensemble_new(&ensemble, text, copy, "ensemble", err);
        if (!s)
            s = add_members(ensemble, members, options ? options : &none, err);
        if (!s)
            s = evk_ensemble_finish(ensemble, err);
        if (s)
            s = evk_wrap(err, s, "ensemble %s", copy);
    }
    free(copy);
    if (s)
        evk_model_free(ensemble);
    else
        *out = ensemble;
    return s;
}
