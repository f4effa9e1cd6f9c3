/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h - building error messages inside the library */
#ifndef EVK_BASE_ERROR_H
#define EVK_BASE_ERROR_H

#include "evoke/base.h"

void evk_error_set(evk_error *err, evk_status code, const char *fmt, ...) EVK_PRINTF(3, 4);
void evk_error_prepend(evk_error *err, const char *fmt, ...) EVK_PRINTF(2, 3);

/*
 * Record a failure and return its code: return evk_fail(err, EVK_EIO, "...", ...).
 * A macro, so that static analysis sees that what is returned is not 0.
 */
#define evk_fail(err, code, ...) (evk_error_set((err), (code), __VA_ARGS__), (code))

/* Prepend "context: " to a failure on its way up; returns its code. */
#define evk_wrap(err, code, ...) (evk_error_prepend((err), __VA_ARGS__), (code))

/* For functions with nothing to release. The project's only control macro. */
#define EVK_TRY(expr)                    \
    do {                                 \
        evk_status try_status_ = (expr); \
        if (try_status_)                 \
            return try_status_;          \
    } while (0)

#endif /* EVK_BASE_ERROR_H */
