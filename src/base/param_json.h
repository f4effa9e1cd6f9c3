/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param_json.h - the fields of a parameter table as members of a JSON object, by their names */
#ifndef EVK_BASE_PARAM_JSON_H
#define EVK_BASE_PARAM_JSON_H

#include "base/json.h"
#include "evoke/types.h"

/* Put every field of the struct at base into object. A text that is NULL is "". */
void evk_params_put(struct evk_json_writer *w, evk_json *object, const evk_param *params,
                    const void *base);

/* Set one field; texts stay those of the JSON. EVK_EFORMAT: of another kind; EVK_EINVAL: range. */
evk_status evk_param_read(const evk_param *p, void *base, const evk_json *value, evk_error *err);

/*
 * Set the fields that object has, and leave the others as they are.  EVK_EFORMAT
 * for a member that is no parameter: it lists those there are.
 */
evk_status evk_params_read(const evk_param *params, void *base, const evk_json *object,
                           evk_error *err);

#endif /* EVK_BASE_PARAM_JSON_H */
