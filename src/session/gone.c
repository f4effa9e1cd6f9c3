/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gone.c - which images of a session are gone after units have left */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/replay.h"

bool evk_rig_left_before(const struct evk_rig_session *session, int64_t changes, const char *unit)
{
    const evk_json *all = evk_json_get(session->options, "Changes");

    for (int64_t i = 0; i < changes; i++) {
        const evk_json *drop = evk_json_get(evk_json_at(all, (size_t)i), "Drop");

        for (size_t k = 0; k < evk_json_count(drop); k++) {
            const char *name = evk_json_text(evk_json_at(drop, k));

            if (name && strcmp(name, unit) == 0)
                return true;
        }
    }
    return false;
}

static bool is_one_of(const char *const *units, size_t count, const char *unit)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(units[i], unit) == 0)
            return true;
    return false;
}

static bool has_unit(const struct evk_rig_role *role)
{
    return strcmp(role->unit, "n/a") != 0;
}

/* Do all stimuli that were made from a base image, of which there are some, leave? */
static bool is_idle_base(const struct evk_rig_session *s, int64_t roles, const bool *out,
                         const struct evk_rig_role *base)
{
    int64_t made = 0;

    for (int64_t r = 0; r < roles; r++)
        if (strcmp(s->role[r].set, base->set) == 0 &&
            strcmp(s->role[r].source_id, base->stimulus_id) == 0) {
            if (!out[r])
                return false;
            made++;
        }
    return made > 0;
}

evk_status evk_rig_find_gone(const struct evk_rig_session *s, int64_t changes,
                             const char *const *units, size_t count, bool *gone,
                             struct evk_rig_belonging *belongings, evk_error *err)
{
    const int64_t images = evk_rig_images_after(s, changes);
    const int64_t roles = evk_rig_roles_after(s, changes);
    bool *out; /* (roles) does the stimulus leave? */

    EVK_TRY(evk_alloc(&out, roles, sizeof(*out), "a session", err));
    for (int64_t r = 0; r < roles; r++)
        out[r] = has_unit(&s->role[r]) && (is_one_of(units, count, s->role[r].unit) ||
                                           evk_rig_left_before(s, changes, s->role[r].unit));
    for (int64_t r = 0; r < roles; r++)
        if (!has_unit(&s->role[r]) && strcmp(s->role[r].set, "n/a") != 0)
            out[r] = is_idle_base(s, roles, out, &s->role[r]);
    for (int64_t i = 0; i < images; i++)
        gone[i] = true;
    for (int64_t r = 0; r < roles; r++) {
        if (s->role[r].code <= images)
            gone[s->role[r].code - 1] &= out[r];
        belongings[r] = (struct evk_rig_belonging){s->role[r].code,
                                                   has_unit(&s->role[r]) ? s->role[r].unit : NULL};
    }
    free(out);
    return EVK_OK;
}
