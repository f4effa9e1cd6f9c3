/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loader.h - what a model file format provides
 *
 * A loader turns the bytes of a file into a network and settles every quirk of
 * its framework on the way: paddings become four numbers, kernels (h, w, c, o),
 * batch norms an epsilon.  A new format is one file (or folder) here and one
 * row in loaders.def.
 */
#ifndef EVK_MODEL_LOADER_H
#define EVK_MODEL_LOADER_H

#include "evoke/model.h"
#include "model/network.h"

/* Is a file of this format?  MAYBE: of its container, too damaged to see what is in it. */
enum evk_probe { EVK_PROBE_NO, EVK_PROBE_MAYBE, EVK_PROBE_YES };

struct evk_loader {
    const char *name;    /* as evk_model_info.format has it */
    const char *summary; /* one line: what is expected where nothing is recognised */
    enum evk_probe (*probe)(const unsigned char *data, size_t size);
    /* Notes how it was recognised, and what was inferred (evk_network_note).  On failure *out
       holds what there is; the caller releases it either way. Messages do not
       name the file. */
    evk_status (*load)(struct evk_network *out, const unsigned char *data, size_t size,
                       const evk_model_options *options, evk_error *err);
};

#endif /* EVK_MODEL_LOADER_H */
