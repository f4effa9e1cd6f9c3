/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vetoed.h - images of a contact sheet that a table of vetoes names */
#ifndef EVK_STIMSET_FINISHED_VETOED_H
#define EVK_STIMSET_FINISHED_VETOED_H

#include "evoke/set.h"
#include "stimset/record/veto.h"
#include "stimset/sheet/gallery.h"

/*
 * Read the table of vetoes of one set, whose folder has the path `folder`, and check it; the caller
 * releases *out.
 */
evk_status evk_vetoes_of_set(struct evk_vetoes *out, const evk_set *set, const char *folder,
                             const char *path, evk_error *err);

/*
 * Write "vetoed", with the reason, below each image of g that has a veto.  g->sheet keeps pointers
 * into *texts, which the caller releases after the sheet.
 */
evk_status evk_gallery_veto(struct evk_gallery *g, const struct evk_vetoes *v,
                            struct evk_str *texts, evk_error *err);

#endif /* EVK_STIMSET_FINISHED_VETOED_H */
