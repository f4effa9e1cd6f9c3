/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write.c - an image of floats as a PNG file */
#include "base/host.h"
#include "image/image.h"

/*
 * Is the text printable ASCII?  Texts of a PNG are Latin-1, of which these characters read alike
 * everywhere.
 */
static bool is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static evk_status encode(const evk_image *image, const char *description, struct evk_bytes *out,
                         evk_error *err)
{
    struct evk_pixels pixels;
    evk_status s;

    EVK_TRY(evk_image_check_size(image->height, image->width, image->channels, err));
    if (description && !is_printable(description))
        return evk_fail(err, EVK_EINVAL, "description '%s' is not printable ASCII text",
                        description);
    EVK_TRY(evk_image_quantise(&pixels, image->height, image->width, image->channels, image->values,
                               err));
    s = evk_png_encode(out, &pixels, description, err);
    evk_pixels_release(&pixels);
    return s;
}

evk_status evk_image_write(const evk_image *image, const char *path, const char *description,
                           evk_error *err)
{
    EVK_ENTER();
    struct evk_bytes file;
    evk_status s = encode(image, description, &file, err);

    if (s)
        return evk_wrap(err, s, "%s", path);
    s = evk_fs_write(path, file.data, file.size, err);
    evk_bytes_release(&file);
    return s;
}
