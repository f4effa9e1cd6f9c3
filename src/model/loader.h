/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loader.h - what a model file format provides
 *
 * A loader turns the bytes of a file into a network and resolves every
 * convention of its framework: paddings become four numbers, kernels become
 * (h, w, c, o), and batch norms get their epsilon.  A new format is one file, or
 * one folder, of src/model and one row in loaders.def.
 */
#ifndef EVK_MODEL_LOADER_H
#define EVK_MODEL_LOADER_H

#include "base/names.h"
#include "evoke/model.h"
#include "model/load_options.h"
#include "model/network.h"

/* Whether a file is of a format.  MAYBE: the file is of the format's container (a zip), but too
   damaged for a look at what is in it. */
enum evk_probe { EVK_PROBE_NO, EVK_PROBE_MAYBE, EVK_PROBE_YES };

struct evk_loader {
    const char *name; /* as in evk_model_info.format */
    const char
        *summary; /* what the format is, in a few words: error messages and listings have it */
    enum evk_probe (*probe)(const unsigned char *data, size_t size);
    /* Builds the network in *out, which is empty, and notes how the file was recognised and what
       was assumed (evk_network_note).  The caller releases *out, also where loading fails and
       *out is incomplete.  Error messages do not name the file; the caller adds the name. */
    evk_status (*load)(struct evk_network *out, const unsigned char *data, size_t size,
                       const struct evk_load_options *options, evk_error *err);
    /* Adds to *out, without repetition, the names of the files beside a model file that have some
       of its weights.  NULL: a file of this format has all of them. */
    evk_status (*beside)(struct evk_names *out, const unsigned char *data, size_t size,
                         evk_error *err);
};

#endif /* EVK_MODEL_LOADER_H */
