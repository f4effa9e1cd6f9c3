/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs.c - perturbed images and their base images, compared again as a session shows them */
#include "session/pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/finished/set.h"

enum { NAMED = 3 }; /* how many vanished pairs are named one by one */

static void compare(struct evk_rig_stimulus *s, const struct evk_pixels *a,
                    const struct evk_pixels *b)
{
    const int64_t n = a->height * a->width * a->channels;
    int64_t most = 0, squares = 0;

    if (a->height != b->height || a->width != b->width || a->channels != b->channels)
        return;
    for (int64_t i = 0; i < n; i++) {
        const int64_t d = labs((long)a->data[i] - (long)b->data[i]);

        most = d > most ? d : most;
        squares += d * d;
    }
    s->linf_shown = most;
    /* of a file of the whole screen, only the image in its place may differ */
    s->rms_shown = sqrt((double)squares / (double)(s->shown_px * a->channels));
}

static evk_status measure(struct evk_rig_stimulus *s, int64_t base, const struct evk_dir *folder,
                          evk_error *err)
{
    struct evk_pixels a, b;
    evk_status status;

    EVK_TRY(evk_rig_image_read(folder, s->code, NULL, &a, err));
    status = evk_rig_image_read(folder, base, NULL, &b, err);
    if (!status) {
        compare(s, &a, &b);
        evk_pixels_release(&b);
    }
    evk_pixels_release(&a);
    return status;
}

static evk_status report_vanished(const struct evk_gathering *g, evk_rig_report *r, evk_error *err)
{
    int64_t vanished = 0;

    for (int64_t i = 0; i < g->count; i++) {
        const struct evk_rig_stimulus *s = &g->list[i];

        if (!s->is_perturbed || s->linf_shown != 0 || s->linf_delta == 0)
            continue;
        if (vanished++ < NAMED)
            EVK_TRY(evk_names_printf(&r->notes, err,
                                     "%s of %s is shown as %s, from which it was made: their "
                                     "difference vanished",
                                     s->id, g->names.names[s->set], s->source_id));
    }
    if (vanished > NAMED)
        EVK_TRY(evk_names_printf(&r->notes, err,
                                 "the difference of %lld more pairs vanished; linf_shown of "
                                 "roles.tsv is 0",
                                 (long long)(vanished - NAMED)));
    return EVK_OK;
}

/* Says by how much differences changed, where they did. */
static evk_status report_change(const struct evk_gathering *g, evk_rig_report *r, evk_error *err)
{
    double least = INFINITY, most = 0;
    int64_t pairs = 0;

    for (int64_t i = 0; i < g->count; i++) {
        const struct evk_rig_stimulus *s = &g->list[i];

        if (!s->is_perturbed || isnan(s->rms_shown) || !(s->rms_delta > 0))
            continue;
        pairs++;
        least = fmin(least, s->rms_shown / s->rms_delta);
        most = fmax(most, s->rms_shown / s->rms_delta);
    }
    if (!pairs || (fabs(least - 1) < 1e-6 && fabs(most - 1) < 1e-6))
        return EVK_OK;
    return evk_names_printf(&r->notes, err,
                            "as shown, %lld perturbed images differ from their base images by %.2f "
                            "to %.2f times the RMS of the set; roles.tsv has rms_shown and "
                            "linf_shown of each",
                            (long long)pairs, least, most);
}

/* Finds the codes of base images by the rows of their sets. */
static evk_status measure_set(struct evk_gathering *g, const struct evk_dir *folder, int64_t *codes,
                              int64_t set, bool *unread, evk_error *err)
{
    const struct evk_set_rows *rows = &g->sets[set]->rows;

    for (int64_t i = 0; i < g->count; i++)
        if (g->list[i].set == set)
            codes[g->list[i].row] = g->list[i].code;
    for (int64_t i = 0; i < g->count; i++) {
        struct evk_rig_stimulus *s = &g->list[i];
        const int64_t base =
            s->set == set && s->is_perturbed ? evk_set_rows_find(rows, s->source_id) : -1;
        evk_error why = {EVK_OK, ""};
        evk_status status;

        if (base < 0 || !codes[base])
            continue;
        status = measure(s, codes[base], folder, &why);
        if (status && (!unread || status == EVK_ENOMEM))
            return evk_fail(err, status, "%s", why.msg);
        if (status)
            unread[i] = true;
    }
    return EVK_OK;
}

evk_status evk_rig_pairs_compare(struct evk_gathering *g, const struct evk_dir *folder,
                                 bool *unread, evk_error *err)
{
    for (int64_t set = 0; set < (int64_t)g->set_count; set++) {
        int64_t *codes;
        evk_status s;

        EVK_TRY(evk_alloc(&codes, g->sets[set]->rows.count, sizeof(*codes), "a session", err));
        s = measure_set(g, folder, codes, set, unread, err);
        free(codes);
        EVK_TRY(s);
    }
    return EVK_OK;
}

evk_status evk_rig_pairs_measure(struct evk_gathering *g, const struct evk_dir *folder,
                                 evk_rig_report *report, evk_error *err)
{
    EVK_TRY(evk_rig_pairs_compare(g, folder, NULL, err));
    EVK_TRY(report_vanished(g, report, err));
    return report_change(g, report, err);
}
