/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list.h - the images under the paths that a user gave
 *
 * find.c finds them in files, folders and archives, list.c reads one of them, prepare.c reads all
 * of them once and removes the unusable ones, notes.c says what was done to them.
 */
#ifndef EVK_IMAGE_LIST_H
#define EVK_IMAGE_LIST_H

#include "base/parallel.h"
#include "evoke/stimset.h"
#include "format/zip.h"
#include "image/photograph.h"

/* A zip archive that contains images of the list. */
struct evk_archive {
    char *path;
    struct evk_zip *zip;
    struct evk_lock *lock; /* guards zip: libzip is not thread-safe */
};

/* One image of the list. */
struct evk_listed {
    char *path;                  /* owned */
    const char *name;            /* points into path */
    struct evk_archive *archive; /* owned by the list; NULL: the image is a file of its own */
    size_t entry;                /* index in the archive */
    size_t place;                /* index in the list before any image was left out */
    unsigned notes;              /* evk_changes_notes of all readings, at any size */
    /* what was done to the image in the reading that prepared the list, else in the last reading */
    struct evk_changes changes;
    unsigned char *pixels; /* owned, at the size the list is prepared for; NULL: not kept */
};

/* An image that was found but is not used. */
struct evk_left_out {
    size_t place; /* index in the list before any image was left out */
    char *why;    /* a sentence with the image's path; owned */
};

struct evk_image_list {
    struct evk_listed *items;
    size_t count;   /* number of items */
    size_t skipped; /* files and entries passed over because of their ending */
    size_t outside; /* entries passed over because their names lead out of their archive */
    struct evk_archive **archives;
    size_t archives_count;
    struct evk_photograph_frame frame;
    bool prepared;                   /* evk_image_list_prepare has succeeded */
    int64_t height, width, channels; /* the size it was prepared for; 0: each image's own */
    struct evk_lock *lock;           /* guards notes and changes of items, and the fields below */
    struct evk_left_out *left_out;   /* images that are not used, in rising order of place */
    size_t left_out_count;
    size_t unreadable; /* how many of the images in left_out could not be read */
};

/*
 * Make room for one more element in an array of count elements of size bytes each.  array is the
 * address of the pointer to its first element, which may change.  Memory doubles whenever count is
 * a power of two.
 */
evk_status evk_list_grow(void *array, size_t count, size_t size, evk_error *err);

/* Set *out to the archive at path.  The list owns it, and opens it when it is first asked for. */
evk_status evk_list_archive(evk_image_list *list, const char *path, struct evk_archive **out,
                            evk_error *err);
void evk_archive_free(struct evk_archive *a);

/* Returns how many bytes an entry of an archive has.  Safe from several threads at once. */
size_t evk_archive_size(struct evk_archive *a, size_t entry);

/* Read an entry of an archive; the caller releases *out.  Safe from several threads at once. */
evk_status evk_archive_read(struct evk_archive *a, size_t entry, struct evk_bytes *out,
                            evk_error *err);

/*
 * Add the images under a path to the list, in bytewise order of their paths.  EVK_ENOTFOUND: there
 * is no image under the path.
 */
evk_status evk_list_find(evk_image_list *list, const char *path, evk_error *err);

/* The size and channels at which an image of the list is wanted. */
struct evk_size {
    int64_t height, width; /* 0, 0: the image's own */
    int64_t channels;      /* 0: the image's own */
};

/*
 * Read image i at a size, framed as the list says (photograph.h); the caller releases *out.
 * *changes is set to what was done to the image; changes may be NULL.  Safe from several threads at
 * once.
 */
evk_status evk_image_list_pixels(const evk_image_list *list, size_t i, const struct evk_size *size,
                                 struct evk_pixels *out, struct evk_changes *changes,
                                 evk_error *err);

/*
 * Read image i as evk_image_list_pixels does, but fail with EVK_EINVAL, before the image is
 * decoded, where its own size is another.  expects says who needs that size, for the message.
 */
evk_status evk_image_list_exact(const evk_image_list *list, size_t i, const struct evk_size *size,
                                const char *expects, struct evk_pixels *out, evk_error *err);

/*
 * Returns how many bytes the pixels of image i take at its own size, as RGB; 0 where its header
 * cannot be read.  Whoever is about to hold these pixels takes room for them (base/room.h).
 */
int64_t evk_image_list_own_bytes(const evk_image_list *list, size_t i);

/* Read the height and width of image i, after its EXIF rotation, from its header. */
evk_status evk_image_list_header(const evk_image_list *list, size_t i, int64_t *height,
                                 int64_t *width, evk_error *err);

/* Returns a set of bits, bit i for row i of the table of notes in notes.c that changes call for. */
unsigned evk_changes_notes(const struct evk_changes *changes);

/* Frame images differently from now on; pixels that were kept under another frame are freed. */
void evk_image_list_set_frame(evk_image_list *list, const struct evk_photograph_frame *frame);

/*
 * Read all images once, at a size.  Images that cannot be read, and images whose pixels repeat
 * those of an earlier image, leave the list, and evk_image_list_left_out tells why.  Up to 256 MiB
 * of pixels are kept, so that reading them again at this size costs a copy.
 *
 * Images leave the list only in the first call that succeeds.  A later call for another height and
 * width reads the images again and keeps their pixels; then one that cannot be read is an error.
 * run gives the number of threads and may stop the call; it may be NULL.  EVK_EFORMAT: no image is
 * left; EVK_ESTOPPED: run->stop returned true.
 */
evk_status evk_image_list_prepare(evk_image_list *list, const struct evk_size *size,
                                  const evk_run *run, evk_error *err);

/*
 * Write what was done to an image as the text of a table's cell: "" where nothing was done, else
 * words with commas in between, of orientation2 to orientation8, bits16, luma or repeated, crop,
 * squash or pad, and scale1/2 to scale1/8.
 */
enum { EVK_CHANGES_TEXT = 64 };
void evk_image_list_changes(const evk_image_list *list, const struct evk_changes *changes,
                            char text[EVK_CHANGES_TEXT]);

/*
 * Fail with EVK_EFORMAT where used, the number of images that can be used, is 0.  Where a single
 * image was left out, the message is why, and evk_image_list_left_out no longer has it.
 */
evk_status evk_image_list_check_left(evk_image_list *list, size_t used, evk_error *err);

/*
 * Remember that image i is not used, and why, a sentence that is copied.  unreadable: the image is
 * counted by evk_image_list_unreadable.  Safe from several threads at once.
 */
evk_status evk_image_list_leave_out(evk_image_list *list, size_t i, bool unreadable,
                                    const char *why, evk_error *err);

#endif /* EVK_IMAGE_LIST_H */
