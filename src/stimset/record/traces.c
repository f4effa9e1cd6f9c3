/* SPDX-License-Identifier: GPL-3.0-or-later */
/* traces.c - traces.tsv of a finished set: the predicted responses along each ascent */
#include "stimset/record/traces.h"

#include <string.h>

#include "stimset/record/set_file.h"

/* Both tables of the set, line by line. */
struct reading {
    const struct evk_set_rows *rows;
    const struct evk_lines *traces;
    struct evk_line row, trace;
};

static evk_status read_cells(const struct evk_lines *t, int64_t i, const char *const *cells,
                             struct evk_response_trace *out, evk_error *err)
{
    for (int64_t c = 1; c < t->columns; c++)
        if (!evk_response_trace_read(out, cells[c]))
            return evk_fail(err, EVK_EFORMAT, "%s: line %lld: '%s' is not a response", t->path,
                            (long long)i + 2, cells[c]);
    return EVK_OK;
}

static evk_status read_line(struct reading *r, int64_t i, struct evk_response_trace *out,
                            evk_error *err)
{
    const struct evk_lines *t = r->traces;
    const char *id;

    EVK_TRY(evk_lines_get(&r->rows->lines, i, &r->row, err));
    EVK_TRY(evk_lines_get(t, i, &r->trace, err));
    id = r->row.cells[r->rows->id];
    if (strcmp(r->trace.cells[0], id) != 0)
        return evk_fail(err, EVK_EFORMAT, "%s: line %lld is of %s, expected %s", t->path,
                        (long long)i + 2, r->trace.cells[0], id);
    return read_cells(t, i, r->trace.cells, out, err);
}

static evk_status read_all(struct reading *r, struct evk_stimulus *list, evk_error *err)
{
    const int64_t count = r->traces->count;

    if (count != r->rows->count)
        return evk_fail(err, EVK_EFORMAT, "%s: has %lld rows, expected %lld, as many as %s",
                        r->traces->path, (long long)count, (long long)r->rows->count,
                        EVK_SET_TABLE);
    for (int64_t i = 0; i < count; i++) {
        struct evk_response_trace checked = {.count = 0};

        EVK_TRY(read_line(r, i, list ? &list[i].trace : &checked, err));
    }
    return EVK_OK;
}

evk_status evk_traces_read(const struct evk_dir *folder, const struct evk_set_rows *rows,
                           struct evk_stimulus *list, evk_error *err)
{
    struct evk_lines traces;
    struct reading r = {.rows = rows, .traces = &traces};
    evk_status s;

    EVK_TRY(evk_lines_open(&traces, folder, EVK_SET_TRACES, EVK_STREAM_MAX, err));
    s = read_all(&r, list, err);
    evk_line_release(&r.row);
    evk_line_release(&r.trace);
    evk_lines_close(&traces);
    return s;
}
