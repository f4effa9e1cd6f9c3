/* SPDX-License-Identifier: GPL-3.0-or-later */
/* method.h - a synthesis method: settings of a recipe under the name of a paper */
#ifndef EVK_SYNTH_METHOD_H
#define EVK_SYNTH_METHOD_H

#include "base/error.h"
#include "evoke/types.h"

/* A method is one file in methods/ and one row of methods.def. */
struct evk_method {
    const char *name;
    const char *summary; /* one line, with the reference */
    /*
     * Parameters of a recipe (evk_recipe_params) that the method sets, by name.  "prior" may come
     * several times.  The list ends with a setting whose name is NULL.
     */
    const struct evk_setting {
        const char *name, *value;
    } * settings;
};

/* *out = the method of that name.  EVK_ENOTFOUND lists the methods there are. */
evk_status evk_method_find(const struct evk_method **out, const char *name, evk_error *err);

#endif /* EVK_SYNTH_METHOD_H */
