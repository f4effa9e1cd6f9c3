/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.h - from a model file to a network that is ready for passes */
#ifndef EVK_MODEL_LOAD_H
#define EVK_MODEL_LOAD_H

#include "base/fs.h"
#include "model/model.h"

/*
 * Sets *out to the file name of path without its folder and its ending; of Keras' double ending
 * ".weights.h5" both parts are removed.  The caller frees *out with free().
 */
evk_status evk_model_name_of(char **out, const char *path, evk_error *err);

/*
 * Reads the whole of a model file; evk_bytes_release frees *out.  EVK_EUNSUPPORTED: path is a folder
 * that is a model of another program; EVK_EIO and EVK_EFORMAT: as evk_fs_read.
 */
evk_status evk_model_read_file(struct evk_bytes *out, const char *path, evk_error *err);

/*
 * Makes a model of one network from the bytes of a model file, whose format is recognised by its
 * bytes.  path is not read: messages and listings show it.  The caller frees *out with
 * evk_model_free.  EVK_EFORMAT: the bytes are of no known format, or damaged; EVK_EUNSUPPORTED: the
 * file is of a format that is known and not opened, or the model needs something that is not
 * implemented; EVK_EINVAL: an option does not fit the model.
 */
evk_status evk_model_load(evk_model **out, const char *path, const struct evk_bytes *file,
                          const struct evk_load_options *options, evk_error *err);

/*
 * Computes the SHA-256 that a model file at this path, whose bytes are *file, is known by: that of
 * its bytes.  Where files beside it have some of its weights, it is instead the SHA-256 of lines,
 * each of which is a SHA-256 in hexadecimal: that of the model file, and then those of the files
 * beside it in bytewise order of their names.  Fails where one of these cannot be read.
 */
evk_status evk_model_digest(const char *path, const struct evk_bytes *file,
                            unsigned char digest[EVK_SHA256_BYTES], evk_error *err);

/* Copies the numbers of the caller's options, and borrows their texts; the names of neurons are left
   out.  EVK_EINVAL: a list is NULL or too long. */
evk_status evk_load_options_read(struct evk_load_options *out, const evk_model_options *given,
                                 evk_error *err);

/* Opens the model file or model card at path, as evk_model_open does. */
evk_status evk_model_open_with(evk_model **out, const char *path,
                               const struct evk_load_options *options, evk_error *err);

/* Reads the file at path and loads it with evk_model_load; a model card is EVK_EFORMAT. */
evk_status evk_model_open_network(evk_model **out, const char *path,
                                  const struct evk_load_options *options, evk_error *err);

#endif /* EVK_MODEL_LOAD_H */
