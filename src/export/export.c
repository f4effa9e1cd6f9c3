/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export.c - a session for display programs: the table of formats, and a call from folder to files */
#include <string.h>

#include "evoke/export.h"

#include "base/host.h"
#include "base/named.h"
#include "export/check.h"
#include "export/format.h"
#include "session/folder/change.h"

static const struct {
    evk_type_info info;
    evk_status (*make)(const struct evk_rig_session *s, struct evk_export_files *out,
                       evk_error *err);
} formats[] = {
#define EVK_EXPORT_FORMAT(name, files, summary) {{#name, summary, files}, evk_export_##name},
#include "export/formats.def"
#undef EVK_EXPORT_FORMAT
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

bool evk_export_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= FORMATS)
        return false;
    *out = formats[i].info;
    return true;
}

static evk_status make(const struct evk_rig_session *s, int format, struct evk_export_files *out,
                       evk_error *err)
{
    EVK_TRY(evk_export_check(s, err));
    return formats[format].make(s, out, err);
}

evk_status evk_export(const char *folder, const char *format, evk_error *err)
{
    EVK_ENTER();
    struct evk_export_files files = {.count = 0};
    struct evk_rig_session session;
    char manifest[EVK_SHA256_TEXT];
    evk_status s;
    int which;

    EVK_TRY(evk_named_find(&which, "the format", format, evk_export_info, err));
    EVK_TRY(evk_rig_session_finish(folder, err));
    EVK_TRY(evk_rig_session_open(&session, folder, err));
    memcpy(manifest, session.manifest_sha256, sizeof(manifest));
    s = make(&session, which, &files, err);
    evk_rig_session_close(&session);
    if (s)
        s = evk_wrap(err, s, "%s", folder);
    else
        s = evk_rig_session_put(folder, manifest, files.file, files.count, err);
    evk_export_release(&files);
    return s;
}
