/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - a table of units, opened: the neurons that it asks for, by model */
#include "stimset/units/units.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/mem.h"
#include "model/model.h"

static void files_release(struct evk_unit_files *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->list[i].path);
        free(f->list[i].outputs);
        evk_model_free(f->list[i].own);
    }
    free(f->list);
}

void evk_units_free(evk_units *u)
{
    if (!u)
        return;
    files_release(&u->models);
    files_release(&u->judges);
    evk_table_release(&u->table);
    free(u->folder);
    free(u->list);
    free(u->targets);
    free(u->judge_list);
    free(u);
}

/* ---- models ---------------------------------------------------------------------------------- */

/* Begins the list of files with the models that the caller has opened. */
static evk_status take_models(struct evk_units *u, const evk_model *const *models, size_t count,
                              evk_error *err)
{
    EVK_TRY(evk_alloc(&u->models.list, (int64_t)count, sizeof(*u->models.list), "models", err));
    u->models.count = count;
    for (size_t i = 0; i < count; i++)
        u->models.list[i] =
            (struct evk_unit_file){.path = evk_fs_absolute(evk_model_describe(models[i])->path),
                                   .model = models[i],
                                   .used = true};
    return EVK_OK;
}

/* Finds the model of a unit that has one, and its output. */
static evk_status find_one(struct evk_units *u, struct evk_unit_row *r, const char *path,
                           const evk_model_options *options, evk_error *err)
{
    EVK_TRY(evk_unit_file_find(u, &u->models, r->row, path, NULL, options, &r->target, err));
    return evk_unit_file_use(u, &u->models, r->row, r->target, err);
}

/* Finds the model of a unit, which is one of the files; given: models that the caller opened. */
static evk_status find_model(struct evk_units *u, struct evk_unit_row *r, size_t given,
                             const evk_model_options *options, evk_error *err)
{
    const char *path = evk_unit_cell(u, r->row, EVK_UNIT_MODEL);

    if (!evk_is_missing(path))
        return find_one(u, r, path, options, err);
    r->target = 0;
    if (given == 1)
        return EVK_OK;
    return evk_unit_fail(u, r->row, err, EVK_EINVAL,
                         "unit '%s' has no model, and %zu are given beside the table; expected a "
                         "path in the column model, or one model beside the table",
                         r->unit.name, given);
}

/* Finds the model of a unit and its output. */
static evk_status find_neuron(struct evk_units *u, struct evk_unit_row *r, size_t given,
                              const evk_model_options *options, evk_error *err)
{
    const size_t models = evk_unit_count_items(evk_unit_cell(u, r->row, EVK_UNIT_MODEL));
    const char *output = evk_unit_cell(u, r->row, EVK_UNIT_OUTPUT);
    const size_t outputs = evk_unit_count_items(output);

    if (outputs > 0 && outputs != (models > 1 ? models : 1))
        return evk_unit_fail(u, r->row, err, EVK_EFORMAT,
                             "model has %zu model%s, but output %zu output%s; expected one for "
                             "each, or none",
                             models, models == 1 ? "" : "s", outputs, outputs == 1 ? "" : "s");
    if (models > 1)
        return evk_unit_open_ensemble(u, r, options, &r->target, err);
    EVK_TRY(find_model(u, r, given, options, err));
    return evk_unit_output(u, r->row, u->models.list[r->target].model, output, NULL,
                           &r->unit.output, err);
}

/* Has an ensemble of one neuron this member? */
static bool has_member(const evk_model *ensemble, const struct evk_member *m)
{
    for (int64_t i = 0; i < ensemble->member_count; i++)
        if (ensemble->members[i].model == m->model &&
            ensemble->members[i].output[0] == m->output[0])
            return true;
    return false;
}

/* Are two ensembles of the same networks and outputs?  In another order they are, too. */
static bool is_same_ensemble(const evk_model *a, const evk_model *b)
{
    if (a->member_count != b->member_count || strcmp(a->sha256, b->sha256) == 0)
        return a->member_count == b->member_count;
    for (int64_t i = 0; i < a->member_count; i++)
        if (!has_member(b, &a->members[i]))
            return false;
    return true;
}

/* Are two units one neuron? */
static bool is_same_neuron(const struct evk_units *u, const struct evk_unit_row *a,
                           const struct evk_unit_row *b)
{
    const bool ensembles = !u->models.list[a->target].path && !u->models.list[b->target].path;

    if (a->unit.output != b->unit.output)
        return false;
    return a->unit.model == b->unit.model ||
           (ensembles && is_same_ensemble(a->unit.model, b->unit.model));
}

