/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - a table of units, read: which rows are used, what they are called, how many images */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/near.h"
#include "base/num.h"
#include "base/path.h"
#include "base/shown.h"
#include "model/neurons.h"
#include "stimset/units/units.h"

static const char *const names[] = {
    [EVK_UNIT_NAME] = "unit",     [EVK_UNIT_MODEL] = "model",
    [EVK_UNIT_OUTPUT] = "output", [EVK_UNIT_IMAGES] = "images",
    [EVK_UNIT_JUDGE] = "judge",   [EVK_UNIT_JUDGE_OUTPUT] = "judge_output",
    [EVK_UNIT_KEEP] = "keep",     [EVK_UNIT_COLUMNS] = NULL};

const char *evk_unit_cell(const struct evk_units *u, size_t row, enum evk_unit_column column)
{
    return evk_table_cell(&u->table, row, u->column[column]);
}

/* ---- columns --------------------------------------------------------------------------------- */

static evk_status no_unit(const struct evk_units *u, evk_error *err)
{
    struct evk_near near = evk_near_begin(names[EVK_UNIT_NAME], strlen(names[EVK_UNIT_NAME]));
    char hint[EVK_NEAR_HINT];

    for (size_t c = 0; c < u->table.columns; c++)
        evk_near_offer(&near, evk_table_name(&u->table, c));
    return evk_fail(err, EVK_EFORMAT,
                    "%s: line %lld: has no column unit, which names the units; expected columns "
                    "such as unit, model, output, images%s",
                    u->table.path, (long long)u->table.line[0], evk_near_hint(&near, "", hint));
}

/* Fails where a column is one that evoke reads but for capitals, or cannot be in a table. */
static evk_status check_column(const struct evk_units *u, size_t column, evk_error *err)
{
    const char *name = evk_table_name(&u->table, column);

    for (int c = 0; c < EVK_UNIT_COLUMNS; c++)
        if (strcasecmp(name, names[c]) == 0 && strcmp(name, names[c]) != 0)
            return evk_fail(err, EVK_EFORMAT, "%s: line %lld: column '%s' is written %s",
                            u->table.path, (long long)u->table.line[0], name, names[c]);
    if (!evk_fits_table(name))
        return evk_fail(err, EVK_EFORMAT,
                        "%s: line %lld: the name of column %zu begins with a quote, or has a "
                        "control or invisible character",
                        u->table.path, (long long)u->table.line[0], column + 1);
    return EVK_OK;
}

static evk_status find_columns(struct evk_units *u, evk_error *err)
{
    for (size_t c = 0; c < u->table.columns; c++)
        EVK_TRY(check_column(u, c, err));
    for (int c = 0; c < EVK_UNIT_COLUMNS; c++)
        u->column[c] = evk_table_find(&u->table, names[c]);
    return u->column[EVK_UNIT_NAME] < u->table.columns ? EVK_OK : no_unit(u, err);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Reads a cell of the column keep; a table without the column keeps all rows. */
static evk_status read_keep(const struct evk_units *u, size_t row, bool *keep, evk_error *err)
{
    static const char *const yes[] = {"true", "yes", "1", "1.0", NULL};
    static const char *const no[] = {"false", "no", "0", "0.0", NULL};
    const char *cell = evk_unit_cell(u, row, EVK_UNIT_KEEP);
    bool left_out = false;

    *keep = cell == NULL;
    for (size_t i = 0; cell && yes[i] && !*keep && !left_out; i++) {
        *keep = strcasecmp(cell, yes[i]) == 0;
        left_out = strcasecmp(cell, no[i]) == 0;
    }
    if (*keep || left_out)
        return EVK_OK;
    return evk_unit_fail(u, row, err, EVK_EFORMAT,
                         "keep is '%s', expected TRUE or FALSE, yes or no, 1 or 0", cell);
}

/* Reads a cell of the column images: -1 where it is empty. */
static evk_status read_images(const struct evk_units *u, size_t row, int64_t *images,
                              evk_error *err)
{
    const char *cell = evk_unit_cell(u, row, EVK_UNIT_IMAGES);
    double number;

    *images = -1;
    if (evk_is_missing(cell))
        return EVK_OK;
    /* programs write whole numbers as 4.0 where a column has empty cells */
    if (!evk_parse_real(cell, &number) || !(number >= 0) || number > 32767 ||
        number != (double)(int64_t)number)
        return evk_unit_fail(u, row, err, EVK_EFORMAT,
                             "images is '%s', expected a whole number from 0 to 32767", cell);
    *images = (int64_t)number;
    return EVK_OK;
}

static evk_status check_name(const struct evk_units *u, size_t row, evk_error *err)
{
    const char *name = evk_unit_cell(u, row, EVK_UNIT_NAME);
    evk_error why = {EVK_OK, ""};

    if (evk_neuron_check_name(name, &why))
        return evk_unit_fail(u, row, err, EVK_EFORMAT, "unit '%.64s' cannot be a name: %s", name,
                             why.msg);
    for (size_t i = 0; i < u->count; i++)
        if (strcmp(u->list[i].unit.name, name) == 0)
            return evk_unit_fail(u, row, err, EVK_EFORMAT,
                                 "unit '%s' is on line %lld, too; expected each unit once, or "
                                 "FALSE in the column keep of the others",
                                 name, (long long)u->table.line[u->list[i].row + 1]);
    return EVK_OK;
}

/* Fails where a cell cannot stand in the table of a set. */
static evk_status check_cells(const struct evk_units *u, size_t row, evk_error *err)
{
    for (size_t c = 0; c < u->table.columns; c++)
        if (!evk_fits_table(evk_table_cell(&u->table, row, c)))
            return evk_unit_fail(u, row, err, EVK_EFORMAT,
                                 "the cell of column '%s' begins with a quote, or has a tab, a "
                                 "line end, or a control or invisible character",
                                 evk_table_name(&u->table, c));
    return EVK_OK;
}

static evk_status take_row(struct evk_units *u, size_t row, evk_error *err)
{
    int64_t images;
    bool keep;

    EVK_TRY(read_keep(u, row, &keep, err));
    EVK_TRY(read_images(u, row, &images, err));
    if (!keep || images == 0)
        return EVK_OK;
    EVK_TRY(check_name(u, row, err));
    EVK_TRY(check_cells(u, row, err));
    u->list[u->count++] = (struct evk_unit_row){
        .unit = {evk_unit_cell(u, row, EVK_UNIT_NAME), NULL, -1, images}, .row = row};
    return EVK_OK;
}

evk_status evk_units_read(struct evk_units *u, const char *path, evk_error *err)
{
    EVK_TRY(evk_path_parent(&u->folder, path, err));
    EVK_TRY(evk_table_read(&u->table, path, err));
    EVK_TRY(find_columns(u, err));
    EVK_TRY(evk_alloc(&u->list, (int64_t)u->table.rows, sizeof(*u->list), "units", err));
    for (size_t row = 0; row < u->table.rows; row++)
        EVK_TRY(take_row(u, row, err));
    if (u->count)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "%s: leaves out every unit, by FALSE in the column keep or 0 in images",
                    u->table.path);
}
