/* SPDX-License-Identifier: GPL-3.0-or-later */
/* named.h - the row of a table by its name, and the index of a word in a list */
#ifndef EVK_BASE_NAMED_H
#define EVK_BASE_NAMED_H

#include "base/error.h"
#include "evoke/types.h"

/*
 * Set *out to the index of the row that has this name.  info describes row i of the table, and
 * returns false past its end.  EVK_ENOTFOUND: "KIND is 'NAME', expected one of: a, b, c".
 */
evk_status evk_named_find(int *out, const char *kind, const char *name,
                          bool (*info)(int i, evk_type_info *out), evk_error *err);

/* Returns whether the text is one of the words, a list that NULL ends. */
bool evk_is_word(const char *text, const char *const words[]);

/*
 * Set *out to the index of text in words, a list that NULL ends.  kind is what the text decides,
 * for the message.  EVK_EINVAL: "KIND is 'TEXT', expected a, b or c".
 */
evk_status evk_word_find(int *out, const char *kind, const char *text, const char *const words[],
                         evk_error *err);

#endif /* EVK_BASE_NAMED_H */
