/* SPDX-License-Identifier: GPL-3.0-or-later */
/* onnx_samples.h - small ONNX files that together use every operator that evoke reads */
#ifndef EVK_TESTS_ONNX_SAMPLES_H
#define EVK_TESTS_ONNX_SAMPLES_H

#include "base/str.h"

/*
 * Returns sample i, and its name: the operator that it is about, and a number where there are
 * several.  name: 32 bytes.  Past the last one, the string is empty.  Release it.
 */
struct evk_str onnx_sample(int i, char name[32]);

/* Returns sample i of the files about no single operator: functions, types of numbers, constants. */
struct evk_str onnx_whole_sample(int i, char name[32]);

#endif /* EVK_TESTS_ONNX_SAMPLES_H */
