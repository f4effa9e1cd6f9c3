/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stop.h - has the caller given up? */
#ifndef EVK_STIMSET_RECORD_STOP_H
#define EVK_STIMSET_RECORD_STOP_H

#include "evoke/stimset.h"

/* run may be NULL. */
static inline bool evk_is_stopped(const evk_run *run)
{
    return run && run->stop && run->stop(run->arg);
}

#endif /* EVK_STIMSET_RECORD_STOP_H */
