/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cairo.h - the drawing library cairo, which is loaded when something is drawn
 *
 * cairo brings X11, FreeType and fontconfig along, which a program that draws nothing should
 * neither wait for nor need.  So evoke is compiled with cairo's headers but not linked with cairo:
 * evk_cairo_load opens libcairo.so.2 and looks its functions up.  Only canvas.c calls them.
 */
#ifndef EVK_DRAW_CAIRO_H
#define EVK_DRAW_CAIRO_H

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>

#include "base/error.h"

/* Pointers to functions: `fill` is cairo_fill, and so on.  cairo's headers declare their types. */
struct evk_cairo {
#define EVK_CAIRO(name) __typeof__(cairo_##name) *name;
#include "draw/cairo.def"
#undef EVK_CAIRO
};

/*
 * Load cairo, if the process has not loaded it yet, and set every member of *out.  cairo then stays
 * loaded until the process ends.  Several threads may call this function at once.
 * EVK_EUNSUPPORTED: the library cannot be loaded, or lacks a function; *out is then undefined.
 */
evk_status evk_cairo_load(struct evk_cairo *out, evk_error *err);

#endif /* EVK_DRAW_CAIRO_H */
