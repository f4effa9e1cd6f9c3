/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.c - what a folder holds: nothing yet, an unfinished set, or a finished set */
#include "stimset/folder/state.h"

#include <stdlib.h>
#include <string.h>

#include "stimset/folder/describe.h"
#include "stimset/folder/journal.h"
#include "stimset/folder/manifest.h"
#include "stimset/folder/unit_table.h"
#include "stimset/record/set_file.h"
#include "stimset/record/tables.h"

evk_status evk_state_check_folder(const struct evk_dir *folder, evk_error *err)
{
    static const char *const ours[] = {EVK_SET_LOCK, EVK_SET_DESCRIPTION ".part"};
    struct evk_names names;
    size_t foreign = 0;

    if (evk_set_file_has(folder, EVK_SET_DESCRIPTION))
        return EVK_OK;
    EVK_TRY(evk_dir_list(folder, "", &names, err));
    for (size_t i = 0; i < names.count; i++)
        foreign += strcmp(names.names[i], ours[0]) != 0 && strcmp(names.names[i], ours[1]) != 0;
    evk_names_release(&names);
    if (foreign)
        return evk_fail(err, EVK_EINVAL,
                        "%s: is not empty and not a stimulus set (no %s in it), expected a new or "
                        "an empty folder",
                        folder->path, EVK_SET_DESCRIPTION);
    return EVK_OK;
}

/* Has the file the SHA-256 that the manifest lists for it? */
static bool is_as_listed(const struct evk_dir *folder, const struct evk_manifest *m,
                         const char *name)
{
    const struct evk_manifest_entry *e = evk_manifest_find(m, name);
    char hash[EVK_SHA256_TEXT];

    return e && !evk_set_file_hash(folder, name, hash, NULL) && strcmp(hash, e->sha256) == 0;
}

/* Does the manifest list the images and full traces of the rows, and none of rows without image? */
static bool lists_images(const struct evk_manifest *m, const struct evk_stimuli *all)
{
    char path[EVK_IMAGE_NAME];

    for (int64_t i = 0; i < all->count; i++) {
        const struct evk_row *row = &all->list[i].row;
        const struct evk_manifest_entry *e;

        evk_set_file_image_name(row, path);
        e = evk_manifest_find(m, path);
        if (row->present ? !e || strcmp(e->sha256, row->sha256) != 0 : e != NULL)
            return false;
        evk_set_file_trace_name(row, path);
        e = evk_manifest_find(m, path);
        if (row->present && row->trace_sha256[0] ? !e || strcmp(e->sha256, row->trace_sha256) != 0
                                                 : e != NULL)
            return false;
    }
    return true;
}

/* Fails where a table was altered after the set was finished. */
static evk_status check_table(const struct evk_dir *folder, const struct evk_manifest *m,
                              const char *name, evk_error *err)
{
    if (is_as_listed(folder, m, name))
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "%s/%s: is missing or was altered after the set was finished; 'evoke verify' "
                    "says where; expected the file that %s lists",
                    folder->path, name, EVK_SET_MANIFEST);
}

static evk_status read_finished(const struct evk_dir *folder, struct evk_state *st, evk_error *err)
{
    const struct evk_set_kind *kind = evk_set_kind_of(st->description);
    struct evk_manifest m;
    evk_status s = EVK_OK;

    st->stage = EVK_STAGE_FINISHED;
    EVK_TRY(evk_manifest_read(&m, folder, err));
    for (const char *const *name = evk_set_tables; *name && !s; name++)
        s = check_table(folder, &m, *name, err);
    if (!s && evk_description_has_units(st->description))
        s = check_table(folder, &m, EVK_SET_UNITS, err);
    st->texts_are_as_listed = true;
    for (const char *const *name = evk_set_texts; *name; name++)
        st->texts_are_as_listed = st->texts_are_as_listed && is_as_listed(folder, &m, *name);
    if (!s && !(kind && kind->streamed)) /* rows of a streamed set stay on the disk */
        s = evk_stimuli_read(folder, EVK_CODE_MAX, &st->all, err);
    st->texts_are_as_listed = st->texts_are_as_listed && lists_images(&m, &st->all);
    evk_manifest_release(&m);
    return s;
}

static evk_status read_stage(const struct evk_dir *folder, struct evk_state *st, evk_error *err)
{
    evk_status s;

    if (!evk_set_file_has(folder, EVK_SET_DESCRIPTION))
        return EVK_OK;
    EVK_TRY(evk_description_read(folder, &st->description, err));
    if (evk_set_file_has(folder, evk_journal_name)) {
        st->stage = EVK_STAGE_UNFINISHED;
        EVK_TRY(evk_journal_read(folder, &st->all, err));
        /* build.c writes no empty journal: this one is damaged, and stim_codes may be in use. */
        if (st->all.count == 0)
            return evk_fail(err, EVK_EFORMAT, "%s/%s: has no line that can be read", folder->path,
                            evk_journal_name);
        s = evk_stimuli_check_codes(&st->all, evk_journal_name, err);
        return s ? evk_wrap(err, s, "%s", folder->path) : EVK_OK;
    }
    if (evk_set_file_has(folder, EVK_SET_MANIFEST))
        return read_finished(folder, st, err);
    if (evk_set_file_has(folder, EVK_SET_TABLE))
        return evk_fail(err, EVK_EFORMAT,
                        "%s: has a table, but neither %s (a finished set) nor %s (one under way)",
                        folder->path, EVK_SET_MANIFEST, evk_journal_name);
    return EVK_OK;
}

evk_status evk_state_read(const struct evk_dir *folder, struct evk_state *out, evk_error *err)
{
    evk_status s;

    *out = (struct evk_state){.stage = EVK_STAGE_NEW};
    s = read_stage(folder, out, err);
    if (s)
        evk_state_release(out);
    return s;
}

void evk_state_release(struct evk_state *s)
{
    evk_json_free(s->description);
    evk_stimuli_release(&s->all);
    *s = (struct evk_state){.stage = EVK_STAGE_NEW};
}
