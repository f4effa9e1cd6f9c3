/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h - building error messages inside the library */
#ifndef EVK_BASE_ERROR_H
#define EVK_BASE_ERROR_H

#include "evoke/base.h"

/*
 * Fill err, which may be NULL, with a code and a formatted message.  The message is escaped by
 * evk_show, so that names from strangers cannot steer a terminal, and is cut to fit.
 */
void evk_error_set(evk_error *err, evk_status code, const char *fmt, ...) EVK_PRINTF(3, 4);

/* Put "CONTEXT: " before the message of err, which may be NULL; the context is formatted. */
void evk_error_prepend(evk_error *err, const char *fmt, ...) EVK_PRINTF(2, 3);

/*
 * Record a failure and return its code: return evk_fail(err, EVK_EIO, "...", ...).
 * evk_fail is a macro, so that static analysis sees that the returned code is not 0.
 */
#define evk_fail(err, code, ...) (evk_error_set((err), (code), __VA_ARGS__), (code))

/* Put "CONTEXT: " before the message of a failure on its way to the caller; returns its code. */
#define evk_wrap(err, code, ...) (evk_error_prepend((err), __VA_ARGS__), (code))

/*
 * Return from the calling function where expr fails.  EVK_TRY is for functions that have nothing to
 * release at that point, and is the only macro of the project that hides control flow.
 */
#define EVK_TRY(expr)                    \
    do {                                 \
        evk_status try_status_ = (expr); \
        if (try_status_)                 \
            return try_status_;          \
    } while (0)

#endif /* EVK_BASE_ERROR_H */
