/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param_json.h - the fields of a parameter table as members of a JSON object, under their names */
#ifndef EVK_BASE_PARAM_JSON_H
#define EVK_BASE_PARAM_JSON_H

#include "base/json.h"
#include "evoke/types.h"

/* Put every field of the struct at base into object.  A field of text that is NULL becomes "". */
void evk_params_put(struct evk_json_writer *w, evk_json *object, const evk_param *params,
                    const void *base);

/*
 * Set the field of parameter p in the struct at base.  A text points into the JSON afterwards,
 * which must outlive it.  EVK_EFORMAT: the value is of another kind; EVK_EINVAL: it is out of
 * range.
 */
evk_status evk_param_read(const evk_param *p, void *base, const evk_json *value, evk_error *err);

/*
 * Set the fields whose names object has as members, and leave the others as they are; otherwise as
 * evk_param_read.  EVK_EFORMAT for a member that is no parameter: the message lists all parameters.
 */
evk_status evk_params_read(const evk_param *params, void *base, const evk_json *object,
                           evk_error *err);

#endif /* EVK_BASE_PARAM_JSON_H */
