/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open.c - a finished session is opened: its description, images, roles and trials */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "session/folder/files.h"
#include "session/folder/image_file.h"
#include "session/folder/trials.h"
#include "session/order/clock.h"
#include "session/screen/display.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/record/set_names.h"

/* ---- tables ---------------------------------------------------------------------------------- */

/* A table of a session while its cells are read. */
struct reading {
    const struct evk_table *t;
    size_t row;
};

static evk_status read_table(const struct evk_rig_session *s, const char *name,
                             struct evk_table *out, evk_error *err)
{
    char *path;
    evk_status status;

    EVK_TRY(evk_dir_expect(&s->folder, name, EVK_ENTRY_FILE, err));
    EVK_TRY(evk_path_join(&path, s->folder.path, name, err));
    status = evk_table_read(out, path, err);
    free(path);
    return status;
}

/* Finds a cell by the name of its column. */
static evk_status find(const struct reading *r, const char *column, const char **out,
                       evk_error *err)
{
    *out = evk_table_cell(r->t, r->row, evk_table_find(r->t, column));
    if (*out)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "%s: has no column %s", r->t->path, column);
}

static evk_status fail_cell(const struct reading *r, const char *column, const char *found,
                            const char *expected, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "%s: line %lld: %s is '%s', expected %s", r->t->path,
                    (long long)r->t->line[r->row + 1], column, found, expected);
}

static evk_status read_whole(const struct reading *r, const char *column, int64_t most,
                             int64_t *out, evk_error *err)
{
    const char *text;

    EVK_TRY(find(r, column, &text, err));
    if (evk_parse_int(text, out) && *out >= 1 && *out <= most)
        return EVK_OK;
    return fail_cell(r, column, text, "a whole number from 1", err);
}

/* Reads a number; n/a becomes NAN. */
static evk_status read_number(const struct reading *r, const char *column, double *out,
                              evk_error *err)
{
    const char *text;

    EVK_TRY(find(r, column, &text, err));
    *out = (double)NAN;
    if (strcmp(text, "n/a") == 0 || evk_parse_real(text, out))
        return EVK_OK;
    return fail_cell(r, column, text, "a number", err);
}

/* ---- images ---------------------------------------------------------------------------------- */

/* Checks a name that files are opened by. */
static evk_status check_names(const struct reading *r, const struct evk_rig_image *m,
                              evk_error *err)
{
    char id[32], file[EVK_RIG_NAME];

    snprintf(id, sizeof(id), "stim-%06lld", (long long)m->code);
    evk_rig_image_base_name(m->code, file);
    if (m->code != (int64_t)r->row + 1)
        return evk_fail(err, EVK_EFORMAT, "%s: line %lld: stim_code is %lld, expected %zu",
                        r->t->path, (long long)r->t->line[r->row + 1], (long long)m->code,
                        r->row + 1);
    if (strcmp(m->stimulus_id, id) != 0)
        return fail_cell(r, "stimulus_id", m->stimulus_id, id, err);
    if (strcmp(m->filename, file) != 0)
        return fail_cell(r, "filename", m->filename, file, err);
    return EVK_OK;
}

static evk_status read_image(const struct reading *r, struct evk_rig_image *m, evk_error *err)
{
    const char *blank;

    EVK_TRY(read_whole(r, "stim_code", EVK_CODE_MAX, &m->code, err));
    EVK_TRY(find(r, "stimulus_id", &m->stimulus_id, err));
    EVK_TRY(find(r, "filename", &m->filename, err));
    EVK_TRY(find(r, "role", &m->role, err));
    EVK_TRY(find(r, "sha256", &m->sha256, err));
    EVK_TRY(find(r, "sha1", &m->sha1, err));
    EVK_TRY(read_whole(r, "width_px", 1 << 15, &m->width_px, err));
    EVK_TRY(read_whole(r, "height_px", 1 << 15, &m->height_px, err));
    EVK_TRY(read_number(r, "size_deg", &m->size_deg, err));
    EVK_TRY(read_number(r, "x_deg", &m->x_deg, err));
    EVK_TRY(read_number(r, "y_deg", &m->y_deg, err));
    EVK_TRY(find(r, "is_blank", &blank, err));
    m->is_blank = strcmp(blank, "true") == 0;
    if (!m->is_blank && strcmp(blank, "false") != 0)
        return fail_cell(r, "is_blank", blank, "true or false", err);
    return check_names(r, m, err);
}

static evk_status read_images(struct evk_rig_session *s, evk_error *err)
{
    struct reading r = {.t = &s->stimuli};

    EVK_TRY(read_table(s, EVK_SET_TABLE, &s->stimuli, err));
    if (s->stimuli.rows > EVK_CODE_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s: has %zu rows, expected at most %d", s->stimuli.path,
                        s->stimuli.rows, EVK_CODE_MAX);
    EVK_TRY(evk_alloc(&s->image, (int64_t)s->stimuli.rows, sizeof(*s->image), "a session", err));
    s->images = (int64_t)s->stimuli.rows;
    for (; r.row < s->stimuli.rows; r.row++)
        EVK_TRY(read_image(&r, &s->image[r.row], err));
    return EVK_OK;
}

