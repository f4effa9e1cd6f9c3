/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formats.h - a small model in each file format that the library opens */
#ifndef EVK_TESTS_FORMATS_H
#define EVK_TESTS_FORMATS_H

#include <evoke/evoke.h>

/*
 * Formats from FORMATS_FORKING on are read by a child process.  Sanitizers have allocators whose
 * locks a fork does not take, so that a child of a process with busy threads may wait for ever:
 * with a sanitizer, tests open only the first FORMATS_AT_ONCE formats in several threads.
 */
enum {
    FORMATS_FORKING = 3,
    FORMAT_H5 = 4,
    FORMATS = 8,
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    FORMATS_AT_ONCE = FORMATS_FORKING
#else
    FORMATS_AT_ONCE = FORMATS
#endif
};

enum { FORMAT_OUTPUTS = 2, FORMAT_VALUES = 112 * 112 * 3 };

/*
 * Writes the files of all formats into a folder.  Each has weights of its own, one or two outputs,
 * and images of at most FORMAT_VALUES values.
 */
void formats_write(const char *folder);

/* Returns the name of format i, from 0 to FORMATS - 1, for messages of a test. */
const char *format_name(int i);

/* What a model says of an image; zeros stand where it has fewer outputs or values. */
struct format_answer {
    float responses[FORMAT_OUTPUTS], gradient[FORMAT_VALUES];
};

/*
 * Opens the model of format i in the folder that formats_write was given, and asks it for the
 * responses to an image and for a gradient.  Unlike the other helpers of tests, this function may
 * be called by several threads at once, and leaves a failure to the caller.
 *   image  (FORMAT_VALUES) display values, of which the model reads as many as it needs
 */
evk_status format_ask(struct format_answer *out, const char *folder, int i, const float *image,
                      evk_error *err);

#endif /* EVK_TESTS_FORMATS_H */
