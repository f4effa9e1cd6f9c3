/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frame.h - what became of images of another shape, in the description of a set */
#ifndef EVK_STIMSET_INPUTS_FRAME_H
#define EVK_STIMSET_INPUTS_FRAME_H

#include "base/json.h"
#include "image/list.h"

/* Shape and, of pad, Pad: the ground as R, G, B; members of the object that describes the list. */
void evk_frame_describe(struct evk_json_writer *w, evk_json *object, const evk_image_list *list);

/*
 * Changes: how many images each change was made to, in the words of the column source_changes.  There
 * is no such member where nothing was changed.
 *   changes  (images) of the list; NULL: as the list remembers, which was read at one size
 */
void evk_frame_describe_changes(struct evk_json_writer *w, evk_json *object,
                                const evk_image_list *list, const struct evk_changes *changes);

/*
 * The frame that the images of a set were read with: of the object Images, Bases or Reference that
 * the set has, or else of the options shape and pad, or the default.  EVK_EFORMAT, EVK_EINVAL: it is none.
 */
evk_status evk_frame_of_set(struct evk_photograph_frame *out, const evk_json *description,
                            evk_error *err);

#endif /* EVK_STIMSET_INPUTS_FRAME_H */
