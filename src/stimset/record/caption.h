/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * caption.h - what an image is, in words: fills the cell description of a row
 *
 * Each function writes row->description from other cells of the row, which have to be filled in
 * before.  The PNG file of the image has the same words inside.  Long file names lose their
 * beginning.
 */
#ifndef EVK_STIMSET_RECORD_CAPTION_H
#define EVK_STIMSET_RECORD_CAPTION_H

#include "stimset/record/row.h"

/* Describe an image that an ascent made with this recipe. */
void evk_caption_ascent(struct evk_row *row, const evk_recipe *recipe);

/* Describe a control of an image that an ascent made. */
void evk_caption_control(struct evk_row *row);

/* Describe such an image at another contrast. */
void evk_caption_series(struct evk_row *row);

/* Describe a natural image by its rank among those with the largest, or smallest, responses. */
void evk_caption_natural(struct evk_row *row);

/* Describe an image of dead leaves; number: which image of its seed it is, from 1. */
void evk_caption_leaves(struct evk_row *row, int64_t number);

/*
 * Describe an image that a transform made of a photograph or, where original is true, the
 * photograph itself.  The description is empty where the row has no source_file.
 */
void evk_caption_transformed(struct evk_row *row, const char *transform, bool original);

/* Describe an image that was made like others of its set; what: in which respects, "spectrum". */
void evk_caption_matched(struct evk_row *row, const char *what);

/*
 * Describe an image of a set of perturbed images: a base image, a blank, a control or a perturbed
 * image, as row->set_type says.
 */
void evk_caption_adversarial(struct evk_row *row);

#endif /* EVK_STIMSET_RECORD_CAPTION_H */
