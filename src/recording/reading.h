/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reading.h - a file of responses while it is read: what array.c and table.c share */
#ifndef EVK_RECORDING_READING_H
#define EVK_RECORDING_READING_H

#include "base/bytes.h"
#include "recording/recording.h"

/* Limits of a recording. */
#define EVK_RECORDING_FILE_MAX   ((size_t)1 << 31)  /* bytes of a file of responses */
#define EVK_RECORDING_VALUES_MAX ((int64_t)1 << 28) /* responses: 2 GiB of doubles */
enum { EVK_RECORDING_UNITS_MAX = 100000 };

struct evk_reading {
    evk_recording *r;             /* what is read; its path and list are set */
    const struct evk_bytes *file; /* borrowed */
    const int64_t *take;          /* (taken) indices in the list of the images that may take part */
    int64_t taken;
    bool counted;           /* set where images are known by their places in the list */
    struct evk_names names; /* the names that were given for the units; none: {NULL, 0} */
};

/*
 * Read a NumPy array, or a table.  They set units, images, repeats, names, image, values, line and
 * notes of the recording.  Messages do not name the file.
 */
evk_status evk_recording_read_array(struct evk_reading *g, evk_error *err);
evk_status evk_recording_read_table(struct evk_reading *g, evk_error *err);

/* Allocates image, values (all NaN) and, where ordered is true, line (all -1) of a recording whose
   units, images and repeats are set.  EVK_EFORMAT: there would be too many responses. */
evk_status evk_recording_allocate(evk_recording *r, bool ordered, evk_error *err);

#endif /* EVK_RECORDING_READING_H */
