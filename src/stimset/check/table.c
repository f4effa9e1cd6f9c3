/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - lines of stimuli.tsv against their hashes, stimuli.json against the columns */
#include <string.h>

#include "base/shown.h"
#include "stimset/check/verify.h"
#include "stimset/record/row.h"
#include "stimset/record/set_file.h"
#include "stimset/record/table.h"

/* The last cell is the hash of the line up to the tab before it. */
static evk_status check_line(struct evk_verification *v, const struct evk_table *t, int64_t row,
                             struct evk_str *line, evk_error *err)
{
    char hash[EVK_SHA256_TEXT];

    line->size = 0;
    for (int64_t c = 0; c < t->columns; c++)
        if (!evk_fits_table(evk_table_cell(t, row, c)))
            evk_report_finding(v, "%s: %s of %s is '%.64s', which no table of evoke has",
                               EVK_SET_TABLE, evk_table_name(t, c), evk_table_cell(t, row, 0),
                               evk_table_cell(t, row, c));
    for (int64_t c = 0; c + 1 < t->columns; c++)
        evk_str_printf(line, "%s%s", c ? "\t" : "", evk_table_cell(t, row, c));
    EVK_TRY(evk_str_check(line, err));
    EVK_TRY(evk_sha256_text(line->data, line->size, hash, err));
    if (strcmp(hash, evk_table_cell(t, row, t->columns - 1)) != 0)
        evk_report_finding(
            v, "%s: the row of %s was edited: it is not the one that its row_sha256 is of",
            EVK_SET_TABLE, evk_table_cell(t, row, 0));
    return EVK_OK;
}

/* 1e2, 01 or +1 are numbers too, but evoke writes each in one way. */
static evk_status check_spelling(struct evk_verification *v, const struct evk_table *t,
                                 evk_error *err)
{
    struct evk_str spelt = EVK_STR_INIT;
    struct evk_row row = evk_row_new();
    evk_status s;

    for (int64_t i = 0; i < t->rows; i++)
        for (int64_t c = 0; c < t->columns; c++)
            if (!evk_row_is_spelt((size_t)c, evk_table_cell(t, i, c), &row, &spelt))
                evk_report_finding(v, "%s: %s of %s is '%.64s', which evoke writes as %s",
                                   EVK_SET_TABLE, evk_table_name(t, c), evk_table_cell(t, i, 0),
                                   evk_table_cell(t, i, c), spelt.data);
    s = evk_str_check(&spelt, err);
    evk_str_release(&spelt);
    return s;
}

/* Columns that no table has; the first is named. */
static void check_described(struct evk_verification *v, const struct evk_table *t,
                            const evk_json *json)
{
    const char *key = NULL, *first = NULL;
    int64_t others = 0;

    while ((key = evk_json_key_after(json, key)) != NULL)
        if (evk_table_find(t, key) < 0) {
            others += first != NULL;
            first = first ? first : key;
        }
    if (first && others)
        evk_report_finding(v, "%s: describes %.64s and %lld more, which are no columns of %s",
                           EVK_SET_SIDECAR, first, (long long)others, EVK_SET_TABLE);
    else if (first)
        evk_report_finding(v, "%s: describes %.64s, which is no column of %s", EVK_SET_SIDECAR,
                           first, EVK_SET_TABLE);
}

/* Units, levels and words of columns: the same in all sets. */
static evk_status check_words(struct evk_verification *v, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    const evk_status s = evk_row_sidecar(&text, err);

    if (!s)
        evk_verify_text(v, EVK_SET_SIDECAR, text.data, text.size);
    evk_str_release(&text);
    return s;
}

static evk_status check_sidecar(struct evk_verification *v, const struct evk_table *t,
                                evk_error *err)
{
    const int64_t before = v->sum.findings;
    evk_error why = {EVK_OK, ""};
    struct evk_bytes file;
    evk_json *json = NULL;

    if (evk_set_file_get(v->folder, EVK_SET_SIDECAR, &file, NULL))
        return EVK_OK; /* missing: the manifest knows */
    if (evk_json_parse(&json, file.data, file.size, &why))
        evk_report_finding(v, "%s: %s", EVK_SET_SIDECAR, why.msg);
    evk_bytes_release(&file);
    for (int64_t c = 0; json && c < t->columns; c++)
        if (!evk_json_text(evk_json_get(evk_json_get(json, evk_table_name(t, c)), "Description")))
            evk_report_finding(v, "%s: does not describe the column %s of %s", EVK_SET_SIDECAR,
                               evk_table_name(t, c), EVK_SET_TABLE);
    check_described(v, t, json);
    evk_json_free(json);
    return v->sum.findings == before ? check_words(v, err) : EVK_OK;
}

/* This version's columns, in this order; another may have had others. */
static void check_columns(struct evk_verification *v, const struct evk_table *t)
{
    int64_t c = 0;

    for (; c < t->columns && evk_row_column((size_t)c); c++)
        if (strcmp(evk_table_name(t, c), evk_row_column((size_t)c)) != 0) {
            evk_report_finding(v, "%s: column %lld is %s, expected %s", EVK_SET_TABLE,
                               (long long)c + 1, evk_table_name(t, c), evk_row_column((size_t)c));
            return;
        }
    if (c < t->columns)
        evk_report_finding(v, "%s: has a column %s, which is none of evoke's", EVK_SET_TABLE,
                           evk_table_name(t, c));
    else if (evk_row_column((size_t)c))
        evk_report_finding(v, "%s: has no column %s", EVK_SET_TABLE, evk_row_column((size_t)c));
}

static evk_status check_cells(struct evk_verification *v, const struct evk_table *t, evk_error *err)
{
    const int64_t before = v->sum.findings;

    check_columns(v, t);
    return v->sum.findings == before ? check_spelling(v, t, err) : EVK_OK;
}

evk_status evk_verify_table(struct evk_verification *v, evk_error *err)
{
    struct evk_str line = EVK_STR_INIT;
    evk_error why = {EVK_OK, ""};
    struct evk_bytes file;
    struct evk_table t;
    evk_status s = EVK_OK;

    if (evk_set_file_get(v->folder, EVK_SET_TABLE, &file, NULL))
        return EVK_OK; /* missing: the manifest knows */
    if (evk_table_parse(&t, &file, &why)) {
        evk_report_finding(v, "%s: %s", EVK_SET_TABLE, why.msg);
        evk_bytes_release(&file);
        v->no_table = true;
        return EVK_OK;
    }
    evk_bytes_release(&file);
    if (strcmp(evk_table_name(&t, t.columns - 1), "row_sha256") != 0)
        evk_report_finding(v, "%s: its last column is %s, expected row_sha256", EVK_SET_TABLE,
                           evk_table_name(&t, t.columns - 1));
    else
        for (int64_t i = 0; i < t.rows && !s; i++)
            s = check_line(v, &t, i, &line, err);
    if (!s && evk_verify_same_version(v))
        s = check_cells(v, &t, err);
    if (!s)
        s = check_sidecar(v, &t, err);
    evk_str_release(&line);
    evk_table_release(&t);
    return s;
}
