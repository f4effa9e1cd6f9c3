/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - a folder with a valid set and a model, for inputs that are one file among others */
#ifndef EVK_TESTS_FUZZ_FOLDER_H
#define EVK_TESTS_FUZZ_FOLDER_H

#include <evoke/evoke.h>

#include "base/fs.h"

/*
 * Returns the folder, which the first call makes, in memory where the system has /dev/shm.  It
 * holds tiny.keras, the model of fuzz_tiny; fit.npz, the weights of a readout of its layer conv on
 * a grid of 2, for two neurons; and "set", a finished set of two neurons.  It is removed when the
 * program ends.
 */
const char *fuzz_folder(void);
const evk_model *fuzz_tiny(void);

/* Returns the path of a file in the folder, in one of four static buffers in turn. */
const char *fuzz_in(const char *name);

/* Write a file in the folder, without fsync. */
void fuzz_put(const char *name, const void *data, size_t size);

/* Returns the original content of a file of the set, "stimuli/stimuli.tsv". */
const struct evk_bytes *fuzz_sound(const char *name);

/*
 * Make the set in the subfolder called name, or go on with it.  The call is stopped after
 * stop_after images.
 */
evk_status fuzz_make_set(const char *name, int64_t stop_after, evk_error *err);

#endif /* EVK_TESTS_FUZZ_FOLDER_H */
