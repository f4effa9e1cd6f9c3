/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - lines of stimuli.tsv compared with their hashes, and stimuli.json with the columns */
#include <string.h>

#include "base/shown.h"
#include "stimset/check/verify.h"
#include "stimset/record/lines.h"
#include "stimset/record/row.h"
#include "stimset/record/set_file.h"

/*
 * Compares row_sha256, the last cell of a line, with the hash of the line up to the tab before that
 * cell.
 */
static evk_status check_line(struct evk_verification *v, const struct evk_lines *t,
                             const char *const *cells, struct evk_str *line, evk_error *err)
{
    char hash[EVK_SHA256_TEXT];

    line->size = 0;
    for (int64_t c = 0; c < t->columns; c++)
        if (!evk_fits_table(cells[c]))
            evk_report_finding(v, "%s: %s of %s is '%.64s', which no table of evoke has",
                               EVK_SET_TABLE, t->names[c], cells[0], cells[c]);
    for (int64_t c = 0; c + 1 < t->columns; c++)
        evk_str_printf(line, "%s%s", c ? "\t" : "", cells[c]);
    EVK_TRY(evk_str_check(line, err));
    EVK_TRY(evk_sha256_text(line->data, line->size, hash, err));
    if (strcmp(hash, cells[t->columns - 1]) != 0)
        evk_report_finding(
            v, "%s: the row of %s was edited: it is not the one that its row_sha256 is of",
            EVK_SET_TABLE, cells[0]);
    return EVK_OK;
}

/* Reports cells such as 1e2, 01 or +1: they are numbers, but not as evoke writes them. */
static evk_status check_spelling(struct evk_verification *v, const struct evk_lines *t,
                                 const char *const *cells, struct evk_str *spelt, evk_error *err)
{
    struct evk_row row = evk_row_new();

    for (int64_t c = 0; c < t->columns; c++)
        if (!evk_row_is_spelt((size_t)c, cells[c], &row, spelt))
            evk_report_finding(v, "%s: %s of %s is '%.64s', which evoke writes as %s",
                               EVK_SET_TABLE, t->names[c], cells[0], cells[c], spelt->data);
    return evk_str_check(spelt, err);
}

/* Calls check for the cells of each row; text is room for check to use. */
static evk_status each_line(struct evk_verification *v, const struct evk_lines *t,
                            evk_status (*check)(struct evk_verification *v,
                                                const struct evk_lines *t, const char *const *cells,
                                                struct evk_str *text, evk_error *err),
                            evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_line line = {.cells = NULL};
    evk_status s = EVK_OK;

    for (int64_t i = 0; i < t->count && !s; i++) {
        s = evk_lines_get(t, i, &line, err);
        if (!s)
            s = check(v, t, line.cells, &text, err);
    }
    evk_line_release(&line);
    evk_str_release(&text);
    return s;
}

/*
 * Reports entries of stimuli.json for columns that the table does not have, naming the first one.
 */
static void check_described(struct evk_verification *v, const struct evk_lines *t,
                            const evk_json *json)
{
    const char *key = NULL, *first = NULL;
    int64_t others = 0;

    while ((key = evk_json_key_after(json, key)) != NULL)
        if (evk_lines_find(t, key) < 0) {
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

/* Compares stimuli.json with the file that this version writes into every set. */
static evk_status check_words(struct evk_verification *v, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    const evk_status s = evk_row_sidecar(&text, err);

    if (!s)
        evk_verify_text(v, EVK_SET_SIDECAR, text.data, text.size);
    evk_str_release(&text);
    return s;
}

static evk_status check_sidecar(struct evk_verification *v, const struct evk_lines *t,
                                evk_error *err)
{
    const int64_t before = v->sum.findings;
    evk_error why = {EVK_OK, ""};
    struct evk_bytes file;
    evk_json *json = NULL;

    if (evk_set_file_get(v->folder, EVK_SET_SIDECAR, &file, NULL))
        return EVK_OK; /* files.c has reported that the file is missing */
    if (evk_json_parse(&json, file.data, file.size, &why))
        evk_report_finding(v, "%s: %s", EVK_SET_SIDECAR, why.msg);
    evk_bytes_release(&file);
    for (int64_t c = 0; json && c < t->columns; c++)
        if (!evk_json_text(evk_json_get(evk_json_get(json, t->names[c]), "Description")))
            evk_report_finding(v, "%s: does not describe the column %s of %s", EVK_SET_SIDECAR,
                               t->names[c], EVK_SET_TABLE);
    check_described(v, t, json);
    evk_json_free(json);
    return v->sum.findings == before ? check_words(v, err) : EVK_OK;
}

/* Compares the columns and their order with those of this version. */
static void check_columns(struct evk_verification *v, const struct evk_lines *t)
{
    int64_t c = 0;

    for (; c < t->columns && evk_row_column((size_t)c); c++)
        if (strcmp(t->names[c], evk_row_column((size_t)c)) != 0) {
            evk_report_finding(v, "%s: column %lld is %s, expected %s", EVK_SET_TABLE,
                               (long long)c + 1, t->names[c], evk_row_column((size_t)c));
            return;
        }
    if (c < t->columns)
        evk_report_finding(v, "%s: has a column %s, which is none of evoke's", EVK_SET_TABLE,
                           t->names[c]);
    else if (evk_row_column((size_t)c))
        evk_report_finding(v, "%s: has no column %s", EVK_SET_TABLE, evk_row_column((size_t)c));
}

static evk_status check_cells(struct evk_verification *v, const struct evk_lines *t, evk_error *err)
{
    const int64_t before = v->sum.findings;

    check_columns(v, t);
    return v->sum.findings == before ? each_line(v, t, check_spelling, err) : EVK_OK;
}

static evk_status check_table(struct evk_verification *v, const struct evk_lines *t, evk_error *err)
{
    const char *last = t->names[t->columns - 1];

    if (strcmp(last, "row_sha256") != 0)
        evk_report_finding(v, "%s: its last column is %s, expected row_sha256", EVK_SET_TABLE,
                           last);
    else
        EVK_TRY(each_line(v, t, check_line, err));
    if (evk_verify_same_version(v))
        EVK_TRY(check_cells(v, t, err));
    return check_sidecar(v, t, err);
}

evk_status evk_verify_table(struct evk_verification *v, evk_error *err)
{
    evk_error why = {EVK_OK, ""};
    struct evk_lines t;
    evk_status s;

    if (!evk_set_file_has(v->folder, EVK_SET_TABLE))
        return EVK_OK; /* files.c has reported that the file is missing */
    if (evk_lines_open(&t, v->folder, EVK_SET_TABLE, EVK_STREAM_MAX, &why)) {
        evk_report_finding(v, "%s", why.msg);
        v->no_table = true;
        return EVK_OK;
    }
    s = check_table(v, &t, err);
    evk_lines_close(&t);
    return s;
}
