/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - SET/units.tsv, compared with what the description says of the neurons of the set */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/shown.h"
#include "base/table.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/unit_table.h"
#include "stimset/record/lines.h"
#include "stimset/record/set_file.h"

/* The table, read into memory as texts. */
struct units {
    struct evk_verification *v;
    struct evk_lines lines;
    struct evk_line line;  /* holds the text of all rows */
    const char *(*row)[3]; /* (lines.count) unit, target_model and target_output; owned */
    int64_t images;        /* number of the column images; -1: there is none */
};

/* Do sets of this kind have Keep, the number of images of a unit; and Least? */
static bool has_keep(const struct evk_verification *v)
{
    return v->kind->ascends || v->kind->cells & EVK_CELLS_RANKED;
}

static bool has_least(const struct evk_verification *v)
{
    return has_keep(v) && !v->kind->ascends;
}

/* Reports numbers of images that the set cannot have. */
static void check_no_numbers(struct evk_verification *v)
{
    const bool units = evk_description_has_units(v->description);
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        if ((m.keep && !(units && has_keep(v))) || (m.least && !(units && has_least(v))))
            evk_report_finding(v, "%s: %s has Keep or Least, which the set cannot have",
                               EVK_SET_DESCRIPTION, m.name);
}

/* Reports a number in Keep or Least that is none, or of what is no neuron of the model. */
static void check_numbers(struct evk_verification *v, const struct evk_described_model *m,
                          const char *key, const evk_json *numbers)
{
    const char *neuron = NULL;

    while ((neuron = evk_json_key_after(numbers, neuron)) != NULL) {
        int64_t n = 0;

        if (!evk_json_int(evk_json_get(numbers, neuron), &n) || n < 1 || n > EVK_CODE_MAX ||
            !evk_described_has(m, neuron))
            evk_report_finding(v,
                               "%s: %s of %s has %.64s, expected neurons of it and numbers of "
                               "images",
                               EVK_SET_DESCRIPTION, key, m->name, neuron);
    }
}

static void check_all_numbers(struct evk_verification *v)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++) {
        check_numbers(v, &m, "Keep", m.keep);
        check_numbers(v, &m, "Least", m.least);
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Reports a unit or a neuron that is in an earlier row. */
static void check_alone(const struct units *u, int64_t i)
{
    const char *const *a = u->row[i];

    for (int64_t k = 0; k < i; k++) {
        const char *const *b = u->row[k];

        if (strcmp(a[0], b[0]) == 0 || (strcmp(a[1], b[1]) == 0 && strcmp(a[2], b[2]) == 0))
            evk_report_finding(u->v, "%s: line %lld: unit %s or its neuron is on line %lld, too",
                               EVK_SET_UNITS, (long long)i + 2, a[0], (long long)k + 2);
    }
}

/* Reports a cell images that is not what Keep says of the neuron. */
static void check_images(const struct units *u, int64_t i, const struct evk_described_model *m,
                         const char *cell)
{
    const int64_t want = evk_described_images(m->keep, u->row[i][2], -1);
    double found = -1;

    if (!evk_is_missing(cell) && !evk_parse_real(cell, &found))
        found = -2;
    if (found != (double)want && has_keep(u->v))
        evk_report_finding(u->v, "%s: line %lld: images is %s, but Keep of %s says otherwise",
                           EVK_SET_UNITS, (long long)i + 2, cell ? cell : "not there", m->name);
}

static void check_row(const struct units *u, int64_t i, const char *const *cells)
{
    const char *const *row = u->row[i];
    struct evk_described_model m;

    for (int64_t c = 0; c < u->lines.columns; c++)
        if (!cells[c][0] || !evk_fits_table(cells[c]))
            evk_report_finding(u->v, "%s: line %lld: %s is empty or has what no table can hold",
                               EVK_SET_UNITS, (long long)i + 2, u->lines.names[c]);
    if (!evk_description_model_named(u->v->description, row[1], &m) ||
        !evk_described_has(&m, row[2]))
        evk_report_finding(u->v, "%s: line %lld: unit %s is %s:%s, which is no neuron of the set",
                           EVK_SET_UNITS, (long long)i + 2, row[0], row[1], row[2]);
    else
        check_images(u, i, &m, u->images < 0 ? NULL : cells[u->images]);
    check_alone(u, i);
}

/* Is the line of names as a set writes it?  If not, that is reported. */
static bool has_columns(const struct units *u)
{
    static const char *const own[] = {"unit", "target_model", "target_output"};

    for (int64_t c = 0; c < 3; c++)
        if (c >= u->lines.columns || strcmp(u->lines.names[c], own[c]) != 0) {
            evk_report_finding(u->v, "%s: column %lld is not %s", EVK_SET_UNITS, (long long)c + 1,
                               own[c]);
            return false;
        }
    return true;
}

static evk_status check_rows(struct units *u, evk_error *err)
{
    EVK_TRY(evk_alloc((void *)&u->row, u->lines.count, sizeof(*u->row), "units", err));
    EVK_TRY(evk_lines_read_ahead(&u->lines, u->lines.count, &u->line, err));
    u->images = evk_lines_find(&u->lines, "images");
    for (int64_t i = 0; i < u->lines.count; i++) {
        EVK_TRY(evk_lines_get(&u->lines, i, &u->line, err));
        memcpy((void *)u->row[i], (const void *)u->line.cells, sizeof(u->row[i]));
        check_row(u, i, u->line.cells);
    }
    return EVK_OK;
}

evk_status evk_verify_units(struct evk_verification *v, evk_error *err)
{
    struct units u = {.v = v};
    evk_error why = {EVK_OK, ""};
    evk_status s = EVK_OK;

    check_no_numbers(v);
    if (!evk_description_has_units(v->description))
        return EVK_OK;
    check_all_numbers(v);
    if (evk_lines_open(&u.lines, v->folder, EVK_SET_UNITS, EVK_CODE_MAX, &why))
        evk_report_finding(v, "%s", why.msg);
    else if (has_columns(&u))
        s = check_rows(&u, &why);
    free((void *)u.row);
    evk_line_release(&u.line);
    evk_lines_close(&u.lines);
    return s == EVK_ENOMEM ? evk_fail(err, s, "%s", why.msg) : EVK_OK;
}
