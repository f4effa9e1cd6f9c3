/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds.h - valid files from which the fuzzer starts, written to FOLDER/TARGET/NAME */
#ifndef EVK_TESTS_FUZZ_SEEDS_H
#define EVK_TESTS_FUZZ_SEEDS_H

#include <stddef.h>

/* Write a seed to FOLDER/target/name; a failure ends the program. */
void seed_write(const char *target, const char *name, const void *data, size_t size);

void seeds_images(void);
void seeds_keras(void);
void seeds_arrays(void); /* npy, npz, pickles, PyTorch */
void seeds_cores(void);  /* PyTorch, safetensors */
void seeds_onnx(void);
void seeds_foreign(void); /* files that evoke names and does not open */
void seeds_sets(void);    /* files of a set, cards, statistics, recordings */

#endif /* EVK_TESTS_FUZZ_SEEDS_H */
