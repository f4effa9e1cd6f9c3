/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg_ids.h - ids in an SVG that depend on the drawing only */
#ifndef EVK_DRAW_SVG_IDS_H
#define EVK_DRAW_SVG_IDS_H

#include "base/str.h"

/*
 * Append the text of an SVG to out, with its ids renamed to n1, n2, ... in the order in which they
 * are defined.  cairo numbers ids by a counter of the whole process, so that without this the same
 * drawing made twice by a process would give two different files.
 */
evk_status evk_svg_number_ids(struct evk_str *out, const char *svg, evk_error *err);

#endif /* EVK_DRAW_SVG_IDS_H */
