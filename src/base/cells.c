/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.c - a text table in memory, read line by line and cut into cells */
#include "base/cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Returns whichever of tab, semicolon and comma the first line has most of, outside of quotes. */
static char find_delimiter(const char *at, const char *end)
{
    int64_t tabs = 0, semicolons = 0, commas = 0;
    bool quoted = false;

    for (; at < end && (quoted || *at != '\n'); at++) {
        quoted = quoted != (*at == '"');
        tabs += !quoted && *at == '\t';
        semicolons += !quoted && *at == ';';
        commas += !quoted && *at == ',';
    }
    if (tabs > commas && tabs >= semicolons)
        return '\t';
    return semicolons > commas ? ';' : ',';
}

static evk_status check_text(const struct evk_bytes *file, evk_error *err)
{
    const unsigned char *d = file->data;

    if (file->size >= 2 && ((d[0] == 0xFF && d[1] == 0xFE) || (d[0] == 0xFE && d[1] == 0xFF)))
        return evk_fail(err, EVK_EFORMAT,
                        "is text in UTF-16, expected UTF-8; spreadsheets call that CSV UTF-8");
    if (file->size && memchr(d, '\0', file->size))
        return evk_fail(err, EVK_EFORMAT, "has a zero byte, expected a table as text");
    return EVK_OK;
}

evk_status evk_cells_open(struct evk_cells *out, const struct evk_bytes *file, char delimiter,
                          evk_error *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct evk_cells t = {.next = 1};

    EVK_TRY(check_text(file, err));
    EVK_TRY(evk_alloc(&t.text, (int64_t)file->size + 1, 1, "a table", err));
    if (file->size)
        memcpy(t.text, file->data, file->size);
    t.end = t.text + file->size;
    t.at = t.text + (strncmp(t.text, mark, 3) == 0 ? 3 : 0);
    t.delimiter = delimiter ? delimiter : find_delimiter(t.at, t.end);
    *out = t;
    return EVK_OK;
}

void evk_cells_close(struct evk_cells *t)
{
    free(t->text);
    free(t->cell);
    *t = (struct evk_cells){.text = NULL};
}

/* Adds a cell to the line. */
static evk_status add_cell(struct evk_cells *t, char *text, evk_error *err)
{
    if (t->count == EVK_CELLS_MAX)
        return evk_fail(err, EVK_EFORMAT, "line %lld has more than %d cells", (long long)t->line,
                        EVK_CELLS_MAX);
    if (t->count == t->room) {
        const int64_t room = t->room ? 2 * t->room : 64;
        char **more = realloc(t->cell, (size_t)room * sizeof(*more));

        if (!more)
            return evk_fail(err, EVK_ENOMEM, "out of memory for %lld cells", (long long)room);
        t->cell = more;
        t->room = room;
    }
    t->cell[t->count++] = text;
    return EVK_OK;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\r' || c == '\t';
}

/* Does a cell end at this place? */
static bool ends(const struct evk_cells *t, const char *at)
{
    return at == t->end || *at == t->delimiter || *at == '\n';
}

static void skip_spaces(struct evk_cells *t)
{
    while (!ends(t, t->at) && is_space(*t->at))
        t->at++;
}

/* Reads a cell in quotes, whose first quote is at t->at, up to the delimiter or the line's end.
   The cell is written over its quotes, and ends at *end. */
static evk_status read_quoted(struct evk_cells *t, char **end, evk_error *err)
{
    char *to = t->at++;

    for (; t->at < t->end && (*t->at != '"' || (t->at + 1 < t->end && t->at[1] == '"')); t->at++) {
        t->next += *t->at == '\n';
        t->at += *t->at == '"';
        *to++ = *t->at;
    }
    if (t->at == t->end)
        return evk_fail(err, EVK_EFORMAT, "line %lld has a cell whose quote has no end",
                        (long long)t->line);
    t->at++;
    *end = to;
    skip_spaces(t);
    if (!ends(t, t->at))
        return evk_fail(err, EVK_EFORMAT, "line %lld has text behind the quote that ends a cell",
                        (long long)t->line);
    return EVK_OK;
}

/* Reads a cell up to the delimiter or the line's end, and adds it; *end is where its text ends. */
static evk_status read_cell(struct evk_cells *t, char **end, evk_error *err)
{
    skip_spaces(t);
    EVK_TRY(add_cell(t, t->at, err));
    if (t->at < t->end && *t->at == '"')
        return read_quoted(t, end, err);
    while (!ends(t, t->at))
        t->at++;
    *end = t->at;
    while (*end > t->cell[t->count - 1] && is_space((*end)[-1]))
        (*end)--;
    return EVK_OK;
}

/* Reads the cells of a line, empty or not. */
static evk_status read_line(struct evk_cells *t, evk_error *err)
{
    const char *begin = t->at;
    char *end, after;

    t->count = 0;
    t->line = t->next;
    do {
        EVK_TRY(read_cell(t, &end, err));
        after = t->at < t->end ? *t->at : '\n';
        t->at += t->at < t->end;
        *end = '\0';
        if (t->at - begin > EVK_CELLS_LINE_MAX)
            return evk_fail(err, EVK_EFORMAT, "line %lld has more than %d bytes",
                            (long long)t->line, EVK_CELLS_LINE_MAX);
    } while (after != '\n');
    t->next++;
    return EVK_OK;
}

static bool is_empty(const struct evk_cells *t)
{
    for (int64_t i = 0; i < t->count; i++)
        if (t->cell[i][0])
            return false;
    return true;
}

evk_status evk_cells_next(struct evk_cells *t, bool *more, evk_error *err)
{
    for (*more = false; !*more && t->at < t->end;) {
        EVK_TRY(read_line(t, err));
        *more = !is_empty(t);
    }
    return EVK_OK;
}
