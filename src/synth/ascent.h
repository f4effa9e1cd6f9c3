/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ascent.h - one ascent from a given start: the only one there is, steered by the recipe */
#ifndef EVK_SYNTH_ASCENT_H
#define EVK_SYNTH_ASCENT_H

#include "synth/climb.h"

/*
 * Climbs from the start in c->image and leaves the result in c->image.  Every image that the
 * network evaluates goes to evk_climb_report, whose failure ends the ascent.
 *
 * Writes all members of *out but response and restarts.
 * EVK_EDEAD: the gradient at the start is zero.  EVK_EFORMAT: a response or a gradient is not
 * finite.
 */
evk_status evk_ascend(struct evk_climb *c, evk_ascent *out, evk_error *err);

#endif /* EVK_SYNTH_ASCENT_H */
