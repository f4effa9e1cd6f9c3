/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * param_call.h - texts that name a row of a table and set its parameters, such as
 * "aperture:radius=0.4"
 *
 * The forms are NAME, NAME:VALUE and NAME:PARAMETER=VALUE,...; a VALUE without a
 * parameter is that of the first parameter.
 */
#ifndef EVK_BASE_PARAM_CALL_H
#define EVK_BASE_PARAM_CALL_H

#include "evoke/types.h"

/* A table whose rows can be named by a text. */
struct evk_call_table {
    /* what a row is, such as "prior": messages have the word, and refer to 'evoke list priors' */
    const char *kind;
    bool (*info)(int row, evk_type_info *out); /* gives a row's name; false past the end */
};

/* A row that was found, and how its parameters are set. */
struct evk_call {
    const char *kind, *name;
    /* tables of its own parameters, and of those that all rows share; NULL: there are none */
    const evk_param *params[2];

    /* Set param, a row of params[which]; value is a piece of the text given to evk_call_read. */
    evk_status (*set)(void *arg, int which, const evk_param *param, char *value, evk_error *err);
    void *arg;
};

/*
 * Set *row to the row that a text names.  EVK_ENOTFOUND: as evk_named_fail (base/named.h).
 */
evk_status evk_call_find(const struct evk_call_table *table, const char *text, int *row,
                         evk_error *err);

/*
 * Set the parameters that a text sets.  The text is cut into pieces in place, and must outlive the
 * parameters that are texts, since they point into it.  EVK_EINVAL: the row has no such parameter,
 * or a value without a parameter's name is not the first value; also what `set` returns.
 */
evk_status evk_call_read(const struct evk_call *call, char *text, evk_error *err);

#endif /* EVK_BASE_PARAM_CALL_H */
