/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pictures.h - the image files of a page, each once, and reduced where the page would be too large
 *
 * Items with equal files share a picture.  A file that is not reduced goes into the page byte for
 * byte.
 */
#ifndef EVK_STIMSET_PAGE_PICTURES_H
#define EVK_STIMSET_PAGE_PICTURES_H

#include "stimset/page/page.h"

struct evk_pictures {
    int64_t *item; /* (count) an item that has the picture; owned */
    int64_t count;
    int64_t side; /* no picture is larger, in pixels; 0: all are the files of the sets */
};

/* Find the pictures of a page, and fill in picture of its items; the caller releases *out. */
evk_status evk_pictures_init(struct evk_pictures *out, struct evk_page *p, evk_error *err);
void evk_pictures_release(struct evk_pictures *p);

/*
 * Append all pictures to html, as elements that hold base64, of less than `most` bytes in all.
 * Where that is not enough, images larger than pictures->side are reduced, to the largest side that
 * is tried and fits.  EVK_EFORMAT: a file is not the one that its set describes.  EVK_EUNSUPPORTED:
 * no size is small enough.
 */
evk_status evk_pictures_write(struct evk_pictures *pictures, const struct evk_page *p, int64_t most,
                              struct evk_str *html, evk_error *err);

#endif /* EVK_STIMSET_PAGE_PICTURES_H */
