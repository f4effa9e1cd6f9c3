/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitted_units.c - the units of a fit: their names, and the responses that readouts are fitted to */
#include "fit/fitted_units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "recording/unit_names.h"

void evk_fitted_units_release(struct evk_fitted_units *u)
{
    evk_names_release(&u->names);
    free(u->left_out);
    free(u->taught);
    free(u->unit);
    free(u->y);
    free(u->count);
    *u = (struct evk_fitted_units){.usable = 0};
}

/* Lists the units that nothing is wrong with, and makes room for their responses. */
static evk_status choose_usable(struct evk_fitted_units *u, const char *what, evk_error *err)
{
    const int64_t n = (int64_t)u->names.count;
    int64_t values;

    EVK_TRY(evk_alloc(&u->unit, n, sizeof(*u->unit), "units", err));
    for (int64_t i = 0; i < n; i++)
        if (!u->left_out[i])
            u->unit[u->usable++] = i;
    if (u->usable == 0)
        return evk_fail(err, EVK_EFORMAT,
                        "%s: no unit can be fitted: %s, the first of %lld, is left out: %s", what,
                        u->names.names[0], (long long)n, u->left_out[0]);
    if (!evk_size_mul(u->usable, u->images, &values))
        return evk_fail(err, EVK_ENOMEM, "out of memory for responses");
    EVK_TRY(evk_alloc(&u->y, values, sizeof(*u->y), "responses", err));
    return evk_alloc(&u->count, values, sizeof(*u->count), "responses", err);
}

/* ---- recorded ------------------------------------------------------------------------------- */

/* Copies the means of usable units from those of all units, (units, images). */
static void copy_usable(struct evk_fitted_units *u, const double *mean, const int64_t *count)
{
    for (int64_t k = 0; k < u->usable; k++) {
        memcpy(u->y + k * u->images, mean + u->unit[k] * u->images,
               (size_t)u->images * sizeof(*mean));
        memcpy(u->count + k * u->images, count + u->unit[k] * u->images,
               (size_t)u->images * sizeof(*count));
    }
}

static evk_status take_means(struct evk_fitted_units *u, const evk_recording *r, evk_error *err)
{
    double *mean = NULL;
    int64_t *count = NULL;
    evk_status s = evk_alloc(&mean, r->units * r->images, sizeof(*mean), "responses", err);

    if (!s)
        s = evk_alloc(&count, r->units * r->images, sizeof(*count), "responses", err);
    if (!s) {
        evk_recording_means(r, mean, count);
        copy_usable(u, mean, count);
    }
    free(mean);
    free(count);
    return s;
}

evk_status evk_fitted_units_recorded(struct evk_fitted_units *out, const evk_recording *r,
                                     evk_error *err)
{
    *out = (struct evk_fitted_units){.images = r->images};
    for (int64_t i = 0; i < r->units; i++)
        EVK_TRY(evk_names_add(&out->names, r->names.names[i], err));
    EVK_TRY(evk_alloc(&out->left_out, r->units, sizeof(*out->left_out), "units", err));
    for (int64_t i = 0; i < r->units; i++)
        out->left_out[i] = evk_recording_unusable(r, i);
    EVK_TRY(choose_usable(out, r->path, err));
    return take_means(out, r, err);
}

/* ---- taught --------------------------------------------------------------------------------- */

static bool is_number(const char *name)
{
    return name[strspn(name, "0123456789-")] == '\0';
}

/*
 * Writes the name that neuron i of the teacher has in the fitted model.  There a number is no name,
 * and neither is KEY:INDEX, or a model's name with a space.
 */
static void taught_name(const evk_model *teacher, int64_t i, char text[EVK_NEURON_TEXT])
{
    const evk_model_info *info = evk_model_describe(teacher);
    char neuron[EVK_NEURON_TEXT];

    evk_model_neuron(teacher, i, neuron);
    if (!is_number(neuron))
        snprintf(text, EVK_NEURON_TEXT, "%s", neuron);
    else if (info->outputs == 1 && !is_number(info->name))
        snprintf(text, EVK_NEURON_TEXT, "%.*s", EVK_NEURON_TEXT - 1, info->name);
    else
        snprintf(text, EVK_NEURON_TEXT, "unit%lld", (long long)i);
    for (char *c = text + strcspn(text, ": \",;"); *c; c += strcspn(c, ": \",;"))
        *c = '_';
}

