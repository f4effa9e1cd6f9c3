/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - a table that a user made: CSV or TSV as R, Python, MATLAB and spreadsheets write them */
#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/named.h"
#include "base/shown.h"

#define TABLE_MAX ((size_t)1 << 28) /* bytes of a file */

/* A table while its text is cut into cells. */
struct reader {
    struct evk_table *t;
    char *at, *end;   /* what is not read yet, and the end of the text, where a zero byte is */
    size_t line;      /* number of the line at `at` */
    char separator;   /* of cells */
    size_t room;      /* cells that t->cells has memory for */
    size_t line_room; /* rows that t->line has memory for */
};

static evk_status fail_at(const struct reader *r, size_t line, const char *what, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "%s: line %zu: %s", r->t->path, line, what);
}

/* ---- the file ---------------------------------------------------------------------------------- */

/* Fails where the file is no text in UTF-8, and says how to save it as one. */
static evk_status check_text(const struct evk_table *t, const struct evk_bytes *file,
                             evk_error *err)
{
    const unsigned char *b = file->data;
    uint32_t code;
    size_t line = 1;

    if (file->size > 3 && memcmp(b, "PK\3\4", 4) == 0)
        return evk_fail(err, EVK_EFORMAT,
                        "%s: is a workbook or another zip archive, expected a text: save it as "
                        "'CSV UTF-8'",
                        t->path);
    if (file->size > 1 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff)))
        return evk_fail(err, EVK_EFORMAT,
                        "%s: is UTF-16, as spreadsheets write 'Unicode Text'; expected UTF-8: save "
                        "it as 'CSV UTF-8'",
                        t->path);
    for (const char *at = t->text, *end = t->text + file->size; at < end;) {
        const size_t n = evk_utf8_step(at, &code);

        if (n == 0)
            return evk_fail(err, EVK_EFORMAT,
                            "%s: line %zu: is not UTF-8; save the table as 'CSV UTF-8'", t->path,
                            line);
        line += *at == '\n';
        at += n;
    }
    return EVK_OK;
}

