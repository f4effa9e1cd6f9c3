/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs.h - perturbed images and their base images, compared again as a session shows them */
#ifndef EVK_SESSION_PAIRS_H
#define EVK_SESSION_PAIRS_H

#include "session/images.h"
#include "session/report.h"

/*
 * Fill in linf_shown and rms_shown of every perturbed stimulus whose base image takes part, from the
 * files in folder, and add a sentence to the report for pairs whose difference vanished or grew.
 */
evk_status evk_rig_pairs_measure(struct evk_gathering *g, const struct evk_dir *folder,
                                 evk_rig_report *report, evk_error *err);

/*
 * Fill in linf_shown and rms_shown alone.  unread: (stimuli) becomes true of each whose images cannot
 * both be read, which stays without them; NULL: that is a failure.
 */
evk_status evk_rig_pairs_compare(struct evk_gathering *g, const struct evk_dir *folder,
                                 bool *unread, evk_error *err);

#endif /* EVK_SESSION_PAIRS_H */
