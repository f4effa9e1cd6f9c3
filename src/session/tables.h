/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tables.h - the tables of a session as texts: images, roles, trials, and what their columns mean */
#ifndef EVK_SESSION_TABLES_H
#define EVK_SESSION_TABLES_H

#include "session/images.h"
#include "session/order/clock.h"

enum evk_rig_table { EVK_RIG_STIMULI_TABLE, EVK_RIG_ROLES_TABLE, EVK_RIG_TRIALS_TABLE };

/* Append the line of column names of a table. */
void evk_rig_header(struct evk_str *out, enum evk_rig_table table);

/* Append the sidecar of a table in JSON: Description and Units of each column. */
evk_status evk_rig_sidecar(struct evk_str *out, enum evk_rig_table table, evk_error *err);

/* Append a line for each image from number `from`, counted from 0. */
void evk_rig_stimuli_lines(struct evk_str *out, const struct evk_rig_images *images, int64_t from);

/*
 * Append a line for each stimulus of a gathering and, where `own` is true, for the blank and the
 * image of catch trials that are no stimuli of sets.
 */
void evk_rig_roles_lines(struct evk_str *out, const struct evk_gathering *g,
                         const struct evk_rig_images *images, bool own);

/* How indices of an order become codes. */
struct evk_rig_codes {
    const int64_t *code;        /* of each image of the order */
    int64_t blank, catch_image; /* codes; 0: there is none */
};

/*
 * Append a line for each presentation of an order, of which the first begins at the tick `begin`
 * after the onset of the first image of the session.
 */
void evk_rig_trials_lines(struct evk_str *out, const struct evk_order *o,
                          const struct evk_rig_codes *codes, const struct evk_trial_clock *clock,
                          int64_t begin);

#endif /* EVK_SESSION_TABLES_H */
