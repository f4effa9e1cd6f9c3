/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/base.h - status codes, error details, version
 *
 * Every fallible function returns an evk_status and takes an evk_error as its
 * last argument.  The caller owns the evk_error and may pass NULL when only
 * the code matters.  On success the evk_error is left untouched; on failure no
 * output argument is written, but buffers that the caller provides may be
 * partly filled.
 *
 * Pointers that a function returns as `const` live as long as the object they
 * came from.  Every *_free function accepts NULL.
 */
#ifndef EVK_BASE_H
#define EVK_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EVK_API               __attribute__((visibility("default")))
#define EVK_MUST_CHECK        __attribute__((warn_unused_result))
#define EVK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define EVK_API
#define EVK_MUST_CHECK
#define EVK_PRINTF(fmt, args)
#endif

typedef enum evk_status {
    EVK_OK = 0,
    EVK_ENOMEM = -1,       /* an allocation failed */
    EVK_EIO = -2,          /* the operating system refused */
    EVK_EFORMAT = -3,      /* a file is not what it claims to be */
    EVK_EUNSUPPORTED = -4, /* valid, but not implemented here */
    EVK_EINVAL = -5,       /* a parameter is out of range */
    EVK_ENOTFOUND = -6,    /* no layer, type or file of that name */
    EVK_EDEAD = -7,        /* a neuron whose gradient is zero at every start */
    EVK_ESTOPPED = -8,     /* the caller asked to stop */
    EVK_EBUSY = -9         /* another process has it */
} evk_status;

typedef struct evk_error {
    evk_status code;
    char msg[1020]; /* a whole sentence, lower case, no full stop */
} evk_error;

/* Short, fixed description of a status: "out of memory". Never NULL. */
EVK_API const char *evk_status_str(evk_status s);

enum { EVK_FLOAT_TEXT = 32 };

/*
 * The text of printf's "%.9g", '.' as point, whatever the locale, "n/a" where the value is not
 * finite; returns its length.
 */
EVK_API size_t evk_float_text(float value, char text[EVK_FLOAT_TEXT]);

/*
 * A text from a stranger, such as the name of a file or of a neuron, for a terminal or a page:
 * whatever is not UTF-8 becomes "\xff", and a character that is not for people's eyes, such as a
 * control character or one that turns the direction of writing, "\u{9b}".  What does not fit into
 * size bytes (0 to any) is cut between characters.  Returns out.  All messages of the library are
 * made so.
 */
EVK_API const char *evk_show(const char *text, char *out, size_t size);

/* Version of the library: "0.2.0". */
EVK_API const char *evk_version(void);

#ifdef __cplusplus
}
#endif
#endif /* EVK_BASE_H */
