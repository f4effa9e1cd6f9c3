/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.c - a session from sets to the texts of its files: what making and verifying share */
#include "session/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/folder/events.h"
#include "session/folder/trials.h"
#include "stimset/record/set_file.h"

evk_status evk_rig_build_choose(struct evk_rig_build *b, const evk_rig_source *source,
                                evk_error *err)
{
    if (source->veto)
        EVK_TRY(evk_gather_vetoes(&b->vetoes, source->veto, source->sets, source->set_count, NULL,
                                  err));
    b->has_units = source->units != NULL;
    return b->has_units ? evk_gather_units(&b->units, source->units, err) : EVK_OK;
}

evk_status evk_rig_build_open(struct evk_rig_build *b, const struct evk_rig_options *options,
                              const evk_json *screen, const char *const *sets, size_t count,
                              const struct evk_names *names, evk_error *err)
{
    const struct evk_gather_ask ask = {.sets = sets,
                                       .count = count,
                                       .names = names,
                                       .vetoes = &b->vetoes,
                                       .units = b->has_units ? &b->units : NULL};

    b->images.blank = b->images.catch_image = -1;
    EVK_TRY(evk_rig_report_new(&b->report, err));
    EVK_TRY(evk_rig_plan_read(&b->plan, options, screen, err));
    return evk_gather(&b->g, &ask, err);
}

void evk_rig_build_release(struct evk_rig_build *b)
{
    evk_rig_plan_release(&b->plan);
    evk_names_release(&b->vetoes);
    evk_names_release(&b->units);
    evk_gathering_release(&b->g);
    evk_rig_images_release(&b->images);
    evk_rig_report_free(b->report);
    free(b->items);
    free(b->belongings);
    evk_rig_files_release(&b->files);
}

bool evk_rig_build_has_blank(const struct evk_rig_options *o)
{
    const bool no_catch = strcmp(o->catch_trials, "0") == 0 || strcmp(o->catch_trials, "0%") == 0;

    return o->blanks > 0 || (!no_catch && !o->catch_image);
}

evk_status evk_rig_build_list(struct evk_rig_build *b, evk_error *err)
{
    const struct evk_rig_images *m = &b->images;

    EVK_TRY(evk_alloc(&b->items, m->count, sizeof(*b->items), "a session", err));
    EVK_TRY(evk_alloc(&b->belongings, b->g.count, sizeof(*b->belongings), "a session", err));
    for (int64_t i = 0; i < m->count; i++)
        if (!m->list[i].is_blank && !(i == m->catch_image && m->own_catch))
            b->items[b->item_count++] = (struct evk_rig_item){i + 1, m->list[i].role};
    for (int64_t i = 0; i < b->g.count; i++)
        b->belongings[b->belonging_count++] =
            (struct evk_rig_belonging){b->g.list[i].code, b->g.list[i].unit};
    if (b->item_count)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL, "the sets have no image besides the blank");
}

struct evk_rig_schedule evk_rig_build_schedule(const struct evk_rig_build *b)
{
    return (struct evk_rig_schedule){.plan = &b->plan,
                                     .items = b->items,
                                     .count = b->item_count,
                                     .blanks = b->plan.options->blanks,
                                     .catch_trials = -1,
                                     .blank = b->images.blank + 1,
                                     .catch_image = b->images.catch_image + 1,
                                     .first_trial = 1,
                                     .belongings = b->belongings,
                                     .belonging_count = b->belonging_count};
}

/* ---- tables ---------------------------------------------------------------------------------- */

static evk_status add_sidecar(struct evk_rig_files *files, const char *name,
                              enum evk_rig_table table, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    const evk_status s = evk_rig_sidecar(&text, table, err);

    if (!s)
        return evk_rig_files_add(files, name, &text, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_rig_add_sidecars(struct evk_rig_files *files, evk_error *err)
{
    EVK_TRY(add_sidecar(files, EVK_SET_SIDECAR, EVK_RIG_STIMULI_TABLE, err));
    EVK_TRY(add_sidecar(files, "roles.json", EVK_RIG_ROLES_TABLE, err));
    return add_sidecar(files, "trials.json", EVK_RIG_TRIALS_TABLE, err);
}

evk_status evk_rig_add_events(struct evk_rig_files *files, const struct evk_rig_plan *plan,
                              const struct evk_rig_trial *trials, int64_t count,
                              const struct evk_rig_image *images, evk_error *err)
{
    struct evk_events_screen screen = {.width_px = 0};
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    if (plan->has_display)
        screen = (struct evk_events_screen){plan->display.width_px, plan->display.height_px,
                                            plan->display.width_cm, plan->display.distance_cm,
                                            plan->display.refresh_hz};
    s = evk_events_put(&text, trials, count, images, err);
    if (!s)
        s = evk_rig_files_add(files, EVK_EVENTS, &text, err);
    if (!s)
        s = evk_events_put_json(&text, &screen, err);
    if (!s)
        s = evk_rig_files_add(files, EVK_EVENTS_JSON, &text, err);
    evk_str_release(&text);
    return s;
}

/* Names the files of images, as an open session has them. */
evk_status evk_rig_list_images(const struct evk_rig_images *m, struct evk_rig_image **out,
                               struct evk_names *names, evk_error *err)
{
    EVK_TRY(evk_alloc(out, m->count, sizeof(**out), "a session", err));
    for (int64_t i = 0; i < m->count; i++) {
        char name[EVK_RIG_NAME];

        evk_rig_image_base_name(i + 1, name);
        EVK_TRY(evk_names_add(names, name, err));
        (*out)[i] = (struct evk_rig_image){.code = i + 1,
                                           .filename = names->names[i],
                                           .role = m->list[i].role,
                                           .is_blank = m->list[i].is_blank};
    }
    return EVK_OK;
}

static evk_status add_new_events(struct evk_rig_build *b, const struct evk_str *trials,
                                 evk_error *err)
{
    const struct evk_bytes bytes = {(unsigned char *)trials->data, trials->size};
    struct evk_rig_trials list = {NULL, 0};
    struct evk_names names = {NULL, 0};
    struct evk_rig_image *images = NULL;
    evk_status s = evk_rig_trials_take(&list, &bytes, EVK_RIG_TRIALS, b->images.count, 0, err);

    if (!s)
        s = evk_rig_list_images(&b->images, &images, &names, err);
    if (!s)
        s = evk_rig_add_events(&b->files, &b->plan, list.list, list.count, images, err);
    evk_rig_trials_release(&list);
    evk_names_release(&names);
    free(images);
    return s;
}

static evk_status add_tables(struct evk_rig_build *b, struct evk_str *text, evk_error *err)
{
    evk_rig_header(text, EVK_RIG_STIMULI_TABLE);
    evk_rig_stimuli_lines(text, &b->images, 0);
    EVK_TRY(evk_rig_files_add(&b->files, EVK_SET_TABLE, text, err));
    evk_rig_header(text, EVK_RIG_ROLES_TABLE);
    evk_rig_roles_lines(text, &b->g, &b->images, true);
    return evk_rig_files_add(&b->files, EVK_RIG_ROLES, text, err);
}

evk_status evk_rig_build_tables(struct evk_rig_build *b, const struct evk_str *trials,
                                evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s = add_tables(b, &text, err);

    if (!s) {
        evk_str_add(&text, trials->data, trials->size);
        s = evk_rig_files_add(&b->files, EVK_RIG_TRIALS, &text, err);
    }
    evk_str_release(&text);
    EVK_TRY(s);
    EVK_TRY(evk_rig_add_sidecars(&b->files, err));
    return add_new_events(b, trials, err);
}
