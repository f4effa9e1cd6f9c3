/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held.c - how far held responses may move where the user gave no tolerance */
#include "stimset/score/held.h"

#include <math.h>
#include <stdlib.h>

#include "attack/settings.h"
#include "base/mem.h"
#include "base/num.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/score/reference.h"

static const double SHARE = 0.1; /* the tolerance, as a part of the SD */
static const char MEMBER[] = "HeldTolerance";

bool evk_held_is_measured(const evk_attack *attack)
{
    return attack->hold && attack->hold[0] && isnan(attack->tolerance);
}

void evk_held_release(struct evk_held *h)
{
    free(h->outputs);
    free(h->tolerances);
    *h = (struct evk_held){NULL, NULL, NULL, 0};
}

/* Find the held neurons of the model; their tolerances are 0 until the caller fills them in. */
static evk_status held_begin(struct evk_held *out, const evk_model *model, const evk_attack *attack,
                             evk_error *err)
{
    *out = (struct evk_held){model, NULL, NULL, 0};
    EVK_TRY(evk_model_outputs(model, attack->hold, &out->outputs, &out->count, err));
    return evk_alloc(&out->tolerances, (int64_t)out->count, sizeof(*out->tolerances),
                     "held responses", err);
}

/* Nine digits tell a float from every other float. */
static double rounded_to_float(double value)
{
    return (double)(float)value;
}

evk_status evk_held_of(struct evk_held *out, const evk_model *model, const evk_attack *attack,
                       const double *sd, int64_t images, evk_error *err)
{
    char name[EVK_NEURON_TEXT];

    EVK_TRY(held_begin(out, model, attack, err));
    for (size_t i = 0; i < out->count; i++) {
        const int64_t o = out->outputs[i];

        out->tolerances[i] = rounded_to_float(SHARE * sd[o]);
        if (!(out->tolerances[i] > 0) || !isfinite(sd[o]))
            return evk_fail(err, EVK_EINVAL,
                            "%s: neuron %s is held, and the SD of its responses to %lld images is "
                            "%g, expected an SD above 0, or --tolerance",
                            evk_model_describe(model)->path, evk_model_neuron(model, o, name),
                            (long long)images, sd[o]);
    }
    return EVK_OK;
}

evk_status evk_held_measure(struct evk_held *out, const evk_model *model, const evk_attack *attack,
                            const evk_image_list *images, const evk_run *run, evk_error *err)
{
    const evk_run quiet = {.threads = run->threads, .stop = run->stop, .arg = run->arg};
    struct evk_reference r;
    evk_status s;

    *out = (struct evk_held){NULL, NULL, NULL, 0};
    if (!images)
        return evk_fail(err, EVK_EINVAL,
                        "neurons %s are held, and responses to one base image have no SD, expected "
                        "--tolerance, --reference or more base images",
                        attack->hold);
    EVK_TRY(evk_reference_read(&r, model, images, &quiet, err));
    s = evk_held_of(out, model, attack, r.sd, r.images, err);
    evk_reference_release(&r);
    return s;
}

const double *evk_held_find(const struct evk_held *list, size_t count, const evk_model *model)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].model == model)
            return list[i].tolerances;
    return NULL;
}

/* ---- the record --------------------------------------------------------------------------- */

void evk_held_describe(struct evk_json_writer *w, evk_json *model, const struct evk_held *h)
{
    evk_json *all = evk_json_put_object(w, model, MEMBER);
    char name[EVK_NEURON_TEXT], text[EVK_REAL_TEXT];

    for (size_t i = 0; i < h->count; i++) {
        double digits = h->tolerances[i];

        (void)evk_parse_real(evk_format_real(digits, text), &digits);
        evk_json_put_real(w, all, evk_model_neuron(h->model, h->outputs[i], name), digits);
    }
}

evk_status evk_held_read(struct evk_held *out, const evk_json *description, const evk_model *model,
                         const evk_attack *attack, evk_error *err)
{
    const evk_model_info *info = evk_model_describe(model);
    const evk_json *all =
        evk_json_get(evk_description_model_object(description, info->sha256), MEMBER);
    char name[EVK_NEURON_TEXT];

    EVK_TRY(held_begin(out, model, attack, err));
    for (size_t i = 0; i < out->count; i++) {
        double digits;

        evk_model_neuron(model, out->outputs[i], name);
        if (!evk_json_real(evk_json_get(all, name), &digits))
            return evk_fail(err, EVK_EFORMAT, "%s: has no %s of neuron %s of %s",
                            EVK_SET_DESCRIPTION, MEMBER, name, info->name);
        out->tolerances[i] = rounded_to_float(digits);
    }
    return EVK_OK;
}
