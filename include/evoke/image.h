/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/image.h - images in display values
 *
 * An image holds height x width x channels floats, row by row, channels
 * innermost (R, G, B), in display values: 0 to 255, the numbers of an 8-bit
 * file, untouched by any colour profile or gamma.
 */
#ifndef EVK_IMAGE_H
#define EVK_IMAGE_H

#include <stdbool.h>

#include "evoke/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_image {
    int64_t height, width; /* pixels */
    int64_t channels;      /* 1 or 3 */
    float *values;         /* (h, w, c), display values */
} evk_image;

EVK_API void evk_image_free(evk_image *image);

/*
 * Read a PNG or JPEG at its own size; the content decides, not the ending.  The orientation that the
 * file states (EXIF) is applied, 16 bits are rounded to 8, palettes are looked up and opaque alpha
 * is dropped; alpha that is not opaque and CMYK are EVK_EUNSUPPORTED.  The caller frees *out.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_read(evk_image **out, const char *path, evk_error *err);

/*
 * Bicubic resampling of values that are first rounded to whole display values
 * (Keys 1981, a = -1/2; support widened when shrinking, so that it does not
 * alias; edges by renormalised weights): across, cut off at 0 and 255, down, cut
 * off and rounded again, to the numbers that the resized 8-bit file would hold.
 * height and width are at least 1.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_resize(evk_image **out, const evk_image *image,
                                                   int64_t height, int64_t width, evk_error *err);

/* What becomes of an image whose shape, height to width, is not the one that is wanted. */
typedef struct evk_framing {
    const char *shape; /* "crop": its largest part about the centre; "squash": all of it, rows and
                          columns by different factors; "pad": all of it, on a ground */
    double pad;        /* the ground, a display value 0 to 255; NAN: the mean of natural images */
} evk_framing;

/* Crop. */
EVK_API evk_framing evk_framing_default(void);

/*
 * The images under some paths.  A path is a PNG or JPEG file, a folder, a zip archive, a file or
 * folder in one ("photos.zip/image0001.jpg"), or "@list.txt", a text file with a path on each line;
 * folders are entered at any depth, inside an archive too.  Paths keep their order; within one,
 * images come in bytewise order of their path.  Names starting with a dot and __MACOSX are passed
 * over silently; other files that do not end in .png, .jpg or .jpeg, and entries that lead out of
 * their archive, are passed over and counted.
 *
 * In a list, blank lines and a byte order mark at the beginning are passed over, a line has at most
 * 4096 bytes and is no list, and an image that is not there fails when it is read, as a link to
 * nowhere in a folder does; a path that was given and is not there is an error at once.
 */
typedef struct evk_image_list evk_image_list;

/* framing may be NULL: the default. A path with no image is an error. The caller frees *out. */
EVK_API EVK_MUST_CHECK evk_status evk_image_list_open(evk_image_list **out,
                                                      const char *const *paths, size_t count,
                                                      const evk_framing *framing, evk_error *err);
EVK_API void evk_image_list_free(evk_image_list *list);

/*
 * Images that are in the list.  A function that takes a list which is not const compares its images:
 * those that cannot be read, and those whose pixels repeat an earlier one's, leave the list.
 */
EVK_API size_t evk_image_list_count(const evk_image_list *list);

/* Files, and entries of archives, that were passed over because of their ending. */
EVK_API size_t evk_image_list_skipped(const evk_image_list *list);

/* Entries that were passed over because their names lead out of their archive ("../x.png"). */
EVK_API size_t evk_image_list_outside(const evk_image_list *list);

/* Why an image is not used, a sentence with its path; NULL past the last. In their order. */
EVK_API const char *evk_image_list_left_out(const evk_image_list *list, size_t i);

/* How many of these could not be read. */
EVK_API size_t evk_image_list_unreadable(const evk_image_list *list);

/*
 * What was done to images that were read: sentence i, "" where nothing was; false past the last.
 * Shapes that changed, colour that became gray or gray colour, orientations, 16 bits.
 */
enum { EVK_IMAGE_NOTE = 1024 };
EVK_API bool evk_image_list_note(const evk_image_list *list, size_t i, char text[EVK_IMAGE_NOTE]);

/* Base name of image i, or its path where another image has the same base name. */
EVK_API const char *evk_image_list_name(const evk_image_list *list, size_t i);

/* Path of image i: "folder/sub/x.png", "archive.zip/sub/x.png". */
EVK_API const char *evk_image_list_path(const evk_image_list *list, size_t i);

/* Image i at its own size. Safe from several threads at once. The caller frees *out. */
EVK_API EVK_MUST_CHECK evk_status evk_image_list_read(const evk_image_list *list, size_t i,
                                                      evk_image **out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_IMAGE_H */
