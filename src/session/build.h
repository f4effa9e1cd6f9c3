/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.h - a session from sets to the texts of its files: what making and verifying share */
#ifndef EVK_SESSION_BUILD_H
#define EVK_SESSION_BUILD_H

#include "session/describe.h"
#include "session/schedule.h"

/* A session while it is made.  Zeroed at first; evk_rig_build_release releases it. */
struct evk_rig_build {
    struct evk_rig_plan plan;
    struct evk_names vetoes, units; /* as in struct evk_gather_ask; owned */
    bool has_units;
    struct evk_gathering g;
    struct evk_rig_images images;
    evk_rig_report *report;
    /* What the order is made of: images that blocks show, and whose they are.  Owned. */
    struct evk_rig_item *items;
    struct evk_rig_belonging *belongings;
    int64_t item_count, belonging_count;
    struct evk_rig_files files;
};

/* List the vetoes and units of a source in b. */
evk_status evk_rig_build_choose(struct evk_rig_build *b, const evk_rig_source *source,
                                evk_error *err);

/*
 * Open what a session is made of: options and sets.
 *   screen  as in evk_rig_plan_read
 *   names   of the sets; NULL: those of their folders
 */
evk_status evk_rig_build_open(struct evk_rig_build *b, const struct evk_rig_options *options,
                              const evk_json *screen, const char *const *sets, size_t count,
                              const struct evk_names *names, evk_error *err);

/* Does the session have a blank? */
bool evk_rig_build_has_blank(const struct evk_rig_options *options);

/*
 * List the items and belongings of images and of a gathering, once the images are made.
 */
evk_status evk_rig_build_list(struct evk_rig_build *b, evk_error *err);

/* Returns what is to be ordered, of a session of which nothing was shown yet. */
struct evk_rig_schedule evk_rig_build_schedule(const struct evk_rig_build *b);

/* Add the tables of a new session to b->files, with this order. */
evk_status evk_rig_build_tables(struct evk_rig_build *b, const struct evk_str *trials,
                                evk_error *err);

/* Add what the columns of the three tables mean: stimuli.json, roles.json, trials.json. */
evk_status evk_rig_add_sidecars(struct evk_rig_files *files, evk_error *err);

/*
 * List images as an open session has them: code, filename, role and is_blank.  The caller frees *out;
 * names has the texts of filename.
 */
evk_status evk_rig_list_images(const struct evk_rig_images *images, struct evk_rig_image **out,
                               struct evk_names *names, evk_error *err);

/*
 * Add events.tsv and its sidecar for a list of trials; image: by code, with filename and role.
 */
evk_status evk_rig_add_events(struct evk_rig_files *files, const struct evk_rig_plan *plan,
                              const struct evk_rig_trial *trials, int64_t count,
                              const struct evk_rig_image *images, evk_error *err);

/* Add sentences to the report about sizes, times, windows, models and luminance. */
evk_status evk_rig_build_notes(struct evk_rig_build *b, evk_error *err);

void evk_rig_build_release(struct evk_rig_build *b);

#endif /* EVK_SESSION_BUILD_H */
