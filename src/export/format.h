/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * format.h - a format of 'evoke export': a function from an open session to files in memory
 *
 * The function is evk_export_NAME, declared by formats.def.  What a format cannot say is EVK_EINVAL,
 * with a sentence that begins with the file's name.
 */
#ifndef EVK_EXPORT_FORMAT_H
#define EVK_EXPORT_FORMAT_H

#include "session/folder/files.h"

enum { EVK_EXPORT_FILES = 2 };

struct evk_export_files {
    struct evk_rig_file file[EVK_EXPORT_FILES]; /* (count); the bytes are owned */
    size_t count;
};

/* Take over a text that is finished as the file `name`, which is static; the string is empty then. */
evk_status evk_export_take(struct evk_export_files *files, const char *name, struct evk_str *text,
                           evk_error *err);
void evk_export_release(struct evk_export_files *files);

#define EVK_EXPORT_FORMAT(name, files, summary)                                                 \
    evk_status evk_export_##name(const struct evk_rig_session *s, struct evk_export_files *out, \
                                 evk_error *err);
#include "export/formats.def"
#undef EVK_EXPORT_FORMAT

#endif /* EVK_EXPORT_FORMAT_H */
