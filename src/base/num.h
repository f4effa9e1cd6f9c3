/* SPDX-License-Identifier: GPL-3.0-or-later */
/* num.h - strict text to number, and number to text, whatever the locale */
#ifndef EVK_BASE_NUM_H
#define EVK_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole of text must be a decimal integer; false otherwise, or when it does not fit. */
bool evk_parse_int(const char *text, int64_t *out);

/* The whole of text must be a finite decimal number, '.' as point; false otherwise. */
bool evk_parse_real(const char *text, double *out);

enum { EVK_REAL_TEXT = 32 };

/* "%.9g" with '.' as point; returns text. */
const char *evk_format_real(double value, char text[EVK_REAL_TEXT]);

#endif /* EVK_BASE_NUM_H */
