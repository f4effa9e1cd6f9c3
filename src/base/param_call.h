/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * param_call.h - a row of a table with its parameters, as one text
 *
 * NAME, NAME:VALUE or NAME:PARAMETER=VALUE,...; VALUE alone is that of the first parameter.
 */
#ifndef EVK_BASE_PARAM_CALL_H
#define EVK_BASE_PARAM_CALL_H

#include "evoke/types.h"

/* A table whose rows texts name. */
struct evk_call_table {
    const char *kind; /* of a row, in messages: "prior"; 'evoke list priors' is the table */
    const char *(*name)(int row); /* NULL past the end */
};

/* Whose parameters a text sets. */
struct evk_call {
    const char *kind, *name;
    const evk_param *params[2]; /* its own, then shared ones; either may be NULL */

    /* Set one of params[which]; value is part of the text. */
    evk_status (*set)(void *arg, int which, const evk_param *param, char *value, evk_error *err);
    void *arg;
};

/* The row that a text names; EVK_ENOTFOUND lists those there are. */
evk_status evk_call_find(const struct evk_call_table *table, const char *text, int *row,
                         evk_error *err);

/*
 * Set what a text sets, which is cut into pieces: it lives as long as values that are texts.
 * EVK_EINVAL: no such parameter, or a value without one that is not the first.
 */
evk_status evk_call_read(const struct evk_call *call, char *text, evk_error *err);

#endif /* EVK_BASE_PARAM_CALL_H */