static evk_status read_text(struct reader *r, const char *path, evk_error *err)
{
    struct evk_table *t = r->t;
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_strdup(&t->path, path, err));
    EVK_TRY(evk_fs_read(&file, path, TABLE_MAX, err));
    s = evk_alloc(&t->text, (int64_t)file.size + 1, 1, "a table", err);
    if (!s && file.size)
        memcpy(t->text, file.data, file.size);
    if (!s)
        s = check_text(t, &file, err);
    r->at = t->text;
    r->end = s ? NULL : t->text + file.size;
    if (!s && strncmp(t->text, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
    evk_bytes_release(&file);
    return s;
}

/* Returns the separator of a table: the first of tab, semicolon and comma in its first line. */
static char separator_of(const char *text)
{
    const size_t n = strcspn(text, "\r\n");

    for (const char *c = "\t;,"; *c; c++)
        if (memchr(text, *c, n))
            return *c;
    return '\t';
}

/* ---- cells ------------------------------------------------------------------------------------- */

static evk_status grow(void **list, size_t *room, size_t count, size_t size, evk_error *err)
{
    void *more;

    if (count < *room)
        return EVK_OK;
    *room = *room ? 2 * *room : 256;
    more = realloc(*list, *room * size);
    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a table of %zu cells", *room);
    *list = more;
    return EVK_OK;
}

/*
 * Cuts a quoted cell out of the text, whose doubled quotes become one.  The text goes on at its
 * separator or line end.
 */
static evk_status cut_quoted(struct reader *r, char **cell, char **cell_end, evk_error *err)
{
    const size_t first = r->line;
    char *to = ++r->at;

    *cell = to;
    for (;; r->at++) {
        if (r->at >= r->end)
            return fail_at(r, first, "a quote that begins here is not closed", err);
        if (*r->at == '"' && *++r->at != '"')
            break;
        r->line += *r->at == '\n';
        *to++ = *r->at;
    }
    *cell_end = to;
    if (r->at < r->end && *r->at != r->separator && *r->at != '\r' && *r->at != '\n')
        return fail_at(r, r->line, "there is text behind a closing quote", err);
    return EVK_OK;
}

/* Cuts the next cell, and moves behind its separator; *last: it is the last one of its line. */
static evk_status cut_cell(struct reader *r, char **cell, bool *last, evk_error *err)
{
    char *end;

    if (*r->at == '"') {
        EVK_TRY(cut_quoted(r, cell, &end, err));
    } else {
        *cell = r->at;
        while (r->at < r->end && *r->at != r->separator && *r->at != '\n')
            r->at++;
        end = r->at;
        if (end > *cell && end[-1] == '\r' && (r->at == r->end || *r->at == '\n'))
            end--;
    }
    if (r->at < r->end && *r->at == '\r')
        r->at++;
    *last = r->at >= r->end || *r->at == '\n';
    r->line += r->at < r->end && *r->at == '\n';
    r->at += r->at < r->end;
    *end = '\0';
    return EVK_OK;
}

/* Reads one line, whose cells are put behind those that are there; *count: how many it has. */
static evk_status read_line(struct reader *r, size_t used, size_t *count, bool *empty,
                            evk_error *err)
{
    bool last = false;

    *empty = true;
    for (*count = 0; !last; ++*count) {
        void *cells = (void *)r->t->cells;
        const evk_status s = grow(&cells, &r->room, used + *count, sizeof(char *), err);

        r->t->cells = cells;
        EVK_TRY(s);
        EVK_TRY(cut_cell(r, &r->t->cells[used + *count], &last, err));
        *empty = *empty && r->t->cells[used + *count][0] == '\0';
    }
    return EVK_OK;
}

static evk_status check_names(const struct reader *r, evk_error *err)
{
    const struct evk_table *t = r->t;

    for (size_t c = 0; c < t->columns; c++) {
        if (!t->cells[c][0])
            return evk_fail(err, EVK_EFORMAT,
                            "%s: line %zu: column %zu has no name; a table without row names has "
                            "none such (pandas: index=False, R: row.names=FALSE)",
                            t->path, t->line[0], c + 1);
        if (evk_table_find(t, t->cells[c]) != c)
            return evk_fail(err, EVK_EFORMAT, "%s: line %zu: two columns have one name, '%s'",
                            t->path, t->line[0], t->cells[c]);
    }
    return EVK_OK;
}

static evk_status read_rows(struct reader *r, evk_error *err)
{
    struct evk_table *t = r->t;

    for (size_t lines = 0; r->at < r->end;) {
        const size_t first = r->line;
        void *line = t->line;
        size_t count;
        evk_status s;
        bool empty;

        EVK_TRY(read_line(r, lines * t->columns, &count, &empty, err));
        if (empty)
            continue;
        if (lines && count != t->columns)
            return evk_fail(err, EVK_EFORMAT,
                            "%s: line %zu: has %zu cells, expected %zu as on the line that names "
                            "the columns",
                            t->path, first, count, t->columns);
        s = grow(&line, &r->line_room, lines, sizeof(*t->line), err);
        t->line = line;
        EVK_TRY(s);
        t->line[lines] = first;
        t->columns = count;
        t->rows = lines++;
        if (t->rows == 0)
            EVK_TRY(check_names(r, err));
    }
    if (t->rows)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "%s: has no row, expected a line of names and rows below it",
                    t->path);
}

evk_status evk_table_read(struct evk_table *out, const char *path, evk_error *err)
{
    struct reader r = {.t = out, .line = 1};
    evk_status s;

    *out = (struct evk_table){.path = NULL};
    s = read_text(&r, path, err);
    if (!s) {
        r.separator = separator_of(r.at);
        s = read_rows(&r, err);
    }
    if (s)
        evk_table_release(out);
    return s;
}

void evk_table_release(struct evk_table *t)
{
    free(t->path);
    free(t->text);
    free((void *)t->cells);
    free(t->line);
    *t = (struct evk_table){.path = NULL};
}

size_t evk_table_find(const struct evk_table *t, const char *name)
{
    size_t c = 0;

    while (c < t->columns && strcmp(t->cells[c], name) != 0)
        c++;
    return c;
}

bool evk_is_missing(const char *cell)
{
    static const char *const words[] = {"", "n/a", "N/A", "NA", "NaN", "nan", NULL};

    return !cell || evk_is_word(cell, words);
}