static evk_status read_roles(struct evk_rig_session *s, evk_error *err)
{
    struct reading r = {.t = &s->roles};

    EVK_TRY(read_table(s, EVK_RIG_ROLES, &s->roles, err));
    EVK_TRY(evk_alloc(&s->role, (int64_t)s->roles.rows, sizeof(*s->role), "a session", err));
    s->role_count = (int64_t)s->roles.rows;
    for (; r.row < s->roles.rows; r.row++) {
        struct evk_rig_role *one = &s->role[r.row];

        EVK_TRY(read_whole(&r, "stim_code", s->images, &one->code, err));
        EVK_TRY(find(&r, "set", &one->set, err));
        EVK_TRY(find(&r, "stimulus_id", &one->stimulus_id, err));
        EVK_TRY(find(&r, "role", &one->role, err));
        EVK_TRY(find(&r, "unit", &one->unit, err));
        EVK_TRY(find(&r, "control_of", &one->control_of, err));
        EVK_TRY(find(&r, "source_id", &one->source_id, err));
    }
    return EVK_OK;
}

/* ---- trials ---------------------------------------------------------------------------------- */

/*
 * Checks what Changes say: After of each, and Images of those that add sets, which was the number of
 * images before them.
 */
static evk_status check_changes(const struct evk_rig_session *s, evk_error *err)
{
    const evk_json *changes = evk_json_get(s->options, "Changes");
    int64_t images = 1;

    for (size_t k = 0; k < evk_json_count(changes); k++) {
        const evk_json *one = evk_json_at(changes, k), *given = evk_json_get(one, "Images");
        int64_t after = -1, now = images;

        if (!evk_json_int(evk_json_get(one, "After"), &after) || after < 0)
            return evk_fail(err, EVK_EFORMAT, "%s/%s: a member of Changes has no After",
                            s->folder.path, EVK_SET_DESCRIPTION);
        if ((given || evk_json_get(one, "Sets")) &&
            (!evk_json_int(given, &now) || now < images || now > s->images))
            return evk_fail(err, EVK_EFORMAT,
                            "%s/%s: Images of a member of Changes is not a number of images from "
                            "%lld to %lld",
                            s->folder.path, EVK_SET_DESCRIPTION, (long long)images,
                            (long long)s->images);
        images = now;
    }
    return EVK_OK;
}

/* Reads the first order, and those that replaced its rest. */
static evk_status read_trials(struct evk_rig_session *s, evk_error *err)
{
    const evk_json *changes = evk_json_get(s->options, "Changes");
    struct evk_rig_trials all = {NULL, 0};
    evk_status status;

    s->changes = evk_json_count(changes);
    status = evk_rig_trials_read(&all, &s->folder, changes, s->changes + 1, s->images, err);
    s->trial = all.list;
    s->trials = all.count;
    return status;
}

/* ---- the description ------------------------------------------------------------------------- */

/* Reads three whole numbers of 0 to 255. */
static bool read_colour(const evk_json *array, unsigned char out[3])
{
    for (size_t c = 0; c < 3; c++) {
        int64_t v;

        if (!evk_json_int(evk_json_at(array, c), &v) || v < 0 || v > 255)
            return false;
        out[c] = (unsigned char)v;
    }
    return true;
}

enum { PIXELS_MAX = 1 << 15 }; /* the largest side of a screen, in pixels */

static bool is_size(int64_t pixels)
{
    return pixels >= 1 && pixels <= PIXELS_MAX;
}

static bool is_place(double pixels)
{
    return pixels >= -PIXELS_MAX && pixels <= PIXELS_MAX;
}

static bool is_time(double seconds)
{
    return seconds >= 0 && seconds <= 3600;
}

static bool read_screen(struct evk_rig_session *s, const evk_json *screen)
{
    const evk_json *fixation = evk_json_get(screen, "FixationPx");

    s->full = evk_json_bool(evk_json_get(screen, "Full"), false);
    return evk_json_int(evk_json_get(screen, "WidthPx"), &s->screen_width_px) &&
           evk_json_int(evk_json_get(screen, "HeightPx"), &s->screen_height_px) &&
           evk_json_real(evk_json_get(screen, "WidthCm"), &s->screen_width_cm) &&
           evk_json_real(evk_json_get(screen, "DistanceCm"), &s->distance_cm) &&
           evk_json_real(evk_json_get(screen, "RefreshHz"), &s->refresh_hz) &&
           evk_json_int(evk_json_get(screen, "LeftPx"), &s->left_px) &&
           evk_json_int(evk_json_get(screen, "TopPx"), &s->top_px) &&
           evk_json_real(evk_json_at(fixation, 0), &s->fixation_px[0]) &&
           evk_json_real(evk_json_at(fixation, 1), &s->fixation_px[1]) &&
           is_size(s->screen_width_px) && is_size(s->screen_height_px) &&
           is_place((double)s->left_px) && is_place((double)s->top_px) &&
           is_place(s->fixation_px[0]) && is_place(s->fixation_px[1]) && s->screen_width_cm > 0 &&
           s->distance_cm > 0 && s->refresh_hz > 0 && s->refresh_hz <= 1e5;
}

