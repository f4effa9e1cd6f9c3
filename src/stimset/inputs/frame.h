/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frame.h - how images of another shape were framed, in the description of a set */
#ifndef EVK_STIMSET_INPUTS_FRAME_H
#define EVK_STIMSET_INPUTS_FRAME_H

#include "base/json.h"
#include "image/list.h"

/*
 * Write the member Shape into the object that describes a list and, where the shape is pad, Pad:
 * the fill colour as three levels R, G, B.
 */
void evk_frame_describe(struct evk_json_writer *w, evk_json *object, const evk_image_list *list);

/*
 * Write the member Changes: how many images each change was made to, in the words of the column
 * source_changes.  Where nothing was changed there is no such member.
 *   changes  (images of the list); NULL: the changes that the list remembers, which it does where
 *            it was prepared at one size
 */
void evk_frame_describe_changes(struct evk_json_writer *w, evk_json *object,
                                const evk_image_list *list, const struct evk_changes *changes);

/*
 * Find the frame that the images of a set were read with: as the object Images, Bases or Reference
 * of the set says, or else its options shape and pad, or else the default.  EVK_EFORMAT,
 * EVK_EINVAL: what the description says is not a frame.
 */
evk_status evk_frame_of_set(struct evk_photograph_frame *out, const evk_json *description,
                            evk_error *err);

#endif /* EVK_STIMSET_INPUTS_FRAME_H */
