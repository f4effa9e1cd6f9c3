/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gone.c - which images of a session are gone after units have left */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/replay.h"

/* A stimulus that was made from another one of its set. */
struct made {
    const char *set, *source_id;
    int64_t role;
};

/* Roles while it is found out which of them leave. */
struct leaving {
    const struct evk_rig_session *s;
    int64_t roles, changes;
    bool *out;         /* (roles) does the stimulus leave? */
    struct made *made; /* (made_count) by set and source; owned */
    int64_t made_count;
};

static bool is_text(const char *cell)
{
    return strcmp(cell, "n/a") != 0;
}

/* ---- units ----------------------------------------------------------------------------------- */

static bool is_one_of(const char *const *units, size_t count, const char *unit)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(units[i], unit) == 0)
            return true;
    return false;
}

static bool drops(const evk_json *change, const char *unit)
{
    const evk_json *drop = evk_json_get(change, "Drop");

    for (size_t k = 0; k < evk_json_count(drop); k++) {
        const char *name = evk_json_text(evk_json_at(drop, k));

        if (name && strcmp(name, unit) == 0)
            return true;
    }
    return false;
}

/*
 * Marks the roles whose unit left: by one of the changes, which concerns the roles that there were
 * then, or now.
 */
static void mark_units(struct leaving *l, const char *const *units, size_t count)
{
    const evk_json *changes = evk_json_get(l->s->options, "Changes");

    for (int64_t r = 0; r < l->roles; r++)
        l->out[r] = is_text(l->s->role[r].unit) && is_one_of(units, count, l->s->role[r].unit);
    for (int64_t k = 0; k < l->changes; k++) {
        const evk_json *change = evk_json_at(changes, (size_t)k);
        const int64_t then = evk_json_get(change, "Drop") ? evk_rig_roles_after(l->s, k) : 0;

        for (int64_t r = 0; r < then && r < l->roles; r++)
            l->out[r] =
                l->out[r] || (is_text(l->s->role[r].unit) && drops(change, l->s->role[r].unit));
    }
}

/* ---- base images ----------------------------------------------------------------------------- */

static int by_source(const void *a, const void *b)
{
    const struct made *x = a, *y = b;
    const int order = strcmp(x->set, y->set);

    return order ? order : strcmp(x->source_id, y->source_id);
}

static evk_status list_made(struct leaving *l, evk_error *err)
{
    EVK_TRY(evk_alloc(&l->made, l->roles, sizeof(*l->made), "a session", err));
    for (int64_t r = 0; r < l->roles; r++)
        if (is_text(l->s->role[r].source_id))
            l->made[l->made_count++] = (struct made){l->s->role[r].set, l->s->role[r].source_id, r};
    if (l->made_count)
        qsort(l->made, (size_t)l->made_count, sizeof(*l->made), by_source);
    return EVK_OK;
}

/* Do all stimuli that were made from a base image, of which there are some, leave? */
static bool is_idle_base(const struct leaving *l, const struct evk_rig_role *base)
{
    const struct made want = {base->set, base->stimulus_id, 0};
    const struct made *end = l->made + l->made_count;
    const struct made *at =
        bsearch(&want, l->made, (size_t)l->made_count, sizeof(*l->made), by_source);

    if (!at)
        return false;
    while (at > l->made && by_source(at - 1, &want) == 0)
        at--;
    for (; at < end && by_source(at, &want) == 0; at++)
        if (!l->out[at->role])
            return false;
    return true;
}

static void mark_bases(struct leaving *l)
{
    for (int64_t r = 0; r < l->roles; r++) {
        const struct evk_rig_role *role = &l->s->role[r];

        if (!is_text(role->set))
            l->out[r] =
                true; /* the session's own blank and image of catch trials are in no block */
        else if (!is_text(role->unit))
            l->out[r] = is_idle_base(l, role);
    }
}

/* ---- images ---------------------------------------------------------------------------------- */

static evk_status mark(struct leaving *l, const char *const *units, size_t count, evk_error *err)
{
    EVK_TRY(evk_alloc(&l->out, l->roles, sizeof(*l->out), "a session", err));
    EVK_TRY(list_made(l, err));
    mark_units(l, units, count);
    mark_bases(l);
    return EVK_OK;
}

static void release(struct leaving *l)
{
    free(l->out);
    free(l->made);
}

evk_status evk_rig_find_gone(const struct evk_rig_session *s, int64_t changes,
                             const char *const *units, size_t count, bool *gone,
                             struct evk_rig_belonging *belongings, evk_error *err)
{
    const int64_t images = evk_rig_images_after(s, changes);
    struct leaving l = {.s = s, .roles = evk_rig_roles_after(s, changes), .changes = changes};
    const evk_status status = mark(&l, units, count, err);

    for (int64_t i = 0; i < images && !status; i++)
        gone[i] = true;
    for (int64_t r = 0; r < l.roles && !status; r++) {
        if (s->role[r].code <= images)
            gone[s->role[r].code - 1] &= l.out[r];
        belongings[r] = (struct evk_rig_belonging){
            s->role[r].code, is_text(s->role[r].unit) ? s->role[r].unit : NULL};
    }
    release(&l);
    return status;
}

evk_status evk_rig_unit_remains(const struct evk_rig_session *s, int64_t changes, const char *unit,
                                bool *known, bool *remains, evk_error *err)
{
    struct leaving l = {.s = s, .roles = evk_rig_roles_after(s, changes), .changes = changes};
    const evk_status status = mark(&l, NULL, 0, err);

    *known = *remains = false;
    for (int64_t r = 0; r < l.roles && !status; r++)
        if (strcmp(s->role[r].unit, unit) == 0) {
            *known = true;
            *remains = *remains || !l.out[r];
        }
    release(&l);
    return status;
}
