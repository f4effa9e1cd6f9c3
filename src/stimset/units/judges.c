/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.c - the judges of a table of units, and which of their outputs is which unit */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/units/units.h"

/* Gives a new judge outputs for all units, of which it scores none yet. */
static evk_status give_outputs(const struct evk_units *u, struct evk_unit_file *judge,
                               evk_error *err)
{
    if (judge->outputs)
        return EVK_OK;
    EVK_TRY(evk_alloc(&judge->outputs, (int64_t)u->count, sizeof(*judge->outputs), "judges", err));
    for (size_t i = 0; i < u->count; i++)
        judge->outputs[i] = -1;
    return EVK_OK;
}

/* What stands before the path of the judge that chooses which images of a unit are kept. */
static const char selection[] = "selection";

/* Returns the name that the text gives to its judge, NULL where none; *path moves behind it, and
   behind spaces. */
static const char *name_of(const char **path)
{
    const size_t n = sizeof(selection) - 1;

    if (strncmp(*path, selection, n) != 0 || (*path)[n] != '=')
        return NULL;
    *path += n + 1;
    *path += strspn(*path, " ");
    return selection;
}

/* Lets one judge score unit i. */
static evk_status add_judge(struct evk_units *u, size_t i, const char *path, const char *output,
                            const evk_model_options *options, evk_error *err)
{
    const struct evk_unit_row *r = &u->list[i];
    const char *name = name_of(&path);
    char neuron[EVK_NEURON_TEXT];
    size_t place;

    if (!path[0])
        return evk_unit_fail(u, r->row, err, EVK_EFORMAT,
                             "a judge of '%s' has no name, expected paths with semicolons between",
                             r->unit.name);
    EVK_TRY(evk_unit_file_find(u, &u->judges, r->row, path, name, options, &place, err));
    EVK_TRY(evk_unit_file_use(u, &u->judges, r->row, place, err));
    EVK_TRY(give_outputs(u, &u->judges.list[place], err));
    if (u->judges.list[place].outputs[i] >= 0)
        return evk_unit_fail(u, r->row, err, EVK_EFORMAT, "names the judge %s twice", path);
    evk_model_neuron(r->unit.model, r->unit.output, neuron);
    return evk_unit_output(u, r->row, u->judges.list[place].model, output, neuron,
                           &u->judges.list[place].outputs[i], err);
}

static evk_status add_judges(struct evk_units *u, size_t i, char *judges, char *outputs,
                             const evk_model_options *options, evk_error *err)
{
    char *path;

    while ((path = evk_unit_next_item(&judges)) != NULL)
        EVK_TRY(add_judge(u, i, path, evk_unit_next_item(&outputs), options, err));
    return EVK_OK;
}

/* Opens the judges of unit i. */
static evk_status read_judges(struct evk_units *u, size_t i, const evk_model_options *options,
                              evk_error *err)
{
    const size_t row = u->list[i].row;
    const char *judges = evk_unit_cell(u, row, EVK_UNIT_JUDGE);
    const char *outputs = evk_unit_cell(u, row, EVK_UNIT_JUDGE_OUTPUT);
    const size_t count = evk_unit_count_items(judges), given = evk_unit_count_items(outputs);
    char *paths, *texts = NULL;
    evk_status s;

    if (given && given != count)
        return evk_unit_fail(u, row, err, EVK_EFORMAT,
                             "judge has %zu models, but judge_output %zu outputs; expected one "
                             "for each, or none",
                             count, given);
    if (count == 0)
        return EVK_OK;
    EVK_TRY(evk_strdup(&paths, judges, err));
    s = given ? evk_strdup(&texts, outputs, err) : EVK_OK;
    if (!s)
        s = add_judges(u, i, paths, texts, options, err);
    free(paths);
    free(texts);
    return s;
}

evk_status evk_units_open_judges(struct evk_units *u, const evk_model_options *options,
                                 evk_error *err)
{
    evk_model_options o = options ? *options : (evk_model_options){0};

    o.channel_count = 0; /* judges score with their outputs, under their own names */
    o.names = NULL;
    for (size_t i = 0; i < u->count; i++)
        EVK_TRY(read_judges(u, i, &o, err));
    EVK_TRY(
        evk_alloc(&u->judge_list, (int64_t)u->judges.count, sizeof(*u->judge_list), "judges", err));
    for (size_t i = 0; i < u->judges.count; i++)
        u->judge_list[i] =
            (evk_judge_model){u->judges.list[i].model, u->judges.list[i].outputs, u->count};
    return EVK_OK;
}
