/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.h - a struct of settings that callers see only by the names of its parameters
 *
 * A public type such as evk_recipe is opaque: a table of parameters describes its fields, which are
 * set and read as texts.  The struct owns copies of the texts that it was given.
 */
#ifndef EVK_BASE_SETTINGS_H
#define EVK_BASE_SETTINGS_H

#include "base/names.h"
#include "base/param.h"

/* Returns the parameter of that name in a table, or NULL where there is none. */
const evk_param *evk_settings_find(const evk_param *params, const char *name);

/*
 * Set the parameter `name` of the struct at base to a copy of text, which *owned keeps.  The copy
 * of a text that is replaced is freed.
 * EVK_ENOTFOUND: the table has no such parameter; the message has `kind`, such as "a recipe".
 * Otherwise as evk_param_set.
 */
evk_status evk_settings_set(const evk_param *params, void *base, struct evk_names *owned,
                            const char *kind, const char *name, const char *text, evk_error *err);

/*
 * Set *text to the value of the parameter `name` as evk_param_get writes it, whatever its length;
 * the caller frees it with free().  Errors are those of evk_settings_set.
 */
evk_status evk_settings_get(const evk_param *params, const void *base, const char *kind,
                            const char *name, char **text, evk_error *err);

/*
 * Replace each text of the struct at base by a copy that *owned keeps, so that the struct refers to
 * no memory of others.
 */
evk_status evk_settings_own(const evk_param *params, void *base, struct evk_names *owned,
                            evk_error *err);

#endif /* EVK_BASE_SETTINGS_H */
