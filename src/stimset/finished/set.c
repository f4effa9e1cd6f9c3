/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.c - a finished stimulus set that is open: its rows, images and contact sheet */
#include "stimset/finished/set.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "image/image.h"
#include "stimset/finished/vetoed.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/journal.h"
#include "stimset/folder/unit_table.h"
#include "stimset/inputs/frame.h"
#include "stimset/record/set_file.h"
#include "stimset/record/tables.h"
#include "stimset/sheet/gallery.h"

/*
 * The rows of which evk_set_cell has returned cells: they are kept, so that the texts live as long
 * as the set.  Several threads may ask for a row at once: each reads it, and the first one to store
 * it wins.
 */
struct evk_kept_rows {
    int64_t count;
    _Atomic(struct evk_line *) row[]; /* (count) owned; NULL: no cell was asked for yet */
};

static evk_status new_kept(struct evk_kept_rows **out, int64_t count, evk_error *err)
{
    struct evk_kept_rows *kept;

    EVK_TRY(
        evk_alloc(&kept, 1, sizeof(*kept) + (size_t)count * sizeof(kept->row[0]), "a set", err));
    kept->count = count;
    *out = kept;
    return EVK_OK;
}

static void free_line(struct evk_line *line)
{
    if (line)
        evk_line_release(line);
    free(line);
}

static void free_kept(struct evk_kept_rows *kept)
{
    for (int64_t i = 0; kept && i < kept->count; i++)
        free_line(kept->row[i]);
    free(kept);
}

static evk_status read_tables(evk_set *s, evk_error *err)
{
    const struct evk_set_kind *kind = evk_set_kind_of(s->description);
    const bool is_large = kind && kind->streamed;

    EVK_TRY(evk_set_rows_open(&s->rows, &s->folder, is_large ? EVK_STREAM_MAX : EVK_CODE_MAX, err));
    EVK_TRY(evk_set_rows_check(&s->rows, err));
    if (!is_large)
        EVK_TRY(evk_stimuli_take(&s->rows, s->rows.count, &s->all, err));
    EVK_TRY(evk_traces_read(&s->folder, &s->rows, s->all.list, err));
    if (evk_description_has_units(s->description))
        EVK_TRY(evk_unit_rows_read(&s->units, &s->folder, err));
    return new_kept(&s->kept, s->rows.count, err);
}

static evk_status read_all(evk_set *s, const char *folder, evk_error *err)
{
    const struct evk_dir *dir = &s->folder;

    if (!evk_fs_is_folder(folder))
        return evk_fail(err, EVK_EINVAL, "%s: is not a folder, expected a stimulus set", folder);
    EVK_TRY(evk_dir_open(&s->folder, folder, err));
    EVK_TRY(evk_set_file_check(dir, err));
    if (!evk_set_file_has(dir, EVK_SET_DESCRIPTION))
        return evk_fail(err, EVK_EINVAL, "%s: is not a stimulus set (no %s in it)", folder,
                        EVK_SET_DESCRIPTION);
    if (evk_set_file_has(dir, evk_journal_name) || !evk_set_file_has(dir, EVK_SET_TABLE))
        return evk_fail(err, EVK_EINVAL,
                        "%s: is unfinished; the command that began it goes on with it", folder);
    EVK_TRY(evk_description_read(dir, &s->description, err));
    if (evk_json_get(s->description, "Session"))
        return evk_fail(err, EVK_EINVAL, "%s: is a session, expected a stimulus set", folder);
    return read_tables(s, err);
}

evk_status evk_set_open(evk_set **out, const char *folder, evk_error *err)
{
    EVK_ENTER();
    evk_set *s;
    evk_status status;

    EVK_TRY(evk_alloc(&s, 1, sizeof(*s), "a set", err));
    status = read_all(s, folder, err);
    if (status)
        evk_set_free(s);
    else
        *out = s;
    return status;
}

void evk_set_free(evk_set *s)
{
    if (!s)
        return;
    evk_dir_close(&s->folder);
    evk_json_free(s->description);
    evk_set_rows_close(&s->rows);
    evk_stimuli_release(&s->all);
    free_kept(s->kept);
    evk_unit_rows_release(&s->units);
    free(s);
}

/* ---- rows ----------------------------------------------------------------------------------- */

int64_t evk_set_count(const evk_set *set)
{
    return set->rows.count;
}

const char *evk_set_column(const evk_set *set, int64_t column)
{
    return column >= 0 && column < set->rows.lines.columns ? set->rows.lines.names[column] : NULL;
}

const char *evk_set_unit(const evk_set *set, const char *model, const char *output)
{
    for (int64_t i = 0; i < set->units.lines.count; i++) {
        const char *const *row = evk_unit_row_cells(&set->units, i);

        if (strcmp(row[EVK_UNIT_ROW_MODEL], model) == 0 &&
            strcmp(row[EVK_UNIT_ROW_OUTPUT], output) == 0)
            return row[EVK_UNIT_ROW_NAME];
    }
    return NULL;
}

/* Read a row and keep it; NULL: it cannot be read. */
static const struct evk_line *keep_row(const evk_set *set, int64_t row)
{
    struct evk_line *line, *there = NULL;

    if (evk_alloc(&line, 1, sizeof(*line), "a row", NULL))
        return NULL;
    if (evk_lines_get(&set->rows.lines, row, line, NULL)) {
        free_line(line);
        return NULL;
    }
    if (atomic_compare_exchange_strong(&set->kept->row[row], &there, line))
        return line;
    free_line(line); /* another thread was first */
    return there;
}

