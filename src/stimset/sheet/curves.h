/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curves.h - the part of a contact sheet that has whole courses of ascents
 *
 * Below the images of a screen, on pages of their own on paper: for each neuron with traced stimuli
 * a row of plots, one a column of their files, with the curve of each stimulus over its iterations.
 */
#ifndef EVK_STIMSET_SHEET_CURVES_H
#define EVK_STIMSET_SHEET_CURVES_H

#include "stimset/sheet/plot.h"

/* Where its plots go. */
struct evk_sheet_section {
    const struct evk_sheet *sheet;
    const struct evk_sheet_order *order;
    struct evk_curves *curves; /* (EVK_SECTION_CURVES) of the neuron that is drawn; owned */
    int64_t neurons;           /* with curves; 0: there is no such part */
    int64_t plots;             /* a neuron */
    double plot_w, plot_h, gap;
    double group_w, group_h; /* from neuron to neuron */
    int64_t columns, lines;  /* neurons side by side; lines a page */
    int64_t first_page;      /* on paper */
    double head, top;        /* of the explanation, on a screen; of the plots */
};

enum { EVK_SECTION_CURVES = 32 /* of a neuron, its best */ };

/* Release it, also after a failure. */
evk_status evk_sheet_section_new(struct evk_sheet_section *out, const struct evk_sheet *s,
                                 const struct evk_sheet_order *o, evk_error *err);
void evk_sheet_section_release(struct evk_sheet_section *s);

/* Make room at the bottom of a page of the screen's; none where it would be too large. */
void evk_sheet_section_screen(struct evk_sheet_section *s, struct evk_sheet_grid *g);

/* The same after the last page. */
void evk_sheet_section_paper(struct evk_sheet_section *s, struct evk_sheet_grid *g);

/* What it shows, in a sentence. */
extern const char evk_sheet_section_text[];

/* Draw the neurons of its page number of 0 up. */
evk_status evk_sheet_section_draw(struct evk_sheet_section *s, struct evk_canvas *c,
                                  const struct evk_sheet_grid *g, int64_t page, evk_error *err);

#endif /* EVK_STIMSET_SHEET_CURVES_H */
