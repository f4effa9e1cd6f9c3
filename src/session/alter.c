/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alter.c - a finished session is opened to be changed: drop.c and add.c */
#include "session/alter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "session/folder/change.h"
#include "session/folder/trials.h"
#include "stimset/record/set_file.h"

/* Returns the code of an image by the name of its file; 0: the name is another one. */
static int64_t code_of(const char *file)
{
    char name[EVK_RIG_NAME];
    long long code;

    if (sscanf(file, "stim-%lld_image.png", &code) != 1 || code < 1 || code > EVK_CODE_MAX)
        return 0;
    evk_rig_image_name(code, name);
    return strcmp(evk_base_name(name), file) == 0 ? code : 0;
}

/* Removes images that sets brought whose addition was interrupted. */
static evk_status remove_strays(const struct evk_rig_alter *a, evk_error *err)
{
    struct evk_names names;
    evk_status s = evk_dir_list(&a->folder, "stimuli", &names, err);

    if (s)
        return s;
    for (size_t i = 0; i < names.count && !s; i++) {
        const int64_t code = code_of(names.names[i]);
        char name[EVK_RIG_NAME];

        if (code <= a->session.images)
            continue;
        evk_rig_image_name(code, name);
        s = evk_dir_remove(&a->folder, name, err);
    }
    evk_names_release(&names);
    return s;
}

evk_status evk_rig_alter_begin(struct evk_rig_alter *out, const char *folder, evk_error *err)
{
    evk_status s;

    *out = (struct evk_rig_alter){.folder = {-1, NULL}, .lock = {-1, NULL, NULL}};
    if (!evk_fs_is_folder(folder))
        return evk_fail(err, EVK_EINVAL, "%s: is not a folder, expected a session", folder);
    EVK_TRY(evk_dir_open(&out->folder, folder, err));
    if (!evk_set_file_has(&out->folder, EVK_SET_MANIFEST))
        return evk_fail(err, EVK_EINVAL, "%s: is no finished session (no %s in it)", folder,
                        EVK_SET_MANIFEST);
    s = evk_lock_file_take(&out->lock, &out->folder, EVK_SET_LOCK, err);
    if (s)
        return evk_wrap(err, s, "%s", folder);
    EVK_TRY(evk_rig_change_finish(&out->folder, err));
    EVK_TRY(evk_rig_session_open(&out->session, folder, err));
    out->is_open = true;
    EVK_TRY(remove_strays(out, err));
    EVK_TRY(evk_rig_report_new(&out->report, err));
    evk_rig_report_of(out->report, &out->session);
    out->minutes = out->report->total.minutes;
    EVK_TRY(evk_rig_described_options(&out->options, out->session.options, err));
    return evk_rig_plan_read(&out->plan, &out->options,
                             evk_json_get(out->session.options, "Display"), err);
}

void evk_rig_alter_end(struct evk_rig_alter *a)
{
    evk_rig_plan_release(&a->plan);
    if (a->is_open)
        evk_rig_session_close(&a->session);
    evk_rig_report_free(a->report);
    evk_rig_files_release(&a->files);
    evk_lock_file_give(&a->lock);
    evk_dir_close(&a->folder);
}

bool evk_rig_alter_is_done(const struct evk_rig_alter *a, const struct evk_json_writer *change)
{
    const evk_json *changes = evk_json_get(a->session.options, "Changes");
    const size_t n = evk_json_count(changes);

    for (const char *key = NULL; n && (key = evk_json_key_after(change->root, key));)
        if (!evk_json_equal(evk_json_get(evk_json_at(changes, n - 1), key),
                            evk_json_get(change->root, key)))
            return false;
    return n > 0;
}

/* Describes the session with one change more. */
static evk_status add_description(struct evk_rig_alter *a, const struct evk_json_writer *change,
                                  evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_json *session, *changes;
    evk_status s;

    evk_json_writer_init(&w);
    for (const char *key = NULL; (key = evk_json_key_after(a->session.description, key));)
        evk_json_put_copy(&w, w.root, key, evk_json_get(a->session.description, key));
    session = evk_json_member(w.root, "Session");
    changes = evk_json_member(session, "Changes");
    if (!changes)
        changes = evk_json_put_array(&w, session, "Changes");
    evk_json_put_copy(&w, changes, NULL, change->root);
    s = evk_json_write(&w, &text, err);
    evk_json_writer_release(&w);
    if (!s)
        return evk_rig_files_add(&a->files, EVK_SET_DESCRIPTION, &text, err);
    evk_str_release(&text);
    return s;
}

