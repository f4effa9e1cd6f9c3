/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stop.h - asks whether the caller of a long computation wants it to end */
#ifndef EVK_STIMSET_RECORD_STOP_H
#define EVK_STIMSET_RECORD_STOP_H

#include "evoke/stimset.h"

/* Does run->stop return true?  false where run or its stop is NULL. */
static inline bool evk_is_stopped(const evk_run *run)
{
    return run && run->stop && run->stop(run->arg);
}

#endif /* EVK_STIMSET_RECORD_STOP_H */
