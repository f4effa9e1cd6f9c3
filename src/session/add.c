/* SPDX-License-Identifier: GPL-3.0-or-later */
/* add.c - sets are added to a session: new images under new codes, and the order with them */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "session/alter.h"
#include "session/pairs.h"
#include "stimset/record/set_file.h"

/* Sets that are added. */
struct adding {
    struct evk_rig_alter a;
    const evk_rig_source *source;
    const evk_run *run;
    double minutes; /* the most that the session may take; NAN: as its options say */
    struct evk_names vetoes, units; /* as in struct evk_gather_ask */
    struct evk_names set_names;     /* sets of the session */
    struct evk_gathering g;
    struct evk_rig_images images; /* those of the session, then the new ones */
    int64_t before;               /* images of the session */
    /* Of all images: their files, whose they are; of new ones, what blocks show.  Owned. */
    struct evk_rig_image *all;
    struct evk_names names;
    struct evk_rig_belonging *belongings;
    struct evk_rig_item *more;
    int64_t belonging_count, more_count;
};

/* Lists the sets of the session, of which a table of vetoes may also have rows. */
static evk_status list_sets(struct adding *d, evk_error *err)
{
    for (int64_t r = 0; r < d->a.session.role_count; r++) {
        const char *set = d->a.session.role[r].set;
        const size_t n = d->set_names.count;

        if (n == 0 || strcmp(d->set_names.names[n - 1], set) != 0)
            EVK_TRY(evk_names_add(&d->set_names, set, err));
    }
    return EVK_OK;
}

static evk_status open_sources(struct adding *d, const char *folder, evk_error *err)
{
    const evk_rig_source *s = d->source;
    const struct evk_gather_ask ask = {.sets = s->sets,
                                       .count = s->set_count,
                                       .vetoes = &d->vetoes,
                                       .units = s->units ? &d->units : NULL};

    EVK_TRY(evk_rig_alter_begin(&d->a, folder, err));
    d->a.options.catch_image = NULL; /* the session has its own copy */
    d->before = d->a.session.images;
    if (s->set_count == 0)
        return evk_fail(err, EVK_EINVAL, "found no set to add, expected at least one");
    EVK_TRY(list_sets(d, err));
    if (s->veto)
        EVK_TRY(evk_gather_vetoes(&d->vetoes, s->veto, s->sets, s->set_count, &d->set_names, err));
    if (s->units)
        EVK_TRY(evk_gather_units(&d->units, s->units, err));
    return evk_gather(&d->g, &ask, err);
}

/* The column set of roles.tsv must tell all sets apart. */
static evk_status check_names(const struct adding *d, evk_error *err)
{
    for (int64_t r = 0; r < d->a.session.role_count; r++)
        for (size_t i = 0; i < d->g.names.count; i++)
            if (strcmp(d->a.session.role[r].set, d->g.names.names[i]) == 0)
                return evk_fail(err, EVK_EINVAL,
                                "%s: has a set of the name %s already, expected a set whose folder "
                                "has another name",
                                d->a.folder.path, d->g.names.names[i]);
    return EVK_OK;
}

/* Lists the images that the session has, as far as new ones need to know of them. */
static evk_status take_images(struct adding *d, evk_error *err)
{
    const struct evk_rig_session *s = &d->a.session;
    int64_t code;

    d->images.blank = d->images.catch_image = -1;
    EVK_TRY(evk_alloc(&d->images.list, s->images + 256, sizeof(*d->images.list), "images", err));
    d->images.room = s->images + 256;
    d->images.count = s->images;
    for (int64_t i = 0; i < s->images; i++) {
        d->images.list[i].role = s->image[i].role;
        d->images.list[i].is_blank = s->image[i].is_blank;
    }
    if (evk_json_int(evk_json_get(s->options, "BlankCode"), &code))
        d->images.blank = code - 1;
    if (evk_json_int(evk_json_get(s->options, "CatchCode"), &code))
        d->images.catch_image = code - 1;
    return EVK_OK;
}

