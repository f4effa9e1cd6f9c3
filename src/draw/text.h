/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - any bytes as text that can be drawn, and shorter forms of it */
#ifndef EVK_DRAW_TEXT_H
#define EVK_DRAW_TEXT_H

#include "base/str.h"

/*
 * Append text as UTF-8 that every drawing library accepts.  Characters that are not plain
 * (base/shown.h) become '?', and so do bytes that are not UTF-8: labels are short.  What follows
 * the first EVK_TEXT_MAX bytes becomes an ellipsis.
 */
void evk_text_clean(struct evk_str *out, const char *text);

enum { EVK_TEXT_MAX = 1000 }; /* more than fits any line */

/* Where an ellipsis goes: names of one set differ at their end. */
enum evk_text_cut { EVK_CUT_END, EVK_CUT_MIDDLE };

/* Characters of UTF-8. */
int64_t evk_text_length(const char *text);

/* Append keep characters of clean text, and an ellipsis for the others. */
void evk_text_shorten(struct evk_str *out, const char *text, int64_t keep, enum evk_text_cut cut);

#endif /* EVK_DRAW_TEXT_H */
