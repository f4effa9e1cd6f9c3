/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - what a call says of a session: totals, its kinds and units, and sentences */
#include "session/report.h"

#include <stdlib.h>

#include "base/mem.h"

evk_status evk_rig_report_new(evk_rig_report **out, evk_error *err)
{
    return evk_alloc(out, 1, sizeof(**out), "a report", err);
}

void evk_rig_report_free(evk_rig_report *report)
{
    if (!report)
        return;
    free(report->parts);
    evk_names_release(&report->texts);
    evk_names_release(&report->notes);
    free(report);
}

evk_status evk_rig_report_add(evk_rig_report *r, const evk_rig_part *part, evk_error *err)
{
    evk_rig_part *parts = realloc(r->parts, (r->count + 1) * sizeof(*parts));

    if (!parts)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a report");
    r->parts = parts;
    EVK_TRY(evk_names_add(&r->texts, part->name, err));
    r->parts[r->count] = *part;
    r->parts[r->count++].name = r->texts.names[r->texts.count - 1];
    return EVK_OK;
}

void evk_rig_report_of(evk_rig_report *r, const struct evk_rig_session *session)
{
    evk_rig_total *t = &r->total;

    *t = (evk_rig_total){.images = session->images,
                         .stimuli = session->role_count,
                         .presentations = session->trials};
    for (int64_t i = 0; i < session->trials; i++) {
        const struct evk_rig_trial *p = &session->trial[i];

        t->blanks += p->is_blank && !p->is_catch;
        t->catch_trials += p->is_catch && p->position == 1;
        t->trials = p->trial;
        t->minutes = (p->onset_s + p->duration_s) / 60;
    }
}

void evk_rig_report_total(const evk_rig_report *report, evk_rig_total *out)
{
    *out = report->total;
}

bool evk_rig_report_part(const evk_rig_report *report, size_t i, evk_rig_part *out)
{
    if (i >= report->count)
        return false;
    *out = report->parts[i];
    return true;
}

const char *evk_rig_report_note(const evk_rig_report *report, size_t i)
{
    return i < report->notes.count ? report->notes.names[i] : NULL;
}
