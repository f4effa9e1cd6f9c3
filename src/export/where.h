/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * where.h - where an image is on the screen, in pixels, and in the degrees of display programs
 *
 * Programs turn degrees into pixels by formulas of their own.  A position or a size in degrees is
 * therefore computed backwards from pixels by the formula of the program that reads it.
 */
#ifndef EVK_EXPORT_WHERE_H
#define EVK_EXPORT_WHERE_H

#include "session/folder/session.h"

/* A point from the centre of the screen, in pixels. */
struct evk_where {
    double right, up;
};

/* Does the session say on which screen its images are shown? */
static inline bool evk_has_screen(const struct evk_rig_session *s)
{
    return s->screen_width_px > 0;
}

/* EVK_EINVAL where the session has no screen: `file` needs one, to know `what`. */
evk_status evk_need_screen(const struct evk_rig_session *s, const char *file, const char *what,
                           evk_error *err);

/*
 * Set the left and the upper edge of an image's file on the screen: 0 where files have the size of
 * the screen.  Of others, the angles in stimuli.tsv are those of whole pixels, and so they give
 * these pixels again, also where images of several sizes have edges of their own.
 */
void evk_edges(const struct evk_rig_session *s, const struct evk_rig_image *image, int64_t *left,
               int64_t *top);

/* Returns the centre of an image, and the fixation point; both are 0 where there is no screen. */
struct evk_where evk_where(const struct evk_rig_session *s, const struct evk_rig_image *image);
struct evk_where evk_where_fixation(const struct evk_rig_session *s);

/*
 * Returns pixels a degree.  MonkeyLogic divides the diagonal of the screen by the angle that it
 * has, and MWorks the width.
 */
double evk_degree_monkeylogic(const struct evk_rig_session *s);
double evk_degree_mworks(const struct evk_rig_session *s);

/* Append a number with six decimals, and never "-0.000000". */
void evk_str_fixed(struct evk_str *out, double value);

#endif /* EVK_EXPORT_WHERE_H */
