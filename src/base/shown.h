/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shown.h - is a name safe to show?  Names of files, entries, models, layers and neurons come from
 * strangers, and go to terminals, tables, JSON and drawings only through these functions
 *
 * A character is plain unless it is a control character (C0 with tab and newline, DEL, C1), a line
 * or paragraph separator, a format or variation selector for the characters beside it, invisible
 * (zero width, fillers, soft hyphen, byte order mark, tags), a mark that changes the direction of
 * the text after it, or a code point that is no character.  With characters that are not plain, a
 * name could steer a terminal, break a line of a table, or look like another name.
 *
 * Names that go into stimuli.tsv must be plain, and are refused otherwise.  Wherever else a name is
 * shown, evk_show (evoke/base.h) replaces such characters by escapes.
 */
#ifndef EVK_BASE_SHOWN_H
#define EVK_BASE_SHOWN_H

#include <stdbool.h>

#include "evoke/base.h"

/*
 * Returns the number of bytes of the UTF-8 character (RFC 3629) that starts at s; *code is set to
 * its code point.  0 where s is at the end of the text, or where the bytes are not UTF-8.
 */
size_t evk_utf8_step(const char *s, uint32_t *code);

/* Is the code point a plain character, in the sense of this file's first comment? */
bool evk_is_plain_character(uint32_t code);

/* Is the text UTF-8, and are all its characters plain? */
bool evk_is_plain(const char *text);

/*
 * Can the text be a cell of a table?  It must be plain, and must not begin with a double quote:
 * readers of tables would take it for the start of a quoted cell, in which tabs and line ends do
 * not end the cell.
 */
bool evk_fits_table(const char *text);

#endif /* EVK_BASE_SHOWN_H */
