/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_table.c - SET/units.tsv: which unit is which neuron of the set */
#include "stimset/folder/unit_table.h"

#include <string.h>

#include "stimset/folder/unit_rows.h"
#include "stimset/record/set_file.h"
#include "stimset/units/units.h"

static const char key[] = "UnitTable";

/* ---- the description ------------------------------------------------------------------------- */

void evk_unit_table_describe(struct evk_json_writer *w, const evk_units *units)
{
    if (units)
        evk_json_put_text(w, evk_json_member(w->root, "StimulusSet"), key, EVK_SET_UNITS);
}

bool evk_description_has_units(const evk_json *description)
{
    return evk_json_get(evk_json_get(description, "StimulusSet"), key) != NULL;
}

int64_t evk_unit_images(const evk_units *units, const evk_model *model, int64_t output,
                        int64_t options)
{
    const struct evk_unit_row *r = evk_units_find(units, model, output);

    return r && r->unit.images >= 0 ? r->unit.images : options;
}

/* Put the numbers of images of the units of a target into the object of its model. */
static void put_numbers(struct evk_json_writer *w, evk_json *model, const char *name,
                        const evk_target *t, const evk_units *units)
{
    char neuron[EVK_NEURON_TEXT];
    evk_json *numbers = NULL;

    for (size_t i = 0; i < t->count; i++) {
        const int64_t images = evk_unit_images(units, t->model, t->outputs[i], -1);

        if (images < 0)
            continue;
        if (!numbers)
            numbers = evk_json_put_object(w, model, name);
        evk_json_put_int(w, numbers, evk_model_neuron(t->model, t->outputs[i], neuron), images);
    }
}

void evk_unit_table_describe_images(struct evk_json_writer *w, const evk_target *targets,
                                    size_t count, const evk_units *units, bool least)
{
    evk_json *models = evk_json_member(evk_json_member(w->root, "StimulusSet"), "Models");

    for (size_t t = 0; units && t < count; t++) {
        put_numbers(w, evk_json_element(models, t), "Keep", &targets[t], units);
        if (least)
            put_numbers(w, evk_json_element(models, t), "Least", &targets[t], units);
    }
}

/* ---- the table that is there ----------------------------------------------------------------- */

/* Read the table of the set; no rows where the set has none yet. */
static evk_status read_there(struct evk_unit_rows *t, const struct evk_dir *folder, evk_error *err)
{
    *t = (struct evk_unit_rows){.cells = NULL};
    return evk_set_file_has(folder, EVK_SET_UNITS) ? evk_unit_rows_read(t, folder, err) : EVK_OK;
}

/* Write the cells of a unit in the columns that the set writes. */
static void own_cells(const evk_unit *unit, char neuron[EVK_NEURON_TEXT],
                      const char *cells[EVK_UNIT_ROW_OWN])
{
    cells[EVK_UNIT_ROW_NAME] = unit->name;
    cells[EVK_UNIT_ROW_MODEL] = evk_model_describe(unit->model)->name;
    cells[EVK_UNIT_ROW_OUTPUT] = evk_model_neuron(unit->model, unit->output, neuron);
}

/* Look for a unit; *found: the table has its row.  EVK_EINVAL: as another neuron or unit. */
static evk_status find_unit(const struct evk_unit_rows *t, const evk_unit *unit, bool *found,
                            evk_error *err)
{
    char neuron[EVK_NEURON_TEXT];
    const char *cells[EVK_UNIT_ROW_OWN];

    *found = false;
    own_cells(unit, neuron, cells);
    for (int64_t i = 0; i < t->lines.count; i++) {
        const char *const *row = evk_unit_row_cells(t, i);
        const bool name = strcmp(row[0], cells[0]) == 0;
        const bool target = strcmp(row[1], cells[1]) == 0 && strcmp(row[2], cells[2]) == 0;

        if (name != target)
            return evk_fail(err, EVK_EINVAL,
                            "%s: unit '%s' is neuron %s:%s there, but '%s' is to be %s:%s; "
                            "expected the same, a new or an empty folder",
                            t->lines.path, row[0], row[1], row[2], cells[0], cells[1], cells[2]);
        *found = *found || name;
    }
    return EVK_OK;
}

