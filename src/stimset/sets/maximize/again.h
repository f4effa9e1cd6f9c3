/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.h - make an image of a set of ascents, or a control, again */
#ifndef EVK_STIMSET_SETS_MAXIMIZE_AGAIN_H
#define EVK_STIMSET_SETS_MAXIMIZE_AGAIN_H

#include "stimset/finished/remaking.h"

/* The hook evk_set_kind.again: make the pixels of a row again.  The caller releases *out. */
evk_status evk_maximize_again(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err);

/*
 * Make the pixels of a control again, from the image of the set that it controls.  EVK_EFORMAT: the
 * rows do not say how it was made; EVK_ENOTFOUND: the reference or start image that it was made
 * from is not given.  The caller releases *out.
 */
evk_status evk_control_again(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err);

#endif /* EVK_STIMSET_SETS_MAXIMIZE_AGAIN_H */
