/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle.h - Python pickles as inert values; nothing is ever called or imported
 *
 * Of protocols 2 to 4, what numbers, texts, containers and arrays need is read
 * into a graph of values (pickle_value.h).  A value that the file makes once and
 * mentions often is in the graph once, and a list may hold itself; so whoever
 * walks the graph must bound the steps of the walk.  A class becomes its name,
 * which must be on the caller's list, and an instance becomes the arguments and
 * the state that the file gives for it.  A class that is not on the list is an
 * error.
 *
 * All memory belongs to the reader, and never exceeds 128 bytes for each byte of
 * the file (EVK_PICKLE_MULTIPLE), and a few pages.  The lengths of texts and bytes
 * are compared with what is left of the file before memory is taken for them.
 */
#ifndef EVK_FORMAT_PICKLE_H
#define EVK_FORMAT_PICKLE_H

#include "format/pickle_value.h"

struct evk_pickle;

/*
 * Read a pickle.  data holds one pickle with nothing behind it, and is borrowed: it must outlive
 * the values.  allowed lists the classes that the file may name; the list ends with a NULL name,
 * and must outlive the reader.  *root is the pickled value; it and all that it refers to belong to
 * *out.  EVK_EFORMAT: the pickle is damaged, names a class that is not allowed, or wants too much
 * memory.  EVK_EUNSUPPORTED: it is of another protocol, or has an opcode that data do not need.
 */
evk_status evk_pickle_read(struct evk_pickle **out, const struct evk_pickle_value **root,
                           const void *data, size_t size, const struct evk_pickle_class *allowed,
                           evk_error *err);

/* Free the reader and all its values.  NULL is fine. */
void evk_pickle_free(struct evk_pickle *p);

#endif /* EVK_FORMAT_PICKLE_H */
