/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counts.c - how many rows a set has, against how many its options ask for */
#include <stdlib.h>

#include "base/mem.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/make/plan.h"
#include "stimset/record/set_file.h"

enum { MOST = 1 << 30 }; /* more than any set has, and few enough for sums */

static int64_t bounded(int64_t n)
{
    return n < -1 ? -1 : n < MOST ? n : MOST;
}

int64_t evk_verify_option(const struct evk_verification *v, const char *name, int64_t missing)
{
    int64_t n = missing;

    (void)evk_description_int(v->description, name, &n);
    return bounded(n);
}

int64_t evk_verify_count_images(const struct evk_verification *v)
{
    return bounded(evk_description_images(v->description));
}

int64_t evk_verify_count_neurons(const struct evk_verification *v)
{
    struct evk_described_model m;
    int64_t n = 0;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        n += (int64_t)evk_json_count(m.outputs);
    return n;
}

void evk_verify_total(struct evk_verification *v, int64_t want)
{
    if (want >= 0 && want != v->rows.count)
        evk_report_finding(v, "%s: has %lld row%s, but the options in %s are of %lld",
                           EVK_SET_TABLE, (long long)v->rows.count, v->rows.count == 1 ? "" : "s",
                           EVK_SET_DESCRIPTION, (long long)want);
}

evk_status evk_verify_jobs(struct evk_verification *v, evk_error *err)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_row *rows = NULL;
    int64_t *place = NULL;
    evk_status s = evk_verify_copy(v, &all, err);

    if (!s)
        s = evk_alloc(&rows, v->all.count, sizeof(*rows), "rows", err);
    if (!s)
        s = evk_alloc(&place, v->all.count, sizeof(*place), "rows", err);
    for (int64_t i = 0; i < v->all.count && !s; i++)
        rows[i] = v->all.list[i].row;
    if (!s)
        s = evk_plan(&all, rows, v->all.count, place, err);
    for (int64_t i = 0; i < v->all.count && !s; i++)
        if (place[i] != i)
            evk_report_finding(v, "%s: %s is the same image as %s, expected one row of it",
                               EVK_SET_TABLE, rows[i].stimulus_id,
                               v->all.list[place[i]].row.stimulus_id);
    evk_stimuli_release(&all);
    free(rows);
    free(place);
    return s;
}