/* Are the responses of one output to images (images), which are indices in the list, all equal? */
static bool is_constant(const float *responses, const int64_t *image, int64_t images,
                        int64_t outputs)
{
    for (int64_t i = 1; i < images; i++)
        if (responses[image[i] * outputs] != responses[image[0] * outputs])
            return false;
    return true;
}

/* Teachers, and what they respond to all images of a list. */
struct teachers {
    const evk_model *const *list; /* (count) */
    size_t count;
    int64_t outputs;  /* of all teachers together */
    float *responses; /* (images of the list, outputs); owned */
};

/* Predicts the responses of all teachers; the caller frees them, also after a failure. */
static evk_status ask(struct teachers *t, const evk_fit_source *source, const evk_run *run,
                      evk_error *err)
{
    const int64_t listed = (int64_t)evk_image_list_count(source->images);
    int64_t values;

    for (size_t i = 0; i < t->count; i++)
        t->outputs += evk_model_describe(t->list[i])->outputs;
    if (!evk_size_mul(listed, t->outputs, &values))
        return evk_fail(err, EVK_ENOMEM, "out of memory for responses");
    EVK_TRY(evk_alloc(&t->responses, values, sizeof(*t->responses), "responses", err));
    return evk_predict_list(t->list, t->count, source->images, source->resize, run, t->responses,
                            NULL, err);
}

/* Fails with the names of both teachers where neurons of these would have one name. */
static evk_status check_teachers(const struct evk_fitted_units *u, const struct teachers *t,
                                 evk_error *err)
{
    for (size_t i = 0; i < u->names.count; i++)
        for (size_t k = 0; k < i; k++)
            if (u->taught[i].teacher != u->taught[k].teacher &&
                strcmp(u->names.names[i], u->names.names[k]) == 0)
                return evk_fail(err, EVK_EFORMAT,
                                "%s and %s: neurons of both would be called '%s'; expected "
                                "teachers whose neurons have names of their own",
                                evk_model_describe(t->list[u->taught[k].teacher])->path,
                                evk_model_describe(t->list[u->taught[i].teacher])->path,
                                u->names.names[i]);
    return EVK_OK;
}

/* Names the neurons of all teachers, and says which do not respond to images. */
static evk_status name_taught(struct evk_fitted_units *u, const struct teachers *t,
                              const int64_t *image, evk_error *err)
{
    char name[EVK_NEURON_TEXT];
    int64_t n = 0;
    evk_status s;

    EVK_TRY(evk_alloc(&u->left_out, t->outputs, sizeof(*u->left_out), "units", err));
    EVK_TRY(evk_alloc(&u->taught, t->outputs, sizeof(*u->taught), "units", err));
    for (size_t i = 0; i < t->count; i++)
        for (int64_t o = 0; o < evk_model_describe(t->list[i])->outputs; o++) {
            taught_name(t->list[i], o, name);
            EVK_TRY(evk_names_add(&u->names, name, err));
            if (is_constant(t->responses + n, image, u->images, t->outputs))
                u->left_out[n] = "constant";
            u->taught[n++] = (struct evk_taught){i, o};
        }
    s = evk_unit_names_check(&u->names, err);
    return s == EVK_EFORMAT && check_teachers(u, t, err) ? EVK_EFORMAT : s;
}

static evk_status take_taught(struct evk_fitted_units *u, const struct teachers *t,
                              const int64_t *image, evk_error *err)
{
    EVK_TRY(name_taught(u, t, image, err));
    EVK_TRY(choose_usable(u, evk_model_describe(t->list[0])->path, err));
    for (int64_t k = 0; k < u->usable; k++)
        for (int64_t i = 0; i < u->images; i++) {
            u->y[k * u->images + i] = (double)t->responses[image[i] * t->outputs + u->unit[k]];
            u->count[k * u->images + i] = 1;
        }
    return EVK_OK;
}

evk_status evk_fitted_units_taught(struct evk_fitted_units *out, const evk_model *const *teachers,
                                   size_t teacher_count, const evk_fit_source *source,
                                   const int64_t *image, int64_t images, const evk_run *run,
                                   evk_error *err)
{
    struct teachers t = {.list = teachers, .count = teacher_count};
    evk_status s;

    *out = (struct evk_fitted_units){.images = images};
    s = ask(&t, source, run, err);
    if (!s)
        s = take_taught(out, &t, image, err);
    free(t.responses);
    return s;
}
