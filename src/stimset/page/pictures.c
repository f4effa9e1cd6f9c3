/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pictures.c - the image files of a page, each once, and reduced where the page would be too large */
#include "stimset/page/pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/codec.h"
#include "image/image.h"
#include "image/resample.h"
#include "stimset/finished/set.h"
#include "stimset/page/base64.h"
#include "stimset/record/set_file.h"

enum { ELEMENT = 64 }; /* bytes around a picture, at most */

/* A table may say anything; no image that is decoded has a larger side than EVK_PIXELS_MAX. */
static int64_t larger_side(const struct evk_row *row)
{
    const int64_t side = row->width_px > row->height_px ? row->width_px : row->height_px;

    return side < EVK_PIXELS_MAX ? side : EVK_PIXELS_MAX;
}

/* ---- which pictures -------------------------------------------------------------------------- */

static const struct evk_row *row_of(const struct evk_pictures *pictures, const struct evk_page *p,
                                    int64_t k)
{
    return p->items[pictures->item[k]].row;
}

evk_status evk_pictures_init(struct evk_pictures *out, struct evk_page *p, evk_error *err)
{
    *out = (struct evk_pictures){.item = NULL};
    EVK_TRY(evk_alloc(&out->item, p->count, sizeof(*out->item), "a page", err));
    for (int64_t i = 0; i < p->count; i++) {
        int64_t k = 0;

        while (k < out->count && strcmp(row_of(out, p, k)->sha256, p->items[i].row->sha256) != 0)
            k++;
        if (k == out->count)
            out->item[out->count++] = i;
        p->items[i].picture = k;
    }
    return EVK_OK;
}

void evk_pictures_release(struct evk_pictures *p)
{
    free(p->item);
    *p = (struct evk_pictures){.item = NULL};
}

/* ---- reduction ------------------------------------------------------------------------------- */

static void resample(struct evk_resampler *r, const struct evk_pixels *from, struct evk_pixels *to)
{
    const size_t row = (size_t)(to->width * to->channels);
    unsigned char *at = to->data;

    for (int64_t y = 0; y < from->height; y++) {
        const unsigned char *done;

        evk_resampler_push(r, from->data + y * from->width * from->channels);
        while ((done = evk_resampler_pull(r)) != NULL) {
            memcpy(at, done, row);
            at += row;
        }
    }
}

/* Returns a length that is reduced as the larger one is to side. */
static int64_t reduced(int64_t length, int64_t larger, int64_t side)
{
    const int64_t n = (length * side + larger / 2) / larger;

    return n > 1 ? n : 1;
}

static evk_status reduce(const struct evk_pixels *from, int64_t side, struct evk_bytes *out,
                         evk_error *err)
{
    const int64_t larger = from->width > from->height ? from->width : from->height;
    const struct evk_resampling what = {
        .rows = {from->height, reduced(from->height, larger, side), false},
        .columns = {from->width, reduced(from->width, larger, side), false},
        .channels = from->channels};
    struct evk_resampler *r;
    struct evk_pixels to;
    evk_status s;

    EVK_TRY(evk_pixels_new(&to, what.rows.to, what.columns.to, from->channels, err));
    s = evk_resampler_new(&r, &what, err);
    if (!s) {
        resample(r, from, &to);
        evk_resampler_free(r);
        s = evk_png_encode(out, &to, NULL, err);
    }
    evk_pixels_release(&to);
    return s;
}

/* Read the file of an image, which must be the one that its row describes. */
static evk_status read_file(const struct evk_page *p, const struct evk_page_item *item,
                            struct evk_bytes *out, evk_error *err)
{
    const struct evk_dir *folder = p->sets[item->set].folder;
    char name[EVK_IMAGE_NAME], sha256[EVK_SHA256_TEXT];
    evk_status s;

    evk_set_file_image_name(item->row, name);
    EVK_TRY(evk_set_file_get(folder, name, out, err));
    s = evk_sha256_text(out->data, out->size, sha256, err);
    if (!s && strcmp(sha256, item->row->sha256) != 0)
        s = evk_fail(err, EVK_EFORMAT,
                     "%s/%s: is not the file that the table of the set describes; 'evoke verify' "
                     "says what else was changed",
                     folder->path, name);
    if (s)
        evk_bytes_release(out);
    return s;
}

