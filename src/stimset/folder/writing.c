/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writing.c - the folder of a set while a call writes to it: open and locked */
#include "stimset/folder/writing.h"

#include "stimset/folder/state.h"
#include "stimset/record/set_file.h"

/* Lock the folder, after a check that it holds a set or nothing. */
static evk_status lock_folder(struct evk_writing *w, evk_error *err)
{
    evk_status s;

    EVK_TRY(evk_set_file_check(&w->folder, err));
    EVK_TRY(evk_state_check_folder(&w->folder, err));
    s = evk_lock_file_take(&w->lock, &w->folder, EVK_SET_LOCK, err);
    return s == EVK_EBUSY ? evk_wrap(err, s, "%s", w->folder.path) : s;
}

evk_status evk_writing_begin(struct evk_writing *out, const char *folder, evk_error *err)
{
    evk_status s;

    *out = (struct evk_writing){{-1, NULL}, {-1, NULL, NULL}, !evk_fs_exists(folder)};
    if (out->is_new)
        EVK_TRY(evk_fs_make_folder(folder, err));
    else if (!evk_fs_is_folder(folder))
        return evk_fail(err, EVK_EINVAL, "%s: is not a folder, expected one or nothing", folder);
    EVK_TRY(evk_dir_open(&out->folder, folder, err));
    s = lock_folder(out, err);
    if (s)
        evk_writing_end(out);
    return s;
}

static bool is_empty(const struct evk_dir *folder)
{
    struct evk_names n;
    bool empty;

    if (evk_dir_list(folder, "", &n, NULL))
        return false;
    empty = n.count == 0;
    evk_names_release(&n);
    return empty;
}

void evk_writing_end(struct evk_writing *w)
{
    evk_lock_file_give(&w->lock);
    if (w->is_new && is_empty(&w->folder))
        evk_fs_remove_folder(w->folder.path);
    evk_dir_close(&w->folder);
}