const char *evk_set_cell(const evk_set *set, int64_t row, const char *column)
{
    const int64_t c = evk_lines_find(&set->rows.lines, column);
    const struct evk_line *line;

    if (c < 0 || row < 0 || row >= set->rows.count)
        return NULL;
    line = set->kept->row[row];
    if (!line)
        line = keep_row(set, row);
    return line ? line->cells[c] : NULL;
}

int64_t evk_set_find(const evk_set *set, const char *stimulus_id)
{
    return evk_set_rows_find(&set->rows, stimulus_id);
}

evk_status evk_set_get_row(const evk_set *set, int64_t row, bool or_had, struct evk_row_line *line,
                           evk_error *err)
{
    if (row < 0 || row >= set->rows.count)
        return evk_fail(err, EVK_EINVAL, "%s: has no row %lld, expected 0 to %lld",
                        set->folder.path, (long long)row, (long long)set->rows.count - 1);
    EVK_TRY(evk_set_rows_get(&set->rows, row, line, err));
    if (!line->row.present && !(or_had && line->row.sha256[0]))
        return evk_fail(err, EVK_ENOTFOUND, "%s: %s has no image", set->folder.path,
                        line->row.stimulus_id);
    return EVK_OK;
}

/* ---- images --------------------------------------------------------------------------------- */

evk_status evk_set_get_pixels(const evk_set *set, int64_t row, struct evk_pixels *out,
                              evk_error *err)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    evk_status s = evk_set_get_row(set, row, false, &line, err);

    if (!s)
        s = evk_set_file_get_image(&set->folder, &line.row, NULL, out, err);
    evk_row_line_release(&line);
    return s;
}

evk_status evk_set_image(const evk_set *set, int64_t row, evk_image **out, evk_error *err)
{
    EVK_ENTER();
    struct evk_pixels p;
    evk_status s;

    EVK_TRY(evk_set_get_pixels(set, row, &p, err));
    s = evk_image_new(out, p.height, p.width, p.channels, err);
    for (int64_t i = 0; !s && i < p.height * p.width * p.channels; i++)
        (*out)->values[i] = p.data[i];
    evk_pixels_release(&p);
    return s;
}

/* ---- the contact sheet ---------------------------------------------------------------------- */

/*
 * Read the rows that the contact sheet shows of a set whose rows are not in memory: pages have room
 * for more than an image.
 */
static evk_status take_first(const evk_set *set, const char *path, struct evk_stimuli *out,
                             evk_error *err)
{
    const bool is_image = evk_ends_in(path, (const char *const[]){".png", NULL});
    const int64_t most = is_image ? EVK_GALLERY_FIRST : EVK_GALLERY_PAGES;

    return evk_stimuli_take(&set->rows, set->rows.count < most ? set->rows.count : most, out, err);
}

/* vetoes: NULL, or a table of the set. */
static evk_status draw_sheet(const evk_set *set, const struct evk_stimuli *shown,
                             const evk_image_list *reference, const struct evk_vetoes *vetoes,
                             const char *path, evk_error *err)
{
    struct evk_str texts = EVK_STR_INIT;
    const struct evk_set_kind *kind;
    struct evk_gallery g;
    evk_status s;

    EVK_TRY(evk_set_kind_find(&kind, set->description, err));
    EVK_TRY(evk_gallery_init(&g, &set->folder, kind, shown, set->rows.count, reference, err));
    s = vetoes ? evk_gallery_veto(&g, vetoes, &texts, err) : EVK_OK;
    if (!s)
        s = evk_sheet_write(&g.sheet, path, err);
    evk_gallery_release(&g);
    evk_str_release(&texts);
    return s;
}

static evk_status choose_and_draw(const evk_set *set, evk_image_list *reference,
                                  const struct evk_vetoes *vetoes, const char *path, evk_error *err)
{
    const bool is_whole = set->all.count == set->rows.count;
    struct evk_photograph_frame frame;
    struct evk_stimuli first = {NULL, 0, NULL};
    evk_status s = EVK_OK;

    EVK_TRY(evk_frame_of_set(&frame, set->description, err));
    if (reference)
        evk_image_list_set_frame(reference, &frame);
    if (!is_whole)
        s = take_first(set, path, &first, err);
    if (!s)
        s = draw_sheet(set, is_whole ? &set->all : &first, reference, vetoes, path, err);
    evk_stimuli_release(&first);
    return s;
}

evk_status evk_set_sheet(const evk_set *set, evk_image_list *reference, const char *path,
                         evk_error *err)
{
    EVK_ENTER();
    return choose_and_draw(set, reference, NULL, path, err);
}

evk_status evk_set_sheet_veto(const evk_set *set, evk_image_list *reference, const char *veto,
                              const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_vetoes vetoes;
    evk_status s;

    EVK_TRY(evk_vetoes_of_set(&vetoes, set, set->folder.path, veto, err));
    s = choose_and_draw(set, reference, &vetoes, path, err);
    evk_vetoes_release(&vetoes);
    return s;
}
