/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal.c - SET/unfinished.tsv, the journal: which stimuli a set will have, and which are made */
#include "stimset/folder/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/record/set_file.h"

enum { CHECK = 16 }; /* digits of the SHA-256 at the end of a line */

const char evk_journal_name[] = EVK_SET_JOURNAL;

/* What stands before the first number of the response trace where making the image failed. */
static const char FAILED[] = "failed";

evk_status evk_journal_line(const struct evk_stimulus *s, struct evk_str *text, evk_error *err)
{
    const size_t begin = text->size;
    char hash[EVK_SHA256_TEXT];

    EVK_TRY(evk_row_write(&s->row, text, err));
    text->data[--text->size] = '\0'; /* without the newline */
    evk_str_printf(text, "\t%s", s->failed ? FAILED : "");
    evk_response_trace_write(&s->trace, s->trace.count, ',', text);
    EVK_TRY(evk_str_check(text, err));
    EVK_TRY(evk_sha256_text(text->data + begin, text->size - begin, hash, err));
    evk_str_printf(text, "\t%.*s\n", CHECK, hash);
    return evk_str_check(text, err);
}

evk_status evk_journal_write(const struct evk_dir *folder, const struct evk_stimuli *all,
                             evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s = EVK_OK;

    for (int64_t i = 0; i < all->count && !s; i++)
        s = evk_journal_line(&all->list[i], &text, err);
    if (!s)
        s = evk_dir_write(folder, evk_journal_name, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_journal_add(const struct evk_dir *folder, const struct evk_stimulus *stimulus,
                           evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s = evk_journal_line(stimulus, &text, err);

    if (!s)
        s = evk_dir_append(folder, evk_journal_name, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

/* Cut the next cell off a line, which begins at *at; NULL where there is none. */
static char *cut_cell(char **at, char separator)
{
    char *cell = *at, *end;

    if (!cell)
        return NULL;
    end = strchr(cell, separator);
    if (end)
        *end = '\0';
    *at = end ? end + 1 : NULL;
    return cell;
}

/* Has the line the right hash?  The hash is cut off. */
static bool is_whole(char *line)
{
    char *tab = strrchr(line, '\t'), hash[EVK_SHA256_TEXT];

    if (!tab || evk_sha256_text(line, (size_t)(tab - line), hash, NULL))
        return false;
    *tab = '\0';
    return strlen(tab + 1) == CHECK && strncmp(tab + 1, hash, CHECK) == 0;
}

/* Read the response trace, and whether making the image failed, which its first cell says. */
static evk_status read_trace(char *trace, struct evk_stimulus *s, evk_error *err)
{
    const char *mark = cut_cell(&trace, ',');

    s->failed = strcmp(mark, FAILED) == 0;
    while (trace) {
        const char *cell = cut_cell(&trace, ',');

        if (!evk_response_trace_read(&s->trace, cell))
            return evk_fail(err, EVK_EFORMAT, "'%s' is not a response", cell);
    }
    return EVK_OK;
}

/* Read the cells of a line with the right hash. */
static evk_status read_cells(char *line, struct evk_stimulus *s, evk_error *err)
{
    char *at = line, *trace;

    *s = (struct evk_stimulus){.row = evk_row_new()};
    for (size_t i = 0; evk_row_column(i); i++) {
        const char *cell = cut_cell(&at, '\t');

        if (!cell)
            return evk_fail(err, EVK_EFORMAT, "ends before %s", evk_row_column(i));
        EVK_TRY(evk_row_read(&s->row, i, cell, err));
    }
    trace = cut_cell(&at, '\t');
    if (!trace || at)
        return evk_fail(err, EVK_EFORMAT, "has %s cells, expected those of a row, and its trace",
                        trace ? "more" : "fewer");
    EVK_TRY(read_trace(trace, s, err));
    return evk_row_check_names(&s->row, err);
}

/*
 * Read a line; *whole: it has the right hash.  EVK_EFORMAT: it has, and its cells cannot be read.
 * Such a line was written by another version of evoke, or by another program.
 */
static evk_status read_line(const char *path, int64_t number, char *line, bool *whole,
                            struct evk_stimulus *out, evk_error *err)
{
    evk_status s = EVK_OK;

    *whole = is_whole(line);
    if (*whole)
        s = read_cells(line, out, err);
    return s ? evk_wrap(err, s, "%s/%s: line %lld", path, evk_journal_name, (long long)number)
             : EVK_OK;
}

static bool is_tried(const struct evk_stimulus *s)
{
    return s->row.present || s->row.dead || s->row.dropped[0] || s->failed;
}

/* Order by stim_code; of lines with the same code, those that were not tried come first. */
static int by_code(const void *a, const void *b)
{
    const struct evk_stimulus *x = a, *y = b;

    if (x->row.stim_code != y->row.stim_code)
        return x->row.stim_code < y->row.stim_code ? -1 : 1;
    return (int)is_tried(x) - (int)is_tried(y);
}

static evk_status read_lines(const char *path, struct evk_stimuli *out, evk_error *err)
{
    char *at = out->text;
    int64_t lines = 0, n = 0, number = 1;

    for (const char *c = at; *c; c++)
        lines += *c == '\n';
    EVK_TRY(evk_stimuli_grow(out, lines, err));
    for (; at && strchr(at, '\n'); number++) {
        bool whole;

        EVK_TRY(read_line(path, number, cut_cell(&at, '\n'), &whole, &out->list[n], err));
        n += whole;
    }
    out->count = n;
    return EVK_OK;
}

/* Of lines that are in order, keep the last one of each stimulus. */
static void drop_replaced(struct evk_stimuli *all)
{
    int64_t kept = 0;

    for (int64_t i = 0; i < all->count; i++)
        if (i + 1 == all->count || all->list[i + 1].row.stim_code != all->list[i].row.stim_code)
            all->list[kept++] = all->list[i];
    all->count = kept;
}

evk_status evk_journal_read(const struct evk_dir *folder, struct evk_stimuli *out, evk_error *err)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_set_file_get(folder, evk_journal_name, &file, err));
    s = evk_alloc(&all.text, (int64_t)file.size + 1, 1, evk_journal_name, err);
    if (!s) {
        memcpy(all.text, file.data, file.size);
        s = read_lines(folder->path, &all, err);
    }
    evk_bytes_release(&file);
    if (s) {
        evk_stimuli_release(&all);
        return s;
    }
    if (all.count)
        qsort(all.list, (size_t)all.count, sizeof(*all.list), by_code);
    drop_replaced(&all);
    *out = all;
    return EVK_OK;
}

/* ---- one line at a time ------------------------------------------------------------------ */

struct evk_journal_reader {
    const char *path; /* of the folder, borrowed */
    FILE *file;       /* owned */
    char *line;       /* owned */
    size_t room;      /* bytes that line has memory for */
    int64_t at;       /* bytes of the lines with the right hash that were read */
    int64_t number;   /* lines that were read */
};

evk_status evk_journal_open(struct evk_journal_reader **out, const struct evk_dir *folder,
                            evk_error *err)
{
    struct evk_journal_reader *r;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), evk_journal_name, err));
    s = evk_dir_stream(folder, evk_journal_name, &r->file, err);
    r->path = folder->path;
    if (s)
        free(r);
    else
        *out = r;
    return s;
}

evk_status evk_journal_next(struct evk_journal_reader *r, struct evk_stimulus *out, bool *more,
                            evk_error *err)
{
    const ssize_t n = getline(&r->line, &r->room, r->file);

    *more = false;
    if (n <= 0 || r->line[n - 1] != '\n' || memchr(r->line, 0, (size_t)n))
        return EVK_OK;
    r->line[n - 1] = '\0';
    EVK_TRY(read_line(r->path, ++r->number, r->line, more, out, err));
    if (*more)
        r->at += n;
    return EVK_OK;
}

int64_t evk_journal_read_so_far(const struct evk_journal_reader *r)
{
    return r->at;
}

void evk_journal_close(struct evk_journal_reader *r)
{
    if (!r)
        return;
    fclose(r->file);
    free(r->line);
    free(r);
}
