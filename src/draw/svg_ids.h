/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg_ids.h - the same drawing, the same SVG */
#ifndef EVK_DRAW_SVG_IDS_H
#define EVK_DRAW_SVG_IDS_H

#include "base/str.h"

/*
 * Append the SVG with its ids renamed n1, n2, ... in order of appearance.
 * cairo takes ids from a counter of the whole process, so that the second
 * drawing of a program would differ from the first.
 */
evk_status evk_svg_number_ids(struct evk_str *out, const char *svg, evk_error *err);

#endif /* EVK_DRAW_SVG_IDS_H */
