/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list.h - the images that a call is given: found (find.c), read (list.c), compared (prepare.c) and
 * reported (notes.c)
 */
#ifndef EVK_IMAGE_LIST_H
#define EVK_IMAGE_LIST_H

#include "base/parallel.h"
#include "evoke/stimset.h"
#include "format/zip.h"
#include "image/photograph.h"

struct evk_archive {
    char *path;
    struct evk_zip *zip;
    struct evk_lock *lock; /* libzip is not thread-safe */
};

struct evk_listed {
    char *path;
    const char *name;            /* within path */
    struct evk_archive *archive; /* NULL for a file */
    size_t entry;
    size_t place;               /* in the list as it was found */
    unsigned notes;             /* a bit for each of notes.c, of reading at any size */
    struct evk_changes changes; /* at the size the list is prepared for, or else the last one */
    unsigned char *pixels;      /* at the size the list is prepared for; NULL: not kept */
};

/* Why an image is not used. */
struct evk_left_out {
    size_t place; /* in the list as it was found */
    char *why;    /* owned */
};

struct evk_image_list {
    struct evk_listed *items;
    size_t count, skipped, outside;
    struct evk_archive **archives;
    size_t archives_count;
    struct evk_photograph_frame frame;
    bool prepared; /* for images of these; 0: for their own */
    int64_t height, width, channels;
    struct evk_lock *lock; /* guards notes and changes of items, and what follows */
    struct evk_left_out *left_out;
    size_t left_out_count, unreadable;
};

/* Room for one more element; it doubles whenever the count is a power of two. */
evk_status evk_list_grow(void *array, size_t count, size_t size, evk_error *err);

/* The archive of that path, opened unless the list has it already; the list owns it. */
evk_status evk_list_archive(evk_image_list *list, const char *path, struct evk_archive **out,
                            evk_error *err);
void evk_archive_free(struct evk_archive *a);

/* How many bytes an entry has, and these.  Safe from several threads at once. */
size_t evk_archive_size(struct evk_archive *a, size_t entry);
evk_status evk_archive_read(struct evk_archive *a, size_t entry, struct evk_bytes *out,
                            evk_error *err);

/* Add the images under a path, in bytewise order of their paths: EVK_ENOTFOUND where there is none. */
evk_status evk_list_find(evk_image_list *list, const char *path, evk_error *err);

/* An image that is wanted at a size and with so many channels. */
struct evk_size {
    int64_t height, width; /* 0, 0: its own */
    int64_t channels;      /* 0: its own */
};

/*
 * Image i, as photograph.h says, by the frame of the list.  Safe from several threads at once.  The
 * caller releases *out.  changes may be NULL.
 */
evk_status evk_image_list_pixels(const evk_image_list *list, size_t i, const struct evk_size *size,
                                 struct evk_pixels *out, struct evk_changes *changes,
                                 evk_error *err);

/*
 * Bytes of the pixels of image i at its own size, as RGB, for which a job that holds them takes room
 * (base/room.h); 0 where it cannot be read.
 */
int64_t evk_image_list_own_bytes(const evk_image_list *list, size_t i);

/* Height and width of image i once it is turned, from its header. */
evk_status evk_image_list_header(const evk_image_list *list, size_t i, int64_t *height,
                                 int64_t *width, evk_error *err);

/* The bits of the notes that there are of such changes (notes.c). */
unsigned evk_changes_notes(const struct evk_changes *changes);

/* Another frame than that it was opened with. */
void evk_image_list_set_frame(evk_image_list *list, const struct evk_photograph_frame *frame);

/*
 * Read all images once, at a size: those that cannot be read, and those whose pixels repeat an
 * earlier one's, leave the list, and evk_image_list_left_out says which.  Up to 256 MiB of pixels
 * are kept, so that reading them again at this size costs a copy.  Once that was done, the list
 * stays as it is; at another size images are only read and kept.  EVK_EFORMAT: none is left;
 * EVK_ESTOPPED: run->stop said so.
 */
evk_status evk_image_list_prepare(evk_image_list *list, const struct evk_size *size,
                                  const evk_run *run, evk_error *err);

/*
 * What was done to an image, as a cell of a table: "" or, with commas, orientation2 to orientation8,
 * bits16, luma or repeated, crop, squash or pad, scale1/2 to scale1/8.
 */
enum { EVK_CHANGES_TEXT = 64 };
void evk_image_list_changes(const evk_image_list *list, const struct evk_changes *changes,
                            char text[EVK_CHANGES_TEXT]);

/*
 * Are there images left to use?  Otherwise EVK_EFORMAT: of a single image why it cannot be read, and
 * evk_image_list_left_out does not repeat it.
 */
evk_status evk_image_list_check_left(evk_image_list *list, size_t used, evk_error *err);

/* Remember that image i is not used, and why.  Safe from several threads at once. */
evk_status evk_image_list_leave_out(evk_image_list *list, size_t i, bool unreadable,
                                    const char *why, evk_error *err);

#endif /* EVK_IMAGE_LIST_H */
