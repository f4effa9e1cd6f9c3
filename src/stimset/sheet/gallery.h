/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gallery.h - the contact sheet of a set: from its stimuli to what sheet.h draws */
#ifndef EVK_STIMSET_SHEET_GALLERY_H
#define EVK_STIMSET_SHEET_GALLERY_H

#include "base/dir.h"
#include "evoke/image.h"
#include "stimset/sheet/sheet.h"
#include "stimset/record/stimulus.h"

struct evk_gallery {
    struct evk_sheet sheet;
    struct evk_sheet_item *items; /* (count), neuron by neuron; owned */
    int64_t count;
    int64_t *stimulus; /* (count) which one of all each item is; owned */
    int64_t *photo;    /* (count) the reference image that it is instead, -1: none; owned */
    double *traces;    /* owned */
    struct evk_sheet_line *lines; /* owned */
    struct evk_str names;         /* of neurons, and remarks; ended by zeros */
    struct evk_str about;         /* the sheet's; owned */
    const struct evk_dir *folder;
    const struct evk_stimuli *all;
    const evk_image_list *reference;
};

enum { EVK_GALLERY_FIRST = 100 }; /* stimuli shown of a set that is no neuron's */

/*
 * All stimuli but those that were dropped, and, where reference images are given, after those of a
 * neuron the one that its rows call the best.  folder, title, all and reference (may be NULL) must
 * outlive the gallery, and the gallery must not move.
 *
 * Of a set of transformed images or dead leaves: the first EVK_GALLERY_FIRST, each transformed one
 * with its original beside it, where that is in the set or among the reference images; total are
 * the stimuli of the set, of which all are the first.
 */
evk_status evk_gallery_init(struct evk_gallery *g, const struct evk_dir *folder, const char *title,
                            const struct evk_stimuli *all, int64_t total,
                            const evk_image_list *reference, evk_error *err);

/* Items, texts and figures of a set of perturbed images (gallery_adversarial.c). Is it one? */
evk_status evk_gallery_show_adversarial(struct evk_gallery *g, evk_error *err);
bool evk_gallery_is_adversarial(const struct evk_stimuli *all);

void evk_gallery_release(struct evk_gallery *g);

#endif /* EVK_STIMSET_SHEET_GALLERY_H */