/* Replace a file by one of an image that is reduced to a side, unless it is no larger. */
static evk_status reduce_file(struct evk_bytes *file, int64_t side, evk_error *err)
{
    struct evk_bytes small;
    struct evk_pixels pixels;
    evk_status s;

    EVK_TRY(evk_decode(&pixels, file->data, file->size, err));
    if (pixels.width <= side && pixels.height <= side) {
        evk_pixels_release(&pixels);
        return EVK_OK;
    }
    s = reduce(&pixels, side, &small, err);
    evk_pixels_release(&pixels);
    if (s)
        return s;
    evk_bytes_release(file);
    *file = small;
    return EVK_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static evk_status add_picture(const struct evk_pictures *pictures, const struct evk_page *p,
                              int64_t k, struct evk_str *html, evk_error *err)
{
    static const char *const jpeg[] = {".jpg", NULL};
    const struct evk_page_item *item = &p->items[pictures->item[k]];
    const bool smaller = pictures->side && larger_side(item->row) > pictures->side;
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(read_file(p, item, &file, err));
    s = smaller ? reduce_file(&file, pictures->side, err) : EVK_OK;
    if (!s) {
        evk_str_printf(html, "<script type=\"image/%s;base64\" id=\"p%lld\">",
                       evk_ends_in(item->row->filename, jpeg) && !smaller ? "jpeg" : "png",
                       (long long)k);
        evk_base64_add(html, file.data, file.size);
        evk_str_puts(html, "</script>\n");
        s = evk_str_check(html, err);
    }
    evk_bytes_release(&file);
    return s;
}

/* Returns about how many bytes all pictures take where none is larger than side; 0: as they are. */
static int64_t estimate(const struct evk_pictures *pictures, const struct evk_page *p, int64_t side)
{
    int64_t sum = 0;

    for (int64_t k = 0; k < pictures->count; k++) {
        const struct evk_row *row = row_of(pictures, p, k);
        const int64_t larger = larger_side(row);
        /* a table may say anything; a file of more is not read */
        const double bytes = fmin(fmax((double)row->bytes, 0), EVK_IMAGE_FILE_MAX);
        double share = 1;

        /* details are closer together in a small image, so that it is less easy to compress */
        if (side && larger > side)
            share = 1.25 * (double)side / (double)larger * (double)side / (double)larger;
        sum += ELEMENT + evk_base64_size((int64_t)(bytes * (share < 1 ? share : 1)));
    }
    return sum;
}

/* Returns the largest side with which all pictures should fit; 0: they fit as they are. */
static int64_t first_side(const struct evk_pictures *pictures, const struct evk_page *p,
                          int64_t most)
{
    int64_t low = EVK_PAGE_SIDE_LEAST, high = low;

    if (estimate(pictures, p, 0) < most)
        return 0;
    for (int64_t k = 0; k < pictures->count; k++)
        if (larger_side(row_of(pictures, p, k)) > high)
            high = larger_side(row_of(pictures, p, k));
    while (low < high) {
        const int64_t middle = low + (high - low + 1) / 2;

        if (estimate(pictures, p, middle) < most)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Append all pictures, or as many as there is room for; *fits: all of them. */
static evk_status try_side(const struct evk_pictures *pictures, const struct evk_page *p,
                           int64_t most, struct evk_str *html, bool *fits, evk_error *err)
{
    const size_t before = html->size;

    *fits = true;
    for (int64_t k = 0; k < pictures->count && *fits; k++) {
        EVK_TRY(add_picture(pictures, p, k, html, err));
        *fits = html->size - before < (size_t)most;
    }
    if (!*fits)
        html->size = before;
    return EVK_OK;
}

evk_status evk_pictures_write(struct evk_pictures *pictures, const struct evk_page *p, int64_t most,
                              struct evk_str *html, evk_error *err)
{
    bool fits;

    if (most <= 0)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "the texts of %lld images leave no room for pictures on a page of %d MB; "
                        "make pages of fewer sets",
                        (long long)p->count, EVK_PAGE_BYTES / 1000000);
    pictures->side = first_side(pictures, p, most);
    EVK_TRY(try_side(pictures, p, most, html, &fits, err));
    while (!fits && pictures->side > EVK_PAGE_SIDE_LEAST) {
        pictures->side = pictures->side * 9 / 10;
        if (pictures->side < EVK_PAGE_SIDE_LEAST)
            pictures->side = EVK_PAGE_SIDE_LEAST;
        EVK_TRY(try_side(pictures, p, most, html, &fits, err));
    }
    if (!fits)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "%lld images do not fit on a page of %d MB, even at %d pixels; make pages "
                        "of fewer sets",
                        (long long)p->count, EVK_PAGE_BYTES / 1000000, EVK_PAGE_SIDE_LEAST);
    return EVK_OK;
}
