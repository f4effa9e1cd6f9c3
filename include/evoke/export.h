/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/export.h - files with which display programs show a session
 *
 * A session is a folder that 'evoke session' made.  The files are written into it and listed in its
 * manifest.
 */
#ifndef EVK_EXPORT_H
#define EVK_EXPORT_H

#include "evoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes the files of one format into a finished session, in place of earlier ones.
 *   folder  the folder of the session
 *   format  a name of evk_export_info
 * EVK_ENOTFOUND: there is no such format.  EVK_EINVAL: the folder is no finished session, or the
 * format cannot say what the session asks for, such as degrees on a screen that is not described.
 * EVK_EFORMAT or EVK_EIO: a file of the session is damaged, or cannot be read or written.
 * EVK_EBUSY: another call is writing to the folder.
 */
EVK_API EVK_MUST_CHECK evk_status evk_export(const char *folder, const char *format,
                                             evk_error *err);

/*
 * Describes format i, counted from 0; returns false past the end.  out->params has the names of the
 * files that are written, with ", " between them.
 */
EVK_API bool evk_export_info(int i, evk_type_info *out);

#ifdef __cplusplus
}
#endif
#endif /* EVK_EXPORT_H */
