/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * make.c - a session is made: from sets to a finished folder, or to a plan alone
 *
 *   1. options, vetoes and sets are read; images are shown once without being written where the
 *      session may take longer than it should, since nothing is written then
 *   2. the folder is locked, and a first description is written: the session is unfinished
 *   3. images are written, then tables and texts, the manifest last: the session is finished
 */
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/lock_file.h"
#include "base/mem.h"
#include "image/image.h"
#include "session/build.h"
#include "session/folder/change.h"
#include "session/pairs.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/writing.h"
#include "stimset/record/set_file.h"

/* A call. */
struct call {
    const evk_rig_source *source;
    const evk_rig_options *options;
    const evk_run *run;
    struct evk_rig_build b;
};

static evk_status open_call(struct call *c, evk_error *err)
{
    const evk_rig_source *s = c->source;

    if (s->set_count == 0)
        return evk_fail(err, EVK_EINVAL,
                        "found no set, expected at least one to make a session of");
    EVK_TRY(evk_rig_build_choose(&c->b, s, err));
    EVK_TRY(evk_rig_build_open(&c->b, c->options, NULL, s->sets, s->set_count, NULL, err));
    if (c->options->catch_image)
        EVK_TRY(
            evk_fs_hash(c->options->catch_image, EVK_IMAGE_FILE_MAX, c->b.plan.catch_sha256, err));
    return EVK_OK;
}

static void close_call(struct call *c)
{
    evk_rig_build_release(&c->b);
}

/* ---- images and order ------------------------------------------------------------------------ */

static evk_status make_images(struct call *c, const struct evk_dir *folder, evk_error *err)
{
    evk_rig_images_release(&c->b.images);
    c->b.images = (struct evk_rig_images){.blank = -1, .catch_image = -1};
    return evk_rig_images_make(&c->b.images, &c->b.g, &c->b.plan, folder, c->source->models,
                               c->source->model_count, evk_rig_build_has_blank(c->options),
                               folder != NULL, c->run, err);
}

/*
 * Orders the images.  must_fit: fails where the session takes longer than it should; otherwise the
 * report says so.
 */
static evk_status order(struct call *c, struct evk_str *trials, bool must_fit, evk_error *err)
{
    struct evk_rig_schedule schedule;
    evk_error over = {EVK_OK, ""};

    EVK_TRY(evk_rig_build_list(&c->b, err));
    schedule = evk_rig_build_schedule(&c->b);
    evk_rig_header(trials, EVK_RIG_TRIALS_TABLE);
    EVK_TRY(evk_rig_schedule_make(&schedule, trials, c->b.report, err));
    c->b.report->total.images = c->b.images.count;
    c->b.report->total.stimuli =
        c->b.g.count + c->b.images.own_blank + (c->b.images.catch_image >= 0);
    if (must_fit)
        return evk_rig_schedule_check(&schedule, c->b.report, c->options->minutes, err);
    EVK_TRY(evk_rig_build_notes(&c->b, err));
    if (evk_rig_schedule_check(&schedule, c->b.report, c->options->minutes, &over))
        return evk_names_add(&c->b.report->notes, over.msg, err);
    return EVK_OK;
}

/* ---- a plan ---------------------------------------------------------------------------------- */

static evk_status plan(struct call *c, bool must_fit, evk_error *err)
{
    struct evk_str trials = EVK_STR_INIT;
    evk_status s;

    EVK_TRY(make_images(c, NULL, err));
    s = order(c, &trials, must_fit, err);
    evk_str_release(&trials);
    return s;
}

/* Makes a plan in a call of its own, which only fails where the session would take too long. */
static evk_status check_minutes(const struct call *c, evk_error *err)
{
    struct call trial = {.source = c->source, .options = c->options, .run = c->run};
    evk_status s = open_call(&trial, err);

    if (!s)
        s = plan(&trial, true, err);
    close_call(&trial);
    return s;
}

/* Would the session fit even if no two stimuli were the same image? */
static bool surely_fits(const struct call *c)
{
    const struct evk_rig_options *o = c->options;
    const int64_t n = o->repeats * c->b.g.count + o->blanks;
    const int64_t trials = (n + o->per_trial - 1) / o->per_trial;
    const int64_t all = n + o->per_trial * (evk_rig_plan_catch(&c->b.plan, trials) + 1);

    return evk_trial_clock_estimate(&c->b.plan.clock, all, o->per_trial) <= 60 * o->minutes;
}

