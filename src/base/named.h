/* SPDX-License-Identifier: GPL-3.0-or-later */
/* named.h - the row of a table by its name, and the index of a word in a list */
#ifndef EVK_BASE_NAMED_H
#define EVK_BASE_NAMED_H

#include "base/error.h"
#include "evoke/types.h"

/*
 * Fail with EVK_ENOTFOUND, since no row of a table has the name that is the first `size` bytes of
 * name: "KIND is 'NAME', expected one of: a, b, c", followed by a hint where a row's name is near
 * (base/near.h).  info describes row i of the table, and returns false past its end.
 */
evk_status evk_named_fail(const char *kind, const char *name, size_t size,
                          bool (*info)(int i, evk_type_info *out), evk_error *err);

/*
 * Set *out to the index of the row that has this name.  info describes row i of the table, and
 * returns false past its end.  EVK_ENOTFOUND: as evk_named_fail.
 */
evk_status evk_named_find(int *out, const char *kind, const char *name,
                          bool (*info)(int i, evk_type_info *out), evk_error *err);

/* Returns whether the text is one of the words, a list that NULL ends. */
bool evk_is_word(const char *text, const char *const words[]);

/*
 * Set *out to the index of text in words, a list that NULL ends.  kind is what the text decides,
 * for the message.  EVK_EINVAL: "KIND is 'TEXT', expected a, b or c", followed by a hint where one
 * of the words is near.
 */
evk_status evk_word_find(int *out, const char *kind, const char *text, const char *const words[],
                         evk_error *err);

#endif /* EVK_BASE_NAMED_H */
