/* SPDX-License-Identifier: GPL-3.0-or-later */
/* team.h - threads of a team that all run */
#ifndef EVK_TESTS_TEAM_H
#define EVK_TESTS_TEAM_H

#include "base/parallel_team.h"

/*
 * Waits until all threads of a team run at the same time; the test fails where they do not within
 * ten seconds.  A thread that begins may allocate, so tests that count allocations call this first.
 */
void team_meet(struct evk_team *team);

#endif /* EVK_TESTS_TEAM_H */