static evk_status read_description(struct evk_rig_session *s, evk_error *err)
{
    const evk_json *options, *screen;

    EVK_TRY(evk_description_read(&s->folder, &s->description, err));
    s->options = evk_json_get(s->description, "Session");
    options = evk_json_get(s->options, "Options");
    screen = evk_json_get(s->options, "Screen");
    if (!s->options)
        return evk_fail(err, EVK_EINVAL, "%s: is no session, its %s has no member Session",
                        s->folder.path, EVK_SET_DESCRIPTION);
    if (evk_json_int(evk_json_get(options, "repeats"), &s->repeats) && s->repeats >= 1 &&
        s->repeats <= 10000 && evk_json_int(evk_json_get(options, "per-trial"), &s->per_trial) &&
        evk_json_real(evk_json_get(s->options, "OnS"), &s->on_s) && is_time(s->on_s) &&
        evk_json_real(evk_json_get(s->options, "OffS"), &s->off_s) && is_time(s->off_s) &&
        read_colour(evk_json_get(s->options, "BackgroundInFiles"), s->background) &&
        (!screen || read_screen(s, screen)))
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "%s/%s: a member of Session is missing or has another kind of value",
                    s->folder.path, EVK_SET_DESCRIPTION);
}

/* ---- all ------------------------------------------------------------------------------------- */

/* The session has the name of its folder, as sets do. */
static evk_status take_name(struct evk_rig_session *s, evk_error *err)
{
    const char *const folder = s->folder.path;

    EVK_TRY(evk_set_names(&s->names, &folder, 1, err));
    s->name = s->names.names[0];
    return EVK_OK;
}

/* Fails where the manifest is another one than before the tables were read. */
static evk_status check_unchanged(const struct evk_rig_session *s, evk_error *err)
{
    char now[EVK_SHA256_TEXT];

    EVK_TRY(evk_set_file_hash(&s->folder, EVK_SET_MANIFEST, now, err));
    if (strcmp(now, s->manifest_sha256) == 0)
        return EVK_OK;
    return evk_fail(err, EVK_EBUSY,
                    "%s: was changed while it was read; the same command reads it again",
                    s->folder.path);
}

static evk_status open_session(struct evk_rig_session *s, const char *folder, evk_error *err)
{
    if (!evk_fs_is_folder(folder))
        return evk_fail(err, EVK_EINVAL, "%s: is not a folder, expected a session", folder);
    EVK_TRY(evk_dir_open(&s->folder, folder, err));
    EVK_TRY(evk_set_file_check(&s->folder, err));
    if (!evk_set_file_has(&s->folder, EVK_SET_DESCRIPTION))
        return evk_fail(err, EVK_EINVAL, "%s: is no session (no %s in it)", folder,
                        EVK_SET_DESCRIPTION);
    if (evk_set_file_has(&s->folder, EVK_SET_MANIFEST))
        EVK_TRY(evk_set_file_hash(&s->folder, EVK_SET_MANIFEST, s->manifest_sha256, err));
    EVK_TRY(read_description(s, err));
    if (!evk_set_file_has(&s->folder, EVK_SET_MANIFEST))
        return evk_fail(err, EVK_EINVAL,
                        "%s: is unfinished; the command that began it goes on with it", folder);
    if (evk_set_file_has(&s->folder, EVK_RIG_PENDING "/" EVK_SET_MANIFEST))
        return evk_fail(err, EVK_EINVAL,
                        "%s: is being changed, or a change of it was interrupted, which the same "
                        "command finishes",
                        folder);
    EVK_TRY(take_name(s, err));
    EVK_TRY(read_images(s, err));
    EVK_TRY(read_roles(s, err));
    EVK_TRY(check_changes(s, err));
    EVK_TRY(read_trials(s, err));
    return check_unchanged(s, err);
}

evk_status evk_rig_session_open(struct evk_rig_session *out, const char *folder, evk_error *err)
{
    evk_status s;

    *out = (struct evk_rig_session){.folder = {-1, NULL}};
    s = open_session(out, folder, err);
    if (s)
        evk_rig_session_close(out);
    return s;
}

void evk_rig_session_close(struct evk_rig_session *s)
{
    evk_dir_close(&s->folder);
    evk_json_free(s->description);
    evk_table_release(&s->stimuli);
    evk_table_release(&s->roles);
    evk_names_release(&s->names);
    free(s->image);
    free(s->role);
    free(s->trial);
    *s = (struct evk_rig_session){.folder = {-1, NULL}};
}
