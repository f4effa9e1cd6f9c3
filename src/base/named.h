/* SPDX-License-Identifier: GPL-3.0-or-later */
/* named.h - a row of a table by its name */
#ifndef EVK_BASE_NAMED_H
#define EVK_BASE_NAMED_H

#include "base/error.h"
#include "evoke/types.h"

/*
 * Where the name is among the rows of a table, which info lists until it is false.  EVK_ENOTFOUND:
 * "kind is 'name', expected one of: a, b, c".
 */
evk_status evk_named_find(int *out, const char *kind, const char *name,
                          bool (*info)(int i, evk_type_info *out), evk_error *err);

#endif /* EVK_BASE_NAMED_H */
