/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle.h - Python pickles as inert values; nothing is ever called or imported
 *
 * Pickles of protocols 0 to 5 are read into a graph of values (pickle_value.h).
 * A value that the file makes once and mentions often is in the graph once, and a
 * list may hold itself; so whoever walks the graph must bound the steps of the
 * walk.  A class, or a function, becomes its name.  What Python would make by
 * calling the class becomes an object, which has the class, the arguments and the
 * state that the file gives for it.  The caller lists the classes that have a
 * meaning for it; an object of any other class is a value that the caller can
 * skip or name.  A file that names a function which runs commands or code, such
 * as os.system, is refused: it would do harm where Python loads it.
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
 * the values.  known lists the classes that have a meaning for the caller; the list ends with a
 * NULL name, and must outlive the reader.  *root is the pickled value; it and all that it refers to
 * belong to *out.  EVK_EFORMAT: the pickle is damaged, names a function that runs commands, or
 * wants too much memory.  EVK_EUNSUPPORTED: it is of a protocol above 5, or has an opcode for
 * something outside the file.
 */
evk_status evk_pickle_read(struct evk_pickle **out, const struct evk_pickle_value **root,
                           const void *data, size_t size, const struct evk_pickle_class *known,
                           evk_error *err);

/*
 * Read a pickle as evk_pickle_read does, where other bytes may follow it.  *used is the number of
 * bytes that the pickle has.
 */
evk_status evk_pickle_read_first(struct evk_pickle **out, const struct evk_pickle_value **root,
                                 const void *data, size_t size, size_t *used,
                                 const struct evk_pickle_class *known, evk_error *err);

/* Returns all references of a pickle (count), in the order in which the file makes them. */
const struct evk_pickle_value *const *evk_pickle_references(const struct evk_pickle *p,
                                                            size_t *count);

/* Free the reader and all its values.  NULL is fine. */
void evk_pickle_free(struct evk_pickle *p);

#endif /* EVK_FORMAT_PICKLE_H */