/* ---- the folder ------------------------------------------------------------------------------ */

/* The members of Session that say what a call asked for. */
static const char *const asked[] = {"Options", "CatchImageSHA256", "Sets", "Vetoes",
                                    "Units",   "Display",          NULL};

/*
 * Fails where the folder holds the session of another call; *finished: it is there already.  text:
 * the description of this call.
 */
static evk_status check_there(const struct evk_dir *folder, const struct evk_str *text,
                              bool *finished, evk_error *err)
{
    const evk_json *there;
    evk_json *description, *mine = NULL;
    evk_status s = EVK_OK;

    *finished = false;
    if (!evk_set_file_has(folder, EVK_SET_DESCRIPTION))
        return EVK_OK;
    EVK_TRY(evk_description_read(folder, &description, err));
    there = evk_json_get(description, "Session");
    if (!there || strcmp(evk_description_version(description), evk_version()) != 0)
        s = evk_fail(err, EVK_EINVAL, "%s: holds %s, expected a new or an empty folder",
                     folder->path,
                     there ? "a session of another version of evoke" : "a stimulus set");
    if (!s)
        s = evk_json_parse(&mine, text->data, text->size, err);
    for (int i = 0; asked[i] && !s; i++)
        if (!evk_json_equal(evk_json_get(there, asked[i]),
                            evk_json_get(evk_json_get(mine, "Session"), asked[i])))
            s = evk_fail(err, EVK_EINVAL,
                         "%s: holds a session made with other %s; expected the same call, or a new "
                         "folder",
                         folder->path, asked[i]);
    evk_json_free(mine);
    evk_json_free(description);
    *finished = evk_set_file_has(folder, EVK_SET_MANIFEST);
    return s;
}

static evk_status write_manifest(struct call *c, const struct evk_dir *folder, evk_error *err)
{
    struct evk_manifest m = {NULL, 0, 0, false};
    evk_status s = evk_rig_manifest_put_all(&m, c->b.files.list, c->b.files.count, err);

    for (int64_t i = 0; i < c->b.images.count && !s; i++) {
        char name[EVK_RIG_NAME];

        evk_rig_image_name(i + 1, name);
        s = evk_manifest_add(&m, name, c->b.images.list[i].sha256, err);
    }
    if (!s) {
        evk_fs_sync();
        s = evk_manifest_write(&m, folder, err);
    }
    evk_manifest_release(&m);
    return s;
}

static struct evk_rig_chosen chosen_of(const struct call *c)
{
    return (struct evk_rig_chosen){&c->b.g, &c->b.vetoes, c->b.has_units ? &c->b.units : NULL};
}

static evk_status add_files(struct call *c, const struct evk_str *trials, evk_error *err)
{
    const struct evk_rig_chosen chosen = chosen_of(c);
    struct evk_json_writer w;
    evk_status s;

    EVK_TRY(evk_rig_build_tables(&c->b, trials, err));
    evk_rig_describe(&w, &chosen, &c->b.plan, &c->b.images);
    s = evk_rig_add_texts(&c->b.files, &w, &c->b.plan, err);
    evk_json_writer_release(&w);
    return s;
}

static evk_status write_files(struct call *c, const struct evk_dir *folder, evk_error *err)
{
    struct evk_str trials = EVK_STR_INIT;
    evk_status s;

    EVK_TRY(evk_dir_make_folder(folder, "stimuli", err));
    EVK_TRY(make_images(c, folder, err));
    EVK_TRY(evk_rig_pairs_measure(&c->b.g, folder, c->b.report, err));
    s = order(c, &trials, true, err);
    if (!s)
        s = add_files(c, &trials, err);
    evk_str_release(&trials);
    EVK_TRY(s);
    EVK_TRY(evk_rig_files_write(&c->b.files, folder, err));
    EVK_TRY(evk_rig_build_notes(&c->b, err));
    return write_manifest(c, folder, err);
}

