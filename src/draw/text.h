/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - bytes made drawable as text, and text shortened */
#ifndef EVK_DRAW_TEXT_H
#define EVK_DRAW_TEXT_H

#include "base/str.h"

/*
 * Append text to out as UTF-8 that every drawing library accepts.  Each character that is not plain
 * (base/shown.h), and each byte that is not UTF-8, becomes a '?', which is shorter than an escape.
 * What does not fit into the first EVK_TEXT_MAX bytes becomes an ellipsis.
 */
void evk_text_clean(struct evk_str *out, const char *text);

enum { EVK_TEXT_MAX = 1000 }; /* bytes; more than any line of a drawing can show */

/*
 * Where an ellipsis goes: at the end, or in the middle, which keeps the end of names that differ
 * there.
 */
enum evk_text_cut { EVK_CUT_END, EVK_CUT_MIDDLE };

/* Returns the number of characters of a text in UTF-8. */
int64_t evk_text_length(const char *text);

/*
 * Append a text to out, with all but `keep` of its characters replaced by an ellipsis; a text of no
 * more than `keep` is appended whole.  The text is what evk_text_clean gave.
 */
void evk_text_shorten(struct evk_str *out, const char *text, int64_t keep, enum evk_text_cut cut);

#endif /* EVK_DRAW_TEXT_H */
