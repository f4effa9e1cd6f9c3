/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - the orders of a session, made again from its description and tables */
#include "session/replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/folder/trials.h"
#include "stimset/record/set_file.h"

static const evk_json *change_at(const struct evk_rig_session *s, int64_t k)
{
    return evk_json_at(evk_json_get(s->options, "Changes"), (size_t)k);
}

int64_t evk_rig_replay_count(const struct evk_rig_session *session)
{
    return 1 + (int64_t)evk_json_count(evk_json_get(session->options, "Changes"));
}

/* A change that adds sets says how many images there were before. */
int64_t evk_rig_images_after(const struct evk_rig_session *s, int64_t changes)
{
    int64_t images;

    for (int64_t k = changes; change_at(s, k); k++)
        if (evk_json_int(evk_json_get(change_at(s, k), "Images"), &images) && images >= 0 &&
            images <= s->images)
            return images;
    return s->images;
}

/* Is the set one that the change adds? */
static bool adds(const evk_json *change, const char *set)
{
    const evk_json *sets = evk_json_get(change, "Sets");

    for (size_t i = 0; i < evk_json_count(sets); i++) {
        const char *name = evk_json_text(evk_json_get(evk_json_at(sets, i), "Name"));

        if (name && strcmp(name, set) == 0)
            return true;
    }
    return false;
}

int64_t evk_rig_roles_after(const struct evk_rig_session *s, int64_t changes)
{
    for (int64_t k = changes; change_at(s, k); k++)
        for (int64_t r = 0; r < s->role_count; r++)
            if (adds(change_at(s, k), s->role[r].set))
                return r;
    return s->role_count;
}

/* ---- one order ------------------------------------------------------------------------------- */

/* An order while it is made again. */
struct replaying {
    struct evk_rig_session before;        /* what the session was; borrows all but its trials */
    struct evk_rig_trials trials;         /* owned */
    struct evk_rig_item *items;           /* owned */
    struct evk_rig_belonging *belongings; /* owned */
    bool *gone;                           /* owned */
    int64_t item_count;
    struct evk_rig_item *more; /* images that sets brought; owned */
    int64_t more_count;
    evk_rig_report *report; /* owned */
};

static evk_status open_replay(struct replaying *r, const struct evk_rig_session *s, int64_t k,
                              evk_error *err)
{
    r->before = *s;
    r->before.images =
        evk_rig_images_after(s, k > 0 ? k - 1 : 0); /* which bounds codes of trials */
    EVK_TRY(evk_rig_trials_read(&r->trials, &s->folder, evk_json_get(s->options, "Changes"),
                                (size_t)k, r->before.images, err));
    r->before.trial = r->trials.list;
    r->before.trials = r->trials.count;
    r->before.changes = k > 0 ? (size_t)k - 1 : 0;
    EVK_TRY(evk_rig_report_new(&r->report, err));
    EVK_TRY(evk_alloc(&r->items, s->images, sizeof(*r->items), "a session", err));
    EVK_TRY(evk_alloc(&r->gone, s->images, sizeof(*r->gone), "a session", err));
    return evk_alloc(&r->belongings, s->role_count, sizeof(*r->belongings), "a session", err);
}

/* Lists the images from number `from` on that blocks show. */
static void list_items(struct replaying *r, const struct evk_rig_session *s, int64_t from,
                       int64_t to)
{
    for (int64_t i = from; i < to; i++)
        if (!s->image[i].is_blank && strcmp(s->image[i].role, "catch") != 0)
            r->items[r->item_count++] = (struct evk_rig_item){i + 1, s->image[i].role};
}

static evk_status first_order(struct replaying *r, const struct evk_rig_plan *plan,
                              struct evk_str *text, evk_error *err)
{
    const struct evk_rig_session *s = &r->before;
    struct evk_rig_schedule schedule = {
        .plan = plan, .blanks = plan->options->blanks, .catch_trials = -1, .first_trial = 1};

    list_items(r, s, 0, s->images);
    schedule.items = r->items;
    schedule.count = r->item_count;
    (void)evk_json_int(evk_json_get(s->options, "BlankCode"), &schedule.blank);
    (void)evk_json_int(evk_json_get(s->options, "CatchCode"), &schedule.catch_image);
    evk_rig_header(text, EVK_RIG_TRIALS_TABLE);
    return evk_rig_schedule_make(&schedule, text, r->report, err);
}

/* Lists the images that change number k - 1 added, by the roles that came with it. */
static evk_status list_added(struct replaying *r, const struct evk_rig_session *now, int64_t k,
                             int64_t after, evk_error *err)
{
    const int64_t from = evk_rig_roles_after(now, k - 1), to = evk_rig_roles_after(now, k);
    struct evk_rig_item *roles;
    evk_status s;

    EVK_TRY(evk_alloc(&roles, to > from ? to - from : 0, sizeof(*roles), "a session", err));
    for (int64_t i = from; i < to; i++)
        roles[i - from] = (struct evk_rig_item){now->role[i].code, now->role[i].role};
    s = evk_rig_remaining_more(&r->before, after, roles, to > from ? to - from : 0, &r->more,
                               &r->more_count, err);
    free(roles);
    return s;
}

/* Makes the order after change number k - 1: a unit left, or sets were added. */
static evk_status later_order(struct replaying *r, const struct evk_rig_session *now,
                              const struct evk_rig_plan *plan, int64_t k, struct evk_str *text,
                              evk_error *err)
{
    const evk_json *change = change_at(now, k - 1), *drop = evk_json_get(change, "Drop");
    const bool is_add = !drop;
    struct evk_rig_remaining rest;
    int64_t after = 0;
    const char **units;
    evk_status s;

    if (!evk_json_int(evk_json_get(change, "After"), &after))
        return evk_fail(err, EVK_EFORMAT, "a member of Changes has no After");
    EVK_TRY(evk_alloc(&units, (int64_t)evk_json_count(drop), sizeof(*units), "units", err));
    for (size_t i = 0; i < evk_json_count(drop); i++)
        units[i] = evk_json_text(evk_json_at(drop, i)) ? evk_json_text(evk_json_at(drop, i)) : "";
    s = evk_rig_find_gone(now, k - 1, units, evk_json_count(drop), r->gone, r->belongings, err);
    free(units);
    EVK_TRY(s);
    if (is_add)
        EVK_TRY(list_added(r, now, k, after, err));
    s = evk_rig_remaining_find(&rest, &r->before, after, is_add ? NULL : r->gone, r->more,
                               r->more_count, err);
    if (!s)
        s = evk_rig_remaining_order(&rest, plan, NULL, 0, INFINITY, text, r->report, err);
    evk_rig_remaining_release(&rest);
    return s;
}

evk_status evk_rig_replay(const struct evk_rig_session *session, const struct evk_rig_plan *plan,
                          int64_t k, struct evk_str *text, evk_error *err)
{
    struct replaying r = {.trials = {NULL, 0}};
    evk_status s = open_replay(&r, session, k, err);

    if (!s)
        s = k ? later_order(&r, session, plan, k, text, err) : first_order(&r, plan, text, err);
    evk_rig_trials_release(&r.trials);
    free(r.items);
    free(r.more);
    free(r.gone);
    free(r.belongings);
    evk_rig_report_free(r.report);
    return s;
}
