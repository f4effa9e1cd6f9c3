/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.c - the model files of a table of units, each opened once, and which output is which unit */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "model/model.h"
#include "stimset/units/units.h"

/* ---- files ----------------------------------------------------------------------------------- */

/* Was the model of a file given this name, or none where name is NULL? */
static bool has_name(const struct evk_unit_file *file, const char *name)
{
    return name ? file->name && strcmp(file->name, name) == 0 : !file->name;
}

/* Returns the place of a model that is open under the name; files->count where it is not. */
static size_t find_open(const struct evk_unit_files *files, const char *absolute, const char *name)
{
    size_t i = 0;

    while (i < files->count &&
           !(absolute && files->list[i].path && strcmp(files->list[i].path, absolute) == 0 &&
             has_name(&files->list[i], name)))
        i++;
    return i;
}

evk_status evk_unit_file_add(struct evk_unit_files *files, evk_model *model, char *absolute,
                             const char *name, evk_error *err)
{
    struct evk_unit_file *more = realloc(files->list, (files->count + 1) * sizeof(*more));

    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for %zu models", files->count + 1);
    files->list = more;
    more[files->count++] = (struct evk_unit_file){
        .path = absolute, .name = name, .own = model, .model = model, .used = false};
    return EVK_OK;
}

static evk_status give_name(evk_model *model, const char *name, evk_error *err)
{
    char *copy;

    if (!name)
        return EVK_OK;
    EVK_TRY(evk_strdup(&copy, name, err));
    evk_model_rename(model, copy);
    return EVK_OK;
}

/* Opens a model and adds it to the files, which own it and its absolute path from then on. */
static evk_status open_file(struct evk_unit_files *files, const char *path, char *absolute,
                            const char *name, const evk_model_options *options, evk_error *err)
{
    evk_model *model;
    evk_status s;

    EVK_TRY(evk_model_open(&model, path, options, err));
    s = give_name(model, name, err);
    if (!s)
        s = evk_unit_file_add(files, model, absolute, name, err);
    if (s)
        evk_model_free(model);
    return s;
}

evk_status evk_unit_file_find(const struct evk_units *u, struct evk_unit_files *files, size_t row,
                              const char *path, const char *name, const evk_model_options *options,
                              size_t *place, evk_error *err)
{
    char *whole, *absolute;
    evk_status s;

    if (path[0] == '/' || strcmp(u->folder, ".") == 0)
        EVK_TRY(evk_strdup(&whole, path, err));
    else
        EVK_TRY(evk_path_join(&whole, u->folder, path, err));
    absolute = evk_fs_absolute(whole);
    *place = find_open(files, absolute, name);
    s = *place < files->count ? EVK_OK : open_file(files, whole, absolute, name, options, err);
    if (s || files->list[*place].path != absolute)
        free(absolute);
    free(whole);
    if (s == EVK_ENOMEM || !s)
        return s;
    return evk_wrap(err, s, "%s: line %lld", u->table.path, (long long)u->table.line[row + 1]);
}

/*
 * Fails where a model in use has the name of the one at a place, which tables could not tell from it.
 * Models may be given the same name where they are of different units.
 */
static evk_status check_name(const struct evk_unit_files *files, size_t place, evk_error *err)
{
    const struct evk_unit_file *file = &files->list[place];

    EVK_TRY(evk_models_check_names(&file->model, 1, err));
    for (size_t i = 0; i < files->count; i++) {
        const evk_model *const pair[] = {files->list[i].model, file->model};

        if (files->list[i].used && !(file->name && has_name(&files->list[i], file->name)))
            EVK_TRY(evk_models_check_names(pair, 2, err));
    }
    return EVK_OK;
}

evk_status evk_unit_file_use(const struct evk_units *u, struct evk_unit_files *files, size_t row,
                             size_t place, evk_error *err)
{
    evk_status s;

    if (files->list[place].used)
        return EVK_OK;
    s = check_name(files, place, err);
    if (s)
        return evk_wrap(err, s, "%s: line %lld", u->table.path, (long long)u->table.line[row + 1]);
    files->list[place].used = true;
    return EVK_OK;
}

/* ---- outputs --------------------------------------------------------------------------------- */

/* Returns the output of the model that has this name; -1 where there is none, or it is a number. */
static int64_t named(const evk_model *model, const char *name)
{
    int64_t output;

    if (!name || !name[strspn(name, "0123456789")] ||
        evk_model_find_neuron(model, name, &output, NULL))
        return -1;
    return output;
}

/* Returns the text of a cell; a whole number as programs write it beside empty cells, 4.0, as 4. */
static const char *without_point(const char *cell, char text[EVK_NEURON_TEXT])
{
    const size_t digits = strspn(cell, "0123456789");

    if (digits == 0 || digits >= EVK_NEURON_TEXT || strcmp(cell + digits, ".0") != 0)
        return cell;
    snprintf(text, EVK_NEURON_TEXT, "%.*s", (int)digits, cell);
    return text;
}

static evk_status no_output(const struct evk_units *u, size_t row, const evk_model *model,
                            evk_error *err)
{
    const evk_model_info *info = evk_model_describe(model);

    return evk_unit_fail(u, row, err, EVK_EINVAL,
                         "%s has %lld outputs, and none is called '%s'; expected an output of it "
                         "for this unit, by name or number",
                         info->path, (long long)info->outputs,
                         evk_unit_cell(u, row, EVK_UNIT_NAME));
}

/* Finds the output that the table leaves open: the one of the name, or the only one. */
static evk_status find_unsaid(const struct evk_units *u, size_t row, const evk_model *model,
                              int64_t expected, bool judge, int64_t *output, evk_error *err)
{
    char only[EVK_NEURON_TEXT];

    *output = expected;
    if (expected >= 0)
        return EVK_OK;
    *output = 0;
    if (evk_model_describe(model)->outputs == 1 &&
        (!judge || named(model, evk_model_neuron(model, 0, only)) < 0))
        return EVK_OK;
    return no_output(u, row, model, err);
}

evk_status evk_unit_output(const struct evk_units *u, size_t row, const evk_model *model,
                           const char *cell, const char *neuron, int64_t *output, evk_error *err)
{
    const char *unit = evk_unit_cell(u, row, EVK_UNIT_NAME);
    const char *path = evk_model_describe(model)->path;
    char number[EVK_NEURON_TEXT], said[EVK_NEURON_TEXT], own[EVK_NEURON_TEXT];
    int64_t expected = named(model, unit);
    evk_error why = {EVK_OK, ""};

    if (expected < 0)
        expected = named(model, neuron);
    if (evk_is_missing(cell))
        return find_unsaid(u, row, model, expected, neuron != NULL, output, err);
    if (evk_model_find_neuron(model, without_point(cell, number), output, &why))
        return evk_unit_fail(u, row, err, EVK_EINVAL, "%s", why.msg);
    if (expected < 0 || expected == *output)
        return EVK_OK;
    return evk_unit_fail(u, row, err, EVK_EINVAL,
                         "unit '%s' is paired with output %s of %s, which has a neuron '%s'; "
                         "expected that one, or another name for the unit",
                         unit, evk_model_neuron(model, *output, said), path,
                         evk_model_neuron(model, expected, own));
}