evk_status evk_unit_table_check(const struct evk_dir *folder, const evk_json *there,
                                const evk_units *units, evk_error *err)
{
    struct evk_unit_rows t;
    evk_unit unit;
    evk_status s;
    bool found;

    if (!units || !evk_description_has_units(there))
        return EVK_OK;
    s = read_there(&t, folder, err);
    for (size_t i = 0; !s && evk_units_at(units, i, &unit); i++)
        s = find_unit(&t, &unit, &found, err);
    evk_unit_rows_release(&t);
    return s;
}

/* ---- the table as it will be ----------------------------------------------------------------- */

/* Is it a column that the set writes itself, or, by the table that is there, has already? */
static bool has_column(const struct evk_unit_rows *t, const char *name)
{
    for (int c = 0; c < EVK_UNIT_ROW_OWN; c++)
        if (strcmp(evk_unit_row_names[c], name) == 0)
            return true;
    return t->lines.count && evk_lines_find(&t->lines, name) >= 0;
}

static void put_cell(struct evk_str *out, const char *cell, bool first)
{
    evk_str_printf(out, "%s%s", first ? "" : "\t", cell && cell[0] ? cell : "n/a");
}

/* Append the columns that only the new table has: their names, or n/a. */
static void put_new_columns(const struct evk_unit_rows *t, const struct evk_table *table,
                            bool names, struct evk_str *out)
{
    for (size_t c = 0; c < table->columns; c++)
        if (!has_column(t, evk_table_name(table, c)))
            put_cell(out, names ? evk_table_name(table, c) : NULL, false);
    evk_str_puts(out, "\n");
}

/* Append the line of names, and the rows that are there. */
static void put_there(const struct evk_unit_rows *t, const struct evk_table *table,
                      struct evk_str *out)
{
    const bool any = t->lines.count > 0;
    const int64_t columns = any ? t->lines.columns : EVK_UNIT_ROW_OWN;

    for (int64_t c = 0; c < columns; c++)
        put_cell(out, any ? t->lines.names[c] : evk_unit_row_names[c], c == 0);
    put_new_columns(t, table, true, out);
    for (int64_t i = 0; i < t->lines.count; i++) {
        for (int64_t c = 0; c < columns; c++)
            put_cell(out, evk_unit_row_cells(t, i)[c], c == 0);
        put_new_columns(t, table, false, out);
    }
}

/* Append the row of a unit that is not there. */
static void put_unit(const struct evk_unit_rows *t, const evk_units *u,
                     const struct evk_unit_row *r, struct evk_str *out)
{
    char neuron[EVK_NEURON_TEXT];
    const char *cells[EVK_UNIT_ROW_OWN];

    own_cells(&r->unit, neuron, cells);
    for (int c = 0; c < EVK_UNIT_ROW_OWN; c++)
        put_cell(out, cells[c], c == 0);
    for (int64_t c = EVK_UNIT_ROW_OWN; t->lines.count && c < t->lines.columns; c++)
        put_cell(out,
                 evk_table_cell(&u->table, r->row, evk_table_find(&u->table, t->lines.names[c])),
                 false);
    for (size_t c = 0; c < u->table.columns; c++)
        if (!has_column(t, evk_table_name(&u->table, c)))
            put_cell(out, evk_table_cell(&u->table, r->row, c), false);
    evk_str_puts(out, "\n");
}

static evk_status put_table(const struct evk_unit_rows *t, const evk_units *units,
                            struct evk_str *out, evk_error *err)
{
    bool found;

    put_there(t, &units->table, out);
    for (size_t i = 0; i < units->count; i++) {
        EVK_TRY(find_unit(t, &units->list[i].unit, &found, err));
        if (!found)
            put_unit(t, units, &units->list[i], out);
    }
    return evk_str_check(out, err);
}

evk_status evk_unit_table_write(const struct evk_dir *folder, const evk_units *units,
                                evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_unit_rows t;
    evk_status s = read_there(&t, folder, err);

    if (!s)
        s = put_table(&t, units, &text, err);
    evk_unit_rows_release(&t);
    if (!s)
        s = evk_dir_write(folder, EVK_SET_UNITS, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}
