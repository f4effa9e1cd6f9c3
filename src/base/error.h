/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h - building error messages inside the library */
#ifndef EVK_BASE_ERROR_H
#define EVK_BASE_ERROR_H

#include "evoke/base.h"

/* Record a failure and return its code: return evk_fail(err, EVK_EIO, ...). */
evk_status evk_fail(evk_error *err, evk_status code, const char *fmt, ...) EVK_PRINTF(3, 4);

/* Prepend "context: " to a failure on its way up; returns its code. */
evk_status evk_wrap(evk_error *err, evk_status code, const char *fmt, ...) EVK_PRINTF(3, 4);

/* For functions with nothing to release. The project's only control macro. */
#define EVK_TRY(expr)                    \
    do {                                 \
        evk_status try_status_ = (expr); \
        if (try_status_)                 \
            return try_status_;          \
    } while (0)

#endif /* EVK_BASE_ERROR_H */
