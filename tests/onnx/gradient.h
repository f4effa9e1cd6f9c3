/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradient.h - the gradient of a conformance case against differences */
#ifndef EVK_TESTS_ONNX_GRADIENT_H
#define EVK_TESTS_ONNX_GRADIENT_H

#include "subject.h"

/* What was compared. */
struct gradient_tally {
    int64_t compared, skipped; /* derivatives; skipped: at a kink, or beyond what floats resolve */
    double worst;              /* largest difference, in units of the largest derivative */
    double expected, got;      /* the derivative that differs by that */
};

/* Compares derivatives of a weighted sum of the subject's outputs with differences, and adds to
   *t. */
evk_status gradient_check(const struct subject *s, struct gradient_tally *t, evk_error *err);

#endif /* EVK_TESTS_ONNX_GRADIENT_H */
