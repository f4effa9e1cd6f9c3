/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evoke/evoke.h - the whole public interface */
#ifndef EVK_EVOKE_H
#define EVK_EVOKE_H

#include "evoke/adversarial.h"
#include "evoke/attack.h"
#include "evoke/base.h"
#include "evoke/export.h"
#include "evoke/fit.h"
#include "evoke/gaudy.h"
#include "evoke/image.h"
#include "evoke/match.h"
#include "evoke/model.h"
#include "evoke/recording.h"
#include "evoke/score.h"
#include "evoke/session.h"
#include "evoke/set.h"
#include "evoke/statistics.h"
#include "evoke/stimset.h"
#include "evoke/synth.h"
#include "evoke/types.h"
#include "evoke/units.h"

#endif /* EVK_EVOKE_H */
