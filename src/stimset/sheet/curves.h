/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curves.h - the section of a contact sheet that plots the full traces of ascents
 *
 * The section is below the images on a screen, and on pages of its own on paper.  It has a row of
 * plots for each neuron with traced stimuli.  Each plot is of one column of their full traces, and
 * has the curve of each stimulus over its iterations.
 */
#ifndef EVK_STIMSET_SHEET_CURVES_H
#define EVK_STIMSET_SHEET_CURVES_H

#include "stimset/sheet/plot.h"

/* The section, and where its plots go.  Lengths are in the unit of the grid. */
struct evk_sheet_section {
    const struct evk_sheet *sheet;
    const struct evk_sheet_order *order;
    struct evk_curves *curves; /* (EVK_SECTION_CURVES) of the neuron that is drawn; owned */
    int64_t neurons;           /* neurons with full traces; 0: there is no section */
    int64_t plots;             /* plots of each neuron */
    double plot_w, plot_h, gap;
    double group_w, group_h; /* from the plots of a neuron to those of the next one */
    int64_t columns, lines;  /* neurons side by side; lines of these on a page */
    int64_t first_page;      /* on paper: the first page of the section, from 0 */
    double head;             /* on a screen: the baseline of the explanation */
    double top;              /* where the plots begin */
};

enum { EVK_SECTION_CURVES = 32 }; /* curves of a neuron in a plot: those of its best stimuli */

/*
 * Make the section of a sheet, whose items are in order o.  Both are borrowed.  The caller releases
 * *out, also after a failure.  Failures are those of s->curves.
 */
evk_status evk_sheet_section_new(struct evk_sheet_section *out, const struct evk_sheet *s,
                                 const struct evk_sheet_order *o, evk_error *err);
void evk_sheet_section_release(struct evk_sheet_section *s);

/*
 * Place the section below the images of a screen, whose page grows.  Where the page would be too
 * large, or has no captions, there is no section: neurons is 0.
 */
void evk_sheet_section_screen(struct evk_sheet_section *s, struct evk_sheet_grid *g);

/* Place the section on pages of paper after the last one of the images. */
void evk_sheet_section_paper(struct evk_sheet_section *s, struct evk_sheet_grid *g);

/* A sentence that says what the section shows. */
extern const char evk_sheet_section_text[];

/* Draw a page of the section, counted from 0.  Failures are those of evk_sheet.curves. */
evk_status evk_sheet_section_draw(struct evk_sheet_section *s, struct evk_canvas *c,
                                  const struct evk_sheet_grid *g, int64_t page, evk_error *err);

#endif /* EVK_STIMSET_SHEET_CURVES_H */
