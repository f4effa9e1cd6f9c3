/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write.c - an image of floats as a PNG file */
#include "image/image.h"

/* Can a PNG hold the text as it is?  Its texts are Latin-1, of which ASCII reads alike everywhere. */
static bool is_ascii(const char *text)
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

    if (image->channels != 1 && image->channels != 3)
        return evk_fail(err, EVK_EINVAL, "image of %lld channels, expected 1 or 3",
                        (long long)image->channels);
    if (description && !is_ascii(description))
        return evk_fail(err, EVK_EINVAL, "description '%s' is not ASCII text", description);
    EVK_TRY(evk_image_quantise(&pixels, image->height, image->width, image->channels,
                               image->values, err));
    s = evk_png_encode(out, &pixels, description, err);
    evk_pixels_release(&pixels);
    return s;
}

evk_status evk_image_write(const evk_image *image, const char *path, const char *description,
                           evk_error *err)
{
    struct evk_bytes file;
    evk_status s = encode(image, description, &file, err);

    if (s)
        return evk_wrap(err, s, "%s", path);
    s = evk_fs_write(path, file.data, file.size, err);
    evk_bytes_release(&file);
    return s;
}
