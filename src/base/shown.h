/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shown.h - the one door for text from strangers: names of files, entries, models, layers, neurons
 *
 * A character counts as plain unless it is a control character (C0 with tab and newline, DEL, C1),
 * a line or paragraph separator, one that formats or selects what is beside it, invisible (zero
 * width, fillers, soft hyphen, byte order mark, tags), a mark that turns the direction of what
 * follows, or no character at all.  With the others, a name
 * could steer a terminal, break a line of a table, or look like another name.
 *
 * Names that go into stimuli.tsv must be plain, and are refused otherwise; wherever else a name is
 * said, evk_show (evoke/base.h) says it with escapes.
 */
#ifndef EVK_BASE_SHOWN_H
#define EVK_BASE_SHOWN_H

#include <stdbool.h>

#include "evoke/base.h"

/* Bytes of the character of UTF-8 (RFC 3629) at s, and its code; 0: at s is none, or the end. */
size_t evk_utf8_step(const char *s, uint32_t *code);

bool evk_is_plain_character(uint32_t code);

/* Is the text UTF-8, of plain characters only? */
bool evk_is_plain(const char *text);

/*
 * Can it be a cell of a table?  Plain text; and readers of tables take a quote at the beginning of
 * a cell for the start of one with tabs and lines in it.
 */
bool evk_fits_table(const char *text);

#endif /* EVK_BASE_SHOWN_H */