/* Says what a finished session has. */
static evk_status report_finished(struct call *c, const char *folder, evk_error *err)
{
    struct evk_rig_session session;

    EVK_TRY(evk_rig_session_open(&session, folder, err));
    evk_rig_report_of(c->b.report, &session);
    evk_rig_session_close(&session);
    return evk_names_printf(&c->b.report->notes, err, "%s is finished, and nothing was done",
                            folder);
}

/* Describes the call before any image is made. */
static evk_status describe_call(const struct call *c, struct evk_str *text, evk_error *err)
{
    const struct evk_rig_chosen chosen = chosen_of(c);
    struct evk_json_writer w;
    evk_status s;

    evk_rig_describe(&w, &chosen, &c->b.plan, &c->b.images);
    s = evk_json_write(&w, text, err);
    evk_json_writer_release(&w);
    return s;
}

static evk_status begin(struct call *c, const struct evk_dir *folder, const struct evk_str *text,
                        bool *finished, evk_error *err)
{
    EVK_TRY(check_there(folder, text, finished, err));
    if (*finished)
        return EVK_OK;
    if (!surely_fits(c))
        EVK_TRY(check_minutes(c, err));
    if (evk_set_file_has(folder, EVK_SET_DESCRIPTION))
        return EVK_OK;
    return evk_dir_write(folder, EVK_SET_DESCRIPTION, text->data, text->size, err);
}

/* Removes what a call wrote into a new folder before it failed. */
static void remove_all(struct call *c, const struct evk_dir *folder)
{
    char name[EVK_RIG_NAME], *path;

    for (int64_t i = 0; i <= c->b.images.count; i++) { /* the last one may have been begun only */
        evk_rig_image_name(i + 1, name);
        (void)evk_dir_remove(folder, name, NULL);
    }
    for (size_t i = 0; i < c->b.files.count; i++)
        (void)evk_dir_remove(folder, c->b.files.list[i].name, NULL);
    (void)evk_dir_remove(folder, EVK_SET_DESCRIPTION, NULL);
    if (!evk_path_join(&path, folder->path, "stimuli", NULL)) {
        evk_fs_remove_folder(path);
        free(path);
    }
}

static evk_status make_in(struct call *c, const struct evk_dir *folder, evk_error *err)
{
    const bool is_new = !evk_set_file_has(folder, EVK_SET_DESCRIPTION);
    struct evk_str text = EVK_STR_INIT;
    bool finished = false;
    evk_status s = describe_call(c, &text, err);

    if (!s)
        s = begin(c, folder, &text, &finished, err);
    evk_str_release(&text);
    EVK_TRY(s);
    s = finished ? report_finished(c, folder->path, err) : write_files(c, folder, err);
    if (s && s != EVK_ESTOPPED && is_new)
        remove_all(c, folder);
    return s;
}

/* A folder inside a finished set, or session, would be an extra one there. */
static evk_status check_outside(const char *folder, evk_error *err)
{
    struct evk_dir parent = {-1, NULL};
    evk_status s = EVK_OK;
    char *path;

    EVK_TRY(evk_path_parent(&path, folder, err));
    if (evk_fs_is_folder(path) && !evk_dir_open(&parent, path, NULL) &&
        evk_set_file_has(&parent, EVK_SET_DESCRIPTION) &&
        evk_set_file_has(&parent, EVK_SET_MANIFEST))
        s = evk_fail(err, EVK_EINVAL,
                     "%s: is inside %s, which is a set or a session, expected a folder beside it",
                     folder, path);
    evk_dir_close(&parent);
    free(path);
    return s;
}

static evk_status make(struct call *c, const char *folder, evk_error *err)
{
    struct evk_writing writing;
    evk_status s;

    EVK_TRY(open_call(c, err));
    if (!folder)
        return plan(c, false, err);
    EVK_TRY(check_outside(folder, err));
    EVK_TRY(evk_writing_begin(&writing, folder, err));
    s = make_in(c, &writing.folder, err);
    evk_writing_end(&writing);
    return s;
}

evk_status evk_rig_session_make(const char *folder, const evk_rig_source *source,
                                const evk_rig_options *options, const evk_run *run,
                                evk_rig_report **out, evk_error *err)
{
    EVK_ENTER();
    struct call c = {.source = source, .options = options, .run = run};
    const evk_status s = make(&c, folder, err);

    if (!s) {
        *out = c.b.report;
        c.b.report = NULL;
    }
    close_call(&c);
    return s;
}
