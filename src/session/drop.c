/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drop.c - units leave a session: the order of what remains without their images */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "session/alter.h"
#include "session/replay.h"

/* Units that leave. */
struct dropping {
    struct evk_rig_alter a;
    const char *const *units; /* (count) */
    size_t count;
    bool *gone;                           /* (images) no role of the image remains */
    struct evk_rig_belonging *belongings; /* (roles) */
};

static evk_status check_units(const struct dropping *d, evk_error *err)
{
    const struct evk_rig_session *s = &d->a.session;

    for (size_t i = 0; i < d->count; i++) {
        bool known, remains;

        EVK_TRY(evk_rig_unit_remains(s, evk_rig_replay_count(s) - 1, d->units[i], &known, &remains,
                                     err));
        if (!known)
            return evk_fail(err, EVK_EINVAL,
                            "%s: has no unit '%s'; the column unit of roles.tsv has the names",
                            s->folder.path, d->units[i]);
        if (!remains)
            return evk_fail(err, EVK_EINVAL, "%s: unit '%s' left before", s->folder.path,
                            d->units[i]);
    }
    return EVK_OK;
}

static void describe(struct dropping *d, int64_t after, struct evk_json_writer *change)
{
    evk_json *list;

    evk_json_writer_init(change);
    list = evk_json_put_array(change, change->root, "Drop");
    for (size_t i = 0; i < d->count; i++)
        evk_json_put_text(change, list, NULL, d->units[i]);
    evk_json_put_int(change, change->root, "After", after);
}

static evk_status write_rest(struct dropping *d, int64_t after, struct evk_json_writer *change,
                             evk_error *err)
{
    const struct evk_rig_session *s = &d->a.session;
    struct evk_rig_remaining rest;
    evk_status status = evk_rig_remaining_find(&rest, s, after, d->gone, NULL, 0, err);

    if (!status)
        status = evk_rig_alter_finish(&d->a, change, &rest, d->belongings, s->role_count, s->image,
                                      s->images, NULL, INFINITY, err);
    evk_rig_remaining_release(&rest);
    return status;
}

static evk_status drop(struct dropping *d, const char *folder, int64_t after, evk_error *err)
{
    struct evk_json_writer change;
    const struct evk_rig_session *s = &d->a.session;
    evk_status status;

    EVK_TRY(evk_rig_alter_begin(&d->a, folder, err));
    describe(d, after, &change);
    if (evk_rig_alter_is_done(&d->a, &change)) {
        evk_json_writer_release(&change);
        return evk_names_add(&d->a.report->notes, "these units left already, and nothing was done",
                             err);
    }
    status = check_units(d, err);
    if (!status)
        status = evk_alloc(&d->gone, s->images, sizeof(*d->gone), "a session", err);
    if (!status)
        status = evk_alloc(&d->belongings, s->role_count, sizeof(*d->belongings), "a session", err);
    if (!status)
        status = evk_rig_find_gone(s, evk_rig_replay_count(s) - 1, d->units, d->count, d->gone,
                                   d->belongings, err);
    if (!status)
        status = write_rest(d, after, &change, err);
    evk_json_writer_release(&change);
    return status;
}

evk_status evk_rig_session_drop(const char *folder, const char *const *units, size_t count,
                                int64_t after, evk_rig_report **out, evk_error *err)
{
    EVK_ENTER();
    struct dropping d = {.units = units, .count = count};
    const evk_status s = drop(&d, folder, after, err);

    if (!s) {
        *out = d.a.report;
        d.a.report = NULL;
    }
    free(d.gone);
    free(d.belongings);
    evk_rig_alter_end(&d.a);
    return s;
}
