/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c - a table of a set, read from the disk row by row */
#include "stimset/record/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "stimset/record/set_file.h"

enum { CHUNK = 64 << 10 /* bytes that are read at once */ };

/*
 * Read size bytes at an offset; *got, the bytes that were read, are fewer at the end of the file.
 */
static evk_status read_at(const struct evk_lines *t, int64_t offset, char *data, size_t size,
                          size_t *got, evk_error *err)
{
    for (*got = 0; *got < size;) {
        const ssize_t n = pread(fileno(t->file), data + *got, size - *got, offset + (int64_t)*got);

        if (n == 0)
            return EVK_OK;
        if (n < 0 && errno != EINTR)
            return evk_fd_fail(t->path, err);
        *got += n > 0 ? (size_t)n : 0;
    }
    return EVK_OK;
}

/* ---- where lines begin ---------------------------------------------------------------------- */

/* What is known of the form of a file, as far as it was read.  Lines are counted from 1. */
struct form {
    int64_t most;         /* rows that are allowed */
    int64_t lines;        /* lines that have ended */
    int64_t begin, cells; /* offset and cells so far of the line that has not ended */
    /* The first line whose number of cells is not that of line 1; 0: none. */
    int64_t odd_line, odd_cells;
    /* The first line of more than EVK_LINE_MAX bytes; 0: none. */
    int64_t long_line, long_bytes;
    bool zero; /* there is a zero byte */
};

/* Store the offset at which the line after the first n lines begins. */
static evk_status keep_begin(struct evk_lines *t, int64_t n, int64_t begin, evk_error *err)
{
    if (n >= t->room) {
        const int64_t room = n < 512 ? 1024 : 2 * n;
        int64_t *wider;

        EVK_TRY(evk_alloc(&wider, room, sizeof(*wider), "a table", err));
        if (n)
            memcpy(wider, t->begin, (size_t)n * sizeof(*wider));
        free(t->begin);
        t->begin = wider;
        t->room = room;
    }
    t->begin[n] = begin;
    return EVK_OK;
}

/*
 * Note that a line ends before the offset.  The offsets of lines beyond f->most rows are not
 * stored: such a table is refused, and only its number of rows is needed.
 */
static evk_status end_line(struct evk_lines *t, struct form *f, int64_t offset, evk_error *err)
{
    const int64_t bytes = offset - f->begin;

    f->lines++;
    if (f->lines == 1)
        t->columns = f->cells;
    if (f->cells != t->columns && !f->odd_line) {
        f->odd_line = f->lines;
        f->odd_cells = f->cells;
    }
    if (bytes > EVK_LINE_MAX && !f->long_line) {
        f->long_line = f->lines;
        f->long_bytes = bytes;
    }
    f->begin = offset;
    f->cells = 1;
    return f->lines <= f->most + 1 ? keep_begin(t, f->lines, offset, err) : EVK_OK;
}

/* Note the lines and cells of some bytes, which are in the file from an offset on. */
static evk_status scan_bytes(struct evk_lines *t, struct form *f, const char *data, size_t size,
                             int64_t offset, evk_error *err)
{
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)data[i];

        if (c > '\n')
            continue;
        if (c == '\n')
            EVK_TRY(end_line(t, f, offset + (int64_t)i + 1, err));
        f->cells += c == '\t';
        f->zero = f->zero || c == '\0';
    }
    return EVK_OK;
}

/* Read the file to its end or to a piece with a zero byte; *size: the bytes that were read. */
static evk_status scan_file(struct evk_lines *t, struct form *f, int64_t *size, evk_error *err)
{
    evk_status s = EVK_OK;
    size_t got = CHUNK;
    char *data;

    EVK_TRY(evk_alloc(&data, CHUNK, 1, "a table", err));
    for (*size = 0; !s && got == CHUNK && !f->zero; *size += (int64_t)got) {
        s = read_at(t, *size, data, CHUNK, &got, err);
        if (!s)
            s = scan_bytes(t, f, data, got, *size, err);
    }
    free(data);
    return s;
}

