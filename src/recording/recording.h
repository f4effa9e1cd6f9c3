/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recording.h - the struct behind evk_recording of evoke/recording.h, for the library's own files */
#ifndef EVK_RECORDING_RECORDING_H
#define EVK_RECORDING_RECORDING_H

#include "base/hash.h"
#include "base/names.h"
#include "evoke/recording.h"

struct evk_recording {
    char *path;                   /* owned */
    char sha256[EVK_SHA256_TEXT]; /* of the file */
    char *rows;                 /* the rows that take part, as they were given; owned, NULL: all */
    int64_t units, images;      /* images: those that take part */
    int64_t repeats;            /* the most presentations of an image */
    struct evk_names names;     /* (units); owned */
    const evk_image_list *list; /* the images that were shown, borrowed; NULL: known by code */
    int64_t *image;             /* (images) index in the list, or the stim_code; owned */
    /* (units, images, repeats) responses; NaN: the unit has none; owned */
    double *values;
    /* (images, repeats) when a presentation was, as the number of its line in the table, from 0;
       -1: there was none.  NULL: the file has no order of time; owned */
    int64_t *line;
    struct evk_names notes; /* sentences of evk_recording_note; owned */
};

/* Returns response `repeat` of a unit to image i of those that take part. */
static inline double evk_recorded(const evk_recording *r, int64_t unit, int64_t i, int64_t repeat)
{
    return r->values[(unit * r->images + i) * r->repeats + repeat];
}

/*
 * Computes the mean response of each unit to each image.
 *   mean   (units, images), written; NaN where the unit has no response to the image
 *   count  (units, images), written: the number of responses that the mean is over; may be NULL
 */
void evk_recording_means(const evk_recording *r, double *mean, int64_t *count);

/* No count or rate of spikes is larger, and weights that are found from larger ones overflow. */
#define EVK_RESPONSE_MAX 1e12

/* Why unit i cannot be fitted or scored: "silent" (all responses are 0), "constant", "has no
   responses", "has a response beyond 1e12"; NULL: nothing is wrong. */
const char *evk_recording_unusable(const evk_recording *r, int64_t unit);

#endif /* EVK_RECORDING_RECORDING_H */