/* Fails where unit i is of the neuron of an earlier one. */
static evk_status check_alone(const struct evk_units *u, size_t i, evk_error *err)
{
    const struct evk_unit_row *r = &u->list[i];
    char neuron[EVK_NEURON_TEXT];

    for (size_t k = 0; k < i; k++)
        if (is_same_neuron(u, &u->list[k], r))
            return evk_unit_fail(u, r->row, err, EVK_EFORMAT,
                                 "output %s of %s is unit '%s', and on line %lld unit '%s'; "
                                 "expected one unit for each output",
                                 evk_model_neuron(r->unit.model, r->unit.output, neuron),
                                 evk_model_describe(r->unit.model)->path, r->unit.name,
                                 (long long)u->table.line[u->list[k].row + 1],
                                 u->list[k].unit.name);
    return EVK_OK;
}

static evk_status find_neurons(struct evk_units *u, size_t given, const evk_model_options *options,
                               evk_error *err)
{
    for (size_t i = 0; i < u->count; i++) {
        struct evk_unit_row *r = &u->list[i];

        EVK_TRY(find_neuron(u, r, given, options, err));
        r->unit.model = u->models.list[r->target].model;
        EVK_TRY(check_alone(u, i, err));
    }
    return EVK_OK;
}

/* ---- targets --------------------------------------------------------------------------------- */

/* Numbers the models that have units by their first rows, and writes the numbers into the units. */
static evk_status number_targets(struct evk_units *u, evk_error *err)
{
    size_t *number; /* (models) of the target; 0: none yet, counted from 1 */

    EVK_TRY(evk_alloc(&number, (int64_t)u->models.count, sizeof(*number), "models", err));
    for (size_t i = 0; i < u->count; i++) {
        size_t *n = &number[u->list[i].target];

        if (!*n)
            *n = ++u->target_count;
        u->list[i].target = *n - 1;
    }
    free(number);
    return EVK_OK;
}

static int by_target(const void *a, const void *b)
{
    const struct evk_unit_row *x = a, *y = b;

    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static struct evk_unit_file *file_of(const struct evk_units *u, const evk_model *model)
{
    struct evk_unit_file *f = u->models.list;

    while (f->model != model)
        f++;
    return f;
}

/* Makes the targets of units that are in the order of their targets. */
static evk_status list_targets(struct evk_units *u, evk_error *err)
{
    EVK_TRY(evk_alloc(&u->targets, (int64_t)u->target_count, sizeof(*u->targets), "models", err));
    for (size_t i = 0; i < u->count; i++) {
        const struct evk_unit_row *r = &u->list[i];
        struct evk_unit_file *f = file_of(u, r->unit.model);
        evk_target *t = &u->targets[r->target];

        if (!f->outputs)
            EVK_TRY(evk_alloc(&f->outputs, (int64_t)u->count, sizeof(*f->outputs), "units", err));
        f->outputs[t->count] = r->unit.output;
        *t = (evk_target){r->unit.model, f->outputs, t->count + 1};
    }
    return EVK_OK;
}

static evk_status open_units(struct evk_units *u, const char *path, const evk_model *const *models,
                             size_t count, const evk_model_options *options, evk_error *err)
{
    EVK_TRY(evk_units_read(u, path, err));
    EVK_TRY(take_models(u, models, count, err));
    EVK_TRY(find_neurons(u, count, options, err));
    EVK_TRY(number_targets(u, err));
    qsort(u->list, u->count, sizeof(*u->list), by_target);
    EVK_TRY(list_targets(u, err));
    return evk_units_open_judges(u, options, err);
}

evk_status evk_units_open(evk_units **out, const char *path, const evk_model *const *models,
                          size_t count, const evk_model_options *options, evk_error *err)
{
    EVK_ENTER();
    struct evk_units *u;
    evk_status s;

    EVK_TRY(evk_alloc(&u, 1, sizeof(*u), "units", err));
    s = open_units(u, path, models, count, options, err);
    if (s)
        evk_units_free(u);
    else
        *out = u;
    return s;
}

/* ---- what was opened ------------------------------------------------------------------------- */

const evk_target *evk_units_targets(const evk_units *u, size_t *count)
{
    *count = u->target_count;
    return u->targets;
}

const evk_judge_model *evk_units_judges(const evk_units *u, size_t *count)
{
    *count = u->judges.count;
    return u->judges.count ? u->judge_list : NULL;
}

evk_model *evk_units_model(const evk_units *u, size_t i)
{
    for (size_t k = 0; u && k < u->models.count; k++)
        if (u->models.list[k].own && u->models.list[k].used && i-- == 0)
            return u->models.list[k].own;
    return NULL;
}

bool evk_units_at(const evk_units *u, size_t i, evk_unit *out)
{
    if (i >= u->count)
        return false;
    *out = u->list[i].unit;
    return true;
}

const struct evk_unit_row *evk_units_find(const struct evk_units *u, const evk_model *model,
                                          int64_t output)
{
    for (size_t i = 0; u && i < u->count; i++)
        if (u->list[i].unit.model == model && u->list[i].unit.output == output)
            return &u->list[i];
    return NULL;
}