static evk_status check_form(const struct evk_lines *t, const struct form *f, int64_t size,
                             evk_error *err)
{
    if (f->lines == 0 || f->begin != size || f->zero)
        return evk_fail(err, EVK_EFORMAT, "is not a table: expected lines of text, all ended");
    if (f->odd_line)
        return evk_fail(err, EVK_EFORMAT, "line %lld has %lld cells, expected %lld",
                        (long long)f->odd_line, (long long)f->odd_cells, (long long)t->columns);
    if (f->long_line)
        return evk_fail(err, EVK_EFORMAT, "line %lld has %lld bytes, expected at most %d",
                        (long long)f->long_line, (long long)f->long_bytes, EVK_LINE_MAX);
    if (f->lines - 1 > f->most)
        return evk_fail(err, EVK_EFORMAT, "has %lld rows, expected at most %lld",
                        (long long)f->lines - 1, (long long)f->most);
    return EVK_OK;
}

static evk_status check_size(const struct evk_lines *t, evk_error *err)
{
    struct stat st;

    if (fstat(fileno(t->file), &st) != 0)
        return evk_fd_fail(t->path, err);
    if ((uintmax_t)st.st_size > EVK_SET_FILE_MAX)
        return evk_fail(err, EVK_EFORMAT, "has %lld bytes, expected at most %zu",
                        (long long)st.st_size, EVK_SET_FILE_MAX);
    return EVK_OK;
}

static evk_status find_lines(struct evk_lines *t, int64_t most, evk_error *err)
{
    struct form f = {.most = most, .cells = 1};
    int64_t size;

    EVK_TRY(check_size(t, err));
    EVK_TRY(keep_begin(t, 0, 0, err));
    EVK_TRY(scan_file(t, &f, &size, err));
    EVK_TRY(check_form(t, &f, size, err));
    t->count = f.lines - 1;
    return EVK_OK;
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* Fail because a line is not what it was when the table was opened.  Line 0 has the names. */
static evk_status has_changed(int64_t line, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "line %lld changed after the set was opened",
                    (long long)line + 1);
}

/* Read the bytes of lines first to end - 1 into text.  Line 0 has the names. */
static evk_status read_lines(const struct evk_lines *t, int64_t first, int64_t end, char *text,
                             evk_error *err)
{
    const size_t size = (size_t)(t->begin[end] - t->begin[first]);
    size_t got;

    EVK_TRY(read_at(t, t->begin[first], text, size, &got, err));
    return got == size ? EVK_OK : has_changed(first, err);
}

