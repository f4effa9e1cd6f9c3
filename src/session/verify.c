/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - is a session as it was made? */
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "session/build.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

bool evk_rig_session_is(const char *folder)
{
    struct evk_dir dir;
    evk_json *description = NULL;
    bool is = false;

    if (!evk_fs_is_folder(folder) || evk_dir_open(&dir, folder, NULL))
        return false;
    if (!evk_description_read(&dir, &description, NULL))
        is = evk_json_get(description, "Session") != NULL;
    evk_json_free(description);
    evk_dir_close(&dir);
    return is;
}
evk_status evk_rig_session_verify(const char *folder, const evk_rig_source *source,
                                  const evk_verify *how, evk_verified *out, evk_error *err)
{
    (void)folder;
    (void)source;
    (void)how;
    (void)out;
    return evk_fail(err, EVK_EUNSUPPORTED, "not yet");
}
