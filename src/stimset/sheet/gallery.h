/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gallery.h - the contact sheet of a set: from its stimuli to what sheet.h draws */
#ifndef EVK_STIMSET_SHEET_GALLERY_H
#define EVK_STIMSET_SHEET_GALLERY_H

#include "base/dir.h"
#include "evoke/image.h"
#include "stimset/record/kind.h"
#include "stimset/record/stimulus.h"
#include "stimset/sheet/sheet.h"

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
    int64_t total;  /* stimuli of the set, of which all are the first */
    bool as_listed; /* items stay in this order; else the best of a neuron comes first */
    const evk_image_list *reference;
};

enum { EVK_GALLERY_FIRST = 100 }; /* stimuli shown of a set that is no neuron's */

/*
 * What the sheet of a set of this kind shows (kind->draw).  folder, all and reference (may be NULL) must
 * outlive the gallery, and the gallery must not move.  total: stimuli of the set, of which all are the first.
 */
evk_status evk_gallery_init(struct evk_gallery *g, const struct evk_dir *folder,
                            const struct evk_set_kind *kind, const struct evk_stimuli *all,
                            int64_t total, const evk_image_list *reference, evk_error *err);

/* ---- for kinds: what evk_set_kind.draw may call ---------------------------------------------- */

struct evk_gallery_words {
    /* Append what stands under an image; equal words make one neuron's line. */
    void (*name)(const struct evk_row *row, struct evk_str *out);
    bool made_from_photo; /* images are made of photographs, which stand beside them as originals */
};

/* Names for words: the model and its output, "gabor:0"; the photograph that the image is made of. */
void evk_gallery_neuron_name(const struct evk_row *row, struct evk_str *out);
void evk_gallery_source_name(const struct evk_row *row, struct evk_str *out);

/*
 * Show all stimuli but those that were dropped, neuron by neuron, and after those of a neuron the
 * reference image that its rows call the best, if that is given.
 */
evk_status evk_gallery_neurons(struct evk_gallery *g, const struct evk_gallery_words *words,
                               evk_error *err);

/*
 * Show the first EVK_GALLERY_FIRST stimuli, each that is made from a photograph with that beside it, where
 * the photograph is in the set or among the reference images.
 */
evk_status evk_gallery_first(struct evk_gallery *g, const struct evk_gallery_words *words,
                             evk_error *err);

void evk_gallery_release(struct evk_gallery *g);

#endif /* EVK_STIMSET_SHEET_GALLERY_H */