/* Cut a line, which begins at text, into its cells: tabs and the newline become zeros. */
static evk_status cut_line(const struct evk_lines *t, int64_t line, char *text, const char **cells,
                           evk_error *err)
{
    const size_t size = (size_t)(t->begin[line + 1] - t->begin[line]);
    char *const end = text + size - 1;

    if (*end != '\n' || memchr(text, '\0', size) || memchr(text, '\n', size - 1))
        return has_changed(line, err);
    *end = '\0';
    for (int64_t c = 0; c < t->columns; c++) {
        char *tab = memchr(text, '\t', (size_t)(end - text));

        if ((tab == NULL) != (c + 1 == t->columns))
            return has_changed(line, err);
        cells[c] = text;
        if (tab) {
            *tab = '\0';
            text = tab + 1;
        }
    }
    return EVK_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Two columns with one name are refused: programs disagree on which of the two they read. */
static evk_status check_names(const struct evk_lines *t, evk_error *err)
{
    evk_status s = EVK_OK;
    const char **names;

    EVK_TRY(evk_alloc(&names, t->columns, sizeof(*names), "columns", err));
    memcpy(names, t->names, (size_t)t->columns * sizeof(*names));
    qsort(names, (size_t)t->columns, sizeof(*names), by_name);
    for (int64_t c = 1; c < t->columns && !s; c++)
        if (strcmp(names[c - 1], names[c]) == 0)
            s = evk_fail(err, EVK_EFORMAT, "has two columns of the name '%.64s', expected one",
                         names[c]);
    free(names);
    return s;
}

static evk_status read_names(struct evk_lines *t, evk_error *err)
{
    EVK_TRY(evk_alloc(&t->first, t->begin[1], 1, "columns", err));
    EVK_TRY(evk_alloc(&t->names, t->columns, sizeof(*t->names), "columns", err));
    EVK_TRY(read_lines(t, 0, 1, t->first, err));
    EVK_TRY(cut_line(t, 0, t->first, t->names, err));
    return check_names(t, err);
}

/* ---- a table -------------------------------------------------------------------------------- */

evk_status evk_lines_open(struct evk_lines *out, const struct evk_dir *folder, const char *name,
                          int64_t most, evk_error *err)
{
    struct evk_lines t = {.file = NULL};
    evk_status s = evk_path_join(&t.path, folder->path, name, err);

    if (!s)
        s = evk_dir_stream(folder, name, &t.file, err);
    if (!s) {
        s = find_lines(&t, most, err);
        if (!s)
            s = read_names(&t, err);
        if (s == EVK_EFORMAT)
            s = evk_wrap(err, s, "%s", t.path);
    }
    if (s)
        evk_lines_close(&t);
    else
        *out = t;
    return s;
}

void evk_lines_close(struct evk_lines *t)
{
    if (t->file)
        fclose(t->file);
    free(t->path);
    free(t->names);
    free(t->first);
    free(t->begin);
    *t = (struct evk_lines){.file = NULL};
}

int64_t evk_lines_find(const struct evk_lines *t, const char *name)
{
    for (int64_t c = 0; c < t->columns; c++)
        if (strcmp(t->names[c], name) == 0)
            return c;
    return -1;
}

/* ---- one row after the other ---------------------------------------------------------------- */

/*
 * How far to read ahead: rows from `first` to before the returned one fit a chunk, or are one row.
 */
static int64_t chunk_end(const struct evk_lines *t, int64_t first)
{
    int64_t end = first + 1;

    while (end < t->count && t->begin[end + 2] - t->begin[first + 1] <= CHUNK)
        end++;
    return end;
}

static evk_status make_room(struct evk_line *line, size_t size, evk_error *err)
{
    if (size <= line->room)
        return EVK_OK;
    free(line->text);
    line->text = NULL;
    line->room = 0;
    EVK_TRY(evk_alloc(&line->text, (int64_t)size, 1, "a row", err));
    line->room = size;
    return EVK_OK;
}

/* Read the text of rows first to end - 1 into line. */
static evk_status read_rows(const struct evk_lines *t, int64_t first, int64_t end,
                            struct evk_line *line, evk_error *err)
{
    line->next = line->end = first;
    line->at = 0;
    EVK_TRY(make_room(line, (size_t)(t->begin[end + 1] - t->begin[first + 1]), err));
    EVK_TRY(read_lines(t, first + 1, end + 1, line->text, err));
    line->end = end;
    return EVK_OK;
}

/*
 * Get row i, whose text is read if it was not read ahead: with the rows after it where rows are
 * read in ascending order, else alone.
 */
static evk_status get_row(const struct evk_lines *t, int64_t i, struct evk_line *line,
                          evk_error *err)
{
    char *text;

    if (!line->cells)
        EVK_TRY(evk_alloc(&line->cells, t->columns, sizeof(*line->cells), "a row", err));
    if (i != line->next || i == line->end)
        EVK_TRY(read_rows(t, i, i == line->end ? chunk_end(t, i) : i + 1, line, err));
    text = line->text + line->at;
    line->next++;
    line->at += (size_t)(t->begin[i + 2] - t->begin[i + 1]);
    return cut_line(t, i + 1, text, line->cells, err);
}

evk_status evk_lines_get(const struct evk_lines *t, int64_t i, struct evk_line *line,
                         evk_error *err)
{
    const evk_status s = get_row(t, i, line, err);

    return s == EVK_EFORMAT ? evk_wrap(err, s, "%s", t->path) : s;
}

evk_status evk_lines_read_ahead(const struct evk_lines *t, int64_t n, struct evk_line *line,
                                evk_error *err)
{
    const evk_status s = read_rows(t, 0, n, line, err);

    return s == EVK_EFORMAT ? evk_wrap(err, s, "%s", t->path) : s;
}

void evk_line_release(struct evk_line *line)
{
    free(line->cells);
    free(line->text);
    *line = (struct evk_line){.cells = NULL};
}
