/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image_file.c - the image files of a session: their names, and what they hold */
#include "session/folder/image_file.h"

#include <stdio.h>

#include "image/image.h"

void evk_rig_image_base_name(int64_t code, char name[EVK_RIG_NAME])
{
    snprintf(name, EVK_RIG_NAME, "stim-%06lld_image.png", (long long)code);
}

void evk_rig_image_name(int64_t code, char name[EVK_RIG_NAME])
{
    char base[EVK_RIG_NAME];

    evk_rig_image_base_name(code, base);
    snprintf(name, EVK_RIG_NAME, "stimuli/%.48s", base);
}

evk_status evk_rig_image_read(const struct evk_dir *folder, int64_t code, struct evk_bytes *file,
                              struct evk_pixels *out, evk_error *err)
{
    struct evk_bytes bytes = {NULL, 0};
    char name[EVK_RIG_NAME];
    evk_status s;

    evk_rig_image_name(code, name);
    *out = (struct evk_pixels){.data = NULL};
    if (file)
        *file = bytes;
    EVK_TRY(evk_dir_read(folder, name, EVK_IMAGE_FILE_MAX, &bytes, err));
    s = evk_decode(out, bytes.data, bytes.size, err);
    if (!s && file)
        *file = bytes;
    else
        evk_bytes_release(&bytes);
    return s ? evk_wrap(err, s, "%s/%s", folder->path, name) : EVK_OK;
}
