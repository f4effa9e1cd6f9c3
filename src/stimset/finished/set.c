/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.c - a finished stimulus set, opened to be read */
#include "stimset/finished/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/image.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/journal.h"
#include "stimset/inputs/frame.h"
#include "stimset/record/set_file.h"
#include "stimset/sheet/gallery.h"

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
    EVK_TRY(evk_table_read(&s->table, dir, EVK_SET_TABLE, err));
    return evk_stimuli_read(dir, &s->all, err);
}

evk_status evk_set_open(evk_set **out, const char *folder, evk_error *err)
{
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
    evk_table_release(&s->table);
    evk_stimuli_release(&s->all);
    free(s);
}

int64_t evk_set_count(const evk_set *set)
{
    return set->table.rows;
}

const char *evk_set_column(const evk_set *set, int64_t column)
{
    return column >= 0 && column < set->table.columns ? evk_table_name(&set->table, column) : NULL;
}

const char *evk_set_cell(const evk_set *set, int64_t row, const char *column)
{
    const int64_t c = evk_table_find(&set->table, column);

    return c >= 0 && row >= 0 && row < set->table.rows ? evk_table_cell(&set->table, row, c) : NULL;
}

int64_t evk_set_find(const evk_set *set, const char *stimulus_id)
{
    for (int64_t i = 0; i < set->all.count; i++)
        if (strcmp(set->all.list[i].row.stimulus_id, stimulus_id) == 0)
            return i;
    return -1;
}

evk_status evk_set_check_row(const evk_set *set, int64_t row, bool or_had, evk_error *err)
{
    const struct evk_row *r;

    if (row < 0 || row >= set->all.count)
        return evk_fail(err, EVK_EINVAL, "%s: has no row %lld, expected 0 to %lld",
                        set->folder.path, (long long)row, (long long)set->all.count - 1);
    r = &set->all.list[row].row;
    if (!r->present && !(or_had && r->sha256[0]))
        return evk_fail(err, EVK_ENOTFOUND, "%s: %s has no image", set->folder.path,
                        r->stimulus_id);
    return EVK_OK;
}

evk_status evk_set_image(const evk_set *set, int64_t row, evk_image **out, evk_error *err)
{
    struct evk_pixels p;
    evk_status s;

    EVK_TRY(evk_set_check_row(set, row, false, err));
    EVK_TRY(evk_set_file_get_image(&set->folder, &set->all.list[row].row, NULL, &p, err));
    s = evk_image_new(out, p.height, p.width, p.channels, err);
    for (int64_t i = 0; !s && i < p.height * p.width * p.channels; i++)
        (*out)->values[i] = p.data[i];
    evk_pixels_release(&p);
    return s;
}

evk_status evk_set_sheet(const evk_set *set, evk_image_list *reference, const char *path,
                         evk_error *err)
{
    const struct evk_set_kind *kind;
    struct evk_gallery g;
    struct evk_photograph_frame frame;
    evk_status s;

    EVK_TRY(evk_frame_of_set(&frame, set->description, err));
    if (reference)
        evk_image_list_set_frame(reference, &frame);
    EVK_TRY(evk_set_kind_find(&kind, set->description, err));
    EVK_TRY(evk_gallery_init(&g, &set->folder, kind, &set->all, set->all.count, reference, err));
    s = evk_sheet_write(&g.sheet, path, err);
    evk_gallery_release(&g);
    return s;
}
