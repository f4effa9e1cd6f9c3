/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookup.h - which image of a list is called by a cell of a table? */
#ifndef EVK_RECORDING_LOOKUP_H
#define EVK_RECORDING_LOOKUP_H

#include "evoke/image.h"

/* The images of a list in the order of their names. */
struct evk_lookup {
    const evk_image_list *list; /* borrowed */
    int64_t *sorted;            /* (images) indices in the list; owned */
};

evk_status evk_lookup_open(struct evk_lookup *out, const evk_image_list *list, evk_error *err);
void evk_lookup_close(struct evk_lookup *l);

/*
 * Returns the index in the list of the image that has this name; -1: none has.  A name is the name
 * of the image in the list, a path whose last component is this name, or the name without its
 * ending where only one image is called so.
 */
int64_t evk_lookup_find(const struct evk_lookup *l, const char *name);

#endif /* EVK_RECORDING_LOOKUP_H */
