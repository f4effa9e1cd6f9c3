/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - SET/units.tsv, compared with what the description says of the neurons of the set */
#include <string.h>

#include "base/num.h"
#include "base/shown.h"
#include "base/table.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/unit_rows.h"
#include "stimset/folder/unit_table.h"
#include "stimset/record/set_file.h"

/* The table of the set, in memory. */
struct units {
    struct evk_verification *v;
    struct evk_unit_rows rows;
    int64_t images; /* number of the column images; -1: there is none */
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
    const char *const *a = evk_unit_row_cells(&u->rows, i);

    for (int64_t k = 0; k < i; k++) {
        const char *const *b = evk_unit_row_cells(&u->rows, k);

        if (strcmp(a[0], b[0]) == 0 || (strcmp(a[1], b[1]) == 0 && strcmp(a[2], b[2]) == 0))
            evk_report_finding(u->v, "%s: line %lld: unit %s or its neuron is on line %lld, too",
                               EVK_SET_UNITS, (long long)i + 2, a[0], (long long)k + 2);
    }
}

/* Reports a cell images that is not what Keep says of the neuron. */
static void check_images(const struct units *u, int64_t i, const struct evk_described_model *m)
{
    const char *const *row = evk_unit_row_cells(&u->rows, i);
    const char *cell = u->images < 0 ? NULL : row[u->images];
    const int64_t want = evk_described_images(m->keep, row[EVK_UNIT_ROW_OUTPUT], -1);
    double found = -1;

    if (!evk_is_missing(cell) && !evk_parse_real(cell, &found))
        found = -2;
    if (found != (double)want && has_keep(u->v))
        evk_report_finding(u->v, "%s: line %lld: images is %s, but Keep of %s says otherwise",
                           EVK_SET_UNITS, (long long)i + 2, cell ? cell : "not there", m->name);
}

static void check_row(const struct units *u, int64_t i)
{
    const char *const *row = evk_unit_row_cells(&u->rows, i);
    const struct evk_lines *t = &u->rows.lines;
    struct evk_described_model m;

    for (int64_t c = 0; c < t->columns; c++)
        if (!row[c][0] || !evk_fits_table(row[c]))
            evk_report_finding(u->v, "%s: line %lld: %s is empty or has what no table can hold",
                               EVK_SET_UNITS, (long long)i + 2, t->names[c]);
    if (!evk_description_model_named(u->v->description, row[EVK_UNIT_ROW_MODEL], &m) ||
        !evk_described_has(&m, row[EVK_UNIT_ROW_OUTPUT]))
        evk_report_finding(u->v, "%s: line %lld: unit %s is %s:%s, which is no neuron of the set",
                           EVK_SET_UNITS, (long long)i + 2, row[0], row[1], row[2]);
    else
        check_images(u, i, &m);
    check_alone(u, i);
}

evk_status evk_verify_units(struct evk_verification *v, evk_error *err)
{
    struct units u = {.v = v};
    evk_error why = {EVK_OK, ""};
    evk_status s;

    check_no_numbers(v);
    if (!evk_description_has_units(v->description))
        return EVK_OK;
    check_all_numbers(v);
    s = evk_unit_rows_read(&u.rows, v->folder, &why);
    if (s && s != EVK_ENOMEM)
        evk_report_finding(v, "%s", why.msg);
    u.images = s ? -1 : evk_lines_find(&u.rows.lines, "images");
    for (int64_t i = 0; !s && i < u.rows.lines.count; i++)
        check_row(&u, i);
    evk_unit_rows_release(&u.rows);
    return s == EVK_ENOMEM ? evk_fail(err, s, "%s", why.msg) : EVK_OK;
}
