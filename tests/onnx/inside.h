/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inside.h - which conformance cases of ONNX are networks that evoke reads */
#ifndef EVK_TESTS_ONNX_INSIDE_H
#define EVK_TESTS_ONNX_INSIDE_H

#include "case.h"

enum { REASON = 200 };

/*
 * Is the case inside: are all its operators in the list, is its first input a tensor of real
 * numbers with 1 to 4 axes, and does it run in inference mode?  Else `reason` says why it is
 * outside.  d is the first data set.
 */
bool case_is_inside(const struct conformance_case *c, const struct data_set *d,
                    char reason[REASON]);

#endif /* EVK_TESTS_ONNX_INSIDE_H */
