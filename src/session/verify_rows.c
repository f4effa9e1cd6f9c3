/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_rows.c - cells of images that follow from the options of a session and from roles.tsv */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "session/verify.h"
#include "stimset/record/set_file.h"

static const char *cell_of(const struct evk_rig_verification *r, int64_t i, const char *column)
{
    const struct evk_table *t = &r->session.stimuli;
    const char *cell = evk_table_cell(t, (size_t)i, evk_table_find(t, column));

    return cell ? cell : "missing";
}

static void compare(struct evk_rig_verification *r, int64_t i, const char *column, const char *want)
{
    const char *there = cell_of(r, i, column);

    if (strcmp(there, want) != 0)
        evk_report_finding(&r->v, "%s: %s of %s is %s, the session's options and roles give %s",
                           EVK_SET_TABLE, column, r->session.image[i].stimulus_id, there, want);
}

static void compare_real(struct evk_rig_verification *r, int64_t i, const char *column, double want)
{
    char text[EVK_REAL_TEXT];

    compare(r, i, column, isnan(want) ? "n/a" : evk_format_real(want, text));
}

/* ---- words ----------------------------------------------------------------------------------- */

/* role: the first row of roles.tsv that the image has; NULL: it has none. */
static void check_words(struct evk_rig_verification *r, int64_t i, const struct evk_rig_role *role)
{
    char text[160];
    int64_t blank = 0;

    (void)evk_json_int(evk_json_get(r->session.options, "BlankCode"), &blank);
    compare(r, i, "type", "image");
    compare(r, i, "is_blank", i + 1 == blank ? "true" : "false");
    if (!role) {
        evk_report_finding(&r->v, "%s: has no row of %s", EVK_RIG_ROLES,
                           r->session.image[i].stimulus_id);
        return;
    }
    if (strcmp(role->set, "n/a") != 0)
        evk_rig_describe_stimulus(role->role, role->stimulus_id, role->set, text);
    else
        snprintf(text, sizeof(text), "%s",
                 strcmp(role->role, "blank") == 0 ? EVK_RIG_BLANK_TEXT : EVK_RIG_CATCH_TEXT);
    compare(r, i, "role", role->role);
    compare(r, i, "description", text);
}

/* ---- the screen ------------------------------------------------------------------------------ */

/*
 * The height of an image on the screen is that of its file, unless files are whole screens.  Its
 * centre then is that of an even or an odd number of pixels.
 */
static evk_status check_screen(struct evk_rig_verification *r, int64_t i, int64_t screen_height,
                               evk_error *err)
{
    const struct evk_rig_image *m = &r->session.image[i];
    const bool full = r->plan.show.full;
    struct evk_place place, other;
    char text[EVK_REAL_TEXT];

    EVK_TRY(evk_rig_verify_place(&r->plan, full ? screen_height : m->height_px, &place, err));
    compare_real(r, i, "size_deg", place.size_deg);
    compare_real(r, i, "x_deg", place.x_deg);
    if (!full ||
        evk_rig_verify_place(&r->plan, screen_height > 1 ? screen_height - 1 : 2, &other, NULL) ||
        strcmp(cell_of(r, i, "y_deg"), evk_format_real(other.y_deg, text)) != 0)
        compare_real(r, i, "y_deg", place.y_deg);
    compare_real(r, i, "width_px", (double)(full ? r->plan.display.width_px : place.width));
    if (full)
        compare_real(r, i, "height_px", (double)r->plan.display.height_px);
    return EVK_OK;
}

/* *lost: an image has no place on the screen, which is told once. */
static evk_status check_place(struct evk_rig_verification *r, int64_t i, bool *lost, evk_error *err)
{
    const evk_json *screen = evk_json_get(r->session.options, "Screen");
    evk_error why = {EVK_OK, ""};
    int64_t height = 0;
    evk_status s;

    if (!r->plan.has_display) {
        compare(r, i, "size_deg", "n/a");
        compare(r, i, "x_deg", "n/a");
        compare(r, i, "y_deg", "n/a");
        return EVK_OK;
    }
    if (*lost)
        return EVK_OK;
    (void)evk_json_int(evk_json_get(screen, "ImageHeightPx"), &height);
    s = check_screen(r, i, height, &why);
    if (s == EVK_ENOMEM)
        return evk_fail(err, s, "%s", why.msg);
    *lost = s != EVK_OK;
    if (s)
        evk_report_finding(&r->v, "%s: %s has no place on the screen: %s", EVK_SET_TABLE,
                           r->session.image[i].stimulus_id, why.msg);
    return EVK_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

evk_status evk_rig_verify_rows(struct evk_rig_verification *r, evk_error *err)
{
    const struct evk_rig_session *session = &r->session;
    const struct evk_rig_role **first; /* (images) */
    evk_status s = EVK_OK;
    bool lost = false;

    EVK_TRY(evk_alloc(&first, session->images, sizeof(*first), "a session", err));
    for (int64_t k = session->role_count - 1; k >= 0; k--)
        first[session->role[k].code - 1] = &session->role[k];
    for (int64_t i = 0; i < session->images && !s; i++) {
        check_words(r, i, first[i]);
        s = check_place(r, i, &lost, err);
    }
    free((void *)first);
    return s;
}
