/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gallery.h - chooses what the contact sheet of a set shows, and gives it to sheet.h */
#ifndef EVK_STIMSET_SHEET_GALLERY_H
#define EVK_STIMSET_SHEET_GALLERY_H

#include "base/dir.h"
#include "evoke/image.h"
#include "stimset/record/kind.h"
#include "stimset/record/stimulus.h"
#include "stimset/sheet/sheet.h"

/* The contents of a contact sheet, and the set that they come from. */
struct evk_gallery {
    struct evk_sheet sheet;       /* points into the members below */
    struct evk_sheet_item *items; /* (count), neuron by neuron; owned */
    int64_t count;
    int64_t *stimulus; /* (count) the stimulus in all that each item belongs to; owned */
    int64_t *photo; /* (count) the reference image that the item shows; -1: the stimulus; owned */
    double *traces; /* (count, EVK_RESPONSE_TRACE_MAX) response traces of items; owned */
    struct evk_sheet_line *lines; /* lines of figures; NULL: there are none; owned */
    struct evk_str names;         /* names, remarks and labels, each ended by a zero; owned */
    struct evk_str about;         /* the text evk_sheet.about; owned */
    const struct evk_dir *folder;
    const struct evk_stimuli *all;
    int64_t total;  /* the number of stimuli of the set, of which `all` has the first */
    bool as_listed; /* evk_sheet.as_listed */
    const evk_image_list *reference; /* reference images or originals; may be NULL */
    /* (all->count) pixels of stimuli that are in memory, without data for others; the caller may set
       it, and it must outlive the gallery; NULL: all are read from the folder */
    const struct evk_pixels *kept;
};

/* The most stimuli that are shown of a set that asks for no neuron: in an image, and on pages. */
enum { EVK_GALLERY_FIRST = 400, EVK_GALLERY_PAGES = 5000 };

/*
 * Choose with kind->draw what the contact sheet of a set shows: g->sheet is then ready to be
 * drawn.  folder, all and reference (may be NULL) must outlive the gallery, and the gallery must
 * not move.  total is the number of stimuli of the set, of which `all` has the first.  The caller
 * releases *g; after a failure there is nothing to release.  EVK_ENOMEM, or what kind->draw
 * returns.
 */
evk_status evk_gallery_init(struct evk_gallery *g, const struct evk_dir *folder,
                            const struct evk_set_kind *kind, const struct evk_stimuli *all,
                            int64_t total, const evk_image_list *reference, evk_error *err);

/* ---- for kinds: what evk_set_kind.draw may call ---------------------------------------------- */

/* The words of a gallery. */
struct evk_gallery_words {
    /* Append the name below an image; images with equal names are shown as those of one neuron. */
    void (*name)(const struct evk_row *row, struct evk_str *out);
    bool made_from_photo; /* images are made from photographs, which are shown beside them */
};

/*
 * Two functions for evk_gallery_words.name: the model and its output, "gabor:0"; the source_file.
 */
void evk_gallery_neuron_name(const struct evk_row *row, struct evk_str *out);
void evk_gallery_source_name(const struct evk_row *row, struct evk_str *out);

/*
 * Show all stimuli but those that were dropped, neuron by neuron.  After the stimuli of a neuron
 * comes its best reference image, natural_file, where g->reference has it.
 */
evk_status evk_gallery_neurons(struct evk_gallery *g, const struct evk_gallery_words *words,
                               evk_error *err);

/*
 * Show the stimuli that g->all has, which are the first ones of the set.  Beside a stimulus that is
 * made from a photograph outside the set comes that photograph, where g->reference has it.
 */
evk_status evk_gallery_first(struct evk_gallery *g, const struct evk_gallery_words *words,
                             evk_error *err);

void evk_gallery_release(struct evk_gallery *g);

#endif /* EVK_STIMSET_SHEET_GALLERY_H */
