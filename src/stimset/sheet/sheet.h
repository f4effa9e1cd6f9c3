/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.h - draws contact sheets: all stimuli of a set, to be looked at before an experiment
 *
 * A sheet has a row for each neuron, with its best start first.  A cell has the image, the response
 * trace beside it, and the name of the neuron and the response below.  Stimuli without an image or
 * a response come last; a stimulus without an image is an empty frame.  All response traces of a
 * neuron have one scale, whose ends are written at the first trace of each row.  Where stimuli have
 * full traces, plots of these follow after all images.
 *
 * The same sheet gives the same bytes on the same machine.  One image is in memory at a time.  Some
 * images are read twice, since the sizes of images are measured before anything is drawn.
 */
#ifndef EVK_STIMSET_SHEET_SHEET_H
#define EVK_STIMSET_SHEET_SHEET_H

#include "stimset/sheet/contents.h"

/*
 * Check that sheets can be drawn, before work is done whose result will be drawn.
 * EVK_EUNSUPPORTED: the drawing library cannot be loaded.
 */
evk_status evk_sheet_check(evk_error *err);

/* Finds the fonts of a sheet, which takes milliseconds, for the sheets that follow: another thread
   may do it while images are made. */
void evk_sheet_prepare(void);

/*
 * Draw a sheet as one PNG of about the shape of a screen, with less than 40 million pixels and
 * 30,000 pixels on a side.  Images have their own size, or are enlarged by a whole number if they
 * are small, where that fits; else they are reduced.  Captions and response traces are drawn up to
 * some 5,000 images, with type of at least 8 pixels.  Beyond, only the images are drawn, and a
 * frame around those with a remark; plots of full traces are left out where there is no room.  A
 * PDF has them all.  The caller releases *out.  EVK_EUNSUPPORTED: there are too many stimuli for
 * one image, or the drawing library cannot be loaded.  Other failures are those of s->read and
 * s->curves.
 */
evk_status evk_sheet_png(const struct evk_sheet *s, struct evk_bytes *out, evk_error *err);

/*
 * Draw a sheet into a file, by the ending of path: .png, one image as evk_sheet_png draws it; .pdf,
 * pages of A4 landscape; .svg, the same pages as one file or, where there are several, as
 * path-001.svg, path-002.svg, ...  EVK_EINVAL: the path has another ending.  EVK_EIO: the file
 * cannot be written.  Other failures are those of evk_sheet_png.
 */
evk_status evk_sheet_write(const struct evk_sheet *s, const char *path, evk_error *err);

#endif /* EVK_STIMSET_SHEET_SHEET_H */
