/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.h - what evoke assumed of a model beyond its file, and how to check that, for listings */
#ifndef EVK_MODEL_EXPLAIN_H
#define EVK_MODEL_EXPLAIN_H

#include "model/model.h"

/*
 * Completes the notes of a network that its loader has built and whose preprocessing is set.  The
 * note "recognised" becomes the first.  Two notes are added.  "assumed" says what of the
 * architecture, of the order of the input's axes and of the preprocessing the file did not say; it
 * begins with the loader's own note of this name if there is one.  "check" says how to find out
 * whether that is right.
 */
evk_status evk_explain(evk_model *m, const struct evk_load_options *options, evk_error *err);

/* Adds to the notes of an ensemble the readouts of its networks that were fitted: layers, output
   function and file. */
evk_status evk_explain_readouts(evk_model *ensemble, evk_error *err);

#endif /* EVK_MODEL_EXPLAIN_H */
