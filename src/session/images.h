/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * images.h - the images of a session: each stimulus as the screen shows it, each distinct one once
 */
#ifndef EVK_SESSION_IMAGES_H
#define EVK_SESSION_IMAGES_H

#include "session/folder/image_file.h"
#include "session/gather.h"
#include "session/options.h"
#include "stimset/record/kind.h"
#include "stimset/record/rows.h"
#include "synth/settings.h"

/* One distinct image of a session. */
struct evk_rig_made {
    char sha256[EVK_SHA256_TEXT], pixel_sha256[EVK_SHA256_TEXT], sha1[EVK_SHA1_TEXT];
    int64_t width_px, height_px, bytes;
    double gray_mean, gray_sd, rms_contrast;
    double size_deg, x_deg, y_deg; /* NAN without a screen */
    const char *role;              /* of the first stimulus that it is; "blank"; "catch" */
    bool is_blank;
    char description[160];
};

struct evk_rig_images {
    struct evk_rig_made *list; /* (count) image i has the code i + 1; owned */
    int64_t count, room;
    /* (known of keys_room) of the pixels of each, by which equal ones are found; owned */
    unsigned char (*keys)[EVK_SHA256_BYTES];
    int64_t known, keys_room;   /* the keys of images after `known` are read from their files */
    int64_t blank, catch_image; /* indices of them, -1: there is none */
    bool own_blank, own_catch;  /* they are no stimulus of a set */
    struct evk_place place;     /* of the first image */
    int64_t source_height, source_width; /* of the first image in its set */
    int64_t without_window; /* images that have no window of their own, where others have one */
    int64_t with_window;
    int64_t not_asked;     /* stimuli whose model was not found */
    struct evk_names lost; /* names of those models */
};

/*
 * Make the images of all stimuli of a gathering, write them into a folder, and fill in what the
 * gathering says of images.
 *   out     images that there are already, to which new ones are added; zeroed at first, but for
 *           blank and catch_image, which are -1
 *   folder  stimuli/ is in it, with the images that there are already, unless their keys are known;
 *           NULL: there are no such images, none is written, and nothing is asked but how many
 *           images are distinct and what models respond: no file is encoded, and hashes, bytes and
 *           gray values of out->list stay empty
 *   models  files or cards (count) among which models are looked for
 *   blank   whether the session has a blank
 *   write   whether files of new images are written
 * EVK_EINVAL, EVK_EFORMAT, EVK_EIO: an image cannot be read, shown or written; EVK_ESTOPPED.
 */
evk_status evk_rig_images_make(struct evk_rig_images *out, struct evk_gathering *g,
                               const struct evk_rig_plan *plan, const struct evk_dir *folder,
                               const char *const *models, size_t count, bool blank, bool write,
                               const evk_run *run, evk_error *err);
void evk_rig_images_release(struct evk_rig_images *images);

/* Add an image under the next code; all before it are known. */
evk_status evk_rig_images_append(struct evk_rig_images *all, const struct evk_rig_made *made,
                                 const unsigned char key[EVK_SHA256_BYTES], evk_error *err);

/* ---- one stimulus: shown.c ------------------------------------------------------------------- */

/* What is kept of a set while its stimuli are shown. */
struct evk_rig_set {
    const evk_set *set;
    const char *name; /* in the session */
    const struct evk_set_kind *kind;
    evk_recipe recipe; /* its texts belong to the description */
    bool has_recipe;
    evk_model **model;       /* (models) opened; NULL: not found; owned */
    struct evk_names sha256; /* of each model */
};

/* A stimulus as it is shown. */
struct evk_rig_shown {
    struct evk_bytes file;               /* owned */
    struct evk_rig_made made;            /* without a role */
    unsigned char key[EVK_SHA256_BYTES]; /* of the pixels (evk_pixels_hash) */
    double response_shown;
    bool has_window;       /* the set's own window */
    int64_t height, width; /* in the set */
    struct evk_place place;
};

struct evk_worker;

/*
 * Read the image of a stimulus from its set, show it, encode it, and ask its model for the response.
 * encode: false: out->file and what is measured on it stay empty.  The caller releases out->file.
 */
evk_status evk_rig_show(struct evk_rig_shown *out, const struct evk_rig_set *set,
                        const struct evk_rig_stimulus *s, const struct evk_rig_plan *plan,
                        bool encode, struct evk_worker *worker, struct evk_row_line *line,
                        evk_error *err);

/* Show pixels that are no stimulus of a set; the arguments are those of evk_rig_show. */
evk_status evk_rig_show_pixels(struct evk_rig_shown *out, const struct evk_pixels *pixels,
                               const char *description, const struct evk_rig_plan *plan,
                               bool encode, evk_error *err);

/* Show the blank, at the size of the image `like`. */
evk_status evk_rig_show_blank(struct evk_rig_shown *out, const struct evk_rig_shown *like,
                              const struct evk_rig_plan *plan, bool encode, evk_error *err);

/* What images are that are no stimuli of a set, in words. */
#define EVK_RIG_BLANK_TEXT "blank: the background alone"
#define EVK_RIG_CATCH_TEXT "the image of catch trials"

/* Write what a stimulus of a set is in words, in characters that a PNG may have. */
void evk_rig_describe_stimulus(const char *role, const char *id, const char *set, char text[160]);

#endif /* EVK_SESSION_IMAGES_H */
