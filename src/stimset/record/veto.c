/* SPDX-License-Identifier: GPL-3.0-or-later */
/* veto.c - veto.tsv: images of sets that somebody looked at and does not want to be shown */
#include "stimset/record/veto.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/shown.h"

/* Begins a sentence about row i of the table. */
#define AT          "%s: line %lld: "
#define WHERE(v, i) (v)->table.path, (long long)(v)->table.line[(i) + 1]

static const char *cell_of(const struct evk_vetoes *v, size_t row, size_t column)
{
    return evk_table_cell(&v->table, row, column);
}

/* ---- reading --------------------------------------------------------------------------------- */

static evk_status find_column(const struct evk_vetoes *v, const char *name, size_t *column,
                              evk_error *err)
{
    struct evk_near near = evk_near_begin(name, strlen(name));
    char hint[EVK_NEAR_HINT];

    *column = evk_table_find(&v->table, name);
    if (*column < v->table.columns)
        return EVK_OK;
    for (size_t c = 0; c < v->table.columns; c++)
        evk_near_offer(&near, evk_table_name(&v->table, c));
    return evk_fail(err, EVK_EFORMAT,
                    "%s: line %lld: has no column %s; expected the columns set, stimulus_id and "
                    "reason%s",
                    v->table.path, (long long)v->table.line[0], name,
                    evk_near_hint(&near, "", hint));
}

static evk_status check_cell(const struct evk_vetoes *v, size_t row, size_t column, bool may_miss,
                             evk_error *err)
{
    const char *cell = cell_of(v, row, column), *name = evk_table_name(&v->table, column);

    if (!may_miss && evk_is_missing(cell))
        return evk_fail(err, EVK_EFORMAT, AT "the cell of the column %s is empty", WHERE(v, row),
                        name);
    if (!evk_fits_table(cell))
        return evk_fail(err, EVK_EFORMAT,
                        AT "the cell of the column %s begins with a quote, or has a line end, or a "
                           "control or invisible character",
                        WHERE(v, row), name);
    return EVK_OK;
}

static int compare_images(const void *x, const void *y)
{
    const struct evk_veto *a = x, *b = y;
    const int by_set = strcmp(a->set, b->set);

    return by_set ? by_set : strcmp(a->stimulus_id, b->stimulus_id);
}

/* Orders by image, and rows of one image as they are in the table. */
static int compare_rows(const void *x, const void *y)
{
    const struct evk_veto *a = x, *b = y;
    const int by_image = compare_images(a, b);

    return by_image ? by_image : (a->row > b->row) - (a->row < b->row);
}

static evk_status sort_rows(struct evk_vetoes *v, evk_error *err)
{
    const size_t rows = v->table.rows;

    EVK_TRY(evk_alloc(&v->sorted, (int64_t)rows, sizeof(*v->sorted), "a table of vetoes", err));
    for (size_t i = 0; i < rows; i++)
        v->sorted[i] = (struct evk_veto){cell_of(v, i, v->set), cell_of(v, i, v->stimulus_id), i};
    qsort(v->sorted, rows, sizeof(*v->sorted), compare_rows);
    for (size_t i = 1; i < rows; i++)
        if (compare_images(&v->sorted[i - 1], &v->sorted[i]) == 0)
            return evk_fail(err, EVK_EFORMAT,
                            AT "%s of the set %s is vetoed twice, first on line %lld",
                            WHERE(v, v->sorted[i].row), v->sorted[i].stimulus_id, v->sorted[i].set,
                            (long long)v->table.line[v->sorted[i - 1].row + 1]);
    return EVK_OK;
}

static evk_status read_rows(struct evk_vetoes *v, evk_error *err)
{
    EVK_TRY(find_column(v, "set", &v->set, err));
    EVK_TRY(find_column(v, "stimulus_id", &v->stimulus_id, err));
    EVK_TRY(find_column(v, "reason", &v->reason, err));
    for (size_t i = 0; i < v->table.rows; i++) {
        EVK_TRY(check_cell(v, i, v->set, false, err));
        EVK_TRY(check_cell(v, i, v->stimulus_id, false, err));
        EVK_TRY(check_cell(v, i, v->reason, true, err));
    }
    return sort_rows(v, err);
}

evk_status evk_vetoes_read(struct evk_vetoes *out, const char *path, evk_error *err)
{
    evk_status s;

    *out = (struct evk_vetoes){.sorted = NULL};
    EVK_TRY(evk_table_read_any(&out->table, path, err));
    s = read_rows(out, err);
    if (s)
        evk_vetoes_release(out);
    return s;
}

void evk_vetoes_release(struct evk_vetoes *v)
{
    evk_table_release(&v->table);
    free(v->sorted);
    *v = (struct evk_vetoes){.sorted = NULL};
}

/* ---- use ------------------------------------------------------------------------------------- */

int64_t evk_vetoes_find(const struct evk_vetoes *v, const char *set, const char *stimulus_id)
{
    const struct evk_veto key = {set, stimulus_id, 0}, *found = NULL;

    if (v->table.rows)
        found = bsearch(&key, v->sorted, v->table.rows, sizeof(key), compare_images);
    return found ? (int64_t)found->row : -1;
}

const char *evk_vetoes_reason(const struct evk_vetoes *v, int64_t i)
{
    const char *reason = cell_of(v, (size_t)i, v->reason);

    return evk_is_missing(reason) ? "" : reason;
}

static evk_status unknown_set(const struct evk_vetoes *v, size_t row, const char *const *names,
                              size_t count, evk_error *err)
{
    const char *set = cell_of(v, row, v->set);
    struct evk_near near = evk_near_begin(set, strlen(set));
    char hint[EVK_NEAR_HINT];

    for (size_t i = 0; i < count; i++)
        evk_near_offer(&near, names[i]);
    return evk_fail(err, EVK_EINVAL,
                    AT "none of the sets that were given is called '%s'; a set has the name of its "
                       "folder, such as '%s'%s",
                    WHERE(v, row), set, count ? names[0] : "max", evk_near_hint(&near, "", hint));
}

evk_status evk_vetoes_check(const struct evk_vetoes *v, const char *const *names, size_t count,
                            bool (*has)(void *arg, size_t set, const char *stimulus_id), void *arg,
                            evk_error *err)
{
    for (size_t i = 0; i < v->table.rows; i++) {
        const char *name = cell_of(v, i, v->set), *id = cell_of(v, i, v->stimulus_id);
        size_t set = 0;

        while (set < count && strcmp(names[set], name) != 0)
            set++;
        if (set == count)
            return unknown_set(v, i, names, count, err);
        if (!has(arg, set, id))
            return evk_fail(err, EVK_EINVAL, AT "the set %s has no image '%s'", WHERE(v, i), name,
                            id);
    }
    return EVK_OK;
}
