/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image_file.h - the image files of a session: their names, and what they hold */
#ifndef EVK_SESSION_FOLDER_IMAGE_FILE_H
#define EVK_SESSION_FOLDER_IMAGE_FILE_H

#include "base/dir.h"
#include "format/codec.h"

enum { EVK_RIG_NAME = 64 };

/* Write the name of an image's file, relative to the session: "stimuli/stim-000001_image.png". */
void evk_rig_image_name(int64_t code, char name[EVK_RIG_NAME]);

/* Write the same name relative to stimuli/, as tables have it: "stim-000001_image.png". */
void evk_rig_image_base_name(int64_t code, char name[EVK_RIG_NAME]);

/*
 * Read the file of an image, and decode it.
 *   file  the bytes of the file, which the caller releases; NULL: they are not kept
 *   out   what it decodes to, which the caller releases
 * EVK_EIO, EVK_EFORMAT: it cannot be read or decoded; *file and *out are empty then, and the message
 * names the file.
 */
evk_status evk_rig_image_read(const struct evk_dir *folder, int64_t code, struct evk_bytes *file,
                              struct evk_pixels *out, evk_error *err);

#endif /* EVK_SESSION_FOLDER_IMAGE_FILE_H */
