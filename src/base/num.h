/* SPDX-License-Identifier: GPL-3.0-or-later */
/* num.h - text to number, strictly, and number to text, the same in every locale */
#ifndef EVK_BASE_NUM_H
#define EVK_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read a decimal whole number, with or without a sign.  Returns false, and leaves *out, where
 * anything stands before or after it, or where it does not fit.
 */
bool evk_parse_int(const char *text, int64_t *out);

/*
 * Read a finite decimal number with '.' as its point, such as "-1.5e3".  Returns false, and leaves
 * *out, where the text is anything else, or has 64 characters or more.
 */
bool evk_parse_real(const char *text, double *out);

enum { EVK_REAL_TEXT = 32 };

/*
 * Write value as printf's "%.9g" does, but always with '.' as the point; NaN and infinities become
 * "n/a".  Returns text.
 */
const char *evk_format_real(double value, char text[EVK_REAL_TEXT]);

#endif /* EVK_BASE_NUM_H */
