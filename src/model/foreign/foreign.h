/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * foreign.h - files that evoke does not open, recognised by their bytes and named in one sentence
 *
 * Nothing in such a file is executed, and no more is read than recognises it.  A new format is one
 * row of formats.def; where a few bytes at one place do not recognise it, it also needs a function
 * in the file of this folder that has its kind.
 */
#ifndef EVK_MODEL_FOREIGN_FOREIGN_H
#define EVK_MODEL_FOREIGN_FOREIGN_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * When a format is looked for: FIRST, before the loaders, where a loader would take the file for
 * one of its own; LAST, after no loader has recognised the file.
 */
enum evk_foreign_turn { EVK_FOREIGN_FIRST, EVK_FOREIGN_LAST };

/*
 * Fails with EVK_EUNSUPPORTED where the bytes of a file are of a foreign format of this turn: the
 * message says what the file is, and what to do to come to a model that evoke opens.  Returns
 * EVK_OK where they are of none.  path is shown in commands that the message recommends, and is not
 * read.
 */
evk_status evk_foreign_refuse(enum evk_foreign_turn turn, const char *path,
                              const struct evk_bytes *file, evk_error *err);

/*
 * Fails likewise where path is a folder that is a model of another program, such as a SavedModel.
 * Only the names of what lies in the folder are read.  Returns EVK_OK for any other path.
 */
evk_status evk_foreign_refuse_folder(const char *path, evk_error *err);

#endif /* EVK_MODEL_FOREIGN_FOREIGN_H */
