/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/image.h - images in display values
 *
 * An image holds height x width x channels floats, row by row, with the channels innermost (R, G,
 * B).  They are display values: the numbers 0 to 255 of an 8-bit file, untouched by any colour
 * profile or gamma.  A difference of one display value is called a display level.
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
    float *values;         /* (height, width, channels) display values, owned by the image */
} evk_image;

/*
 * Makes a black image, which the caller frees with evk_image_free.  EVK_EINVAL: height or width is
 * below 1, there are over 10^8 pixels, or channels is neither 1 nor 3.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_new(evk_image **out, int64_t height, int64_t width,
                                                int64_t channels, evk_error *err);
EVK_API void evk_image_free(evk_image *image);

/*
 * Rounds display values as the images of a set are rounded: each is cut off at 0 and 255, then
 * rounded to the nearest whole number, halves up; NaN becomes 0.
 *   values  (count) display values
 *   bytes   (count), written
 */
EVK_API void evk_image_bytes(const float *values, size_t count, unsigned char *bytes);

/*
 * Writes an image as an 8-bit RGB PNG, with the bytes that a set's file has: values are rounded by
 * evk_image_bytes, and a single channel becomes three equal ones.
 *   image        an image of evk_image_new or evk_image_read, or a struct that the caller filled
 *   path         the file; where writing fails, an existing file stays as it was
 *   description  text of printable ASCII characters (space to ~) that the file has in it, which in
 *                a set is the column description of its row; NULL: none
 * EVK_EINVAL: no image can have this size or number of channels (evk_image_new), or the description
 * has other characters.  EVK_EIO: the file cannot be written.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_write(const evk_image *image, const char *path,
                                                  const char *description, evk_error *err);

/*
 * Reads a PNG or JPEG file at its own size.  The contents of the file decide which format it is,
 * not the ending of its name.  The orientation that the file states (EXIF) is applied, 16-bit
 * values are rounded to 8 bits, palettes are looked up, and an alpha channel that is opaque
 * everywhere is dropped.
 *   out   the new image, which the caller frees with evk_image_free
 *   path  the file
 * EVK_EIO: the file cannot be read.  EVK_EFORMAT: it is damaged, or neither PNG nor JPEG.
 * EVK_EUNSUPPORTED: it has an alpha channel that is not opaque, or is CMYK.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_read(evk_image **out, const char *path, evk_error *err);

/*
 * Resizes an image by bicubic interpolation (Keys, IEEE Trans. ASSP 29, 1981, with a = -1/2).  In a
 * direction in which the image shrinks, the kernel is widened by the same factor, so that the
 * result does not alias; at the edges, the weights of the pixels that exist are scaled to sum to 1.
 * Values are rounded to whole display values first, then resampled along rows and cut off at 0 and
 * 255, then resampled along columns, cut off and rounded again: they are whole numbers from 0 to
 * 255, as in an 8-bit file.
 *   out            the new image, with the channels of the old one; the caller frees it
 *   height, width  size of the new image in pixels, each at least 1
 * EVK_EINVAL: the size is not one that an image can have.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_resize(evk_image **out, const evk_image *image,
                                                   int64_t height, int64_t width, evk_error *err);

/* What is done with an image whose ratio of height to width is not that of the wanted size. */
typedef struct evk_framing {
    /*
     * "crop": the largest part about the centre that has the wanted ratio is used; "squash": the
     * whole image is used, its rows and columns are scaled by different factors; "pad": the whole
     * image is shown, centred on a ground of one colour.
     */
    const char *shape;
    double pad; /* display value of the ground, 0 to 255; NAN: the mean colour of natural images */
} evk_framing;

/* Writes the default framing: "crop", and no ground. */
EVK_API void evk_framing_default(evk_framing *out);

/*
 * The images that are found under some paths.  A path is one of
 *   - a PNG or JPEG file;
 *   - a folder, which is searched at any depth;
 *   - a zip archive, which is searched at any depth;
 *   - a file or folder within a zip archive, such as "photos.zip/image0001.jpg";
 *   - "@list.txt": a text file that has one such path on each line.
 * The images of one path come in bytewise order of their own paths, those of several paths in the
 * order in which the paths were given.  Files whose names start with a dot, and folders of the name
 * __MACOSX, are ignored.  Other files that do not end in .png, .jpg or .jpeg, and archive entries
 * whose names lead out of their archive, are left out and counted.
 *
 * In a text file of paths, blank lines and a byte order mark at the beginning are ignored; a line
 * has at most 4096 bytes and cannot name another list.  An image on one of its lines that does not
 * exist is an error of evk_image_list_read only, like a broken link in a folder.  A path that was
 * given directly and does not exist is an error of evk_image_list_open.
 */
typedef struct evk_image_list evk_image_list;

/*
 * Finds the images under paths; the images themselves are not read yet.
 *   out      the new list, which the caller frees with evk_image_list_free
 *   paths    (count) paths, as described above; they are copied
 *   framing  how its images are brought to a size; NULL: that of evk_framing_default
 * EVK_EINVAL: the framing is not valid, or a list or a folder is nested where it must not be.
 * EVK_ENOTFOUND: a path has no image.  EVK_EIO: a path does not exist or cannot be read.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_list_open(evk_image_list **out,
                                                      const char *const *paths, size_t count,
                                                      const evk_framing *framing, evk_error *err);
EVK_API void evk_image_list_free(evk_image_list *list);

/*
 * Returns the number of images in the list.  A function that takes a list as non-const pointer may
 * read all of its images and then remove those that cannot be read, and those whose pixels repeat
 * an earlier image: the number is smaller afterwards, and the images behind those have new indices.
 */
EVK_API size_t evk_image_list_count(const evk_image_list *list);

/* Returns how many files and archive entries were left out because of the ending of their names. */
EVK_API size_t evk_image_list_skipped(const evk_image_list *list);

/* Returns how many archive entries were left out because their names lead out ("../x.png"). */
EVK_API size_t evk_image_list_outside(const evk_image_list *list);

/*
 * Returns why image i of those that were removed from the list, or could not be read, is not used:
 * a sentence that begins with the image's path.  They are counted from 0 in the order that the list
 * had when it was opened.  Returns NULL past the last.
 */
EVK_API const char *evk_image_list_left_out(const evk_image_list *list, size_t i);

/* Returns how many images of evk_image_list_left_out could not be read; the others repeat one. */
EVK_API size_t evk_image_list_unreadable(const evk_image_list *list);

/*
 * Tells what was done to the images of the list that were read so far: how many changed their
 * shape, became gray or coloured, were turned as their files say, or were rounded from 16 bits.
 * There is one sentence for each kind of change: writes sentence i, or "" where no image was
 * changed in that way, into text, a buffer of size bytes; a longer sentence is cut off.  Returns
 * false past the last kind.
 */
EVK_API bool evk_image_list_note(const evk_image_list *list, size_t i, char *text, size_t size);

/*
 * Returns the name of image i, below the list's count: the last component of its path, or the whole
 * path where another image of the list has the same last component.
 */
EVK_API const char *evk_image_list_name(const evk_image_list *list, size_t i);

/* Returns the path of image i, such as "folder/sub/x.png" or "archive.zip/sub/x.png". */
EVK_API const char *evk_image_list_path(const evk_image_list *list, size_t i);

/*
 * Reads image i at its own size, as evk_image_read does.  Several threads may call this function
 * for the same list at once.  The caller frees *out with evk_image_free.
 */
EVK_API EVK_MUST_CHECK evk_status evk_image_list_read(const evk_image_list *list, size_t i,
                                                      evk_image **out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_IMAGE_H */
