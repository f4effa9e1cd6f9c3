/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.h - stop a command on SIGINT, SIGTERM or SIGHUP */
#ifndef EVK_CLI_INTERRUPT_H
#define EVK_CLI_INTERRUPT_H

#include <stdbool.h>

/*
 * Catches the three signals from now on.  The first signal of a kind is noted and nothing else is
 * done; a second one ends the program.  A signal that is ignored, as after nohup, stays ignored.
 */
void interrupt_catch(void);

/* Returns whether a signal was noted.  This is an evk_run.stop; arg is not used. */
bool interrupted(void *arg);

#endif /* EVK_CLI_INTERRUPT_H */
