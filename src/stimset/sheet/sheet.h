/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.h - the contact sheet of a stimulus set: what a person looks at the night before
 *
 * A row per neuron, its best start first: the image, the response along the
 * ascent beside it, the neuron's name and the response below.  Stimuli without
 * an image or a response come last; one without an image is an empty frame.
 * All traces of a neuron share one scale; its ends are written at the first
 * trace of each row.
 * Where stimuli are traced, plots of their whole courses follow after all images.
 * Texts may be any bytes.
 *
 * The same sheet gives the same bytes on the same machine.  Pixels are asked
 * for one image at a time, some of them twice: the first round measures.
 */
#ifndef EVK_STIMSET_SHEET_SHEET_H
#define EVK_STIMSET_SHEET_SHEET_H

#include "stimset/sheet/contents.h"

/*
 * One image, about as wide as a screen is, below 40 million pixels and 30,000
 * a side whatever the count.  Images have their own size, small ones enlarged
 * by a whole number, where that fits, and are smaller where it does not.
 * Captions and traces are legible up to some 5,000 images (type of at least
 * 8 pixels); beyond, only the images remain, and frames in the warning colour
 * around those with a remark: names are in the PDF, and so are plots of courses
 * for which there is no room.  EVK_EUNSUPPORTED where
 * not even that fits.
 */
evk_status evk_sheet_png(const struct evk_sheet *s, struct evk_bytes *out, evk_error *err);

/*
 * By the ending of path: .png one image; .pdf pages of A4, landscape; .svg the
 * same pages, one file, or path-001.svg, path-002.svg, ... when it takes
 * several. Another ending: EVK_EINVAL naming the three.
 */
evk_status evk_sheet_write(const struct evk_sheet *s, const char *path, evk_error *err);

#endif /* EVK_STIMSET_SHEET_SHEET_H */