/* Writes the events of the whole session: what was shown, then the new order. */
static evk_status add_events(struct evk_rig_alter *a, const struct evk_str *trials, int64_t after,
                             const struct evk_rig_image *images, int64_t image_count,
                             evk_error *err)
{
    const struct evk_bytes bytes = {(unsigned char *)trials->data, trials->size};
    struct evk_rig_trials all = {a->session.trial, a->session.trials};
    evk_status s = evk_rig_trials_take(&all, &bytes, "the new order", image_count, after, err);

    a->session.trial = all.list; /* the list may have moved */
    a->session.trials = all.count;
    return s ? s : evk_rig_add_events(&a->files, &a->plan, all.list, all.count, images, err);
}

static evk_status add_files(struct evk_rig_alter *a, struct evk_json_writer *change,
                            struct evk_str *trials, int64_t after,
                            const struct evk_rig_image *images, int64_t image_count, evk_error *err)
{
    const size_t done = evk_json_count(evk_json_get(a->session.options, "Changes"));
    char name[EVK_RIG_TRIALS_NAME];

    EVK_TRY(add_description(a, change, err));
    EVK_TRY(add_events(a, trials, after, images, image_count, err));
    evk_rig_trials_name((int64_t)done + 2, name);
    return evk_rig_files_add(&a->files, name, trials, err);
}

/* Returns the minutes that the session may take: those of its last change that says so. */
static double limit_of(const struct evk_rig_alter *a)
{
    const evk_json *changes = evk_json_get(a->session.options, "Changes");
    double minutes = a->options.minutes;

    for (size_t i = 0; i < evk_json_count(changes); i++)
        (void)evk_json_real(evk_json_get(evk_json_at(changes, i), "Minutes"), &minutes);
    return minutes;
}

/* Says which files of display programs still have the order before. */
static evk_status note_exports(struct evk_rig_alter *a, evk_error *err)
{
    struct evk_names names;
    size_t found = 0;

    EVK_TRY(evk_dir_list(&a->folder, "", &names, err));
    for (size_t i = 0; i < names.count; i++)
        found += strncmp(names.names[i], "display_", 8) == 0;
    evk_names_release(&names);
    if (!found)
        return EVK_OK;
    return evk_names_add(&a->report->notes,
                         "files of 'evoke export' in the session still have the earlier order; the "
                         "same command writes the new order",
                         err);
}

evk_status evk_rig_alter_finish(struct evk_rig_alter *a, struct evk_json_writer *change,
                                const struct evk_rig_remaining *remaining,
                                const struct evk_rig_belonging *belongings, int64_t count,
                                const struct evk_rig_image *images, int64_t image_count,
                                const struct evk_manifest *more, double minutes, evk_error *err)
{
    struct evk_str trials = EVK_STR_INIT;
    evk_status s;

    a->report->total = (evk_rig_total){.images = 0};
    s = evk_rig_remaining_order(remaining, &a->plan, belongings, count,
                                isnan(minutes) ? limit_of(a) : minutes, &trials, a->report, err);
    if (!s)
        s = add_files(a, change, &trials, remaining->after, images, image_count, err);
    evk_str_release(&trials);
    EVK_TRY(s);
    evk_rig_report_of(a->report, &a->session);
    a->report->total.images = image_count;
    a->report->total.stimuli = count;
    a->report->total.won = a->minutes - a->report->total.minutes;
    if (remaining->shows_lost)
        EVK_TRY(evk_names_printf(&a->report->notes, err,
                                 "presentations that are left out, since the only image that "
                                 "remains would follow itself: %lld",
                                 (long long)remaining->shows_lost));
    if (remaining->blanks_lost)
        EVK_TRY(evk_names_printf(&a->report->notes, err,
                                 "blanks that are left out, since one stands before each image "
                                 "that remains: %lld",
                                 (long long)remaining->blanks_lost));
    EVK_TRY(note_exports(a, err));
    return evk_rig_change(&a->folder, a->files.list, a->files.count, more, err);
}
