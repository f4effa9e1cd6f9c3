/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state_file.h - tensors as safetensors files, and as PyTorch before 1.6 wrote them, for tests */
#ifndef EVK_TESTS_STATE_FILE_H
#define EVK_TESTS_STATE_FILE_H

#include "base/str.h"
#include "format/tensors.h"

/*
 * Returns a file of all tensors (count), whose names get a prefix; release the string.  The header
 * of a safetensors file is padded with spaces to at least `least` bytes.
 */
struct evk_str safetensors_bytes(const struct evk_named_tensor *tensors, int count,
                                 const char *prefix, size_t least);
struct evk_str legacy_torch_bytes(const struct evk_named_tensor *tensors, int count,
                                  const char *prefix);

#endif /* EVK_TESTS_STATE_FILE_H */
