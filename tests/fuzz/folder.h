/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - a folder for inputs that are files beside others, and a sound set and models in it */
#ifndef EVK_TESTS_FUZZ_FOLDER_H
#define EVK_TESTS_FUZZ_FOLDER_H

#include <evoke/evoke.h>

#include "base/fs.h"

/*
 * In memory where the system has such a place; with tiny.keras, the model `tiny`, and the finished
 * set SET of two neurons; removed when the program ends.
 */
const char *fuzz_folder(void);
const evk_model *fuzz_tiny(void);

/* Of a path inside: one of four buffers in turn. */
const char *fuzz_in(const char *name);

/* Write a file, without waiting for any disk. */
void fuzz_put(const char *name, const void *data, size_t size);

/* The sound file of the set with this name, "stimuli/stimuli.tsv". */
const struct evk_bytes *fuzz_sound(const char *name);

/*
 * The call that makes the set in the folder of this name: with its steps, or to be stopped after
 * so many images; -1: not at all.
 */
evk_status fuzz_make_set(const char *name, int64_t stop_after, evk_error *err);

#endif /* EVK_TESTS_FUZZ_FOLDER_H */
