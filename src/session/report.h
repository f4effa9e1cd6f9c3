/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - what a call says of a session: totals, its kinds and units, and sentences */
#ifndef EVK_SESSION_REPORT_H
#define EVK_SESSION_REPORT_H

#include "base/names.h"
#include "evoke/session.h"
#include "session/folder/session.h"

struct evk_rig_report {
    evk_rig_total total;
    evk_rig_part *parts; /* (count) owned; their names are in texts */
    size_t count;
    struct evk_names texts, notes; /* owned */
};

/* Make an empty report; the caller frees it with evk_rig_report_free. */
evk_status evk_rig_report_new(evk_rig_report **out, evk_error *err);

/* Add a part, whose name is copied. */
evk_status evk_rig_report_add(evk_rig_report *r, const evk_rig_part *part, evk_error *err);

/* Fill in the totals of a session that is open. */
void evk_rig_report_of(evk_rig_report *r, const struct evk_rig_session *session);

#endif /* EVK_SESSION_REPORT_H */
