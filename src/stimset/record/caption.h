/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * caption.h - what an image is, in words: the description of its row, from its other cells
 *
 * A PNG has the same words inside.  Long names of files lose their beginning.
 */
#ifndef EVK_STIMSET_RECORD_CAPTION_H
#define EVK_STIMSET_RECORD_CAPTION_H

#include "stimset/record/row.h"

/* Of an ascent. */
void evk_caption_ascent(struct evk_row *row, const evk_recipe *recipe);

/* Of a control of an ascent's image. */
void evk_caption_control(struct evk_row *row);

/* Of a natural image at a rank of one end of a neuron. */
void evk_caption_natural(struct evk_row *row);

/* Of dead leaves, counted from 1. */
void evk_caption_leaves(struct evk_row *row, int64_t number);

/* Of a transformed image; of one without a name there are no words. */
void evk_caption_transformed(struct evk_row *row, const char *transform, bool original);

/* Of an image that was made like others in these respects. */
void evk_caption_matched(struct evk_row *row, const char *what);

/* Of a set of perturbed images: a base, an image, a control or a blank, as set_type says. */
void evk_caption_adversarial(struct evk_row *row);

#endif /* EVK_STIMSET_RECORD_CAPTION_H */
