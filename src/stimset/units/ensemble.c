/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ensemble.c - several models of one unit, as an ensemble of the unit's name */
#include "model/ensemble.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "stimset/units/units.h"

/* A model of the unit: a place among the models of the table, and an output. */
struct part {
    size_t place;
    int64_t output;
};

/* The models of a unit, as far as they are found. */
struct parts {
    struct part *list; /* (count); owned */
    size_t count;
};

/* ---- the models ------------------------------------------------------------------------------ */

static evk_status find_part(struct evk_units *u, const struct evk_unit_row *r, const char *path,
                            const char *output, const evk_model_options *options,
                            struct parts *parts, evk_error *err)
{
    struct part *p = &parts->list[parts->count];

    if (!path[0])
        return evk_unit_fail(u, r->row, err, EVK_EFORMAT,
                             "a model of '%s' has no name, expected paths with semicolons between",
                             r->unit.name);
    EVK_TRY(evk_unit_file_find(u, &u->models, r->row, path, NULL, options, &p->place, err));
    EVK_TRY(
        evk_unit_output(u, r->row, u->models.list[p->place].model, output, NULL, &p->output, err));
    for (size_t i = 0; i < parts->count; i++)
        if (parts->list[i].place == p->place && parts->list[i].output == p->output)
            return evk_unit_fail(u, r->row, err, EVK_EFORMAT, "names the model %s twice", path);
    parts->count++;
    return EVK_OK;
}

static evk_status find_parts(struct evk_units *u, const struct evk_unit_row *r, char *models,
                             char *outputs, const evk_model_options *options, struct parts *parts,
                             evk_error *err)
{
    char *path;

    while ((path = evk_unit_next_item(&models)) != NULL)
        EVK_TRY(find_part(u, r, path, evk_unit_next_item(&outputs), options, parts, err));
    return EVK_OK;
}

/* Finds the models that the cells of a row list, and their outputs: one for each, or none. */
static evk_status read_parts(struct evk_units *u, const struct evk_unit_row *r,
                             const evk_model_options *options, struct parts *parts, evk_error *err)
{
    const char *models = evk_unit_cell(u, r->row, EVK_UNIT_MODEL);
    const char *outputs = evk_unit_cell(u, r->row, EVK_UNIT_OUTPUT);
    const bool given = evk_unit_count_items(outputs) > 0;
    char *paths, *texts = NULL;
    evk_status s;

    EVK_TRY(evk_alloc(&parts->list, (int64_t)evk_unit_count_items(models), sizeof(*parts->list),
                      "models", err));
    EVK_TRY(evk_strdup(&paths, models, err));
    s = given ? evk_strdup(&texts, outputs, err) : EVK_OK;
    if (!s)
        s = find_parts(u, r, paths, texts, options, parts, err);
    free(paths);
    free(texts);
    return s;
}

/* ---- the ensemble ---------------------------------------------------------------------------- */

/* Appends "UNIT=FILE,FILE:NEURON", as --ensemble would have it beside the files. */
static void put_text(const struct evk_units *u, const char *unit, const struct parts *parts,
                     struct evk_str *text)
{
    char neuron[EVK_NEURON_TEXT];

    evk_str_puts(text, unit);
    for (size_t i = 0; i < parts->count; i++) {
        const evk_model *m = u->models.list[parts->list[i].place].model;

        evk_str_printf(text, "%s%s", i ? "," : "=", evk_base_name(evk_model_describe(m)->path));
        if (evk_model_describe(m)->outputs > 1)
            evk_str_printf(text, ":%s", evk_model_neuron(m, parts->list[i].output, neuron));
    }
}

static evk_status fill(evk_model *ensemble, const struct evk_units *u, const struct parts *parts,
                       evk_error *err)
{
    for (size_t i = 0; i < parts->count; i++)
        EVK_TRY(evk_ensemble_borrow(ensemble, u->models.list[parts->list[i].place].model,
                                    &parts->list[i].output, 1, err));
    return evk_ensemble_finish(ensemble, err);
}

static evk_status make(evk_model **out, const struct evk_units *u, const char *unit,
                       const struct parts *parts, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_model *ensemble = NULL;
    evk_status s;

    put_text(u, unit, parts, &text);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_ensemble_new(&ensemble, text.data, unit, "ensemble", err);
    if (!s)
        s = fill(ensemble, u, parts, err);
    evk_str_release(&text);
    if (s)
        evk_model_free(ensemble);
    else
        *out = ensemble;
    return s;
}

/* Makes the ensemble of a unit's models, and adds it to the models of the table. */
static evk_status add_ensemble(struct evk_units *u, const struct evk_unit_row *r,
                               const struct parts *parts, evk_error *err)
{
    evk_model *ensemble;
    evk_status s = make(&ensemble, u, r->unit.name, parts, err);

    if (s)
        return evk_wrap(err, s, "%s: line %lld: unit '%s'", u->table.path,
                        (long long)u->table.line[r->row + 1], r->unit.name);
    s = evk_unit_file_add(&u->models, ensemble, NULL, NULL, err);
    if (s)
        evk_model_free(ensemble);
    return s;
}

evk_status evk_unit_open_ensemble(struct evk_units *u, struct evk_unit_row *r,
                                  const evk_model_options *options, size_t *place, evk_error *err)
{
    struct parts parts = {NULL, 0};
    evk_status s = read_parts(u, r, options, &parts, err);

    if (!s)
        s = add_ensemble(u, r, &parts, err);
    free(parts.list);
    EVK_TRY(s);
    *place = u->models.count - 1;
    r->unit.output = 0;
    return evk_unit_file_use(u, &u->models, r->row, *place, err);
}