static evk_status list_all(struct adding *d, evk_error *err)
{
    const struct evk_rig_session *s = &d->a.session;

    EVK_TRY(evk_rig_list_images(&d->images, &d->all, &d->names, err));
    EVK_TRY(evk_alloc(&d->belongings, s->role_count + d->g.count, sizeof(*d->belongings), "images",
                      err));
    for (int64_t r = 0; r < s->role_count; r++)
        d->belongings[d->belonging_count++] = (struct evk_rig_belonging){
            s->role[r].code, strcmp(s->role[r].unit, "n/a") == 0 ? NULL : s->role[r].unit};
    for (int64_t i = 0; i < d->g.count; i++)
        d->belongings[d->belonging_count++] =
            (struct evk_rig_belonging){d->g.list[i].code, d->g.list[i].unit};
    return EVK_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Adds lines to a table of the session, and the longer table to the files that are replaced. */
static evk_status extend(struct adding *d, const char *name, const struct evk_str *lines,
                         evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_bytes file;

    EVK_TRY(evk_set_file_get(&d->a.folder, name, &file, err));
    evk_str_add(&text, file.data, file.size);
    evk_bytes_release(&file);
    evk_str_add(&text, lines->data, lines->size);
    return evk_rig_files_add(&d->a.files, name, &text, err);
}

static evk_status extend_tables(struct adding *d, evk_error *err)
{
    struct evk_str lines = EVK_STR_INIT;
    evk_status s;

    evk_rig_stimuli_lines(&lines, &d->images, d->before);
    s = extend(d, EVK_SET_TABLE, &lines, err);
    evk_str_release(&lines);
    EVK_TRY(s);
    evk_rig_roles_lines(&lines, &d->g, &d->images, false);
    s = extend(d, EVK_RIG_ROLES, &lines, err);
    evk_str_release(&lines);
    return s;
}

static evk_status list_files(const struct adding *d, struct evk_manifest *out, evk_error *err)
{
    for (int64_t i = d->before; i < d->images.count; i++) {
        char name[EVK_RIG_NAME];

        evk_rig_image_name(i + 1, name);
        EVK_TRY(evk_manifest_add(out, name, d->images.list[i].sha256, err));
    }
    return EVK_OK;
}

/* Lists the images of the new stimuli that the rest of the session does not show already. */
static evk_status list_more(struct adding *d, int64_t after, evk_error *err)
{
    struct evk_rig_item *roles;
    evk_status s;

    EVK_TRY(evk_alloc(&roles, d->g.count, sizeof(*roles), "images", err));
    for (int64_t i = 0; i < d->g.count; i++)
        roles[i] = (struct evk_rig_item){d->g.list[i].code, d->g.list[i].role};
    s = evk_rig_remaining_more(&d->a.session, after, roles, d->g.count, &d->more, &d->more_count,
                               err);
    free(roles);
    return s;
}

/* Says where one new image alone is shown less often than the others were. */
static evk_status note_times(struct adding *d, const struct evk_rig_remaining *rest, evk_error *err)
{
    const int64_t repeats = d->a.session.repeats;

    if (d->more_count != 1 || rest->block_count >= repeats)
        return EVK_OK;
    return evk_names_printf(&d->a.report->notes, err,
                            "the new image is shown %lld times, and not %lld: alone, it would "
                            "follow itself in blocks of its own; add several images at once",
                            (long long)rest->block_count, (long long)repeats);
}

static evk_status write_rest(struct adding *d, int64_t after, struct evk_json_writer *change,
                             evk_error *err)
{
    struct evk_manifest files = {NULL, 0, 0, false};
    struct evk_rig_remaining rest;
    evk_status s;

    EVK_TRY(list_all(d, err));
    EVK_TRY(list_more(d, after, err));
    s = evk_rig_remaining_find(&rest, &d->a.session, after, NULL, d->more, d->more_count, err);
    if (!s)
        s = note_times(d, &rest, err);
    if (!s)
        s = extend_tables(d, err);
    if (!s)
        s = list_files(d, &files, err);
    if (!s)
        s = evk_rig_alter_finish(&d->a, change, &rest, d->belongings, d->belonging_count, d->all,
                                 d->images.count, &files, d->minutes, err);
    evk_manifest_release(&files);
    evk_rig_remaining_release(&rest);
    return s;
}

/* Removes the files of new images, after a failure. */
static void remove_images(const struct adding *d)
{
    for (int64_t i = d->before; i < d->images.count; i++) {
        char name[EVK_RIG_NAME];

        evk_rig_image_name(i + 1, name);
        if (evk_dir_remove(&d->a.folder, name, NULL))
            return;
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

static evk_status note(struct adding *d, evk_error *err)
{
    const long long stimuli = (long long)d->g.count;
    const long long images = (long long)(d->images.count - d->before);

    if (d->g.vetoed || d->g.left_out)
        EVK_TRY(evk_names_printf(&d->a.report->notes, err,
                                 "stimuli of the new sets that are vetoed, or are left out with "
                                 "these or with their units: %lld",
                                 (long long)(d->g.vetoed + d->g.left_out)));
    if (images == 0)
        return evk_names_printf(&d->a.report->notes, err,
                                "stimuli that were added: %lld; the session has their images "
                                "already",
                                stimuli);
    return evk_names_printf(&d->a.report->notes, err,
                            "stimuli that were added: %lld; new images: %lld, whose codes begin "
                            "with %lld",
                            stimuli, images, (long long)d->before + 1);
}

static evk_status add_sets(struct adding *d, int64_t after, struct evk_json_writer *change,
                           evk_error *err)
{
    evk_status s;

    EVK_TRY(check_names(d, err));
    EVK_TRY(take_images(d, err));
    s = evk_rig_images_make(&d->images, &d->g, &d->a.plan, &d->a.folder, d->source->models,
                            d->source->model_count, false, true, d->run, err);
    if (!s)
        s = evk_rig_pairs_measure(&d->g, &d->a.folder, d->a.report, err);
    if (!s)
        s = note(d, err);
    if (!s)
        s = write_rest(d, after, change, err);
    if (s && s != EVK_ESTOPPED)
        remove_images(d);
    return s;
}

static evk_status add(struct adding *d, const char *folder, int64_t after, evk_error *err)
{
    const struct evk_rig_chosen chosen = {&d->g, &d->vetoes, d->source->units ? &d->units : NULL};
    struct evk_json_writer change;
    evk_status s;

    EVK_TRY(open_sources(d, folder, err));
    evk_json_writer_init(&change);
    evk_rig_describe_sources(&change, change.root, &chosen);
    evk_json_put_int(&change, change.root, "After", after);
    if (!isnan(d->minutes))
        evk_json_put_real(&change, change.root, "Minutes", d->minutes);
    if (evk_rig_alter_is_done(&d->a, &change))
        s = evk_names_add(&d->a.report->notes,
                          "these sets were added already, and nothing was done", err);
    else {
        evk_json_put_int(&change, change.root, "Images", d->before);
        s = add_sets(d, after, &change, err);
    }
    evk_json_writer_release(&change);
    return s;
}

evk_status evk_rig_session_add(const char *folder, const evk_rig_source *source, int64_t after,
                               double minutes, const evk_run *run, evk_rig_report **out,
                               evk_error *err)
{
    EVK_ENTER();
    struct adding d = {.source = source, .run = run, .minutes = minutes};
    const evk_status s = add(&d, folder, after, err);

    if (!s) {
        *out = d.a.report;
        d.a.report = NULL;
    }
    evk_names_release(&d.vetoes);
    evk_names_release(&d.set_names);
    evk_names_release(&d.units);
    evk_gathering_release(&d.g);
    evk_rig_images_release(&d.images);
    evk_names_release(&d.names);
    free(d.all);
    free(d.belongings);
    free(d.more);
    evk_rig_alter_end(&d.a);
    return s;
}
